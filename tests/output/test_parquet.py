"""Parquet files, read back by the database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import duckdb

from crmcli.output.manner import Manner
from crmcli.output.parquet import write_parquet
from crmcli.table import Table


def test_columns_are_typed_and_exact(table: Table, tmp_path: Path) -> None:
    path = tmp_path / "answer.parquet"
    with path.open("wb") as sink:
        write_parquet(table, sink, Manner())
    with duckdb.connect() as connection:
        answer = connection.read_parquet(str(path))
        assert list(map(str, answer.types)) == [
            "VARCHAR", "VARCHAR", "VARCHAR", "BIGINT", "DECIMAL(38,4)", "DECIMAL(38,4)", "DOUBLE", "DOUBLE", "DOUBLE",
            "DATE", "TIMESTAMP",
        ]  # fmt: skip
        first, second, third = answer.fetchall()
    assert first[4:6] == (Decimal("12.5000"), Decimal("1234.5000"))
    assert first[9:] == (dt.date(2025, 12, 31), dt.datetime(2025, 12, 31, 10))
    assert second[:3] == ("C-2", "", "low")
    assert set(third[1:]) == {None}
