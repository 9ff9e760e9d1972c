"""What is wrong with one list, rule or discount by itself: refused when it is written, and again when it is used."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from crmcli.language import gettext as _
from crmcli.rules.prices.book import Base, Direction, Discount, PriceList, PriceRule, QtyMode
from crmcli.rules.prices.discounts import LOYALTY, VOLUME

if TYPE_CHECKING:
    import datetime as dt


class FaultKind(StrEnum):
    """What kind of fault."""

    RING = "ring"
    TIE = "tie"
    UNKNOWN = "unknown"  # a reference to something that is not there
    MIN_ABOVE_MAX = "min_above_max"
    FORMULA = "formula"
    OVERLAP = "overlap"
    LADDER = "ladder"  # a larger quantity is dearer
    CURRENCY = "currency"
    NEVER = "never_wins"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    Args:
        kind: What kind.
        price_list: Where; empty: not in a list.
        rule: The rule or discount at fault; empty: the list itself.
        other: The second rule, the article, or the name that is missing.
        words: What is wrong, one sentence.
    """

    kind: FaultKind
    price_list: str
    rule: str
    other: str
    words: str


def list_faults(one: PriceList) -> list[Fault]:
    """Faults of a list by itself."""
    found = []
    if one.qty_mode not in set(QtyMode):
        words = _("quantities count in a way that is not known: %(name)s") % {"name": one.qty_mode}
        found.append(Fault(FaultKind.FORMULA, one.name, "", one.qty_mode, words))
    if _turned(one.valid_from, one.valid_to):
        found.append(Fault(FaultKind.MIN_ABOVE_MAX, one.name, "", "", _("it ends before it begins")))
    if any(amount is not None and amount < 0 for amount in (one.delivery_fee, one.free_delivery_from)):
        found.append(Fault(FaultKind.FORMULA, one.name, "", "", _("delivery cannot cost less than nothing")))
    return found


def rule_faults(rule: PriceRule) -> list[Fault]:
    """Faults of a rule by itself."""
    return [
        Fault(kind, rule.price_list, rule.rule_no, other, words)
        for kind, other, words in (*_turned_rule(rule), *_formula(rule))
    ]


def discount_faults(one: Discount) -> list[Fault]:
    """Faults of a discount by itself."""
    found = []
    if one.kind not in {VOLUME, LOYALTY}:
        found.append((FaultKind.FORMULA, _("there is no kind of discount %(name)s") % {"name": one.kind}))
    if _turned(one.valid_from, one.valid_to):
        found.append((FaultKind.MIN_ABOVE_MAX, _("it ends before it begins")))
    if not 0 <= one.percent <= 100:
        found.append((FaultKind.FORMULA, _("a discount is between 0 and 100 percent")))
    if one.threshold < 0:
        found.append((FaultKind.FORMULA, _("a threshold cannot be below zero")))
    return [Fault(kind, one.price_list or "", one.discount_no, "", words) for kind, words in found]


def _turned(low: dt.date | Decimal | None, high: dt.date | Decimal | None) -> bool:
    return low is not None and high is not None and low > high  # type: ignore[operator]


def _turned_rule(rule: PriceRule) -> list[tuple[FaultKind, str, str]]:
    found = []
    if _turned(rule.valid_from, rule.valid_to):
        found.append(_("it ends before it begins"))
    if _turned(rule.qty_from, rule.qty_to):
        found.append(
            _("its smallest quantity %(low)s is above its largest %(high)s")
            % {"low": plain(rule.qty_from), "high": plain(rule.qty_to)}
        )
    if _turned(rule.floor_price, rule.ceiling_price):
        found.append(
            _("its floor %(low)s is above its ceiling %(high)s")
            % {"low": plain(rule.floor_price), "high": plain(rule.ceiling_price)}
        )
    return [(FaultKind.MIN_ABOVE_MAX, "", words) for words in found]


def _formula(rule: PriceRule) -> list[tuple[FaultKind, str, str]]:
    found: list[tuple[str, str]] = []
    if rule.base not in set(Base):
        found.append((rule.base, _("it begins with %(base)s, which is not known") % {"base": rule.base}))
    if rule.base == Base.FIXED and rule.price is None:
        found.append(("", _("it is a fixed price without the price")))
    if rule.base != Base.FIXED and rule.price is not None:
        found.append(("", _("it has a price of its own, and begins with something else")))
    if rule.base == Base.PRICE_LIST and not rule.base_list:
        found.append(("", _("it begins with another list and does not say which")))
    if rule.round_direction is not None and rule.round_direction not in set(Direction):
        words = _("it rounds in a direction that is not known: %(name)s") % {"name": rule.round_direction}
        found.append((rule.round_direction, words))
    if rule.round_to is not None and rule.round_to <= 0:
        found.append(("", _("it rounds to a multiple that is not above zero")))
    if rule.percent is not None and rule.percent < -100:
        found.append(("", _("it takes off more than all: %(percent)s %%") % {"percent": plain(rule.percent)}))
    amounts = (rule.price, rule.floor_price, rule.ceiling_price, rule.qty_from, rule.qty_to)
    if any(amount is not None and amount < 0 for amount in amounts):
        found.append(("", _("it has a price or quantity below zero")))
    return [(FaultKind.FORMULA, other, words) for other, words in found]


def plain(value: Decimal | None) -> str:
    """A number without the zeros behind it."""
    if value is None:
        return ""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
