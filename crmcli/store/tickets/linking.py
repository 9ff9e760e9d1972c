"""What a ticket is about: a line of an order, another ticket; the warranty of the goods, and the order that replaces them."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError
from crmcli.language import gettext as _
from crmcli.rules.fulfilment import CANCELLED, plain
from crmcli.rules.tickets.warranty import Warranty, warranty
from crmcli.store.connection import rows
from crmcli.store.orders.adding import AddedOrder, NewLine, NewOrder, add_order
from crmcli.store.orders.states import OrderLine, OrderState, find_line, find_order, load_orders, require_quantity
from crmcli.store.tickets.acts import Done, do_act
from crmcli.store.tickets.rows import Ticket
from crmcli.store.tickets.thread import NewEvent

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.journal import Writer

# The day all of a line had arrived, else the last of its parcels left, by a day; else the order's own dates.
_DAYS = """
SELECT o.ordered_on,
    CASE WHEN parcels.ids IS NULL THEN o.shipped_on ELSE parcels.shipped_on END,
    CASE WHEN parcels.ids IS NULL THEN o.delivered_on ELSE parcels.delivered_on END,
    p.warranty_months
FROM order_lines AS l JOIN orders AS o ON o.id = l.order_id LEFT JOIN products AS p ON p.id = l.product_id
LEFT JOIN (
    SELECT part.order_line_id, count(*) AS ids, max(s.shipped_on) AS shipped_on,
        CASE WHEN count(s.delivered_on) = count(*) THEN max(s.delivered_on) END AS delivered_on
    FROM shipment_lines AS part JOIN shipments AS s ON s.id = part.shipment_id
    WHERE part.order_line_id = $line AND s.shipped_on <= $on GROUP BY part.order_line_id
) AS parcels ON parcels.order_line_id = l.id
WHERE l.id = $line
"""


@dataclass(frozen=True, slots=True)
class Goods:
    """A line of an order."""

    order: OrderState
    line: OrderLine

    @property
    def name(self) -> str:
        """As it is typed: S-2026-0001/2."""
        return f"{self.order.number}/{self.line.number}"


def find_goods(
    con: duckdb.DuckDBPyConnection, order_no: str, line: int | None, customer_id: int | None
) -> tuple[OrderState, Goods | None]:
    """An order, and its line: the one named, else the only one there is.

    Raises:
        NotFoundError: No such order or line.
        ConflictError: It is another customer's.
    """
    order = find_order(con, order_no)
    if order.customer_id is not None and customer_id is not None and order.customer_id != customer_id:
        words = {"order": order.number, "customer": order.customer}
        raise ConflictError(_("order %(order)s is of another customer: %(customer)s") % words)
    if line is not None:
        return order, Goods(order, find_line(order, line))
    return order, Goods(order, order.lines[0]) if len(order.lines) == 1 else None


def goods_of(con: duckdb.DuckDBPyConnection, order_line_id: int) -> Goods | None:
    """The line of an id with its order."""
    found = rows(con, "SELECT order_id FROM order_lines WHERE id = $1", [order_line_id])
    for order in load_orders(con, [int(found[0][0])]) if found else []:
        return next((Goods(order, line) for line in order.lines if line.id == order_line_id), None)
    return None


def promised_warranty(con: duckdb.DuckDBPyConnection, order_line_id: int, on: dt.date) -> Warranty | None:
    """The warranty of a line as known on a day; None where there is no such line."""
    found = rows(con, _DAYS, {"line": order_line_id, "on": on})
    if not found:
        return None
    ordered_on, shipped_on, delivered_on, months = found[0]
    return warranty(months, ordered_on=ordered_on, shipped_on=shipped_on, delivered_on=delivered_on, on=on)


def link_line(writer: Writer, ticket: Ticket, order_no: str, line: int | None, *, at: dt.datetime) -> Done:
    """Say which order, and which line of it, a ticket is about. Call inside a transaction.

    Raises:
        NotFoundError, ConflictError: As `find_goods`, or it is so already.
    """
    order, goods = find_goods(writer.con, order_no, line, ticket.customer_id)
    line_id = goods.line.id if goods else None
    if (order.number, line_id) == (ticket.order_no, ticket.order_line_id):
        name = goods.name if goods else order.number
        raise ConflictError(_("%(ticket)s is about %(goods)s already") % {"ticket": ticket.ticket_no, "goods": name})
    event = NewEvent(
        at, "", was=_named_goods(writer.con, ticket), became=f"order {goods.name if goods else order.number}"
    )
    more = {"order_no": order.number, "order_line_id": line_id}
    return do_act(writer, ticket, "link", event, more=more)


def link_ticket(writer: Writer, ticket: Ticket, other: Ticket, *, at: dt.datetime) -> Done:
    """Say which earlier ticket a ticket repeats or follows. Call inside a transaction.

    Raises:
        ConflictError: It is itself, follows it the other way round, or is so already.
    """
    words = {"ticket": ticket.ticket_no, "other": other.ticket_no}
    if other.id == ticket.id:
        raise ConflictError(_("%(ticket)s cannot be about itself") % words)
    if other.id == ticket.about_ticket_id:
        raise ConflictError(_("%(ticket)s is about %(other)s already") % words)
    if ticket.id in _line_of(writer.con, other.id):
        raise ConflictError(_("%(other)s is about %(ticket)s; it cannot be the other way round, too") % words)
    was = rows(writer.con, "SELECT 'ticket ' || ticket_no FROM tickets WHERE id = $1", [ticket.about_ticket_id])
    event = NewEvent(at, "", was=was[0][0] if was else None, became=f"ticket {other.ticket_no}")
    return do_act(writer, ticket, "link", event, more={"about_ticket_id": other.id})


def replace_goods(
    writer: Writer, ticket: Ticket, *, qty: Decimal | None, at: dt.datetime, draft: bool = False
) -> tuple[Done, AddedOrder]:
    """Order the goods of a ticket once more, for nothing. Call inside a transaction.

    Raises:
        ConflictError: No goods are named, more than was sold, or they are replaced already.
    """
    con, words = writer.con, {"ticket": ticket.ticket_no}
    goods = goods_of(con, ticket.order_line_id) if ticket.order_line_id is not None else None
    if goods is None:
        raise ConflictError(
            _("%(ticket)s does not say which goods it is about") % words,
            _("Say it first: crmcli ticket link %(ticket)s --order ORDER --line N") % words,
        )
    _require_not_replaced(con, ticket)
    wanted = goods.line.standing.ordered if qty is None else require_quantity(qty, "--qty")
    if not 0 < wanted <= goods.line.standing.ordered:
        sold = {"goods": goods.name, "qty": plain(goods.line.standing.ordered)}
        raise ConflictError(_("%(goods)s was sold %(qty)s times: so many can be replaced at most") % sold)
    line, order, zero = goods.line, goods.order, Decimal(0)
    new = NewLine(line.product_id, line.name or None, wanted, zero, zero, None, line.unit_cost, line.tax_rate, line.category,
                  price_with_tax=zero if line.price_with_tax is not None else None)  # fmt: skip
    custom = json.dumps({"ticket": ticket.ticket_no, "replaces": goods.name}, ensure_ascii=False)
    head = NewOrder(
        order.customer_id, at.date(), status="draft" if draft else "confirmed", channel=order.channel, manager_id=order.manager_id,
        country=order.country, region=order.region, currency=order.currency, custom=custom,
    )  # fmt: skip
    added = add_order(con, writer, head, [new])
    event = NewEvent(at, "", became=f"replacement {added.number}")
    done = do_act(writer, ticket, "link", event, more={"replacement_order_no": added.number})
    return done, added


def _require_not_replaced(con: duckdb.DuckDBPyConnection, ticket: Ticket) -> None:
    if ticket.replacement_order_no is None:
        return
    sql = "SELECT 1 FROM orders WHERE order_no = $1 AND status IS DISTINCT FROM $2"
    if rows(con, sql, [ticket.replacement_order_no, CANCELLED]):
        words = {"ticket": ticket.ticket_no, "order": ticket.replacement_order_no}
        raise ConflictError(
            _("the goods of %(ticket)s are replaced already, by order %(order)s") % words,
            _("To replace them once more, call that order off: crmcli order cancel %(order)s") % words,
        )


def _named_goods(con: duckdb.DuckDBPyConnection, ticket: Ticket) -> str | None:
    goods = goods_of(con, ticket.order_line_id) if ticket.order_line_id is not None else None
    name = goods.name if goods else ticket.order_no
    return f"order {name}" if name else None


def _line_of(con: duckdb.DuckDBPyConnection, ticket_id: int) -> set[int]:
    """A ticket, what it is about, what that is about, and so on."""
    seen: set[int] = set()
    here: int | None = ticket_id
    while here is not None and here not in seen:
        seen.add(here)
        found = rows(con, "SELECT about_ticket_id FROM tickets WHERE id = $1", [here])
        here = found[0][0] if found else None
    return seen
