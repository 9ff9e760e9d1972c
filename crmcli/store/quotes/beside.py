"""What stands beside the goods of a quote: products suggested with reasons, and delivery; in the language of the quote."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from crmcli.language import gettext as _
from crmcli.language import spoken_in
from crmcli.numbers import cell
from crmcli.rules.quotes.pricing import Counter, Refused, price_wanted
from crmcli.rules.quotes.quoting import NEW, SUGGESTED, QuoteLine, Wanted, delivery_line, goods_amount
from crmcli.store.quotes.baskets.reading import Companion, Launched, launched
from crmcli.store.quotes.shop import Shop
from crmcli.table import Kind


def suggested(
    shop: Shop, counter: Counter, lines: Sequence[QuoteLine], spoken: str
) -> tuple[list[QuoteLine], dict[str, str]]:
    """Lines offered beside a quote, and by sku why, in the owner's language; what has no price is not offered.

    Args:
        shop: Of the day.
        counter: Of the buyer.
        lines: Of the quote so far.
        spoken: Language of the quote, for the notes on its lines.
    """
    named = [line.sku for line in lines if line.sku]
    found = shop.companions_of(named)
    assert counter.buyer.id is not None
    fresh = launched(shop.con, counter.buyer.id, shop.on, without=[*named, *(one.sku for one in found)])
    wanted = [_beside(one, spoken) for one in found] + [_fresh(one, spoken) for one in fresh]
    wider = shop.counter(counter.buyer, [one.sku for one in wanted], counter.terms.currency)
    reasons = {one.sku: _why_beside(one) for one in found} | {one.sku: _why_fresh(one) for one in fresh}
    priced = [price_wanted(wider, one) for one in wanted]
    offered = [line for one in priced if not isinstance(one, Refused) for line in one]
    return offered, {line.sku: reasons[line.sku] for line in offered}


def delivered(counter: Counter, lines: Sequence[QuoteLine], spoken: str) -> tuple[QuoteLine | None, str | None]:
    """The line for delivery, or None, and what the document says of it."""
    fee, free_from, currency = counter.terms.delivery_fee, counter.terms.free_from, counter.terms.currency
    if fee is None:
        return None, None
    line = delivery_line(lines, spoken_in(spoken, lambda: _("Delivery")), fee=fee, free_from=free_from)
    if line is None or (free_from is not None and goods_amount(lines) >= free_from):
        return None, spoken_in(spoken, lambda: _("free"))
    if free_from is None:
        return line, None
    return line, spoken_in(
        spoken, lambda: _("free from %(amount)s") % {"amount": cell(free_from, Kind.MONEY, currency=currency)}
    )


def _beside(one: Companion, spoken: str) -> Wanted:
    note = spoken_in(spoken, lambda: _("often ordered with %(name)s") % {"name": one.beside_name})
    return Wanted(one.sku, one.qty, mark=SUGGESTED, note=note)


def _fresh(one: Launched, spoken: str) -> Wanted:
    note = spoken_in(spoken, lambda: _("new since %(day)s") % {"day": cell(one.launched_on, Kind.DATE)})
    return Wanted(one.sku, Decimal(1), mark=NEW, note=note)


def _why_beside(one: Companion) -> str:
    return _("in %(orders)s orders with %(name)s: %(share)s of them, %(lift)s times more often than by chance") % {
        "orders": one.orders,
        "name": one.beside_name,
        "share": cell(one.share, Kind.SHARE),
        "lift": cell(one.lift, Kind.RATIO),
    }


def _why_fresh(one: Launched) -> str:
    words = {"day": cell(one.launched_on, Kind.DATE), "category": one.category}
    return _("launched %(day)s in %(category)s, a category bought before") % words
