"""One answer: its facts, its text in lines, its versions and what changed from one to the next."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from crmcli.errors import NotFoundError
from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.numbers import cell
from crmcli.reports.answers.listing import COLUMNS, STALE_DAYS, STATES, listed
from crmcli.reports.sections import sections
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.store.answers.rows import Question

_FACTS = (Column("field", N_("Field"), Kind.LEVEL, toned=False), Column("value", N_("Value"), Kind.TEXT))
_TEXT = (Column("line", N_("Line"), Kind.TEXT),)
_VERSIONS = (
    Column("version", N_("Version"), Kind.COUNT),
    Column("state", N_("State"), Kind.LEVEL, words=STATES, toned=False),
    Column("written_at", N_("Written"), Kind.MOMENT),
    Column("author", N_("By"), Kind.TEXT),
    Column("approved_at", N_("Approved"), Kind.MOMENT),
    Column("approver", N_("Approved by"), Kind.TEXT),
    Column("uses", N_("Uses"), Kind.COUNT),
    Column("text", N_("Text"), Kind.TEXT),
)
_CHANGES = (
    Column("version", N_("Version"), Kind.COUNT),
    Column("before", N_("Before"), Kind.TEXT),
    Column("after", N_("After"), Kind.TEXT),
)
FIELDS = (  # words of "field", for the translators
    N_("question"), N_("language"), N_("tags"), N_("state"), N_("version"), N_("draft"), N_("approved on"), N_("approved by"),
    N_("written by"), N_("uses in 90 days"), N_("last used on"), N_("retired on"), N_("reason"),
)  # fmt: skip


def answer_sheet(con: DuckDBPyConnection, question: Question, at: dt.datetime) -> tuple[Table, ...]:
    """The facts of an answer at a moment and the wording in force; a draft's where none is.

    Raises:
        NotFoundError: It was not there yet.
    """
    versions = _versions(con, question, at)
    ((*_head, state, draft, _age, uses_90, last_used_on),) = listed(con, at, answer=question.id)
    shown = next((row for row in versions if row[1] == "in force"), versions[0])
    gone = question.retired_by(at.date())
    facts = {
        "question": question.question, "language": question.language, "tags": question.tags, "state": _(state),
        "version": _text(shown[0], Kind.COUNT), "draft": _text(draft, Kind.COUNT), "written by": _who(shown[3], shown[2]),
        "approved on": _text(shown[4], Kind.MOMENT), "approved by": shown[5], "uses in 90 days": _text(uses_90, Kind.COUNT),
        "last used on": _text(last_used_on, Kind.DATE), "retired on": _text(question.retired_on if gone else None, Kind.DATE),
        "reason": question.retired_reason if gone else None,
    }  # fmt: skip
    rows = [(name, value) for name, value in facts.items() if value is not None]
    title = _("Answer %(answer)s") % {"answer": question.answer_no}
    notes = (_draft_note(question.answer_no, draft),) if draft is not None and not gone else ()
    lines = ListRows([(line,) for line in str(shown[-1]).split("\n")])
    return Table("answer", title, _FACTS, ListRows(rows), notes=notes), Table("answer_text", _("Text"), _TEXT, lines)


def answer_history(con: DuckDBPyConnection, question: Question, at: dt.datetime) -> tuple[Table, ...]:
    """The versions of an answer known at a moment, the latest first, and what changed in each, word by word.

    Raises:
        NotFoundError: It was not there yet.
    """
    from crmcli.rules.answers.differences import word_changes

    versions = _versions(con, question, at)
    changes = [
        (later[0], one.before, one.after)
        for later, earlier in pairwise(versions)
        for one in word_changes(earlier[-1], later[-1])
    ]
    title = _("Versions of %(answer)s: %(question)s") % {"answer": question.answer_no, "question": question.question}
    notes = (_("Words that changed stand between *stars*; ¶ is the end of a line."),)
    return (
        Table("answer_versions", title, _VERSIONS, ListRows(versions)),
        Table("answer_changes", _("What changed"), _CHANGES, ListRows(changes), notes=notes if changes else (),
              empty=_("There is one wording only.") if len(versions) == 1 else _("No word changed.")),
    )  # fmt: skip


def _versions(con: DuckDBPyConnection, question: Question, at: dt.datetime) -> list[tuple[Any, ...]]:
    rows = con.execute(sections("answers", "queries")["versions"], {"at": at, "answer": question.id}).fetchall()
    if not rows:
        words = {"answer": question.answer_no, "day": at.date().isoformat()}
        raise NotFoundError(_("answer %(answer)s was not known on %(day)s") % words)
    return rows


def _text(value: object, kind: Kind) -> str | None:
    return None if value is None else cell(value, kind)


def _who(name: str | None, at: dt.datetime) -> str:
    moment = cell(at, Kind.MOMENT)
    return f"{name or '–'}, {moment}"


def _draft_note(number: str, draft: int) -> str:
    words = {"answer": number, "version": draft}
    return _("Version %(version)s waits to be approved: crmcli answer approve %(answer)s") % words


def answers_now(con: DuckDBPyConnection, number: int, at: dt.datetime) -> Table:
    """One answer as the list shows it, to be shown after a command; `number` is its id."""
    return Table("answers", _("Answers"), COLUMNS, ListRows(listed(con, at, stale=STALE_DAYS, answer=number)))
