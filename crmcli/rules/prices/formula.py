"""The formula of one rule for one article: base → percent → round → surcharge → floor over cost → ceiling.

Exact: 60 digits inside, kept to four decimals at the end. Prices are rounded before the surcharge, so that "to a whole
ten, less one kopeck" makes 99.99; floor and ceiling come last, so that nothing after them can break them. The floor is
over *cost*, never over the list price; in a list whose prices include tax, cost carries the tax too before it is compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from crmcli.rules.prices.book import Article, Base, Direction, PriceList, PriceRule

if TYPE_CHECKING:
    from collections.abc import Callable

EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_HUNDRED = Decimal(100)
_FOUR = Decimal("0.0001")
_WAYS = {Direction.UP: ROUND_CEILING, Direction.DOWN: ROUND_FLOOR, Direction.NEAREST: ROUND_HALF_UP}


class StepKind(StrEnum):
    """One step of a formula."""

    FIXED = "fixed"
    LIST = "list"
    COST = "cost"
    PRICE_LIST = "price_list"
    COMPETITOR_MIN = "competitor_min"
    COST_TAX = "cost_tax"  # tax put on the cost, as the list's prices include it
    PERCENT = "percent"
    ROUND = "round"
    SURCHARGE = "surcharge"
    FLOOR = "floor"
    CEILING = "ceiling"
    KEEP = "keep"  # to four decimals
    TAX_ON = "tax_on"  # from a list without tax into one with it
    TAX_OFF = "tax_off"
    PARTS = "parts"  # tiered: exact total of the parts ÷ quantity


class Loss(StrEnum):
    """Why a rule does not make the price."""

    INACTIVE = "inactive"
    LIST_NOT_VALID = "list_not_valid"
    NOT_STARTED = "not_started"
    ENDED = "ended"
    OTHER_PRODUCT = "other_product"
    OTHER_CATEGORY = "other_category"
    OTHER_CUSTOMER = "other_customer"
    OTHER_GROUP = "other_group"
    OTHER_SEGMENT = "other_segment"
    BELOW_QUANTITY = "below_quantity"
    ABOVE_QUANTITY = "above_quantity"
    NO_PRICE = "no_price"  # a fixed rule without one
    NO_LIST_PRICE = "no_list_price"
    NO_COST = "no_cost"
    NO_COMPETITOR = "no_competitor"
    NO_BASE_LIST = "no_base_list"  # the other list is unknown, or gives no price
    BASE_LIST_NOT_VALID = "base_list_not_valid"
    OTHER_CURRENCY = "other_currency"
    FLOOR_ABOVE_CEILING = "floor_above_ceiling"
    BELOW_ZERO = "below_zero"
    PARENT_LIST = "parent_list"  # a nearer list has a rule that applies
    PRIORITY = "priority"
    WHO = "who"
    WHAT = "what"
    BREAK = "break"
    START = "start"


@dataclass(frozen=True, slots=True)
class PriceStep:
    """One step of a formula.

    Args:
        kind: What was done.
        price: After it.
        amount: With what: percent, multiple, surcharge, floor, ceiling, tax rate; None: the step has none.
        name: The other list, the competitor, the direction of rounding.
        within: Steps that made the price of the other list.
    """

    kind: StepKind
    price: Decimal
    amount: Decimal | None = None
    name: str = ""
    within: tuple[PriceStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Worked:
    """A price with how it came about; `floor` is what it must not go below, discounts included."""

    price: Decimal
    floor: Decimal | None
    steps: tuple[PriceStep, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a formula gives no price; `name` says which list or currency."""

    reason: Loss
    name: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a formula is worked out.

    Args:
        listing: The list of the rule.
        foreign: Whether its currency is not the one of costs and list prices; there are no rates between them.
        other: What a buyer with the list of that name would pay; Failed: nothing.
    """

    listing: PriceList
    foreign: bool
    other: Callable[[str], Worked | Failed]


def work_out(rule: PriceRule, article: Article, setting: Setting) -> Worked | Failed:
    """The price a rule gives, or why it gives none: an unknown base, an unknown cost under a floor, floor above ceiling."""
    begun = _base(rule, article, setting)
    if isinstance(begun, Failed):
        return begun
    steps, price = begun, begun[-1].price
    if rule.percent:
        price = EXACT.divide(EXACT.multiply(price, _HUNDRED + rule.percent), _HUNDRED)
        steps.append(PriceStep(StepKind.PERCENT, price, rule.percent))
    if rule.round_to:
        price = to_multiple(price, rule.round_to, rule.round_direction)
        steps.append(PriceStep(StepKind.ROUND, price, rule.round_to, rule.round_direction or Direction.NEAREST))
    if rule.surcharge:
        price = EXACT.add(price, rule.surcharge)
        steps.append(PriceStep(StepKind.SURCHARGE, price, rule.surcharge))
    return _bounded(rule, article, setting, steps)


def to_multiple(price: Decimal, multiple: Decimal, direction: str | None) -> Decimal:
    """A price to a whole number of multiples; nearest takes halves away from zero."""
    way = _WAYS[Direction(direction or Direction.NEAREST)]
    return EXACT.multiply(EXACT.divide(price, multiple).to_integral_value(way), multiple)


def to_four(value: Decimal, way: str = ROUND_HALF_UP) -> Decimal:
    """To the four decimals that the store keeps."""
    return value.quantize(_FOUR, way, EXACT)


def with_tax(value: Decimal, rate: Decimal | None) -> Decimal:
    """An amount with tax put on it, exactly; a rate not stated puts nothing on."""
    return value if not rate else EXACT.divide(EXACT.multiply(value, _HUNDRED + rate), _HUNDRED)


def without_tax(value: Decimal, rate: Decimal | None) -> Decimal:
    """An amount with the tax taken out of it."""
    return value if not rate else EXACT.divide(EXACT.multiply(value, _HUNDRED), _HUNDRED + rate)


def _base(rule: PriceRule, article: Article, setting: Setting) -> list[PriceStep] | Failed:
    """The first step, or first two."""
    if rule.base == Base.FIXED:
        return Failed(Loss.NO_PRICE) if rule.price is None else [PriceStep(StepKind.FIXED, rule.price)]
    if rule.base == Base.PRICE_LIST:
        return _other_list(rule, setting)
    if setting.foreign:
        return Failed(Loss.OTHER_CURRENCY, setting.listing.currency or "")
    if rule.base == Base.COST:
        return _cost(article, setting)
    if rule.base == Base.LIST:
        known = article.list_price
        return Failed(Loss.NO_LIST_PRICE) if known is None else [PriceStep(StepKind.LIST, known)]
    lowest = article.competitor_low
    none = Failed(Loss.NO_COMPETITOR)
    return none if lowest is None else [PriceStep(StepKind.COMPETITOR_MIN, lowest, name=article.competitor)]


def _cost(article: Article, setting: Setting) -> list[PriceStep] | Failed:
    """What it costs, with tax on top where the list's prices include it."""
    if article.cost is None:
        return Failed(Loss.NO_COST)
    steps = [PriceStep(StepKind.COST, article.cost)]
    if setting.listing.tax_included and article.tax_rate:
        steps.append(PriceStep(StepKind.COST_TAX, with_tax(article.cost, article.tax_rate), article.tax_rate))
    return steps


