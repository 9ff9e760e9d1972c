"""Plans and their steps as they stand now, and how a typed word finds them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.store.connection import rows

if TYPE_CHECKING:
    import duckdb

_STEP = re.compile(r"(.+)/(\d{1,6})", re.ASCII)
_PLAN_COLUMNS = 'id, plan_no, customer_id, "level", from_on, to_on, closed_on, note'
# From the moves themselves: one that was taken back while something else held its step is gone from there.
_DUE_ON = (
    "coalesce((SELECT arg_max(m.due_on, m.move_no) FROM plan_moves AS m WHERE m.plan_id = s.plan_id AND m.step_no = s.step_no), "
    "s.first_due_on)"
)
_STEPS = (
    f"SELECT s.id, s.plan_id, p.plan_no, p.customer_id, s.step_no, {_DUE_ON} AS due_on, s.channel, s.subject, s.minutes, "
    "s.done_on, s.skipped_on, p.closed_on FROM plan_steps AS s JOIN account_plans AS p ON p.id = s.plan_id"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan; its fields are columns of account_plans."""

    id: int
    plan_no: str
    customer_id: int
    level: str
    from_on: dt.date
    to_on: dt.date
    closed_on: dt.date | None
    note: str | None

    @property
    def last_on(self) -> dt.date:
        """The last day it is in force; before its first where it never was."""
        return self.to_on if self.closed_on is None else min(self.to_on, self.closed_on - dt.timedelta(1))

    def lives_on(self, day: dt.date) -> bool:
        """Whether the plan is in force that day."""
        return self.from_on <= day <= self.last_on


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A step as it stands now, with its plan's number, customer and end."""

    id: int
    plan_id: int
    plan_no: str
    customer_id: int
    step_no: int
    due_on: dt.date
    channel: str | None
    subject: str | None
    minutes: Decimal | None
    done_on: dt.date | None
    skipped_on: dt.date | None
    closed_on: dt.date | None

    @property
    def name(self) -> str:
        """As typed and printed: P-2026-0001/3."""
        return f"{self.plan_no}/{self.step_no}"


def find_plan(con: duckdb.DuckDBPyConnection, word: str) -> Plan:
    """The plan of a number, in any case of letters.

    Raises:
        NotFoundError: There is none; the hint names the closest.
    """
    found = rows(con, f"SELECT {_PLAN_COLUMNS} FROM account_plans WHERE lower(plan_no) = lower(trim($1))", [word])
    if found:
        return Plan(*found[0])
    known = [number for (number,) in rows(con, "SELECT plan_no FROM account_plans ORDER BY plan_no DESC LIMIT 1000")]
    hint = nearest(word.strip().upper(), known) or _("All plans: crmcli plan list")
    raise NotFoundError(_("there is no plan %(word)s") % {"word": repr(word)}, hint)


def plans_of(con: duckdb.DuckDBPyConnection, customer_id: int) -> list[Plan]:
    """All plans with a customer, the latest first."""
    sql = f"SELECT {_PLAN_COLUMNS} FROM account_plans WHERE customer_id = $1 ORDER BY from_on DESC, id DESC"
    return [Plan(*row) for row in rows(con, sql, [customer_id])]


def live_plan(con: duckdb.DuckDBPyConnection, customer_id: int, day: dt.date) -> Plan | None:
    """The plan with a customer that is in force on a day."""
    return next((plan for plan in plans_of(con, customer_id) if plan.lives_on(day)), None)


def require_open(plan: Plan, on: dt.date) -> Plan:
    """Refuse to change a plan that was closed by a day.

    Raises:
        ConflictError: It was.
    """
    if plan.closed_on is not None and plan.closed_on <= on:
        words = {"plan": plan.plan_no, "day": plan.closed_on.isoformat()}
        raise ConflictError(
            _("plan %(plan)s was closed on %(day)s") % words,
            _("Take the closing back with crmcli undo, or make a new plan"),
        )
    return plan


def find_steps(con: duckdb.DuckDBPyConnection, words: Sequence[str]) -> list[PlanStep]:
    """The steps of such words as P-2026-0001/3, in the order typed, each once.

    Raises:
        UsageError: A word is no step.
        NotFoundError: No such plan, or no such step of it.
    """
    found: dict[int, PlanStep] = {}
    for word in words:
        step = _find_step(con, word)
        found.setdefault(step.id, step)
    return list(found.values())


def _find_step(con: duckdb.DuckDBPyConnection, word: str) -> PlanStep:
    match = _STEP.fullmatch(word.strip())
    if match is None:
        raise UsageError(_("%(word)s is no step of a plan") % {"word": repr(word)}, _("Say it as P-2026-0001/3"))
    plan = find_plan(con, match[1])
    sql = f"{_STEPS} WHERE s.plan_id = $1 AND s.step_no = $2"
    found = rows(con, sql, [plan.id, int(match[2])])
    if not found:
        words = {"plan": plan.plan_no, "step": int(match[2])}
        raise NotFoundError(
            _("plan %(plan)s has no step %(step)s") % words, _("Its steps: crmcli plan show %(plan)s") % words
        )
    return PlanStep(*found[0])


def open_steps(con: duckdb.DuckDBPyConnection, plan_id: int, channel: str | None, after: dt.date) -> list[PlanStep]:
    """Steps of a plan still to be done by a channel and due after a day, by day."""
    sql = (
        f"SELECT * FROM ({_STEPS} WHERE s.plan_id = $1 AND s.channel IS NOT DISTINCT FROM $2 AND s.done_on IS NULL "
        "AND s.skipped_on IS NULL) WHERE due_on > $3 ORDER BY due_on, step_no"
    )
    return [PlanStep(*row) for row in rows(con, sql, [plan_id, channel, after])]


def require_to_do(step: PlanStep, on: dt.date) -> PlanStep:
    """Refuse to change a step that was settled, or whose plan was closed by that day.

    Raises:
        ConflictError: It was.
    """
    words = {"step": step.name, "plan": step.plan_no}
    if step.done_on is not None:
        sentence = _("step %(step)s was done on %(day)s") % {**words, "day": step.done_on.isoformat()}
    elif step.skipped_on is not None:
        sentence = _("step %(step)s was skipped on %(day)s") % {**words, "day": step.skipped_on.isoformat()}
    elif step.closed_on is not None and step.closed_on <= on:
        sentence = _("plan %(plan)s was closed on %(day)s") % {**words, "day": step.closed_on.isoformat()}
    else:
        return step
    raise ConflictError(sentence, _("To take that back: crmcli log, then crmcli undo; what is open: crmcli plan due"))
