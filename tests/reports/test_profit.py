"""Profit, cost activities and efficiency, against the slow and obvious twin, and where something is missing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from crmcli.reports import registry
from crmcli.reports.run import run
from tests import oracle_costs as oracle
from tests.reports.living_store import living_store
from tests.reports.small_store import answer, insert, line, store_of

DAYS = [dt.date(2024, 2, 29), dt.date(2023, 11, 15)]
YEAR = (dt.date(2023, 1, 1), dt.date(2023, 12, 31))
ACTIVITIES: list[dict[str, Any]] = [
    {"driver": "order_line", "pool": 5000, "period_from": YEAR[0], "period_to": YEAR[1]},
    {"driver": "ticket", "pool": 900, "period_from": YEAR[0], "period_to": YEAR[1], "capacity": 40},
    {"driver": "interaction:visit", "rate": 25, "period_from": dt.date(2023, 7, 1)},
    {"driver": "return", "rate": 9},
    {"driver": "invoice", "rate": 2},
    {"driver": "quote", "rate": 3},
    {"driver": "credit_day", "rate": "0.18", "period_from": dt.date(2023, 3, 10)},
    {"driver": "ticket_minute", "rate": 1},
    {"driver": "interaction", "pool": 700, "period_from": dt.date(2024, 1, 1), "period_to": dt.date(2024, 12, 31)},
]


def activity(con: Any, number: int, **more: Any) -> None:
    """One cost activity."""
    blank = dict.fromkeys(("rate", "pool", "period_from", "period_to", "capacity"))
    insert(con, "cost_activities", {"id": number, "name": f"activity {number}", **blank, **more})


@pytest.fixture(scope="module")
def firm() -> Any:
    """A living store with every driver charged, discounts and an offer."""
    con = living_store(seed=3, customers=14)
    for number, more in enumerate(ACTIVITIES, 10):
        activity(con, number, **more)
    con.execute("UPDATE order_lines SET net = net - 1.25 WHERE id % 3 = 0")
    con.execute("UPDATE order_lines SET unit_price = NULL WHERE id % 7 = 0")
    con.execute("UPDATE interactions SET kind = 'offer' WHERE id % 5 = 0")
    return con


@pytest.fixture(scope="module")
def facts(firm: Any) -> oracle.Facts:
    """Its rows."""
    return oracle.facts_of(firm)


def close(found: Any, expected: Any, tolerance: str = "0.01") -> bool:
    """Equal but for the roundings of shares of a pool; both empty or neither."""
    if found is None or expected is None:
        return found is expected
    return abs(Fraction(found) - Fraction(expected)) <= Fraction(tolerance)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("by", ["customer", "product", "region", "manager", "channel"])
def test_profit_equals_the_oracle(firm: Any, facts: oracle.Facts, by: str, day: dt.date) -> None:
    expected = oracle.profit(facts, day, by=by)
    rows = answer(firm, "profit", day, by=by)
    key = "sku" if by == "product" else by
    assert {row[key] for row in rows} == set(expected)
    for row in rows:
        wanted = expected[row[key]]
        assert {n: row[n] for n in wanted if not close(row[n], wanted[n])} == {}, (row, wanted)


@pytest.mark.parametrize(("period", "months"), [("month", 1), ("quarter", 3), ("year", 12)])
def test_profit_by_period_equals_the_oracle(firm: Any, facts: oracle.Facts, period: str, months: int) -> None:
    expected = oracle.profit(facts, DAYS[0], by="period", window=500, months=months)
    rows = answer(firm, "profit", DAYS[0], by="period", window=500, period=period)
    assert len(rows) == len(expected)
    for row, number in zip(rows, sorted(expected), strict=True):
        assert {n: row[n] for n in expected[number] if not close(row[n], expected[number][n])} == {}
    assert (
        rows[0]["period"] == {"month": "2022-10", "quarter": "2022-Q4", "year": "2022"}.get(period)
        or rows[0]["period"] >= "2022"
    )


@pytest.mark.parametrize("by", ["period", "customer", "product", "region", "manager", "channel"])
def test_however_it_is_cut_the_sums_are_the_same(firm: Any, by: str) -> None:
    table = run(registry.find("profit"), firm, as_of=DAYS[0], parameters={"by": by}, currency="EUR")
    whole = run(registry.find("profit"), firm, as_of=DAYS[0], parameters={}, currency="EUR")
    for name in ("revenue", "discounts", "cost_of_goods", "margin"):
        assert table.totals[name] == whole.totals[name]
    for name in ("cost_to_serve", "contribution"):
        assert close(table.totals[name], whole.totals[name])
    sold = firm.execute(
        "SELECT sum(net) FROM order_lines WHERE counted AND ordered_on > $1 AND ordered_on <= $2",
        [DAYS[0] - dt.timedelta(days=365), DAYS[0]],
    ).fetchall()
    assert table.totals["revenue"] == sold[0][0]


def test_costs_show_who_carries_them_and_what_is_unused(firm: Any, facts: oracle.Facts) -> None:
    day = DAYS[0]
    rows = {row["activity"]: row for row in answer(firm, "costs", day)}
    charged = oracle.charges(facts, day)
    assert len(rows) == len(facts["cost_activities"])
    for name, row in rows.items():
        own = [event for event in charged if event["activity"] == name]
        if row["state"] in {"charged", "unused"}:
            assert close(row["charged"], sum(event["cost"] for event in own))
            assert close(row["anonymous"], sum(event["cost"] for event in own if event["customer"] is None))
        else:
            assert own == []
            assert row["charged"] is None
    tickets = rows["activity 11"]
    assert tickets["rate"] == Decimal("22.5")
    assert tickets["unused_capacity"] == 40 - tickets["volume"]
    assert tickets["unallocated"] == 900 - tickets["charged"] == Decimal("22.5") * tickets["unused_capacity"]
    assert (rows["activity 17"]["state"], rows["activity 18"]["state"]) == ("not_recorded", "running")
    assert rows["activity 10"]["unallocated"] == 0


def test_a_pool_with_capacity_charges_from_its_first_day_on_and_part_of_it_is_unused_so_far() -> None:
    con = store_of([line("A", "2025-01-10", order="1"), line(None, "2025-02-10", order="2")])
    dates = {"period_from": dt.date(2025, 1, 1), "period_to": dt.date(2025, 4, 10)}  # a hundred days
    activity(con, 1, driver="order", pool=1000, capacity=20, **dates)
    (row,) = answer(con, "costs", "2025-02-19")  # fifty of them
    found = {
        name: row[name]
        for name in ("state", "rate", "volume", "charged", "anonymous", "unused_capacity", "unallocated", "coverage")
    }
    assert found == {
        "state": "charged", "rate": 50, "volume": 2, "charged": 100, "anonymous": 50, "unused_capacity": 8,
        "unallocated": 400, "coverage": 0.1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("more", "state", "unallocated"),
    [
        ({"driver": "ticket", "rate": 5}, "unused", None),
        ({"driver": "ticket", "pool": 50, "period_from": dt.date(2025, 1, 1), "period_to": dt.date(2025, 1, 31)}, "unused", 50),
        ({"driver": "order", "pool": 50, "period_from": dt.date(2025, 1, 1), "period_to": dt.date(2025, 12, 31)}, "running", None),
        ({"driver": "order", "rate": 5, "period_from": dt.date(2026, 1, 1)}, "ahead", None),
        ({"driver": "moon", "rate": 5}, "not_recorded", None),
        ({"driver": "order"}, "without_price", None),
    ],
)  # fmt: skip
def test_an_activity_that_charges_nobody_says_why(more: dict[str, Any], state: str, unallocated: int | None) -> None:
    con = store_of([line("A", "2025-01-10")])
    activity(con, 1, **more)
    (row,) = answer(con, "costs", "2025-06-30")
    assert (row["state"], row["unallocated"]) == (state, unallocated)


def test_credit_is_counted_by_the_night_from_issue_to_payment() -> None:
    con = store_of([line("A", "2025-01-10")])
    dates = {"customer_id": 1, "order_no": None, "due_on": None, "tax_amount": None, "status": None}
    insert(con, "invoices", {"id": 1, "invoice_no": "1", "issued_on": "2025-01-10", "amount": 1000, **dates})
    for number, (day, amount) in enumerate([("2025-01-20", 400), ("2025-02-09", 700)]):  # ten nights, then twenty
        row = {"invoice_id": 1, "customer_id": 1, "paid_on": day, "amount": amount, "with_invoice": False}
        insert(con, "payments", {"id": number, **row})
    activity(con, 1, driver="credit_day", rate="0.365")
    volumes = [
        answer(con, "costs", day)[0]["volume"] for day in ("2025-01-10", "2025-01-11", "2025-02-09", "2025-12-31")
    ]
    assert volumes == [0, 1000, 22000, 22000]
    assert answer(con, "costs", "2025-12-31")[0]["charged"] == 22


def test_days_no_cost_activity_covers_have_unknown_cost_to_serve() -> None:
    con = store_of([line("A", "2025-01-10", order="1"), line("A", "2025-03-10", order="2")])
    activity(con, 1, driver="order", rate=7, period_from=dt.date(2025, 3, 1))
    rows = answer(con, "profit", "2025-03-31")
    assert [(row["period"], row["cost_to_serve"]) for row in rows] == [
        ("2025-01", None),
        ("2025-02", None),
        ("2025-03", 7),
    ]
    assert [row["margin"] for row in rows] == [None, 0, None]
    assert answer(con, "profit", "2025-02-28", by="customer")[0]["cost_to_serve"] is None
    table = run(registry.find("profit"), con, as_of=dt.date(2025, 3, 31), parameters={}, currency="EUR")
    assert any("known from 2025-03-01 only" in note for note in table.notes)


def test_where_returns_outweigh_sales_nothing_is_a_share_of_them() -> None:
    con = store_of([line("A", "2025-01-10", 100, order="1"), line("A", "2025-01-11", -150, order="2")])
    con.execute("UPDATE order_lines SET unit_cost = CASE WHEN net > 0 THEN 120 ELSE -10 END, qty = 1")
    (row,) = answer(con, "profit", "2025-01-31")
    assert (row["revenue"], row["cost_of_goods"], row["margin"]) == (-50, 110, -160)
    assert (row["margin_share"], row["cost_coverage"]) == (None, None)  # not 320 %, as if it had gained


def test_a_discount_is_told_by_the_unit_price_the_amount_or_the_percentage() -> None:
    con = store_of([line("A", "2025-01-10", 90, sku=None, order=str(number)) for number in range(4)])
    con.execute("UPDATE order_lines SET unit_price = 100 WHERE id = 1")
    con.execute("UPDATE order_lines SET discount_amount = 7 WHERE id = 2")
    con.execute("UPDATE order_lines SET discount_pct = 10 WHERE id = 3")
    (row,) = answer(con, "profit", "2025-01-31", by="customer")
    assert row["discounts"] == 10 + 7 + 10


def test_efficiency_counts_effort_and_what_never_reaches_payment(firm: Any, facts: oracle.Facts) -> None:
    day, since = DAYS[0], DAYS[0] - dt.timedelta(days=365)
    profit = oracle.profit(facts, day, by="customer")
    rows = {row["customer"]: row for row in answer(firm, "efficiency", day)}
    assert [row["contribution"] for row in rows.values() if row["contribution"] is not None] == sorted(
        row["contribution"] for row in rows.values() if row["contribution"] is not None
    )
    for contact in facts["contacts"]:
        own = {name: [x for x in facts[name] if x.get("customer_id") == contact["id"]] for name in facts}
        met = [x for x in own["interactions"] if since < x["at"].date() <= day]
        if contact["code"] not in rows:
            assert not met
            continue
        row = rows[contact["code"]]
        lost = [x for x in own["opportunities"] if x["status"] == "lost" and since < x["closed_on"] <= day]
        cancelled = [x for x in own["orders"] if x["status"] == "cancelled" and since < x["ordered_on"] <= day]
        paid_ids = {p["invoice_id"] for p in facts["payments"] if p["paid_on"] <= day and p["amount"] > 0}
        issued = [x for x in own["invoices"] if since < x["issued_on"] <= day and x["amount"] > 0]
        paid = [x for x in issued if x["id"] in paid_ids]
        unpaid = [x for x in issued if x["id"] not in paid_ids and x["due_on"] and x["due_on"] < day]
        never = len(lost) + len(cancelled) + len(unpaid)
        assert row["interactions"] == len(met)
        assert row["minutes"] == (sum(x["minutes"] for x in met) if met else None)
        assert row["deals_lost"] == len(lost)
        assert close(
            row["never_paid_share"], Fraction(never, never + len(paid)) if never + len(paid) else None, "0.000001"
        )
        assert close(row["cost_to_serve"], profit.get(contact["code"], {"cost_to_serve": 0})["cost_to_serve"])
        assert close(row["contribution"], profit.get(contact["code"], {"contribution": 0})["contribution"])


def test_efficiency_without_records_leaves_unknown_what_is_unknown() -> None:
    con = store_of([line("A", "2025-01-10", unit_cost=Decimal(60))])
    (row,) = answer(con, "efficiency", "2025-01-31")
    unknown = ("interactions", "minutes", "deals_opened", "deals_won", "deals_lost", "orders_per_interaction", "never_paid_share",
               "cost_to_serve", "cost_per_order")  # fmt: skip
    assert {row[name] for name in unknown} == {None}
    assert (row["orders"], row["contribution"]) == (1, 40)


def test_without_invoices_only_deals_tell_what_never_reaches_payment() -> None:
    con = store_of([line("A", "2025-01-10"), line("A", "2025-01-11", status="cancelled")])
    for number, status in enumerate(["won", "won", "lost", "open"]):
        dates = {"opened_on": "2025-01-02", "closed_on": None if status == "open" else "2025-01-20"}
        insert(
            con,
            "opportunities",
            {"id": number, "opportunity_no": str(number), "customer_id": 1, "status": status, **dates},
        )
    (row,) = answer(con, "efficiency", "2025-01-31")
    assert [row[name] for name in ("deals_opened", "deals_won", "deals_lost")] == [4, 2, 1]
    assert row["never_paid_share"] == pytest.approx(1 / 3)
