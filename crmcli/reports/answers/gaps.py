"""What customers ask that no answer fits: subjects of tickets, grouped by their words.

Machine formats: subject (the commonest wording), tickets, share (of all tickets of the time), wordings, last_opened_on,
nearest (the answer that comes closest), match (how well, 0-1).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.numbers import cell
from crmcli.reports.answers.searching import FITS, index_of
from crmcli.reports.sections import named, sections
from crmcli.store.answers.rows import answers_in_force
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from duckdb import DuckDBPyConnection

COLUMNS = (
    Column("subject", N_("Subject"), Kind.TEXT),
    Column("tickets", N_("Tickets"), Kind.COUNT, bar=True),
    Column("share", N_("Share"), Kind.SHARE),
    Column("wordings", N_("Wordings"), Kind.COUNT),
    Column("last_opened_on", N_("Last on"), Kind.DATE),
    Column("nearest", N_("Nearest"), Kind.CODE),
    Column("match", N_("Match"), Kind.SHARE),
)
_MOST = 3000  # different subjects looked at, the commonest first
_ALIKE = 0.6  # share of the stems in common (Dice) from which two subjects are of one group


@dataclass(slots=True)
class _Group:
    """Subjects that ask one thing; told by the commonest."""

    subject: str
    stems: frozenset[str]
    last_on: dt.date
    nearest: str | None
    match: float
    tickets: int = 0
    wordings: int = 0


def gaps(con: DuckDBPyConnection, at: dt.datetime, *, days: int, least: int = 2, limit: int | None = None) -> Table:
    """Groups of subjects of the tickets opened in the days before a moment that no answer in force fits, the largest first.

    Args:
        con: A store.
        at: The moment.
        days: How far back.
        least: Tickets a group must have.
        limit: Groups shown.
    """
    statements = sections("answers", "queries")
    since = dt.datetime.combine(at.date() - dt.timedelta(min(days, (at.date() - dt.date.min).days)), dt.time.max)
    values = {"at": at, "since": since, "most": _MOST}
    ((count, silent, given),) = con.execute(statements["asked"], named(statements["asked"], values)).fetchall()
    subjects = con.execute(statements["subjects"], named(statements["subjects"], values)).fetchall()
    found = _grouped(con, subjects, at)
    groups = sorted((one for one in found if one.tickets >= least), key=lambda one: (-one.tickets, one.subject))
    rows = [
        (one.subject, one.tickets, one.tickets / count, one.wordings, one.last_on, one.nearest, round(one.match, 4))
        for one in groups
    ]
    shown = len(rows) if limit is None else min(limit, len(rows))
    return Table(
        "answer_gaps", _("Asked without an answer"), COLUMNS, ListRows(rows[:shown]), headline=_headline(groups, count, days),
        notes=_notes(silent, given, len(found) - len(groups), least, cut=len(subjects) == _MOST),
        empty=_("Nothing is asked that no answer fits.") if count else _("No ticket was opened in that time."),
        total_rows=len(rows) if shown < len(rows) else None,
    )  # fmt: skip


def _grouped(con: DuckDBPyConnection, subjects: Sequence[tuple[str, int, dt.date]], at: dt.datetime) -> list[_Group]:
    """Subjects that no answer fits, each with the first group that is like it; the commonest make the groups."""
    from crmcli.rules.answers.words import stemmer

    answers = answers_in_force(con, at)
    index, stem = index_of(answers), stemmer()
    groups: list[_Group] = []
    places: dict[str, set[int]] = defaultdict(set)  # stem → groups with it
    for subject, tickets, last_on in subjects:
        hits = index.search(subject, guess=False) if answers else []
        best = max(hits, key=lambda hit: hit.fit, default=None)
        if best is not None and best.fit >= FITS:
            continue
        stems = _stems(subject, stem)
        near = sorted(set[int]().union(*(places.get(one, ()) for one in stems)))
        group = next((groups[place] for place in near if _alike(groups[place].stems, stems)), None)
        if group is None:
            nearest = answers[best.place].answer_no if best else None
            group = _Group(subject, stems, last_on, nearest, best.fit if best else 0.0)
            for one in stems:
                places[one].add(len(groups))
            groups.append(group)
        group.tickets += tickets
        group.wordings += 1
        group.last_on = max(group.last_on, last_on)
    return groups


def _stems(subject: str, stem: Callable[[str], str]) -> frozenset[str]:
    from crmcli.rules.answers.words import telling, units

    return frozenset(stem(unit.joined) for unit in telling(units(subject)))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return 2 * len(one & other) >= _ALIKE * (len(one) + len(other))


def _headline(groups: Sequence[_Group], count: int, days: int) -> str | None:
    if not groups:
        return None
    asked = sum(one.tickets for one in groups)
    words = {"asked": cell(asked, Kind.COUNT), "count": cell(count, Kind.COUNT), "days": days,
             "share": cell(asked / count, Kind.SHARE), "subject": groups[0].subject}  # fmt: skip
    sentence = ngettext(
        "%(asked)s of %(count)s ticket of the last %(days)s days (%(share)s) asks what no answer fits",
        "%(asked)s of %(count)s tickets of the last %(days)s days (%(share)s) ask what no answer fits",
        count,
    )
    return sentence % words + "; " + _('the commonest: "%(subject)s".') % words


def _notes(silent: int, given: int, small: int, least: int, *, cut: bool) -> tuple[str, ...]:
    """How it was counted, and what is left out."""
    notes = [
        _("Subjects with most of their words in common are one row; those answered from the base are left out (%(given)s tickets).")
        % {"given": cell(given, Kind.COUNT)},
        _("An answer fits from %(share)s of the words of the subject, or of its own question.")
        % {"share": cell(FITS, Kind.SHARE)},
    ]  # fmt: skip
    if silent:
        notes.append(_("Tickets without a subject: %(count)s.") % {"count": cell(silent, Kind.COUNT)})
    if small:
        words = {"count": cell(small, Kind.COUNT), "least": least}
        sentence = ngettext(
            "%(count)s subject asked fewer than %(least)s times is left out.",
            "%(count)s subjects asked fewer than %(least)s times are left out.",
            small,
        )
        notes.append(sentence % words)
    if cut:
        notes.append(_("Only the %(most)s commonest subjects were looked at.") % {"most": cell(_MOST, Kind.COUNT)})
    return tuple(notes)
