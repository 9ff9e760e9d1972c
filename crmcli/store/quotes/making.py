"""A quote made from what is wanted: usual basket, personal prices, discounts, delivery, suggestions, floors guarded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from crmcli.errors import ConflictError, UsageError
from crmcli.language import gettext as _
from crmcli.language import ngettext
from crmcli.numbers import cell, minor_digits
from crmcli.rules.prices.pricing import Discount, basket_discount
from crmcli.rules.quotes.pricing import Counter, Refused, discounted, price_wanted
from crmcli.rules.quotes.quoting import (
    PRICE_DIGITS,
    QuoteLine,
    Wanted,
    below_floor,
    missing_for_free_delivery,
    price_after_discount,
    sum_up,
)
from crmcli.rules.totals import TaxMode
from crmcli.store.quotes.baskets.reading import OCCASIONS, UsualItem, has_bought, usual_basket
from crmcli.store.quotes.beside import delivered, suggested
from crmcli.store.quotes.rows import Quote
from crmcli.store.quotes.shop import Shop
from crmcli.table import Kind


@dataclass(frozen=True, slots=True)
class Wish:
    """What a quote is to be made of; it is of the shop's day.

    Args:
        code: Of the customer.
        items: Wanted by name; what is refused of them stops the quote.
        usual: Whether to add the customer's usual basket; what is refused of it is left out.
        valid_days: Days it holds, its own day not counted; None: as the seller's details say.
        language: "en" or "ru".
        currency, tax_mode, terms: None: as the price list and the seller's details say.
        discount: Percent off every line without a price of its own, in place of discounts earned.
        override: Why lines may cost less than their floor; None: they may not.
        suggestions, delivery: Whether to add them.
        prices: Told for one unit, by sku; of the usual basket too.
    """

    code: str
    items: tuple[Wanted, ...] = ()
    usual: bool = False
    valid_days: int | None = None
    language: str = "en"
    currency: str | None = None
    tax_mode: str | None = None
    terms: str | None = None
    note: str | None = None
    manager_id: int | None = None
    opportunity_no: str | None = None
    discount: Decimal | None = None
    override: str | None = None
    suggestions: bool = True
    delivery: bool = True
    prices: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A quote not written yet, and what its maker should know of it.

    Args:
        quote: With its lines summed up.
        left_out: Of the usual basket, with reasons.
        usual: What the usual basket was made of.
        discount: The one earned, None when none was or another was told.
        below: Lines under their floor that were allowed.
        short_of_free: How much is missing for free delivery, 0: it is free; None: it never is.
        reasons: Why each sku is suggested, in the owner's language.
    """

    quote: Quote
    left_out: tuple[Refused, ...] = ()
    usual: tuple[UsualItem, ...] = ()
    discount: Discount | None = None
    below: tuple[QuoteLine, ...] = ()
    short_of_free: Decimal | None = None
    reasons: dict[str, str] = field(default_factory=dict)


def make_draft(shop: Shop, wish: Wish) -> Draft:
    """Make a quote without writing it.

    Raises:
        NotFoundError: There is no such customer.
        UsageError: Nothing is wanted, or a number makes no sense.
        ConflictError: Something cannot be quoted, or costs less than its floor and nobody says why it may.
    """
    buyer = shop.buyer(wish.code)
    assert buyer.id is not None
    usual = usual_basket(shop.con, buyer.id, shop.on) if wish.usual else ()
    counter = shop.counter(buyer, [*(one.sku for one in wish.items), *(one.sku for one in usual)], wish.currency)
    lines, refused = price_all(counter, merged(_with_prices(wish.items, wish)))
    if refused:
        raise refusal(refused)
    named = {line.sku for line in lines}
    more, left_out = price_all(counter, _with_prices(_usual_wanted(counter, usual, without=named), wish))
    lines += more
    if not lines:
        raise _nothing(wish, left_out, has_bought=has_bought(shop.con, buyer.id, shop.on))
    told = _told(wish, lines)
    earned = None if wish.discount is not None else earned_discount(shop, counter, lines)
    lines = [line if line.sku in told else _less(line, wish, earned) for line in lines]
    offered, reasons = suggested(shop, counter, lines, wish.language) if wish.suggestions else ([], {})
    short = missing_for_free_delivery(lines, free_from=counter.terms.free_from) if wish.delivery else None
    line, words = delivered(counter, lines, wish.language) if wish.delivery else (None, None)
    lines, below = guarded([*lines, line] if line else lines, wish.override)
    beside = [_less(line, wish, earned) for line in offered]
    quote = _quote(shop, wish, counter, [*lines, *beside], words)
    return Draft(quote, tuple(left_out), usual, earned, below, short, reasons)


def summed(quote: Quote) -> Quote:
    """A quote whose lines were changed, numbered and summed up again."""
    lines, _totals = sum_up(
        quote.lines, digits=minor_digits(quote.currency), mode=TaxMode(quote.tax_mode), tax_included=quote.tax_included
    )
    return replace(quote, lines=lines)


