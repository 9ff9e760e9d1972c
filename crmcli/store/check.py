"""Named checks over the whole store: silent when it is sound. Each is one SQL file whose rows are what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from crmcli.store.connection import rows
from crmcli.store.reading import held

if TYPE_CHECKING:
    import duckdb

# A check's first line says what it looks for. A second line "-- owner" marks facts only the owner can mend, "-- full"
# what no import can break by the way it takes its ids; neither stops an import.
_MARKS = ("-- owner", "-- full")


@dataclass(frozen=True, slots=True)
class Check:
    """One named check."""

    name: str
    question: str
    sql: str
    stops_import: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: which check, which row, in words."""

    check: str
    what: str


@cache
def checks() -> tuple[Check, ...]:
    """All checks, by name."""
    found = []
    for file in sorted((files("crmcli.store") / "checks").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".sql"):
            sql = file.read_text("utf-8")
            first, second = [*sql.splitlines(), "", ""][:2]
            found.append(Check(file.name.removesuffix(".sql"), first.removeprefix("-- "), sql, second not in _MARKS))
    return tuple(found)


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
    return [
        Finding(one.name, str(what))
        for one in checks()
        if one.stops_import or not inside_import
        for (what,) in rows(con, f"SELECT what FROM ({one.sql}) LIMIT {limit:d}")
    ]
