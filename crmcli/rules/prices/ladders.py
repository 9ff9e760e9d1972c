"""Ladders of quantity breaks on which a larger quantity is dearer."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from crmcli.language import gettext as _
from crmcli.language import ngettext
from crmcli.rules.prices.book import Article, Base, PriceBook, PriceList, PriceRule
from crmcli.rules.prices.faults import Fault, FaultKind, plain, rule_faults
from crmcli.rules.prices.formula import Failed, Loss, Setting, Worked, work_out

_FORMULA = (
    "base",
    "base_list",
    "round_to",
    "round_direction",
    "surcharge",
    "floor_percent",
    "floor_price",
    "ceiling_price",
)


def ladder_faults(book: PriceBook, active: Sequence[PriceRule], articles: Mapping[str, Article]) -> Iterable[Fault]:
    """Neighbouring breaks of one ladder where the higher one charges more for a unit of some article.

    A ladder is rules of one list alike in everything but quantity, days and formula. Bases in another list are compared
    only where both begin with the same list: their prices depend on who asks.
    """
    for ladder in _ladders(active):
        for low, high in itertools.pairwise(ladder):
            listing = book.by_name.get(low.price_list)
            if listing is not None and (words := _dearer(book, listing, low, high, articles)):
                yield Fault(FaultKind.LADDER, low.price_list, high.rule_no, low.rule_no, words)


def _ladders(active: Iterable[PriceRule]) -> Iterable[list[PriceRule]]:
    """Sound rules alike but for their quantity, by quantity; rules of other days make a ladder of their own."""
    groups: dict[tuple[object, ...], list[PriceRule]] = {}
    for rule in active:
        if not rule_faults(rule):
            what = (rule.sku, rule.category, rule.customer, rule.group, (rule.segment or "").casefold())
            days = (rule.valid_from, rule.valid_to)
            groups.setdefault((rule.price_list, rule.priority, *what, *days), []).append(rule)
    for rules in groups.values():
        breaks = {rule.qty_from or Decimal(0) for rule in rules}
        if len(breaks) == len(rules) > 1:  # two of one break are a tie, and named as such
            yield sorted(rules, key=lambda rule: rule.qty_from or Decimal(0))


def _dearer(
    book: PriceBook, listing: PriceList, low: PriceRule, high: PriceRule, articles: Mapping[str, Article]
) -> str | None:
    """What is wrong with two neighbouring breaks, or None."""
    if all(getattr(low, name) == getattr(high, name) for name in _FORMULA) and low.base != Base.FIXED:
        if (high.percent or 0) <= (low.percent or 0):
            return None
        return _("a larger quantity is dearer: %(high)s %% from %(qty)s against %(low)s %% before") % {
            "high": _signed(high.percent), "low": _signed(low.percent), "qty": plain(high.qty_from)
        }  # fmt: skip
    if Base.PRICE_LIST in {low.base, high.base}:
        return None
    if low.base == high.base == Base.FIXED and not {low.floor_percent, high.floor_percent} - {None}:
        return _fixed(book, listing, low, high)
    dear = [
        sku for sku, article in articles.items() if _fits(low, article) and _worse(book, listing, low, high, article)
    ]
    if not dear:
        return None
    return ngettext(
        "a larger quantity is dearer: %(sku)s from %(qty)s",
        "a larger quantity is dearer: %(sku)s and others, %(count)s products in all, from %(qty)s",
        len(dear),
    ) % {"sku": dear[0], "count": len(dear), "qty": plain(high.qty_from)}


def _fixed(book: PriceBook, listing: PriceList, low: PriceRule, high: PriceRule) -> str | None:
    """Fixed prices need no article."""
    prices = [_price(book, listing, rule, Article("")) for rule in (low, high)]
    if prices[0] is None or prices[1] is None or prices[1] <= prices[0]:
        return None
    return _("a larger quantity is dearer: %(high)s from %(qty)s against %(low)s before") % {
        "high": plain(prices[1]), "low": plain(prices[0]), "qty": plain(high.qty_from)
    }  # fmt: skip


def _worse(book: PriceBook, listing: PriceList, low: PriceRule, high: PriceRule, article: Article) -> bool:
    before, after = _price(book, listing, low, article), _price(book, listing, high, article)
    return before is not None and after is not None and after > before


def _price(book: PriceBook, listing: PriceList, rule: PriceRule, article: Article) -> Decimal | None:
    foreign = (listing.currency or book.currency) != book.currency
    found = work_out(rule, article, Setting(listing, foreign, lambda name: Failed(Loss.NO_BASE_LIST, name)))
    return found.price if isinstance(found, Worked) else None


def _fits(rule: PriceRule, article: Article) -> bool:
    return (not rule.sku or rule.sku == article.sku) and (not rule.category or rule.category in article.category_path)


def _signed(percent: Decimal | None) -> str:
    words = plain(percent or Decimal(0))
    return words if words.startswith("-") else "+" + words
