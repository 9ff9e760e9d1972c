"""Quotes for real customers: sums against the files themselves, and the orders made of them against what was sold."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from tests.intake.admit.shop import Shop, shared
from tests.real.test_northwind import fill
from tests.real.test_sets import SUPERSTORE

D = Decimal
CENT = D("0.01")


def table(*parts: str) -> list[dict[str, str]]:
    with shared(*parts).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def offered(shop: Shop, number: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shop.expect(0, "quote", "render", number, "--format", "json", "-o", "-"))
    return found


@pytest.fixture(scope="module")
def northwind(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("northwind_quotes"))
    fill(shop)
    return shop


def test_northwind_quotes_by_the_catalogue(northwind: Shop) -> None:
    """The baskets of ten real orders at the catalogue's prices, by a price list with 7 % off for everyone."""
    northwind.expect(0, "pricelist", "add", "Friends", "--default")
    northwind.expect(0, "pricelist", "rule", "add", "Friends", "--percent", "-7")
    prices = {
        row["productID"]: D(row["unitPrice"])
        for row in table("northwind", "products.csv")
        if row["discontinued"] == "0"
    }
    customers = {row["orderID"]: row["customerID"] for row in table("northwind", "orders_repaired.csv")}
    baskets: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for row in table("northwind", "order-details.csv"):
        baskets[row["orderID"]][row["productID"]] = D(row["quantity"])
    chosen = [order for order, basket in baskets.items() if set(basket) <= set(prices)][:10]
    assert len(chosen) == 10
    for place, order in enumerate(chosen, 1):
        items = [word for sku, qty in baskets[order].items() for word in ("--item", f"{sku}:{qty}")]
        northwind.expect(0, "quote", "new", "--for", customers[order], *items, "--no-suggestions", "--on", "1998-05-06")
        facts = offered(northwind, f"Q-1998-{place:04d}")
        wanted = [cents(qty * prices[sku] * 93 / 100) for sku, qty in baskets[order].items()]
        assert [D(line["net"]) for line in facts["lines"]] == wanted
        assert D(facts["gross"]) == sum(wanted)


def test_northwind_orders_sold_again_bring_what_they_brought(northwind: Shop) -> None:
    """Real orders with one discount, quoted at their own prices and accepted: the same revenue to the cent, line by line."""
    orders: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in table("northwind", "order-details.csv"):
        orders[row["orderID"]].append(row)
    active = {row["productID"] for row in table("northwind", "products.csv") if row["discontinued"] == "0"}
    customers = {row["orderID"]: row["customerID"] for row in table("northwind", "orders_repaired.csv")}
    chosen = [number for number, rows in orders.items()
              if len({row["discount"] for row in rows}) == 1 and D(rows[0]["discount"]) > 0
              and {row["productID"] for row in rows} <= active][:5]  # fmt: skip
    for number in chosen:
        rows = orders[number]
        items = [word for row in rows for word in ("--item", f"{row['productID']}:{row['quantity']}")]
        percent = str(D(rows[0]["discount"]) * 100)
        name = f"{number}.csv"
        northwind.expect(0, "quote", "new", "--for", customers[number], *items, "--discount", percent, "--no-suggestions",
                         "--on", "1998-05-06", "--format", "csv", "-o", name)  # fmt: skip
        quote = northwind.one("SELECT max(quote_no) FROM quotes")
        told = [word for row in rows for word in ("--price", f"{row['productID']}={_agreed(row)}")]
        northwind.expect(0, "quote", "revise", quote, *told, "--on", "1998-05-06")
        northwind.expect(0, "quote", "accept", quote, "--on", "1998-05-06")
        made = northwind.rows(f"SELECT p.sku, l.net FROM order_lines AS l JOIN orders AS o ON o.id = l.order_id "
                              f"JOIN products AS p ON p.id = l.product_id WHERE o.quote_no = '{quote}' ORDER BY l.line_no")  # fmt: skip
        was = [(row["productID"], cents(D(row["quantity"]) * _agreed(row))) for row in rows]
        assert made == was
    assert northwind.expect(0, "check") == ""


def _agreed(row: dict[str, str]) -> Decimal:
    """The price of a unit less its discount, to four decimals."""
    return (D(row["unitPrice"]) * (1 - D(row["discount"]))).quantize(D("0.0001"), ROUND_HALF_UP)


@pytest.fixture(scope="module")
def superstore(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("superstore_quotes"))
    shop.take(shared("superstore", "Sample - Superstore.csv"), *SUPERSTORE)
    return shop


def test_superstore_customers_have_no_usual_basket_and_no_prices(superstore: Shop) -> None:
    assert superstore.run("quote", "new", "--for", _best(superstore)[0], "--usual", "--on", "2022-12-31") == 4
    assert "on a third of the last 6 occasions" in superstore.err
    sku = superstore.one("SELECT min(sku) FROM products")
    assert superstore.run("quote", "new", "--for", _best(superstore)[0], "--item", f"{sku}:1") == 4
    assert f"--price {sku}=" in superstore.err


def test_superstore_quotes_at_prices_told(superstore: Shop) -> None:
    """The last baskets of the five best customers, at the prices of their lines."""
    for place, customer in enumerate(_best(superstore), 1):
        lines = superstore.rows(
            "SELECT p.sku, sum(l.qty), CAST(sum(l.net) / sum(l.qty) AS DECIMAL(18, 4)) FROM order_lines AS l "
            "JOIN products AS p ON p.id = l.product_id JOIN contacts AS c ON c.id = l.customer_id "
            f"WHERE c.code = '{customer}' AND l.ordered_on = (SELECT max(o.ordered_on) FROM order_lines AS o "
            "WHERE o.customer_id = c.id) GROUP BY p.sku ORDER BY p.sku"
        )
        words = [w for sku, qty, price in lines for w in ("--item", f"{sku}:{qty}", "--price", f"{sku}={price}")]
        superstore.expect(0, "quote", "new", "--for", customer, *words, "--no-suggestions", "--on", "2022-12-31")
        facts = offered(superstore, f"Q-2022-{place:04d}")
        assert D(facts["net"]) == sum(cents(qty * price) for _sku, qty, price in lines)
    assert superstore.expect(0, "check") == ""


def _best(shop: Shop) -> list[str]:
    found = shop.rows(
        "SELECT c.code FROM order_lines AS l JOIN contacts AS c ON c.id = l.customer_id GROUP BY c.code "
        "ORDER BY sum(l.net) DESC, c.code LIMIT 5"
    )
    return [str(code) for (code,) in found]
