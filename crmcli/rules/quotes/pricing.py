"""What one wanted thing becomes in a quote: priced lines, or the reason why it cannot be quoted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_FLOOR, Decimal

from crmcli.errors import ConflictError
from crmcli.language import gettext as _
from crmcli.rules.option_limits import ProductOption
from crmcli.rules.options import charge
from crmcli.rules.prices.pricing import Article, Buyer, PriceBook, capped_percent, decide, list_for
from crmcli.rules.quotes.quoting import QuoteLine, Wanted, least_price, require_sound

_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Terms:
    """In what terms a quote speaks of prices.

    Args:
        currency: Of every price.
        is_own: Whether costs, list prices and floors are in it too; there are no rates between currencies.
        tax_included: Whether prices include tax.
        price_list: Where they begin.
        delivery_fee, free_from: Of that list.
    """

    currency: str
    is_own: bool
    tax_included: bool
    price_list: str | None = None
    delivery_fee: Decimal | None = None
    free_from: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Counter:
    """Everything that prices are asked of.

    Args:
        book, buyer: Prices, and who asks.
        terms: Of the quote.
        articles: By sku.
        options: Of products made to order, by sku.
        min_margin_percent: The owner's least margin; None: none.
    """

    book: PriceBook
    buyer: Buyer
    terms: Terms
    articles: Mapping[str, Article]
    options: Mapping[str, Sequence[ProductOption]] = field(default_factory=dict)
    min_margin_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Something wanted that cannot be quoted: which, why, and what to do."""

    sku: str
    reason: str


def settle_terms(book: PriceBook, buyer: Buyer, *, currency: str | None, tax_included: bool = False) -> Terms:
    """The terms of a buyer's quote on the day of the book.

    Args:
        book: Lists.
        buyer: Who asks.
        currency: As told; None: that of the buyer's list.
        tax_included: Whether prices of the catalogue include tax, for a buyer without any list.
    """
    own = list_for(book, buyer, book.on)
    listed = (own.currency if own else None) or book.currency
    asked = currency or listed
    if own is None:
        return Terms(asked, asked == book.currency, tax_included)
    fees = (own.delivery_fee, own.free_delivery_from) if asked == listed else (None, None)
    return Terms(asked, asked == book.currency, own.tax_included, own.name, *fees)


def price_wanted(counter: Counter, wanted: Wanted) -> tuple[QuoteLine, ...] | Refused:
    """Lines of one wanted thing, not yet discounted or summed: one, or one a tier where the list is tiered.

    Raises:
        UsageError: The quantity or the price told makes no sense.
        ConflictError: Price rules contradict each other.
    """
    require_sound(wanted)
    article = counter.articles.get(wanted.sku)
    if article is None:
        return Refused(wanted.sku, _("there is no such product"))
    if not article.active:
        return Refused(wanted.sku, _no_longer_sold(article))
    try:
        parts = _parts(counter, article, wanted)
        if not parts:
            return Refused(wanted.sku, _unpriced(counter, wanted))
        return tuple(_line(counter, article, wanted, part, is_first=place == 0) for place, part in enumerate(parts))
    except OptionsRefusedError as refused:
        return Refused(wanted.sku, str(refused))


def discounted(line: QuoteLine, percent: Decimal, *, is_capped: bool) -> QuoteLine:
    """A line with a discount; capped: only as far as its floor allows, and then to a tenth of a percent, down."""
    if is_capped and (room := capped_percent(line.unit_price, line.floor_price, percent)) < percent:
        percent = room.quantize(_TENTH, ROUND_FLOOR)
    return replace(line, discount_pct=percent or None)


class OptionsRefusedError(Exception):
    """Options chosen that the product does not have."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A quantity at one price."""

    qty: Decimal
    price: Decimal
    rule_no: str | None = None
    floor: Decimal | None = None


def _parts(counter: Counter, article: Article, wanted: Wanted) -> tuple[_Part, ...]:
    """The quantity by price; () when nothing says what it costs."""
    if wanted.price is not None:
        return (_Part(wanted.qty, wanted.price, None, _floor(counter, article, wanted)),)
    found = decide(counter.book, article, counter.buyer, qty=wanted.qty, on=counter.book.on)
    if found.currency != counter.terms.currency:
        return ()
    return tuple(_Part(part.qty, part.price, part.rule_no, part.floor_price) for part in found.parts)


def _floor(counter: Counter, article: Article, wanted: Wanted) -> Decimal | None:
    """The floor that holds for a price the owner told: the one of the rule that would have decided."""
    if not counter.terms.is_own:
        return None
    return decide(counter.book, article, counter.buyer, qty=wanted.qty, on=counter.book.on).floor_price


def _line(counter: Counter, article: Article, wanted: Wanted, part: _Part, *, is_first: bool) -> QuoteLine:
    terms, price, fixed, note = counter.terms, part.price, Decimal(0), wanted.note
    if wanted.options:
        try:
            charged = charge(counter.options.get(article.sku, ()), dict(wanted.options), part.price, part.qty)
        except ConflictError as refused:
            raise OptionsRefusedError(". ".join(text for text in (refused.message, refused.hint) if text)) from refused
        price, fixed = charged.unit_price, charged.fixed if is_first else Decimal(0)
        note = "; ".join(text for text in (charged.note, note) if text)
    cost = article.cost if terms.is_own else None
    floor = least_price(
        part.floor, cost=cost, min_margin_percent=counter.min_margin_percent, tax_rate=article.tax_rate,
        tax_included=terms.tax_included,
    )  # fmt: skip
    return QuoteLine(
        0, article.sku, article.name or article.sku, part.qty, article.unit or None, price,
        product_id=article.id, list_price=article.list_price if terms.is_own else None, fixed=fixed,
        tax_rate=article.tax_rate, unit_cost=cost, rule_no=part.rule_no, floor_price=floor, mark=wanted.mark,
        options=wanted.options, note=note,
    )  # fmt: skip


def _unpriced(counter: Counter, wanted: Wanted) -> str:
    own = list_for(counter.book, counter.buyer, counter.book.on)
    listed = (own.currency if own else None) or counter.book.currency
    words = {"sku": wanted.sku, "listed": listed, "currency": counter.terms.currency}
    if listed != counter.terms.currency:
        return (
            _("prices are in %(listed)s, and no rate to %(currency)s is known; say one with --price %(sku)s=AMOUNT")
            % words
        )
    return _("no price is known; say one with --price %(sku)s=AMOUNT") % words


def _no_longer_sold(article: Article) -> str:
    if article.successor:
        return _("is no longer sold; its successor is %(sku)s") % {"sku": article.successor}
    return _("is no longer sold")
