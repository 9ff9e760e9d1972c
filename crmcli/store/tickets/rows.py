"""Tickets and what was said in them, as they are kept, and how a typed word finds one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, NotFoundError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.store.connection import rows

if TYPE_CHECKING:
    import duckdb

_TICKET = (
    "t.id, t.ticket_no, t.customer_id, t.kind, t.priority, t.subject, t.channel, t.status, t.agent_id, t.order_no, "
    "t.order_line_id, t.opened_at, t.first_response_at, t.resolved_at, t.closed_at, t.reopened, t.csat, t.nps, "
    "t.customer_class, t.priority_reason, t.about_ticket_id, t.replacement_order_no"
)
_SAID = (
    'event_no, "at", kind, channel, agent_id, "text", was, became, minutes, answer_id, answer_version FROM ticket_events '
    "WHERE ticket_id = $1 ORDER BY event_no"
)
_SUGGESTED = 5_000  # numbers a mistyped one is compared with


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket; its fields are columns of the table."""

    id: int
    ticket_no: str
    customer_id: int | None
    kind: str | None
    priority: str | None
    subject: str | None
    channel: str | None
    status: str | None
    agent_id: int | None
    order_no: str | None
    order_line_id: int | None
    opened_at: dt.datetime
    first_response_at: dt.datetime | None
    resolved_at: dt.datetime | None
    closed_at: dt.datetime | None
    reopened: int | None
    csat: Decimal | None
    nps: int | None
    customer_class: str | None
    priority_reason: str | None
    about_ticket_id: int | None
    replacement_order_no: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """One event of a thread; its fields are columns of ticket_events."""

    event_no: int
    at: dt.datetime
    kind: str
    channel: str | None
    agent_id: int | None
    text: str | None
    was: str | None
    became: str | None
    minutes: Decimal | None
    answer_id: int | None
    answer_version: int | None


def find_ticket(con: duckdb.DuckDBPyConnection, word: str) -> Ticket:
    """The ticket of a number, in any case of letters where only one is so written.

    Raises:
        NotFoundError: There is none; the hint names the closest.
        ConflictError: Only the case of letters tells several apart.
    """
    wanted = word.strip()
    found = rows(con, f"SELECT {_TICKET} FROM tickets AS t WHERE t.ticket_no = $1 ORDER BY t.id LIMIT 1", [wanted])
    found = found or rows(con, f"SELECT {_TICKET} FROM tickets AS t WHERE lower(t.ticket_no) = lower($1)", [wanted])
    if len(found) > 1:
        numbers = ", ".join(sorted(str(row[1]) for row in found))
        raise ConflictError(
            _("several tickets are called %(word)s but for the letter case") % {"word": wanted}, numbers
        )
    if found:
        return Ticket(*found[0])
    sql = f"SELECT ticket_no FROM tickets ORDER BY opened_at DESC, ticket_no DESC LIMIT {_SUGGESTED}"
    known = [str(number) for (number,) in rows(con, sql)]
    hint = nearest(wanted.upper(), known) or _("All tickets: crmcli ticket list --state all")
    raise NotFoundError(_("there is no ticket %(word)s") % {"word": repr(wanted)}, hint)


def ticket_of(con: duckdb.DuckDBPyConnection, ticket_id: int) -> Ticket:
    """The ticket of an id."""
    return Ticket(*rows(con, f"SELECT {_TICKET} FROM tickets AS t WHERE t.id = $1", [ticket_id])[0])


def thread_of(con: duckdb.DuckDBPyConnection, ticket_id: int) -> list[Said]:
    """All events of a ticket, the first first; [] for one that came from elsewhere without them."""
    return [Said(*row) for row in rows(con, f"SELECT {_SAID}", [ticket_id])]
