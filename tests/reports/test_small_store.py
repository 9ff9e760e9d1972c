"""Stores for tests are lent again: each is as a new one, and none is lent twice at a time."""

from __future__ import annotations

import pytest

from tests.reports.small_store import answer, empty_store, line, store_of

TABLES = "SELECT schema_name, table_name, sql, temporary, estimated_size FROM duckdb_tables() ORDER BY ALL"
LINES = [line("A", "2025-01-01"), line("B", "2025-03-01")]
SPOILED = {
    "rows": "INSERT INTO managers (id, code, name, added_in, changed_in) VALUES (1, 'M', 'M', 1, 1)",
    "rows that were deleted": "DELETE FROM order_lines",
    "a transaction that is not over": "BEGIN; INSERT INTO meta.settings VALUES ('base_currency', 'RUB')",
    "a temporary table": "CREATE TEMP TABLE customers AS SELECT 1 AS a",
    "a temporary macro": "CREATE OR REPLACE TEMP MACRO rfm() AS TABLE SELECT 1 AS a",
    "a table more": "CREATE TABLE customers AS SELECT 1 AS a",
    "a table less": "DROP TABLE payments",
    "a column more": "ALTER TABLE payments ADD COLUMN a INTEGER",
    "a schema": "CREATE SCHEMA history",
    "a view": "CREATE VIEW customers AS SELECT 1 AS a",
    "a database": "ATTACH ':memory:' AS other",
    "another database in use": "ATTACH ':memory:' AS other; USE other",
}


@pytest.mark.parametrize("what", SPOILED)
def test_the_next_store_is_as_a_new_one(what: str) -> None:
    new = empty_store().execute(TABLES).fetchall()
    con = store_of(LINES)
    answer(con, "rfm", "2025-06-30")
    con.execute(SPOILED[what])
    del con
    for con in [empty_store() for _ in range(3)]:
        assert con.execute(TABLES).fetchall() == new
        assert con.execute("FROM duckdb_databases() SELECT database_name WHERE NOT internal").fetchall() == [
            ("memory",)
        ]
        assert con.execute("FROM duckdb_views() SELECT view_name WHERE NOT internal").fetchall() == []
        assert con.execute("FROM duckdb_schemas() SELECT schema_name WHERE NOT internal").fetchall() == [("meta",)]
        assert [row["customer"] for row in answer(store_of(LINES, con=con), "rfm", "2025-06-30")] == ["A", "B"]


def test_stores_that_are_held_are_stores_of_their_own() -> None:
    stores = [store_of(LINES[:place]) for place in (0, 1, 2)]
    assert [store.execute("SELECT count(*) FROM order_lines").fetchall() for store in stores] == [
        [(0,)],
        [(1,)],
        [(2,)],
    ]
    assert len({id(store) for store in stores}) == 3
