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
from crmcli.store.orders.adding import fill
from crmcli.store.plans.rows import Plan, plans_of, require_open
from crmcli.store.taken_numbers import free_number

if TYPE_CHECKING:
    from crmcli.store.journal import Writer

_PLAN = {"plan_no": "VARCHAR", "customer_id": "INTEGER", "level": "VARCHAR", "from_on": "DATE", "to_on": "DATE",
         "closed_on": "DATE", "note": "VARCHAR"}  # fmt: skip
_GOAL = {"plan_id": "INTEGER", "measure": "VARCHAR", "target": "DECIMAL(18, 4)", "by_on": "DATE", "note": "VARCHAR"}
_CADENCE = {"plan_id": "INTEGER", "channel": "VARCHAR", "every_days": "INTEGER", "minutes": "DECIMAL(18, 4)",
            "subject": "VARCHAR"}  # fmt: skip
_STEP = {"plan_id": "INTEGER", "step_no": "INTEGER", "made_on": "DATE", "first_due_on": "DATE", "due_on": "DATE",
         "channel": "VARCHAR", "subject": "VARCHAR", "minutes": "DECIMAL(18, 4)"}  # fmt: skip


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
    con = writer.con
    plan_no = free_number(con, "plans", PLANS, new.from_on.year).text
    plan_id = writer.reserve("account_plans", 1)
    head = (plan_id, plan_no, new.customer_id, new.level, new.from_on, new.to_on, None, new.note)
    fill(con, "plan_new", _PLAN, [head])
    writer.insert("account_plans", tuple(_PLAN), "plan_new")
    _add_goals(writer, plan_id, new)
    if new.cadences:
        first = writer.reserve("plan_cadences", len(new.cadences))
        listed = [
            (first + place, plan_id, one.channel, one.every_days, one.minutes, one.subject)
            for place, one in enumerate(new.cadences)
        ]
        fill(con, "plan_cadences_new", _CADENCE, listed)
        writer.insert("plan_cadences", tuple(_CADENCE), "plan_cadences_new", order="id")
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
    columns = {"closed_on": "DATE", "closed_reason": "VARCHAR"}
    fill(writer.con, "plan_closed", columns, [(plan.id, on, reason)])
    writer.update("account_plans", tuple(columns), "plan_closed")


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
    fill(writer.con, "plan_closed", {"closed_on": "DATE"}, [(old.id, max(day, old.from_on))])
    writer.update("account_plans", ("closed_on",), "plan_closed")


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
    if not new.goals:
        return
    first = writer.reserve("plan_goals", len(new.goals))
    listed = [
        (first + place, plan_id, goal.measure, goal.target, goal.by_on or new.to_on, goal.note)
        for place, goal in enumerate(new.goals)
    ]
    fill(writer.con, "plan_goals_new", _GOAL, listed)
    writer.insert("plan_goals", tuple(_GOAL), "plan_goals_new", order="id")


def _insert_steps(writer: Writer, plan_id: int, touches: Sequence[Touch], *, made_on: dt.date, first_no: int) -> None:
    if not touches:
        return
    first = writer.reserve("plan_steps", len(touches))
    listed = [
        (
            first + place,
            plan_id,
            first_no + place,
            made_on,
            one.due_on,
            one.due_on,
            one.channel,
            one.subject,
            one.minutes,
        )
        for place, one in enumerate(touches)
    ]
    fill(writer.con, "plan_steps_new", _STEP, listed)
    writer.insert("plan_steps", tuple(_STEP), "plan_steps_new", order="id")
