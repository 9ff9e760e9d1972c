"""Payment discipline: each figure by hand, all of them against the oracle, the totals over all invoices."""

from __future__ import annotations

import datetime as dt
import functools
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.reports import registry
from crmcli.reports.run import run
from tests import oracle_payments
from tests.reports.bills import bill, books, payment
from tests.reports.small_store import answer, empty_store

AS_OF = dt.date(2025, 6, 30)
SLOW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
shared = functools.cache(empty_store)
days = st.one_of(st.integers(-500, 20), st.sampled_from([-360, -359, -180, -179, -3, -4, -30, -31, 0, 1])).map(
    lambda back: AS_OF + dt.timedelta(days=back)
)
sums = st.sampled_from(["100", "100", "50", "33.33", "0.0001", "1000", "0", "-100", "-0.5"])


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Invoices with and without due dates, credit notes, cancelled ones; payments in part, in advance, back, for nothing."""
    bills, paid = [], []
    for number in range(draw(st.integers(0, 12))):
        who, issued, amount = draw(st.sampled_from("ABЖ")), draw(days), draw(sums)
        due = draw(st.sampled_from([None, 0, 14, 30, -1]))
        status = draw(st.sampled_from([None, None, "paid", "cancelled", "draft"]))
        due_on = None if due is None else issued + dt.timedelta(days=due)
        bills.append(bill(who, issued, amount, no=f"{who}/{number}", due_on=due_on, status=status))
        for _ in range(draw(st.integers(0, 3))):
            day = issued + dt.timedelta(days=draw(st.sampled_from([-10, -1, 0, 1, 3, 4, 20, 30, 60, 200])))
            paid.append(payment(f"{who}/{number}", day, draw(st.sampled_from([amount, amount, "50", "-50"]))))
    paid += [
        payment(None, draw(days), draw(sums), customer=draw(st.sampled_from("ABC")))
        for _ in range(draw(st.integers(0, 2)))
    ]
    return bills, paid


def close(found: Any, expected: Any) -> bool:
    """Equal, floats as far as they reach."""
    if isinstance(expected, Fraction) and found is not None:
        return abs(Fraction(found) - expected) < Fraction(1, 10**9)
    return bool(found == expected)


def same(row: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """Names of the figures that differ."""
    return [name for name in wanted if not close(row[name], wanted[name])]


@SLOW
@given(ledgers())
def test_payments_equal_the_oracle(ledger: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> None:
    con = books(*ledger, con=shared())
    found = oracle_payments.states(*ledger, AS_OF)
    customers = {one["customer"] for one in found if one["amount"] > 0}
    rows = answer(con, "payments", AS_OF)
    assert {row["customer"] for row in rows} == customers
    for row in rows:
        own = oracle_payments.discipline([one for one in found if one["customer"] == row["customer"]], AS_OF)
        assert same(row, own) == []
    table = run(registry.find("payments"), con, as_of=AS_OF, parameters={}, currency="EUR", beside=True)
    assert not rows or same(dict(table.totals), oracle_payments.discipline(found, AS_OF)) == []


def row_of(bills: list[dict[str, Any]], paid: list[dict[str, Any]], as_of: str = "2025-06-30") -> dict[str, Any]:
    """The row of the only customer."""
    [row] = answer(books(bills, paid), "payments", as_of)
    return row


def test_a_part_payment_leaves_the_invoice_open_and_counts_in_the_amount() -> None:
    row = row_of([bill("A", "2025-06-01", 100, due_on="2025-06-10")], [payment("A/2025-06-01", "2025-06-05", 60)])
    assert (row["paid_share"], row["paid_amount_share"], row["on_time_share"]) == (0, 0.6, 0)
    assert (row["open_amount"], row["overdue_amount"], row["days_to_pay_median"]) == (40, 40, None)


def test_the_payment_that_completes_it_dates_an_invoice_paid_in_two_parts() -> None:
    parts = [payment("A/2025-06-01", "2025-06-05", 60), payment("A/2025-06-01", "2025-06-12", 40)]
    row = row_of([bill("A", "2025-06-01", due_on="2025-06-10")], parts)
    assert (row["days_to_pay_median"], row["days_late_weighted"], row["on_time_share"]) == (11, 2, 0)
    assert (
        row_of([bill("A", "2025-06-01")], parts, "2025-06-11")["days_to_pay_median"] is None
    )  # the second was not there yet


def test_a_prepayment_counts_negative_in_the_median_and_as_nothing_in_the_curve() -> None:
    row = row_of([bill("A", "2025-06-11")], [payment("A/2025-06-11", "2025-06-01")])
    assert (row["days_to_pay_median"], row["days_to_pay_weighted"], row["days_to_pay_km"], row["terms"]) == (
        -10,
        -10,
        0,
        "prepaid",
    )


def test_kaplan_meier_takes_open_invoices_for_waiting_and_half_for_reached() -> None:
    # waits 10 (paid), 15 (open), 20 (paid), 25 (open): 3/4, then 3/4 * 1/2 = 3/8 at 20; the median of the paid is 15
    bills = [bill("A", day) for day in ("2025-06-01", "2025-06-15", "2025-06-02", "2025-06-05")]
    row = row_of(bills, [payment("A/2025-06-01", "2025-06-11"), payment("A/2025-06-02", "2025-06-22")])
    assert (row["days_to_pay_median"], row["days_to_pay_km"]) == (15, 20)
    exact = row_of(bills[:2], [payment("A/2025-06-01", "2025-06-11")])
    assert exact["days_to_pay_km"] == 10  # one of two: exactly a half
    assert row_of(bills, [payment("A/2025-06-01", "2025-06-11")])["days_to_pay_km"] is None


def test_the_due_day_itself_is_in_time_and_not_overdue() -> None:
    open_one = row_of([bill("A", "2025-06-01", due_on="2025-06-30")], [])
    assert (open_one["on_time_share"], open_one["overdue_amount"]) == (0, 0)  # due by now, not paid by now
    paid_one = row_of([bill("A", "2025-06-01", due_on="2025-06-30")], [payment("A/2025-06-01", "2025-06-30")])
    assert paid_one["on_time_share"] == 1
    ahead = row_of([bill("A", "2025-06-01", due_on="2025-07-01")], [payment("A/2025-06-01", "2025-06-30")])
    assert ahead["on_time_share"] is None  # not due by now


def test_a_customers_terms_make_the_due_date_that_an_invoice_lacks() -> None:
    con = books([bill("A", "2025-06-01"), bill("B", "2025-06-01")], [])
    con.execute("UPDATE contacts SET payment_terms_days = 14 WHERE code = 'A'")
    rows = {row["customer"]: row["overdue_amount"] for row in answer(con, "payments", "2025-06-30")}
    assert rows == {"A": 100, "B": 0}


@pytest.mark.parametrize(("late", "terms"), [(0, "prepaid"), (1, "immediate"), (3, "immediate"), (4, "deferred")])
def test_terms_by_the_days_it_took(late: int, terms: str) -> None:
    day = dt.date(2025, 6, 1)
    row = row_of([bill("A", day)], [payment(f"A/{day}", day + dt.timedelta(days=late))])
    assert (row["terms"], row[f"{terms}_share"]) == (terms, 1)


def test_an_open_invoice_is_deferred_after_three_days_and_undecided_before() -> None:
    assert row_of([bill("A", "2025-06-27")], [])["terms"] is None
    assert row_of([bill("A", "2025-06-26")], [])["terms"] == "deferred"


def test_trend_compares_the_halves_by_the_day_of_payment() -> None:
    bills = [bill("A", "2024-12-01"), bill("A", "2025-02-01")]
    # 30 June less 180 days is 1 January: a payment of that day belongs to the half before
    row = row_of(bills, [payment("A/2024-12-01", "2025-01-01"), payment("A/2025-02-01", "2025-02-11")])
    assert row["trend"] == 10 - 31
    later = row_of(bills, [payment("A/2024-12-01", "2025-01-02"), payment("A/2025-02-01", "2025-02-11")])
    assert later["trend"] is None


def test_a_refund_opens_the_invoice_again() -> None:
    parts = [payment("A/2025-06-01", "2025-06-05"), payment("A/2025-06-01", "2025-06-10", -100)]
    row = row_of([bill("A", "2025-06-01")], parts)
    assert (row["paid_share"], row["open_amount"]) == (0, 100)
    again = row_of([bill("A", "2025-06-01")], [*parts, payment("A/2025-06-01", "2025-06-20")])
    assert again["days_to_pay_median"] == 19


def test_totals_are_over_all_invoices_and_empty_when_customers_are_filtered() -> None:
    bills = [bill("A", f"2025-05-0{day}") for day in range(1, 5)] + [bill("B", "2025-05-01")]
    con = books(bills, [payment("B/2025-05-01", "2025-05-11")])
    report = registry.find("payments")
    table = run(report, con, as_of=AS_OF, parameters={}, currency="EUR")
    assert table.totals["paid_share"] == 0.2  # one invoice of five; the mean of customers would be a half
    assert table.totals["open_amount"] == Decimal(400)
    some = run(report, con, as_of=AS_OF, parameters={}, currency="EUR", where=["customer=B"])
    assert (some.totals["paid_share"], some.totals["invoices"]) == (None, 1)


def test_credit_notes_cancelled_invoices_and_loose_payments_are_said() -> None:
    bills = [bill("A", "2025-06-01"), bill("A", "2025-06-02", -30), bill("A", "2025-06-03", status="Отменён")]
    con = books(bills, [payment(None, "2025-06-05", 70, customer="A")])
    table = run(registry.find("payments"), con, as_of=AS_OF, parameters={}, currency="EUR")
    [row] = table.rows.fetch()
    assert row[2] == 1
    told = " ".join(table.notes)
    assert "1 credit note" in told
    assert "1 payment (€70.00)" in told


def test_the_curve_and_the_terms_beside() -> None:
    con = books([bill("A", "2025-06-01"), bill("B", "2025-06-01")], [payment("A/2025-06-01", "2025-06-04")])
    table = run(registry.find("payments"), con, as_of=AS_OF, parameters={}, currency="EUR", beside=True)
    curve, terms = table.beside
    assert curve.rows.fetch() == [(0, 1.0), (3, 0.5), (7, 0.5), (10, 0.5), (14, 0.5), (21, 0.5)]
    assert [(row[0], row[1]) for row in terms.rows.fetch()] == [("immediate", 1), ("deferred", 1)]
