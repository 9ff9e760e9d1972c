"""`crmcli ticket reply|message|note`: what we say to the customer, what they say, what we say to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption
from crmcli.cli.program import program
from crmcli.cli.session import session
from crmcli.cli.tickets.options import (
    AgentOption,
    AtOption,
    ChannelOption,
    Deed,
    TextArgument,
    TicketArgument,
    acted,
    channel_of,
    minutes_of,
    require_text,
)
from crmcli.cli.typed import moment
from crmcli.errors import UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from crmcli.store.journal import Writer
    from crmcli.store.tickets.acts import Done
    from crmcli.store.tickets.rows import Ticket

app = program()


@app.command(
    "reply",
    help=_("Answer the customer, in your own words or by an approved answer; the first reply is the first answer."),
    epilog='crmcli ticket reply T-2026-0001 "We send a mechanic on Monday." --minutes 10',
)
def reply(
    context: typer.Context,
    number: TicketArgument,
    text: TextArgument = None,
    answer: Annotated[
        str | None,
        typer.Option("--answer", metavar="NO", help=_("an approved answer, such as A-0012, instead of a text")),
    ] = None,
    minutes: options.MinutesOption = None,
    agent: AgentOption = None,
    channel: ChannelOption = None,
    eml: Annotated[
        str | None,
        typer.Option("--eml", metavar="FILE", help=_("write the reply as a mail to this file, to be sent by you")),
    ] = None,
    at: AtOption = "now",
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Answer the customer."""
    from crmcli.cli.tickets.replying import Reply, put_mail, replied

    state = session(context)
    if (text is None) == (answer is None):
        raise UsageError(_("say either a text or --answer NO"), f'crmcli ticket reply {number} "TEXT"')
    words = require_text(text, f'crmcli ticket reply {number} "TEXT"') if text is not None else None
    typed = Reply(words, answer, minutes_of(minutes), agent, channel_of(channel), moment(at, state))

    def do(writer: Writer, ticket: Ticket) -> Done:
        return replied(writer, ticket, typed)

    done = acted(state, number, do, dry_run=dry_run, format=format, output=output)
    if eml is not None and not dry_run:
        put_mail(state, done.after, eml)


@app.command(
    "message",
    help=_("Keep what the customer wrote; it ends a wait, and opens a resolved ticket again."),
    epilog='crmcli ticket message T-2026-0001 "It is still noisy." --channel phone',
)
def message(
    context: typer.Context,
    number: TicketArgument,
    text: TextArgument = None,
    channel: ChannelOption = None,
    at: AtOption = "now",
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Keep what the customer wrote."""
    from crmcli.store.tickets.acts import do_act
    from crmcli.store.tickets.thread import NewEvent

    state = session(context)
    words = require_text(text, f'crmcli ticket message {number} "TEXT"')
    when, way = moment(at, state), channel_of(channel)

    def do(writer: Writer, ticket: Ticket) -> Done:
        return do_act(writer, ticket, "message", NewEvent(when, "", way, None, words))

    acted(state, number, do, dry_run=dry_run, format=format, output=output)


@app.command(
    "note",
    help=_("Keep a word for ourselves; the customer does not see it."),
    epilog='crmcli ticket note T-2026-0001 "asked the workshop" --minutes 5',
)
def note(
    context: typer.Context,
    number: TicketArgument,
    text: TextArgument = None,
    minutes: options.MinutesOption = None,
    agent: AgentOption = None,
    at: AtOption = "now",
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Keep a word for ourselves."""
    state = session(context)
    words = require_text(text, f'crmcli ticket note {number} "TEXT"')
    deed = Deed("note", words, agent, moment(at, state), minutes_of(minutes))
    acted(state, number, deed.done, dry_run=dry_run, format=format, output=output)
