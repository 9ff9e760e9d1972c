"""When open deals are won, what they bring, and how two forecasts are weighed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.models.joining import bounds, join, variances
from crmcli.models.pipeline import Open, Past, due, newcomers, timing

NONE = np.array([])
NOTHING = Past(NONE, NONE.astype(bool), NONE.astype(bool), NONE)


def deals(
    age: list[float], expected: list[float], *, amount: float = 100, chance: float = 0.5, spread: float = 0
) -> Open:
    count = len(age)
    odds, amounts, spreads = (np.full(count, value) for value in (chance, amount, spread))
    return Open(np.array(age, float), np.array(expected, float), odds, amounts, spreads, np.zeros(count, np.int64))


def history(ages: list[int], won: list[bool], over: list[bool], delay: list[float] | None = None) -> Past:
    return Past(np.array(ages, float), np.array(won), np.array(over), np.array(delay or [], float))


def test_without_history_the_expected_day_holds_and_overdue_deals_come_at_once() -> None:
    when, told = timing(deals([5, 5, 5], [40, -3, np.nan]), NOTHING, [30, 60])
    assert when.tolist() == [[0, 1], [1, 0], [0, 0]]
    assert told.tolist() == [True, True, False]


def test_delays_move_the_expected_day_as_far_as_they_are_still_to_come() -> None:
    past = history([], [], [], [0.0] * 10 + [30.0] * 10)
    when, _told = timing(deals([1, 1, 1], [10, -10, -31]), past, [30, 60])
    assert when[0].tolist() == pytest.approx([0.5, 0.5])
    assert when[1].tolist() == pytest.approx([1.0, 0.0])  # only the long delays are left
    assert when[2].tolist() == [1, 0]  # later than any delay, and no ages to go by: at once


def slow_share(ages: list[int], won: list[bool], over: list[bool], age: int, low: int, high: int) -> float:
    """P(won at an age in (age + low, age + high] | open after age, will be won), by walking day by day."""
    staying, found, whole = 1.0, 0.0, 0.0
    for day in range(age + 1, max(ages) + 1):
        risk = sum(one >= day for one in ages)
        if not risk:
            break
        wins = sum(a == day and w for a, w in zip(ages, won, strict=True))
        ends = sum(a == day and o for a, o in zip(ages, over, strict=True))
        whole += staying * wins / risk
        found += staying * wins / risk if age + low < day <= age + high else 0
        staying *= 1 - ends / risk
    return found / whole if whole > 1e-9 else -1.0


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 90), st.sampled_from(["won", "lost", "open"])), min_size=30, max_size=80),
    st.integers(0, 60),
)
def test_the_age_of_a_win_agrees_with_a_walk_day_by_day(rows: list[tuple[int, str]], age: int) -> None:
    rows += [(n, "won") for n in range(20)]
    ages = [days for days, _end in rows]
    won, over = [end == "won" for _days, end in rows], [end != "open" for _days, end in rows]
    when, told = timing(deals([age], [np.nan]), history(ages, won, over), [10, 40, 400])
    slow = [slow_share(ages, won, over, age, low, high) for low, high in ((0, 10), (10, 40), (40, 400))]
    assert told.all()
    if slow[0] >= 0:
        assert when[0].tolist() == pytest.approx(slow, abs=1e-6)
    else:  # older than any won: evenly over a year
        assert when[0].tolist() == pytest.approx([10 / 365, 30 / 365, 325 / 365])


def test_expected_amounts_and_variance_are_those_of_independent_deals() -> None:
    many = deals([1, 1], [5, 5], amount=100, chance=0.25, spread=30)
    made = due(many, NOTHING, [10], count=1, doubt=0.0)
    rng = np.random.default_rng(1)
    drawn = ((rng.random((200_000, 2)) < 0.25) * rng.normal(100, 30, (200_000, 2))).sum(axis=1)
    assert made.expected[0, 0] == 50
    assert made.expected[0, 0] == pytest.approx(drawn.mean(), rel=0.02)
    assert made.variance[0, 0] == pytest.approx(drawn.var(), rel=0.02)


def test_deals_to_come_are_the_mean_of_what_came_after_past_origins() -> None:
    won = np.zeros((1, 4, 4))  # opened in month 0–3, won in month 0–3
    won[0, 1, 1], won[0, 1, 2], won[0, 2, 2], won[0, 0, 3], won[0, 3, 3] = 10, 20, 30, 99, 50
    mean, _variance, counts = newcomers(won, 12, 2)
    assert mean[0, 0] == (10 + 30 + 50) / 3  # one month ahead of origins 1, 2, 3
    assert mean[0, 1] == ((20 + 30) + 50) / 2
    assert counts.tolist() == [3, 2]


def test_the_better_forecast_weighs_more_and_few_origins_weigh_nothing() -> None:
    origins = tuple(range(10, 21))
    good = np.array([1.0, -1.0] * 5 + [np.nan]).reshape(1, 11, 1)
    bad = np.array([3.0, 3.0, -3.0, -3.0, 3.0] * 2 + [np.nan]).reshape(1, 11, 1)
    joined = join(bad, good, origins, np.ones(1))
    assert joined.weight[-1, 0] == pytest.approx(0.9)
    assert joined.weight[:4].tolist() == [[0.0]] * 4
    assert np.nanmean(joined.errors[0, 5:] ** 2) < np.nanmean(bad[0, 5:] ** 2)


def test_weights_at_an_origin_do_not_see_what_came_later() -> None:
    rng = np.random.default_rng(3)
    first, second = rng.normal(0, 1, (2, 9, 2)), rng.normal(0, 1, (2, 9, 2))
    origins = tuple(range(10, 19))
    changed = second.copy()
    changed[:, 6:] += 100
    before, after = (join(first, one, origins, np.ones(2)).weight for one in (second, changed))
    assert before[:7].tolist() == after[:7].tolist()
    assert (
        variances(np.ones((2, 9, 2)), second, origins)[:, :7].tolist()
        == variances(np.ones((2, 9, 2)), changed, origins)[:, :7].tolist()
    )


def test_bounds_hold_four_in_five_and_never_leave_the_mean() -> None:
    rng = np.random.default_rng(4)
    drawn = rng.gamma(4, 25, 100_000)
    low, high = bounds(np.array([100.0]), np.array([2500.0]))
    assert ((drawn >= low) & (drawn <= high)).mean() == pytest.approx(0.8, abs=0.01)
    low, high = bounds(np.array([1.0, -5.0, 0.0, np.nan]), np.array([1e9, 4.0, 0.0, 1.0]))
    assert low[0] <= 1 <= high[0]
    assert low[1] < -5 < high[1]
    assert (low[2], high[2]) == (0, 0)


def test_the_upper_end_never_falls_while_the_variance_grows() -> None:
    low, high = bounds(np.full(60, 100.0), np.logspace(0, 9, 60))
    assert (np.diff(high) >= 0).all()
    assert high[-1] > 250
    assert (np.diff(low) <= 0).all()
