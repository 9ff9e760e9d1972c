"""`crmcli answer list|show|history`: what there is, one of them, and how it came to be worded so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.answers.options import AnswerArgument, LanguageOption, known_at
from crmcli.cli.program import program
from crmcli.cli.session import session, show
from crmcli.errors import UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    import duckdb

    from crmcli.store.answers.rows import Question
    from crmcli.table import Table

app = program()
_YEAR = 365


@app.command("list", help=_("All answers, the most used first: their state, their uses, when they were approved."),
             epilog="crmcli answer list --tag delivery --stale 180")  # fmt: skip
def list_answers(
    context: typer.Context,
    language: LanguageOption = None,
    tag: options.TagOption = None,
    state_word: Annotated[
        str | None, typer.Option("--state", metavar="WORD", help=_("only these: in-force, stale, draft or retired"))
    ] = None,
    stale: Annotated[
        int, typer.Option("--stale", min=1, max=36500, metavar="N", help=_("stale N days after it was approved"))
    ] = _YEAR,
    every: Annotated[bool, typer.Option("--all", help=_("retired ones, too"))] = False,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """All answers, the most used first."""
    from crmcli.reports.answers.listing import Wanted, listing
    from crmcli.rules.answers.texts import kept_language

    state = session(context)
    wanted = Wanted(kept_language(language), tag or (), _state(state_word), every)
    with state.reading() as con:
        show(listing(con, known_at(as_of, con, state), wanted, stale=stale), format=format, output=output)


@app.command("show", help=_("An answer: its text in force, who wrote and approved it, how often it is used."),
             epilog="crmcli answer show A-0012")  # fmt: skip
def show_answer(
    context: typer.Context,
    number: AnswerArgument,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """An answer: its text in force and its facts."""
    from crmcli.reports.answers.sheet import answer_sheet

    _show(context, number, as_of, answer_sheet, format=format, output=output)


@app.command("history", help=_("All versions of an answer, who wrote and approved them, and what changed word by word."),
             epilog="crmcli answer history A-0012")  # fmt: skip
def history(
    context: typer.Context,
    number: AnswerArgument,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """All versions of an answer, and what changed."""
    from crmcli.reports.answers.sheet import answer_history

    _show(context, number, as_of, answer_history, format=format, output=output)


def _show(
    context: typer.Context,
    number: str,
    as_of: str,
    look: Callable[[duckdb.DuckDBPyConnection, Question, dt.datetime], tuple[Table, ...]],
    *,
    format: str | None,
    output: str | None,
) -> None:
    """What is to be seen of one answer as of a day."""
    from crmcli.cli.sheets import show_all
    from crmcli.store.answers.rows import find_question

    state = session(context)
    with state.reading() as con:
        tables = look(con, find_question(con, number), known_at(as_of, con, state))
    show_all(tables, format=format, output=output)


def _state(word: str | None) -> str | None:
    if word is None:
        return None
    known = {_(name): name for name in ("in force", "stale", "draft", "retired")}
    known |= {name: name for name in known.values()}
    wanted = " ".join(word.replace("-", " ").split()).casefold()
    if wanted not in known:
        raise UsageError(_("there is no state %(word)s") % {"word": repr(word)}, "in-force, stale, draft, retired")
    return known[wanted]
