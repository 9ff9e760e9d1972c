"""`crmcli answer add|edit`: questions with their texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.answers.options import (
    AnswerArgument,
    AnywayOption,
    ApprovedOption,
    ByOption,
    FileOption,
    LanguageOption,
    TextOption,
    typed_text,
    writing_of,
)
from crmcli.cli.keeping import DryRunOption, stepped, told
from crmcli.cli.program import program
from crmcli.cli.session import say, session, show
from crmcli.cli.typed import moment
from crmcli.errors import UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    import datetime as dt

    from crmcli.store.journal import Writer
    from crmcli.table import Table

app = program()
_UntagOption = Annotated[list[str] | None, typer.Option("--untag", metavar="WORD", help=_("a tag to take off"))]


@app.command("add", help=_("Write an answer to a question; its text is given once it is approved."),
             epilog='crmcli answer add "How long is the warranty?" --text "Two years." --tag warranty --approved')  # fmt: skip
def add(
    context: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help=_("as customers ask it"))],
    text: TextOption = None,
    file: FileOption = None,
    language: LanguageOption = None,
    tag: options.TagOption = None,
    approved: ApprovedOption = False,
    by: ByOption = None,
    at: options.AtOption = "now",
    anyway: AnywayOption = False,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Write an answer to a question."""
    from crmcli.store.answers.writing import Said, add_answer

    state, whole = session(context), typed_text(text, file)
    if whole is None:
        raise UsageError(_("an answer needs its text"), '--text "…", --file FILE, --file -')
    when, said = moment(at, state), Said(question, whole, language, tag or ())

    def do(writer: Writer) -> Table:
        new = add_answer(writer, said, writing_of(writer.con, when, by, approved=approved), anyway=anyway)
        return shown(writer, new.id, when)

    table, step = stepped(state, "answer", dry_run=dry_run, do=do)
    show(table, format=format, output=output)
    _tell_draft(table)
    tell_names(whole)
    told(step, dry_run=dry_run)


@app.command("edit", help=_("Word an answer anew, as its next version; or change its question, language, tags."),
             epilog='crmcli answer edit A-0012 --text "Three years, from the day of delivery." --approved')  # fmt: skip
def edit(
    context: typer.Context,
    number: AnswerArgument,
    text: TextOption = None,
    file: FileOption = None,
    question: Annotated[str | None, typer.Option("--question", metavar="TEXT", help=_("another question"))] = None,
    language: LanguageOption = None,
    tag: options.TagOption = None,
    untag: _UntagOption = None,
    approved: ApprovedOption = False,
    by: ByOption = None,
    at: options.AtOption = "now",
    anyway: AnywayOption = False,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Word an answer anew, or change its question, language, tags."""
    state, whole = session(context), typed_text(text, file)
    if all(said is None for said in (whole, question, language, tag, untag)):
        raise UsageError(_("say what is to change"), "--text, --file, --question, --language, --tag, --untag")
    when = moment(at, state)

    def do(writer: Writer) -> Table:
        from crmcli.cli.contacts.options import retagged
        from crmcli.store.answers.rows import find_question
        from crmcli.store.answers.writing import Said, edit_answer

        old = find_question(writer.con, number)
        tags = None if tag is None and untag is None else [retagged(old.tags, tag, untag)]
        writing = writing_of(writer.con, when, by, approved=approved)
        new = edit_answer(writer, old, Said(question, whole, language, tags), writing, anyway=anyway)
        return shown(writer, new.id, when)

    table, step = stepped(state, "answer", dry_run=dry_run, do=do)
    show(table, format=format, output=output)
    _tell_draft(table)
    tell_names(whole or "")
    told(step, dry_run=dry_run)


def shown(writer: Writer, number: int, at: dt.datetime) -> Table:
    """An answer as it is listed at a moment."""
    from crmcli.reports.answers.sheet import answers_now

    return answers_now(writer.con, number, at)


def tell_names(text: str) -> None:
    """Say which names in braces nothing will be put in for."""
    from crmcli.rules.answers.filling import NAMES, unknown_names

    if unknown := unknown_names(text):
        words = {
            "unknown": ", ".join(f"{{{name}}}" for name in unknown),
            "names": ", ".join(f"{{{name}}}" for name in NAMES),
        }
        say(_("%(unknown)s will stay as it is; filled in are: %(names)s") % words)


def _tell_draft(table: Table) -> None:
    """Say that there is a wording to be approved."""
    row = dict(zip((column.name for column in table.columns), table.rows.fetch()[0], strict=True))
    if row["draft"] is not None:
        words = {"version": row["draft"], "answer": row["answer"]}
        say(_("Version %(version)s waits to be approved: crmcli answer approve %(answer)s") % words)
