"""Rows of price tables written, changed and removed as undoable steps; what all three kinds of them share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from crmcli.errors import NotFoundError, UsageError
from crmcli.language import nearest
from crmcli.store.journal import Step, begin, finish

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import duckdb

    from crmcli.rules.prices.faults import Fault

T = TypeVar("T")
SOURCE = "price_source"  # the temp table of rows to be written
_TYPES = {
    "valid_from": "DATE", "valid_to": "DATE", "tax_included": "BOOLEAN", "is_default": "BOOLEAN", "active": "BOOLEAN",
    "product_id": "INTEGER", "customer_id": "INTEGER", "priority": "INTEGER",
    **dict.fromkeys(
        ("delivery_fee", "free_delivery_from", "qty_from", "qty_to", "price", "percent", "round_to", "surcharge",
         "floor_percent", "floor_price", "ceiling_price", "threshold"),
        "DECIMAL(18, 4)",
    ),
}  # fmt: skip


def found(known: Mapping[str, T], name: str, *, missing: str, otherwise: str) -> T:
    """What bears a name.

    Args:
        known: By name.
        name: As typed.
        missing: What to say when there is none.
        otherwise: The hint when nothing is near either.

    Raises:
        NotFoundError: There is none.
    """
    if name not in known:
        raise NotFoundError(missing, nearest(name, list(known)) or otherwise)
    return known[name]


def require_sound(faults: Sequence[Fault]) -> None:
    """Refuse the first fault, if there is any.

    Raises:
        UsageError: There is one.
    """
    for fault in faults:
        raise UsageError(fault.words)


def free(name: str, taken: set[str]) -> str:
    """A number nobody took by hand."""
    while name in taken:
        name += "a"
    return name


def fill_source(con: duckdb.DuckDBPyConnection, columns: Sequence[str], given: Sequence[Mapping[str, Any]]) -> None:
    """The temp table SOURCE of rows with id and columns; values are parameters only."""
    kinds = ", ".join(f'"{column}" {_TYPES.get(column, "VARCHAR")}' for column in columns)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {SOURCE} (id INTEGER, {kinds})")
    for row in given:
        values = [row["id"], *(row[column] for column in columns)]
        marks = ", ".join(f"${place}" for place in range(1, len(values) + 1))
        con.execute(f"INSERT INTO {SOURCE} VALUES ({marks})", values)


def changed(
    con: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    row: Mapping[str, Any],
    *,
    now: dt.datetime,
    command: str,
) -> Step:
    """Change the row of an id as one step. Call inside a transaction."""
    writer = begin(con)
    fill_source(con, columns, [row])
    writer.update(table, columns, SOURCE)
    return finish(writer, now=now, kind="price", command=command)


def dropped(
    con: duckdb.DuckDBPyConnection, name: str, tables: Sequence[tuple[str, str]], *, now: dt.datetime, command: str
) -> Step:
    """Remove the rows that bear a name in a column of each table, as one step. Call inside a transaction."""
    writer = begin(con)
    for table, column in tables:
        con.execute(f"CREATE OR REPLACE TEMP TABLE price_gone AS SELECT id FROM {table} WHERE {column} = $1", [name])
        writer.remove(table, "SELECT id FROM price_gone")
    return finish(writer, now=now, kind="price", command=command)
