"""What prices are made from, as values: lists, rules, discounts, the article asked for, and who asks.

Days are inclusive at both ends here, as an owner writes them. Quantities are too: "from 10" holds at 10, "to 9" at 9.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

FOR_EVER = dt.date(2099, 1, 1)  # last days from here on are no ends


class QtyMode(StrEnum):
    """How a quantity finds its price in a list."""

    VOLUME = "volume"  # the break reached prices the whole quantity
    TIERED = "tiered"  # every unit has the price of its own place: the tenth that of "from 10"


class Base(StrEnum):
    """What the formula of a rule begins with."""

    FIXED = "fixed"  # the rule's own price
    LIST = "list"  # the article's list price
    COST = "cost"  # what the article costs us that day
    PRICE_LIST = "price_list"  # what a buyer with another list would pay
    COMPETITOR_MIN = "competitor_min"  # the lowest fresh price of a competitor


class Direction(StrEnum):
    """Where a price goes when it is rounded to a multiple."""

    NEAREST = "nearest"  # halves away from zero
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class PriceList:
    """A list of prices; `parent` is asked where it has no rule that applies."""

    name: str
    parent: str | None = None
    currency: str | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    tax_included: bool = False
    is_default: bool = False
    qty_mode: str = QtyMode.VOLUME
    delivery_fee: Decimal | None = None
    free_delivery_from: Decimal | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class PriceRule:
    """What (sku, category, neither: all) × who (customer, group, segment, none: everyone) × quantity × days → a formula.

    Several conditions of a rule hold together. `percent` changes the base: −5 is five off, 20 is a mark-up.
    """

    rule_no: str
    price_list: str
    sku: str | None = None
    category: str | None = None
    customer: str | None = None
    group: str | None = None
    segment: str | None = None
    qty_from: Decimal | None = None
    qty_to: Decimal | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    base: str = Base.LIST
    base_list: str | None = None
    price: Decimal | None = None
    percent: Decimal | None = None
    round_to: Decimal | None = None
    round_direction: str | None = None
    surcharge: Decimal | None = None
    floor_percent: Decimal | None = None
    floor_price: Decimal | None = None
    ceiling_price: Decimal | None = None
    priority: int = 0
    active: bool = True
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount on a whole basket: `volume` by its net, `loyalty` by the revenue of the 365 days before."""

    discount_no: str
    kind: str
    threshold: Decimal
    percent: Decimal
    price_list: str | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Article:
    """One product as prices see it on a day.

    Args:
        sku, name, unit: As in the catalogue.
        category: Its own category.
        category_path: The category, its parent, and so on up to the root.
        list_price, cost: In the store's currency; cost is the one in force that day, before tax. None: unknown.
        competitor_low, competitor, competitor_seen_on: The lowest fresh price of a competitor, whose, and of when.
        tax_rate: Percent; None: not stated.
        launched_on, active, successor: As in the catalogue.
        id: Of the product in the store.
    """

    sku: str
    name: str = ""
    unit: str = ""
    category: str | None = None
    category_path: tuple[str, ...] = ()
    list_price: Decimal | None = None
    cost: Decimal | None = None
    competitor_low: Decimal | None = None
    competitor: str = ""
    competitor_seen_on: dt.date | None = None
    tax_rate: Decimal | None = None
    launched_on: dt.date | None = None
    active: bool = True
    successor: str | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who asks: a customer, or with an empty code anyone.

    Args:
        code, name, group, price_list, region, id: As in the store.
        segments: Tags of the customer, and segments the customer is in on the day; case-folded.
        asked: Names that were asked about as segments, so that one not among `segments` is known not to hold.
    """

    code: str = ""
    name: str = ""
    group: str | None = None
    segments: frozenset[str] = frozenset()
    price_list: str | None = None
    region: str | None = None
    id: int | None = None
    asked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PriceBook:
    """All lists, rules and discounts of a store, of whatever days.

    `currency` is that of costs and list prices; `tax_included` says whether the list prices of the catalogue have tax in them.

    The fields after `on` are made from those before it, so that thousands of articles can be priced in a moment.
    """

    lists: tuple[PriceList, ...] = ()
    rules: tuple[PriceRule, ...] = ()
    discounts: tuple[Discount, ...] = ()
    on: dt.date = dt.date.min
    currency: str = ""
    tax_included: bool = False
    by_name: dict[str, PriceList] = field(init=False, repr=False, compare=False)
    by_list: dict[str, list[PriceRule]] = field(init=False, repr=False, compare=False)
    ready: dict[object, object] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        grouped: dict[str, list[PriceRule]] = {}
        for rule in self.rules:
            grouped.setdefault(rule.price_list, []).append(rule)
        object.__setattr__(self, "by_name", {one.name: one for one in self.lists})
        object.__setattr__(self, "by_list", grouped)
        object.__setattr__(self, "ready", {})


def holds(on: dt.date, first: dt.date | None, last: dt.date | None) -> bool:
    """Tell whether a day lies in a period given by its first and last day.

    Days are whole, so "up to and including the last" is the half-open [first, last + 1 day) of moments: a period that
    ends on one day and one that begins on the next have no moment in common and none between them.
    """
    return (first is None or on >= first) and (last is None or on <= last)


def end_of(last: dt.date | None) -> dt.date | None:
    """A last day as it is meant: many programs write 31.12.2099 or 9999-12-31 for "no end"; None: there is none."""
    return None if last is None or last >= FOR_EVER else last


def chain(book: PriceBook, name: str | None) -> tuple[PriceList, ...]:
    """A list and its parents, nearest first; an unknown parent or a ring ends it (both are refused elsewhere)."""
    found: list[PriceList] = []
    while name is not None and name in book.by_name and all(one.name != name for one in found):
        found.append(book.by_name[name])
        name = found[-1].parent
    return tuple(found)
