"""Temp tables filled from rows that the program holds; values travel as parameters, never as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store.connection import rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

_AT_ONCE = 200  # rows a statement: each row alone would be parsed and planned by itself


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
    typed = ", ".join(f'"{column}" {kind}' for column, kind in {"id": "INTEGER", **columns}.items())
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({typed})")
    for start in range(0, len(values), _AT_ONCE):
        some = values[start : start + _AT_ONCE]
        marks = f"({', '.join(['?'] * len(some[0]))})"
        parameters = [value for row in some for value in row]
        con.execute(f"INSERT INTO {name} VALUES {', '.join([marks] * len(some))}", parameters)


def fill_like(
    con: duckdb.DuckDBPyConnection, name: str, table: str, columns: Sequence[str], values: Sequence[Sequence[object]]
) -> None:
    """As `fill`, with the types that the columns have in a table of the store."""
    listed = ", ".join(f'"{column}"' for column in columns)
    kinds = rows(con, f"DESCRIBE SELECT {listed} FROM {table}") if columns else []
    fill(con, name, {column: kind for column, kind, *_rest in kinds}, values)
