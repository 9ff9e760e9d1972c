"""A plan on a day: what it is, its goals with their facts, its cadence, and its steps; for the screen and for a review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.metrics.catalogue import install
from crmcli.numbers import cell, machine
from crmcli.reports.plans.goals import Standing, standings
from crmcli.reports.sections import named, sections
from crmcli.rules.plans.goals import MEASURES, VERDICTS
from crmcli.store.filling import fill
from crmcli.table import Column, Figure, Kind, ListRows, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

STATES = ("live", "to_come", "ended", "closed")
STEP_STATES = ("due", "late", "done", "skipped", "dropped")
_WORDS = (
    N_("live"), N_("to come"), N_("ended"), N_("closed"), N_("due"), N_("late"), N_("done"), N_("skipped"), N_("dropped"),
)  # fmt: skip
_HEAD = (Column("measure", N_("Plan"), Kind.LEVEL), Column("value", N_("Value"), Kind.TEXT))
_HEAD_WORDS = (
    N_("level"), N_("from"), N_("until"), N_("state"), N_("closed on"), N_("closed because"), N_("manager"), N_("steps"), N_("came due"),
    N_("plan kept"), N_("next step on"), N_("note"),
)  # fmt: skip
GOALS = (
    Column("measure", N_("Goal"), Kind.LEVEL, words=tuple(MEASURES)),
    Column("fact", N_("So far"), Kind.FIGURE),
    Column("target", N_("Target"), Kind.FIGURE),
    Column("reached", N_("Reached"), Kind.SHARE),
    Column("expected", N_("Expected"), Kind.FIGURE),
    Column("by_on", N_("By day"), Kind.DATE),
    Column("verdict", N_("Verdict"), Kind.LEVEL, words=VERDICTS),
    Column("note", N_("Note"), Kind.TEXT),
)
TOUCHES = (
    Column("channel", N_("Channel"), Kind.LEVEL),
    Column("every_days", N_("Every, days"), Kind.DAYS),
    Column("minutes", N_("Minutes"), Kind.QUANTITY),
    Column("subject", N_("Subject"), Kind.TEXT),
)
STEPS = (
    Column("step", N_("Step"), Kind.CODE),
    Column("due_on", N_("Due on"), Kind.DATE),
    Column("channel", N_("Channel"), Kind.LEVEL),
    Column("subject", N_("Subject"), Kind.TEXT),
    Column("minutes", N_("Minutes"), Kind.QUANTITY),
    Column("state", N_("State"), Kind.LEVEL, words=STEP_STATES),
    Column("done_on", N_("Done on"), Kind.DATE),
    Column("outcome", N_("Outcome"), Kind.TEXT),
    Column("first_due_on", N_("First due"), Kind.DATE),
)
_FACTS = (
    "plan_id", "plan", "customer", "name", "level", "from_on", "to_on", "state", "steps", "asked", "done", "late",
    "kept_share", "next_due_on", "manager", "closed_on", "closed_reason", "note", "customer_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What all tables of one sheet share.

    Args:
        facts: A row of section "plans", by name.
        as_of: The day of the look.
        currency: ISO code of the store's amounts.
    """

    facts: dict[str, Any]
    as_of: dt.date
    currency: str


def plan_sheet(con: DuckDBPyConnection, customer_id: int, as_of: dt.date, *, currency: str = "") -> tuple[Table, ...]:
    """The plan with a customer that lives on a day, else the last one known by then: head, goals, touches, steps.

    () where there was none by then. Names: plan, plan_goals, plan_touches, plan_steps.
    """
    found = known_plans(con, as_of, customer_id=customer_id)
    live = [facts for facts in found if facts["state"] == "live"]
    chosen = (live or [facts for facts in found if facts["state"] != "to_come"] or found)[:1]
    return plan_tables(con, Told(chosen[0], as_of, currency)) if chosen else ()


def known_plans(
    con: DuckDBPyConnection, as_of: dt.date, *, plan_id: int | None = None, customer_id: int | None = None
) -> list[dict[str, Any]]:
    """Plans known on a day, of one number or one customer, the latest first: rows of section "plans" by name."""
    sql = sections("plans", "plans")["plans"]
    install(con, sql)
    values = {"as_of": as_of, "plan": plan_id, "customer": customer_id, "manager": None, "every": True}
    return [dict(zip(_FACTS, row, strict=True)) for row in con.execute(sql, named(sql, values)).fetchall()]


def plan_tables(con: DuckDBPyConnection, told: Told) -> tuple[Table, ...]:
    """Head, goals, touches and steps of one plan; goals and touches only where there are some."""
    plan = told.facts["plan_id"]
    goals = standings(con, told.as_of, plan)
    sql = sections("plans", "plans")
    install(con, sql["steps"])
    steps = con.execute(sql["steps"], {"as_of": told.as_of, "plan": plan}).fetchall()
    touches = con.execute(sql["touches"], {"plan": plan}).fetchall()
    tables = [_head(told, goals, steps)]
    if goals:
        tables.append(goals_table(goals, told.currency))
    if touches:
        tables.append(Table("plan_touches", _("Cadence"), TOUCHES, ListRows(touches)))
    empty = _("The plan has no steps; add one: crmcli plan add %(plan)s") % {"plan": told.facts["plan"]}
    tables.append(Table("plan_steps", _("Steps"), STEPS, ListRows(steps), notes=_step_notes(steps), empty=empty))
    return tuple(tables)


