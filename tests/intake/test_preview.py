"""The preview: in the order of the file, the first rows in the order of our columns, and nothing written."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.intake.admit.shop import Shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def tables(shop: Shop, *arguments: str) -> dict[str, Any]:
    """The tables of a preview by name."""
    found: dict[str, Any] = json.loads(shop.preview(*arguments, "--format", "json"))
    return found


def test_order_of_headings_and_columns(shop: Shop) -> None:
    shop.file(
        "a.csv", "Цена;Полка;Номер заказа;Дата;Кол-во;Артикул\n1,50;x;1;05.01.2026;2;A\n2,50;y;2;25.01.2026;?;A\n"
    )
    found = tables(shop, "a.csv", "--set", "channel=shop", "--map", "Полка=-")
    mapping = found["mapping"]["rows"]
    assert [row["heading"] for row in mapping] == ["Цена", "Полка", "Номер заказа", "Дата", "Кол-во", "Артикул", ""]
    assert [row["column"] for row in mapping] == [
        "unit_price",
        None,
        "order_no",
        "ordered_on",
        "qty",
        "sku",
        "channel = shop",
    ]
    assert [c["name"] for c in found["first_rows"]["columns"]] == [
        "order_no",
        "ordered_on",
        "channel",
        "sku",
        "qty",
        "unit_price",
    ]
    evidence = {row["heading"]: row["evidence"] for row in mapping}
    assert evidence["Дата"] == "1 date can only be read so"
    assert evidence["Цена"] == "2 values such as 1,50"


def test_first_problems_and_nothing_written(shop: Shop) -> None:
    shop.file("a.csv", "order_no,date,sku,qty,price\n1,2026-01-05,A,x,1.50\n2,2026-01-05,A,1,1.50\n")
    before = sorted(p.name for p in shop.folder.iterdir())
    assert "1 row would be refused" in shop.preview("a.csv")
    assert sorted(p.name for p in shop.folder.iterdir()) == before
    assert shop.one("SELECT count(*) FROM orders") == 0


def test_machine_formats_of_the_summary(shop: Shop) -> None:
    shop.take(shop.file("a.csv", "code,name,city\nK,Kappa,\n"))
    assert next(csv.DictReader(io.StringIO(shop.out)))["undo"] == "1"
