"""The page of a relationship plan, from its tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crmcli.documents.briefings.facts import Briefing, KeyFigure, Section, Tone
from crmcli.documents.briefings.tables import records, section_of, worded
from crmcli.documents.page import Signing
from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.table import Kind, Table

# Figures of the head in the order of the page, with their labels.
_LABELS = {
    "level": N_("Level aimed at"),
    "state": N_("State"),
    "plan_kept": N_("Plan kept"),
    "next_step_on": N_("Next step"),
}
_MARKS = {"verdict": "behind"}


def plan_briefing(
    tables: Sequence[Table], *, language: str, as_of: dt.date, currency: str, senior: str = ""
) -> Briefing:
    """A plan as a page to be agreed and signed.

    Args:
        tables: Of the plan, in the settled language: plan, and where there are some plan_goals, plan_touches, plan_steps.
        language: That language.
        as_of: Its day.
        currency: ISO code of the amounts.
        senior: Whom its manager reports to; empty: nobody, or not known.
    """
    by_name = {table.name: table for table in tables}
    head = {row["measure"]: row["value"] for row in records(by_name["plan"])}
    said = {name: worded(value, Kind.FIGURE, language) for name, value in head.items() if value is not None}
    span = _("%(since)s to %(until)s") % {"since": said.get("from", "…"), "until": said.get("until", "…")}
    manager = _("manager %(name)s") % {"name": said["manager"]} if "manager" in said else _("no manager")
    return Briefing(
        kind="plan",
        language=language,
        overline=_("Relationship plan"),
        title=by_name["plan"].title,
        as_of=as_of,
        subtitles=(f"{span} · {manager}", said.get("note", "")),
        headline=by_name["plan"].headline or "",
        figures=tuple(_tiles(said, head)),
        sections=tuple(_sections(by_name, language)),
        notes=_notes(by_name, currency),
        stamp=_("for our own use"),
        signings=(
            Signing("", ((_("Manager"), said.get("manager", "")),)),
            Signing("", ((_("Senior manager"), senior),)),
        ),
    )


def _tiles(said: Mapping[str, str], head: Mapping[str, Any]) -> Iterator[KeyFigure]:
    counts = _("%(done)s came due of %(steps)s steps") % {
        "done": said.get("came_due", "0"),
        "steps": said.get("steps", "0"),
    }
    for name, label in _LABELS.items():
        if name in said:
            remark = counts if name == "plan_kept" else ""
            yield KeyFigure(_(label), said[name], str(head[name]), remark, Tone.NEUTRAL)


def _sections(by_name: Mapping[str, Table], language: str) -> Iterator[Section]:
    if "plan_goals" in by_name:
        columns = ("measure", "fact", "target", "reached", "expected", "by_on", "note")
        yield section_of(
            by_name["plan_goals"],
            language=language,
            columns=columns,
            free="measure",
            marks=_MARKS,
        )
    if "plan_touches" in by_name:
        yield section_of(
            by_name["plan_touches"],
            language=language,
            columns=("channel", "every_days", "minutes", "subject"),
            free="subject",
        )
    steps = by_name["plan_steps"]
    columns = ("step", "due_on", "channel", "subject", "state", "done_on", "outcome")
    yield section_of(steps, language=language, columns=columns, free="subject")


def _notes(by_name: Mapping[str, Table], currency: str) -> tuple[str, ...]:
    notes = [note for name in ("plan", "plan_goals", "plan_steps") if name in by_name for note in by_name[name].notes]
    return (*notes, _("Amounts in %(currency)s.") % {"currency": currency})
