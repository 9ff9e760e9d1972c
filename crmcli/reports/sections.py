"""The SQL beside a definition: one file, its statements under headings such as "-- :answer"."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from duckdb import DuckDBPyConnection

_HEADING = re.compile(r"^-- :(\w+)[^\n]*$", re.MULTILINE)
_PARAMETER = re.compile(r"\$([a-z_]+)")


def sections(subject: str, name: str) -> dict[str, str]:
    """The statements of crmcli/reports/SUBJECT/NAME.sql by heading, without the final semicolon."""
    text = (Path(__file__).parent / subject / f"{name}.sql").read_text(encoding="utf-8")
    pieces = _HEADING.split(text)
    return {heading: body.strip().removesuffix(";") for heading, body in zip(pieces[1::2], pieces[2::2], strict=True)}


def named(sql: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that a statement names, as the database refuses to be told more than it asks."""
    return {name: values[name] for name in dict.fromkeys(_PARAMETER.findall(sql))}


def records(con: DuckDBPyConnection, sql: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a statement, each by the names of its columns; of the values it is told those it names."""
    cursor = con.execute(sql, named(sql, values))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
