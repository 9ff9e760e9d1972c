"""The clock of promises against a walk minute by minute, over random calendars, pauses, holidays and changes of clocks."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from crmcli.errors import ConflictError, UsageError
from crmcli.rules.sla.calendars import Calendar, Holidays, Week
from crmcli.rules.sla.clock import Clock, add_minutes, worked_minutes
from crmcli.rules.sla.windows import Enough, pieces, zone_of
from tests.rules.clock_cases import SPAN, Case, cases, moments, worked_windows
from tests.rules.walked_clock import Walk

AROUND = dict.fromkeys(range(1, 8), ((0, 1440),))


def clock_of(case: Case, days: int = SPAN + 1) -> Clock:
    enough = Enough(case.first + dt.timedelta(days=days))
    return Clock.of(pieces(case.calendar, case.holidays, case.first - dt.timedelta(days=2), enough=enough))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(cases(), st.data())
def test_worked_minutes_and_deadlines_are_those_of_a_walk_minute_by_minute(case: Case, data: st.DataObject) -> None:
    walk = Walk(case.calendar.zone, worked_windows(case, SPAN + 1), case.first, case.first + dt.timedelta(days=SPAN))
    clock = clock_of(case)
    start, *rest = sorted(data.draw(st.lists(moments(case.first), min_size=2, max_size=6, unique=True)))
    *middle, end = rest
    pauses = list(zip(middle[::2], middle[1::2], strict=False))
    assert worked_minutes(clock, start, end, pauses) == walk.worked(start, end, pauses)
    reach = walk.worked(start, dt.datetime.combine(case.first, dt.time()) + dt.timedelta(days=SPAN), pauses)
    assume(reach > 0)
    promised = data.draw(st.integers(1, reach))
    assert add_minutes(clock, start, promised, pauses) == walk.deadline(start, promised, pauses)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", dt.date(2026, 3, 29), 23),
        ("Europe/Berlin", dt.date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", dt.date(2026, 4, 5), 24.5),
        ("Africa/Cairo", dt.date(2026, 4, 24), 23),
        ("Africa/Cairo", dt.date(2026, 10, 29), 25),  # the last hour of the day comes twice
        ("Pacific/Apia", dt.date(2011, 12, 30), 0),  # a day that never was
        (None, dt.date(2026, 3, 29), 24),
    ],
)
def test_a_day_of_change_has_its_real_hours(zone: str | None, day: dt.date, hours: float) -> None:
    calendar = Calendar("always", (Week(day, AROUND),), zone=zone)
    made = pieces(calendar, Holidays(), day, enough=Enough(day + dt.timedelta(days=1)))
    assert sum((piece.to_at - piece.from_at).total_seconds() for piece in made) == hours * 3600


def test_local_times_that_exist_twice_mean_the_first_and_those_that_do_not_are_moved_forward() -> None:
    calendar = Calendar("always", (Week(dt.date(2026, 1, 1), AROUND),), zone="Europe/Berlin")
    clock = Clock.of(pieces(calendar, Holidays(), dt.date(2026, 3, 1), enough=Enough(dt.date(2026, 12, 1))))
    back, ahead = dt.datetime(2026, 10, 25), dt.datetime(2026, 3, 29)
    at = dt.timedelta
    assert worked_minutes(clock, back, back + at(hours=2, minutes=30)) == 150
    assert worked_minutes(clock, back, back + at(hours=3)) == 240
    assert worked_minutes(clock, ahead, ahead + at(hours=2, minutes=30)) == 120
    assert worked_minutes(clock, ahead, ahead + at(hours=3)) == 120
    assert add_minutes(clock, back, 200) == back + at(hours=2, minutes=20)  # the second time the wall shows it


def test_a_deadline_at_closing_time_is_of_that_day() -> None:
    week = dict.fromkeys(range(1, 6), ((540, 780), (840, 1080)))
    clock = Clock.of(
        pieces(
            Calendar("c", (Week(dt.date(2026, 1, 1), week),)),
            Holidays(),
            dt.date(2026, 6, 1),
            enough=Enough(dt.date(2026, 7, 1)),
        )
    )
    assert add_minutes(clock, dt.datetime(2026, 6, 5, 17), 60) == dt.datetime(2026, 6, 5, 18)
    assert add_minutes(clock, dt.datetime(2026, 6, 5, 17), 61) == dt.datetime(2026, 6, 8, 9, 1)
    assert add_minutes(clock, dt.datetime(2026, 6, 5, 12), 90) == dt.datetime(2026, 6, 5, 14, 30)
    assert worked_minutes(clock, dt.datetime(2026, 6, 6, 3), dt.datetime(2026, 6, 7, 23)) == 0


def test_a_calendar_that_never_works_is_refused_and_not_looped_over() -> None:
    with pytest.raises(ConflictError, match="no working hours"):
        pieces(Calendar("idle", ()), Holidays(), dt.date(2026, 1, 1), enough=Enough(dt.date(2026, 1, 2), 60))


def test_a_far_promise_ends_with_the_calendar_of_the_computer() -> None:
    week = Calendar("c", (Week(dt.date(2026, 1, 1), {1: ((0, 1),)}),))
    assert pieces(week, Holidays(), dt.date(9999, 12, 1), enough=Enough(dt.date(9999, 12, 30), 10**15))


def test_an_unknown_zone_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="Europe/Moskow") as caught:
        zone_of("Europe/Moskow")
    assert "Europe/Moscow" in (caught.value.hint or "")
