"""Cadences as days: gaps, weekends, no pile-ups, the same every time."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import UsageError
from crmcli.rules.plans.cadence import SHIFT, Cadence, Touch, lay_out, working_day

CHANNELS = ("call", "visit", "meeting", "mail", "message", "offer")
spans = st.tuples(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)), st.integers(0, 800))


def cadences(least: int) -> st.SearchStrategy[list[Cadence]]:
    return st.lists(
        st.builds(Cadence, channel=st.sampled_from(CHANNELS), every_days=st.integers(least, 400)), min_size=1, max_size=6,
        unique_by=lambda one: one.channel,
    )  # fmt: skip


def days_of(touches: tuple[Touch, ...], channel: str) -> list[dt.date]:
    return [touch.due_on for touch in touches if touch.channel == channel]


@given(cadences(7), spans)
def test_touches_of_a_cadence_lie_as_far_apart_as_it_says(wanted: list[Cadence], span: tuple[dt.date, int]) -> None:
    start, length = span
    end = start + dt.timedelta(length)
    touches = lay_out(wanted, (), from_on=start, to_on=end)
    assert all(start <= touch.due_on <= end and touch.due_on.weekday() < 5 for touch in touches)
    for place, cadence in enumerate(wanted):
        days = days_of(touches, cadence.channel)
        assert all(abs((after - before).days - cadence.every_days) <= SHIFT for before, after in pairwise(days))
        # the first within its part of the cadence, and then on to the end: only what a shift pushes out may be missing
        first = -(-cadence.every_days * (place + 1) // len(wanted)) - 1
        ideal = len(range(first, length + 1, cadence.every_days))
        assert ideal - 1 <= len(days) <= ideal
        if days:
            assert 0 <= (days[0] - start).days - first <= SHIFT


@given(cadences(1), spans)
def test_frequent_touches_avoid_weekends_and_each_other(wanted: list[Cadence], span: tuple[dt.date, int]) -> None:
    start, length = span
    end = start + dt.timedelta(length)
    touches = lay_out(wanted, (), from_on=start, to_on=end)
    for cadence in wanted:
        days = days_of(touches, cadence.channel)
        assert all(day.weekday() < 5 for day in days)
        assert all(0 < (after - before).days <= cadence.every_days + SHIFT for before, after in pairwise(days))


@given(cadences(14), spans)
def test_channels_do_not_pile_up(wanted: list[Cadence], span: tuple[dt.date, int]) -> None:
    start, length = span
    touches = lay_out(wanted[:3], (), from_on=start, to_on=start + dt.timedelta(length))
    # three channels find at least three working days within the shift of each ideal day
    assert max(Counter(touch.due_on for touch in touches).values(), default=0) <= 1


@given(cadences(7), spans)
def test_the_same_plan_every_time(wanted: list[Cadence], span: tuple[dt.date, int]) -> None:
    start, length = span
    end = start + dt.timedelta(length)
    assert lay_out(wanted, (), from_on=start, to_on=end) == lay_out(list(wanted), (), from_on=start, to_on=end)


def test_steps_with_a_day_keep_it_and_others_make_room() -> None:
    start = dt.date(2026, 6, 1)
    fixed = Touch(dt.date(2026, 6, 30), "visit", "on the very day")
    touches = lay_out([Cadence("call", 30)], [fixed], from_on=start, to_on=dt.date(2026, 7, 20))
    assert touches == (fixed, Touch(dt.date(2026, 7, 1), "call"))


def test_a_year_of_calls() -> None:
    start = dt.date(2026, 1, 1)
    touches = lay_out([Cadence("call", 30)], (), from_on=start, to_on=dt.date(2026, 12, 31))
    assert len(touches) == 12
    assert touches[0].due_on == dt.date(2026, 1, 30)
    # 31 May is a Sunday: the Monday after
    assert dt.date(2026, 6, 1) in days_of(
        lay_out([Cadence("call", 151)], (), from_on=start, to_on=dt.date(2026, 7, 1)), "call"
    )


def test_weekends_become_mondays() -> None:
    days = [dt.date(2026, 6, 26) + dt.timedelta(n) for n in range(4)]
    assert [working_day(day).day for day in days] == [26, 29, 29, 29]


@pytest.mark.parametrize(
    ("every", "start", "end"),
    [
        (30, dt.date(2026, 1, 2), dt.date(2026, 1, 1)),
        (30, dt.date(2026, 1, 1), dt.date(2046, 1, 1)),
        (1, dt.date(2026, 1, 1), dt.date(2033, 1, 1)),
        (0, dt.date(2026, 1, 1), dt.date(2026, 2, 1)),
    ],
)
def test_what_nobody_could_keep_is_refused(every: int, start: dt.date, end: dt.date) -> None:
    with pytest.raises(UsageError):
        lay_out([Cadence("call", every)], (), from_on=start, to_on=end)
