"""What is said of a quote just made: on the screen its lines, on stderr what its maker should know."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.cli.session import say
from crmcli.language import gettext as _
from crmcli.language import ngettext
from crmcli.numbers import cell, money
from crmcli.table import Kind

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.quotes.making import Draft
    from crmcli.store.quotes.rows import Quote
    from crmcli.table import Table

_LONGEST = 60
_UNSAFE = re.compile(r"[^\w-]+")


@dataclass(frozen=True, slots=True)
class Told:
    """A quote as written and everything to be said of it.

    Args:
        quote: With its number.
        customer: Code and name.
        lines: For stderr, in order.
        reasons: Why each line is suggested.
    """

    quote: Quote
    customer: str
    lines: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


def told_of(con: duckdb.DuckDBPyConnection, draft: Draft, quote: Quote, *, day: dt.date) -> Told:
    """What is to be said of a draft that was written as `quote`."""
    from crmcli.cli.options import currency
    from crmcli.cli.quotes.customer import standing
    from crmcli.reports.preferences import wishes

    own = currency(con)
    amount = quote.net + quote.tax if quote.currency == own else None
    lines = standing(con, quote.customer_id, day=day, amount=amount, currency=own)
    reasons = tuple(
        _("Suggested %(sku)s: %(reason)s") % {"sku": sku, "reason": why} for sku, why in draft.reasons.items()
    )
    heeded = [f"  {wish}" for wish in wishes(con, quote.customer_id, day=day)]
    said = (*lines, *heeded, *_usual(draft), *_prices(draft, quote))
    return Told(quote, customer_name(con, quote.customer_id), said, reasons)


def tell_draft(told: Told) -> None:
    """Say it on stderr."""
    for line in told.lines:
        say(line)


def told_quote(told: Told, *, with_margin: bool, day: dt.date) -> Table:
    """The quote as a table."""
    from crmcli.cli.quotes.screens import quote_table

    return quote_table(told.quote, customer=told.customer, day=day, with_margin=with_margin, notes=told.reasons)


def customer_name(con: duckdb.DuckDBPyConnection, customer_id: int) -> str:
    """Code and name of a customer."""
    from crmcli.store.connection import scalar

    return str(scalar(con, "SELECT code || ' ' || name FROM contacts WHERE id = $1", [customer_id]) or "?")


def file_name(con: duckdb.DuckDBPyConnection, quote: Quote, format: str) -> str:
    """A name for the file of a quote that is safe on every system: number, revision, customer."""
    revision = f"-r{quote.revision}" if quote.revision > 1 else ""
    return f"{_slug(quote.quote_no + revision)}_{_slug(customer_name(con, quote.customer_id))}.{format}"


def tell_nameless(con: duckdb.DuckDBPyConnection) -> None:
    """Say that the document does not name who sells, where it does not."""
    from crmcli.store.seller import load_details

    details = load_details(con)
    if not (details.get("name") or details.get("full_name")):
        say(_("Careful: the document does not say who sells; set it: crmcli seller set name NAME"))


def _slug(text: str) -> str:
    """Letters, digits and hyphens; nothing that could leave the folder or be no name anywhere."""
    plain = _UNSAFE.sub("-", unicodedata.normalize("NFC", text)).strip("-_")
    return plain[:_LONGEST].rstrip("-_") or "quote"


def _usual(draft: Draft) -> Sequence[str]:
    """How usual the usual basket is, and what of it was left out."""
    from crmcli.store.quotes.baskets.reading import THIN

    said = []
    if draft.usual:
        count = draft.usual[0].occasions
        words = {"count": count}
        said.append(
            ngettext(
                "  Usual basket: what was bought on at least a third of the last %(count)s occasion, median quantities",
                "  Usual basket: what was bought on at least a third of the last %(count)s occasions, median quantities",
                count,
            )
            % words
        )
        if count < THIN:
            said.append(_("  That is thin: with so few occasions nothing is usual yet"))
    said += [_("  Left out %(sku)s: %(reason)s") % {"sku": one.sku, "reason": one.reason} for one in draft.left_out]
    return said


def _prices(draft: Draft, quote: Quote) -> Sequence[str]:
    """Discount, delivery, what is below floor or cost."""
    said = []
    if draft.discount is not None:
        words = {"number": draft.discount.discount_no, "percent": cell(draft.discount.percent, Kind.QUANTITY)}
        said.append(_("  Discount earned: %(percent)s %%, %(number)s; no line goes below its floor") % words)
    if draft.short_of_free:
        amount = money(draft.short_of_free, quote.currency)
        said.append(_("  %(amount)s more of goods, and delivery is free") % {"amount": amount})
    for line in draft.below:
        words = {"sku": line.sku, "reason": line.override_reason or ""}
        said.append(_("  %(sku)s is below its floor, and the reason is kept: %(reason)s") % words)
    lost = [line.sku for line in quote.lines if line.counts and line.cost is not None and line.net < line.cost]
    if lost:
        said.append(
            _("  Careful: sold below cost: %(skus)s; look with --margin") % {"skus": ", ".join(dict.fromkeys(lost))}
        )
    return said
