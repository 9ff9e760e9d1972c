"""Answers found by words, and those that may fit a text.

Machine formats: answer, question, text (the place where the words stand; words found between stars), tags, match (0-1).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.numbers import cell
from crmcli.rules.answers.texts import split_tags
from crmcli.store.answers.rows import Answer, answers_in_force, latest_answers
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.rules.answers.ranking import Hit, Index

FITS = 0.5  # from so much of what was asked, or of the question, an answer counts as fitting
COLUMNS = (
    Column("answer", N_("Answer"), Kind.CODE),
    Column("question", N_("Question"), Kind.TEXT),
    Column("text", N_("Text"), Kind.TEXT),
    Column("tags", N_("Tags"), Kind.TEXT),
    Column("match", N_("Match"), Kind.SHARE),
)


@dataclass(frozen=True, slots=True)
class Among:
    """Which answers are looked through: those in force at a moment, of a language (or none named), with all these tags."""

    at: dt.datetime
    language: str | None = None
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An answer that may fit a text: its number and question, and how well, 0-1."""

    answer_no: str
    question: str
    match: float


def candidates(con: DuckDBPyConnection, among: Among) -> list[Answer]:
    """The answers that are looked through, by number."""
    wanted = set(split_tags(among.tags))
    return [
        one
        for one in answers_in_force(con, among.at)
        if (among.language is None or one.language in (None, among.language))
        and wanted <= set(split_tags([one.tags or ""]))
    ]


def waiting(con: DuckDBPyConnection, at: dt.datetime) -> list[Answer]:
    """Answers of which no wording is in force yet at a moment, each with its latest, by number."""
    in_force = {one.id for one in answers_in_force(con, at)}
    return [one for one in latest_answers(con, at) if one.id not in in_force]


def index_of(answers: Sequence[Answer]) -> Index:
    """The answers to be searched, in their order."""
    from crmcli.rules.answers.ranking import Index

    return Index([(one.question, one.tags or "", one.text) for one in answers])


def find(answers: Sequence[Answer], text: str, *, limit: int) -> Table:
    """Those with the words of a text, the best first."""
    from crmcli.rules.answers.snippets import marked, snippet

    hits = index_of(answers).search(text)
    rows = []
    for hit in hits[:limit]:
        one = answers[hit.place]
        told = (marked(one.question, hit.words), snippet(one.text, hit.words), one.tags, round(hit.match, 4))
        rows.append((one.answer_no, *told))
    return Table(
        "answers_found", _("Answers for %(text)s") % {"text": text}, COLUMNS, ListRows(rows),
        headline=_headline(hits) if hits else None,
        notes=(_("Words found stand between *stars*; match: how much of what was asked is there, rare words counting more."),),
        empty=_("No answer has any of these words."), total_rows=len(hits) if len(hits) > limit else None,
    )  # fmt: skip


def suggestions(con: DuckDBPyConnection, text: str, at: dt.datetime, limit: int = 3) -> list[Suggestion]:
    """Answers in force at a moment that may fit a text (a subject, a message), the best first; [] where none fits well."""
    if not text.strip() or not (answers := answers_in_force(con, at)):
        return []
    hits = [hit for hit in index_of(answers).search(text, guess=False) if hit.fit >= FITS]
    return [Suggestion(answers[hit.place].answer_no, answers[hit.place].question, round(hit.fit, 4)) for hit in hits[:limit]]  # fmt: skip


def nearest_questions(answers: Sequence[Answer], text: str, *, limit: int = 2) -> list[Answer]:
    """Answers whose questions look most like a text letter by letter, where no word of it is known."""
    from crmcli.rules.answers.likeness import looks

    wanted = looks(text)
    known = [(len(wanted & have) / max(len(wanted | have), 1), one) for one in answers if (have := looks(one.question))]
    return [one for share, one in sorted(known, key=lambda pair: -pair[0])[:limit] if share > 0]


def _headline(hits: Sequence[Hit]) -> str:
    count = sum(1 for hit in hits if hit.fit >= FITS)
    if not count:
        return _("No answer fits well; these have some of the words.")
    return ngettext("%(count)s answer fits well.", "%(count)s answers fit well.", count) % {
        "count": cell(count, Kind.COUNT)
    }
