"""The price of one quantity in one list: its rules, those of its parents, then the list price of the article."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass
from decimal import Decimal

from crmcli.errors import ConflictError
from crmcli.language import gettext as _
from crmcli.rules.prices.book import Article, Buyer, PriceBook, PriceList, PriceRule, chain, holds
from crmcli.rules.prices.formula import (
    Failed,
    Loss,
    PriceStep,
    Setting,
    StepKind,
    Worked,
    to_four,
    with_tax,
    without_tax,
    work_out,
)
from crmcli.rules.prices.ranking import Rank, fitting, unfit_quantity
from crmcli.rules.prices.rings import lists_needed


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One question; `first` is the list asked first."""

    book: PriceBook
    article: Article
    buyer: Buyer
    on: dt.date
    first: PriceList


@dataclass(frozen=True, slots=True)
class Found:
    """A price with the rule it came from (None: the list price) in the manner of the list asked."""

    worked: Worked
    rule: PriceRule | None


def list_for(book: PriceBook, buyer: Buyer, on: dt.date) -> PriceList | None:
    """The list a buyer's prices begin with: the own one, else the default one of that day, else none.

    In a store without any price list a buyer's own one is only a word that came with an import: it is passed over.

    Raises:
        ConflictError: The own list is not known, or two defaults are valid that day.
    """
    if buyer.price_list and book.lists:
        if buyer.price_list not in book.by_name:
            raise ConflictError(
                _("customer %(code)s has the price list %(name)s, which is not there")
                % {"code": buyer.code, "name": buyer.price_list},
                _("Add it (crmcli pricelist add) or give the customer another"),
            )
        return book.by_name[buyer.price_list]
    defaults = [one for one in book.lists if one.is_default and holds(on, one.valid_from, one.valid_to)]
    if len(defaults) > 1:
        names = sorted(one.name for one in defaults)
        raise ConflictError(
            _("two price lists are the default on one day: %(one)s and %(other)s")
            % {"one": names[0], "other": names[1]},
            _("Let one end before the other begins: crmcli pricelist edit NAME --to DATE"),
        )
    return defaults[0] if defaults else None


def price_in(asked: Inquiry, start: PriceList, qty: Decimal) -> Found | None:
    """What a buyer with the list `start` pays; None: nobody says."""
    lists_needed(asked.book, start.name)  # refuses rings
    for listing in chain(asked.book, start.name):
        if listing is not start and currency_of(asked, listing) != currency_of(asked, start):
            continue
        found = _best(asked, listing, qty)
        if found is not None:
            rule, worked = found
            return Found(brought(worked, listing, start, asked.article), rule)
    known = asked.article.list_price
    if known is None or is_foreign(asked, start):
        return None
    return Found(Worked(known, None, (PriceStep(StepKind.LIST, known),)), None)


def _best(asked: Inquiry, listing: PriceList, qty: Decimal) -> tuple[PriceRule, Worked] | None:
    """The first rule of a list that fits and works, and nothing else at its rank that does."""
    best: tuple[PriceRule, Worked] | None = None
    best_rank: Rank | None = None
    for standing, rule in fitting(asked.book, listing, asked.article, asked.buyer, asked.on):
        if best is not None and standing != best_rank:
            break
        if unfit_quantity(rule, qty) is None:
            worked = work(asked, listing, rule, qty)
            if isinstance(worked, Worked):
                if best is not None:
                    raise _tie(asked, [best[0], rule])
                best, best_rank = (rule, worked), standing
    return best


def work(asked: Inquiry, listing: PriceList, rule: PriceRule, qty: Decimal) -> Worked | Failed:
    """The formula of one rule."""
    other = functools.partial(_other, asked, listing, qty)
    return work_out(rule, asked.article, Setting(listing, is_foreign(asked, listing), other))


def _other(asked: Inquiry, listing: PriceList, qty: Decimal, name: str) -> Worked | Failed:
    """What a buyer with another list would pay, in the manner of the list that asks."""
    base = asked.book.by_name.get(name)
    if base is None:
        return Failed(Loss.NO_BASE_LIST, name)
    if not holds(asked.on, base.valid_from, base.valid_to):
        return Failed(Loss.BASE_LIST_NOT_VALID, name)
    if currency_of(asked, base) != currency_of(asked, listing):
        return Failed(Loss.OTHER_CURRENCY, currency_of(asked, base))
    found = price_in(asked, base, qty)
    return Failed(Loss.NO_BASE_LIST, name) if found is None else brought(found.worked, base, listing, asked.article)


def brought(worked: Worked, giver: PriceList, taker: PriceList, article: Article) -> Worked:
    """A price of one list in another that includes tax where the first does not, or the other way round."""
    if giver.tax_included == taker.tax_included or not article.tax_rate:
        return worked
    turn, kind = (with_tax, StepKind.TAX_ON) if taker.tax_included else (without_tax, StepKind.TAX_OFF)
    price = to_four(turn(worked.price, article.tax_rate))
    floor = None if worked.floor is None else to_four(turn(worked.floor, article.tax_rate))
    return Worked(price, floor, (*worked.steps, PriceStep(kind, price, article.tax_rate)))


def currency_of(asked: Inquiry, listing: PriceList) -> str:
    """The currency of a list: its own, else the store's."""
    return listing.currency or asked.book.currency


def is_foreign(asked: Inquiry, listing: PriceList) -> bool:
    """Tell whether a list is in another currency than costs and list prices."""
    return currency_of(asked, listing) != asked.book.currency


def _tie(asked: Inquiry, rules: list[PriceRule]) -> ConflictError:
    names = sorted(rule.rule_no for rule in rules)
    return ConflictError(
        _("rules %(one)s and %(other)s of price list %(list)s both fit %(sku)s, and nothing puts one before the other")
        % {"one": names[0], "other": names[1], "list": rules[0].price_list, "sku": asked.article.sku},
        _("Give one of them a higher --priority: crmcli pricelist rule edit %(rule)s --priority 1")
        % {"rule": names[0]},
    )
