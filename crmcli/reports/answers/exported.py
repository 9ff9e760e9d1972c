"""All answers as entries of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.rules.answers.exchange import Entry
from crmcli.rules.answers.texts import split_tags
from crmcli.store.answers.rows import Answer, answers_in_force, latest_answers

if TYPE_CHECKING:
    import datetime as dt

    from duckdb import DuckDBPyConnection


def exported(con: DuckDBPyConnection, at: dt.datetime) -> tuple[list[Entry], int]:
    """Answers that are not retired at a moment, by number: the wording in force, else the latest, marked as not approved.

    Returns them, and how many have a newer wording besides that is not in force.
    """
    in_force = {one.id: one for one in answers_in_force(con, at)}
    latest = latest_answers(con, at)
    drafts = sum(1 for one in latest if one.id in in_force and in_force[one.id].version < one.version)
    return [_entry(in_force.get(one.id, one), approved=one.id in in_force) for one in latest], drafts


def _entry(one: Answer, *, approved: bool) -> Entry:
    tags = tuple(split_tags([one.tags or ""]))
    return Entry(one.answer_no, one.answer_no, one.question, one.text, one.language, tags, approved)
