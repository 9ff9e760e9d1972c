"""Random calendars with time zones whose clocks change, for hypothesis."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from hypothesis import strategies as st

from crmcli.rules.sla.calendars import Calendar, Holidays, OwnDay, Week, day_plan

# zone → days near which its clocks change, one of them at midnight and one that skips a day
ZONES: dict[str | None, tuple[dt.date, ...]] = {
    None: (dt.date(2026, 3, 28),),
    "Europe/Berlin": (dt.date(2026, 3, 28), dt.date(2026, 10, 24)),
    "America/New_York": (dt.date(2026, 3, 7), dt.date(2026, 10, 31)),
    "Australia/Lord_Howe": (dt.date(2026, 4, 4), dt.date(2026, 10, 3)),
    "Asia/Kolkata": (dt.date(2026, 6, 1),),
    "Africa/Cairo": (dt.date(2026, 4, 23), dt.date(2026, 10, 29)),
    "America/Havana": (dt.date(2026, 3, 7), dt.date(2026, 10, 31)),
    "Pacific/Apia": (dt.date(2011, 12, 29),),
}
SPAN = 6  # days that a case looks at
HALF_HOUR = 30


@dataclass(frozen=True)
class Case:
    """A calendar, holidays, and the first day of a span of days looked at."""

    calendar: Calendar
    holidays: Holidays
    first: dt.date


@st.composite
def windows(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    if draw(st.integers(0, 5)) == 0:
        return ((0, 1440),)
    marks = sorted(draw(st.sets(st.one_of(st.integers(0, 48).map(lambda n: n * 30), st.integers(0, 1440)), max_size=6)))
    pairs = zip(marks[::2], marks[1::2], strict=False)
    return tuple(pairs)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone = draw(st.sampled_from(list(ZONES)))
    first = draw(st.sampled_from(ZONES[zone])) - dt.timedelta(days=draw(st.integers(0, 2)))
    weeks = []
    for from_on in (dt.date(2000, 1, 1), *([first + dt.timedelta(days=2)] if draw(st.booleans()) else [])):
        hours = {weekday: draw(windows()) for weekday in range(1, 8)}
        if not any(hours.values()):
            hours[draw(st.integers(1, 7))] = ((540, 1080),)
        weeks.append(Week(from_on, hours))
    near = st.integers(0, SPAN).map(lambda n: first + dt.timedelta(days=n))
    own = draw(st.dictionaries(near, windows().map(OwnDay), max_size=2))
    free = draw(st.dictionaries(near, st.just("Feast"), max_size=2))
    worked = frozenset(day for day in draw(st.sets(near, max_size=2)) if day.isoweekday() > 5)
    return Case(Calendar("ours", tuple(weeks), own, zone), Holidays(free, worked), first)


def worked_windows(case: Case, days: int) -> dict[dt.date, list[tuple[int, int]]]:
    """Windows by day, by the order the brief gives them: own days, holidays, moved weekend days, the week."""
    found = {}
    for n in range(-2, days):
        day = case.first + dt.timedelta(days=n)
        found[day] = list(plain_day(case, day))
    return found


def plain_day(case: Case, day: dt.date) -> tuple[tuple[int, int], ...]:
    """What a day should work out as, said again."""
    week = [week for week in case.calendar.weeks if week.from_on <= day][-1].hours
    if day in case.calendar.days:
        return case.calendar.days[day].windows
    if day in case.holidays.free:
        return ()
    if day in case.holidays.worked:
        return next((week[n] for n in (5, 4, 3, 2, 1) if week.get(n)), week.get(day.isoweekday(), ()))
    return week.get(day.isoweekday(), ())


def moments(first: dt.date) -> st.SearchStrategy[dt.datetime]:
    midnight = dt.datetime(first.year, first.month, first.day)
    minutes = st.one_of(st.integers(0, SPAN * 48).map(lambda n: n * 30), st.integers(0, SPAN * 1440))
    return minutes.map(lambda n: midnight + dt.timedelta(minutes=n))


__all__ = ["SPAN", "ZONES", "Case", "cases", "day_plan", "moments", "plain_day", "windows", "worked_windows"]
