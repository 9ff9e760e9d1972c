"""Prices in words: what a rule is about, what its formula does, each step with its figures, and why a rule lost."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli import numbers
from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.rules.prices.book import Article, Base, Buyer, Direction, PriceRule
from crmcli.rules.prices.faults import plain
from crmcli.rules.prices.formula import Loss, PriceStep, StepKind
from crmcli.table import Kind

if TYPE_CHECKING:
    import datetime as dt

    from crmcli.rules.prices.pricing import LostRule

_STEPS = {
    StepKind.FIXED: N_("fixed price"),
    StepKind.LIST: N_("list price of the product"),
    StepKind.COST: N_("cost that day"),
    StepKind.COMPETITOR_MIN: N_("lowest fresh price of a competitor"),
    StepKind.COST_TAX: N_("tax on the cost, as prices include it"),
    StepKind.PERCENT: N_("percent"),
    StepKind.SURCHARGE: N_("surcharge"),
    StepKind.FLOOR: N_("raised to the floor"),
    StepKind.CEILING: N_("brought down to the ceiling"),
    StepKind.KEEP: N_("kept to four decimals"),
    StepKind.TAX_ON: N_("tax put on: that list is without tax"),
    StepKind.TAX_OFF: N_("tax taken out: that list is with tax"),
    StepKind.PARTS: N_("exact total of the parts ÷ quantity"),
}
_ROUNDED = {
    Direction.NEAREST: N_("rounded to the nearest multiple"),
    Direction.UP: N_("rounded up to a multiple"),
    Direction.DOWN: N_("rounded down to a multiple"),
}
_BASES = {
    Base.FIXED: N_("fixed"),
    Base.LIST: N_("list price"),
    Base.COST: N_("cost"),
    Base.COMPETITOR_MIN: N_("lowest competitor"),
}
_LOSSES = {
    Loss.INACTIVE: N_("switched off"),
    Loss.NO_PRICE: N_("cannot be worked out: it has no price"),
    Loss.NO_LIST_PRICE: N_("cannot be worked out: the product has no list price"),
    Loss.NO_COST: N_("cannot be worked out: the cost of the product is unknown"),
    Loss.NO_COMPETITOR: N_("cannot be worked out: no fresh price of a competitor"),
    Loss.FLOOR_ABOVE_CEILING: N_("cannot be worked out: its floor is above its ceiling here"),
    Loss.BELOW_ZERO: N_("cannot be worked out: the price would be below zero"),
}
_LOSSES_NAMED = {
    Loss.NO_BASE_LIST: N_("cannot be worked out: price list %(name)s has no price for it"),
    Loss.BASE_LIST_NOT_VALID: N_("cannot be worked out: price list %(name)s is not valid that day"),
    Loss.OTHER_CURRENCY: N_("cannot be worked out: %(name)s has no rate to the currency asked for"),
    Loss.PRIORITY: N_("%(name)s has a higher priority"),
    Loss.WHO: N_("%(name)s is meant more closely for this customer"),
    Loss.WHAT: N_("%(name)s is meant more closely for this product"),
    Loss.BREAK: N_("%(name)s has the higher break that is reached"),
    Loss.START: N_("%(name)s is newer: it begins later"),
    Loss.PARENT_LIST: N_("price list %(name)s is asked first and has a rule"),
}


def step_words(step: PriceStep) -> str:
    """What one step did, without its figures."""
    if step.kind == StepKind.PRICE_LIST:
        return _("price in list %(name)s") % {"name": step.name}
    if step.kind == StepKind.ROUND:
        return _(_ROUNDED[Direction(step.name)])
    if step.kind == StepKind.COMPETITOR_MIN and step.name:
        return _("lowest fresh price of a competitor, %(name)s") % {"name": step.name}
    return _(_STEPS[step.kind])


def step_figure(step: PriceStep) -> str:
    """With what figure a step worked: "−5 %", "to 10", "+3"; empty where it has none."""
    if step.amount is None or step.kind in {StepKind.FLOOR, StepKind.CEILING}:
        return ""
    if step.kind in {StepKind.PERCENT, StepKind.COST_TAX, StepKind.TAX_ON, StepKind.TAX_OFF}:
        return f"{signed(step.amount)}{numbers.SPACE}%"
    if step.kind == StepKind.SURCHARGE:
        return signed(step.amount)
    return numbers.cell(step.amount, Kind.QUANTITY)


def signed(value: Decimal) -> str:
    """A number with its sign, a true minus among them."""
    words = numbers.cell(abs(value), Kind.QUANTITY)
    return f"−{words}" if value < 0 else f"+{words}"


def what_words(rule: PriceRule) -> str:
    """What a rule is for."""
    parts = [rule.sku or "", _("category %(name)s") % {"name": rule.category} if rule.category else ""]
    return ", ".join(part for part in parts if part) or _("all products")


def who_words(rule: PriceRule) -> str:
    """Whom a rule is for."""
    parts = [
        _("customer %(name)s") % {"name": rule.customer} if rule.customer else "",
        _("group %(name)s") % {"name": rule.group} if rule.group else "",
        _("segment %(name)s") % {"name": rule.segment} if rule.segment else "",
    ]
    return ", ".join(part for part in parts if part) or _("everyone")


def quantity_words(rule: PriceRule) -> str:
    """For which quantities: "10–49", "from 50", "to 9"; empty for any."""
    low, high = (numbers.cell(value, Kind.QUANTITY) for value in (rule.qty_from, rule.qty_to))
    if rule.qty_from is not None and rule.qty_to is not None:
        return f"{low}–{high}"
    if rule.qty_from is not None:
        return _("from %(qty)s") % {"qty": low}
    return _("to %(qty)s") % {"qty": high} if rule.qty_to is not None else ""


def days_words(first: dt.date | None, last: dt.date | None) -> str:
    """For which days, both included; empty for always."""
    low, high = (numbers.cell(day, Kind.DATE) for day in (first, last))
    if first is not None and last is not None:
        return f"{low} – {high}"
    if first is not None:
        return _("from %(day)s") % {"day": low}
    return _("to %(day)s") % {"day": high} if last is not None else ""


def formula_words(rule: PriceRule) -> str:
    """The whole formula in one line: "cost +30 % → up to 10 → −0.01; floor cost +15 %"."""
    if rule.base == Base.FIXED:
        begun = numbers.cell(rule.price, Kind.QUANTITY)
    elif rule.base == Base.PRICE_LIST:
        begun = _("list %(name)s") % {"name": rule.base_list}
    else:
        begun = _(_BASES[Base(rule.base)]) if rule.base in set(Base) else rule.base
    if rule.percent:
        begun += f" {signed(rule.percent)}{numbers.SPACE}%"
    steps = [begun]
    if rule.round_to:
        arrow = {Direction.UP: "↑", Direction.DOWN: "↓"}.get(Direction(rule.round_direction or "nearest"), "≈")
        steps.append(f"{arrow} {numbers.cell(rule.round_to, Kind.QUANTITY)}")
    if rule.surcharge:
        steps.append(signed(rule.surcharge))
    return "; ".join([" → ".join(steps), *_bounds(rule)])


def loss_words(lost: LostRule, article: Article, buyer: Buyer, on: dt.date) -> str:
    """Why a rule lost for a buyer on a day, as one would say it."""
    rule = lost.rule
    if lost.reason in _LOSSES:
        return _(_LOSSES[lost.reason])
    if lost.reason in _LOSSES_NAMED:
        return _(_LOSSES_NAMED[lost.reason]) % {"name": lost.name}
    if lost.reason is Loss.OTHER_PRODUCT:
        return _("is for product %(name)s") % {"name": rule.sku}
    if lost.reason is Loss.OTHER_CATEGORY:
        own = article.category or numbers.UNKNOWN
        return _("is for category %(name)s; the product is in %(own)s") % {"name": rule.category, "own": own}
    return _who_lost(lost, buyer, on) or _when_lost(lost)


def _who_lost(lost: LostRule, buyer: Buyer, on: dt.date) -> str:
    rule = lost.rule
    if lost.reason is Loss.OTHER_CUSTOMER:
        return _("is for customer %(name)s") % {"name": rule.customer}
    if lost.reason is Loss.OTHER_GROUP:
        own = buyer.group or numbers.UNKNOWN
        return _("is for group %(name)s; the customer's is %(own)s") % {"name": rule.group, "own": own}
    return _segment_lost(rule.segment or "", buyer, on) if lost.reason is Loss.OTHER_SEGMENT else ""


def _segment_lost(segment: str, buyer: Buyer, on: dt.date) -> str:
    named = {"name": segment, "day": numbers.cell(on, Kind.DATE)}
    if not buyer.code:
        return _("is for customers of segment %(name)s") % named
    if segment.casefold() in buyer.asked:
        return _("is for segment %(name)s; the customer was not in it on %(day)s") % named
    return _("is for segment %(name)s; there is none, and the customer has no such tag") % named


def _when_lost(lost: LostRule) -> str:
    rule = lost.rule
    if lost.reason is Loss.NOT_STARTED:
        return _("begins only on %(day)s") % {"day": numbers.cell(rule.valid_from, Kind.DATE)}
    if lost.reason is Loss.ENDED:
        return _("ended on %(day)s") % {"day": numbers.cell(rule.valid_to, Kind.DATE)}
    if lost.reason is Loss.BELOW_QUANTITY:
        return _("needs at least %(qty)s") % {"qty": numbers.cell(rule.qty_from, Kind.QUANTITY)}
    if lost.reason is Loss.ABOVE_QUANTITY:
        return _("holds up to %(qty)s") % {"qty": numbers.cell(rule.qty_to, Kind.QUANTITY)}
    return _("its price list is not valid that day")


def _bounds(rule: PriceRule) -> list[str]:
    found = []
    if rule.floor_percent is not None:
        found.append(_("floor cost %(percent)s") % {"percent": f"{signed(rule.floor_percent)}{numbers.SPACE}%"})
    if rule.floor_price is not None:
        found.append(_("floor %(price)s") % {"price": numbers.cell(rule.floor_price, Kind.QUANTITY)})
    if rule.ceiling_price is not None:
        found.append(_("ceiling %(price)s") % {"price": numbers.cell(rule.ceiling_price, Kind.QUANTITY)})
    return found


def price_figure(price: Decimal | None, currency: str) -> str:
    """A unit price as text: minor digits of the currency, and more where it has more."""
    if price is None:
        return numbers.UNKNOWN
    digits = numbers.minor_digits(currency)
    if numbers.rounded(price, digits) == price:
        return numbers.money(price, currency)
    words = numbers.cell(price, Kind.QUANTITY)
    return f"{words}{numbers.SPACE}{numbers.symbol(currency)}" if currency else words


__all__ = [
    "days_words", "formula_words", "loss_words", "plain", "price_figure", "quantity_words", "signed", "step_figure",
    "step_words", "what_words", "who_words",
]  # fmt: skip
