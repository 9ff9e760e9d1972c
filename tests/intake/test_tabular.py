"""JSON lines and Parquet bring types; nested things come as their JSON."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from crmcli.errors import UsageError
from crmcli.intake.tabular import read_tabular
from tests.intake.admit.shop import Shop, money


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    duckdb.sql("SELECT 0.1::DOUBLE + 0.2 AS f, 12.5::DECIMAL(9, 2) AS d, DATE '2026-01-05' AS day, TIMESTAMP '2026-01-05 10:00' AS at, "
               "'x' AS \"a\"\"b\", {'k': [1, 2]} AS s, NULL::INTEGER AS n").write_parquet(str(path))  # fmt: skip
    (reading,) = read_tabular(path, origin="a.parquet")
    assert reading.headings == ("f", "d", "day", "at", 'a"b', "s", "n")
    assert list(reading.rows[0]) == [
        "0.3000000000",
        "12.50",
        "2026-01-05",
        "2026-01-05 10:00:00",
        "x",
        '{"k":[1,2]}',
        "",
    ]
    assert reading.native is not None
    assert reading.native[:4] == ("number", "number", "date", "date")


def test_json_lines_are_taken_in(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.file(
        "a.jsonl",
        '{"order_no": "1", "date": "2026-01-05", "sku": "A", "amount": 12.5}\n{"order_no": "2", "date": "2026-01-06", "sku": "A", "amount": 7, "x": [1]}\n',
    )
    shop.take("a.jsonl")
    assert money(shop) == 19.5
    assert shop.one("SELECT custom FROM order_lines WHERE custom IS NOT NULL") == '{"x":"[1]"}'


@pytest.mark.parametrize(("name", "data"), [("a.parquet", b"PAR1nonsense"), ("a.jsonl", b"{no json"), ("b.jsonl", b"")])
def test_broken(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UsageError):
        read_tabular(tmp_path / name, origin=name)
