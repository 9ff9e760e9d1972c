"""A plan drafted from a template and what is said besides, with all its steps laid out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.reports.plans.goals import suggested
from crmcli.rules.plans.cadence import Cadence, Touch, lay_out, require_span, working_day
from crmcli.rules.plans.goals import Goal
from crmcli.rules.plans.template import Template
from crmcli.store.plans.making import NewPlan, require_within

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_FIRST_YEAR, _LAST_YEAR = 1970, 9000


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for.

    Args:
        template: What the plan is made from.
        from_on, to_on: Its days.
        goals: Each takes the place of the template's goals of its measure.
        touches: Each takes the place of the template's touches by its channel.
        steps: Beside those of the template.
        bare: Nothing of the template but its level.
        note: In the owner's words.
    """

    template: Template
    from_on: dt.date
    to_on: dt.date
    goals: tuple[Goal, ...] = ()
    touches: tuple[Cadence, ...] = ()
    steps: tuple[Touch, ...] = ()
    bare: bool = False
    note: str | None = None


def draft(con: DuckDBPyConnection, customer_id: int, wish: Wish, today: dt.date) -> NewPlan:
    """The plan, not written yet; subjects of templates are in the owner's language.

    Raises:
        UsageError: Its days, steps or cadences make no sense.
    """
    from_on, to_on = wish.from_on, wish.to_on
    _require_year(from_on)
    own = {touch.channel for touch in wish.touches}
    usual = [] if wish.bare else [_spoken(touch) for touch in wish.template.touches if touch.channel not in own]
    cadences = (*usual, *wish.touches)
    require_span(cadences, from_on, to_on)
    for step in wish.steps:
        require_within(step.due_on, from_on, to_on)
    steps = [*([] if wish.bare else _one_offs(wish)), *wish.steps]
    touches = lay_out(cadences, steps, from_on=from_on, to_on=to_on)
    said = {goal.measure for goal in wish.goals}
    left = [] if wish.bare else [one for one in wish.template.goals if one.measure not in said]
    goals = wish.goals + suggested(con, customer_id, left, from_on=from_on, to_on=to_on, as_of=today)
    return NewPlan(customer_id, wish.template.level, from_on, to_on, goals, cadences, touches, wish.note)


def _one_offs(wish: Wish) -> list[Touch]:
    """Steps of the template on working days; those that would come after the end are left out."""
    days = [(working_day(wish.from_on + dt.timedelta(one.after_days)), one) for one in wish.template.steps]
    return [Touch(day, one.channel, _said(one.subject), one.minutes) for day, one in days if day <= wish.to_on]


def _spoken(cadence: Cadence) -> Cadence:
    return replace(cadence, subject=_said(cadence.subject))


def _said(subject: str | None) -> str | None:
    """A subject of a template in the owner's language; one of the owner's own is no message and stays."""
    return _(subject) if subject else None


def _require_year(day: dt.date) -> None:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise UsageError(_("no plan can begin on %(day)s") % {"day": day.isoformat()})
