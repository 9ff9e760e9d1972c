"""Orders as they stand: their lines with what was shipped, delivered, brought back, invoiced and paid of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crmcli.errors import NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.rules.fulfilment import DELIVERED, LineStanding, stored_status
from crmcli.store.connection import rows

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.journal import Writer

FOLLOWING = (
    "status",
    "shipped_on",
    "delivered_on",
)  # columns of orders that follow from shipments, invoices and payments
_GONE = ("shipped", "delivered", "completed")  # an order from elsewhere that says so has left the house
_HEAD = (
    "SELECT o.id, o.order_no, o.numbered_here AND o.fingerprint IS NULL, o.ordered_on, o.promised_on, o.shipped_on, "
    "o.delivered_on, o.status, o.customer_id, c.code, c.name, o.quote_no, o.returns, o.channel, o.manager_id, o.country, "
    "o.region, o.currency, EXISTS (FROM shipments AS s WHERE s.order_id = o.id) "
    "FROM orders AS o LEFT JOIN contacts AS c ON c.id = o.customer_id "
)
# $ids is a list of orders; one statement for however many.
_LINES = """
WITH named AS (SELECT unnest($ids) AS order_id),
lines AS (SELECT l.* FROM order_lines AS l JOIN named USING (order_id)),
shipped AS (
    SELECT s.order_line_id, sum(s.qty) AS qty, sum(s.qty) FILTER (h.delivered_on IS NOT NULL) AS delivered
    FROM shipment_lines AS s JOIN shipments AS h ON h.id = s.shipment_id
    WHERE s.order_line_id IN (SELECT id FROM lines) GROUP BY s.order_line_id
),
billed AS (
    SELECT b.order_line_id, b.invoice_id, b.qty FROM invoice_lines AS b WHERE b.order_line_id IN (SELECT id FROM lines)
),
asked AS (  -- what was credited counts against the invoice it was credited on
    SELECT i.id, i.invoice_no, coalesce(root.id, i.id) AS root_id FROM invoices AS i
    LEFT JOIN invoices AS root ON root.invoice_no = i.credits WHERE i.id IN (SELECT invoice_id FROM billed)
),
settled AS (
    SELECT i.id, i.amount <= coalesce(sum(p.amount), 0) AS is_paid FROM invoices AS i
    LEFT JOIN payments AS p ON p.invoice_id = i.id WHERE i.id IN (SELECT root_id FROM asked) GROUP BY i.id, i.amount
),
invoiced AS (
    SELECT b.order_line_id, sum(b.qty) AS qty, sum(b.qty) FILTER (s.is_paid) AS paid
    FROM billed AS b JOIN asked AS a ON a.id = b.invoice_id JOIN settled AS s ON s.id = a.root_id GROUP BY b.order_line_id
)
SELECT l.order_id, l.id, l.line_no, l.product_id, p.sku, coalesce(l.description, p.name, ''), coalesce(p.unit, ''), l.category,
    l.qty, l.unit_price, l.price_with_tax, l.discount_pct, l.net, l.unit_cost, l.tax_rate, p.tax_rate,
    coalesce(s.qty, 0), coalesce(s.delivered, 0), coalesce(i.qty, 0), coalesce(i.paid, 0)
FROM lines AS l LEFT JOIN products AS p ON p.id = l.product_id LEFT JOIN shipped AS s ON s.order_line_id = l.id
LEFT JOIN invoiced AS i ON i.order_line_id = l.id ORDER BY l.order_id, l.line_no NULLS LAST, l.id
"""
_RETURNED = (
    "SELECT r.returns, l.line_no, sum(-l.qty), sum(-l.net) FROM orders AS r JOIN order_lines AS l ON l.order_id = r.id "
    "WHERE r.returns IN (SELECT unnest($numbers)) AND l.counted GROUP BY r.returns, l.line_no"
)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an order.

    Args:
        number: What it is called: its line_no where all of the order have one of their own, else its place from 1.
        unit_price: For one unit, before tax; price_with_tax: what was agreed for it with the tax in it, if that was.
        net: Before tax, base currency; returned_net: what of it was brought back, above zero.
        tax_rate: The line's own, else the product's; None: no tax is stated.
        standing: Quantities, in the product's unit.
    """

    id: int
    number: int
    product_id: int | None
    sku: str
    name: str
    unit: str
    category: str | None
    unit_price: Decimal | None
    price_with_tax: Decimal | None
    discount_pct: Decimal | None
    net: Decimal
    unit_cost: Decimal | None
    tax_rate: Decimal | None
    standing: LineStanding
    returned_net: Decimal

    @property
    def label(self) -> str:
        """How the line is named to the owner: number, code or name."""
        return f"{self.number} {self.sku or self.name}".strip()


@dataclass(frozen=True, slots=True)
class OrderState:
    """An order with all its lines; made_here: it was made by `order add` or a quote, not imported."""

    id: int
    number: str
    made_here: bool
    ordered_on: dt.date
    promised_on: dt.date | None
    shipped_on: dt.date | None
    delivered_on: dt.date | None
    status: str
    customer_id: int | None
    customer: str | None
    customer_name: str | None
    quote_no: str | None
    returns: str | None
    channel: str | None
    manager_id: int | None
    country: str | None
    region: str | None
    currency: str | None
    has_shipments: bool
    lines: tuple[OrderLine, ...] = ()

    @property
    def standings(self) -> list[LineStanding]:
        """Quantities of all lines."""
        return [line.standing for line in self.lines]