def _other_list(rule: PriceRule, setting: Setting) -> list[PriceStep] | Failed:
    found = setting.other(rule.base_list or "")
    if isinstance(found, Failed):
        return found
    return [PriceStep(StepKind.PRICE_LIST, found.price, name=rule.base_list or "", within=found.steps)]


def floor_of(rule: PriceRule, article: Article, setting: Setting) -> Decimal | Failed | None:
    """The higher of floor price and cost + floor percent, up to four decimals; None: the rule has no floor."""
    floors = [] if rule.floor_price is None else [rule.floor_price]
    if rule.floor_percent is not None:
        if setting.foreign:
            return Failed(Loss.OTHER_CURRENCY, setting.listing.currency or "")
        if article.cost is None:
            return Failed(Loss.NO_COST)
        cost = with_tax(article.cost, article.tax_rate) if setting.listing.tax_included else article.cost
        floors.append(with_tax(cost, rule.floor_percent) if rule.floor_percent else cost)
    return to_four(max(floors), ROUND_CEILING) if floors else None


def _raised(rule: PriceRule, floor: Decimal) -> Decimal:
    """The least price not below a floor that still ends as the rule's prices do; the floor where a ceiling forbids that."""
    if not rule.round_to:
        return floor
    surcharge = rule.surcharge or Decimal(0)
    price = EXACT.add(to_multiple(EXACT.subtract(floor, surcharge), rule.round_to, Direction.UP), surcharge)
    return floor if rule.ceiling_price is not None and price > rule.ceiling_price else price


def _bounded(rule: PriceRule, article: Article, setting: Setting, steps: list[PriceStep]) -> Worked | Failed:
    """Floor, then ceiling, then four decimals; a floor above the ceiling is no price at all."""
    price, floor = steps[-1].price, floor_of(rule, article, setting)
    if isinstance(floor, Failed):
        return floor
    ceiling = rule.ceiling_price
    if floor is not None and ceiling is not None and floor > ceiling:
        return Failed(Loss.FLOOR_ABOVE_CEILING)
    if floor is not None and price < floor:
        price = _raised(rule, floor)
        steps.append(PriceStep(StepKind.FLOOR, price, floor))
    if ceiling is not None and price > ceiling:
        price = ceiling
        steps.append(PriceStep(StepKind.CEILING, price, ceiling))
    if (kept := to_four(price)) != price:
        steps.append(PriceStep(StepKind.KEEP, kept))
    return Failed(Loss.BELOW_ZERO) if kept < 0 else Worked(kept, floor, tuple(steps))
