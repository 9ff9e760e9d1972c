"""Orders made here, written as part of an undoable step: their own number, their lines, nothing computed twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.rules.numbering import ORDERS
from crmcli.store.taken_numbers import free_number

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    import duckdb

    from crmcli.store.journal import Writer

_HEAD = (
    "order_no", "numbered_here", "ordered_on", "customer_id", "country", "region", "status", "channel", "manager_id",
    "promised_on", "shipped_on", "delivered_on", "currency", "quote_no", "returns", "custom",
)  # fmt: skip
_LINE = (
    "order_id", "customer_id", "ordered_on", "counted", "line_no", "product_id", "description", "category", "qty", "unit_price",
    "discount_pct", "amount", "net", "unit_cost", "tax_rate", "custom", "price_with_tax",
)  # fmt: skip
_NOT_COUNTED = ("draft", "cancelled")


@dataclass(frozen=True, slots=True)
class NewOrder:
    """The head of an order to be written.

    Args:
        customer_id: Who buys; None: an anonymous sale.
        ordered_on: Its day.
        promised_on: The day it is promised for.
        quote_no: The quote it comes from.
        returns: Number of the order whose goods it brings back (its lines are negative and bear that order's line_no).
        status: A word of orders.status.
        currency: ISO code; None: the store's.
        custom: JSON text of further facts.
    """

    customer_id: int | None
    ordered_on: dt.date
    promised_on: dt.date | None = None
    quote_no: str | None = None
    returns: str | None = None
    status: str = "confirmed"
    channel: str | None = None
    manager_id: int | None = None
    country: str | None = None
    region: str | None = None
    shipped_on: dt.date | None = None
    delivered_on: dt.date | None = None
    currency: str | None = None
    custom: str | None = None


@dataclass(frozen=True, slots=True)
class NewLine:
    """One line of an order to be written.

    Args:
        product_id: None: goods without a product, told by the description.
        description: What is sold.
        qty: In the product's unit; negative on a return.
        unit_price: For one unit, before tax.
        net: Of the line, after the discount and before tax, in minor units of the currency: what revenue adds up.
        discount_pct: Percent off, 0-100.
        unit_cost: For one unit; None: the product's cost in force holds.
        tax_rate: Percent; None: no tax is stated.
        line_no: None: counted from 1 in the order given.
        custom: JSON text of further facts (options chosen …).
        price_with_tax: For one unit, as agreed with the tax in it; None: the unit price is what was agreed.
    """

    product_id: int | None
    description: str | None
    qty: Decimal
    unit_price: Decimal | None
    net: Decimal
    discount_pct: Decimal | None = None
    unit_cost: Decimal | None = None
    tax_rate: Decimal | None = None
    category: str | None = None
    line_no: int | None = None
    custom: str | None = None
    price_with_tax: Decimal | None = None


@dataclass(frozen=True, slots=True)
class AddedOrder:
    """An order as written.

    Args:
        id, number: How the store and the owner call it.
        line_ids: In the order of the lines given.
    """

    id: int
    number: str
    line_ids: tuple[int, ...]


def add_order(
    con: duckdb.DuckDBPyConnection, writer: Writer, order: NewOrder, lines: Sequence[NewLine], *, series: str = ORDERS
) -> AddedOrder:
    """Write one order with its lines, under the next number of its series. Call inside a transaction, between begin and finish.

    Raises:
        UsageError: No lines.
    """
    if not lines:
        raise UsageError(_("an order needs at least one line"))
    number = free_number(con, "orders", series, order.ordered_on.year)
    head = (
        order.ordered_on, order.customer_id, order.country, order.region, order.status, order.channel, order.manager_id,
        order.promised_on, order.shipped_on, order.delivered_on, order.currency, order.quote_no, order.returns, order.custom,
    )  # fmt: skip
    [order_id] = writer.add("orders", _HEAD, [(number.text, True, *head)])
    same = (order_id, order.customer_id, order.ordered_on, order.status not in _NOT_COUNTED)
    ids = writer.add("order_lines", _LINE, [(*same, *_values(line, place)) for place, line in enumerate(lines)])
    return AddedOrder(order_id, number.text, tuple(ids))


def _values(line: NewLine, place: int) -> tuple[object, ...]:
    """A line in the order of the columns; its net is given, so it is kept as the amount too."""
    product_id, description, qty, unit_price, net, discount_pct, unit_cost, tax_rate, category, line_no, *rest = (
        astuple(line)
    )
    return (
        line_no if line_no is not None else place + 1, product_id, description, category, qty, unit_price, discount_pct,
        net, net, unit_cost, tax_rate, *rest,
    )  # fmt: skip
