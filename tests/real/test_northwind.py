"""Northwind: several files that meet in one store; copies with unquoted commas must never shift silently."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.intake.admit.shop import Shop, money, shared

DISCOUNT = ("--map", "discount=discount_pct*100")


def expected(name: str) -> Any:
    metrics = json.loads(shared("northwind", "expected.json").read_text("utf-8"))["metrics"]
    return next(metric["value"] for metric in metrics if metric["id"] == name)


def fill(shop: Shop, orders: str = "orders_repaired.csv", customers: str = "customers_repaired.csv") -> None:
    shop.take(shared("northwind", "employees.csv"), "--as", "managers", "--map", "lastName=name")
    shop.take(shared("northwind", "products.csv"))
    shop.take(shared("northwind", customers))
    shop.take(shared("northwind", orders))
    shop.take(shared("northwind", "order-details.csv"), *DISCOUNT)


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("northwind"))
    fill(shop)
    return shop


def test_counts(firm: Shop) -> None:
    counts = [
        firm.one(f"SELECT count(*) FROM {t}") for t in ("managers", "products", "contacts", "orders", "order_lines")
    ]
    assert counts == [9, 77, 91, 830, 2155]


def test_net_sales_are_the_published(firm: Shop) -> None:
    assert abs(money(firm) - Decimal("1265793.0397")) < Decimal("0.01")


def test_managers_stay_known_by_their_number(firm: Shop) -> None:
    assert (
        firm.one("SELECT count(*) FROM orders AS o JOIN managers AS m ON m.id = o.manager_id WHERE m.name = 'Peacock'")
        == 156
    )


def test_null_is_nothing(firm: Shop) -> None:
    assert firm.one("SELECT count(*) FROM contacts WHERE region = 'NULL' OR custom LIKE '%\"NULL\"%'") == 0


def test_broken_copies_give_the_same_or_refuse(firm: Shop, tmp_path: Path) -> None:
    """Commas that nobody quoted: mended as in the repaired copies, or refused; never shifted."""
    shop = Shop(tmp_path)
    codes = {0, 5}
    for file, entity in (("customers", "contacts"), ("orders", "orders")):
        assert shop.run("import", "run", shared("northwind", f"{file}.csv"), "--as", entity) in codes
    for column in ("code", "name", "country", "phone"):
        wrong = shop.rows(f"SELECT {column} FROM contacts")
        right = firm.rows(f"SELECT {column} FROM contacts")
        assert set(wrong) <= set(right), column
    for column in ("order_no", "country", "ordered_on", "shipped_on"):
        assert set(shop.rows(f"SELECT {column} FROM orders")) <= set(firm.rows(f"SELECT {column} FROM orders")), column
    assert "put in order" in shop.err or shop.run("import", "list") == 0


def test_details_alone_are_refused_row_by_row(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    counts = shop.take(shared("northwind", "order-details.csv"), *DISCOUNT, code=5)
    assert counts["rejected"] == 2155
    assert shop.one("SELECT count(*) FROM products") == 0  # nothing is made for rows that are refused


def test_discount_of_a_fifth_is_asked(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.expect(2, "import", "run", shared("northwind", "order-details.csv"))
    assert "discount=discount_pct*100" in shop.err
