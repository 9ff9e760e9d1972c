"""Invoices and credit notes issued here: gapless numbers taken inside the transaction, lines that add up, never changed.

What was issued is corrected by a credit note. The last number of a series can be taken back with undo, and is free then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, UsageError
from crmcli.language import gettext as _
from crmcli.rules.numbering import INVOICE_DIGITS, Number, next_number, require_order_of_days, require_series
from crmcli.rules.settling import Instalment
from crmcli.rules.totals import LineSum, TaxMode, Totals
from crmcli.store.connection import rows
from crmcli.store.orders.states import keep_in_step

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.journal import Writer

ISSUED = "issued"  # invoices.status of what was issued here
_HEAD = (
    "invoice_no", "customer_id", "order_no", "issued_on", "due_on", "amount", "tax_amount", "status", "series", "year", "number",
    "credits",
)  # fmt: skip
_LINE = (
    "invoice_id", "line_no", "order_line_id", "product_id", "description", "unit", "qty", "unit_price", "discount_pct", "net",
    "tax_rate", "tax",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line to be issued; amounts are in the totals of the bill, at the same place.

    Args:
        number: line_no; on a credit note that of the invoice's line, so that it is known how much of it was credited.
        order_line_id: The line of the order, None for an amount without goods.
        unit_price: With tax or without as the bill says.
    """

    number: int
    order_line_id: int | None
    product_id: int | None
    sku: str
    description: str
    unit: str
    qty: Decimal
    unit_price: Decimal
    discount_pct: Decimal | None = None
    tax_rate: Decimal | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice (or, with amounts below zero, a credit note) about to be issued.

    Args:
        customer_id: Who is to pay.
        order_no: The order it is for.
        on, due_on: Its day, and the day it is to be paid by.
        series: Of its number.
        currency, digits: ISO code and decimals of the minor unit.
        lines, totals: What is billed.
        tax_mode, tax_included: As of rules.totals.
        instalments: Agreed payments, together the gross amount.
        credits: The invoice that a credit note corrects.
    """

    customer_id: int
    order_no: str | None
    on: dt.date
    due_on: dt.date | None
    series: str
    currency: str
    digits: int
    lines: tuple[BillLine, ...]
    totals: Totals
    tax_mode: TaxMode
    tax_included: bool
    instalments: tuple[Instalment, ...] = ()
    credits: str | None = None


@dataclass(frozen=True, slots=True)
class IssuedBill:
    """A bill with the number it was issued under."""

    id: int
    number: str
    bill: Bill


def issue(writer: Writer, bill: Bill) -> IssuedBill:
    """Take the next number of the series and write the bill under it. Call inside a transaction.

    Raises:
        ConflictError: It would be dated before the last of its series and year.
        UsageError: No lines, a due date before its day, instalments that do not make up the whole.
    """
    _require_sound(bill)
    con = writer.con
    number = free_invoice_number(con, bill.series, bill.on)
    head = (
        number.text, bill.customer_id, bill.order_no, bill.on, bill.due_on, bill.totals.gross, bill.totals.tax, ISSUED,
        number.series, number.year, number.count, bill.credits,
    )  # fmt: skip
    [invoice] = writer.add("invoices", _HEAD, [head])
    pairs = zip(bill.lines, bill.totals.lines, strict=True)
    writer.add("invoice_lines", _LINE, [(invoice, *_values(line, money)) for line, money in pairs])
    parts = [(invoice, part.due_on, part.amount) for part in bill.instalments]
    writer.add("instalments", ("invoice_id", "due_on", "amount"), parts)
    keep_in_step(writer, orders_billed(con, [invoice]))
    return IssuedBill(invoice, number.text, bill)


def free_invoice_number(con: duckdb.DuckDBPyConnection, series: str, on: dt.date) -> Number:
    """The number the next invoice of a series gets that day; imported invoices that bear such numbers are passed over.

    Raises:
        ConflictError: The day is before that of the last number.
        UsageError: No sound series.
    """
    require_series(series)
    last, last_on = rows(
        con,
        'SELECT coalesce(max(number), 0), max(issued_on) FROM invoices WHERE series = $1 AND "year" = $2',
        [series, on.year],
    )[0]
    borne = rows(
        con,
        "SELECT invoice_no FROM invoices WHERE number IS NULL AND starts_with(invoice_no, $1)",
        [f"{series}-{on.year:04d}-"],
    )
    number = next_number(series, on.year, last, digits=INVOICE_DIGITS, taken=[str(text) for (text,) in borne])
    require_order_of_days(number, on, last_on)
    return number


def orders_billed(con: duckdb.DuckDBPyConnection, invoices: Sequence[int]) -> list[int]:
    """Ids of the orders whose lines are on these invoices."""
    found = rows(
        con,
        "SELECT DISTINCT l.order_id FROM invoice_lines AS b JOIN order_lines AS l ON l.id = b.order_line_id "
        "WHERE b.invoice_id IN (SELECT unnest($1::INTEGER[])) ORDER BY l.order_id",
        [list(invoices)],
    )
    return [int(order) for (order,) in found]


def require_undoable(con: duckdb.DuckDBPyConnection, step: int) -> None:
    """Refuse to take back an invoice that is not the last of its series and year, or was paid or credited since.

    Args:
        con: A store.
        step: The step about to be undone.

    Raises:
        ConflictError: As said; what is issued is corrected by a credit note.
    """
    own = (
        'SELECT id, invoice_no, series, "year", number FROM invoices AS i WHERE number IS NOT NULL AND (added_in = $1 '
        "OR id IN (SELECT id FROM history.invoices WHERE in_step = $1 AND op = 'insert'))"
    )
    found = rows(
        con,
        f"WITH own AS ({own}) SELECT own.invoice_no, "
        'EXISTS (FROM invoices AS l WHERE l.series = own.series AND l."year" = own."year" AND l.number > own.number '
        "AND l.id NOT IN (SELECT id FROM own)), "
        "EXISTS (FROM payments AS p WHERE p.invoice_id = own.id AND p.added_in <> $1), "
        "EXISTS (FROM invoices AS c WHERE c.credits = own.invoice_no AND c.number IS NOT NULL "
        "AND c.id NOT IN (SELECT id FROM own)) FROM own ORDER BY own.number",
        [step],
    )
    for number, followed, paid, credited in found:
        if followed:
            message = _("%(number)s was issued, and later numbers follow it: it cannot be taken back")
        elif paid:
            message = _("%(number)s was issued, and payments refer to it: it cannot be taken back")
        elif credited:
            message = _("%(number)s was issued and credited: it cannot be taken back")
        else:
            continue
        raise ConflictError(
            message % {"number": number},
            _("To correct it issue a credit note: crmcli invoice credit %(number)s") % {"number": number},
        )


def _require_sound(bill: Bill) -> None:
    if not bill.lines:
        raise UsageError(_("an invoice needs at least one line"))
    if bill.due_on is not None and bill.due_on < bill.on:
        raise UsageError(_("an invoice cannot be due before its day"))
    if any(part.due_on < bill.on for part in bill.instalments):
        raise UsageError(_("an instalment cannot be due before the day of its invoice"))
    if bill.instalments and sum((part.amount for part in bill.instalments), Decimal(0)) != bill.totals.gross:
        raise UsageError(_("the instalments do not make up the amount of the invoice"))


def _values(line: BillLine, money: LineSum) -> tuple[object, ...]:
    return (
        line.number, line.order_line_id, line.product_id, line.description, line.unit, line.qty, line.unit_price,
        line.discount_pct, money.net, line.tax_rate, money.tax,
    )  # fmt: skip
