"""Invoices: numbers without gaps, sums that hold, documents that never change, credit notes, and what undo may take back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crmcli.documents.facts import DocumentKind
from crmcli.documents.issuing import load
from crmcli.documents.render import render
from crmcli.errors import ConflictError, NotFoundError, UsageError
from crmcli.rules.totals import TaxMode
from crmcli.store.check import check
from crmcli.store.connection import open_to_write, rows, transaction
from crmcli.store.invoices.crediting import credit_amount, find_invoice
from crmcli.store.undo import undo
from tests.store.made import NOW, contents, take
from tests.store.selling import DAY, arrive, bill, note, order, pay, send, shop, step

if TYPE_CHECKING:
    import duckdb


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_to_write(shop(tmp_path / "crm.duckdb"), wait=5) as opened:
        yield opened


def ordered(con: duckdb.DuckDBPyConnection, **items: str) -> str:
    return step(con, lambda w: order(w, items or {"NAIL": "10"}))[0]


def test_numbers_run_by_series_and_year_and_follow_their_days(con: duckdb.DuckDBPyConnection) -> None:
    number = ordered(con, NAIL="100")
    first, second = (step(con, lambda w: bill(w, number, {1: "1"}))[0] for _ in range(2))
    assert (first, second) == ("INV-2026-00001", "INV-2026-00002")
    assert step(con, lambda w: bill(w, number, {1: "1"}, series="SPB-A"))[0] == "SPB-A-2026-00001"
    assert step(con, lambda w: bill(w, number, {1: "1"}, on=dt.date(2027, 1, 2)))[0] == "INV-2027-00001"
    with pytest.raises(ConflictError, match="00003 cannot be dated 2026-06-30"):
        step(con, lambda w: bill(w, ordered_before(w), {1: "1"}, on=dt.date(2026, 6, 30)))
    assert step(con, lambda w: bill(w, number, {1: "1"}, on=dt.date(2026, 12, 31)))[0] == "INV-2026-00003"
    assert not check(con)


def ordered_before(writer: object) -> str:
    return order(writer, {"NAIL": "1"}, on=dt.date(2026, 6, 1))  # type: ignore[arg-type]


@pytest.mark.parametrize("series", ["", "../x", "A B", "-A", "A-", "x" * 13, "=1+1", "A'; DROP"])
def test_an_unsound_series_is_refused(con: duckdb.DuckDBPyConnection, series: str) -> None:
    number = ordered(con)
    with pytest.raises(UsageError):
        step(con, lambda w: bill(w, number, series=series))


def test_a_step_that_fails_or_is_dropped_takes_no_number(con: duckdb.DuckDBPyConnection) -> None:
    number = ordered(con, NAIL="3")

    def half(writer: object) -> None:
        bill(writer, number, {1: "1"})  # type: ignore[arg-type]
        raise KeyError

    with pytest.raises(KeyError):
        step(con, half)
    assert step(con, lambda w: bill(w, number, {1: "1"}))[0] == "INV-2026-00001"


def test_numbers_that_imported_invoices_bear_are_passed_over(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    facts = {"customer": "AB", "issued_on": "2026-01-01", "amount": "5"}
    take(con, tmp_path, "invoices", {"invoice_no": "INV-2026-00002", **facts}, {"invoice_no": "INV-2026-9x", **facts})
    number = ordered(con)
    made = [step(con, lambda w: bill(w, number, {1: "1"}))[0] for _ in range(2)]
    assert made == ["INV-2026-00001", "INV-2026-00003"]
    assert not check(con)


def test_only_the_last_number_can_be_taken_back_and_is_free_then(con: duckdb.DuckDBPyConnection) -> None:
    number = ordered(con)
    before = contents(con)
    _one, first = step(con, lambda w: bill(w, number, {1: "1"}))
    between = contents(con)
    _two, second = step(con, lambda w: bill(w, number, {1: "2"}))
    with pytest.raises(ConflictError, match="later numbers"), transaction(con):
        undo(con, first.number, now=NOW)
    with transaction(con):
        undo(con, second.number, now=NOW)
    assert contents(con) == between
    assert step(con, lambda w: bill(w, number, {1: "3"}))[0] == "INV-2026-00002"
    with transaction(con):
        undo(con, None, now=NOW)
        undo(con, first.number, now=NOW)
    assert contents(con) == before


def test_what_is_paid_or_credited_cannot_be_taken_back(con: duckdb.DuckDBPyConnection) -> None:
    number = ordered(con)
    invoice, issued = step(con, lambda w: bill(w, number))
    _receipt, paid = step(con, lambda w: pay(w, "1"))
    with pytest.raises(ConflictError, match="payments"), transaction(con):
        undo(con, issued.number, now=NOW)
    with transaction(con):
        undo(con, paid.number, now=NOW)
    step(con, lambda w: note(w, invoice, {1: "1"}))
    with pytest.raises(ConflictError, match="credited"), transaction(con):
        undo(con, issued.number, now=NOW)


def test_a_taken_back_number_cannot_come_again_beside_another(con: duckdb.DuckDBPyConnection) -> None:
    number = ordered(con)
    _no, issued = step(con, lambda w: bill(w, number, {1: "1"}))
    with transaction(con):
        away = undo(con, issued.number, now=NOW)
    step(con, lambda w: bill(w, number, {1: "2"}))
    with transaction(con):
        assert undo(con, away.step.number, now=NOW).kept
    assert rows(con, "SELECT invoice_no, amount FROM invoices") == [("INV-2026-00001", 24)]
    assert not check(con)


def test_sums_of_both_tax_modes_hold(con: duckdb.DuckDBPyConnection) -> None:
    number = ordered(con, WIRE="13", NAIL="3", DOOR="1")
    line = find_invoice(con, step(con, lambda w: bill(w, number, {1: "13", 2: "3"}, mode=TaxMode.LINE))[0])
    assert [(one.net, one.tax) for one in line.lines] == [(Decimal("1.37"), Decimal("0.14")), (30, 6)]
    assert (line.amount, line.tax_amount) == (Decimal("37.51"), Decimal("6.14"))
    rest = find_invoice(con, step(con, lambda w: bill(w, number))[0])
    assert (rest.amount, rest.tax_amount, rest.lines[0].line.tax_rate) == (Decimal("99.99"), 0, None)  # type: ignore[comparison-overlap]
    with pytest.raises(ConflictError, match="nothing of order"):
        step(con, lambda w: bill(w, number))
    with pytest.raises(ConflictError, match="cannot be invoiced"):
        step(con, lambda w: bill(w, number, {1: "1"}))


def test_a_document_is_the_same_to_the_byte_whatever_changes_later(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    number = ordered(con)
    invoice = step(con, lambda w: bill(w, number))[0]
    facts, parts = load(con, DocumentKind.INVOICE, invoice)
    first = {kind: render(facts, kind, parts=parts) for kind in ("html", "json", "md", "csv")}
    take(con, tmp_path, "contacts", {"code": "AB", "name": "Other", "address": "Elsewhere"})
    take(con, tmp_path, "products", {"sku": "NAIL", "name": "Renamed", "price": "1", "tax_rate": "5"})
    con.execute(
        "INSERT INTO seller_details VALUES (1, 'name', 'New seller', NULL, 1, 1), (2, 'tax_id', '1', NULL, 1, 1)"
    )
    facts, parts = load(con, DocumentKind.INVOICE, invoice)
    assert {kind: render(facts, kind, parts=parts) for kind in first} == first
    assert b"Alder &amp; Birch &lt;b&gt;" in first["html"]


def test_an_import_cannot_change_what_was_issued(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    number = ordered(con)
    invoice = step(con, lambda w: bill(w, number))[0]
    before = rows(con, "FROM invoices")
    row = {"invoice_no": invoice, "customer": "AB", "issued_on": "2026-07-01", "amount": "120"}
    assert take(con, tmp_path, "invoices", row).rejected == 0
    changed = take(con, tmp_path, "invoices", {**row, "amount": "1"}, {**row, "invoice_no": "X-1"})
    assert changed.rejected == 1
    assert rows(con, "FROM invoices WHERE number IS NOT NULL") == before
    assert rows(con, "SELECT count(*) FROM invoices WHERE invoice_no = 'X-1'") == [(1,)]


def test_credit_notes_take_back_exactly_and_never_more(con: duckdb.DuckDBPyConnection) -> None:
    number = ordered(con, WIRE="13", NAIL="3")
    invoice = step(con, lambda w: bill(w, number))[0]
    for qty in ("5", "5", "3"):
        step(con, lambda w, qty=qty: note(w, invoice, {1: qty}))  # type: ignore[misc]
    assert rows(con, "SELECT sum(amount), sum(tax_amount) FROM invoices WHERE credits = $1", [invoice]) == [
        (Decimal("-1.51"), Decimal("-0.14"))
    ]
    with pytest.raises(ConflictError, match="cannot be credited"):
        step(con, lambda w: note(w, invoice, {1: "0.0001"}))
    with pytest.raises(NotFoundError):
        step(con, lambda w: note(w, invoice, {7: "1"}))
    found = find_invoice(con, invoice)
    with pytest.raises(ConflictError, match="not credited yet"):
        credit_amount(con, found, Decimal("36.01"), on=DAY, series="CN", words="less")
    rest = credit_amount(con, found, Decimal(36), on=DAY, series="CN", words="less")
    assert rest.totals.gross == -36
    assert sum(one.gross for one in rest.totals.lines) == -36
    with pytest.raises(ConflictError, match="credit note itself"):
        credit_amount(con, find_invoice(con, "CN-2026-00001"), Decimal(1), on=DAY, series="CN", words="x")
    assert not check(con)


@pytest.mark.parametrize(
    ("damage", "name"),
    [
        ("UPDATE invoices SET number = 4, invoice_no = 'INV-2026-00004' WHERE number = 2", "invoice_numbers"),
        ("UPDATE invoices SET issued_on = '2026-01-01' WHERE number = 2", "invoice_numbers"),
        ("UPDATE invoices SET amount = amount + 1 WHERE number = 1", "invoice_sums"),
        ("UPDATE invoice_lines SET net = net + 1", "invoice_sums"),
        ('UPDATE documents SET facts = replace(facts, \'"gross": "12\', \'"gross": "13\')', "invoice_documents"),
        ("DELETE FROM documents", "invoice_documents"),
        ("UPDATE invoice_lines SET qty = qty * 30", "invoiced_quantities"),
        ("UPDATE shipment_lines SET qty = 11", "shipped_quantities"),
    ],
)
def test_checks_find_what_is_wrong(con: duckdb.DuckDBPyConnection, damage: str, name: str) -> None:
    number = ordered(con)
    step(con, lambda w: send(w, number, {1: "4"}))
    step(con, lambda w: arrive(w, number))
    for _ in range(2):
        step(con, lambda w: bill(w, number, {1: "1"}))
    assert not check(con)
    con.execute(damage)
    assert name in {finding.check for finding in check(con)}
