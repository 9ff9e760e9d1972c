"""Discounts on a whole basket: the larger of volume and loyalty counts, they are never added up, and floors hold."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_FLOOR, Decimal

from crmcli.rules.prices.book import Buyer, Discount, PriceBook, chain, holds
from crmcli.rules.prices.formula import EXACT

VOLUME, LOYALTY = "volume", "loyalty"
LOYALTY_DAYS = 365
_HUNDRED = Decimal(100)
_FOUR = Decimal("0.0001")


def basket_discount(
    book: PriceBook, buyer: Buyer, *, net: Decimal, loyalty_revenue: Decimal | None, on: dt.date
) -> Discount | None:
    """The discount a basket earns: the highest percent whose threshold is reached, or None.

    Volume is measured by the net of the basket, loyalty by the revenue of the 365 days before. The two are never added
    up: an owner who gives 5 % for volume and 7 % for loyalty means 7, not 12. Of equal percents the one asked for less.

    Args:
        book: Discounts and lists.
        buyer: Who buys; a discount of a list holds for buyers of that list and of lists below it.
        net: Of the basket before this discount, before tax.
        loyalty_revenue: Counted revenue of the 365 days up to that day; None: unknown, so no loyalty.
        on: The day.
    """
    measures = {VOLUME: net, LOYALTY: loyalty_revenue}
    earned = [one for one in offered(book, buyer, on) if _reached(measures.get(one.kind), one.threshold)]
    return min(earned, key=lambda one: (-one.percent, one.kind, one.threshold, one.discount_no), default=None)


def offered(book: PriceBook, buyer: Buyer, on: dt.date) -> list[Discount]:
    """Discounts open to a buyer on a day, whatever the basket."""
    own = buyer.price_list or next(
        (one.name for one in book.lists if one.is_default and holds(on, one.valid_from, one.valid_to)), None
    )
    names = {one.name for one in chain(book, own)}
    return [
        one
        for one in book.discounts
        if one.active and holds(on, one.valid_from, one.valid_to) and (not one.price_list or one.price_list in names)
    ]


def capped_percent(price: Decimal, floor: Decimal | None, percent: Decimal) -> Decimal:
    """As much of a discount as leaves a price at its floor or above: to four decimals, towards the buyer's disadvantage.

    A price that is at its floor or below already gets nothing.
    """
    if floor is None or price <= 0:
        return percent
    room = EXACT.divide(EXACT.multiply(EXACT.subtract(price, floor), _HUNDRED), price)
    return max(Decimal(0), min(percent, room.quantize(_FOUR, ROUND_FLOOR, EXACT)))


def _reached(measure: Decimal | None, threshold: Decimal) -> bool:
    return measure is not None and measure >= threshold
