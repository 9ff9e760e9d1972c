"""Receipts: over invoices oldest first or as told, the rest is credit; the account and the reports say the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crmcli.errors import ConflictError, CrmError, NotFoundError
from crmcli.reports import registry
from crmcli.reports.run import run
from crmcli.store.accounts import load_account
from crmcli.store.check import check
from crmcli.store.connection import open_to_write, rows
from crmcli.store.receipts import apply_credit, credits_of, open_invoices
from tests.store.made import make, take
from tests.store.selling import DAY, bill, customer_id, note, order, pay, shop, step

if TYPE_CHECKING:
    import duckdb

AS_OF = dt.date(2026, 8, 31)


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Customer AB with invoices of 12 (1 July), 24 (2 July) and 36 (3 July)."""
    with open_to_write(shop(tmp_path / "crm.duckdb"), wait=5) as opened:
        number = step(opened, lambda w: order(w, {"NAIL": "6"}))[0]
        for later in range(3):
            step(opened, lambda w, n=later: bill(w, number, {1: str(n + 1)}, on=DAY + dt.timedelta(days=n)))  # type: ignore[misc]
        yield opened


def opened(con: duckdb.DuckDBPyConnection) -> dict[str, Decimal]:
    return {one.number[-1]: one.open for one in open_invoices(con, customer_id(con, "AB"))}


def report(con: duckdb.DuckDBPyConnection, name: str, as_of: dt.date = AS_OF) -> list[tuple[object, ...]]:
    return run(registry.find(name), con, as_of=as_of, parameters={}, currency="RUB").rows.fetch()


def test_oldest_first_and_the_rest_is_credit(con: duckdb.DuckDBPyConnection) -> None:
    step(con, lambda w: pay(w, "30"))
    assert opened(con) == {"2": 6, "3": 36}
    receipt = step(con, lambda w: pay(w, "50"))[0]
    assert opened(con) == {}
    kept = rows(con, "SELECT amount, invoice_id IS NULL FROM payments WHERE receipt_no = $1 ORDER BY id", [receipt])
    assert kept == [(6, False), (36, False), (8, True)]
    assert [one.amount for one in credits_of(con, customer_id(con, "AB"))] == [8]


def test_as_told_and_never_more_than_is_asked(con: duckdb.DuckDBPyConnection) -> None:
    step(con, lambda w: pay(w, "40", told={"INV-2026-00003": "36"}))
    assert opened(con) == {"1": 12, "2": 24}
    assert [one.amount for one in credits_of(con, customer_id(con, "AB"))] == [4]
    for amount, told, error in [
        ("40", {"INV-2026-00001": "12.01"}, ConflictError), ("10", {"INV-2026-00001": "12"}, ConflictError),
        ("10", {"INV-2026-00003": "1"}, NotFoundError), ("10", {"nobody": "1"}, NotFoundError),
        ("10", {"INV-2026-00001": "-1"}, CrmError), ("0", None, CrmError), ("0.001", None, CrmError),
    ]:  # fmt: skip
        before = rows(con, "FROM payments")
        with pytest.raises(error):
            step(con, lambda w, a=amount, t=told: pay(w, a, told=t))  # type: ignore[misc]
        assert rows(con, "FROM payments") == before


def test_credit_is_applied_with_the_day_it_came_and_paid_back_no_more_than_there_is(
    con: duckdb.DuckDBPyConnection,
) -> None:
    step(con, lambda w: pay(w, "100", on=DAY + dt.timedelta(days=9)))
    number = step(con, lambda w: order(w, {"DOOR": "1"}))[0]
    step(con, lambda w: bill(w, number, on=DAY + dt.timedelta(days=20)))
    with pytest.raises(ConflictError, match="28 of credit"):
        step(con, lambda w: pay(w, "-28.01"))
    step(con, lambda w: pay(w, "-8", on=DAY + dt.timedelta(days=10)))
    applied, _step = step(con, lambda w: apply_credit(w, customer_id(con, "AB"), DAY + dt.timedelta(days=21)))
    assert [(one.source, one.invoice[-1], one.paid_on, one.amount) for one in applied] == [  # type: ignore[comparison-overlap]
        ("R-2026-0001", "4", DAY + dt.timedelta(days=9), 20)
    ]
    assert credits_of(con, customer_id(con, "AB")) == []
    assert rows(con, "SELECT sum(amount) FROM payments") == [(92,)]
    with pytest.raises(ConflictError, match="no credit"):
        step(con, lambda w: apply_credit(w, customer_id(con, "AB"), DAY))
    assert not check(con)


