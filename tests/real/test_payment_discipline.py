"""Payments and receivables over real invoices of three countries, against figures computed independently."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crmcli.reports import registry
from crmcli.reports.run import run
from tests import oracle_payments
from tests.intake.admit.shop import shared
from tests.real.test_sets import expected
from tests.reports.bills import bill, books, payment
from tests.reports.test_payments import same

LAST, MIDDLE = dt.date(2014, 1, 31), dt.date(2013, 6, 30)


@pytest.fixture(scope="module")
def ledger() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Invoices and their payments, read plainly."""
    path: Path = shared("accounts_receivable", "dev_countries_391_406_770.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    bills = [
        bill(
            row["customerID"],
            _day(row["InvoiceDate"]),
            row["InvoiceAmount"],
            no=row["invoiceNumber"],
            due_on=_day(row["DueDate"]),
        )
        for row in rows
    ]
    paid = [
        payment(row["invoiceNumber"], _day(row["SettledDate"]), row["InvoiceAmount"], row["customerID"]) for row in rows
    ]
    return bills, paid


def _day(text: str) -> dt.date:
    month, day, year = map(int, text.split("/"))
    return dt.date(year, month, day)


def table_of(con: Any, name: str, day: dt.date) -> Any:
    return run(registry.find(name), con, as_of=day, parameters={}, currency="USD", beside=True)


def test_when_all_is_settled_days_and_lateness_are_those_of_the_publisher(ledger: Any) -> None:
    table = table_of(books(*ledger), "payments", LAST)
    days, late = expected("accounts_receivable", "days_to_settle"), expected("accounts_receivable", "late")
    assert table.totals["invoices"] == expected("accounts_receivable", "counts")["n"]
    assert table.totals["days_to_pay_median"] == days["median"] == table.totals["days_to_pay_km"]
    assert table.totals["days_to_pay_weighted"] == pytest.approx(days["amount_weighted"], rel=1e-8)
    assert table.totals["on_time_share"] == pytest.approx(1 - late["share"], rel=1e-7)
    assert (table.totals["paid_share"], table.totals["open_amount"]) == (1, 0)
    names = [column.name for column in table.columns]
    by_customer = {row[0]: dict(zip(names, row, strict=True)) for row in table.rows.fetch()}
    assert sum(row["on_time_share"] == 1 for row in by_customer.values()) == expected(
        "accounts_receivable", "customers_never_late"
    )
    for who, count, late_share, *_ in expected("accounts_receivable", "worst_customers")["rows"]:
        assert by_customer[who]["invoices"] == count
        assert by_customer[who]["on_time_share"] == pytest.approx(1 - late_share, rel=1e-8)


def test_on_a_day_between_shares_and_ageing_are_those_of_the_publisher(ledger: Any) -> None:
    con = books(*ledger)
    paid, shares = table_of(con, "payments", MIDDLE), expected("accounts_receivable", "paid_share_asof")
    assert paid.totals["invoices"] == shares["issued"]
    assert paid.totals["paid_share"] == pytest.approx(shares["share"], rel=1e-8)
    assert paid.totals["paid_amount_share"] == pytest.approx(shares["share_amount"], rel=1e-8)
    owed, bands = table_of(con, "receivables", MIDDLE), expected("accounts_receivable", "aging_asof")["rows"]
    ageing = {row[0]: (row[1], float(row[3])) for row in owed.beside[0].rows.fetch()}
    assert ageing == {
        "not_due": (bands[0][1], bands[0][2]),
        "1-30": (bands[1][1], bands[1][2]),
        "31-60": (0, 0),
        "61-90": (0, 0),
        "91+": (0, 0),
    }
    assert owed.totals["open_amount"] == Decimal(str(bands[0][2])) + Decimal(str(bands[1][2]))


def test_every_customer_equals_the_oracle_on_a_day_between(ledger: Any) -> None:
    table, found = table_of(books(*ledger), "payments", MIDDLE), oracle_payments.states(*ledger, MIDDLE)
    names = [column.name for column in table.columns]
    for row in table.rows.fetch():
        own = [one for one in found if one["customer"] == row[0]]
        assert same(dict(zip(names, row, strict=True)), oracle_payments.discipline(own, MIDDLE)) == []
