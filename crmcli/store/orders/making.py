"""From what a customer asks for to the lines of an order: articles, their prices of the day, money of each line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, UsageError
from crmcli.language import gettext as _
from crmcli.numbers import minor_digits
from crmcli.rules.prices.formula import to_four, without_tax
from crmcli.rules.prices.pricing import decide
from crmcli.rules.quotes.pricing import settle_terms
from crmcli.rules.totals import Sold, line_sum
from crmcli.store.orders.adding import NewLine
from crmcli.store.orders.states import require_quantity
from crmcli.store.prices.pricing import NO_SEGMENTS, Segments, load_article, load_book, load_buyer
from crmcli.store.seller import prices_include_tax

if TYPE_CHECKING:
    import duckdb

    from crmcli.rules.prices.book import Article, Buyer, PriceBook


@dataclass(frozen=True, slots=True)
class Item:
    """What is asked for: a product, how much of it, and a price; None: the customer's price of the day.

    A price told is with tax or without as the customer's prices are.
    """

    sku: str
    qty: Decimal
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where the prices of one customer are asked."""

    book: PriceBook
    buyer: Buyer
    on: dt.date
    tax_included: bool


def priced_lines(
    con: duckdb.DuckDBPyConnection, customer: str | None, items: Sequence[Item], on: dt.date,
    segments: Segments = NO_SEGMENTS,
) -> list[NewLine]:  # fmt: skip
    """Lines of an order as the customer's prices of the day say: one an item, or one a tier where the list is tiered.

    What counts as revenue is before tax; where the customer's prices include it, the line keeps what was agreed besides.

    Args:
        con: A store.
        customer: Code; None: anyone.
        items: In order.
        on: The day.
        segments: Who is in the segments that price rules are for, on that day.

    Raises:
        NotFoundError: No such product.
        ConflictError: Nothing says what a product costs.
        UsageError: A quantity that cannot be ordered, or a price below zero.
    """
    book, buyer = load_book(con, on), load_buyer(con, customer, segments)
    terms = settle_terms(book, buyer, currency=None, tax_included=prices_include_tax(con))
    desk = _Desk(book, buyer, on, terms.tax_included)
    return [line for item in items for line in _lines(con, desk, item)]


def _lines(con: duckdb.DuckDBPyConnection, desk: _Desk, item: Item) -> list[NewLine]:
    if require_quantity(item.qty, item.sku) <= 0:
        raise UsageError(
            _("%(sku)s: an order needs a quantity above zero") % {"sku": item.sku},
            _("What comes back: crmcli order return"),
        )
    article = load_article(con, item.sku, desk.on)
    parts = [(item.qty, _told(item))] if item.price is not None else _decided(desk, article, item.qty)
    return [_line(desk, article, qty, price) for qty, price in parts]


def _line(desk: _Desk, article: Article, qty: Decimal, price: Decimal) -> NewLine:
    digits, rate = minor_digits(desk.book.currency), article.tax_rate
    net = line_sum(Sold(qty, price, tax_rate=rate), digits=digits, tax_included=desk.tax_included).net
    if abs(net) >= Decimal(10) ** 13:
        raise UsageError(_("%(sku)s: the line comes to more than can be kept") % {"sku": article.sku})
    return NewLine(
        article.id, article.name or article.sku, qty, to_four(without_tax(price, rate)) if desk.tax_included else price, net,
        tax_rate=rate, category=article.category, price_with_tax=price if desk.tax_included else None,
    )  # fmt: skip


def _told(item: Item) -> Decimal:
    assert item.price is not None
    if item.price < 0 or item.price != round(item.price, 4) or item.price >= Decimal(10) ** 12:
        raise UsageError(_("%(sku)s: a price is zero or more, with at most four decimals") % {"sku": item.sku})
    return item.price


def _decided(desk: _Desk, article: Article, qty: Decimal) -> list[tuple[Decimal, Decimal]]:
    """The quantity by price, as the customer's price list says."""
    decision = decide(desk.book, article, desk.buyer, qty=qty, on=desk.on)
    if decision.price is None:
        raise ConflictError(
            _("nothing says what %(sku)s costs") % {"sku": article.sku},
            _("Say the price: --item %(sku)s:%(qty)s@PRICE") % {"sku": article.sku, "qty": f"{qty:f}"},
        )
    if decision.currency not in ("", desk.book.currency):
        raise ConflictError(
            _("the price of %(sku)s is in %(currency)s, and orders are kept in %(own)s")
            % {"sku": article.sku, "currency": decision.currency, "own": desk.book.currency}
        )
    return [(part.qty, part.price) for part in decision.parts]
