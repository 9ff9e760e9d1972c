"""What is done with a ticket: messages, replies, notes, waiting, resolving, and by whom; parts of a step of the journal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, UsageError
from crmcli.language import gettext as _
from crmcli.rules.tickets.priority import Ranked
from crmcli.rules.tickets.states import Act, Standing, steps_of
from crmcli.store.connection import rows
from crmcli.store.tickets.rows import Ticket, ticket_of
from crmcli.store.tickets.thread import NewEvent, begun_thread, standing_of, write_events

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from crmcli.store.journal import Writer

CSAT, NPS = (1, 5), (0, 10)  # the lowest and the highest mark


@dataclass(frozen=True, slots=True)
class Done:
    """What an act did: the kinds of the events it was, and the ticket before and after."""

    kinds: tuple[str, ...]
    before: Ticket
    after: Ticket
    stood: Standing


def do_act(
    writer: Writer, ticket: Ticket, word: str, event: NewEvent, *, unresolved: bool = False,
    more: Mapping[str, object] | None = None,
) -> Done:  # fmt: skip
    """Do something with a ticket. Call inside a transaction.

    Args:
        writer: Of the caller's step.
        ticket: As it is kept.
        word: message, reply, note, assign, priority, wait, resolve, close, reopen, link or rate.
        event: What to write; its kind is settled here.
        unresolved: Whether one that is not resolved may be closed.
        more: Further columns of the ticket, with their values.

    Raises:
        ConflictError: It cannot be done as the ticket stands.
    """
    stood = standing_of(begun_thread(writer, ticket))
    kinds = steps_of(stood, Act(ticket.ticket_no, word, event.at, unresolved))
    events = [replace(event, kind=kinds[0]), *(NewEvent(event.at, kind) for kind in kinds[1:])]
    write_events(writer, ticket, events, more)
    return Done(kinds, ticket, ticket_of(writer.con, ticket.id), stood)


def assign_ticket(
    writer: Writer, ticket: Ticket, agent_id: int | None, *, at: dt.datetime, text: str | None = None
) -> Done:
    """Give a ticket to an agent, or (None) to nobody.

    Raises:
        ConflictError: It is theirs already, or settled.
    """
    was, became = _code(writer.con, ticket.agent_id), _code(writer.con, agent_id)
    if agent_id == ticket.agent_id:
        whose = {"ticket": ticket.ticket_no, "agent": became or "–"}
        raise ConflictError(_("%(ticket)s is with %(agent)s already") % whose)
    return do_act(writer, ticket, "assign", NewEvent(at, "", None, agent_id, text, was, became))


def rank_ticket(writer: Writer, ticket: Ticket, ranked: Ranked, *, at: dt.datetime) -> Done:
    """Give a ticket another priority.

    Raises:
        ConflictError: It has that priority for that reason already, or is settled.
    """
    if (ranked.priority, ranked.reason) == (ticket.priority, ticket.priority_reason):
        words = {"ticket": ticket.ticket_no, "priority": _(ranked.priority)}
        raise ConflictError(_("the priority of %(ticket)s is %(priority)s already") % words)
    event = NewEvent(at, "", text=ranked.reason, was=ticket.priority, became=ranked.priority)
    more = {"priority": ranked.priority, "priority_reason": ranked.reason}
    return do_act(writer, ticket, "priority", event, more=more)


def rate_ticket(
    writer: Writer, ticket: Ticket, *, csat: int | None, nps: int | None, at: dt.datetime, text: str | None = None
) -> Done:
    """Keep what the customer says of a ticket: csat 1 to 5, nps 0 to 10.

    Raises:
        UsageError: Neither, or off the scale.
    """
    marks: Sequence[tuple[str, int | None, tuple[int, int], object]] = (
        ("csat", csat, CSAT, ticket.csat), ("nps", nps, NPS, ticket.nps),
    )  # fmt: skip
    if csat is None and nps is None:
        raise UsageError(_("say how the customer rates it"), "--csat 1…5, --nps 0…10")
    done = None
    for name, mark, (low, high), was in marks:
        if mark is None:
            continue
        if not low <= mark <= high:
            raise UsageError(_("--%(name)s goes from %(low)s to %(high)s") % {"name": name, "low": low, "high": high})
        event = NewEvent(at, "", text=text if done is None else None, was=_mark(name, was), became=f"{name} {mark}")
        done = do_act(writer, ticket if done is None else done.after, "rate", event, more={name: mark})
    assert done is not None
    return replace(done, before=ticket)


def _mark(name: str, value: object) -> str | None:
    return None if value is None else f"{name} {Decimal(str(value)).normalize():f}"


def _code(con: duckdb.DuckDBPyConnection, manager_id: int | None) -> str | None:
    found = rows(con, "SELECT code FROM managers WHERE id = $1", [manager_id]) if manager_id is not None else []
    return str(found[0][0]) if found else None
