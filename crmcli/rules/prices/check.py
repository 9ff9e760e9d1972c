"""`pricelist check`: what is wrong among all lists, rules and discounts, before a price goes wrong by it.

Ties, rings over the whole graph (parents, bases, categories), overlapping validity, ladders on which more costs more,
minimum above maximum, references to what is not there, currencies that do not meet, and rules that can never win.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.rules.prices.book import Base, PriceBook, PriceRule
from crmcli.rules.prices.conflicts import Surroundings, discount_ladders, never, overlapping, ties
from crmcli.rules.prices.faults import Fault, FaultKind, discount_faults, list_faults, rule_faults
from crmcli.rules.prices.ladders import ladder_faults
from crmcli.rules.prices.rings import list_graph
from crmcli.rules.rings import of_parents, ring_words, rings

__all__ = ["Fault", "FaultKind", "Surroundings", "check_prices"]


def check_prices(book: PriceBook, around: Surroundings) -> tuple[Fault, ...]:
    """All faults, by kind, list and rule; () when prices are sound."""
    active = [rule for rule in book.rules if rule.active]
    found = [
        *(fault for one in book.lists for fault in list_faults(one)),
        *(fault for rule in book.rules for fault in rule_faults(rule)),
        *(fault for one in book.discounts for fault in discount_faults(one)),
        *_ring_faults(book, around),
        *_unknown(book, around),
        *overlapping(book, active),
        *ties(active, around),
        *_currencies(book, active),
        *never(book, active, around),
        *ladder_faults(book, active, around.articles),
        *discount_ladders(book),
    ]
    order = {kind: place for place, kind in enumerate(FaultKind)}
    return tuple(sorted(set(found), key=lambda one: (order[one.kind], one.price_list, one.rule, one.other, one.words)))


def _ring_faults(book: PriceBook, around: Surroundings) -> Iterable[Fault]:
    for ring in rings(list_graph(book)):
        words = _("lists lean on each other in a ring: %(ring)s") % {"ring": ring_words(ring)}
        yield Fault(FaultKind.RING, ring[0], "", ring[-1], words)
    for ring in rings(of_parents(around.parents)):
        words = _("categories lie inside each other in a ring: %(ring)s") % {"ring": ring_words(ring)}
        yield Fault(FaultKind.RING, "", "", ring[0], words)


def _unknown(book: PriceBook, around: Surroundings) -> Iterable[Fault]:
    """References to what is not there."""
    lists, categories = set(book.by_name), _categories(around)
    for one in book.lists:
        if one.parent and one.parent not in lists:
            yield _missing(one.name, "", one.parent, _("its parent %(name)s is not there"))
    for rule in book.rules:
        references = (
            (rule.price_list, lists, _("its price list %(name)s is not there")),
            (rule.base_list, lists, _("it begins with price list %(name)s, which is not there")),
            (rule.sku, around.articles, _("its product %(name)s is not there")),
            (rule.category, categories, _("no product and no category is called %(name)s")),
            (rule.customer, around.buyers, _("its customer %(name)s is not there")),
        )
        for name, known, words in references:
            if name and name not in known:
                yield _missing(rule.price_list, rule.rule_no, name, words)
    yield from _unlisted(book, around)
    yield from _no_segment(book, around)


def _unlisted(book: PriceBook, around: Surroundings) -> Iterable[Fault]:
    """Lists that discounts and customers name; customers' own words count only where there are lists at all."""
    lists = set(book.by_name)
    for discount in book.discounts:
        name = discount.price_list
        if name and name not in lists:
            yield _missing(name, discount.discount_no, name, _("its price list %(name)s is not there"))
    for buyer in around.buyers.values() if lists else ():
        if buyer.price_list and buyer.price_list not in lists:
            words = _("customer %(code)s has this price list, and it is not there") % {"code": buyer.code}
            yield Fault(FaultKind.UNKNOWN, buyer.price_list, "", buyer.code, words)


def _no_segment(book: PriceBook, around: Surroundings) -> Iterable[Fault]:
    """Rules for a segment that is none, and no tag in use either."""
    words = around.words
    spelled = {name.casefold(): name for name in (*sorted(words), *around.segments)}  # as the owner writes it, if known
    known = sorted(spelled.values())
    for rule in book.rules:
        if not rule.segment or rule.segment.casefold() in words | around.asked:
            continue
        near = nearest(rule.segment, known) or nearest(rule.segment.casefold(), known)
        sentence = _("no such segment, and no customer has the tag: %(name)s") % {"name": rule.segment}
        told = f"{sentence}. {near}" if near else sentence
        yield Fault(FaultKind.UNKNOWN, rule.price_list, rule.rule_no, rule.segment, told)


def _categories(around: Surroundings) -> set[str]:
    named = {article.category for article in around.articles.values() if article.category}
    return named | set(around.parents) | {parent for parent in around.parents.values() if parent}


def _missing(price_list: str, rule: str, name: str, words: str) -> Fault:
    return Fault(FaultKind.UNKNOWN, price_list, rule, name, words % {"name": name})


def _currencies(book: PriceBook, active: Sequence[PriceRule]) -> Iterable[Fault]:
    """Lists without a currency, lists that lean on one in another, and bases in a currency that is not the list's."""
    for one in book.lists:
        if not one.currency:
            words = _("it has no currency; its prices are taken to be in %(currency)s") % {"currency": book.currency}
            yield Fault(FaultKind.CURRENCY, one.name, "", "", words)
        if one.parent in book.by_name and _money(book, one.parent) != _money(book, one.name):
            words = _("its parent %(name)s is in another currency, so nothing comes from it") % {"name": one.parent}
            yield Fault(FaultKind.CURRENCY, one.name, "", one.parent or "", words)
    for rule in active:
        own = _money(book, rule.price_list)
        if rule.base in {Base.LIST, Base.COST, Base.COMPETITOR_MIN} and own != book.currency:
            words = _("it begins with an amount in %(base)s, and its list is in %(own)s: it never applies")
            yield Fault(
                FaultKind.CURRENCY, rule.price_list, rule.rule_no, "", words % {"base": book.currency, "own": own}
            )
        if rule.base_list in book.by_name and _money(book, rule.base_list) != own:
            words = _("it begins with price list %(name)s, which is in another currency: it never applies")
            yield Fault(
                FaultKind.CURRENCY,
                rule.price_list,
                rule.rule_no,
                rule.base_list or "",
                words % {"name": rule.base_list},
            )


def _money(book: PriceBook, name: str | None) -> str:
    listing = book.by_name.get(name or "")
    return (listing.currency if listing else None) or book.currency
