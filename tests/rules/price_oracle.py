"""Prices again, slow and obvious: fractions instead of decimals, every pair of rules compared, no index and no memory."""

from __future__ import annotations

import datetime as dt
import math
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from fractions import Fraction

from crmcli.rules.prices.book import Article, Buyer, PriceBook, PriceList, PriceRule

FOUR = Decimal("0.0001")


class TieError(Exception):
    """Two rules that nothing orders."""


def four(value: Fraction, way: str = ROUND_HALF_UP) -> Decimal:
    """To four decimals: floor of the scaled value, then looked at."""
    scaled = value * 10000
    low = math.floor(scaled)
    rest = scaled - low
    if way == ROUND_CEILING:
        return Decimal(low + (1 if rest else 0)) * FOUR
    away = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and value >= 0)
    return Decimal(low + (1 if away else 0)) * FOUR


def multiple(value: Fraction, step: Fraction, direction: str | None) -> Fraction:
    times = value / step
    if direction == "up":
        return math.ceil(times) * step
    if direction == "down":
        return math.floor(times) * step
    sign = -1 if times < 0 else 1
    return sign * math.floor(abs(times) + Fraction(1, 2)) * step


def applies(rule: PriceRule, one: PriceList, article: Article, buyer: Buyer, qty: Decimal, on: dt.date) -> bool:
    return rule.active and not (
        any(first is not None and on < first for first in (one.valid_from, rule.valid_from))
        or any(last is not None and on > last for last in (one.valid_to, rule.valid_to))
        or (rule.sku is not None and rule.sku != article.sku)
        or (rule.category is not None and rule.category not in article.category_path)
        or (rule.customer is not None and rule.customer != buyer.code)
        or (rule.group is not None and rule.group != buyer.group)
        or (rule.segment is not None and rule.segment.lower() not in buyer.segments)
        or (rule.qty_from is not None and qty < rule.qty_from)
        or (rule.qty_to is not None and qty > rule.qty_to)
    )


def price_of(
    rule: PriceRule, book: PriceBook, article: Article, buyer: Buyer, qty: Decimal, on: dt.date
) -> tuple[Decimal, Decimal | None] | None:
    """The price of one rule and its floor."""
    if rule.base == "price_list":
        other = next((one for one in book.lists if one.name == rule.base_list), None)
        if other is None or not (other.valid_from or on) <= on <= (other.valid_to or on):
            return None
        begun = price_in(other, book, article, buyer, qty, on)[0]
    else:
        begun = {"fixed": rule.price, "list": article.list_price, "cost": article.cost,
                 "competitor_min": article.competitor_low}[rule.base]  # fmt: skip
    if begun is None:
        return None
    value = Fraction(begun) + Fraction(begun) * Fraction(rule.percent or 0) / 100
    if rule.round_to is not None:
        value = multiple(value, Fraction(rule.round_to), rule.round_direction)
    value += Fraction(rule.surcharge or 0)
    floors = [Fraction(rule.floor_price)] if rule.floor_price is not None else []
    if rule.floor_percent is not None:
        if article.cost is None:
            return None
        floors.append(Fraction(article.cost) * (100 + Fraction(rule.floor_percent)) / 100)
    floor = four(max(floors), ROUND_CEILING) if floors else None
    if floor is not None and rule.ceiling_price is not None and floor > rule.ceiling_price:
        return None
    if floor is not None and value < floor:
        value = Fraction(floor)
        if rule.round_to is not None:  # prices go on ending as they do
            more = Fraction(rule.surcharge or 0)
            ended = multiple(value - more, Fraction(rule.round_to), "up") + more
            value = ended if rule.ceiling_price is None or ended <= rule.ceiling_price else value
    if rule.ceiling_price is not None and value > rule.ceiling_price:
        value = Fraction(rule.ceiling_price)
    price = four(value)
    return None if price < 0 else (price, floor)


def before(one: PriceRule, other: PriceRule, article: Article) -> bool:
    """Whether one rule goes before another, by the first question that tells them apart."""
    for question in (
        lambda rule: rule.priority,
        lambda rule: (rule.customer is not None, rule.group is not None, rule.segment is not None),
        lambda rule: rule.sku is not None,
        lambda rule: rule.category is not None,
        lambda rule: -(article.category_path.index(rule.category) if rule.category else 0),
        lambda rule: rule.qty_from or 0,
        lambda rule: rule.valid_from or dt.date(1, 1, 1),
    ):
        if question(one) != question(other):
            return bool(question(one) > question(other))
    return False


def price_in(
    start: PriceList | None, book: PriceBook, article: Article, buyer: Buyer, qty: Decimal, on: dt.date
) -> tuple[Decimal | None, str | None]:
    """The price and the rule that made it."""
    while start is not None:
        working = [
            (rule, made[0])
            for rule in book.rules
            if rule.price_list == start.name
            and applies(rule, start, article, buyer, qty, on)
            and (made := price_of(rule, book, article, buyer, qty, on)) is not None
        ]
        best = [
            (rule, price)
            for rule, price in working
            if not any(before(other, rule, article) for other, _price in working)
        ]
        if len(best) > 1:
            raise TieError
        if best:
            return best[0][1], best[0][0].rule_no
        start = next((one for one in book.lists if one.name == start.parent), None)
    return article.list_price, None
