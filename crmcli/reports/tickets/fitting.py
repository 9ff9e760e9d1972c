"""Approved answers that may fit what the customer asks in a ticket."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crmcli.language import gettext as _
from crmcli.numbers import cell
from crmcli.reports.answers.searching import suggestions
from crmcli.table import Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.store.tickets.rows import Ticket

_ASKED = ("opened", "message")  # events in which the customer speaks; the last one counts


def fitting_answers(
    con: DuckDBPyConnection, ticket: Ticket, at: dt.datetime, said: Sequence[tuple[Any, ...]]
) -> str | None:
    """A sentence naming answers that may fit, the best first; None where none does, or where the last word is ours.

    Args:
        con: The store.
        ticket: By its subject, and by the last words of the customer.
        at: The moment.
        said: The thread, a row an event: number, moment, kind, channel, who, text …
    """
    spoken = next((row for row in reversed(said) if row[2] in (*_ASKED, "reply")), None)
    answered = ticket.first_response_at is not None and ticket.first_response_at <= at  # by what it came with
    if answered if spoken is None else spoken[2] == "reply":
        return None
    asked = next((row[5] for row in reversed(said) if row[2] in _ASKED and row[5]), "")
    found = suggestions(con, f"{ticket.subject or ''} {asked}".strip(), at)
    if not found:
        return None
    listed = "; ".join(f"{one.answer_no} «{one.question}» {cell(one.match, Kind.SHARE)}" for one in found)
    return _("Answers that may fit: %(answers)s. To give one: crmcli ticket reply %(ticket)s --answer %(first)s") % {
        "answers": listed,
        "ticket": ticket.ticket_no,
        "first": found[0].answer_no,
    }
