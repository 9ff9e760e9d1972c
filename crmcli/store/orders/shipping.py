"""Goods on their way: shipments and deliveries. Parts of undoable steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError
from crmcli.language import gettext as _
from crmcli.rules.fulfilment import CANCELLED, DRAFT, require_shippable
from crmcli.rules.numbering import SHIPMENTS
from crmcli.store.connection import rows
from crmcli.store.orders.states import OrderState, find_line, find_order, keep_in_step, require_quantity
from crmcli.store.taken_numbers import free_number

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.journal import Writer

_SHIPMENT = ("shipment_no", "order_id", "shipped_on", "carrier", "tracking", "note")
_SHIPPED = ("shipment_id", "order_line_id", "qty")


@dataclass(frozen=True, slots=True)
class Shipment:
    """One go of goods; quantities by line number of the order.

    Args:
        over: More than was ordered left in it, on purpose; its note says so.
    """

    id: int
    number: str
    order_id: int
    shipped_on: dt.date
    delivered_on: dt.date | None
    carrier: str | None
    tracking: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Parcel:
    """How a shipment goes: its day, who carries it, and under which number of theirs."""

    on: dt.date
    carrier: str | None = None
    tracking: str | None = None


OVER = "over"  # note of a shipment in which more than was ordered left on purpose


def ship(
    writer: Writer, order: OrderState, quantities: Mapping[int, Decimal] | None, parcel: Parcel, *, over: bool = False
) -> tuple[str, dict[int, Decimal]]:
    """Send lines of an order, or with None all that is left of it. Returns the shipment's number and what is in it.

    Raises:
        ConflictError: Cancelled, a return, nothing left, or more than was ordered without `over`.
        NotFoundError: No such line.
    """
    _require_open(order, parcel.on)
    goods = dict(quantities) if quantities is not None else _left(order)
    for number, qty in goods.items():
        line = find_line(order, number)
        require_shippable(line.standing, require_quantity(qty, line.label), name=line.label, over=over)
    text = free_number(writer.con, "shipments", SHIPMENTS, parcel.on.year).text
    more = any(find_line(order, number).standing.to_ship < qty for number, qty in goods.items())
    head = (text, order.id, parcel.on, parcel.carrier, parcel.tracking, OVER if more else None)
    [shipment] = writer.add("shipments", _SHIPMENT, [head])
    listed = [(shipment, find_line(order, number).id, qty) for number, qty in goods.items()]
    writer.add("shipment_lines", _SHIPPED, listed)
    keep_in_step(writer, [order.id])
    return text, goods


def _left(order: OrderState) -> dict[int, Decimal]:
    goods = {line.number: line.standing.to_ship for line in order.lines if line.standing.to_ship > 0}
    if not goods:
        raise ConflictError(_("nothing of order %(order)s is left to ship") % {"order": order.number})
    return goods


def _require_open(order: OrderState, on: dt.date) -> None:
    if order.status == CANCELLED:
        raise ConflictError(_("order %(order)s is cancelled") % {"order": order.number})
    if order.status == DRAFT:
        raise ConflictError(_("order %(order)s is a draft") % {"order": order.number})
    if order.returns is not None:
        raise ConflictError(
            _("%(order)s is a return: its goods came back from order %(first)s")
            % {"order": order.number, "first": order.returns}
        )
    if on < order.ordered_on:
        raise ConflictError(
            _("order %(order)s is of %(day)s; nothing of it can leave before")
            % {"order": order.number, "day": order.ordered_on.isoformat()}
        )


def shipments_of(con: duckdb.DuckDBPyConnection, order_id: int) -> list[Shipment]:
    """All shipments of an order, in their order."""
    found = rows(
        con,
        "SELECT id, shipment_no, order_id, shipped_on, delivered_on, carrier, tracking, note FROM shipments "
        "WHERE order_id = $1 ORDER BY shipped_on, id",
        [order_id],
    )
    return [Shipment(*row) for row in found]


def deliver(writer: Writer, word: str, on: dt.date) -> tuple[OrderState, list[str]]:
    """Goods arrived: a shipment by its number, or all of an order that are on their way.

    Returns the order as it was and the numbers of the shipments (none where an imported order has none: then the order
    itself is marked).

    Raises:
        NotFoundError: Neither a shipment nor an order.
        ConflictError: Nothing is on its way, or it would arrive before it left.
    """
    con = writer.con
    found = rows(con, "SELECT order_id FROM shipments WHERE shipment_no = $1", [word.strip()])
    if found:
        number = rows(con, "SELECT order_no FROM orders WHERE id = $1", [found[0][0]])[0][0]
        order = find_order(con, number)
        going = [one for one in shipments_of(con, order.id) if one.number == word.strip()]
    else:
        order = find_order(con, word)
        going = shipments_of(con, order.id)
        if not going:
            return _deliver_imported(writer, order, on), []
    going = [one for one in going if one.delivered_on is None]
    if not going:
        raise ConflictError(_("%(what)s was delivered already") % {"what": word.strip()})
    if early := [one for one in going if one.shipped_on > on]:
        raise ConflictError(
            _("%(what)s left on %(day)s; it cannot arrive before")
            % {"what": early[0].number, "day": early[0].shipped_on.isoformat()}
        )
    writer.change("shipments", ("delivered_on",), [(one.id, on) for one in going])
    keep_in_step(writer, [order.id])
    return order, [one.number for one in going]


def _deliver_imported(writer: Writer, order: OrderState, on: dt.date) -> OrderState:
    """An order from elsewhere that says it left the house, without shipments of ours."""
    gone = order.status == "shipped" or order.shipped_on is not None
    if order.made_here or not gone or order.delivered_on is not None or order.status in ("delivered", "completed"):
        raise ConflictError(
            _("nothing of order %(order)s is on its way") % {"order": order.number},
            _("Ship it first: crmcli order ship %(order)s") % {"order": order.number},
        )
    if on < (order.shipped_on or order.ordered_on):
        raise ConflictError(
            _("%(what)s left on %(day)s; it cannot arrive before")
            % {"what": order.number, "day": (order.shipped_on or order.ordered_on).isoformat()}
        )
    writer.change("orders", ("status", "delivered_on"), [(order.id, "delivered", on)])
    return order


def contents_of(con: duckdb.DuckDBPyConnection, shipments: Sequence[Shipment]) -> dict[int, list[tuple[int, Decimal]]]:
    """By shipment id the ids of order lines and quantities in it."""
    found = rows(
        con,
        "SELECT shipment_id, order_line_id, qty FROM shipment_lines WHERE shipment_id IN (SELECT unnest($1::INTEGER[])) "
        "ORDER BY shipment_id, id",
        [[one.id for one in shipments]],
    )
    contents: dict[int, list[tuple[int, Decimal]]] = {one.id: [] for one in shipments}
    for shipment, line, qty in found:
        contents[shipment].append((line, qty))
    return contents
