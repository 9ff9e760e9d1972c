"""UCI Online Retail: 541,909 lines in one command; again, by halves, and undone."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from tests.intake.admit.shop import Shop, money, shared

MAPS = ("--map", "InvoiceNo=order_no", "--map", "StockCode=sku", "--map", "CustomerID=customer")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("whole"))
    counts = shop.take(shared("online_retail", "online_retail.csv.gz"), *MAPS)
    assert (counts["rows_read"], counts["created"], counts["rejected"]) == (541_909, 541_909, 0)
    return shop


def expected(name: str) -> Any:
    metrics = json.loads(shared("online_retail", "expected.json").read_text("utf-8"))["metrics"]
    return next(metric["value"] for metric in metrics if metric["id"] == name)


def test_totals(whole: Shop) -> None:
    assert money(whole) == Decimal("9747747.9340")
    assert whole.one("SELECT count(*) FROM order_lines WHERE customer_id IS NULL") == 135_080
    assert whole.one("SELECT count(*) FROM contacts") == 4372
    assert whole.one("SELECT count(*) FROM orders") == 25_900


def test_clean_revenue_is_the_publishers(whole: Shop) -> None:
    sql = "SELECT sum(net) FROM order_lines WHERE customer_id IS NOT NULL AND qty > 0 AND unit_price > 0"
    assert round(float(whole.one(sql)), 2) == round(expected("clean_revenue"), 2)


def test_ids_lost_the_spreadsheets_point_zero(whole: Shop) -> None:
    assert whole.one("SELECT count(*) FROM contacts WHERE code LIKE '%.%'") == 0
    assert whole.one("SELECT count(*) FROM contacts WHERE code = '17850'") == 1


def test_again_changes_nothing(whole: Shop) -> None:
    before = whole.exported("orders")
    counts = whole.take(shared("online_retail", "online_retail.csv.gz"), *MAPS)
    assert counts["unchanged"] == counts["rows_read"] == 541_909
    assert "Nothing new" in whole.err
    assert "was taken in already on 2026-07-01" in whole.err
    assert whole.exported("orders") == before


@pytest.fixture(scope="module")
def part(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first 60,000 lines: halves and undo are tried on them here, and on all of the file in tests/proof."""
    path = tmp_path_factory.mktemp("part") / "online_retail.csv"
    with gzip.open(shared("online_retail", "online_retail.csv.gz"), "rb") as packed:
        path.write_bytes(b"".join(islice(packed, 60_001)))
    return path


def test_either_half_then_all_is_all(part: Path, tmp_path: Path) -> None:
    either_half_then_all(part, tmp_path)


def test_undo_leaves_no_trace(part: Path, tmp_path: Path) -> None:
    undo_leaves_no_trace(part, tmp_path)


def either_half_then_all(file: Path, folder: Path) -> None:
    """The file at once, and after either of its halves: the same orders and products, however it came."""
    whole = Shop(folder / "whole")
    whole.take(file, *MAPS)
    wanted = whole.exported("orders")
    lines = _unpacked(file).splitlines(keepends=True)
    middle = len(lines) // 2 + 1  # in the middle of an order as like as not
    first, second = folder / "first.csv", folder / "second.csv"
    first.write_bytes(b"".join(lines[:middle]))
    second.write_bytes(lines[0] + b"".join(lines[middle:]))
    products = {}
    for name, begin in (("a", first), ("b", second)):
        shop = Shop(folder / name)
        assert 0 < shop.take(begin, *MAPS)["created"] < len(lines) - 1
        shop.take(file, *MAPS)
        assert shop.exported("orders") == wanted
        products[name] = [row["sku"] for row in shop.export("products")]
    assert products["a"] == products["b"]


def undo_leaves_no_trace(file: Path, folder: Path) -> None:
    """Exports before an import and after its undo are the same bytes."""
    shop = Shop(folder)
    shop.take(shop.file("own.csv", "code,name\nX1,Own\n"), "--as", "contacts")
    entities = ("orders", "contacts", "products", "managers")
    before = [shop.exported(entity) for entity in entities]
    shop.take(file, *MAPS)
    shop.expect(0, "undo", "2")
    assert [shop.exported(entity) for entity in entities] == before
    shop.expect(0, "check")


def _unpacked(file: Path) -> bytes:
    return gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
