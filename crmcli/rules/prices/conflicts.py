"""Rules that get in each other's way: overlapping days, ties, and rules that can never win."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.language import gettext as _
from crmcli.rules.prices.book import Article, Base, Buyer, PriceBook, PriceList, PriceRule
from crmcli.rules.prices.faults import Fault, FaultKind, rule_faults

if TYPE_CHECKING:
    import datetime as dt


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lists and rules refer to.

    Args:
        articles: Products by sku, their `category_path` not needed where categories form a ring.
        buyers: Contacts by code.
        parents: Category → its parent.
        asked: Names of segments, as rules spell them and case-folded, whose members are among those of `buyers`.
        segments: All segments by name, for "did you mean".
    """

    articles: Mapping[str, Article] = field(default_factory=dict)
    buyers: Mapping[str, Buyer] = field(default_factory=dict)
    parents: Mapping[str, str | None] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    segments: tuple[str, ...] = ()

    @property
    def words(self) -> frozenset[str]:
        """What some buyer is known by: tags, and segments with anyone in them; case-folded."""
        return frozenset().union(*(buyer.segments for buyer in self.buyers.values()))


def days_meet(one: PriceRule | PriceList, other: PriceRule | PriceList) -> bool:
    """Tell whether two periods have a day in common."""
    return _meet(one.valid_from, one.valid_to, other.valid_from, other.valid_to)


def _meet(low: dt.date | Decimal | None, high: dt.date | Decimal | None, start: object, end: object) -> bool:
    """Tell whether two closed ranges meet; None is without an end."""
    before = end is not None and low is not None and end < low  # type: ignore[operator]
    after = start is not None and high is not None and start > high  # type: ignore[operator]
    return not before and not after


def overlapping(book: PriceBook, active: Sequence[PriceRule]) -> Iterable[Fault]:
    """Two defaults on one day; two rules alike of which one begins before the other has ended.

    A short period inside a longer one is a promotion and no fault: the later start wins, and then the longer goes on.
    """
    defaults = [one for one in book.lists if one.is_default]
    for one, other in itertools.combinations(defaults, 2):
        if days_meet(one, other):
            words = _("it and %(name)s are both the default on some days") % {"name": other.name}
            yield Fault(FaultKind.OVERLAP, one.name, "", other.name, words)
    for group in _alike(active).values():
        for early, late in itertools.permutations(group, 2):
            if _crosses(early, late):
                words = _("it and %(rule)s are alike but for their days, which overlap") % {"rule": late.rule_no}
                yield Fault(FaultKind.OVERLAP, early.price_list, early.rule_no, late.rule_no, words)


def _crosses(early: PriceRule, late: PriceRule) -> bool:
    """Tell whether one period begins within another and ends after it, so that neither lies inside the other."""
    if early.valid_to is None or late.valid_from is None:
        return False
    begins_within = late.valid_from <= early.valid_to and (
        early.valid_from is None or early.valid_from < late.valid_from
    )
    return begins_within and (late.valid_to is None or late.valid_to > early.valid_to)


def _alike(active: Iterable[PriceRule]) -> dict[tuple[object, ...], list[PriceRule]]:
    """Rules of one list for the same things, people, quantity and priority."""
    groups: dict[tuple[object, ...], list[PriceRule]] = {}
    for rule in active:
        segment = rule.segment.casefold() if rule.segment else None
        key = (
            rule.price_list,
            rule.priority,
            rule.sku,
            rule.category,
            rule.customer,
            rule.group,
            segment,
            _break(rule),
        )
        groups.setdefault(key, []).append(rule)
    return groups


def _break(rule: PriceRule) -> Decimal:
    return rule.qty_from or Decimal(0)


