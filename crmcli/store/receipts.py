"""Money that comes and goes: one receipt over several invoices is several rows of one number, the rest is credit.

The row of a receipt without an invoice is credit; applying it gives it to invoices with the day it came. A credit note is
set against an invoice by two rows of one number that add up to nothing, on the day that is done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, UsageError
from crmcli.language import gettext as _
from crmcli.numbers import minor_digits, rounded
from crmcli.rules.fulfilment import plain
from crmcli.rules.numbering import RECEIPTS
from crmcli.rules.settling import Asked, Settled, settle
from crmcli.store.connection import rows, scalar
from crmcli.store.invoices.issuing import orders_billed
from crmcli.store.orders.states import keep_in_step
from crmcli.store.taken_numbers import free_number

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.journal import Writer

OFFSET = "offset"  # method of the rows that set a credit note against an invoice
_ROW = ("invoice_id", "customer_id", "paid_on", "amount", "method", "with_invoice", "receipt_no")
# status: whatever the books call a draft or a cancelled invoice, as in metrics/payments/invoice_states.sql
_OPEN = """
SELECT i.id, i.invoice_no, i.issued_on, i.amount - coalesce(sum(p.amount), 0) AS open
FROM invoices AS i LEFT JOIN payments AS p ON p.invoice_id = i.id
WHERE i.customer_id = $1
    AND NOT coalesce(regexp_matches(lower(i.status), '^(draft|cancel|void|annul|чернов|отмен|аннул)'), false)
