"""Orders as tables: one with its lines, many, and those that are late."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.rules.fulfilment import BACK, BILLS, CANCELLED, GOODS, MONEY, plain, standing
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from crmcli.store.orders.shipping import Shipment
    from crmcli.store.orders.states import OrderState

STATUSES = (N_("draft"), N_("confirmed"), N_("shipped"), N_("delivered"), N_("completed"), N_("cancelled"))
_LINES = (
    Column("line", N_("Line"), Kind.COUNT),
    Column("sku", N_("Product"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("ordered", N_("Ordered"), Kind.QUANTITY),
    Column("shipped", N_("Shipped"), Kind.QUANTITY),
    Column("delivered", N_("Delivered"), Kind.QUANTITY),
    Column("returned", N_("Returned"), Kind.QUANTITY),
    Column("invoiced", N_("Invoiced"), Kind.QUANTITY),
    Column("paid", N_("Paid"), Kind.QUANTITY),
    Column("unit_price", N_("Price"), Kind.MONEY),
    Column("net", N_("Net"), Kind.MONEY),
)
_PRICE_WITH_TAX = Column("price_with_tax", N_("With tax"), Kind.MONEY)
_SHIPMENTS = (
    Column("shipment", N_("Shipment"), Kind.CODE),
    Column("shipped_on", N_("Shipped on"), Kind.DATE),
    Column("delivered_on", N_("Delivered on"), Kind.DATE),
    Column("carrier", N_("Carrier"), Kind.TEXT),
    Column("tracking", N_("Tracking"), Kind.CODE),
    Column("lines", N_("Lines"), Kind.TEXT),
    Column("note", N_("Note"), Kind.TEXT),
)
_INVOICES = (
    Column("invoice", N_("Invoice"), Kind.CODE),
    Column("issued_on", N_("Issued"), Kind.DATE),
    Column("due_on", N_("Due"), Kind.DATE),
    Column("amount", N_("Amount"), Kind.MONEY),
    Column("open", N_("Open"), Kind.MONEY),
    Column("credits", N_("Credits invoice"), Kind.CODE),
)
LIST = (
    Column("order", N_("Order"), Kind.CODE),
    Column("ordered_on", N_("Ordered on"), Kind.DATE),
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("status", N_("Status"), Kind.LEVEL, words=STATUSES),
    Column("promised_on", N_("Promised"), Kind.DATE),
    Column("delivered_on", N_("Delivered on"), Kind.DATE),
    Column("net", N_("Net"), Kind.MONEY),
    Column("quote", N_("Quote"), Kind.CODE),
    Column("returns", N_("Returns"), Kind.CODE),
)
LATE = (
    Column("order", N_("Order"), Kind.CODE),
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("class", N_("Class"), Kind.LEVEL, words=("A", "B", "C")),
    Column("key", N_("Key"), Kind.LEVEL),
    Column("promised_on", N_("Promised"), Kind.DATE),
    Column("days_late", N_("Days late"), Kind.DAYS, bar=True),
    Column("status", N_("Status"), Kind.LEVEL, words=STATUSES),
    Column("goods", N_("Goods"), Kind.LEVEL, words=tuple(word.replace(" ", "_") for word in GOODS)),
    Column("net", N_("Net"), Kind.MONEY),
    Column("open_net", N_("Of it not arrived"), Kind.MONEY),
)


def words_of(order: OrderState) -> str:
    """How far an order is, in one sentence."""
    if order.returns is not None:
        return _("Return of goods of order %(order)s.") % {"order": order.returns}
    if order.status == CANCELLED:
        return _("Cancelled.")
    now = standing(order.standings)
    words = [now.goods, now.bills, now.money] + ([now.back] if now.back else [])
    assert {*words} <= {*GOODS, *BILLS, *MONEY, *BACK}
    return ", ".join(_(word) for word in words).capitalize() + "."


def _lines(*, with_tax: bool) -> tuple[Column, ...]:
    """Columns of lines; with the price agreed where tax is in it."""
    return (*_LINES[:-1], _PRICE_WITH_TAX, _LINES[-1]) if with_tax else _LINES


def order_table(order: OrderState, currency: str, beside: Sequence[Table] = (), title: str | None = None) -> Table:
    """One order, a row a line."""
    with_tax = any(line.price_with_tax is not None for line in order.lines)
    rows = [
        (
            line.number, line.sku, line.name, line.standing.ordered, line.standing.shipped, line.standing.delivered,
            line.standing.returned, line.standing.invoiced, line.standing.paid, line.unit_price,
            *([line.price_with_tax] if with_tax else []), line.net,
        )
        for line in order.lines
    ]  # fmt: skip
    whom = f"{order.customer} {order.customer_name}" if order.customer else _("anonymous")
    named = _("Order %(number)s of %(day)s, %(customer)s") % {
        "number": order.number,
        "day": order.ordered_on.isoformat(),
        "customer": whom,
    }
    headline = f"{_(order.status).capitalize()}. {words_of(order)}"
    notes = []
    if order.promised_on:
        notes.append(_("Promised for %(day)s.") % {"day": order.promised_on.isoformat()})
    if order.quote_no:
        notes.append(_("From quote %(number)s.") % {"number": order.quote_no})
    totals = {"net": sum((line.net for line in order.lines), Decimal(0))}
    return Table(
        "order", f"{title}: {named}" if title else named, _lines(with_tax=with_tax), ListRows(rows), headline, totals, tuple(notes),
        empty=_("This order has no lines."), currency=currency, beside=tuple(beside),
    )  # fmt: skip


def shipments_table(
    order: OrderState, shipments: Sequence[Shipment], contents: dict[int, list[tuple[int, Decimal]]]
) -> Table:
    """Shipments of an order."""
    numbers = {line.id: line.number for line in order.lines}
    rows = [
        (
            one.number, one.shipped_on, one.delivered_on, one.carrier, one.tracking,
            ", ".join(f"{numbers[line]}:{plain(qty)}" for line, qty in contents[one.id]), _(one.note) if one.note else None,
        )
        for one in shipments
    ]  # fmt: skip
    return Table("shipments", _("Shipments"), _SHIPMENTS, ListRows(rows))


def invoices_table(con: duckdb.DuckDBPyConnection, order: OrderState, currency: str) -> Table:
    """Invoices and credit notes of an order."""
    from crmcli.store.connection import rows

    found = rows(
        con,
        "SELECT i.invoice_no, i.issued_on, i.due_on, i.amount, greatest(i.amount - coalesce(sum(p.amount), 0), 0), i.credits "
        "FROM invoices AS i LEFT JOIN payments AS p ON p.invoice_id = i.id WHERE i.order_no = $1 "
        "GROUP BY i.invoice_no, i.issued_on, i.due_on, i.amount, i.credits ORDER BY i.issued_on, i.invoice_no",
        [order.number],
    )
    return Table("invoices", _("Invoices"), _INVOICES, ListRows(found), currency=currency)
