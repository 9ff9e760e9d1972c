"""Prices at several quantities at once: where they change, and what they are there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal

from crmcli.rules.prices.book import Article, Buyer, PriceBook, QtyMode
from crmcli.rules.prices.pricing import Decision, decide, list_for
from crmcli.rules.prices.ranking import fitting
from crmcli.rules.prices.rings import lists_needed

_MOST = Decimal(1_000_000)


def price_breaks(book: PriceBook, articles: Iterable[Article], buyer: Buyer, on: dt.date) -> tuple[Decimal, ...]:
    """Quantities from which the price of some article may be another for a buyer, ascending; above 0, up to a million.

    Behind a rule "to 9" that is 10: the next whole quantity.
    """
    found: set[Decimal] = set()
    for article in articles:
        for at, beyond in _thresholds(book, article, buyer, on):
            found.add(at.to_integral_value(ROUND_FLOOR) + 1 if beyond else at)
    return tuple(sorted(at for at in found if 0 < at <= _MOST))


def price_ladder(
    book: PriceBook, article: Article, buyer: Buyer, *, breaks: Sequence[Decimal], on: dt.date
) -> tuple[Decision, ...]:
    """The decision at each of some quantities; where nothing changes between two of them it is made once.

    In a tiered list it is the price of the unit at that place, not the mean of all up to it.
    """
    unit = _by_unit(book)
    thresholds = _thresholds(unit, article, buyer, on)
    known: dict[int, Decision] = {}
    found = []
    for qty in breaks:
        place = sum(qty > at if beyond else qty >= at for at, beyond in thresholds)
        if place not in known:
            known[place] = decide(unit, article, buyer, qty=qty, on=on)
        found.append(known[place])
    return tuple(found)


def _thresholds(book: PriceBook, article: Article, buyer: Buyer, on: dt.date) -> set[tuple[Decimal, bool]]:
    """Quantities at which a fitting rule begins, or (True) beyond which one ends."""
    own = list_for(book, buyer, on)
    found: set[tuple[Decimal, bool]] = set()
    for name in lists_needed(book, own.name) if own else ():
        for _rank, rule in fitting(book, book.by_name[name], article, buyer, on):
            if rule.qty_from is not None:
                found.add((rule.qty_from, False))
            if rule.qty_to is not None:
                found.add((rule.qty_to, True))
    return found


def _by_unit(book: PriceBook) -> PriceBook:
    """The same book with every list priced by volume: what one unit at a place costs."""
    if all(one.qty_mode == QtyMode.VOLUME for one in book.lists):
        return book
    key = "by unit"
    known = book.ready.get(key)
    if known is None:
        lists = tuple(replace(one, qty_mode=QtyMode.VOLUME) for one in book.lists)
        book.ready[key] = known = PriceBook(
            lists, book.rules, book.discounts, book.on, book.currency, book.tax_included
        )
    assert isinstance(known, PriceBook)
    return known
