"""Named checks over the whole store: silent when it is sound. Each is one SELECT whose rows are what is wrong.

Those of the business are SQL files; those that follow from the tables alone are written from the schema.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

from crmcli.language import N_
from crmcli.store import soundness
from crmcli.store.connection import rows
from crmcli.store.reading import held
from crmcli.store.schema import TABLES

if TYPE_CHECKING:
    import duckdb

# A check's first line says what it looks for. A second line "-- owner" marks facts only the owner can mend, "-- full"
# what no import can break by the way it takes its ids; neither stops an import.
_MARKS = ("-- owner", "-- full")


class Write(Protocol):
    """Writes the SQL of a check of the shape for those of its tables that hold rows."""

    def __call__(self, tables: Collection[str] = ..., *, named: bool = ...) -> str:
        """One SELECT of `what`; "" where there is nothing to ask."""


@dataclass(frozen=True, slots=True)
class Check:
    """One named check.

    Args:
        name: As findings bear it.
        question: What it looks for.
        sql: A SELECT of `what`, one row a finding.
        stops_import: Whether an import must leave it clean.
        write: Gives the SQL for some of the tables, and without the names of rows; None for what is in a file.
    """

    name: str
    question: str
    sql: str
    stops_import: bool
    write: Write | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: which check, which row, in words."""

    check: str
    what: str


def _of_the_shape() -> list[Check]:
    return [
        Check(name, question, write(), stops, write)
        for name, question, write, stops in (
            (
                "double_facts",
                N_("Was any row without a key taken in twice from one source?"),
                soundness.double_facts,
                False,
            ),
            ("double_ids", N_("Is every id used once?"), soundness.double_ids, False),
            ("double_keys", N_("Does every key name one row?"), soundness.double_keys, True),
            (
                "orphan_references",
                N_("Do all references lead to a row that is there?"),
                soundness.orphan_references,
                True,
            ),
            ("step_marks", N_("Does every row bear the numbers of steps in the journal?"), soundness.step_marks, False),
        )
    ]


@cache
def checks() -> tuple[Check, ...]:
    """All checks, by name."""
    found = _of_the_shape()
    for file in sorted((files("crmcli.store") / "checks").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".sql"):
            sql = file.read_text("utf-8")
            first, second = [*sql.splitlines(), "", ""][:2]
            found.append(Check(file.name.removesuffix(".sql"), first.removeprefix("-- "), sql, second not in _MARKS))
    return tuple(sorted(found, key=lambda one: one.name))


def check(con: duckdb.DuckDBPyConnection, *, inside_import: bool = False, limit: int = 100) -> list[Finding]:
    """Everything wrong with a store, at most `limit` rows a check; reads every value unless inside an import.

    Args:
        con: The store.
        limit: How many findings of one check are enough.
        inside_import: Only the checks that an import must never break.

    Raises:
        StoreError: a value cannot be read (by way of the connection's own `in_words`).
    """
    if not inside_import:
        held(con)
    there = {name for (name,) in rows(con, " UNION ALL ".join(f"(SELECT '{t}' FROM {t} LIMIT 1)" for t in TABLES))}
    return [
        Finding(one.name, what)
        for one in checks()
        if one.stops_import or not inside_import
        for what in _findings(con, one, there, limit)
    ]


def _findings(con: duckdb.DuckDBPyConnection, one: Check, there: Collection[str], limit: int) -> list[str]:
    """What one check finds; rows are named only once it is known that some are wrong."""
    sql = one.sql
    if one.write is not None:
        quick = one.write(there, named=False)
        if not quick or not rows(con, f"SELECT what FROM ({quick}) LIMIT 1"):
            return []
        sql = one.write(there)
    return [str(what) for (what,) in rows(con, f"SELECT what FROM ({sql}) LIMIT {limit:d}")]
