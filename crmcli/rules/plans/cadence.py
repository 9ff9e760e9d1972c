"""Cadences as days: every so many days, on working days, spread so that touches do not pile up on one day.

A touch comes on its ideal day, which is counted from the first day of the plan and never drifts. On a weekend it goes to
the next Monday; where another touch has the day already, to the next free working day, at most SHIFT days after the ideal
one. So two touches of a cadence of a week or more lie within every_days ± SHIFT of each other. Cadences of less than a
week only avoid weekends, and touches that would fall on the same Monday are one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from crmcli.errors import UsageError
from crmcli.language import gettext as _

SHIFT = 4  # days a touch may come after its ideal day
MOST_STEPS = 2_000
MOST_DAYS = 3_660
_WEEK, _SATURDAY = 7, 5


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often a customer is to be reached by a way.

    Args:
        channel: A word of `channels.WAYS`.
        every_days: From 1.
        minutes: What one touch takes, None: unknown.
        subject: What it is about.
    """

    channel: str
    every_days: int
    minutes: Decimal | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Touch:
    """One step to be done, on a day."""

    due_on: dt.date
    channel: str
    subject: str | None = None
    minutes: Decimal | None = None


def working_day(day: dt.date) -> dt.date:
    """The day, or the Monday after it when it is a Saturday or Sunday."""
    return day + dt.timedelta(max(0, _WEEK - day.weekday()) if day.weekday() >= _SATURDAY else 0)


def lay_out(
    cadences: Sequence[Cadence], fixed: Iterable[Touch], *, from_on: dt.date, to_on: dt.date
) -> tuple[Touch, ...]:
    """All touches of a plan, by day; touches of a cadence that would come after its end are left out.

    Args:
        cadences: The first of them begins soonest: that of place i of n has its first touch (i + 1) / n of its
            every_days after the beginning.
        fixed: Touches with days of their own, which stay as they are.
        from_on: First day.
        to_on: Last day.

    Raises:
        UsageError: The plan ends before it begins, is too long, or asks for more touches than anybody could do.
    """
    require_span(cadences, from_on, to_on)
    touches = list(fixed)
    taken: dict[dt.date, int] = {}
    for touch in touches:
        taken[touch.due_on] = taken.get(touch.due_on, 0) + 1
    # all cadences together by ideal day: who comes first in the calendar has the first choice
    wanted = sorted(
        (ideal, place)
        for place, cadence in enumerate(cadences)
        for ideal in _ideal_days(cadence, place, len(cadences), from_on, to_on)
    )
    before: dict[int, dt.date] = {}
    for ideal, place in wanted:
        cadence = cadences[place]
        day = _free_day(ideal, taken, strict=cadence.every_days >= _WEEK)
        if day > to_on or day <= before.get(place, dt.date.min):
            continue
        before[place] = day
        taken[day] = taken.get(day, 0) + 1
        touches.append(Touch(day, cadence.channel, cadence.subject, cadence.minutes))
    return tuple(sorted(touches, key=lambda touch: (touch.due_on, touch.channel, touch.subject or "")))


def _ideal_days(cadence: Cadence, place: int, of: int, from_on: dt.date, to_on: dt.date) -> Iterator[dt.date]:
    first = -(-cadence.every_days * (place + 1) // of) - 1
    for days in range(first, (to_on - from_on).days + 1, cadence.every_days):
        yield from_on + dt.timedelta(days)


def _free_day(ideal: dt.date, taken: dict[dt.date, int], *, strict: bool) -> dt.date:
    """The first working day from the ideal one on that is free, within the shift; else that with the fewest touches."""
    first = working_day(ideal)
    if not strict:
        return first
    days = [ideal + dt.timedelta(n) for n in range(SHIFT + 1)]
    return min((day for day in days if day.weekday() < _SATURDAY), key=lambda day: (taken.get(day, 0), day))


def require_span(cadences: Sequence[Cadence], from_on: dt.date, to_on: dt.date) -> None:
    """Refuse a plan that nobody could keep.

    Raises:
        UsageError: As `lay_out`.
    """
    if to_on < from_on:
        words = {"from": from_on.isoformat(), "until": to_on.isoformat()}
        raise UsageError(_("the plan would end on %(until)s, before it begins on %(from)s") % words)
    days = (to_on - from_on).days + 1
    if days > MOST_DAYS:
        raise UsageError(_("a plan can last ten years at most"), _("Make the next one when it ends"))
    if any(cadence.every_days < 1 for cadence in cadences):
        raise UsageError(_("a cadence is every day at the most"))
    if (steps := sum(days // cadence.every_days for cadence in cadences)) > MOST_STEPS:
        words = {"steps": str(steps), "most": str(MOST_STEPS)}
        raise UsageError(_("the plan would have %(steps)s steps; %(most)s are the most") % words)
