"""Invoices, their instalments and payments as tables."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.numbers import money
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from crmcli.store.invoices.crediting import Invoice

STATES = (N_("open"), N_("partly paid"), N_("paid"), N_("overdue"), N_("credit note"), N_("credited"))
LIST = (
    Column("invoice", N_("Invoice"), Kind.CODE),
    Column("issued_on", N_("Issued"), Kind.DATE),
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("order", N_("Order"), Kind.CODE),
    Column("due_on", N_("Due"), Kind.DATE),
    Column("amount", N_("Amount"), Kind.MONEY),
    Column("open", N_("Open"), Kind.MONEY),
    Column("state", N_("State"), Kind.LEVEL, words=tuple(word.replace(" ", "_") for word in STATES)),
    Column("credits", N_("Credits invoice"), Kind.CODE),
)
_LINES = (
    Column("line", N_("Line"), Kind.COUNT),
    Column("sku", N_("Product"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("qty", N_("Quantity"), Kind.QUANTITY),
    Column("unit", N_("Unit"), Kind.TEXT),
    Column("unit_price", N_("Price"), Kind.MONEY),
    Column("discount_pct", N_("Discount, %"), Kind.QUANTITY),
    Column("net", N_("Net"), Kind.MONEY),
    Column("tax_rate", N_("VAT, %"), Kind.QUANTITY),
    Column("tax", N_("VAT"), Kind.MONEY),
    Column("gross", N_("Gross"), Kind.MONEY),
    Column("credited", N_("Credited"), Kind.QUANTITY),
)
_INSTALMENTS = (
    Column("due_on", N_("Due"), Kind.DATE),
    Column("amount", N_("Amount"), Kind.MONEY),
    Column("paid", N_("Paid"), Kind.MONEY),
    Column("open", N_("Open"), Kind.MONEY),
)
_PAYMENTS = (
    Column("paid_on", N_("Paid on"), Kind.DATE),
    Column("receipt", N_("Receipt"), Kind.CODE),
    Column("amount", N_("Amount"), Kind.MONEY),
    Column("method", N_("Method"), Kind.TEXT),
)


def invoice_table(invoice: Invoice, currency: str, beside: Sequence[Table] = (), title: str | None = None) -> Table:
    """One invoice or credit note, a row a line."""
    rows = [
        (
            one.line.number, one.line.sku, one.line.description, one.line.qty, one.line.unit, one.line.unit_price,
            one.line.discount_pct, one.net, one.line.tax_rate, one.tax, one.net + one.tax, one.credited_qty or None,
        )
        for one in invoice.lines
    ]  # fmt: skip
    kind = _("Credit note") if invoice.amount < 0 else _("Invoice")
    named = f"{kind} {invoice.number}, {invoice.issued_on.isoformat()}, {invoice.customer} {invoice.customer_name}"
    totals = {
        "net": sum((one.net for one in invoice.lines), Decimal(0)),
        "tax": sum((one.tax for one in invoice.lines), Decimal(0)),
        "gross": sum((one.net + one.tax for one in invoice.lines), Decimal(0)),
    }
    return Table(
        "invoice", f"{title}: {named}" if title else named, _LINES, ListRows(rows), _headline(invoice, currency),
        totals if rows else {}, _notes(invoice), empty=_("This invoice was imported without its lines."), currency=currency,
        beside=tuple(beside),
    )  # fmt: skip


def _headline(invoice: Invoice, currency: str) -> str:
    whole, left = money(abs(invoice.amount), currency), money(invoice.amount - invoice.paid, currency)
    if invoice.amount < 0:
        used = money(-invoice.paid, currency)
        return _("%(amount)s credited, %(used)s of it paid out or set against invoices.") % {
            "amount": whole,
            "used": used,
        }
    if invoice.paid >= invoice.amount:
        return _("%(amount)s, paid.") % {"amount": whole}
    paid = money(invoice.paid, currency)
    return _("%(amount)s, %(paid)s of it paid, %(open)s open.") % {"amount": whole, "paid": paid, "open": left}


def _notes(invoice: Invoice) -> tuple[str, ...]:
    notes = []
    if invoice.order_no:
        notes.append(_("For order %(number)s.") % {"number": invoice.order_no})
    if invoice.credits:
        notes.append(_("Credits invoice %(number)s.") % {"number": invoice.credits})
    if invoice.due_on:
        notes.append(_("Due on %(day)s.") % {"day": invoice.due_on.isoformat()})
    if invoice.credited:
        notes.append(_("Of it %(amount)s was credited.") % {"amount": money(invoice.credited)})
    return tuple(notes)


def instalments_table(con: duckdb.DuckDBPyConnection, invoice: Invoice, currency: str) -> Table:
    """Agreed payments, settled one after the other by what was paid."""
    from crmcli.rules.settling import Instalment, instalments_paid
    from crmcli.store.connection import rows

    parts = [
        Instalment(*row)
        for row in rows(con, "SELECT due_on, amount FROM instalments WHERE invoice_id = $1", [invoice.id])
    ]
    listed = [(one.due_on, one.amount, one.paid, one.open) for one in instalments_paid(parts, invoice.paid)]
    return Table("instalments", _("Instalments"), _INSTALMENTS, ListRows(listed), currency=currency)


def payments_table(con: duckdb.DuckDBPyConnection, invoice: Invoice, currency: str) -> Table:
    """What came for an invoice."""
    from crmcli.store.connection import rows

    found = rows(
        con,
        'SELECT paid_on, coalesce(receipt_no, payment_no), amount, "method" FROM payments WHERE invoice_id = $1 ORDER BY paid_on, id',
        [invoice.id],
    )
    return Table("payments", _("Payments"), _PAYMENTS, ListRows(found), currency=currency)
