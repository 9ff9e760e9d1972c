"""Each check that is written from the schema finds the fault it is there for, in every table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from crmcli.store.check import checks
from crmcli.store.connection import open_to_write
from crmcli.store.schema import KEYS, REFERENCES, TABLES
from tests.store.made import make

if TYPE_CHECKING:
    import duckdb

GONE = 4_000_000
WORDS = {"VARCHAR": "x", "DATE": "2026-01-05", "TIMESTAMP": "2026-01-05 10:00:00", "BOOLEAN": "true", "INTEGER": "7"}
POINTING = [(parent, child, column) for parent, children in REFERENCES.items() for child, column in children]


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_to_write(make(tmp_path_factory.mktemp("sound") / "s.duckdb"), wait=5) as found:
        yield found


def put(con: duckdb.DuckDBPyConnection, table: str, row: int, **told: Any) -> None:
    """One raw row: its id, no references, something in every other column."""
    pointing = {column for _parent, child, column in POINTING if child == table}
    columns = con.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = $1 "
        "ORDER BY column_index",
        [table],
    ).fetchall()
    values = [
        told.get(name, row if name == "id" else None if name in pointing else WORDS.get(kind, "3"))
        for name, kind in columns
    ]
    not_null = {n for (n,) in con.execute(
        "SELECT column_name FROM duckdb_columns() WHERE table_name = $1 AND schema_name = 'main' AND NOT is_nullable", [table]
    ).fetchall()}  # fmt: skip
    filled = [
        1 if value is None and name in not_null else value for value, (name, _kind) in zip(values, columns, strict=True)
    ]
    con.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(filled))})", filled)


@pytest.fixture
def undone(con: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    con.execute("BEGIN")
    yield con
    con.execute("ROLLBACK")


def found(con: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    (one,) = [one for one in checks() if one.name == name]
    told = [what for (what,) in con.execute(one.sql).fetchall()]
    if one.write is not None:  # asked without names, the same tables are unsound
        unnamed = [what.split()[0] for (what,) in con.execute(one.write(named=False)).fetchall()]
        assert sorted(unnamed) == sorted(what.split()[0] for what in told)
    return told


def test_an_id_used_twice_is_found(undone: duckdb.DuckDBPyConnection) -> None:
    for table in TABLES:
        put(undone, table, 1)
    assert found(undone, "double_ids") == []
    for table in TABLES:
        put(undone, table, 1)
    assert found(undone, "double_ids") == [f"{table} 1" for table in TABLES]


def test_a_step_nobody_took_is_found(undone: duckdb.DuckDBPyConnection) -> None:
    for table in TABLES:
        put(undone, table, 1)
    assert sorted(found(undone, "step_marks")) == sorted(f"{table} of step 7" for table in TABLES)


def test_a_reference_to_nothing_is_found(undone: duckdb.DuckDBPyConnection) -> None:
    for parent in REFERENCES:
        put(undone, parent, 1)
    for row, (_parent, child, column) in enumerate(POINTING, 10):
        put(undone, child, row, **{column: GONE})
    told = [what.split()[0] for what in found(undone, "orphan_references")]
    expected = [child for _parent, child, column in POINTING if (child, column) != ("order_lines", "customer_id")]
    assert sorted(told) == sorted(expected)
    assert found(undone, "lines_follow_order"), "customers of lines are compared with those of their orders"


def test_a_key_of_two_rows_is_found(undone: duckdb.DuckDBPyConnection) -> None:
    told = ("double_keys", "double_facts")
    for table in KEYS:
        put(undone, table, 1)
    assert [what for name in told for what in found(undone, name)] == []
    for table in KEYS:
        put(undone, table, 2)
    doubles = [what.split()[0] for name in told for what in found(undone, name)]
    assert sorted(doubles) == sorted(table for table in KEYS for _key in KEYS[table])
