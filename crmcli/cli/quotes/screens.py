"""Quotes on a screen: one with its lines, all of them, and what became of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.numbers import cell, minor_digits, money, rounded
from crmcli.reports.relationships.worth import COLUMNS as WORTH
from crmcli.reports.relationships.worth import Worth
from crmcli.rules.quotes.quoting import QuoteLine, margin
from crmcli.store.quotes.rows import STATUSES, Quote
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from crmcli.store.quotes.listing import QuoteRow

_LINES = (
    Column("line_no", N_("Line"), Kind.COUNT),
    Column("sku", N_("SKU"), Kind.CODE),
    Column("description", N_("Description"), Kind.TEXT),
    Column("mark", N_("Mark"), Kind.LEVEL),
    Column("qty", N_("Quantity"), Kind.QUANTITY),
    Column("unit", N_("Unit"), Kind.TEXT),
    Column("list_price", N_("List price"), Kind.QUANTITY),
    Column("unit_price", N_("Price"), Kind.QUANTITY),
    Column("discount_pct", N_("Discount %"), Kind.QUANTITY),
    Column("net", N_("Net"), Kind.MONEY),
    Column("tax_rate", N_("Tax %"), Kind.QUANTITY),
    Column("tax", N_("Tax"), Kind.MONEY),
    Column("gross", N_("To pay"), Kind.MONEY),
)
_MARGIN = (
    Column("unit_cost", N_("Unit cost"), Kind.QUANTITY),
    Column("margin", N_("Margin"), Kind.MONEY),
    Column("margin_share", N_("Margin %"), Kind.SHARE),
)
_REVISIONS = (
    Column("revision", N_("Revision"), Kind.COUNT),
    Column("quoted_on", N_("Date"), Kind.DATE),
    Column("status", N_("Status"), Kind.LEVEL, words=STATUSES),
    Column("gross", N_("To pay"), Kind.MONEY),
)
_LIST = (
    Column("quote_no", N_("Quote"), Kind.CODE),
    Column("revision", N_("Revision"), Kind.COUNT),
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    *WORTH,
    Column("quoted_on", N_("Date"), Kind.DATE),
    Column("valid_until", N_("Valid until"), Kind.DATE),
    Column("status", N_("Status"), Kind.LEVEL, words=STATUSES),
    Column("lines", N_("Lines"), Kind.COUNT),
    Column("net", N_("Net"), Kind.MONEY),
    Column("gross", N_("To pay"), Kind.MONEY),
    Column("currency", N_("Currency"), Kind.CODE),
    Column("order_no", N_("Order"), Kind.CODE),
)
_MARKS = (N_("suggested"), N_("new"), N_("delivery"))
_STATUS_WORDS = (N_("draft"), N_("sent"), N_("accepted"), N_("rejected"), N_("replaced"), N_("expired"))


def quote_table(
    quote: Quote,
    *,
    customer: str,
    day: dt.date,
    with_margin: bool = False,
    revisions: Sequence[tuple[int, dt.date, str, Decimal]] = (),
    notes: Sequence[str] = (),
) -> Table:
    """One quote with its lines.

    Args:
        quote: Summed up.
        customer: Code and name.
        day: Of the look; what is open expires.
        with_margin: Whether to show costs and margins too.
        revisions: As of store.quotes.revisions, shown where there are several.
        notes: What else is to be said.
    """
    columns = (*_LINES, *_MARGIN) if with_margin else _LINES
    digits = minor_digits(quote.currency)
    rows = [(*_line(line, digits), *(_margin(line) if with_margin else ())) for line in quote.lines]
    totals: dict[str, Any] = {"net": quote.net, "tax": quote.tax, "gross": quote.net + quote.tax}
    if with_margin and (earned := margin(quote.lines)).net:
        totals |= {"margin": earned.amount, "margin_share": float(earned.share or 0)}
    beside = (_chain(revisions, quote.currency),) if len(revisions) > 1 else ()
    return Table(
        "quote", _title(quote), columns, ListRows(rows), headline=headline(quote, customer, day), totals=totals,
        notes=(*_said(quote, with_margin=with_margin), *notes), currency=quote.currency, beside=beside,
    )  # fmt: skip


def headline(quote: Quote, customer: str, day: dt.date) -> str:
    """What the quote comes to, in one sentence."""
    words = {
        "customer": customer,
        "gross": money(quote.net + quote.tax, quote.currency),
        "tax": money(quote.tax, quote.currency),
        "status": _(quote.status_on(day)),
        "until": cell(quote.valid_until, Kind.DATE),
    }
    taxed = any(line.tax_rate is not None for line in quote.lines if line.counts)
    if taxed:
        return _("%(customer)s: %(gross)s, of it tax %(tax)s; %(status)s, valid until %(until)s.") % words
    return _("%(customer)s: %(gross)s, no tax stated; %(status)s, valid until %(until)s.") % words


def list_table(found: Sequence[QuoteRow], currency: str, worths: Mapping[str, Worth]) -> Table:
    """Quotes, newest first, with what each customer is worth; totals where all are in one currency."""
    unknown = Worth()
    rows = [
        (one.quote_no, one.revision, one.customer, one.name, (of := worths.get(one.customer, unknown)).letter, of.is_key,
         one.quoted_on, one.valid_until, one.status, one.lines, one.net, one.gross, one.currency, one.order_no)
        for one in found
    ]  # fmt: skip
    alike = {one.currency for one in found}
    totals = {
        "net": sum((one.net for one in found), Decimal(0)),
        "gross": sum((one.gross for one in found), Decimal(0)),
    }
    notes = () if len(alike) < 2 else (_("The quotes are in several currencies, so they are not added up."),)
    return Table(
        "quotes", _("Quotes"), _LIST, ListRows(rows), totals=totals if len(alike) == 1 else {}, notes=notes,
        empty=_("No quotes here; make one: crmcli quote new --for CUSTOMER --usual"),
        currency=alike.pop() if len(alike) == 1 else currency,
    )  # fmt: skip


def _title(quote: Quote) -> str:
    words = {"number": quote.quote_no or _("not numbered yet"), "revision": quote.revision}
    return (_("Quote %(number)s, revision %(revision)s") if quote.revision > 1 else _("Quote %(number)s")) % words


def _line(line: QuoteLine, digits: int) -> tuple[Any, ...]:
    """Amounts in minor units, other numbers with the decimals they need: a draft and what is read back look alike."""
    net, tax, gross = (rounded(amount, digits) for amount in (line.net, line.tax, line.gross))
    return (
        line.line_no, line.sku or None, _described(line), line.mark, _plain(line.qty), line.unit, _plain(line.list_price),
        _plain(line.unit_price), _plain(line.discount_pct), net, _plain(line.tax_rate), tax, gross,
    )  # fmt: skip


def _plain(number: Decimal | None) -> Decimal | None:
    return None if number is None else Decimal(format(number.normalize(), "f"))


def _described(line: QuoteLine) -> str:
    return f"{line.description} ({line.note})" if line.note else line.description


def _margin(line: QuoteLine) -> tuple[Any, ...]:
    """Unit cost, margin and its share of the net; unknown where the cost is."""
    if line.cost is None:
        return (None, None, None)
    earned = line.net - line.cost
    return (_plain(line.unit_cost), earned, float(earned / line.net) if line.net else None)


def _said(quote: Quote, *, with_margin: bool) -> list[str]:
    """How it was counted, and what became of it."""
    prices = _("Prices include tax") if quote.tax_included else _("Prices are before tax")
    mode = _("tax is rounded line by line") if quote.tax_mode == "line" else _("tax is rounded by rate on the total")
    notes = [f"{prices}; {mode}."] if any(line.tax_rate is not None for line in quote.lines) else []
    if any(not line.counts for line in quote.lines):
        notes.append(_("Suggested and new lines are offered beside the quote and are in no total."))
    for line in quote.lines:
        if line.override_reason:
            words = {"line": line.line_no, "sku": line.sku, "reason": line.override_reason}
            notes.append(_("Line %(line)s, %(sku)s, is below its floor: %(reason)s") % words)
    unknown = margin(quote.lines).unknown_net
    if with_margin and unknown:
        words = {"net": money(rounded(unknown, minor_digits(quote.currency)), quote.currency)}
        notes.append(_("Of %(net)s the cost is unknown; it is in no margin.") % words)
    return notes + _fate(quote)


def _fate(quote: Quote) -> list[str]:
    found = []
    if quote.price_list:
        found.append(_("Price list: %(name)s") % {"name": quote.price_list})
    if quote.delivery:
        found.append(_("Delivery: %(delivery)s") % {"delivery": quote.delivery})
    if quote.terms:
        found.append(_("Terms: %(terms)s") % {"terms": " ".join(quote.terms.split())})
    if quote.opportunity_no:
        found.append(_("Deal: %(number)s") % {"number": quote.opportunity_no})
    if quote.sent_on:
        found.append(_("Sent: %(day)s") % {"day": cell(quote.sent_on, Kind.DATE)})
    if quote.order_no:
        words = {"day": cell(quote.decided_on, Kind.DATE), "order": quote.order_no}
        found.append(_("Accepted: %(day)s, order %(order)s") % words)
    if quote.reject_reason:
        words = {"day": cell(quote.decided_on, Kind.DATE), "reason": quote.reject_reason}
        found.append(_("Rejected: %(day)s, %(reason)s") % words)
    if quote.note:
        found.append(_("Note: %(note)s") % {"note": quote.note})
    return found


def _chain(revisions: Sequence[tuple[int, dt.date, str, Decimal]], currency: str) -> Table:
    return Table("revisions", _("Revisions"), _REVISIONS, ListRows(list(revisions)), currency=currency)
