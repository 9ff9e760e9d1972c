"""Cost of goods: on the line, else the product's in force that day, else its own, else unknown; in every report alike."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from crmcli.metrics import catalogue
from tests import oracle_costs as oracle
from tests.reports.living_store import insert as insert_many
from tests.reports.living_store import living_store
from tests.reports.small_store import answer, line, store_of

DAY = dt.date(2024, 6, 30)


def dated(product: int, **costs: int | str) -> list[dict[str, Any]]:
    """Costs of a product by day, written d2024_01_31=12."""
    return [
        {"product_id": product, "from_on": dt.date(*map(int, name[1:].split("_"))), "cost": Decimal(cost)}
        for name, cost in costs.items()
    ]


@pytest.fixture(scope="module")
def firm() -> Any:
    """A living store; product 5 has no cost of its own, product 4 has."""
    con = living_store(seed=5, customers=14)
    rows = [
        *dated(4, d2023_03_01=20, d2023_09_01=26, d2024_02_01=24),
        *dated(5, d2023_06_15=33, d2024_06_30=31, d2024_07_01=99),
    ]
    insert_many(con, "product_costs", *({"id": number, **row} for number, row in enumerate(reversed(rows), 1)))
    con.execute("UPDATE order_lines SET unit_cost = 1.5 WHERE id % 11 = 0")
    return con


def test_a_cost_holds_from_its_day_until_the_next_and_the_products_own_before_the_first() -> None:
    days = ("2024-01-31", "2024-02-01", "2024-02-29", "2024-03-01", "2025-01-01")
    products: dict[str, dict[str, Any]] = {
        "P": {"cost": Decimal(5), "category": None, "costs": {dt.date(2024, 2, 1): 6, dt.date(2024, 3, 1): 7}},
        "Q": {"cost": None, "category": None, "costs": {dt.date(2024, 2, 1): 0}},
    }
    lines = [line("A", day, 100, sku=sku, qty=2, order=f"{sku}{day}") for day in days for sku in products]
    lines.append(line("A", "2024-03-02", 100, sku="P", qty=2, unit_cost=Decimal(1), order="own"))
    con = store_of(lines, products)
    sql = (
        "SELECT product.sku, line.ordered_on::VARCHAR, line.cost FROM costed_lines(DATE '2000-01-01', DATE '2026-01-01') AS line "
        "JOIN products AS product ON product.id = line.product_id ORDER BY ALL"
    )
    catalogue.install(con, sql)
    assert con.execute(sql).fetchall() == [
        ("P", "2024-01-31", 10),
        ("P", "2024-02-01", 12),
        ("P", "2024-02-29", 12),
        ("P", "2024-03-01", 14),
        ("P", "2024-03-02", 2),
        ("P", "2025-01-01", 14),
        ("Q", "2024-01-31", None),
        ("Q", "2024-02-01", 0),
        ("Q", "2024-02-29", 0),
        ("Q", "2024-03-01", 0),
        ("Q", "2025-01-01", 0),
    ]


@pytest.mark.parametrize("by", ["product", "customer", "region"])
def test_profit_equals_the_oracle(firm: Any, by: str) -> None:
    expected = oracle.profit(oracle.facts_of(firm), DAY, by=by)
    key = "sku" if by == "product" else by
    found = {row[key]: row for row in answer(firm, "profit", DAY, by=by)}
    assert set(found) == set(expected)
    for name, facts in expected.items():
        for measure in ("cost_of_goods", "margin"):
            assert close(found[name][measure], facts[measure]), (name, measure)


@pytest.mark.parametrize("measure", ["margin", "value"])
def test_abc_and_growth_take_the_same_cost(firm: Any, measure: str) -> None:
    facts = oracle.facts_of(firm)
    codes = {contact["id"]: contact["code"] for contact in facts["contacts"]}
    since = DAY - dt.timedelta(days=365)
    margins: dict[str, Fraction] = {}
    for one in oracle.counted_lines(facts, since, DAY):
        cost = oracle.unit_cost(facts, one)
        if one["customer_id"] is not None and cost is not None:
            code = codes[one["customer_id"]]
            margins[code] = margins.get(code, Fraction(0)) + Fraction(one["net"] - one["qty"] * cost)
    if measure == "margin":
        rows = answer(firm, "abc", DAY, measure="margin", clean=False)
        found = {row["customer"]: row["measure"] for row in rows if row["measure"] is not None}
        assert set(found) == set(margins)
    else:
        found = {row["customer"]: row["margin"] for row in answer(firm, "growth", DAY) if row["margin"]}
        assert set(found) <= set(margins)
    assert all(close(found[code], margins[code]) for code in found)


def close(found: Any, expected: Any) -> bool:
    """Equal as far as the report rounds; both empty or neither."""
    if found is None or expected is None:
        return found is expected
    return abs(Fraction(found) - Fraction(expected)) < Fraction(1, 1000)