def find_order(con: duckdb.DuckDBPyConnection, number: str) -> OrderState:
    """An order by its number; of two alike the one made here.

    Raises:
        NotFoundError: There is none.
    """
    number = number.strip()
    found = rows(con, _HEAD + "WHERE o.order_no = $1 ORDER BY o.numbered_here DESC, o.id LIMIT 1", [number])
    if not found:
        like = rows(
            con,
            "SELECT order_no FROM orders WHERE jaro_winkler_similarity(order_no, $1) > 0.8 "
            "ORDER BY jaro_winkler_similarity(order_no, $1) DESC, order_no LIMIT 20",
            [number],
        )
        hint = nearest(number, [str(one) for (one,) in like]) or _("All orders: crmcli order list")
        raise NotFoundError(_("there is no order %(number)s") % {"number": number}, hint)
    return _with_lines(con, found)[0]


def load_orders(con: duckdb.DuckDBPyConnection, ids: Sequence[int]) -> list[OrderState]:
    """Orders by their ids, in the order of the ids."""
    if not ids:
        return []
    found = rows(con, _HEAD + "WHERE o.id IN (SELECT unnest($1::INTEGER[])) ORDER BY o.id", [list(ids)])
    return _with_lines(con, found)


def find_line(order: OrderState, number: int) -> OrderLine:
    """A line by what it is called.

    Raises:
        NotFoundError: The order has no such line.
    """
    for line in order.lines:
        if line.number == number:
            return line
    known = ", ".join(str(line.number) for line in order.lines)
    raise NotFoundError(
        _("order %(order)s has no line %(line)s") % {"order": order.number, "line": number},
        _("Its lines: %(lines)s") % {"lines": known},
    )


def require_quantity(qty: Decimal, name: str) -> Decimal:
    """A quantity the store can keep.

    Raises:
        UsageError: More than four decimals, or too large.
    """
    if abs(qty) >= 10**10 or qty != round(qty, 4):
        raise UsageError(
            _("%(name)s: a quantity has at most four decimals and ten digits before them") % {"name": name}
        )
    return qty


def keep_in_step(writer: Writer, ids: Sequence[int]) -> None:
    """Set status, shipped_on and delivered_on of orders to what their quantities say. Call inside a transaction.

    Orders from elsewhere that nothing was shipped of here keep what they were imported with.
    """
    writer.change("orders", FOLLOWING, heads_to_follow(writer.con, ids))


def heads_to_follow(
    con: duckdb.DuckDBPyConnection, ids: Sequence[int]
) -> list[tuple[int, str, dt.date | None, dt.date | None]]:
    """Of these orders those whose head is out of step: id, and status, shipped_on and delivered_on as they should be."""
    return [(one.id, *now) for one in load_orders(con, ids) if (now := _followed(con, one)) is not None]


def _followed(con: duckdb.DuckDBPyConnection, order: OrderState) -> tuple[str, dt.date | None, dt.date | None] | None:
    """What the head of an order should say, None where it does already or is not ours to say."""
    if order.returns is not None or not (order.made_here or order.has_shipments):
        return None
    status = stored_status(order.standings, order.status)
    shipped = delivered = None
    if status in _GONE:
        shipped, delivered = rows(
            con, "SELECT max(shipped_on), max(delivered_on) FROM shipments WHERE order_id = $1", [order.id]
        )[0]
        delivered = delivered if status in (DELIVERED, "completed") else None
    now = (status, shipped, delivered)
    return None if now == (order.status, order.shipped_on, order.delivered_on) else now


def _with_lines(con: duckdb.DuckDBPyConnection, heads: Sequence[tuple[Any, ...]]) -> list[OrderState]:
    orders = [OrderState(*head) for head in heads]
    found = rows(con, _LINES, {"ids": [order.id for order in orders]})
    back = {
        (number, line): (qty, net)
        for number, line, qty, net in rows(con, _RETURNED, {"numbers": [order.number for order in orders]})
    }
    whole = []
    for order in orders:
        own = [row[1:] for row in found if row[0] == order.id]
        numbers = [row[1] for row in own]
        named = None not in numbers and len(set(numbers)) == len(numbers)
        lines = tuple(_line(row, row[1] if named else place, order, back) for place, row in enumerate(own, 1))
        whole.append(_replaced(order, lines))
    return whole


def _replaced(order: OrderState, lines: tuple[OrderLine, ...]) -> OrderState:
    values = {field.name: getattr(order, field.name) for field in fields(order)}
    return OrderState(**{**values, "lines": lines})


def _line(
    row: tuple[Any, ...], number: int, order: OrderState, back: dict[tuple[str, int], tuple[Decimal, Decimal]]
) -> OrderLine:
    (
        line_id,
        _no,
        product_id,
        sku,
        name,
        unit,
        category,
        qty,
        price,
        with_tax,
        discount,
        net,
        cost,
        own_rate,
        rate,
        *done,
    ) = row
    shipped, delivered, invoiced, paid = done
    if not order.made_here and not order.has_shipments and qty > 0:
        gone = order.status in _GONE or order.shipped_on is not None or order.delivered_on is not None
        arrived = order.status in _GONE[1:] or order.delivered_on is not None
        shipped, delivered = (qty if gone or arrived else shipped), (qty if arrived else delivered)
    returned, returned_net = back.get((order.number, number), (Decimal(0), Decimal(0)))
    standing = LineStanding(qty, shipped, delivered, returned, invoiced, paid)
    tax_rate = own_rate if own_rate is not None else rate
    return OrderLine(
        line_id, number, product_id, sku or "", name, unit, category, price, with_tax, discount, net, cost, tax_rate,
        standing, returned_net,
    )  # fmt: skip
