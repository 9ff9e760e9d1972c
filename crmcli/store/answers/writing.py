"""Adding, wording, approving and retiring answers, as part of a step of the journal."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.rules.answers.likeness import Questions
from crmcli.rules.answers.numbering import next_no
from crmcli.rules.answers.texts import kept_language, kept_question, kept_tags, kept_text, likely_language
from crmcli.store.answers.rows import Question, Version, find_question, questions, versions_of
from crmcli.store.connection import rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from crmcli.store.journal import Writer

HEAD = ("answer_no", "question", "language", "tags")
SAID = ("question", "language", "tags")
VERSION = ("answer_id", "version", "text", "written_at", "author_id", "approved_at", "approver_id")
APPROVED = ("approved_at", "approver_id")


@dataclass(frozen=True, slots=True)
class Writing:
    """Who writes, when, and whether it is in force at once; `by` is a manager's id."""

    at: dt.datetime
    by: int | None = None
    approved: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of an answer; None: nothing, so it stays as it is. An empty language, or tags of none, empty it."""

    question: str | None = None
    text: str | None = None
    language: str | None = None
    tags: Sequence[str] | None = None


def add_answer(writer: Writer, said: Said, writing: Writing, *, anyway: bool = False) -> Question:
    """Write a new answer with its first wording. Call inside a transaction.

    Raises:
        UsageError: A question or a text that is empty, too long or not plain.
        ConflictError: There is nearly the same question, and `anyway` is not said.
    """
    question, text = kept_question(said.question or ""), kept_text(said.text or "")
    con = writer.con
    if not anyway:
        require_new(question, [one for one in questions(con) if not one.retired_by(writing.at.date())])
    number = next_no(taken_numbers(con))
    language = kept_language(said.language) or likely_language(f"{question} {text}")
    head = (number, question, language, kept_tags(said.tags or ()))
    [answer_id] = writer.add("answers", HEAD, [head])
    _add_version(writer, answer_id, 1, text, writing)
    return Question(answer_id, *head, None, None)


def edit_answer(writer: Writer, old: Question, said: Said, writing: Writing, *, anyway: bool = False) -> Question:
    """Change what is said of an answer; another text becomes its next version. Call inside a transaction.

    The version in force stays so until the new one is approved. A text that is the latest one is no new version.

    Raises:
        UsageError: As `add_answer`.
        ConflictError: It is retired; its latest version is of later; or the new question is nearly another one.
    """
    _require_live(old, writing.at)
    new = _changed(old, said)
    if new.question.casefold() != old.question.casefold() and not anyway:
        others = [one for one in questions(writer.con) if one.id != old.id and not one.retired_by(writing.at.date())]
        require_new(new.question, others)
    if new != old:
        writer.change("answers", SAID, [(old.id, new.question, new.language, new.tags)])
    if said.text is not None:
        _reword(writer, old, kept_text(said.text), writing)
    return new


def approve(writer: Writer, question: Question, writing: Writing, *, version: int | None = None) -> Version:
    """Put a wording (None: the latest) in force from a moment on; returns it as it was. Call inside a transaction.

    Raises:
        NotFoundError: No such wording.
        ConflictError: It is retired, approved already, older than the one in force, or was written later.
    """
    _require_live(question, writing.at)
    known = versions_of(writer.con, question.id)
    found = next((one for one in known if one.version == version), None) if version is not None else known[-1]
    words = {"answer": question.answer_no, "version": version if found is None else found.version}
    if found is None:
        raise NotFoundError(
            _("answer %(answer)s has no version %(version)s") % words,
            _("Its versions: crmcli answer history %(answer)s") % words,
        )
    if found.approved_at is not None:
        day = found.approved_at.isoformat(" ", "minutes")
        raise ConflictError(_("version %(version)s of %(answer)s was approved on %(day)s") % {**words, "day": day})
    if later := [one.version for one in known if one.version > found.version and one.approved_at is not None]:
        raise ConflictError(
            _("version %(later)s of %(answer)s is in force, which is newer than %(version)s")
            % {**words, "later": later[-1]},
            _("To go back to an older wording, write it as a new one: crmcli answer edit %(answer)s --text …") % words,
        )
    _require_after(question, found, writing.at)
    writer.change("answer_versions", APPROVED, [(found.id, writing.at, writing.by)])
    return found


def retire(writer: Writer, question: Question, *, on: dt.date, reason: str) -> None:
    """Give an answer no longer from a day on. Call inside a transaction.

    Raises:
        UsageError: No reason.
        ConflictError: It is retired by then already, or was written later.
    """
    if not reason.strip():
        raise UsageError(_("say why it is retired"), "--reason TEXT")
    words = {"answer": question.answer_no}
    if question.retired_on is not None and question.retired_by(on):
        raise ConflictError(
            _("answer %(answer)s was retired on %(day)s: %(reason)s")
            % {**words, "day": question.retired_on.isoformat(), "reason": question.retired_reason or "–"}
        )
    first = versions_of(writer.con, question.id)[0].written_at.date()
    if on < first:
        raise ConflictError(_("answer %(answer)s was written on %(day)s only") % {**words, "day": first.isoformat()})
    writer.change("answers", ("retired_on", "retired_reason"), [(question.id, on, kept_question(reason))])


def require_new(question: str, known: Sequence[Question]) -> None:
    """Refuse a question that is nearly one of those known.

    Raises:
        ConflictError: It is.
    """
    place = Questions([one.question for one in known]).same(question)
    if place is None:
        return
    words = {"answer": known[place].answer_no, "question": known[place].question}
    raise ConflictError(
        _("nearly the same question is there: %(answer)s, %(question)s") % words,
        _("To word its answer anew: crmcli answer edit %(answer)s; to keep both: --anyway") % words,
    )


def taken_numbers(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Every number ever given: those of answers taken back stay taken, as threads of tickets may name them."""
    return [no for (no,) in rows(con, "SELECT answer_no FROM answers UNION SELECT answer_no FROM history.answers")]