GROUP BY i.id, i.invoice_no, i.issued_on, i.amount
HAVING i.amount - coalesce(sum(p.amount), 0) <> 0
ORDER BY i.issued_on, i.invoice_no
"""


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice with something to pay (above zero), or a credit note or overpaid invoice with something to pay out."""

    id: int
    number: str
    issued_on: dt.date
    open: Decimal


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money of one day.

    Args:
        customer_id: Who paid, or was paid back.
        on: The day.
        amount: Above zero it came, below zero it went out.
        method: In the owner's words.
    """

    customer_id: int
    on: dt.date
    amount: Decimal
    method: str | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    """A row of money that is for no invoice: above zero what a customer has in advance."""

    id: int
    receipt_no: str | None
    paid_on: dt.date
    amount: Decimal
    method: str | None
    is_keyed: bool


@dataclass(frozen=True, slots=True)
class Applied:
    """Credit given to an invoice: from a receipt or credit note, to an invoice, so much, as of that day."""

    source: str
    invoice: str
    paid_on: dt.date
    amount: Decimal


def open_invoices(con: duckdb.DuckDBPyConnection, customer_id: int) -> list[OpenInvoice]:
    """Invoices of a customer that are not settled, oldest first."""
    return [OpenInvoice(*row) for row in rows(con, _OPEN, [customer_id])]


def add_receipt(writer: Writer, receipt: Receipt, told: Mapping[str, Decimal] | None = None) -> tuple[str, Settled]:
    """Write one receipt over the open invoices of a customer, oldest first or as told; the rest is credit.

    Returns the receipt's number and how it was divided. Call inside a transaction.

    Raises:
        ConflictError: More than an invoice asks for, or a refund of more than the customer has to get.
        NotFoundError, UsageError: As of rules.settling.settle; more decimals than the currency has.
    """
    con = writer.con
    digits = minor_digits(str(scalar(con, "SELECT value FROM meta.settings WHERE key = 'base_currency'") or ""))
    for amount in (receipt.amount, *(told or {}).values()):
        if amount != rounded(amount, digits) or abs(amount) >= 10**14:
            raise UsageError(_("%(amount)s is no amount of this currency") % {"amount": plain(amount)})
    known = open_invoices(con, receipt.customer_id)
    settled = settle([Asked(one.number, one.open) for one in known], receipt.amount, told)
    if settled.rest < 0:
        _require_credit(con, receipt, -settled.rest)
    number = free_number(con, "receipts", RECEIPTS, receipt.on.year).text
    ids = {one.number: one.id for one in known}
    parts: list[tuple[int | None, Decimal]] = [(ids[invoice], amount) for invoice, amount in settled.parts]
    if settled.rest:
        parts.append((None, settled.rest))
    _write(writer, receipt, parts, number)
    keep_in_step(writer, orders_billed(con, [invoice for invoice, _amount in parts if invoice is not None]))
    return number, settled


def credits_of(con: duckdb.DuckDBPyConnection, customer_id: int) -> list[Credit]:
    """Money of a customer that is for no invoice, oldest first; what was paid back of it is taken off the oldest."""
    found = [
        Credit(*row)
        for row in rows(
            con,
            'SELECT id, coalesce(receipt_no, payment_no), paid_on, amount, "method", payment_no IS NOT NULL FROM payments '
            "WHERE customer_id = $1 AND invoice_id IS NULL ORDER BY paid_on, id",
            [customer_id],
        )
    ]
    out = -sum((one.amount for one in found if one.amount < 0), Decimal(0))
    left = []
    for one in (credit for credit in found if credit.amount > 0):
        taken = min(out, one.amount)
        out -= taken
        if one.amount > taken:
            left.append(Credit(one.id, one.receipt_no, one.paid_on, one.amount - taken, one.method, one.is_keyed))
    return left


def apply_credit(writer: Writer, customer_id: int, on: dt.date) -> list[Applied]:
    """Give a customer's credit to the open invoices, oldest first: money in advance, then credit notes.

    Money keeps the day it came; a credit note counts from `on`. Call inside a transaction.

    Raises:
        ConflictError: There is no credit, or nothing open to give it to.
    """
    con = writer.con
    asked = [one for one in open_invoices(con, customer_id) if one.open > 0]
    credit, notes = credits_of(con, customer_id), [one for one in open_invoices(con, customer_id) if one.open < 0]
    if not credit and not notes:
        raise ConflictError(_("this customer has no credit to apply"))
    if not asked:
        raise ConflictError(_("this customer has no open invoice to apply credit to"))
    done: list[Applied] = []
    touched: set[int] = set()
    for one in credit:
        parts = _taken(asked, one.amount)
        if parts:
            _give(writer, customer_id, one, parts)
            done += [Applied(one.receipt_no or "", invoice.number, one.paid_on, amount) for invoice, amount in parts]
            touched |= {invoice.id for invoice, _amount in parts}
            asked = _less(asked, parts)
    for note in notes:
        parts = _taken(asked, -note.open)
        if parts:
            number = free_number(con, "receipts", RECEIPTS, on.year).text
            both = [(note.id, -sum((amount for _one, amount in parts), Decimal(0))), *((i.id, a) for i, a in parts)]
            _write(writer, Receipt(customer_id, on, Decimal(0), OFFSET), both, number)
            done += [Applied(note.number, invoice.number, on, amount) for invoice, amount in parts]
            touched |= {note.id, *(invoice.id for invoice, _amount in parts)}
            asked = _less(asked, parts)
    keep_in_step(writer, orders_billed(con, sorted(touched)))
    return done


def _taken(asked: Sequence[OpenInvoice], amount: Decimal) -> list[tuple[OpenInvoice, Decimal]]:
    """How an amount is divided, oldest first."""
    known = {one.number: one for one in asked}
    parts = settle([Asked(one.number, one.open) for one in asked], amount).parts
    return [(known[number], part) for number, part in parts]


def _less(asked: Sequence[OpenInvoice], parts: Sequence[tuple[OpenInvoice, Decimal]]) -> list[OpenInvoice]:
    """What is open once these parts are given."""
    given = {one.id: amount for one, amount in parts}
    left = [OpenInvoice(one.id, one.number, one.issued_on, one.open - given.get(one.id, Decimal(0))) for one in asked]
    return [one for one in left if one.open > 0]


def _give(writer: Writer, customer_id: int, credit: Credit, parts: Sequence[tuple[OpenInvoice, Decimal]]) -> None:
    """Take so much off a row of credit and give it to invoices, with the same number and day.

    A row known by a number from elsewhere keeps its amount, or the next import would bring it back whole: a row below zero
    takes the credit off instead.
    """
    con = writer.con
    given = sum((amount for _invoice, amount in parts), Decimal(0))
    rest: list[tuple[int | None, Decimal]] = [(invoice.id, amount) for invoice, amount in parts]
    stored = rows(con, "SELECT amount, receipt_no FROM payments WHERE id = $1", [credit.id])[0]
    number = stored[1] or free_number(con, "receipts", RECEIPTS, credit.paid_on.year).text
    if credit.is_keyed:
        rest.append((None, -given))
    elif stored[0] == given:
        writer.drop("payments", [credit.id])
    else:
        writer.change("payments", ("amount", "receipt_no"), [(credit.id, stored[0] - given, number)])
    _write(writer, Receipt(customer_id, credit.paid_on, given, credit.method), rest, number)


def _write(writer: Writer, receipt: Receipt, parts: Sequence[tuple[int | None, Decimal]], number: str) -> None:
    same = (receipt.method, False, number)
    listed = [(invoice, receipt.customer_id, receipt.on, amount, *same) for invoice, amount in parts]
    writer.add("payments", _ROW, listed)


def _require_credit(con: duckdb.DuckDBPyConnection, receipt: Receipt, out: Decimal) -> None:
    """Nobody is paid back more than is theirs."""
    have = sum((one.amount for one in credits_of(con, receipt.customer_id)), Decimal(0))
    if out > have:
        raise ConflictError(
            _("%(amount)s cannot be paid back: this customer has %(credit)s of credit left")
            % {"amount": plain(out), "credit": plain(have)},
            _("To give money back for goods, issue a credit note first: crmcli invoice credit INVOICE"),
        )
