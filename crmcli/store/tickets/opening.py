"""A new ticket, under the next number, with its first event; part of a step of the journal."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.rules.numbering import TICKETS
from crmcli.rules.tickets.priority import Ranked
from crmcli.store.taken_numbers import free_number
from crmcli.store.tickets.rows import Ticket, ticket_of
from crmcli.store.tickets.thread import NewEvent, insert_first

if TYPE_CHECKING:
    from crmcli.store.journal import Writer

_TICKET = (
    "ticket_no", "customer_id", "kind", "priority", "subject", "channel", "status", "agent_id", "order_no", "opened_at", "reopened",
    "reassigned", "customer_class", "priority_reason", "order_line_id", "about_ticket_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A ticket to be opened.

    Args:
        customer_id: Whose it is.
        customer_class: As of the day: key, A, B, C; None: not classed.
        text: What the customer wrote.
        order_no, order_line_id: What it is about.
        about_ticket_id: The ticket that it follows.
    """

    customer_id: int
    subject: str
    kind: str
    ranked: Ranked
    at: dt.datetime
    customer_class: str | None = None
    text: str | None = None
    channel: str | None = None
    agent_id: int | None = None
    order_no: str | None = None
    order_line_id: int | None = None
    about_ticket_id: int | None = None


def open_ticket(writer: Writer, new: NewTicket) -> Ticket:
    """Write a ticket and its first events. Call inside a transaction.

    Raises:
        UsageError: No subject.
    """
    subject = " ".join(new.subject.split())
    if not subject:
        raise UsageError(_("say in a few words what it is about"))
    number = free_number(writer.con, "tickets", TICKETS, new.at.year).text
    row = (
        number, new.customer_id, new.kind, new.ranked.priority, subject, new.channel, "open", new.agent_id, new.order_no,
        new.at, 0, 0, new.customer_class, new.ranked.reason, new.order_line_id, new.about_ticket_id,
    )  # fmt: skip
    [ticket_id] = writer.add("tickets", _TICKET, [row])
    opened = NewEvent(new.at, "opened", new.channel, new.agent_id, new.text, was="0")
    ranked = NewEvent(new.at, "priority", text=new.ranked.reason, became=new.ranked.priority)
    insert_first(writer, ticket_id, (opened, ranked))
    return ticket_of(writer.con, ticket_id)
