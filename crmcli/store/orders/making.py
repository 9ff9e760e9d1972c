"""From what a customer asks for to the lines of an order: articles, their prices of the day, money of each line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, UsageError
from crmcli.language import gettext as _
from crmcli.numbers import minor_digits, rounded
from crmcli.rules.prices.pricing import decide
from crmcli.rules.totals import Sold, TaxMode, reckon
from crmcli.store.orders.adding import NewLine
from crmcli.store.orders.states import require_quantity
from crmcli.store.prices.pricing import load_article, load_book, load_buyer

if TYPE_CHECKING:
    import duckdb

    from crmcli.rules.prices.book import Article, Buyer, PriceBook


@dataclass(frozen=True, slots=True)
class Item:
    """What is asked for: a product, how much of it, and a price before tax; None: the customer's price of the day."""

    sku: str
    qty: Decimal
    price: Decimal | None = None


def priced_lines(
    con: duckdb.DuckDBPyConnection, customer: str | None, items: Sequence[Item], on: dt.date
) -> list[NewLine]:
    """Lines of an order as the customer's prices of the day say, before tax.

    Args:
        con: A store.
        customer: Code; None: anyone.
        items: In order.
        on: The day.

    Raises:
        NotFoundError: No such product.
        ConflictError: Nothing says what a product costs.
        UsageError: A quantity that cannot be ordered, or a price below zero.
    """
    book, buyer = load_book(con, on), load_buyer(con, customer)
    return [_line(con, book, buyer, item, on) for item in items]


def _line(con: duckdb.DuckDBPyConnection, book: PriceBook, buyer: Buyer, item: Item, on: dt.date) -> NewLine:
    if require_quantity(item.qty, item.sku) <= 0:
        raise UsageError(
            _("%(sku)s: an order needs a quantity above zero") % {"sku": item.sku},
            _("What comes back: crmcli order return"),
        )
    article = load_article(con, item.sku, on)
    digits = minor_digits(book.currency)
    if item.price is None:
        price, net = _decided(book, buyer, article, item.qty, on)
    else:
        price, net = _told(item), rounded(item.price * item.qty, digits)
    if abs(net) >= Decimal(10) ** 13:
        raise UsageError(_("%(sku)s: the line comes to more than can be kept") % {"sku": item.sku})
    return NewLine(
        article.id,
        article.name or article.sku,
        item.qty,
        price,
        net,
        tax_rate=article.tax_rate,
        category=article.category,
    )


def _told(item: Item) -> Decimal:
    assert item.price is not None
    if item.price < 0 or item.price != round(item.price, 4) or item.price >= Decimal(10) ** 12:
        raise UsageError(_("%(sku)s: a price is zero or more, with at most four decimals") % {"sku": item.sku})
    return item.price


def _decided(book: PriceBook, buyer: Buyer, article: Article, qty: Decimal, on: dt.date) -> tuple[Decimal, Decimal]:
    """Price and net of a line by the customer's price list; where that includes tax, it is taken out."""
    decision = decide(book, article, buyer, qty=qty, on=on)
    if decision.price is None:
        raise ConflictError(
            _("nothing says what %(sku)s costs") % {"sku": article.sku},
            _("Say the price: --item %(sku)s:%(qty)s@PRICE") % {"sku": article.sku, "qty": f"{qty:f}"},
        )
    if decision.currency not in ("", book.currency):
        raise ConflictError(
            _("the price of %(sku)s is in %(currency)s, and orders are kept in %(own)s")
            % {"sku": article.sku, "currency": decision.currency, "own": book.currency}
        )
    digits = minor_digits(book.currency)
    exact = decision.total if decision.total is not None else decision.price * qty
    if not decision.tax_included:
        return decision.price, rounded(exact, digits)
    sold = Sold(Decimal(1), exact, tax_rate=article.tax_rate)
    net = reckon([sold], digits=digits, mode=TaxMode.LINE, tax_included=True).net
    return rounded(net / qty, 4), net
