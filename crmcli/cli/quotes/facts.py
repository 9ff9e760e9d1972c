"""From a quote to the facts of its document: what the customer may see, and nothing else (no costs, floors or rules)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.documents.facts import DocumentKind, Line, Offer, Party, Seller, TaxLine
from crmcli.language import gettext as _
from crmcli.language import ngettext, spoken_in
from crmcli.numbers import minor_digits, rounded

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from crmcli.documents.stored import Facts
    from crmcli.rules.quotes.quoting import QuoteLine
    from crmcli.store.quotes.rows import Quote

FORMATS = ("pdf", "html", "xlsx", "md", "json", "csv")


def quote_facts(
    quote: Quote, *, seller: Seller, buyer: Party, manager: str | None = None, days_to_pay: int | None = None
) -> Offer:
    """What a quote says.

    Args:
        quote: Summed up.
        seller: Whose offer it is, in the language of the quote.
        buyer: Whom it is for.
        manager: Name of who looks after the customer; None: nobody is named.
        days_to_pay: The customer's terms of payment; None: nothing is said of them.
    """
    digits = minor_digits(quote.currency)
    counted = [line for line in quote.lines if line.counts]
    net, tax = rounded(quote.net, digits), rounded(quote.tax, digits)
    return Offer(
        kind=DocumentKind.QUOTE,
        number=quote.quote_no,
        revision=quote.revision,
        language=quote.language,
        issued_on=quote.quoted_on,
        until_on=quote.valid_until,
        currency=quote.currency,
        digits=digits,
        seller=seller,
        buyer=buyer,
        lines=tuple(_line(line, digits) for line in quote.lines),
        net=net,
        taxes=_taxes(counted, digits),
        tax=tax,
        gross=net + tax,
        tax_included=quote.tax_included,
        tax_mode=quote.tax_mode,
        references=spoken_in(quote.language, lambda: _references(quote, manager, days_to_pay)),
        terms=tuple(part for text in (quote.terms or "").splitlines() if (part := text.strip())),
    )


def current_facts(con: duckdb.DuckDBPyConnection, quote: Quote) -> tuple[Offer, dict[str, bytes]]:
    """Facts of a quote as it would be issued now, and the parts to render it with."""
    from crmcli.documents.bills import buyer_party
    from crmcli.documents.seller import load_seller, own_parts
    from crmcli.documents.words import load_words
    from crmcli.store.connection import scalar

    parts = own_parts(con)
    buyer = buyer_party(con, quote.customer_id, load_words(quote.language, parts))
    manager = scalar(con, "SELECT name FROM managers WHERE id = $1", [quote.manager_id])
    days = scalar(con, "SELECT payment_terms_days FROM contacts WHERE id = $1", [quote.customer_id])
    seller = load_seller(con, quote.language)
    return quote_facts(quote, seller=seller, buyer=buyer, manager=manager, days_to_pay=days), parts


def facts_of(con: duckdb.DuckDBPyConnection, quote: Quote) -> tuple[Facts, Mapping[str, bytes]]:
    """Facts of a quote and what to render them with: as issued once it was sent, else as of now."""
    from crmcli.documents.issuing import load
    from crmcli.errors import NotFoundError

    if quote.sent_on is None:
        return current_facts(con, quote)
    try:
        return load(con, DocumentKind.QUOTE, quote.quote_no, quote.revision)
    except NotFoundError:  # brought in from elsewhere: nothing was frozen here
        return current_facts(con, quote)


def _line(line: QuoteLine, digits: int) -> Line:
    return Line(
        number=line.line_no,
        sku=line.sku,
        name=line.description,
        qty=_plain(line.qty, 0),
        unit=line.unit or "",
        unit_price=_plain(line.unit_price, digits),
        net=rounded(line.net, digits),
        tax=rounded(line.tax, digits),
        gross=rounded(line.gross, digits),
        discount_pct=None if line.discount_pct is None else _plain(line.discount_pct, 0),
        tax_rate=None if line.tax_rate is None else _plain(line.tax_rate, 0),
        note=line.note,
        mark=line.mark or "",
    )


def _plain(number: Decimal, digits: int) -> Decimal:
    """A number with as many decimals as it needs, `digits` at least."""
    least = rounded(number, digits)
    return least if least == number else Decimal(format(number.normalize(), "f"))


def _taxes(lines: list[QuoteLine], digits: int) -> tuple[TaxLine, ...]:
    """Lines by rate, ascending; those without a stated rate last."""
    found: dict[Decimal | None, tuple[Decimal, Decimal]] = {}
    for line in lines:
        net, tax = found.get(line.tax_rate, (Decimal(0), Decimal(0)))
        found[line.tax_rate] = (net + line.net, tax + line.tax)
    order = sorted(found, key=lambda rate: (rate is None, rate or 0))
    return tuple(
        TaxLine(None if rate is None else _plain(rate, 0), *(rounded(sum_, digits) for sum_ in found[rate]))
        for rate in order
    )


def _references(quote: Quote, manager: str | None, days: int | None) -> tuple[tuple[str, str], ...]:
    """More facts of the heading, in the language of the quote."""
    terms = None if not days else ngettext("within %(days)s day", "within %(days)s days", days) % {"days": days}
    facts = ((_("Your contact"), manager), (_("Delivery"), quote.delivery), (_("Payment"), terms))
    return tuple((label, value) for label, value in facts if value)
