"""When the firm works: weeks, days that are not as usual, public holidays; which windows a day has, and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from crmcli.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

Window = tuple[int, int]  # minutes of the day, the second not counted; 1440 is midnight at its end
MIDNIGHT = 24 * 60
SATURDAY = 6
WHY = (N_("usual"), N_("day off"), N_("holiday"), N_("moved day"), N_("special day"))  # words, for the translators


@dataclass(frozen=True, slots=True)
class Week:
    """A usual week, from a day on: weekday (1 is Monday) → its windows in order."""

    from_on: dt.date
    hours: Mapping[int, tuple[Window, ...]]


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day the owner set by hand; without windows it is free."""

    windows: tuple[Window, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Holidays:
    """Public holidays of some years.

    Args:
        free: Day → its name.
        worked: Days of a weekend that are worked because a free day was moved.
    """

    free: Mapping[dt.date, str] = field(default_factory=lambda: MappingProxyType({}))
    worked: frozenset[dt.date] = frozenset()


@dataclass(frozen=True, slots=True)
class Calendar:
    """One calendar as the owner wrote it.

    Args:
        name: What it is called.
        weeks: By `from_on`; each holds until the next begins, the first also before its day, for nothing else is known of then.
        days: Days that are not as usual; they go before holidays and the week.
        zone: Name of a time zone; None: the store's clock, which never changes.
        country: Whose public holidays are free, an ISO code; None: nobody's.
        subdivision: A part of that country with holidays of its own.
        note: The owner's.
    """

    name: str
    weeks: tuple[Week, ...]
    days: Mapping[dt.date, OwnDay] = field(default_factory=lambda: MappingProxyType({}))
    zone: str | None = None
    country: str | None = None
    subdivision: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What a day works out as: its windows, why (a word of WHY), and the name of a holiday or the owner's note."""

    windows: tuple[Window, ...]
    why: str
    note: str | None = None


def week_of(calendar: Calendar, day: dt.date) -> Mapping[int, tuple[Window, ...]]:
    """The usual week that holds on a day."""
    found = next((week for week in reversed(calendar.weeks) if week.from_on <= day), None)
    if found is None:
        return calendar.weeks[0].hours if calendar.weeks else {}
    return found.hours


def day_plan(calendar: Calendar, day: dt.date, holidays: Holidays) -> DayPlan:
    """The windows of a day: a day set by hand, else a public holiday, else a weekend day worked for another, else the week.

    A weekend day that is worked because a free day was moved has the hours of the last day before that weekend that has any.
    """
    if (own := calendar.days.get(day)) is not None:
        return DayPlan(own.windows, "special day" if own.windows else "day off", own.note)
    if (name := holidays.free.get(day)) is not None:
        return DayPlan((), "holiday", name)
    week, weekday = week_of(calendar, day), day.isoweekday()
    if day in holidays.worked:
        usual = next((week[before] for before in range(SATURDAY - 1, 0, -1) if week.get(before)), week.get(weekday, ()))
        return DayPlan(usual, "moved day")
    windows = week.get(weekday, ())
    return DayPlan(windows, "usual" if windows else "day off")


def usual_minutes(calendar: Calendar, day: dt.date) -> int:
    """Minutes of a usual working day: the commonest length in the week of a day, of equals the longest; 0 where none is worked."""
    lengths = [sum(end - start for start, end in windows) for windows in week_of(calendar, day).values()]
    worked = [length for length in lengths if length]
    return max(worked, key=lambda length: (worked.count(length), length)) if worked else 0