def _changed(old: Question, said: Said) -> Question:
    return Question(
        old.id,
        old.answer_no,
        old.question if said.question is None else kept_question(said.question),
        old.language if said.language is None else kept_language(said.language),
        old.tags if said.tags is None else kept_tags(said.tags),
        old.retired_on,
        old.retired_reason,
    )


def _reword(writer: Writer, question: Question, text: str, writing: Writing) -> None:
    """A new version, unless the latest one says so already: that is approved where it was not."""
    last = versions_of(writer.con, question.id)[-1]
    if last.text != text:
        _require_after(question, last, writing.at)
        _add_version(writer, question.id, last.version + 1, text, writing)
    elif writing.approved and last.approved_at is None:
        approve(writer, find_question(writer.con, question.answer_no), writing)


def _add_version(writer: Writer, answer_id: int, version: int, text: str, writing: Writing) -> None:
    approved = (writing.at, writing.by) if writing.approved else (None, None)
    writer.add("answer_versions", VERSION, [(answer_id, version, text, writing.at, writing.by, *approved)])


def _require_live(question: Question, at: dt.datetime) -> None:
    if question.retired_on is not None and question.retired_by(at.date()):
        words = {"answer": question.answer_no, "day": question.retired_on.isoformat()}
        raise ConflictError(
            _("answer %(answer)s was retired on %(day)s and does not change") % words,
            _("Take that back with crmcli undo, or add the question anew"),
        )


def _require_after(question: Question, version: Version, at: dt.datetime) -> None:
    if at < version.written_at:
        words = {"answer": question.answer_no, "version": version.version,
                 "moment": version.written_at.isoformat(" ", "minutes")}  # fmt: skip
        raise ConflictError(_("version %(version)s of %(answer)s was written at %(moment)s, which is later") % words)