def test_a_credit_note_is_set_against_invoices_or_paid_out(con: duckdb.DuckDBPyConnection) -> None:
    step(con, lambda w: pay(w, "72"))
    step(con, lambda w: note(w, "INV-2026-00003", {1: "2"}, on=DAY + dt.timedelta(days=5)))
    step(con, lambda w: pay(w, "-4", on=DAY + dt.timedelta(days=6), told={"CN-2026-00001": "-4"}))
    number = step(con, lambda w: order(w, {"NAIL": "1"}))[0]
    step(con, lambda w: bill(w, number, on=DAY + dt.timedelta(days=7)))
    step(con, lambda w: apply_credit(w, customer_id(con, "AB"), DAY + dt.timedelta(days=8)))
    assert opened(con) == {"1": -8}
    assert report(con, "receivables")[0][8:13] == (0, 0, None, 8, -8)
    assert not check(con)


def test_money_imported_under_its_own_number_keeps_its_amount(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    row = {"payment_no": "BANK-1", "customer": "AB", "paid_on": "2026-07-05", "amount": "15"}
    take(con, tmp_path, "payments", row)
    step(con, lambda w: apply_credit(w, customer_id(con, "AB"), DAY))
    take(con, tmp_path, "payments", row)
    assert opened(con) == {"2": 21, "3": 36}
    assert rows(con, "SELECT sum(amount) FROM payments") == [(15,)]


def test_payment_figures_are_those_of_the_same_facts_imported(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for amount, days in (("20", 3), ("30", 20), ("40", 30), ("-2", 31)):
        step(con, lambda w, a=amount, d=days: pay(w, a, on=DAY + dt.timedelta(days=d)))  # type: ignore[misc]
    step(con, lambda w: note(w, "INV-2026-00001", {1: "1"}, on=DAY + dt.timedelta(days=5)))
    facts = rows(con, "SELECT invoice_no, issued_on, due_on, amount FROM invoices")
    paid = rows(
        con,
        "SELECT i.invoice_no, p.paid_on, p.amount FROM payments AS p LEFT JOIN invoices AS i ON i.id = p.invoice_id",
    )
    folder = tmp_path / "other"
    folder.mkdir()
    with open_to_write(make(folder / "crm.duckdb"), wait=5) as other:
        take(other, folder, "contacts", {"code": "AB", "name": "Alder & Birch <b>", "payment_terms_days": 14})
        take(
            other,
            folder,
            "orders",
            {"order_no": "X", "ordered_on": DAY, "customer": "AB", "sku": "NAIL", "qty": 6, "amount": 60},
        )
        bills = [
            {"invoice_no": n, "customer": "AB", "issued_on": i, "due_on": d or "", "amount": a} for n, i, d, a in facts
        ]
        take(other, folder, "invoices", *bills)
        money = [{"invoice_no": n or "", "customer": "AB", "paid_on": on, "amount": a} for n, on, a in paid]
        take(other, folder, "payments", *money)
        for as_of in (DAY, DAY + dt.timedelta(days=10), AS_OF):
            for name in ("payments", "receivables"):
                assert report(con, name, as_of) == report(other, name, as_of)


def test_the_account_closes_with_what_receivables_say(con: duckdb.DuckDBPyConnection) -> None:
    step(con, lambda w: pay(w, "100", on=DAY + dt.timedelta(days=4)))
    step(con, lambda w: note(w, "INV-2026-00002", {1: "1"}, on=DAY + dt.timedelta(days=5)))
    who = customer_id(con, "AB")
    for until in (DAY, DAY + dt.timedelta(days=3), DAY + dt.timedelta(days=4), AS_OF):
        whole = load_account(con, who, since=dt.date(2026, 1, 1), until=until)
        part = load_account(con, who, since=DAY + dt.timedelta(days=2), until=until) if until > DAY else whole
        owed = report(con, "receivables", until)
        assert whole.closing == part.closing == (owed[0][12] if owed else 0)
        assert whole.opening + whole.debit - whole.credit == whole.closing
        assert part.opening == (36 if until > DAY else 0)
        assert [one.balance for one in whole.entries][-1] == whole.closing
    kinds = [(one.kind, one.debit, one.credit) for one in whole.entries]
    assert kinds == [  # type: ignore[comparison-overlap]
        ("Invoice", 12, 0),
        ("Invoice", 24, 0),
        ("Invoice", 36, 0),
        ("Payment", 0, 100),
        ("Credit note", 0, 12),
    ]
