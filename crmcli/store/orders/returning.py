"""Goods that come back, and orders that are called off. Parts of undoable steps."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, NotFoundError
from crmcli.language import gettext as _
from crmcli.numbers import minor_digits, rounded
from crmcli.rules.fulfilment import CANCELLED, LineStanding, plain, require_returnable
from crmcli.rules.totals import Sold, line_sum
from crmcli.store.connection import rows
from crmcli.store.orders.adding import AddedOrder, NewLine, NewOrder, add_order
from crmcli.store.orders.states import OrderLine, OrderState, find_line, keep_in_step, require_quantity

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.journal import Writer


def take_back_goods(
    writer: Writer, order: OrderState, quantities: Mapping[int, Decimal], on: dt.date, *, reason: str | None = None
) -> AddedOrder:
    """Goods come back: a return order of negative lines, dated that day and linked to the order they were sold by.

    Bringing back all of a line takes back exactly what it brought, however many goes that takes.

    Raises:
        ConflictError: More than is with the customer, or before the order.
        NotFoundError: No such line.
    """
    if order.returns is not None:
        raise ConflictError(_("%(order)s is a return itself") % {"order": order.number})
    if on < order.ordered_on:
        raise ConflictError(_("nothing can come back before it was ordered"))
    if not quantities:
        raise NotFoundError(_("say what comes back: --line N:QTY"))
    chosen = [(find_line(order, number), require_quantity(qty, str(number))) for number, qty in quantities.items()]
    for line, qty in chosen:
        require_returnable(line.standing, qty, name=line.label)
    digits = minor_digits(order.currency or _currency(writer.con))
    lines = [
        NewLine(
            line.product_id, line.name or None, -qty, line.unit_price, -_net_back(line, qty, digits),
            line.discount_pct, line.unit_cost, line.tax_rate, line.category, line.number,
        )
        for line, qty in chosen
    ]  # fmt: skip
    head = NewOrder(
        order.customer_id, on, returns=order.number, status="completed", channel=order.channel,
        manager_id=order.manager_id, country=order.country, region=order.region, currency=order.currency,
        custom=json.dumps({"return_reason": reason}, ensure_ascii=False) if reason else None,
    )  # fmt: skip
    added = add_order(writer.con, writer, head, lines)
    keep_in_step(writer, [order.id])
    return added


def _net_back(line: OrderLine, qty: Decimal, digits: int) -> Decimal:
    """What so much of a line brought: all goes together bring back exactly the line, whatever was shipped above it."""
    ordered = line.standing.ordered
    back = min(line.standing.returned + qty, max(ordered, Decimal(0)))
    whole = line.net if back == ordered else rounded(line.net * back / ordered, digits)
    return whole - line.returned_net


def cancel(writer: Writer, order: OrderState) -> dict[int, Decimal]:
    """Call off what was not shipped; returns by line what was called off.

    An order of which nothing left is cancelled and counts no more; of another the lines shrink to what left.

    Raises:
        ConflictError: Cancelled already, all shipped, or what would be called off is on an invoice.
    """
    if order.status == CANCELLED:
        raise ConflictError(_("order %(order)s is cancelled already") % {"order": order.number})
    if order.returns is not None:
        raise ConflictError(_("%(order)s is a return; take it back with undo") % {"order": order.number})
    off = {line.number: line.standing.to_ship for line in order.lines if line.standing.to_ship > 0}
    if not off:
        raise ConflictError(
            _("all of order %(order)s was shipped; what comes back is a return") % {"order": order.number},
            _("crmcli order return %(order)s --line N:QTY") % {"order": order.number},
        )
    for line in order.lines:
        if line.number in off and line.standing.invoiced > line.standing.shipped:
            raise ConflictError(
                _("%(line)s: %(qty)s of it is invoiced but not shipped")
                % {"line": line.label, "qty": plain(line.standing.invoiced - line.standing.shipped)},
                _("Issue a credit note first: crmcli invoice credit INVOICE"),
            )
    if any(line.standing.shipped > 0 for line in order.lines):
        _shrink(writer, order)
    else:
        _call_off(writer, order)
    return off


def _call_off(writer: Writer, order: OrderState) -> None:
    writer.change("orders", ("status",), [(order.id, CANCELLED)])
    writer.change("order_lines", ("counted",), [(line.id, False) for line in order.lines])


def _shrink(writer: Writer, order: OrderState) -> None:
    digits = minor_digits(order.currency or _currency(writer.con))
    smaller = []
    for line in order.lines:
        standing: LineStanding = line.standing
        if standing.to_ship > 0:
            net = _net_left(line, digits)
            smaller.append((line.id, standing.shipped, net, net))
    writer.change("order_lines", ("qty", "amount", "net"), smaller)
    keep_in_step(writer, [order.id])


def _net_left(line: OrderLine, digits: int) -> Decimal:
    """What is left of a line's net when only what was shipped stays: as a line of that quantity would have come to."""
    shipped = line.standing.shipped
    if line.price_with_tax is not None:
        sold = Sold(shipped, line.price_with_tax, line.discount_pct, line.tax_rate)
        return line_sum(sold, digits=digits, tax_included=True).net
    return rounded(line.net * shipped / line.standing.ordered, digits)


def _currency(con: duckdb.DuckDBPyConnection) -> str:
    found = rows(con, "SELECT value FROM meta.settings WHERE key = 'base_currency'")
    return str(found[0][0]) if found else ""
