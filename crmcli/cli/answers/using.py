"""`crmcli answer use`: the text alone, ready to be sent, and one more use counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.answers.options import AnswerArgument
from crmcli.cli.keeping import DryRunOption, told, written
from crmcli.cli.program import program
from crmcli.cli.session import put_text, say, session
from crmcli.cli.typed import manager_of, moment
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from crmcli.rules.answers.filling import Filled
    from crmcli.store.journal import Writer

app = program()


@app.command("use", help=_("The text of an answer alone, with names in braces filled in from a ticket; the use is counted."),
             epilog="crmcli answer use A-0012 --ticket T-2026-0007")  # fmt: skip
def use(
    context: typer.Context,
    number: AnswerArgument,
    ticket: Annotated[
        str | None, typer.Option("--ticket", metavar="TICKET", help=_("the ticket it is given in, by its number"))
    ] = None,
    agent: Annotated[
        str | None,
        typer.Option("--agent", metavar="MANAGER", help=_("who gives it, code or name; you (setting me) unless said")),
    ] = None,
    at: options.AtOption = "now",
    dry_run: DryRunOption = False,
) -> None:
    """The text of an answer alone; the use is counted."""
    state = session(context)
    when = moment(at, state)

    def do(writer: Writer) -> Filled:
        from crmcli.reports.answers.tickets import ticket_values
        from crmcli.rules.answers.filling import fill_in
        from crmcli.store.answers.rows import answer_in_force
        from crmcli.store.answers.uses import note_use
        from crmcli.store.tickets.rows import find_ticket

        con = writer.con
        found = answer_in_force(con, number, when)
        ticket_id = find_ticket(con, ticket).id if ticket is not None else None
        agent_id = manager_of(con, agent)
        filled = fill_in(found.text, ticket_values(con, ticket_id, agent_id))
        note_use(writer, found.id, found.version, when, agent_id, ticket_id)
        put_text(filled.text)  # what cannot be shown is not counted
        return filled

    filled, step = written(state, "answer", dry_run=dry_run, do=do)
    if left := [*filled.missing, *filled.unknown]:
        say(_("Not filled in: %(names)s") % {"names": ", ".join(f"{{{name}}}" for name in left)})
    told(step, dry_run=dry_run)
