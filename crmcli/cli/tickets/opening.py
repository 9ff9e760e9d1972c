"""`crmcli ticket open`: a new request, with its priority."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.contacts.options import CustomerArgument
from crmcli.cli.keeping import DryRunOption, tell_step, written
from crmcli.cli.program import program
from crmcli.cli.session import say, session, show
from crmcli.cli.tickets.options import (
    AtOption,
    ChannelOption,
    KindOption,
    PriorityOption,
    TextOption,
    acting,
    channel_of,
    text_of,
    word_of,
)
from crmcli.cli.typed import moment
from crmcli.errors import UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    import datetime as dt

    from crmcli.store.journal import Writer
    from crmcli.store.tickets.rows import Ticket

app = program()
_KIND = "question"  # unless said


@dataclass(frozen=True, slots=True)
class _Typed:
    """A ticket as typed."""

    customer: str
    subject: str
    kind: str
    text: str | None
    channel: str | None
    order: str | None
    line: int | None
    about: str | None
    agent: str | None
    priority: str | None
    at: dt.datetime


@app.command(
    "open",
    help=_(
        "A new request of a customer, under a number of its own; its priority follows from its kind and the customer's value."
    ),
    epilog='crmcli ticket open 00056 "Pump is noisy" --kind complaint --order S-2026-0001 --line 1 --text "Since Monday…"',
)
def open_ticket(
    context: typer.Context,
    customer: CustomerArgument,
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help=_("what it is about, in a few words"))],
    kind: KindOption = None,
    text: TextOption = None,
    channel: ChannelOption = None,
    order: Annotated[str | None, typer.Option("--order", metavar="ORDER", help=_("the order it is about"))] = None,
    line: Annotated[int | None, typer.Option("--line", metavar="N", help=_("the line of that order"))] = None,
    about: Annotated[
        str | None, typer.Option("--about", metavar="TICKET", help=_("the earlier ticket that it follows"))
    ] = None,
    agent: Annotated[
        str | None,
        typer.Option("--agent", metavar="MANAGER", help=_("who takes it: code or name; you (setting me) unless said")),
    ] = None,
    priority: PriorityOption = None,
    at: AtOption = "now",
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """A new request of a customer."""
    from crmcli.reports.tickets.listing import ticket_row
    from crmcli.rules.tickets.priority import explained

    if line is not None and order is None:
        raise UsageError(_("--line needs --order"))
    state = session(context)
    typed = _Typed(
        customer, subject, word_of("kind", kind) or _KIND, text_of(text), channel_of(channel), order, line, about, agent,
        word_of("priority", priority), moment(at, state),
    )  # fmt: skip

    def do(writer: Writer) -> tuple[Ticket, str | None]:
        ticket, promised = _opened(writer, typed)
        show(ticket_row(writer.con, ticket.id, ticket.opened_at, ticket.ticket_no), format=format, output=output)
        return ticket, promised

    (ticket, promised), step = written(state, "ticket", dry_run=dry_run, do=do)
    say(_("Priority %(reason)s") % {"reason": explained(ticket.priority, ticket.priority_reason) or "–"})
    if promised:
        say(_("Warranty: %(told)s") % {"told": promised})
    tell_step(step)


def _opened(writer: Writer, typed: _Typed) -> tuple[Ticket, str | None]:
    """The ticket written, and what is to be said of a warranty."""
    from crmcli.reports.lookup import find_party
    from crmcli.reports.tickets.listing import value_class
    from crmcli.reports.tickets.warranties import goods_named, warranty_told
    from crmcli.rules.tickets.priority import by_hand, rank
    from crmcli.store.tickets.linking import find_goods
    from crmcli.store.tickets.opening import NewTicket
    from crmcli.store.tickets.opening import open_ticket as write
    from crmcli.store.tickets.rows import find_ticket

    con = writer.con
    party = find_party(con, typed.customer)
    order, goods = find_goods(con, typed.order, typed.line, party.id) if typed.order is not None else (None, None)
    about = find_ticket(con, typed.about).id if typed.about is not None else None
    letter = value_class(con, party.code, typed.at.date())
    ticket = write(
        writer,
        NewTicket(
            party.id, typed.subject, typed.kind, by_hand(typed.priority) if typed.priority else rank(typed.kind, letter), typed.at,
            letter, typed.text, typed.channel, acting(con, typed.agent), order.number if order else None,
            goods.line.id if goods else None, about,
        ),
    )  # fmt: skip
    named = goods_named(con, ticket.order_line_id)
    return ticket, warranty_told(con, named, typed.at.date(), asked=typed.kind == "warranty")
