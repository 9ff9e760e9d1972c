"""The thread of a ticket: events are added to its end, and the ticket's own columns follow in the same step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.rules.tickets.states import STATES, Event, Standing, stand
from crmcli.store.connection import scalar
from crmcli.store.tickets.rows import Said, thread_of

if TYPE_CHECKING:
    from crmcli.store.journal import Writer
    from crmcli.store.tickets.rows import Ticket

_EVENT = (
    "ticket_id", "event_no", "at", "kind", "channel", "agent_id", "text", "was", "became", "minutes", "answer_id", "answer_version",
)  # fmt: skip
FOLLOWING = ("status", "agent_id", "first_response_at", "resolved_at", "closed_at", "reopened")


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to be written; its fields are columns of ticket_events.

    Args:
        agent_id: Who did it; of what opens or assigns a ticket: to whom it goes.
        was, became: What changed: codes of agents, priorities, figures.
    """

    at: dt.datetime
    kind: str
    channel: str | None = None
    agent_id: int | None = None
    text: str | None = None
    was: str | None = None
    became: str | None = None
    minutes: Decimal | None = None
    answer_id: int | None = None
    answer_version: int | None = None


def standing_of(said: Sequence[Said]) -> Standing:
    """How a ticket with this thread stands."""
    return stand(Event(one.at, one.kind, one.agent_id, one.was, one.became) for one in said)


def begun_thread(writer: Writer, ticket: Ticket) -> list[Said]:
    """The thread of a ticket; one that came without gets the events that its own dates tell of. Call inside a transaction."""
    said = thread_of(writer.con, ticket.id)
    if any(one.kind == "opened" for one in said):
        return said
    _insert(writer, ticket.id, _told(ticket), len(said))
    return thread_of(writer.con, ticket.id)


def write_events(
    writer: Writer, ticket: Ticket, events: Sequence[NewEvent], more: Mapping[str, object] | None = None
) -> Standing:
    """Add events to the end of a thread and set the ticket's columns to what follows. Call inside a transaction.

    Args:
        writer: Of the caller's step.
        ticket: As it is kept now.
        events: In order, none before the last one there; whether they are allowed is the caller's to ask.
        more: Further columns to set, with their values.

    Returns:
        How the ticket stands now.
    """
    before = begun_thread(writer, ticket)
    _insert(writer, ticket.id, events, max(one.event_no for one in before))
    now = standing_of(thread_of(writer.con, ticket.id))
    values = {name: getattr(now, name) for name in FOLLOWING} | dict(more or {})
    changed = {name: value for name, value in values.items() if getattr(ticket, name) != value}
    if changed:
        writer.change("tickets", tuple(changed), [(ticket.id, *changed.values())])
    return now


def hand_threads_over(writer: Writer, tickets: str, receiver: int, *, at: dt.datetime) -> int:
    """Note in their threads that tickets have passed to another agent; those without a thread need no word.

    Args:
        writer: Of the caller's step; the tickets' own agent is set by the caller.
        tickets: Name of a temp table with the column id.
        receiver: Who has them now.
        at: When; where a thread has a later event, then.

    Returns:
        How many threads were written to.
    """
    con = writer.con
    con.execute(
        "CREATE OR REPLACE TEMP TABLE threads_over AS SELECT row_number() OVER (ORDER BY event.ticket_id) AS place, "
        'event.ticket_id, max(event.event_no) + 1 AS event_no, greatest(max(event."at"), $at::TIMESTAMP) AS "at", '
        "'assigned' AS kind, $receiver::INTEGER AS agent_id, "
        "any_value(coalesce(giver.code, '-')) AS was, (SELECT code FROM managers WHERE id = $receiver) AS became "
        f"FROM ticket_events AS event JOIN {tickets} AS passing ON passing.id = event.ticket_id "
        "JOIN tickets AS ticket ON ticket.id = event.ticket_id LEFT JOIN managers AS giver ON giver.id = ticket.agent_id "
        "GROUP BY event.ticket_id HAVING bool_or(event.kind = 'opened')",
        {"at": at, "receiver": receiver},
    )
    count = int(scalar(con, "SELECT count(*) FROM threads_over"))
    if count:
        first = writer.reserve("ticket_events", count)
        con.execute(
            "CREATE OR REPLACE TEMP TABLE threads_over_new AS SELECT ($1 + place - 1)::INTEGER AS id, * FROM threads_over",
            [first],
        )
        columns = ("ticket_id", "event_no", "at", "kind", "agent_id", "was", "became")
        writer.insert("ticket_events", columns, "threads_over_new", order="id")
    return count


def insert_first(writer: Writer, ticket_id: int, events: Sequence[NewEvent]) -> None:
    """The first events of a new ticket, whose columns say the same already. Call inside a transaction."""
    _insert(writer, ticket_id, events, 0)


def _insert(writer: Writer, ticket_id: int, events: Sequence[NewEvent], last: int) -> None:
    writer.add(
        "ticket_events", _EVENT, [(ticket_id, number, *astuple(one)) for number, one in enumerate(events, last + 1)]
    )


def _told(ticket: Ticket) -> list[NewEvent]:
    """The events that the own dates of a ticket from elsewhere tell of: opened first, then by their moments."""
    status = (ticket.status or "").lower()
    dated = ticket.resolved_at is not None or ticket.closed_at is not None
    begun = status if status in STATES and not dated and status != "open" else None
    opened = NewEvent(
        ticket.opened_at, "opened", ticket.channel, ticket.agent_id, was=None if ticket.reopened is None else str(ticket.reopened),
        became=begun,
    )  # fmt: skip
    later = [
        (ticket.first_response_at, "reply"),
        (ticket.resolved_at, "resolved"),
        (ticket.closed_at, "closed"),
    ]
    known = sorted(((at, place, kind) for place, (at, kind) in enumerate(later) if at is not None))
    return [
        opened,
        *(NewEvent(at, kind, agent_id=ticket.agent_id if kind == "reply" else None) for at, _place, kind in known),
    ]