def ties(active: Sequence[PriceRule], around: Surroundings) -> Iterable[Fault]:
    """Pairs that some buyer, article, quantity and day would meet with nothing to choose between them."""
    alike = {buyer.segments for buyer in around.buyers.values()}
    together = {pair for segments in alike for pair in itertools.permutations(segments, 2)}
    groups: dict[tuple[object, ...], list[PriceRule]] = {}
    for rule in active:
        who = (rule.customer, rule.group, bool(rule.segment))
        key = (rule.price_list, rule.priority, who, rule.sku, rule.category, _break(rule), rule.valid_from)
        groups.setdefault(key, []).append(rule)
    for group in groups.values():
        for one, other in itertools.combinations(sorted(group, key=lambda rule: rule.rule_no), 2):
            segments = tuple((rule.segment or "").casefold() for rule in (one, other))
            meets = days_meet(one, other) and _meet(one.qty_from, one.qty_to, other.qty_from, other.qty_to)
            if meets and (segments[0] == segments[1] or segments in together):
                words = _("it and %(rule)s fit the same, and nothing puts one before the other") % {
                    "rule": other.rule_no
                }
                yield Fault(FaultKind.TIE, one.price_list, one.rule_no, other.rule_no, words)


def never(book: PriceBook, active: Sequence[PriceRule], around: Surroundings) -> Iterable[Fault]:
    """Rules that no question can be answered by."""
    groups = {buyer.group for buyer in around.buyers.values()}
    for rule in active:
        listing = book.by_name.get(rule.price_list)
        words = ""
        if listing is not None and not days_meet(rule, listing):
            words = _("it never applies: its days lie outside those of its list")
        elif rule.group and rule.group not in groups:
            words = _("it never applies: no customer has the group %(name)s") % {"name": rule.group}
        if words:
            yield Fault(FaultKind.NEVER, rule.price_list, rule.rule_no, "", words)
    by_list: dict[str, list[PriceRule]] = {}
    for rule in active:
        by_list.setdefault(rule.price_list, []).append(rule)
    for rules in by_list.values():
        yield from _shadowed(rules, around)


def _shadowed(rules: Sequence[PriceRule], around: Surroundings) -> Iterable[Fault]:
    """Rules that one of a higher priority covers in every respect, and that one always works."""
    strong = sorted((rule for rule in rules if _always_works(rule)), key=lambda rule: (-rule.priority, rule.rule_no))
    for rule in rules:
        for other in strong:
            if other.priority <= rule.priority:
                break
            if _covers(other, rule, around):
                words = _("it never wins: %(rule)s has a higher priority and fits everything that it fits")
                yield Fault(
                    FaultKind.NEVER, rule.price_list, rule.rule_no, other.rule_no, words % {"rule": other.rule_no}
                )
                break


def _always_works(rule: PriceRule) -> bool:
    return rule.base == Base.FIXED and rule.price is not None and rule.floor_percent is None and not rule_faults(rule)


def _covers(wide: PriceRule, narrow: PriceRule, around: Surroundings) -> bool:
    who = all(
        getattr(wide, name) in {None, "", getattr(narrow, name)} for name in ("customer", "group", "segment", "sku")
    )
    if not who or (wide.category and wide.category not in _inside(narrow, around)):
        return False
    return (
        _encloses(wide.qty_from, wide.qty_to, narrow.qty_from, narrow.qty_to)
        and _encloses(wide.valid_from, wide.valid_to, narrow.valid_from, narrow.valid_to)
    )  # fmt: skip


def _inside(rule: PriceRule, around: Surroundings) -> tuple[str, ...]:
    """Categories that all articles of a rule lie in, as far as is known."""
    if rule.sku and rule.sku in around.articles:
        return around.articles[rule.sku].category_path
    path: list[str] = []
    name = rule.category
    while name and name not in path:
        path.append(name)
        name = around.parents.get(name)
    return tuple(path)


def _encloses(low: object, high: object, start: object, end: object) -> bool:
    low_fits = low is None or (start is not None and low <= start)  # type: ignore[operator]
    return low_fits and (high is None or (end is not None and high >= end))  # type: ignore[operator]


def discount_ladders(book: PriceBook) -> Iterable[Fault]:
    """A discount that a lower threshold beats is never given."""
    active = [one for one in book.discounts if one.active]
    for low, high in itertools.permutations(active, 2):
        same = low.kind == high.kind and low.price_list in {None, high.price_list}
        covers = _encloses(low.valid_from, low.valid_to, high.valid_from, high.valid_to)
        if same and covers and low.threshold < high.threshold and low.percent >= high.percent:
            words = _("it never counts: %(other)s gives as much from a lower threshold") % {"other": low.discount_no}
            yield Fault(FaultKind.LADDER, high.price_list or "", high.discount_no, low.discount_no, words)
