"""Adoption of new products and whitespace, against the slow and obvious twin."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from crmcli.errors import NotFoundError
from crmcli.reports import registry
from crmcli.reports.run import run
from tests import oracle_products as oracle
from tests.oracle_costs import facts_of
from tests.reports.living_store import living_store
from tests.reports.small_store import answer, line, store_of

DAY = dt.date(2024, 6, 10)
GOODS = {
    sku: {"cost": None, "category": kind}
    for sku, kind in (("L1", "lamps"), ("L2", "lamps"), ("P1", "pipes"), ("X", None))
}


@pytest.fixture(scope="module")
def firm() -> Any:
    """A living store with one group too small to compare in, and industries."""
    con = living_store(seed=5, customers=24)
    con.execute("UPDATE contacts SET \"group\" = 'rare' WHERE id % 6 = 0")
    con.execute("UPDATE contacts SET industry = CASE WHEN id % 2 = 0 THEN 'even' END")
    con.execute("DELETE FROM order_lines WHERE product_id % 4 = customer_id % 4")
    con.execute("UPDATE order_lines SET product_id = NULL WHERE id % 40 = 0")
    return con


@pytest.mark.parametrize("options", [{}, {"least_share": "0", "window": 120}, {"least_share": "0.6", "least_peers": 2}])
def test_whitespace_equals_the_oracle(firm: Any, options: dict[str, Any]) -> None:
    numbers = {name: float(value) if name == "least_share" else int(value) for name, value in options.items()}
    expected = oracle.whitespace(facts_of(firm), DAY, **numbers)  # type: ignore[arg-type]
    rows = answer(firm, "whitespace", DAY, **options)
    assert expected
    assert {(row["customer"], row["category"]) for row in rows} == set(expected)
    for row in rows:
        wanted = expected[row["customer"], row["category"]]
        assert (row["peers_by"], row["peers"], row["peers_buying"]) == (
            wanted["peers_by"],
            wanted["peers"],
            wanted["peers_buying"],
        )
        assert float(row["expected_amount"]) == pytest.approx(wanted["expected_amount"], abs=1e-3)
        assert row["peers_share"] == pytest.approx(wanted["peers_buying"] / wanted["peers"])
    assert [row["expected_amount"] for row in rows] == sorted((row["expected_amount"] for row in rows), reverse=True)


def test_whitespace_scales_the_median_of_the_peers_who_buy_to_the_customers_size() -> None:
    facts = [line(who, "2024-05-01", net, sku=sku, order=f"{who}{sku}") for who, sku, net in [
        ("A", "L1", 100), ("A", "P1", 100), ("B", "L1", 300), ("B", "P1", 100), ("C", "L1", 100), ("C", "X", 900), ("D", "P1", 0)]]  # fmt: skip
    rows = answer(store_of(facts, GOODS), "whitespace", DAY)
    # A and B buy pipes: median 100 of 200 and 400, so a third of 300; C buys for 1000
    assert [
        (row["customer"], row["category"], row["peers"], row["peers_buying"], round(row["expected_amount"], 2))
        for row in rows
    ] == [("C", "pipes", 2, 2, Decimal("333.33"))]


def test_a_lone_customer_has_no_peers_and_nothing_to_compare() -> None:
    assert answer(store_of([line("A", "2024-05-01", sku="L1")], GOODS), "whitespace", DAY) == []


@pytest.mark.parametrize("window", [365, 200, 900])
def test_adoption_equals_the_oracle(firm: Any, window: int) -> None:
    expected = oracle.adoption(facts_of(firm), DAY, window=window)
    rows = answer(firm, "adoption", DAY, window=window)
    assert {row["sku"] for row in rows} == set(expected)
    for sku, wanted in expected.items():
        own = [row for row in rows if row["sku"] == sku]
        bought = [(row["first_bought_on"], row["customer"]) for row in own if row["customer"]]
        assert bought == wanted["firsts"]
        assert {row["category_customers"] for row in own} == {wanted["able"]}
        if bought:
            assert [row["adopters"] for row in own] == list(range(1, len(bought) + 1))
            assert own[-1]["adoption_share"] == pytest.approx(len(bought) / wanted["able"])
        assert all(
            row["days_to_adopt"] == (row["first_bought_on"] - row["launched_on"]).days for row in own if row["customer"]
        )


def launched(sku: str, day: str) -> Any:
    con = store_of(
        [line("A", "2024-05-01", sku="L1"), line("B", "2024-05-09", sku="L2"), line("A", "2024-05-20", sku="L2")], GOODS
    )
    con.execute("UPDATE products SET launched_on = $1 WHERE sku = $2", [day, sku])
    return con


def test_a_new_product_nobody_bought_is_shown_without_a_customer() -> None:
    (row,) = answer(launched("P1", "2024-05-05"), "adoption", DAY)
    assert {name: row[name] for name in ("sku", "customer", "adopters", "category_customers", "adoption_share")} == {
        "sku": "P1", "customer": None, "adopters": 0, "category_customers": 0, "adoption_share": None,
    }  # fmt: skip
    table = run(
        registry.find("adoption"), launched("P1", "2024-05-05"), as_of=DAY, parameters={}, currency="EUR", beside=True
    )
    assert table.headline == "Nobody has bought any of the new products (1) yet."
    assert len(table.beside[0].rows) == 1


def test_a_product_named_is_looked_at_whenever_it_was_launched() -> None:
    con = launched("L1", "2020-01-01")
    assert [(row["customer"], row["days_to_adopt"]) for row in answer(con, "adoption", DAY, product=" L1 ")] == [
        ("A", 1582)
    ]
    rows = answer(con, "adoption", DAY, product="L2")  # launched, as far as is known, with its first sale
    assert [(row["customer"], row["days_to_adopt"], row["adoption_share"]) for row in rows] == [
        ("B", 0, 0.5),
        ("A", 11, 1),
    ]
    with pytest.raises(NotFoundError) as refused:
        answer(con, "adoption", DAY, product="L'9")
    assert "L1" in str(refused.value.hint)
