"""A quote changed: items put in, taken out or priced anew, offered lines taken; what is not touched stays as it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.rules.quotes.pricing import Counter, discounted
from crmcli.rules.quotes.quoting import DELIVERY, QuoteLine, Wanted
from crmcli.store.connection import scalar
from crmcli.store.quotes.beside import delivered
from crmcli.store.quotes.making import earned_discount, guarded, merged, price_all, refusal, summed
from crmcli.store.quotes.rows import Quote
from crmcli.store.quotes.shop import Shop

if TYPE_CHECKING:
    from crmcli.rules.prices.pricing import Discount


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be different; it is made on the shop's day.

    Args:
        items: Put in or with another quantity; a quantity of 0 takes the product out.
        prices: Another price for one unit, by sku.
        discount: Percent off every line without a price told; None: as it was, and what is earned on lines put in.
        valid_days: From the shop's day; None: as many days as before.
        terms: What stands below the totals; None: as before.
        override: Why lines may cost less than their floor.
        reprice: Whether every line gets the prices of the day.
    """

    items: tuple[Wanted, ...] = ()
    prices: Mapping[str, Decimal] = field(default_factory=dict)
    discount: Decimal | None = None
    valid_days: int | None = None
    terms: str | None = None
    override: str | None = None
    reprice: bool = False


def revised(shop: Shop, old: Quote, change: Change) -> Quote:
    """The quote as it is to be, not written yet.

    Raises:
        ConflictError: Something cannot be quoted, costs less than it may, or prices now include tax and did not before.
        NotFoundError: A product to take out that is not in it.
        UsageError: Nothing is left, or a price for something that is not in it.
    """
    goods = [line for line in old.lines if line.counts and line.mark != DELIVERY]
    gone, wanted = _wanted(goods, change)
    counter = _counter(shop, old, [one.sku for one in wanted])
    if counter.terms.tax_included != old.tax_included and not change.reprice:
        raise ConflictError(
            _("prices of quote %(number)s and those of today differ in whether tax is in them")
            % {"number": old.quote_no},
            _("Price every line anew: --reprice"),
        )
    fresh, refused = price_all(counter, wanted)
    if refused:
        raise refusal(refused)
    kept = [line for line in goods if line not in gone]
    lines = _in_place(goods, _discounted(shop, counter, change, kept, fresh))
    if not lines:
        raise UsageError(_("nothing would be left of quote %(number)s") % {"number": old.quote_no})
    if strange := [sku for sku in change.prices if sku not in {line.sku for line in lines}]:
        raise UsageError(_("%(sku)s has a price but is not in the quote") % {"sku": ", ".join(strange)})
    head = (
        replace(old, tax_included=counter.terms.tax_included, price_list=counter.terms.price_list)
        if change.reprice
        else old
    )
    return _finished(counter, _dated(head, shop.on, change), lines, change.override)


def taken(shop: Shop, old: Quote, numbers: Sequence[int], override: str | None = None) -> Quote:
    """The quote with these offered lines in its totals, not written yet.

    Raises:
        NotFoundError: No such line is offered.
        ConflictError: One of them costs less than it may.
    """
    offered = {line.line_no for line in old.lines if not line.counts}
    if missing := [number for number in numbers if number not in offered]:
        words = {"number": old.quote_no, "line": ", ".join(map(str, missing))}
        raise NotFoundError(
            _("quote %(number)s offers no line %(line)s") % words, _("Its lines: crmcli quote show %(number)s") % words
        )
    lines = [replace(line, mark=None, note="") if line.line_no in numbers else line for line in old.lines]
    goods = [line for line in lines if line.counts and line.mark != DELIVERY]
    counter = _counter(shop, old, [])
    rest = replace(old, lines=tuple(line for line in lines if not line.counts or line.mark == DELIVERY))
    return _finished(counter, rest, goods, override)


def _wanted(goods: Sequence[QuoteLine], change: Change) -> tuple[list[QuoteLine], list[Wanted]]:
    """Lines that go, and what is wanted in their place."""
    gone: list[QuoteLine] = []
    wanted: list[Wanted] = []
    for item in change.items:
        same = [one for one in goods if one.sku == item.sku and (not item.options or one.options == item.options)]
        gone += same
        if item.qty:
            options = item.options or (same[0].options if same else ())
            wanted.append(replace(item, options=options, price=change.prices.get(item.sku)))
        elif not same:
            raise NotFoundError(_("%(sku)s is not in the quote") % {"sku": item.sku})
    for line in goods:
        if line not in gone and (change.reprice or line.sku in change.prices):
            gone.append(line)
            wanted.append(Wanted(line.sku, line.qty, line.options, change.prices.get(line.sku)))
    return gone, merged(wanted)


def _discounted(
    shop: Shop, counter: Counter, change: Change, kept: Sequence[QuoteLine], fresh: Sequence[QuoteLine]
) -> list[QuoteLine]:
    """All lines: with the discount told, or those kept as they were and the others with the one earned."""
    told = change.prices
    if change.discount is not None:
        percent = change.discount
        return [line if line.sku in told else discounted(line, percent, is_capped=False) for line in (*kept, *fresh)]
    earned: Discount | None = earned_discount(shop, counter, [*kept, *fresh]) if fresh else None
    if earned is None:
        return [*kept, *fresh]
    percent = earned.percent
    return [*kept, *(line if line.sku in told else discounted(line, percent, is_capped=True) for line in fresh)]


def _in_place(goods: Sequence[QuoteLine], lines: Sequence[QuoteLine]) -> list[QuoteLine]:
    """Lines where their product stood before; what is put in comes last."""
    places = {line.sku: place for place, line in reversed(list(enumerate(goods)))}
    return sorted(lines, key=lambda line: places.get(line.sku, len(places) + len(goods)))


def _finished(counter: Counter, quote: Quote, goods: Sequence[QuoteLine], override: str | None) -> Quote:
    """Goods with delivery as it now is, floors guarded, summed up; what is still offered stays beside."""
    had_delivery = quote.delivery is not None or any(line.mark == DELIVERY for line in quote.lines)
    line, words = delivered(counter, goods, quote.language) if had_delivery else (None, None)
    lines, _below = guarded([*goods, line] if line else goods, override)
    named = {one.sku for one in goods}
    offered = [one for one in quote.lines if not one.counts and one.sku not in named]
    return summed(replace(quote, lines=(*lines, *offered), delivery=words))


def _dated(quote: Quote, on: dt.date, change: Change) -> Quote:
    days = (quote.valid_until - quote.quoted_on).days if quote.valid_until else None
    days = change.valid_days if change.valid_days is not None else days
    until = None if days is None else on + dt.timedelta(days=days)
    return replace(quote, quoted_on=on, valid_until=until, terms=change.terms or quote.terms)


def _counter(shop: Shop, quote: Quote, skus: Sequence[str]) -> Counter:
    code = scalar(shop.con, "SELECT code FROM contacts WHERE id = $1", [quote.customer_id])
    return shop.counter(shop.buyer(str(code)), skus, quote.currency)
