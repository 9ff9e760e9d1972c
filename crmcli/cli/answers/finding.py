"""`crmcli answer find|gaps`: answers by words, and what is asked that none answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.answers.options import LanguageOption, known_at
from crmcli.cli.program import program
from crmcli.cli.session import session, show
from crmcli.errors import NotFoundError, UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.store.answers.rows import Answer

app = program()
_HALF_YEAR = 180
_DaysOption = Annotated[
    int, typer.Option("--days", min=1, max=36500, metavar="N", help=_("tickets of the last N days"))
]


@app.command("find", help=_("Find answers by words in any form, mistyped or in the wrong keyboard layout; the best first."),
             epilog='crmcli answer find "warranty on returned goods"')  # fmt: skip
def find(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="WORDS…", help=_("as the customer asks"))],
    language: LanguageOption = None,
    tag: options.TagOption = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, metavar="N", help=_("show the first N"))] = 5,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Find answers by words."""
    from crmcli.reports.answers.searching import Among, candidates, waiting
    from crmcli.reports.answers.searching import find as answer
    from crmcli.rules.answers.texts import kept_language
    from crmcli.rules.answers.words import units

    state, text = session(context), " ".join(words)
    if not units(text):
        raise UsageError(_("say what to look for: a few words of the question"))
    with state.reading() as con:
        among = Among(known_at(as_of, con, state), kept_language(language), tag or ())
        answers = candidates(con, among)
        drafts = waiting(con, among.at)
    table = answer(answers, text, limit=limit)
    if not len(table.rows):
        raise NotFoundError(_("no answer is found for %(text)s") % {"text": repr(text)}, _hint(answers, drafts, text))
    show(table, format=format, output=output)


@app.command("gaps", help=_("What customers ask in tickets that no answer fits, the most asked first."),
             epilog="crmcli answer gaps --days 90")  # fmt: skip
def gaps(
    context: typer.Context,
    days: _DaysOption = _HALF_YEAR,
    least: Annotated[int, typer.Option("--least", min=1, metavar="N", help=_("asked at least N times"))] = 2,
    limit: options.LimitOption = None,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """What customers ask in tickets that no answer fits."""
    from crmcli.reports.answers.gaps import gaps as answer

    state = session(context)
    with state.reading() as con:
        table = answer(con, known_at(as_of, con, state), days=days, least=least, limit=limit)
        show(table, format=format, output=output)


def _hint(answers: Sequence[Answer], drafts: Sequence[Answer], text: str) -> str:
    """A draft that fits, else the nearest questions, and how to write an answer."""
    from crmcli.reports.answers.searching import FITS, index_of, nearest_questions

    fitting = [drafts[hit.place] for hit in index_of(drafts).search(text) if hit.fit >= FITS]
    if fitting:
        words = {"answer": fitting[0].answer_no, "question": fitting[0].question}
        return _("%(answer)s waits to be approved: %(question)s") % words
    adding = _("Write one: crmcli answer add QUESTION --text TEXT")
    if near := nearest_questions(answers, text):
        listed = "; ".join(f"{one.answer_no} {one.question}" for one in near)
        return _("Nearest: %(answers)s.") % {"answers": listed} + " " + adding
    return adding
