"""A price list to hand out: prices of active products at each quantity break, by category, as facts of a document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from crmcli.documents.facts import PricedProduct, PriceSheet, Seller
from crmcli.numbers import minor_digits, rounded
from crmcli.rules.prices.book import holds
from crmcli.rules.prices.breaks import price_breaks, price_ladder
from crmcli.rules.prices.formula import with_tax, without_tax
from crmcli.rules.prices.pricing import (
    Article,
    Buyer,
    Decision,
    PriceBook,
    PriceList,
    PriceRule,
    list_for,
)
from crmcli.rules.prices.rings import lists_needed

NEW_DAYS = 180
MOST_BREAKS = 8  # more columns than this nobody reads, and no page holds
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """How a price list is to look.

    Args:
        title, audience: What it is called, and for whom; empty: everyone.
        language: "en" or "ru".
        seller: Whose it is.
        on: The day of the prices.
        tax_included: Whether prices shall include tax; None: as the list has them. Turned by each product's own rate.
        breaks: Quantities of the columns; (): every one at which some price changes, the first MOST_BREAKS of them.
        new_days: Products launched at most so many days before are marked as new.
        notes: Sentences below, in the language.
    """

    title: str
    audience: str
    language: str
    seller: Seller
    on: dt.date
    tax_included: bool | None = None
    breaks: tuple[Decimal, ...] = ()
    new_days: int = NEW_DAYS
    notes: tuple[str, ...] = ()


def price_sheet(book: PriceBook, articles: Iterable[Article], buyer: Buyer, plan: SheetPlan) -> PriceSheet:
    """The facts of a price list; articles not active, not yet launched or without any price are left out.

    Raises:
        ConflictError: Price rules contradict each other.
    """
    sold = [one for one in articles if one.active and (one.launched_on is None or one.launched_on <= plan.on)]
    own = list_for(book, buyer, plan.on)
    is_with = own.tax_included if own else False
    wanted = is_with if plan.tax_included is None else plan.tax_included
    currency = (own.currency if own else None) or book.currency
    breaks = plan.breaks or columns_of(book, sold, buyer, plan.on)
    turn = _Turn(is_with, wanted, minor_digits(currency))
    priced = [(article, _product(book, article, buyer, plan, breaks, turn)) for article in sold]
    return PriceSheet(
        plan.language, plan.title, plan.audience, plan.on, plan.on, _last_day(book, buyer, plan.on), currency, turn.digits,
        wanted, plan.seller, breaks, tuple(_groups((article, one) for article, one in priced if any(_known(one)))), plan.notes,
    )  # fmt: skip


def columns_of(book: PriceBook, articles: Iterable[Article], buyer: Buyer, on: dt.date) -> tuple[Decimal, ...]:
    """One, and every quantity at which the price of some article changes, up to MOST_BREAKS of them."""
    return tuple(sorted({_ONE, *price_breaks(book, articles, buyer, on)}))[:MOST_BREAKS]


@dataclass(frozen=True, slots=True)
class _Turn:
    """From prices as the list has them to prices as they are printed."""

    is_with: bool
    wanted: bool
    digits: int

    def __call__(self, price: Decimal | None, rate: Decimal | None) -> Decimal | None:
        """A price with tax put on or taken out and rounded once to the minor unit; unturned ones stay as they are."""
        if price is None:
            return None
        if self.is_with == self.wanted:
            short = rounded(price, self.digits)
            return short if short == price else price.normalize()
        return rounded((with_tax if self.wanted else without_tax)(price, rate), self.digits)


def _product(
    book: PriceBook, article: Article, buyer: Buyer, plan: SheetPlan, breaks: tuple[Decimal, ...], turn: _Turn
) -> PricedProduct:
    ladder: tuple[Decision, ...] = price_ladder(book, article, buyer, breaks=breaks, on=plan.on)
    prices = tuple(turn(one.price, article.tax_rate) for one in ladder)
    launched = article.launched_on
    is_new = launched is not None and 0 <= (plan.on - launched).days <= plan.new_days
    return PricedProduct(article.sku, article.name, article.unit, prices, is_new)


def _known(product: PricedProduct) -> Iterator[bool]:
    return (price is not None for price in product.prices)


def _groups(
    priced: Iterable[tuple[Article, PricedProduct]],
) -> Iterator[tuple[str, tuple[PricedProduct, ...]]]:
    """Products by category, categories as an outline from the root; those without one last."""
    by_path: dict[tuple[str, ...], list[PricedProduct]] = {}
    for article, product in priced:
        by_path.setdefault(article.category_path[::-1], []).append(product)
    order = sorted(by_path, key=lambda path: (not path, [part.casefold() for part in path], path))
    for path in order:
        products = sorted(by_path[path], key=lambda one: (one.name.casefold(), one.sku))
        yield " / ".join(path), tuple(products)


def _last_day(book: PriceBook, buyer: Buyer, on: dt.date) -> dt.date | None:
    """The last day before a list or rule that may concern the buyer ends or begins; None: none does."""
    own = list_for(book, buyer, on)
    if own is None:
        return None
    names = lists_needed(book, own.name)
    periods: list[PriceList | PriceRule] = [book.by_name[name] for name in names]
    periods += [rule for name in names for rule in book.by_list.get(name, ()) if rule.active]
    ends = [one.valid_to for one in periods if one.valid_to is not None and holds(on, one.valid_from, one.valid_to)]
    ends += [
        one.valid_from - dt.timedelta(days=1) for one in periods if one.valid_from is not None and one.valid_from > on
    ]
    return min(ends, default=None)
