"""Receivables: each band by hand, all of it against the oracle, and invoiced less paid is the balance."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from crmcli.reports import registry
from crmcli.reports.run import run
from tests import oracle_payments
from tests.oracle import ZERO
from tests.reports.bills import bill, books, payment
from tests.reports.small_store import answer, line
from tests.reports.test_payments import AS_OF, SLOW, ledgers, same, shared


def table_of(con: Any) -> Any:
    """The report with what lies beside it."""
    return run(registry.find("receivables"), con, as_of=AS_OF, parameters={}, currency="EUR", beside=True)


@SLOW
@given(ledgers())
def test_receivables_equal_the_oracle_and_reconcile(ledger: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> None:
    con = books(*ledger, con=shared())
    expected = oracle_payments.ageing(*ledger, AS_OF)
    rows = answer(con, "receivables", AS_OF)
    assert {row["customer"] for row in rows} == set(expected)
    assert [same(row, expected[row["customer"]]) for row in rows if same(row, expected[row["customer"]])] == []
    bills, paid = ledger
    counted = [one for one in bills if one["issued_on"] <= AS_OF and one["status"] not in {"draft", "cancelled"}]
    received = sum((one["amount"] for one in paid if one["paid_on"] <= AS_OF), ZERO)
    assert sum((row["balance"] for row in rows), ZERO) == sum((one["amount"] for one in counted), ZERO) - received
    assert [row["customer"] for row in rows] == [
        row["customer"]
        for row in sorted(rows, key=lambda row: (-row["overdue_amount"], -row["open_amount"], row["customer"]))
    ]
    owed = sum((row["open_amount"] for row in rows), ZERO)
    beside = table_of(con).beside[0].rows.fetch() if owed else []
    ageing = {name: row[3] for name, row in zip(oracle_payments.BANDS, beside, strict=False)}
    assert sum(ageing.values(), ZERO) == owed
    assert all(ageing[band] == sum((row[band] for row in rows), ZERO) for band in ageing)


@pytest.mark.parametrize(
    ("late", "band"),
    [(-5, "not_due"), (0, "not_due"), (1, "days_1_30"), (30, "days_1_30"), (31, "days_31_60"), (60, "days_31_60"),
     (61, "days_61_90"), (90, "days_61_90"), (91, "days_91_plus"), (400, "days_91_plus")],
)  # fmt: skip
def test_bands_begin_and_end_where_they_say(late: int, band: str) -> None:
    con = books([bill("A", "2024-01-01", due_on=AS_OF - dt.timedelta(days=late))], [])
    [row] = answer(con, "receivables", AS_OF)
    assert {name: row[name] for name in oracle_payments.BANDS if row[name]} == {band: 100}
    assert row["oldest_days"] == (late if late > 0 else None)


def test_an_invoice_without_a_due_date_is_not_due_and_said() -> None:
    table = table_of(books([bill("A", "2020-01-01")], []))
    assert table.totals["not_due"] == 100
    assert any("1 open invoice has no due date" in note for note in table.notes)


def test_credit_notes_overpayment_and_advances_are_credit_and_no_ageing() -> None:
    bills = [bill("A", "2025-06-01", due_on="2025-06-20"), bill("A", "2025-06-02", -30), bill("B", "2025-06-01", 50)]
    paid = [payment("B/2025-06-01", "2025-06-10", 80), payment(None, "2025-06-11", 5, customer="B")]
    rows = {row["customer"]: row for row in answer(books(bills, paid), "receivables", AS_OF)}
    assert (rows["A"]["open_amount"], rows["A"]["credit"], rows["A"]["balance"]) == (100, 30, 70)
    assert (rows["B"]["open_amount"], rows["B"]["credit"], rows["B"]["balance"]) == (0, 35, -35)


def test_a_payment_for_an_invoice_issued_later_is_credit_until_then() -> None:
    con = books([bill("A", "2025-07-05")], [payment("A/2025-07-05", "2025-06-20")])
    [row] = answer(con, "receivables", AS_OF)
    assert (row["open_amount"], row["credit"]) == (0, 100)
    assert answer(con, "receivables", "2025-07-05") == []


def test_dso_is_open_amount_by_revenue_of_ninety_days() -> None:
    lines = [line("A", "2025-06-01", 150), line(None, "2025-06-02", 50), line("A", AS_OF - dt.timedelta(days=90), 999)]
    con = books([bill("A", "2025-06-01")], [], lines)
    [row] = answer(con, "receivables", AS_OF)
    assert row["dso"] == pytest.approx(60)  # 100 / 150 * 90, of the customer's own revenue
    assert "45.0 days of revenue" in str(table_of(con).headline)  # 100 / 200 * 90, anonymous sales included


def test_without_revenue_dso_is_unknown() -> None:
    table = table_of(books([bill("A", "2025-06-01")], [], [line("A", "2025-06-01", -5)]))
    assert table.rows.fetch()[0][-1] is None
    assert any("DSO is unknown" in note for note in table.notes)


def test_who_owes_nothing_and_has_no_credit_is_not_there() -> None:
    con = books([bill("A", "2025-06-01")], [payment("A/2025-06-01", "2025-06-10")])
    table = table_of(con)
    assert (len(table.rows), table.headline) == (0, None)
    assert table_of(books([], [payment(None, "2025-06-10", 7, customer="C")])).headline == (
        "Nobody owes anything; customers have €7 to their credit."
    )
    assert Decimal(7) == table_of(books([], [payment(None, "2025-06-10", 7, customer="C")])).totals["credit"]
