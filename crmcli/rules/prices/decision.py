"""What a decision about a price says: the price, its parts and steps, and the rules that lost."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from crmcli.rules.prices.book import PriceRule
from crmcli.rules.prices.formula import Loss, PriceStep


@dataclass(frozen=True, slots=True)
class LostRule:
    """A rule that did not make the price.

    Args:
        rule: The rule.
        reason: Why.
        name: More of it: the list or currency that was missing.
        would_be: What it would have charged for a unit; None: it does not apply at all.
    """

    rule: PriceRule
    reason: Loss
    name: str = ""
    would_be: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PricePart:
    """A part of a quantity at one price: all of it in volume, one tier of it in tiered."""

    qty: Decimal
    price: Decimal
    rule_no: str | None
    price_list: str | None
    floor_price: Decimal | None
    steps: tuple[PriceStep, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """A price and its reasons.

    Args:
        price: For one unit, to four decimals; None: nothing says what it costs.
        price_list: The list whose rule made it; None: the list price of the article.
        rule_no: That rule; of several parts the last one's.
        list_price: Of the article, as it stands in the catalogue.
        floor_price: What discounts must not push the price below; None: no rule says.
        steps: How the price came about; for several parts one step, and each part has its own.
        losers: Every other rule of the lists asked, with its reason; () unless asked for.
        parts: The quantity by price.
        total: Exact Σ part × price; with tiers it may differ from price × quantity in the last decimals.
        asked_list: The list asked first; None: the buyer has none and there is no default.
        currency: Of the price.
        tax_included: Whether tax is in it.
    """

    price: Decimal | None
    price_list: str | None
    rule_no: str | None
    list_price: Decimal | None
    floor_price: Decimal | None
    steps: tuple[PriceStep, ...]
    losers: tuple[LostRule, ...] = ()
    parts: tuple[PricePart, ...] = ()
    total: Decimal | None = None
    asked_list: str | None = None
    currency: str = ""
    tax_included: bool = False
