"""Answers and their wordings as they are kept, and which wording is in force at a moment."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, NotFoundError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.rules.answers.numbering import normal_no
from crmcli.store.connection import rows

if TYPE_CHECKING:
    import duckdb

_QUESTION = 'a.id, a.answer_no, a.question, a."language", a.tags, a.retired_on, a.retired_reason'
_VERSION = 'v.id, v.version, v."text", v.written_at, v.author_id, v.approved_at, v.approver_id'
_WORDED = (
    'SELECT a.id, a.answer_no, v.version, a.question, v."text", a."language", a.tags, v.written_at, v.author_id, '
    "v.approved_at, v.approver_id FROM answers AS a JOIN answer_versions AS v ON v.answer_id = a.id "
    "WHERE {0} <= $at AND (a.retired_on IS NULL OR a.retired_on > $at::DATE) AND ($id IS NULL OR a.id = $id) "
    "QUALIFY row_number() OVER (PARTITION BY a.id ORDER BY v.version DESC) = 1 ORDER BY a.answer_no"
)
_IN_FORCE, _LATEST = _WORDED.format("v.approved_at"), _WORDED.format("v.written_at")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with the wording in force; the ids of author and approver are managers'."""

    id: int
    answer_no: str
    version: int
    question: str
    text: str
    language: str | None = None
    tags: str | None = None
    written_at: dt.datetime | None = None
    author_id: int | None = None
    approved_at: dt.datetime | None = None
    approver_id: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question, whatever the state of its wordings; its fields are columns of answers."""

    id: int
    answer_no: str
    question: str
    language: str | None
    tags: str | None
    retired_on: dt.date | None
    retired_reason: str | None

    def retired_by(self, day: dt.date) -> bool:
        """Whether it is no longer given that day."""
        return self.retired_on is not None and self.retired_on <= day


@dataclass(frozen=True, slots=True)
class Version:
    """One wording; its fields are columns of answer_versions."""

    id: int
    version: int
    text: str
    written_at: dt.datetime
    author_id: int | None
    approved_at: dt.datetime | None
    approver_id: int | None


def questions(con: duckdb.DuckDBPyConnection) -> list[Question]:
    """All questions, retired ones too, by number."""
    return [Question(*row) for row in rows(con, f"SELECT {_QUESTION} FROM answers AS a ORDER BY a.answer_no")]


def find_question(con: duckdb.DuckDBPyConnection, word: str) -> Question:
    """The question of a number: A-0012, a12 or 12; or of its very words.

    Raises:
        NotFoundError: There is none; the hint names the closest.
    """
    sql = f"SELECT {_QUESTION} FROM answers AS a WHERE a.answer_no = $1"
    if found := rows(con, sql, [normal_no(word) or word.strip()]):
        return Question(*found[0])
    known = questions(con)
    wanted = " ".join(word.split()).casefold()
    same = [one for one in known if one.question.casefold() == wanted]
    if live := [one for one in same if one.retired_on is None] or same:
        return live[-1]
    hint = nearest(wanted, [one.question.casefold() for one in known]) if normal_no(word) is None else None
    raise NotFoundError(
        _("there is no answer %(word)s") % {"word": repr(word)},
        hint or _("Look for it by words: crmcli answer find; all answers: crmcli answer list"),
    )


def versions_of(con: duckdb.DuckDBPyConnection, answer_id: int, at: dt.datetime | None = None) -> list[Version]:
    """All wordings of an answer, the first first; with `at` as known then."""
    sql = (
        f"SELECT {_VERSION} FROM answer_versions AS v WHERE v.answer_id = $id AND ($at IS NULL OR v.written_at <= $at) "
        "ORDER BY v.version"
    )
    return [Version(*row) for row in rows(con, sql, {"id": answer_id, "at": at})]


def answers_in_force(con: duckdb.DuckDBPyConnection, at: dt.datetime) -> list[Answer]:
    """Every answer that may be given at a moment, with its wording then, by number."""
    return [Answer(*row) for row in rows(con, _IN_FORCE, {"at": at, "id": None})]


def latest_answers(con: duckdb.DuckDBPyConnection, at: dt.datetime) -> list[Answer]:
    """Every answer that is not retired at a moment, with its latest wording then, in force or not, by number."""
    return [Answer(*row) for row in rows(con, _LATEST, {"at": at, "id": None})]


def answer_in_force(con: duckdb.DuckDBPyConnection, answer_no: str, at: dt.datetime) -> Answer:
    """The answer of a number (A-0012, a12 or 12) with the wording in force at a moment.

    Raises:
        NotFoundError: There is no such answer, or there was none then.
        ConflictError: It was retired, or none of its wordings was approved by then.
    """
    question = find_question(con, answer_no)
    if found := rows(con, _IN_FORCE, {"at": at, "id": question.id}):
        return Answer(*found[0])
    words = {"answer": question.answer_no, "moment": at.isoformat(" ", "minutes")}
    if question.retired_on is not None and question.retired_by(at.date()):
        raise ConflictError(
            _("answer %(answer)s was retired on %(day)s: %(reason)s")
            % {**words, "day": question.retired_on.isoformat(), "reason": question.retired_reason or "–"},
            _("Look for another: crmcli answer find WORDS"),
        )
    if versions_of(con, question.id, at):
        raise ConflictError(
            _("answer %(answer)s is not approved") % words,
            _("Approve it with crmcli answer approve %(answer)s") % words,
        )
    raise NotFoundError(
        _("there was no answer %(answer)s at %(moment)s") % words,
        _("Since when it is: crmcli answer history %(answer)s") % words,
    )
