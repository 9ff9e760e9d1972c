"""`crmcli answer use`: the text alone, ready to be sent, and one more use counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli.answers.options import AnswerArgument, AtOption, moment_at, who
from crmcli.cli.keeping import DryRunOption, told, written
from crmcli.cli.program import program
from crmcli.cli.session import say, session, standard_output
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
    at: AtOption = "now",
    dry_run: DryRunOption = False,
) -> None:
    """The text of an answer alone; the use is counted."""
    state = session(context)
    moment = moment_at(at, state)

    def do(writer: Writer) -> Filled:
        from crmcli.reports.answers.tickets import ticket_values
        from crmcli.rules.answers.filling import fill_in
        from crmcli.store.answers.rows import answer_in_force
        from crmcli.store.answers.uses import note_use
        from crmcli.store.tickets.rows import find_ticket

        con = writer.con
        found = answer_in_force(con, number, moment)
        ticket_id = find_ticket(con, ticket).id if ticket is not None else None
        agent_id = who(con, agent)
        filled = fill_in(found.text, ticket_values(con, ticket_id, agent_id))
        note_use(writer, found.id, found.version, moment, agent_id, ticket_id)
        _put(filled.text)  # what cannot be shown is not counted
        return filled

    filled, step = written(state, "answer", dry_run=dry_run, do=do)
    if left := [*filled.missing, *filled.unknown]:
        say(_("Not filled in: %(names)s") % {"names": ", ".join(f"{{{name}}}" for name in left)})
    told(step, dry_run=dry_run)


def _put(text: str) -> None:
    """Lines of a text on standard output; what would act on a terminal is spelled out."""
    from crmcli.output.destination import speaking
    from crmcli.output.visible import safe

    lines = "\n".join("\t".join(safe(piece) for piece in line.split("\t")) for line in text.split("\n"))
    with speaking(standard_output()) as stream:
        stream.write((lines + "\n").encode("utf-8", "replace"))
