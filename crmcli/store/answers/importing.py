"""A whole base of answers taken in as one step: new ones added, changed ones worded anew, the rest left as it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.language import gettext as _
from crmcli.rules.answers.likeness import Questions
from crmcli.rules.answers.numbering import answer_no, next_no, normal_no
from crmcli.rules.answers.texts import kept_language, kept_question, kept_tags, kept_text, likely_language
from crmcli.store.answers.rows import Question, questions
from crmcli.store.answers.writing import APPROVED, HEAD, SAID, VERSION, Writing, taken_numbers
from crmcli.store.connection import rows

if TYPE_CHECKING:
    from crmcli.rules.answers.exchange import Entry
    from crmcli.store.journal import Writer

_ANOTHER = 0.5  # a number whose question is less like this is another base's
_LATEST = (
    'SELECT answer_id, arg_max(id, "version"), max("version"), arg_max("text", "version"), max(written_at), '
    'max("version") FILTER (approved_at IS NOT NULL), arg_max("text", "version") FILTER (approved_at IS NOT NULL) '
    "FROM answer_versions GROUP BY answer_id"
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one answer of a file: added, reworded, changed (question, language or tags), approved, same, refused."""

    place: str
    answer_no: str | None
    question: str
    result: str
    why: str | None = None


@dataclass(frozen=True, slots=True)
class _Latest:
    """The latest wording of an answer, which version was approved last, and its text."""

    id: int
    version: int
    text: str
    written_at: dt.datetime
    approved: int | None
    in_force: str | None


@dataclass(slots=True)
class _Base:
    """What there is, kept up to date while a file is read; and what is to be written, rows by the columns of `writing`.

    A new answer's id is below 0 until it is written: -1 for the first.
    """

    live: list[Question]
    by_no: dict[str, Question]
    latest: dict[int, _Latest]
    asked: Questions
    taken: set[str]
    count: int
    by_question: dict[str, Question] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    heads: list[tuple[str, str, str | None, str | None]] = field(default_factory=list)
    said: list[tuple[int, str, str | None, str | None]] = field(default_factory=list)
    versions: list[tuple[object, ...]] = field(default_factory=list)
    approved: list[tuple[object, ...]] = field(default_factory=list)


def take_in(writer: Writer, entries: Sequence[Entry], writing: Writing, *, anyway: bool = False) -> list[Taken]:
    """Write the answers of a file; one that cannot be taken is told, not raised. Call inside a transaction.

    An answer is known by its question, else by its number where the question is still alike. With `writing.approved` all
    come in force at once but those the file calls not approved; without it their texts wait to be approved.
    """
    con = writer.con
    known = questions(con)
    live = [one for one in known if not one.retired_by(writing.at.date())]
    taken = taken_numbers(con)
    latest = {row[0]: _Latest(*row[1:]) for row in rows(con, _LATEST)}
    base = _Base(
        live, {one.answer_no: one for one in known}, latest, Questions([one.question for one in live]), set(taken),
        int(next_no(taken).partition("-")[2]), {one.question.casefold(): one for one in live},
    )  # fmt: skip
    found = []
    for entry in entries:
        try:
            found.append(_take(base, entry, writing, anyway=anyway))
        except CrmError as error:
            found.append(
                Taken(entry.place, entry.answer_no, " ".join(entry.question.split()), "refused", error.message)
            )
    _write(writer, base)
    return found


def _take(base: _Base, entry: Entry, writing: Writing, *, anyway: bool) -> Taken:
    question, text = kept_question(entry.question), kept_text(entry.text)
    if question.casefold() in base.seen:
        raise CrmError(_("the question is there twice"))
    old = _known(base, entry, question)
    here = replace(writing, approved=writing.approved and entry.approved)
    if old is None:
        if not anyway and (place := base.asked.same(question)) is not None:
            words = {"answer": base.live[place].answer_no, "question": base.live[place].question}
            raise CrmError(_("nearly the same question is there: %(answer)s, %(question)s") % words)
        taken = _add(base, entry, question, text, here)
    else:
        taken = _change(base, entry, old, question, text, here)
    base.seen.add(question.casefold())
    return taken


def _known(base: _Base, entry: Entry, question: str) -> Question | None:
    """The answer that is meant; None: a new one."""
    if (same := base.by_question.get(question.casefold())) is not None:
        return same
    old = base.by_no.get(normal_no(entry.answer_no or "") or "")
    if old is None:
        return None
    words = {"answer": old.answer_no, "question": old.question}
    if old.retired_on is not None and old not in base.live:
        raise CrmError(_("%(answer)s is retired: %(question)s") % words)
    near = Questions([old.question]).nearest(question)
    if near is None or near[1] < _ANOTHER:
        raise CrmError(_("%(answer)s is another question here: %(question)s; leave its number out to add it") % words)
    return old


def _add(base: _Base, entry: Entry, question: str, text: str, writing: Writing) -> Taken:
    wanted = normal_no(entry.answer_no or "")
    number = wanted if wanted and wanted not in base.taken else answer_no(base.count)
    base.taken.add(number)
    while answer_no(base.count) in base.taken:
        base.count += 1
    language = kept_language(entry.language) or likely_language(f"{question} {text}")
    tags = kept_tags(entry.tags)
    base.heads.append((number, question, language, tags))
    new = Question(-len(base.heads), number, question, language, tags, None, None)
    base.live.append(new)
    base.by_question[question.casefold()] = base.by_no[number] = new
    base.asked.add(question)
    _version(base, new.id, 1, text, writing)
    return Taken(entry.place, number, question, "added")


def _change(base: _Base, entry: Entry, old: Question, question: str, text: str, writing: Writing) -> Taken:
    language, tags = kept_language(entry.language) or old.language, kept_tags(entry.tags)
    last = base.latest[old.id]
    if text not in (last.text, last.in_force):
        if writing.at < last.written_at:
            raise CrmError(_("its latest version was written later"))
        _version(base, old.id, last.version + 1, text, writing)
        result = "reworded"
    elif writing.approved and text == last.text and last.version != last.approved:
        base.approved.append((last.id, writing.at, writing.by))
        result = "approved"
    else:
        result = "same"
    if (question, language, tags) != (old.question, old.language, old.tags):
        base.said.append((old.id, question, language, tags))
        result = "changed" if result == "same" else result
    return Taken(entry.place, old.answer_no, question, result)


def _version(base: _Base, answer_id: int, version: int, text: str, writing: Writing) -> None:
    approved = (writing.at, writing.by) if writing.approved else (None, None)
    base.versions.append((answer_id, version, text, writing.at, writing.by, *approved))


def _write(writer: Writer, base: _Base) -> None:
    added = writer.add("answers", HEAD, base.heads)
    ids: dict[object, int] = {-place: number for place, number in enumerate(added, 1)}
    writer.change("answers", SAID, base.said)
    writer.add("answer_versions", VERSION, [(ids.get(row[0], row[0]), *row[1:]) for row in base.versions])
    writer.change("answer_versions", APPROVED, base.approved)
