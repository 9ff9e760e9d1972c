"""Temp tables filled from rows that the program holds; values travel as parameters, never as text."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.store.connection import rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb


def fill(
    con: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, str], values: Sequence[Sequence[object]]
) -> None:
    """Make the temp table `name` of `id` and the columns given.

    Args:
        con: A store.
        name: Of this program's, never of the user's.
        columns: Name → SQL type, in order, after the id.
        values: One sequence a row, the id first.
    """
    kinds = {"id": "INTEGER", **columns}
    # a parameter a column, not a value: thousands of rows take one short statement
    selected = ", ".join(
        f'unnest(${place}::{kind}[]) AS "{column}"' for place, (column, kind) in enumerate(kinds.items(), 1)
    )
    listed = zip(*values, strict=True) if values else [() for _kind in kinds]
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {selected}",
        [_listed(kind, column) for kind, column in zip(kinds.values(), listed, strict=True)],
    )


def fill_like(
    con: duckdb.DuckDBPyConnection, name: str, table: str, columns: Sequence[str], values: Sequence[Sequence[object]]
) -> None:
    """As `fill`, with the types that the columns have in a table of the store."""
    listed = ", ".join(f'"{column}"' for column in columns)
    kinds = rows(con, f"DESCRIBE SELECT {listed} FROM {table}") if columns else []
    fill(con, name, {column: kind for column, kind, *_rest in kinds}, values)


def _listed(kind: str, values: Sequence[object]) -> list[object]:
    """Values of a column as one parameter; exact numbers as text, as a list takes on one type for all its values."""
    if kind.startswith("DECIMAL"):
        return [str(value) if isinstance(value, Decimal) else value for value in values]
    return list(values)
