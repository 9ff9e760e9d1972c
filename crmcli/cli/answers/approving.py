"""`crmcli answer approve|retire`: from when a text may be given, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.answers.options import AnswerArgument, ByOption, writing_of
from crmcli.cli.answers.writing import shown
from crmcli.cli.keeping import DryRunOption, stepped, told
from crmcli.cli.program import program
from crmcli.cli.selling import OnOption, day_of
from crmcli.cli.session import session, show
from crmcli.cli.typed import moment
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from crmcli.store.journal import Writer
    from crmcli.table import Table

app = program()


@app.command("approve", help=_("Put the latest wording of an answer in force."),
             epilog="crmcli answer approve A-0012 --by M1")  # fmt: skip
def approve(
    context: typer.Context,
    numbers: Annotated[list[str], typer.Argument(metavar="NO…", help=_("its number, such as A-0012; several at once"))],
    version: Annotated[
        int | None, typer.Option("--version", min=1, metavar="N", help=_("this version; the latest unless said"))
    ] = None,
    by: ByOption = None,
    at: options.AtOption = "now",
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Put the latest wording of answers in force."""
    from crmcli.store.answers.rows import find_question
    from crmcli.store.answers.writing import approve as approve_version

    state = session(context)
    when = moment(at, state)

    def do(writer: Writer) -> Table:
        from crmcli.reports.answers.sheet import answers_now
        from crmcli.table import ListRows, Table

        writing = writing_of(writer.con, when, by, approved=True)
        found = {one.id: one for one in (find_question(writer.con, number) for number in numbers)}
        for question in found.values():
            approve_version(writer, question, writing, version=version)
        tables = [answers_now(writer.con, number, when) for number in found]
        rows = [row for table in tables for row in table.rows.fetch()]
        return Table(tables[0].name, tables[0].title, tables[0].columns, ListRows(rows))

    table, step = stepped(state, "answer", dry_run=dry_run, do=do)
    show(table, format=format, output=output)
    told(step, dry_run=dry_run)


@app.command("retire", help=_("Give an answer no longer from a day on; it stays in history and in old tickets."),
             epilog='crmcli answer retire A-0012 --reason "no more sold"')  # fmt: skip
def retire(
    context: typer.Context,
    number: AnswerArgument,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("why"))],
    on: OnOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Give an answer no longer from a day on."""
    import datetime as dt

    from crmcli.store.answers.rows import find_question
    from crmcli.store.answers.writing import retire as retire_answer

    state = session(context)
    day = day_of(on, state)

    def do(writer: Writer) -> Table:
        question = find_question(writer.con, number)
        retire_answer(writer, question, on=day, reason=reason)
        return shown(writer, question.id, dt.datetime.combine(day, dt.time.max))

    table, step = stepped(state, "answer", dry_run=dry_run, do=do)
    show(table, format=format, output=output)
    told(step, dry_run=dry_run)
