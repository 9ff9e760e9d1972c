"""Which rules fit, and which of those comes first: one total order, without a hidden tie-break.

A customer's own list goes before its parents. Inside a list, the first difference decides:

1. priority, the higher number first;
2. who: a customer before a group before a segment before everyone (two of them together before either alone);
3. what: a product before a category before all; of two categories the nearer to the product;
4. quantity: the break that begins higher;
5. days: the later start.

Two rules that fit and differ in none of these are a tie, and a tie is refused, never settled by age or number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from crmcli.rules.prices.book import Article, Buyer, PriceBook, PriceList, PriceRule, holds
from crmcli.rules.prices.formula import Loss

Rank = tuple[int, int, int, int, Decimal, dt.date]

_FAR = -10_000  # further than any category
_NOTHING = Decimal(0)
_LEVELS = (Loss.PRIORITY, Loss.WHO, Loss.WHAT, Loss.WHAT, Loss.BREAK, Loss.START)


def rank(rule: PriceRule, article: Article) -> Rank:
    """Where a fitting rule stands in its list; the greatest comes first, equal ones tie."""
    who = (4 if rule.customer else 0) + (2 if rule.group else 0) + (1 if rule.segment else 0)
    near = -article.category_path.index(rule.category) if rule.category else _FAR
    begins = rule.valid_from or dt.date.min
    return (rule.priority, who, 1 if rule.sku else 0, near, rule.qty_from or _NOTHING, begins)


def behind(loser: Rank, winner: Rank) -> Loss | None:
    """What put one rule behind another: the first difference; None: they tie."""
    return next((why for why, one, other in zip(_LEVELS, loser, winner, strict=True) if one != other), None)


def unfit(rule: PriceRule, listing: PriceList, article: Article, buyer: Buyer, on: dt.date) -> Loss | None:
    """Why a rule does not fit, whatever the quantity; None: it fits."""
    if not rule.active:
        return Loss.INACTIVE
    if not holds(on, listing.valid_from, listing.valid_to):
        return Loss.LIST_NOT_VALID
    if rule.sku and rule.sku != article.sku:
        return Loss.OTHER_PRODUCT
    if rule.category and rule.category not in article.category_path:
        return Loss.OTHER_CATEGORY
    return _stranger(rule, buyer) or _wrong_day(rule, on)


def unfit_quantity(rule: PriceRule, qty: Decimal) -> Loss | None:
    """Why a rule does not fit a quantity."""
    if rule.qty_from is not None and qty < rule.qty_from:
        return Loss.BELOW_QUANTITY
    if rule.qty_to is not None and qty > rule.qty_to:
        return Loss.ABOVE_QUANTITY
    return None


def fitting(
    book: PriceBook, listing: PriceList, article: Article, buyer: Buyer, on: dt.date
) -> Sequence[tuple[Rank, PriceRule]]:
    """Rules of a list that fit an article, a buyer and a day, first ones first; quantities are still to be asked.

    Rules that name no product are ranked once for all articles of a category.
    """
    groups = _by_what(book, listing, buyer, on)
    general = _general(book, listing, article, buyer, on)
    own = [rule for category in (None, *article.category_path) for rule in groups.get((article.sku, category), ())]
    if not own:
        return general
    return sorted([*((rank(rule, article), rule) for rule in own), *general], key=_by_rank, reverse=True)


def _by_rank(pair: tuple[Rank, PriceRule]) -> Rank:
    return pair[0]


def _general(
    book: PriceBook, listing: PriceList, article: Article, buyer: Buyer, on: dt.date
) -> list[tuple[Rank, PriceRule]]:
    """Rules of a list that fit all articles of a category."""
    key = ("general", listing.name, buyer, on, article.category_path)
    known = book.ready.get(key)
    if known is None:
        groups = _by_what(book, listing, buyer, on)
        found = [rule for category in (None, *article.category_path) for rule in groups.get((None, category), ())]
        book.ready[key] = known = sorted(((rank(rule, article), rule) for rule in found), key=_by_rank, reverse=True)
    assert isinstance(known, list)
    return known


_Groups = dict[tuple[str | None, str | None], list[PriceRule]]


def _by_what(book: PriceBook, listing: PriceList, buyer: Buyer, on: dt.date) -> _Groups:
    """Rules of a list for a buyer and a day by product and category; sorted out once for all articles."""
    key = (listing.name, buyer, on)
    known = book.ready.get(key)
    if known is None:
        groups: _Groups = {}
        if holds(on, listing.valid_from, listing.valid_to):
            for rule in book.by_list.get(listing.name, ()):
                if rule.active and not _stranger(rule, buyer) and not _wrong_day(rule, on):
                    groups.setdefault((rule.sku or None, rule.category or None), []).append(rule)
        book.ready[key] = known = groups
    assert isinstance(known, dict)
    return known


def _stranger(rule: PriceRule, buyer: Buyer) -> Loss | None:
    if rule.customer and rule.customer != buyer.code:
        return Loss.OTHER_CUSTOMER
    if rule.group and rule.group != buyer.group:
        return Loss.OTHER_GROUP
    if rule.segment and rule.segment.casefold() not in buyer.segments:
        return Loss.OTHER_SEGMENT
    return None


def _wrong_day(rule: PriceRule, on: dt.date) -> Loss | None:
    if holds(on, rule.valid_from, rule.valid_to):
        return None
    return Loss.NOT_STARTED if rule.valid_from and on < rule.valid_from else Loss.ENDED
