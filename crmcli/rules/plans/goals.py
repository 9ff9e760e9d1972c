"""Goals of a plan: which figures there are, and how far one has come by a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from crmcli.errors import UsageError
from crmcli.language import N_, nearest
from crmcli.language import gettext as _
from crmcli.numbers import rounded
from crmcli.table import Kind

# Measure → what kind of figure; each is of the days of the plan so far.
MEASURES = {
    "revenue": Kind.MONEY,
    "margin": Kind.MONEY,
    "purchases": Kind.COUNT,
    "categories": Kind.COUNT,
    "contacts": Kind.COUNT,
    "on_time_share": Kind.SHARE,
}
_WORDS = (
    N_("revenue"), N_("margin"), N_("purchases"), N_("categories"), N_("contacts"), N_("on time share"),
)  # fmt: skip
VERDICTS = ("reached", "on_track", "behind", "unknown")
_VERDICT_WORDS = (N_("reached"), N_("on track"), N_("behind"), N_("unknown"))
_LEVELS = frozenset({"on_time_share"})  # these do not grow with time: the whole target is expected from the first day


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure of the plan's days shall reach.

    Args:
        measure: A key of MEASURES.
        target: Above zero; a share from 0 to 1.
        by_on: Last day that counts; None: the end of the plan.
        note: In the owner's words.
    """

    measure: str
    target: Decimal
    by_on: dt.date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a goal has come: share of the target reached (None: unknown), what was expected by now, and the verdict."""

    reached: float | None
    expected: Decimal
    verdict: str


def require_goal(goal: Goal) -> Goal:
    """A goal that can be kept.

    Raises:
        UsageError: No such measure, or a target that makes no sense.
    """
    if goal.measure not in MEASURES:
        raise UsageError(
            _("there is no goal %(measure)s") % {"measure": repr(goal.measure)},
            nearest(goal.measure, [*MEASURES]) or _("one of: %(measures)s") % {"measures": ", ".join(MEASURES)},
        )
    most = Decimal(1) if MEASURES[goal.measure] is Kind.SHARE else Decimal(10) ** 14
    if not 0 < goal.target <= most or not goal.target.is_finite():
        words = {"measure": _(goal.measure.replace("_", " "))}
        raise UsageError(
            _("%(measure)s: the goal must be above zero") % words
            if goal.target <= 0
            else _("%(measure)s: the goal is out of reach") % words,
            "--goal on_time_share=95%" if MEASURES[goal.measure] is Kind.SHARE else "--goal revenue=500000",
        )
    return goal


def progress(goal: Goal, fact: Decimal | None, *, from_on: dt.date, by_on: dt.date, as_of: dt.date) -> Progress:
    """Where a goal stands; what is expected grows in a straight line from nothing on from_on to the target on by_on.

    Args:
        goal: With its target.
        fact: The figure of the days so far, None: unknown.
        from_on: First day of the plan.
        by_on: Last day of the goal.
        as_of: The day of the look.
    """
    whole = (by_on - from_on).days
    gone = min(max((as_of - from_on).days, 0), whole)
    level = goal.measure in _LEVELS
    expected = goal.target if level or not whole else rounded(goal.target * gone / whole, 4)
    if MEASURES.get(goal.measure) is Kind.COUNT and not level:
        expected = expected.to_integral_value(ROUND_FLOOR)  # half a purchase is not missing
    if fact is None or as_of < from_on:
        return Progress(None, expected, "unknown")
    reached = float(fact / goal.target)
    if fact >= goal.target and (not level or as_of >= by_on):
        return Progress(reached, expected, "reached")
    return Progress(reached, expected, "on_track" if fact >= expected else "behind")
