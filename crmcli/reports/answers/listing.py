"""All answers: what is in force, how often it is given, what is stale or waits to be approved.

Machine formats: answer, question, language, tags, state (in force, stale, draft, retired), draft (the version that waits to
be approved), age_days (since the one in force was approved), uses_90, last_used_on.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.numbers import cell
from crmcli.reports.sections import named, sections
from crmcli.rules.answers.texts import split_tags
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection

STATES = (N_("in force"), N_("stale"), N_("draft"), N_("retired"), N_("replaced"))
STALE_DAYS = 365
USED_DAYS = 90
COLUMNS = (
    Column("answer", N_("Answer"), Kind.CODE),
    Column("question", N_("Question"), Kind.TEXT),
    Column("language", N_("Lang"), Kind.CODE),
    Column("tags", N_("Tags"), Kind.TEXT),
    Column("state", N_("State"), Kind.LEVEL, words=STATES, toned=False),
    Column("draft", N_("Draft"), Kind.COUNT),
    Column("age_days", N_("Age"), Kind.DAYS),
    Column("uses_90", N_("Uses"), Kind.COUNT),
    Column("last_used_on", N_("Last used"), Kind.DATE),
)
_STATE, _DRAFT, _USES_90 = 4, 5, 7


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which answers are listed; every condition must hold, retired ones only with `retired` or by their state."""

    language: str | None = None
    tags: Sequence[str] = ()
    state: str | None = None
    retired: bool = False


def listed(
    con: DuckDBPyConnection, at: dt.datetime, *, stale: int = STALE_DAYS, answer: int | None = None
) -> list[tuple[Any, ...]]:
    """Rows of COLUMNS at a moment, the most used first; with `answer` (an id) that one only."""
    sql = sections("answers", "queries")["listing"]
    since = dt.datetime.combine(at.date() - dt.timedelta(min(USED_DAYS - 1, (at.date() - dt.date.min).days)), dt.time())
    return con.execute(sql, named(sql, {"at": at, "since": since, "stale": stale, "answer": answer})).fetchall()


def listing(con: DuckDBPyConnection, at: dt.datetime, wanted: Wanted, *, stale: int = STALE_DAYS) -> Table:
    """All answers wanted, the most used of the last 90 days first."""
    every = listed(con, at, stale=stale)
    rows = [row for row in every if _is_wanted(row, wanted)]
    notes = [
        _("As of %(day)s. Uses are of the last %(days)s days; age: days since it was approved.")
        % {"day": cell(at.date(), Kind.DATE), "days": USED_DAYS},
        _("stale: approved more than %(days)s days ago.") % {"days": stale},
    ]
    hidden = sum(1 for row in every if row[_STATE] == "retired") if not wanted.retired and wanted.state is None else 0
    if hidden:
        sentence = ngettext(
            "%(count)s retired answer is not shown; see --all.",
            "%(count)s retired answers are not shown; see --all.",
            hidden,
        )
        notes.append(sentence % {"count": cell(hidden, Kind.COUNT)})
    empty = _("No answer yet; add one: crmcli answer add QUESTION --text TEXT") if not every else _("No such answer.")
    return Table("answers", _("Answers"), COLUMNS, ListRows(rows), headline=_headline(rows) if rows else None,
                 notes=tuple(notes), empty=empty)  # fmt: skip


def _is_wanted(row: tuple[Any, ...], wanted: Wanted) -> bool:
    state = row[_STATE]
    if wanted.state is not None:
        if state != wanted.state and not (wanted.state == "in force" and state == "stale"):
            return False
    elif state == "retired" and not wanted.retired:
        return False
    if wanted.language is not None and row[2] != wanted.language:
        return False
    return set(split_tags(wanted.tags)) <= set(split_tags([row[3] or ""]))


def _headline(rows: Sequence[tuple[Any, ...]]) -> str:
    """How many may be given, what is not used, what waits."""
    count = len([row for row in rows if row[_STATE] in ("in force", "stale")])
    parts = [
        ngettext("%(count)s answer in force", "%(count)s answers in force", count) % {"count": cell(count, Kind.COUNT)}
    ]
    unused = len([row for row in rows if row[_STATE] in ("in force", "stale") and not row[_USES_90]])
    stale = len([row for row in rows if row[_STATE] == "stale"])
    waiting = len([row for row in rows if row[_DRAFT] is not None and row[_STATE] != "retired"])
    if unused:
        parts.append(_("not used in 90 days: %(count)s") % {"count": cell(unused, Kind.COUNT)})
    if stale:
        parts.append(_("stale: %(count)s") % {"count": cell(stale, Kind.COUNT)})
    if waiting:
        parts.append(_("to be approved: %(count)s") % {"count": cell(waiting, Kind.COUNT)})
    return "; ".join(parts) + "."
