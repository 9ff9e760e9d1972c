"""What becomes of a quote: sent, revised, accepted into an order, rejected. Each is part of a step; call inside it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.numbers import cell, rounded
from crmcli.rules.quotes.quoting import PRICE_DIGITS, QuoteLine
from crmcli.store.orders.adding import AddedOrder, NewLine, NewOrder, add_order
from crmcli.store.quotes.rows import (
    ACCEPTED,
    DRAFT,
    EXPIRED,
    OPEN,
    REJECTED,
    REPLACED,
    SENT,
    Quote,
    add_quotes,
    change_quotes,
    latest_revision,
    rewrite_quote,
)
from crmcli.table import Kind

if TYPE_CHECKING:
    from crmcli.store.journal import Writer

_HUNDRED = Decimal(100)


def require_open(quote: Quote) -> None:
    """Refuse to go on with a quote that was decided already.

    Raises:
        ConflictError: It was accepted, rejected or replaced.
    """
    if quote.status not in OPEN:
        words = {"number": quote.quote_no, "status": _(quote.status)}
        hint = _("The order is %(order)s") % {"order": quote.order_no} if quote.order_no else None
        raise ConflictError(_("quote %(number)s is %(status)s already") % words, hint)


def send_quote(writer: Writer, quote: Quote, *, on: dt.date) -> Quote:
    """Mark a draft as sent; the caller keeps its document in the same step.

    Raises:
        ConflictError: It was sent before, decided, has ended, or nothing in it counts.
    """
    require_open(quote)
    if quote.status == SENT:
        words = {"number": quote.quote_no, "day": cell(quote.sent_on, Kind.DATE)}
        hint = (
            _("To change it: crmcli quote revise %(number)s; to have it again: crmcli quote render %(number)s") % words
        )
        raise ConflictError(_("quote %(number)s was sent on %(day)s") % words, hint)
    _require_day(quote, on)
    if quote.status_on(on) == EXPIRED:
        raise ConflictError(*_ended(quote))
    if not any(line.counts for line in quote.lines):
        raise ConflictError(_("quote %(number)s has no lines that count") % {"number": quote.quote_no})
    sent = replace(quote, status=SENT, sent_on=on)
    change_quotes(writer, [sent])
    return sent


def revise_quote(writer: Writer, old: Quote, new: Quote) -> Quote:
    """Write a new revision under the old number; the old one is replaced.

    Raises:
        ConflictError: The old one was accepted, or is replaced itself.
    """
    if old.status in (ACCEPTED, REPLACED):
        require_open(old)
    revision = latest_revision(writer.con, old.quote_no) + 1
    change_quotes(writer, [replace(old, status=REPLACED)])
    fresh = replace(
        new, quote_no=old.quote_no, revision=revision, status=DRAFT, sent_on=None, decided_on=None, reject_reason=None,
        order_no=None, id=None,
    )  # fmt: skip
    return add_quotes(writer, [fresh])[0]


def take_lines(writer: Writer, old: Quote, new: Quote) -> Quote:
    """Write a quote whose offered lines were taken: a draft is changed as it stands, one sent gets a new revision.

    Raises:
        ConflictError: It was decided already.
    """
    require_open(old)
    if old.status == SENT:
        return revise_quote(writer, old, new)
    return rewrite_quote(writer, new)


def reject_quote(writer: Writer, quote: Quote, *, reason: str, on: dt.date) -> Quote:
    """Mark a quote as rejected; one that has ended can be too.

    Raises:
        UsageError: No reason.
        ConflictError: It was decided already.
    """
    if not reason.strip():
        raise UsageError(_("say why it was rejected"), "--reason TEXT")
    require_open(quote)
    _require_day(quote, on)
    rejected = replace(quote, status=REJECTED, decided_on=on, reject_reason=reason.strip())
    change_quotes(writer, [rejected])
    return rejected


def accept_quote(
    writer: Writer,
    quote: Quote,
    *,
    on: dt.date,
    lines: Sequence[int] | None = None,
    late: bool = False,
    promised_on: dt.date | None = None,
) -> tuple[Quote, AddedOrder]:
    """Make an order of a quote, its lines to the kopeck as quoted.

    Args:
        writer: Of the step.
        quote: With its lines.
        on: Day of the order.
        lines: Numbers of the lines accepted, offered ones among them if named; None: all that count.
        late: Whether it may have ended.
        promised_on: The day the order is promised for.

    Raises:
        ConflictError: It was decided, or has ended.
        NotFoundError: A line there is none of.
        UsageError: Nothing is accepted.
    """
    require_open(quote)
    _require_day(quote, on)
    if quote.status_on(on) == EXPIRED and not late:
        raise ConflictError(*_ended(quote))
    chosen = chosen_lines(quote, lines)
    order = NewOrder(
        quote.customer_id,
        on,
        promised_on,
        quote_no=quote.quote_no,
        manager_id=quote.manager_id,
        currency=quote.currency,
    )
    made = add_order(writer.con, writer, order, [_order_line(line, quote) for line in chosen])
    accepted = replace(quote, status=ACCEPTED, decided_on=on, order_no=made.number)
    change_quotes(writer, [accepted])
    return accepted, made


def chosen_lines(quote: Quote, numbers: Sequence[int] | None) -> list[QuoteLine]:
    """Lines by number; None: all that count.

    Raises:
        NotFoundError: A line there is none of.
        UsageError: Nothing is left.
    """
    if numbers is None:
        chosen = [line for line in quote.lines if line.counts]
    else:
        known = {line.line_no: line for line in quote.lines}
        if missing := [number for number in numbers if number not in known]:
            words = {"number": quote.quote_no, "line": ", ".join(map(str, missing))}
            raise NotFoundError(
                _("quote %(number)s has no line %(line)s") % words,
                _("Its lines: crmcli quote show %(number)s") % words,
            )
        chosen = [known[number] for number in sorted(set(numbers))]
    if not chosen:
        raise UsageError(_("no line of quote %(number)s was chosen") % {"number": quote.quote_no})
    return chosen


def _order_line(line: QuoteLine, quote: Quote) -> NewLine:
    """A line of the order: the net as quoted; its unit price before tax, as orders have it."""
    price = line.unit_price
    if quote.tax_included and line.tax_rate:
        price = rounded(price * _HUNDRED / (_HUNDRED + line.tax_rate), PRICE_DIGITS)
    custom = json.dumps({"options": dict(line.options)}, ensure_ascii=False) if line.options else None
    return NewLine(
        line.product_id, line.description, line.qty, price, line.net, discount_pct=line.discount_pct,
        unit_cost=line.unit_cost, tax_rate=line.tax_rate, line_no=line.line_no, custom=custom,
    )  # fmt: skip


def _require_day(quote: Quote, on: dt.date) -> None:
    if on < quote.quoted_on:
        words = {"number": quote.quote_no, "day": cell(quote.quoted_on, Kind.DATE)}
        raise UsageError(_("quote %(number)s is of %(day)s: nothing can become of it before") % words)


def _ended(quote: Quote) -> tuple[str, str]:
    words = {"number": quote.quote_no, "day": cell(quote.valid_until, Kind.DATE)}
    return (
        _("quote %(number)s ended on %(day)s") % words,
        _(
            "Make a new revision: crmcli quote revise %(number)s --valid 14; or accept it all the same: crmcli quote accept %(number)s --late"
        )
        % words,
    )
