"""Price lists over real catalogues: Northwind's prices and sales, Superstore's sales without a price."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.intake.admit.shop import Shop, shared
from tests.real.test_northwind import fill
from tests.real.test_sets import SUPERSTORE

LAST = "1998-05-06"


@pytest.fixture(scope="module")
def northwind(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("northwind_prices"))
    fill(shop)
    for words in (
        ("add", "Retail", "--default"),
        ("add", "Trade", "--parent", "Retail"),
        ("rule", "add", "Trade", "--percent", "-10"),
        ("rule", "add", "Trade", "--percent", "-15", "--qty-from", "50"),
        ("rule", "add", "Trade", "--sku", "38", "--price", "250"),
    ):  # fmt: skip
        shop.expect(0, "pricelist", *words)
    return shop


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_price_list_is_the_catalogue(northwind: Shop) -> None:
    catalogue = table(shared("northwind", "products.csv").read_text("utf-8"))
    listed = table(northwind.expect(0, "price", "list", "--format", "csv", *(row["productID"] for row in catalogue)))
    assert {row["sku"]: Decimal(row["price"]) for row in listed} == {
        row["productID"]: Decimal(row["unitPrice"]) for row in catalogue
    }
    printed = table(northwind.expect(0, "pricelist", "print", "Trade", "--breaks", "1,50", "--format", "csv"))
    for row in printed:
        price = Decimal(next(one["unitPrice"] for one in catalogue if one["productID"] == row["sku"]))
        wanted = (Decimal(250), Decimal(250)) if row["sku"] == "38" else (price * 9 / 10, price * 85 / 100)
        assert (Decimal(row["price_from_1"]), Decimal(row["price_from_50"])) == wanted
    assert northwind.expect(0, "pricelist", "check") == ""


def test_a_simulated_change_adds_up_from_the_lines(northwind: Shop) -> None:
    """All customers on Trade in the last year: every line at 90 %, or 85 % from fifty on; number 38 at 250 / 263.50."""
    orders = {
        row["orderID"]: row["orderDate"][:10]
        for row in table(shared("northwind", "orders_repaired.csv").read_text("utf-8"))
    }
    before = after = Decimal(0)
    for row in table(shared("northwind", "order-details.csv").read_text("utf-8")):
        if not "1997-05-06" < orders[row["orderID"]] <= LAST:
            continue
        net = Decimal(row["quantity"]) * Decimal(row["unitPrice"]) * (1 - Decimal(row["discount"]))
        share = Decimal(85 if int(row["quantity"]) >= 50 else 90) / 100
        before += net
        after += net * (Decimal(250) / Decimal("263.5") if row["productID"] == "38" else share)
    found = json.loads(
        northwind.expect(0, "price", "simulate", "--price-list", "Trade", "--as-of", LAST, "--format", "json")
    )
    revenue = found["price_effect"]["rows"][0]
    assert abs(Decimal(revenue["before"]) - before) < Decimal("0.01")
    assert abs(Decimal(revenue["after"]) - after) < Decimal("0.01")
    rows = found["customers"]["rows"]
    assert abs(sum(Decimal(row["change"]) for row in rows) - (after - before)) < Decimal("0.05")


def test_a_real_customer_gets_a_price_explained(northwind: Shop) -> None:
    text = northwind.expect(
        0, "price", "explain", "--customer", "ALFKI", "--sku", "38", "--qty", "60", "--price-list", "Trade"
    )
    assert "250.00" in text
    assert "is meant more closely for this product" in text
    assert northwind.run("pricelist", "print", "--customer", "ALFKI", "-o", "alfki.pdf") == 0
    assert (northwind.folder / "alfki.pdf").read_bytes().startswith(b"%PDF")


def test_superstore_has_no_list_price_and_says_so(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "superstore")
    shop.take(shared("superstore", "Sample - Superstore.csv"), *SUPERSTORE)
    shop.expect(0, "pricelist", "add", "Paper", "--default")
    shop.expect(0, "pricelist", "rule", "add", "Paper", "--price", "9.99")
    sku = shop.rows("SELECT sku FROM products ORDER BY sku LIMIT 1")[0][0]
    assert "9.99" in shop.expect(0, "price", "explain", "--sku", sku)
    printed = table(shop.expect(0, "pricelist", "print", "Paper", "--format", "csv"))
    assert len(printed) == shop.one("SELECT count(*) FROM products")
    found = json.loads(shop.expect(0, "price", "simulate", "--drop", "P1", "--as-of", "2022-12-30", "--format", "json"))
    assert found["customers"]["rows"] == []
    assert "have no price by one of the two sets of rules" in " ".join(found["price_effect"]["notes"])
