"""What an article costs a buyer on a day, and why: the one place where a price is decided.

Lists are asked one after another, the buyer's own first, then its parents; in each, rules in the order of
`price_ranking`; the first whose formula works makes the price. A rule that cannot be worked out (an unknown cost under a
floor, no competitor's price) is passed over and said so. Where no rule applies, the article's list price is the price.
What a list begins with another list is what a buyer with that list would pay. The list asked first says how quantities
count (`QtyMode`), whether tax is in the price, and in which currency; prices of other lists are brought to its tax.
"""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.rules.prices.book import (
    Article,
    Base,
    Buyer,
    Direction,
    Discount,
    PriceBook,
    PriceList,
    PriceRule,
    QtyMode,
)
from crmcli.rules.prices.decision import Decision, LostRule, PricePart
from crmcli.rules.prices.discounts import basket_discount, capped_percent
from crmcli.rules.prices.formula import EXACT, Loss, PriceStep, StepKind, to_four
from crmcli.rules.prices.lookup import Found, Inquiry, currency_of, list_for, price_in
from crmcli.rules.prices.losers import losers_of
from crmcli.rules.prices.ranking import fitting
from crmcli.rules.prices.rings import category_path, lists_needed

__all__ = [
    "Article", "Base", "Buyer", "Decision", "Direction", "Discount", "Loss", "LostRule", "PriceBook", "PriceList", "PricePart",
    "PriceRule", "PriceStep", "QtyMode", "StepKind", "basket_discount", "capped_percent", "category_path", "decide",
    "list_for",
]  # fmt: skip


def decide(
    book: PriceBook, article: Article, buyer: Buyer, *, qty: Decimal, on: dt.date, explain: bool = False
) -> Decision:
    """The price of an article for a buyer, a quantity and a day.

    Args:
        book: Lists and rules.
        article: What is asked for.
        buyer: Who asks.
        qty: How much, above zero.
        on: The day.
        explain: Say of every other rule why it lost.

    Raises:
        UsageError: The quantity is not above zero.
        ConflictError: Two rules tie, lists lean on each other in a ring, the buyer's list is not known, or two default
            lists are valid that day.
    """
    if not qty.is_finite() or qty <= 0:
        raise UsageError(_("a price needs a quantity above zero"))
    own = list_for(book, buyer, on)
    asked = Inquiry(book, article, buyer, on, own or _catalogue(book))
    parts = _parts(asked, qty)
    losers = losers_of(asked, qty, parts) if explain else ()
    return _decision(asked, qty, parts, losers, own)


def _parts(asked: Inquiry, qty: Decimal) -> tuple[PricePart, ...]:
    """The quantity cut where prices change; () when there is no price for some of it."""
    if asked.first.qty_mode != QtyMode.TIERED:
        found = price_in(asked, asked.first, qty)
        return () if found is None else (_part(qty, found),)
    parts: list[PricePart] = []
    for low, high in itertools.pairwise([Decimal(0), *_cuts(asked, qty), qty]):
        found = price_in(asked, asked.first, low + 1)
        if found is None:
            return ()
        part = _part(high - low, found)
        if parts and replace(parts[-1], qty=part.qty) == part:
            parts[-1] = replace(part, qty=parts[-1].qty + part.qty)
        else:
            parts.append(part)
    return tuple(parts)


def _cuts(asked: Inquiry, qty: Decimal) -> list[Decimal]:
    """Places below a quantity where another rule may begin: after nine for "from 10", after nine for "to 9"."""
    cuts: set[Decimal] = set()
    for name in lists_needed(asked.book, asked.first.name):
        if listing := asked.book.by_name.get(name):
            for _rank, rule in fitting(asked.book, listing, asked.article, asked.buyer, asked.on):
                if rule.qty_from is not None:
                    cuts.add(rule.qty_from.to_integral_value(ROUND_CEILING) - 1)
                if rule.qty_to is not None:
                    cuts.add(rule.qty_to.to_integral_value(ROUND_FLOOR))
    return sorted(cut for cut in cuts if 0 < cut < qty)


def _catalogue(book: PriceBook) -> PriceList:
    """What a buyer without a list of their own pays by: the list prices as they stand."""
    return PriceList("", currency=book.currency, tax_included=book.tax_included)


def _part(qty: Decimal, found: Found) -> PricePart:
    rule, worked = found.rule, found.worked
    number, listing = (rule.rule_no, rule.price_list) if rule else (None, None)
    return PricePart(qty, worked.price, number, listing, worked.floor, worked.steps)


def _decision(
    asked: Inquiry, qty: Decimal, parts: tuple[PricePart, ...], losers: tuple[LostRule, ...], own: PriceList | None
) -> Decision:
    """Parts put together."""
    price = floor = total = None
    steps: tuple[PriceStep, ...] = ()
    if parts:
        total = EXACT.multiply(parts[0].qty, parts[0].price)
        price, floor, steps = parts[0].price, parts[0].floor_price, parts[0].steps
    if len(parts) > 1:
        total = sum((EXACT.multiply(part.qty, part.price) for part in parts), Decimal(0))
        price = to_four(EXACT.divide(total, qty))
        floor, steps = _shared_floor(parts, qty), (PriceStep(StepKind.PARTS, price, qty),)
    last = parts[-1] if parts else None
    return Decision(
        price, last.price_list if last else None, last.rule_no if last else None, asked.article.list_price, floor, steps,
        losers, parts, total, own.name if own else None, currency_of(asked, asked.first), asked.first.tax_included,
    )  # fmt: skip


def _shared_floor(parts: tuple[PricePart, ...], qty: Decimal) -> Decimal | None:
    """The floor of the mean price: each part's by its quantity; rounded as the price is, so that it stays below it."""
    if all(part.floor_price is None for part in parts):
        return None
    exact = sum((EXACT.multiply(part.qty, part.floor_price or Decimal(0)) for part in parts), Decimal(0))
    return to_four(EXACT.divide(exact, qty))