def guarded(lines: Sequence[QuoteLine], override: str | None) -> tuple[list[QuoteLine], tuple[QuoteLine, ...]]:
    """Lines with the reason on those that cost less than their floor, and those.

    Raises:
        ConflictError: There are such, and no reason.
    """
    below = tuple(line for line in lines if line.counts and below_floor(line) and not line.override_reason)
    if not below:
        return list(lines), ()
    if not (override and override.strip()):
        raise ConflictError(
            ngettext(
                "%(count)s line costs less than it may: %(lines)s",
                "%(count)s lines cost less than they may: %(lines)s",
                len(below),
            )
            % {"count": len(below), "lines": "; ".join(_under(line) for line in below)},
            _("Give a better price, or say why it may: --override REASON (kept on the line)"),
        )
    reason = override.strip()
    kept = [replace(line, override_reason=reason) if line in below else line for line in lines]
    return kept, tuple(line for line in kept if line.override_reason == reason)


def merged(items: Sequence[Wanted]) -> list[Wanted]:
    """Things wanted, what is named twice in the same make and price added up: quantity breaks count the whole."""
    found: dict[tuple[object, ...], Wanted] = {}
    for item in items:
        key = (item.sku, item.options, item.price)
        found[key] = replace(item, qty=found[key].qty + item.qty) if key in found else item
    return list(found.values())


def refusal(refused: Sequence[Refused]) -> ConflictError:
    """One sentence naming everything that cannot be quoted."""
    told = "; ".join(f"{one.sku}: {one.reason}" for one in refused)
    return ConflictError(_("this cannot be quoted: %(lines)s") % {"lines": told}, _("Products: crmcli product list"))


def price_all(counter: Counter, wanted: Sequence[Wanted]) -> tuple[list[QuoteLine], list[Refused]]:
    """Lines of everything wanted that has a price, and what was refused."""
    lines: list[QuoteLine] = []
    refused: list[Refused] = []
    for one in wanted:
        found = price_wanted(counter, one)
        if isinstance(found, Refused):
            refused.append(found)
        else:
            lines += found
    return lines, refused


def _usual_wanted(counter: Counter, usual: Sequence[UsualItem], *, without: set[str]) -> list[Wanted]:
    """The usual basket less what was named; the successor in place of what is no longer sold."""
    wanted: dict[str, Wanted] = {}
    for item in usual:
        article = counter.articles.get(item.sku)
        gone = article is not None and not article.active and article.successor in counter.articles
        sku = str(article.successor) if article is not None and gone else item.sku
        if sku not in without and sku not in wanted:
            wanted[sku] = Wanted(sku, item.qty)
    return list(wanted.values())


def _with_prices(wanted: Sequence[Wanted], wish: Wish) -> list[Wanted]:
    return [replace(one, price=wish.prices.get(one.sku, one.price)) for one in wanted]


def _told(wish: Wish, lines: Sequence[QuoteLine]) -> set[str]:
    """Skus whose price was told: it is the price, without a discount.

    Raises:
        UsageError: A price for something that is not in the quote.
    """
    named = {line.sku for line in lines}
    if strange := [sku for sku in wish.prices if sku not in named]:
        raise UsageError(_("%(sku)s has a price but is not in the quote") % {"sku": ", ".join(strange)})
    return {*wish.prices, *(one.sku for one in wish.items if one.price is not None)}


def _nothing(wish: Wish, left_out: Sequence[Refused], *, has_bought: bool) -> Exception:
    if not wish.usual:
        return UsageError(_("a quote needs something to offer"), "--item SKU:QTY, --from FILE, --usual, --deal N")
    if left_out:
        return refusal(left_out)
    words = {"code": wish.code, "count": OCCASIONS}
    if has_bought:
        message = _("%(code)s has no usual basket: no product was bought on a third of the last %(count)s occasions")
    else:
        message = _("%(code)s has no usual basket: nothing was bought by that day")
    return ConflictError(message % words, _("Name products: --item SKU:QTY"))


def earned_discount(shop: Shop, counter: Counter, lines: Sequence[QuoteLine]) -> Discount | None:
    """The discount that the basket and the year before earn."""
    if not counter.terms.is_own:
        return None
    priced, _totals = sum_up(lines, digits=PRICE_DIGITS, mode=TaxMode.LINE, tax_included=counter.terms.tax_included)
    net = sum((line.net for line in priced), Decimal(0))
    return basket_discount(
        counter.book, counter.buyer, net=net, loyalty_revenue=shop.loyalty(counter.buyer), on=counter.book.on
    )


def _less(line: QuoteLine, wish: Wish, earned: Discount | None) -> QuoteLine:
    """A line with its discount: one told stands whole (and is guarded), one earned ends at the floor."""
    if wish.discount is not None:
        return discounted(line, wish.discount, is_capped=not line.counts)
    return discounted(line, earned.percent, is_capped=True) if earned else line


def _under(line: QuoteLine) -> str:
    words = {
        "sku": line.sku, "price": cell(price_after_discount(line), Kind.QUANTITY),
        "floor": cell(line.floor_price, Kind.QUANTITY),
    }  # fmt: skip
    return _("%(sku)s at %(price)s, floor %(floor)s") % words


def _quote(shop: Shop, wish: Wish, counter: Counter, lines: Sequence[QuoteLine], delivery: str | None) -> Quote:
    assert counter.buyer.id is not None
    days = wish.valid_days if wish.valid_days is not None else shop.valid_days
    return summed(
        Quote(
            counter.buyer.id, shop.on, shop.on + dt.timedelta(days=days), counter.terms.currency, wish.language,
            wish.tax_mode or shop.tax_mode, counter.terms.tax_included, tuple(lines), price_list=counter.terms.price_list,
            delivery=delivery, terms=wish.terms or shop.terms(wish.language), note=wish.note,
            manager_id=wish.manager_id, opportunity_no=wish.opportunity_no,
        )
    )  # fmt: skip