def steps_now(con: DuckDBPyConnection, ids: Sequence[int], as_of: dt.date) -> list[tuple[Any, ...]]:
    """Some steps on a day: step, customer, name, channel, subject, due_on, state, done_on, next open day of the plan."""
    fill(con, "plan_steps_named", {"place": "INTEGER"}, [(number, place) for place, number in enumerate(ids)])
    sql = sections("plans", "plans")["now"]
    install(con, sql)
    return con.execute(sql, {"as_of": as_of}).fetchall()


def goals_table(goals: Sequence[Standing], currency: str) -> Table:
    """Goals with facts, one row each."""
    rows = [
        (one.goal.measure, _amount(one, one.fact, currency), _amount(one, one.goal.target, currency), one.progress.reached,
         _amount(one, one.progress.expected, currency), one.goal.by_on, one.progress.verdict, one.goal.note)
        for one in goals
    ]  # fmt: skip
    note = _(
        "Figures are of the days of the plan; expected: the target in a straight line from the first day to the last."
    )
    return Table("plan_goals", _("Goals"), GOALS, ListRows(rows), notes=(note,))


def _amount(one: Standing, value: Decimal | None, currency: str) -> Figure | None:
    if value is None:
        return None
    kind = MEASURES.get(one.goal.measure, Kind.QUANTITY)
    typed: object = float(value) if kind is Kind.SHARE else value
    if kind is Kind.COUNT:
        kind = Kind.QUANTITY  # a target may be typed with decimals
    return Figure(str(machine(typed, kind)), typed, kind, (currency or None) if kind is Kind.MONEY else None)


def _head(told: Told, goals: Sequence[Standing], steps: Sequence[tuple[Any, ...]]) -> Table:
    facts = told.facts
    words = {"plan": facts["plan"], "name": facts["name"], "customer": facts["customer"]}
    rows = [
        ("level", _figure(facts["level"], Kind.LEVEL)),
        ("from", _figure(facts["from_on"], Kind.DATE)),
        ("until", _figure(facts["to_on"], Kind.DATE)),
        ("state", _figure(facts["state"], Kind.LEVEL)),
        ("closed_on", _figure(facts["closed_on"], Kind.DATE)),
        ("closed_because", _figure(facts["closed_reason"], Kind.TEXT)),
        ("manager", _figure(facts["manager"], Kind.TEXT)),
        ("steps", _figure(facts["steps"], Kind.COUNT)),
        ("came_due", _figure(facts["asked"], Kind.COUNT)),
        ("plan_kept", _figure(facts["kept_share"], Kind.SHARE)),
        ("next_step_on", _figure(facts["next_due_on"], Kind.DATE)),
        ("note", _figure(facts["note"], Kind.TEXT)),
    ]
    shown = [row for row in rows if row[1] is not None or row[0] in ("plan_kept", "manager")]
    note = _("As of %(day)s. Kept: the share done of the steps whose day has passed or that were settled before.") % {
        "day": cell(told.as_of, Kind.DATE)
    }
    title = _("Plan %(plan)s with %(name)s (%(customer)s)") % words
    return Table("plan", title, _HEAD, ListRows(shown), headline=_headline(told, goals, steps), notes=(note,))


def _headline(told: Told, goals: Sequence[Standing], steps: Sequence[tuple[Any, ...]]) -> str:
    """How the plan is kept, how its goals stand, and what is next."""
    facts = told.facts
    if facts["asked"]:
        sentence = ngettext(
            "of %(asked)s step due or settled by now %(done)s is done (%(share)s)",
            "of %(asked)s steps due or settled by now %(done)s are done (%(share)s)",
            facts["asked"],
        )
        parts = [
            sentence % {"asked": cell(facts["asked"], Kind.COUNT), "done": cell(facts["done"], Kind.COUNT),
                        "share": cell(facts["kept_share"], Kind.SHARE)}
        ]  # fmt: skip
    else:
        parts = [_("no step has come due yet")]
    behind = sum(one.progress.verdict == "behind" for one in goals)
    if goals:
        sentence = ngettext(
            "%(behind)s of %(goals)s goal is behind", "%(behind)s of %(goals)s goals are behind", len(goals)
        )
        parts.append(sentence % {"behind": behind, "goals": len(goals)} if behind else _("no goal is behind"))
    following = next((step for step in steps if step[5] in ("late", "due")), None)
    if following is not None and facts["state"] != "closed":
        words = {"day": cell(following[1], Kind.DATE), "channel": _((following[2] or "").replace("_", " ")),
                 "step": following[0]}  # fmt: skip
        late = following[5] == "late"
        parts.append(
            (_("late since %(day)s: %(channel)s, %(step)s") if late else _("next on %(day)s: %(channel)s, %(step)s"))
            % words
        )
    told_now = "; ".join(parts)
    return told_now[:1].upper() + told_now[1:] + "."


def _step_notes(steps: Sequence[tuple[Any, ...]]) -> tuple[str, ...]:
    if not any(step[8] is not None for step in steps):
        return ()
    return (_("First due: the day planned at first, where the step was moved."),)


def _figure(value: object, kind: Kind) -> Figure | str | None:
    """A text as it is, so that formats guard it; other values by their kind."""
    if kind is Kind.TEXT:
        return None if value is None else str(value)
    return None if value is None else Figure(str(machine(value, kind)), value, kind)
