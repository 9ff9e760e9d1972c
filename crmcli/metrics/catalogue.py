"""Named measures: which there are, what each needs, and how to make them available on a connection."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from duckdb import DuckDBPyConnection

_WORD = re.compile(r"\b([a-z_]+)\s*\(")
_COMMENT = re.compile(r"--[^\n]*")


@dataclass(frozen=True, slots=True)
class Metric:
    """One table macro.

    Args:
        name: Name of the macro and of its file.
        subject: Folder it lies in, such as "sales".
        path: The file with its single statement.
    """

    name: str
    subject: str
    path: Path

    @property
    def sql(self) -> str:
        """The statement that makes the macro."""
        return _text(self.path)

    @property
    def purpose(self) -> str:
        """What it answers: the comment that opens the file."""
        lines = []
        for line in self.sql.splitlines():
            if not line.startswith("--"):
                break
            lines.append(line.removeprefix("--").strip())
        return " ".join(lines)


@cache
def metrics() -> Mapping[str, Metric]:
    """All metrics by name; reads folder names only, no file, and those once a process."""
    files = sorted(Path(__file__).parent.glob("*/*.sql"))
    return MappingProxyType({path.stem: Metric(path.stem, path.parent.name, path) for path in files})


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def needed(sql: str, known: Mapping[str, Metric]) -> list[str]:
    """Names of the metrics a statement calls, directly or not, each after those it calls itself."""
    order: dict[str, None] = {}
    for name in _called(sql, known):
        _visit(name, known, order, ())
    return list(order)


def install(con: DuckDBPyConnection, sql: str) -> None:
    """Make every metric that a statement needs and the connection does not have yet, about two milliseconds each.

    What it has is noted in a temporary table, so that it holds for as long as the macros do; works on a read-only connection.
    """
    known = metrics()
    if not (wanted := needed(sql, known)):
        return
    con.execute("CREATE TEMP TABLE IF NOT EXISTS installed_metrics (name VARCHAR)")
    there = {name for (name,) in con.execute("FROM installed_metrics").fetchall()}
    if lacking := [name for name in wanted if name not in there]:
        con.execute("\n".join(known[name].sql for name in lacking))
        con.execute("INSERT INTO installed_metrics SELECT unnest($1::VARCHAR[])", [lacking])


def _visit(name: str, known: Mapping[str, Metric], order: dict[str, None], path: tuple[str, ...]) -> None:
    if name in path:
        message = f"metrics call each other in a ring: {' > '.join([*path, name])}"
        raise ValueError(message)
    if name in order:
        return
    for other in _called(known[name].sql, known):
        if other != name:
            _visit(other, known, order, (*path, name))
    order[name] = None


def _called(sql: str, known: Mapping[str, Metric]) -> Iterator[str]:
    """Metrics named as functions in a text, each once, in order of appearance."""
    words = _WORD.findall(_COMMENT.sub("", sql))
    return iter(dict.fromkeys(word for word in words if word in known))
