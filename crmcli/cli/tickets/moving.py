"""`crmcli ticket assign|wait|resolve|close|reopen|priority|rate`: who has it, and how it stands."""

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
    Deed,
    TextArgument,
    TextOption,
    TicketArgument,
    acted,
    is_nobody,
    minutes_of,
    text_of,
    word_of,
)
from crmcli.cli.typed import moment, tidy
from crmcli.errors import UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from crmcli.store.journal import Writer
    from crmcli.store.tickets.acts import Done
    from crmcli.store.tickets.rows import Ticket

app = program()


@app.command("assign", help=_("Give a ticket to somebody, or take it from everybody: 'nobody'."),
             epilog='crmcli ticket assign T-2026-0001 M2 --text "knows the pumps"')  # fmt: skip
def assign(
    context: typer.Context,
    number: TicketArgument,
    manager: Annotated[
        str, typer.Argument(metavar="MANAGER", help=_("code or name; nobody takes it from whoever has it"))
    ],
    text: TextOption = None,
    at: AtOption = "now",
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Give a ticket to somebody."""
    from crmcli.store.managers.managers import find_manager
    from crmcli.store.tickets.acts import assign_ticket

    state = session(context)
    when, words = moment(at, state), text_of(text)

    def do(writer: Writer, ticket: Ticket) -> Done:
        who = None if is_nobody(manager) else find_manager(writer.con, manager)[0]
        return assign_ticket(writer, ticket, who, at=when, text=words)

    acted(state, number, do, dry_run=dry_run, format=format, output=output)


@app.command("wait", help=_("Wait for the customer: the clock stands still until they write, or we reply."),
             epilog='crmcli ticket wait T-2026-0001 "asked for a photo"')  # fmt: skip
def wait(
    context: typer.Context,
    number: TicketArgument,
    text: TextArgument = None,
    agent: AgentOption = None,
    at: AtOption = "now",
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Wait for the customer."""
    state = session(context)
    deed = Deed("wait", text_of(text), agent, moment(at, state))
    acted(state, number, deed.done, dry_run=dry_run, format=format, output=output)


@app.command("resolve", help=_("It is answered for good, as we believe; the customer may still object."),
             epilog='crmcli ticket resolve T-2026-0001 "bearing replaced" --minutes 40')  # fmt: skip
def resolve(
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
    """It is answered for good, as we believe."""
    state = session(context)
    deed = Deed("resolve", text_of(text), agent, moment(at, state), minutes_of(minutes))
    acted(state, number, deed.done, dry_run=dry_run, format=format, output=output)


@app.command("close", help=_("Done with: a resolved ticket, or with --unresolved one that will not be resolved."),
             epilog="crmcli ticket close T-2026-0001")  # fmt: skip
def close(
    context: typer.Context,
    number: TicketArgument,
    text: TextArgument = None,
    unresolved: Annotated[
        bool, typer.Option("--unresolved", help=_("close it as it is: a double, an error, nobody asks any more"))
    ] = False,
    agent: AgentOption = None,
    at: AtOption = "now",
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Done with."""
    state = session(context)
    deed = Deed("close", text_of(text), agent, moment(at, state), unresolved=unresolved)
    acted(state, number, deed.done, dry_run=dry_run, format=format, output=output)


@app.command("reopen", help=_("It goes on: a resolved or closed ticket is open again, a waiting one is ours again."),
             epilog='crmcli ticket reopen T-2026-0001 "the noise is back"')  # fmt: skip
def reopen(
    context: typer.Context,
    number: TicketArgument,
    text: TextArgument = None,
    agent: AgentOption = None,
    at: AtOption = "now",
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """It goes on."""
    state = session(context)
    deed = Deed("reopen", text_of(text), agent, moment(at, state))
    acted(state, number, deed.done, dry_run=dry_run, format=format, output=output)


@app.command("priority", help=_("Another priority by hand; it stays until it is changed by hand again."),
             epilog='crmcli ticket priority T-2026-0001 urgent "their line stands still"')  # fmt: skip
def priority(
    context: typer.Context,
    number: TicketArgument,
    word: Annotated[str, typer.Argument(metavar="PRIORITY", help=_("low, normal, high or urgent"))],
    why: Annotated[str | None, typer.Argument(metavar="[WHY]", help=_("why, in words"))] = None,
    at: AtOption = "now",
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Another priority by hand."""
    from crmcli.rules.tickets.priority import by_hand
    from crmcli.store.tickets.acts import rank_ticket

    state, chosen = session(context), word_of("priority", word)
    if chosen is None:
        raise UsageError(_("say the priority: low, normal, high or urgent"))
    ranked, when = by_hand(chosen, tidy(why)), moment(at, state)

    def do(writer: Writer, ticket: Ticket) -> Done:
        return rank_ticket(writer, ticket, ranked, at=when)

    acted(state, number, do, dry_run=dry_run, format=format, output=output)


@app.command("rate", help=_("What the customer says of it: satisfaction 1 to 5, and how likely they would recommend us, 0 to 10."),
             epilog='crmcli ticket rate T-2026-0001 --csat 4 --nps 9 --text "quick, but dear"')  # fmt: skip
def rate(
    context: typer.Context,
    number: TicketArgument,
    csat: Annotated[int | None, typer.Option("--csat", metavar="1…5", help=_("how satisfied they are"))] = None,
    nps: Annotated[
        int | None, typer.Option("--nps", metavar="0…10", help=_("how likely they would recommend us"))
    ] = None,
    text: TextOption = None,
    at: AtOption = "now",
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """What the customer says of it."""
    from crmcli.store.tickets.acts import rate_ticket

    state = session(context)
    when, words = moment(at, state), text_of(text)

    def do(writer: Writer, ticket: Ticket) -> Done:
        return rate_ticket(writer, ticket, csat=csat, nps=nps, at=when, text=words)

    acted(state, number, do, dry_run=dry_run, format=format, output=output)
