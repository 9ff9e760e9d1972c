"""Making, lengthening and closing a plan, as part of a step of the journal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, UsageError
from crmcli.language import gettext as _
from crmcli.rules.numbering import PLANS
from crmcli.rules.plans.cadence import Cadence, Touch
from crmcli.rules.plans.goals import Goal, require_goal
from crmcli.store.connection import scalar
from crmcli.store.plans.rows import Plan, plans_of, require_open
from crmcli.store.taken_numbers import free_number

if TYPE_CHECKING:
    from crmcli.store.journal import Writer

_PLAN = ("plan_no", "customer_id", "level", "from_on", "to_on", "note")
_GOAL = ("plan_id", "measure", "target", "by_on", "note")
_CADENCE = ("plan_id", "channel", "every_days", "minutes", "subject")
_STEP = ("plan_id", "step_no", "made_on", "first_due_on", "due_on", "channel", "subject", "minutes")


@dataclass(frozen=True, slots=True)
class NewPlan:
    """A plan to be made; `touches` are its steps, laid out already."""

    customer_id: int
    level: str
    from_on: dt.date
    to_on: dt.date
    goals: tuple[Goal, ...] = ()
    cadences: tuple[Cadence, ...] = ()
    touches: tuple[Touch, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A plan just made, and the one it took the place of."""

    plan_no: str
    plan_id: int
    replaced: str | None


def make_plan(writer: Writer, new: NewPlan, *, today: dt.date, replace: bool = False) -> Made:
    """Write a plan with its goals, cadences and steps. Call inside a transaction.

    Steps are made today, or on the plan's first day where that is past: a plan typed in later lived all the same.

    Raises:
        UsageError: It makes no sense.
        ConflictError: The customer has a plan on some of those days, and `replace` is not said.
    """
    if new.to_on < new.from_on:
        raise UsageError(_("a plan cannot end before it begins"))
    replaced = _make_room(writer, new, replace=replace)
    plan_no = free_number(writer.con, "plans", PLANS, new.from_on.year).text
    head = (plan_no, new.customer_id, new.level, new.from_on, new.to_on, new.note)
    [plan_id] = writer.add("account_plans", _PLAN, [head])
    _add_goals(writer, plan_id, new)
    cadences = [(plan_id, one.channel, one.every_days, one.minutes, one.subject) for one in new.cadences]
    writer.add("plan_cadences", _CADENCE, cadences)
    _insert_steps(writer, plan_id, new.touches, made_on=min(today, new.from_on), first_no=1)
    return Made(plan_no, plan_id, replaced)


def add_steps(writer: Writer, plan: Plan, touches: Sequence[Touch], *, today: dt.date) -> list[int]:
    """Put more steps into a plan; returns their numbers. Call inside a transaction.

    Raises:
        ConflictError: The plan was closed.
        UsageError: A step would lie outside the days of the plan.
    """
    require_open(plan, today)
    for touch in touches:
        require_within(touch.due_on, plan.from_on, plan.last_on)
    last = int(scalar(writer.con, "SELECT coalesce(max(step_no), 0) FROM plan_steps WHERE plan_id = $1", [plan.id]))
    _insert_steps(writer, plan.id, touches, made_on=today, first_no=last + 1)
    return list(range(last + 1, last + 1 + len(touches)))


def close_plan(writer: Writer, plan: Plan, *, on: dt.date, reason: str | None = None) -> None:
    """End a plan before its time; `on` is the first day without it. Call inside a transaction.

    Raises:
        ConflictError: It is closed by that day already.
    """
    require_open(plan, on)
    writer.change("account_plans", ("closed_on", "closed_reason"), [(plan.id, on, reason)])


def require_within(day: dt.date, from_on: dt.date, to_on: dt.date) -> None:
    """Refuse a step outside its plan.

    Raises:
        UsageError: It is.
    """
    if not from_on <= day <= to_on:
        words = {"day": day.isoformat(), "from": from_on.isoformat(), "until": to_on.isoformat()}
        raise UsageError(_("%(day)s is outside the plan, which goes from %(from)s to %(until)s") % words)


def _make_room(writer: Writer, new: NewPlan, *, replace: bool) -> str | None:
    """Close the plan that is in the way, where that was said; returns its number."""
    numbers = []
    for old in plans_of(writer.con, new.customer_id):
        last = old.last_on
        if last < old.from_on or old.from_on > new.to_on or last < new.from_on:
            continue
        if not replace:
            words = {"plan": old.plan_no, "from": old.from_on.isoformat(), "until": last.isoformat()}
            raise ConflictError(
                _("there is a plan for these days: %(plan)s, from %(from)s to %(until)s") % words,
                _("See it with crmcli plan show %(plan)s; to close it and make a new one, add --replace") % words,
            )
        _cut(writer, old, new.from_on)
        numbers.append(old.plan_no)
    return ", ".join(numbers) or None


def _cut(writer: Writer, old: Plan, day: dt.date) -> None:
    """Close a plan on a day; one closed already for later, earlier."""
    writer.change("account_plans", ("closed_on",), [(old.id, max(day, old.from_on))])


def _add_goals(writer: Writer, plan_id: int, new: NewPlan) -> None:
    seen: set[tuple[str, dt.date]] = set()
    for goal in new.goals:
        require_goal(goal)
        by_on = goal.by_on or new.to_on
        require_within(by_on, new.from_on, new.to_on)
        if (goal.measure, by_on) in seen:
            words = {"measure": _(goal.measure.replace("_", " "))}
            raise UsageError(_("%(measure)s is a goal twice for the same day") % words)
        seen.add((goal.measure, by_on))
    goals = [(plan_id, goal.measure, goal.target, goal.by_on or new.to_on, goal.note) for goal in new.goals]
    writer.add("plan_goals", _GOAL, goals)


def _insert_steps(writer: Writer, plan_id: int, touches: Sequence[Touch], *, made_on: dt.date, first_no: int) -> None:
    listed = [
        (plan_id, number, made_on, one.due_on, one.due_on, one.channel, one.subject, one.minutes)
        for number, one in enumerate(touches, first_no)
    ]
    writer.add("plan_steps", _STEP, listed)
