"""Every measure, on small stores full of trouble, against the slow and obvious twin."""

from __future__ import annotations

import datetime as dt
import functools
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import oracle
from tests.reports.small_store import answer, empty_store, line, store_of

AS_OF = dt.date(2025, 6, 15)
PRODUCTS: dict[str, dict[str, Any]] = {
    "P1": {
        "cost": Decimal("1.1111"),
        "category": "cable",
        "costs": {AS_OF - dt.timedelta(days=300): Decimal(3), AS_OF - dt.timedelta(days=30): Decimal("0.5")},
    },
    "P2": {"cost": None, "category": "tools", "costs": {AS_OF - dt.timedelta(days=90): Decimal(7)}},
    "P3": {"cost": Decimal(40), "category": None},
}
shared = functools.cache(empty_store)  # one database, emptied for every example: making one costs more than filling it
SLOW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])

days = st.one_of(
    st.integers(-900, 30),
    st.sampled_from([-365, -364, -366, -90, -91, -30, -29, -1, 0, 1, -180]),
).map(lambda back: AS_OF + dt.timedelta(days=back))
amounts = st.sampled_from(["10", "10", "20", "100", "0", "-10", "-100", "0.3333", "5000", "33.3", "-5000"]).map(Decimal)


@st.composite
def fact_lists(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Lines of several orders: returns, cancelled and anonymous ones, orders of one day, ties, days after as_of."""
    facts = []
    for number in range(draw(st.integers(0, 25))):
        customer = draw(st.sampled_from(["A", "B", "C", "d", "Ж", None]))
        day, status = draw(days), draw(st.sampled_from(["completed", "confirmed", "completed", "cancelled", "draft"]))
        for net in draw(st.lists(amounts, min_size=1, max_size=3)):
            sku, cost = (
                draw(st.sampled_from(["P1", "P2", "P3", None])),
                draw(st.sampled_from([None, None, Decimal("2.5")])),
            )
            quantity = draw(st.sampled_from(["1", "2", "-1", "0.5"]))
            facts.append(
                line(customer, day, net, order=f"O{number}", status=status, sku=sku, qty=quantity, unit_cost=cost)
            )
    return facts


def close(found: float | None, expected: Fraction | None) -> bool:
    """Equal as far as the report rounds; both empty or neither."""
    return found == expected if found is None or expected is None else abs(found - expected) < Fraction(1, 10**4)


@SLOW
@given(fact_lists())
def test_rfm_equals_the_oracle(facts: list[dict[str, Any]]) -> None:
    expected = oracle.rfm(facts, AS_OF)
    rows = answer(store_of(facts, PRODUCTS, shared()), "rfm", AS_OF)
    assert [row["customer"] for row in rows] == sorted(expected, key=lambda who: (-expected[who]["monetary"], who))
    for row in rows:
        wanted = expected[row["customer"]]
        assert {name: row[name] for name in wanted} == wanted


@SLOW
@given(fact_lists(), st.sampled_from(["revenue", "margin", "value"]), st.booleans(), st.sampled_from([365, 90, 30]))
def test_abc_equals_the_oracle(facts: list[dict[str, Any]], measure: str, clean: bool, window: int) -> None:
    expected = oracle.abc(facts, PRODUCTS, AS_OF, measure=measure, clean=clean, window=window)
    rows = answer(store_of(facts, PRODUCTS, shared()), "abc", AS_OF, measure=measure, clean=clean, window=window)
    kept = [row for row in rows if row["set_aside"] is None]
    assert [row["customer"] for row in kept] == [row["customer"] for row in expected if row["set_aside"] is None]
    assert all(row["set_aside"] is not None for row in rows[len(kept) :])
    wanted = {row["customer"]: row for row in expected}
    assert set(wanted) == {row["customer"] for row in rows}
    for row in rows:
        other = wanted[row["customer"]]
        assert (row["measure"], row["class"], row["set_aside"]) == (
            other["measure"],
            other["class"],
            other["set_aside"],
        )
        assert close(row["share"], other["share"])
        assert close(row["cumulative_share"], other["cumulative_share"])
        assert row["xyz"] == oracle.xyz(facts, AS_OF, row["customer"], window)


@SLOW
@given(fact_lists())
def test_revenue_of_abc_and_anonymous_sales_is_the_revenue_of_the_window(facts: list[dict[str, Any]]) -> None:
    rows = answer(store_of(facts, PRODUCTS, shared()), "abc", AS_OF)
    found = oracle.windowed(facts, AS_OF)
    anonymous = sum((fact["net"] for fact in found if fact["customer"] is None), Decimal(0))
    assert sum((row["measure"] for row in rows), anonymous) == sum((fact["net"] for fact in found), Decimal(0))


@SLOW
@given(fact_lists())
def test_churn_equals_the_oracle(facts: list[dict[str, Any]]) -> None:
    expected = oracle.rhythm(facts, AS_OF)
    rows = answer(store_of(facts, PRODUCTS, shared()), "churn", AS_OF)
    assert {row["customer"] for row in rows} == set(expected)
    for row in rows:
        wanted, ratio = expected[row["customer"]], expected[row["customer"]]["overdue_ratio"]
        assert (row["last_purchase_on"], row["recency_days"]) == (wanted["last_purchase_on"], wanted["recency_days"])
        assert close(row["expected_gap"], wanted["expected_gap"])
        assert close(row["overdue_ratio"], ratio)
        band = None if ratio is None else "high" if ratio > 3 else "medium" if ratio > Fraction(3, 2) else "low"
        assert row["band"] == band
        stake = None if ratio is None else Decimal(0)
        if ratio is not None and ratio > Fraction(3, 2):
            stake = oracle.money_at_stake(facts, PRODUCTS, AS_OF, row["customer"])
        assert row["money_at_risk"] == stake
        assert (row["p_alive"], row["churn_risk"]) == (None, None)
    ranks = [(row["money_at_risk"] is None, -(row["money_at_risk"] or 0), row["customer"]) for row in rows]
    assert ranks == sorted(ranks)


@SLOW
@given(fact_lists())
def test_value_equals_the_oracle(facts: list[dict[str, Any]]) -> None:
    known, found = oracle.occasions(facts, AS_OF), oracle.counted(facts, AS_OF)
    rows = answer(store_of(facts, PRODUCTS, shared()), "value", AS_OF)
    assert {row["customer"] for row in rows} == set(known)
    for row in rows:
        own = [fact for fact in found if fact["customer"] == row["customer"]]
        assert row["occasions"] == len(known[row["customer"]])
        assert row["revenue"] == oracle.revenue(own, row["customer"])
        assert row["margin"] == row["realised"] == oracle.margin(own, PRODUCTS)
        assert row["cost_to_serve"] is None


@SLOW
@given(fact_lists())
def test_cohorts_equal_the_oracle(facts: list[dict[str, Any]]) -> None:
    expected = oracle.cohorts(facts, AS_OF)
    rows = answer(store_of(facts, PRODUCTS, shared()), "cohorts", AS_OF, months=40)
    assert [row["cohort"] for row in rows] == [f"{start:%Y-%m}" for start in sorted(expected)]
    for row in rows:
        start = dt.date.fromisoformat(row["cohort"] + "-01")
        age = (AS_OF.year - start.year) * 12 + AS_OF.month - start.month
        assert row["size"] == expected[start]["size"]
        for k in range(max(int(name[1:]) for name in row if name.startswith("m")) + 1):
            share = Fraction(expected[start]["active"][k], row["size"]) if k <= age else None
            assert close(row[f"m{k}"], share)


@SLOW
@given(fact_lists())
def test_retention_equals_the_oracle(facts: list[dict[str, Any]]) -> None:
    values = {row["measure"]: row["value"] for row in answer(store_of(facts, PRODUCTS, shared()), "retention", AS_OF)}
    for name, expected in (
        ("repeat_rate", oracle.repeat_rate(facts, AS_OF)),
        ("existing_share", oracle.existing_share(facts, AS_OF)),
    ):
        assert close(None if values[name] is None else float(values[name]), expected)
    parts = ("existing_revenue", "new_revenue", "anonymous_revenue", "other_revenue")
    assert sum(Decimal(values[name]) for name in parts) == Decimal(values["window_revenue"])


@SLOW
@given(fact_lists())
def test_totals_equal_the_oracle(facts: list[dict[str, Any]]) -> None:
    values = {row["measure"]: row["value"] for row in answer(store_of(facts, PRODUCTS, shared()), "totals", AS_OF)}
    found = oracle.counted(facts, AS_OF)
    assert int(values["lines"]) == len(found)
    assert int(values["orders"]) == len({fact["order"] for fact in found})
    assert Decimal(values["revenue"]) == sum((fact["net"] for fact in found), Decimal(0))
    assert int(values["anonymous_lines"]) == sum(fact["customer"] is None for fact in found)
    customers = oracle.occasions(facts, AS_OF)
    assert int(values["customers"]) == len(customers)
    # who is first named by a fact of later was not there yet
    known = {fact["customer"] for fact in facts if fact["on"] <= AS_OF} - {None}
    assert int(values["prospects"]) == len(known - set(customers))
    assert values["first_day"] == (str(min(fact["on"] for fact in found)) if found else None)


@SLOW
@given(fact_lists(), st.sampled_from(["rfm", "abc", "churn", "value", "cohorts", "retention", "totals"]))
def test_facts_after_the_day_change_nothing(facts: list[dict[str, Any]], name: str) -> None:
    con = store_of(facts, PRODUCTS, shared())
    before = answer(con, name, AS_OF)
    con.execute(  # with whom nothing but later facts name: no list of contacts told of them before
        "DELETE FROM contacts WHERE id IN (SELECT customer_id FROM orders WHERE ordered_on > $day) "
        "AND id NOT IN (SELECT customer_id FROM orders WHERE ordered_on <= $day AND customer_id IS NOT NULL)",
        {"day": AS_OF},
    )
    con.execute("DELETE FROM order_lines WHERE ordered_on > $day", {"day": AS_OF})
    con.execute("DELETE FROM orders WHERE ordered_on > $day", {"day": AS_OF})
    assert answer(con, name, AS_OF) == before


@pytest.mark.parametrize("name", ["rfm", "abc", "churn", "value", "cohorts"])
def test_an_empty_store_has_no_rows_and_says_what_to_import(name: str) -> None:
    assert answer(store_of([]), name, AS_OF) == []
