"""Forecasts of monthly series: methods against slow ones, no look ahead, back-test by hand, coverage on simulated shops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.models.series import intermittent, plain, smoothing, theta
from crmcli.models.series.backtest import backtest, origins_of, prospective
from crmcli.models.series.forecast import BLOCK, forecast
from crmcli.models.series.interval import student
from crmcli.models.series.methods import CANDIDATES, NAMES, forecasts
from tests.models import slow_series

HORIZON = 6
AMOUNTS = st.lists(st.floats(0, 1000, allow_subnormal=False), min_size=30, max_size=40)


def shop(kind: str, months: int, series: int = 60, seed: int = 7) -> np.ndarray:
    """Simulated sales, (series, months)."""
    rng = np.random.default_rng([seed, months, *kind.encode()])
    t, noise = np.arange(months), rng.standard_normal((series, months))
    season = rng.normal(0, 0.25, (series, 12))[:, t % 12]
    made: dict[str, Callable[[], np.ndarray]] = {
        "seasonal": lambda: 100 * np.exp(season + 0.1 * noise),
        "growing": lambda: 100 * np.exp(season + 0.01 * t + 0.12 * noise),
        "trend": lambda: 100 + 2 * t + 10 * noise,
        "walk": lambda: 200 + np.cumsum(10 * noise, axis=1),
        "noise": lambda: 100 + 20 * noise,
        "skewed": lambda: 100 * np.exp(0.6 * noise),
        "intermittent": lambda: np.where(rng.random(noise.shape) < 0.4, rng.gamma(2, 50, noise.shape), 0),
        "rare": lambda: np.where(rng.random(noise.shape) < 0.15, rng.gamma(2, 50, noise.shape), 0),
    }
    return made[kind]()


KINDS = ("seasonal", "growing", "trend", "walk", "noise", "skewed", "intermittent", "rare")


def test_plain_methods_by_hand() -> None:
    y = np.array([[float(month) for month in range(1, 26)]])
    assert plain.naive(y, (3, 25), 2).tolist() == [[[3, 3], [25, 25]]]
    assert plain.mean(y, (3, 25), 1).tolist() == [[[2], [19.5]]]
    assert plain.seasonal_naive(y, (12, 25), 13)[0, 0].tolist() == [*range(1, 13), 1]
    assert plain.seasonal_naive(y, (25,), 2).tolist() == [[[14, 15]]]
    assert plain.grown_year(y, (24,), 1)[0, 0, 0] == pytest.approx(13 * 2)  # 222 ÷ 78 is held at 2
    assert plain.half_season(y, (24,), 1)[0, 0, 0] == (18.5 + 13) / 2


@pytest.mark.parametrize(
    ("fast", "slow", "kind"),
    [
        (smoothing.simple, slow_series.simple, "walk"),
        (smoothing.damped_trend, slow_series.damped_trend, "trend"),
        (smoothing.seasonal_additive, slow_series.seasonal_additive, "growing"),
        (intermittent.sba, slow_series.sba, "intermittent"),
        (intermittent.tsb, slow_series.tsb, "rare"),
    ],
)
def test_methods_agree_with_slow_ones_at_every_origin(fast: Any, slow: Any, kind: str) -> None:
    y = shop(kind, 40, series=3)
    origins = (26, 33, 40)
    made = fast(y, origins, HORIZON)
    for number, row in enumerate(y):
        for place, n in enumerate(origins):
            assert made[number, place] == pytest.approx(slow(row[:n].tolist(), HORIZON), rel=1e-9)


def test_seasonal_factors_and_theta_continue_a_pure_pattern() -> None:
    t = np.arange(48)
    season = 1 + 0.3 * np.sin(2 * np.pi * t / 12)
    y, ahead = (100 * season)[None], 100 * (1 + 0.3 * np.sin(2 * np.pi * np.arange(48, 54) / 12))
    assert smoothing.seasonal_ratio(y, (48,), 6)[0, 0] == pytest.approx(ahead, rel=1e-6)
    assert theta.theta(y, (48,), 6)[0, 0] == pytest.approx(ahead, rel=0.01)
    line = (50 + 3 * np.arange(20.0))[None]
    assert theta.theta(line, (20,), 2)[0, 0] == pytest.approx([107 + 1.5, 107 + 3], rel=1e-6)  # half the slope


@given(AMOUNTS, st.integers(24, 29), st.floats(0, 1000))
@settings(max_examples=15, deadline=None)
def test_no_method_sees_beyond_its_origin(amounts: list[float], origin: int, other: float) -> None:
    y = np.array([amounts])
    changed = y.copy()
    changed[:, origin:] = other
    for name, made in forecasts(y, (origin, y.shape[1]), 3).items():
        assert made[:, 0] == pytest.approx(forecasts(changed, (origin, y.shape[1]), 3)[name][:, 0]), name


@given(AMOUNTS, st.sampled_from([1e-3, 7.0, 1e9]))
@settings(max_examples=15, deadline=None)
def test_the_unit_of_money_changes_nothing_but_the_unit(amounts: list[float], unit: float) -> None:
    y = np.array([amounts])
    one, other = forecast(y, 3), forecast(unit * y, 3)
    assert one is not None
    assert other is not None
    for name in ("expected", "low", "high"):
        assert getattr(other, name) == pytest.approx(unit * getattr(one, name), rel=1e-6, abs=1e-6 * unit)


@given(st.lists(st.floats(-1e12, 1e12, allow_subnormal=False), min_size=3, max_size=40))
@settings(max_examples=30, deadline=None)
def test_whatever_the_series_the_figures_are_numbers_in_order(amounts: list[float]) -> None:
    made = forecast(np.array([amounts]), 4)
    assert made is not None
    assert np.isfinite([made.expected, made.low, made.high]).all()
    assert (made.low <= made.expected).all()
    assert (made.expected <= made.high).all()
    assert min(amounts) < 0 or (made.low >= 0).all()
    assert np.isnan(made.mase[0]) or made.mase[0] >= 0
    assert np.isnan(made.coverage[0]) or 0 <= made.coverage[0] <= 1


def test_the_back_test_is_what_a_double_loop_finds() -> None:
    y = shop("growing", 40, series=2)
    tested = backtest(y, HORIZON)
    assert tested.origins == tuple(range(20, 41))
    for number, row in enumerate(y):
        scale = np.mean([abs(row[t] - row[t - 12]) for t in range(12, 40)])
        assert tested.scale[number] == pytest.approx(scale)
        errors = []
        for n in range(20, 40):
            said = plain.seasonal_naive(row[None, :n], (n,), HORIZON)[0, 0]
            errors += [abs(row[n + h] - said[h]) for h in range(HORIZON) if n + h < 40]
        assert tested.scores[NAMES.index("seasonal_naive"), number] == pytest.approx(np.mean(errors) / scale)
        assert tested.scores[tested.chosen[number], number] == np.nanmin(tested.scores[:, number])


def test_the_combination_is_the_mean_of_the_best_three() -> None:
    tested = backtest(shop("growing", 40, series=1), HORIZON)
    three = np.argsort(np.where(np.isnan(tested.scores[:-1, 0]), np.inf, tested.scores[:-1, 0]))[:3]
    assert tested.said[-1, 0] == pytest.approx(tested.said[three, 0].mean(axis=0))


def test_errors_of_the_interval_are_of_choosing_without_hindsight() -> None:
    tested = backtest(shop("walk", 40, series=20), HORIZON)
    ahead, behind = np.abs(prospective(tested)), np.abs(tested.errors[tested.chosen, np.arange(20)])
    assert np.nanmean(ahead) > np.nanmean(behind)
    assert prospective(tested)[:, 0] == pytest.approx(tested.errors[0][:, 0])  # nothing known yet: the naive forecast


@pytest.mark.parametrize(("months", "first", "count"), [(3, 3, 0), (4, 3, 1), (12, 6, 6), (36, 18, 18), (60, 36, 24)])
def test_origins_lie_in_the_second_half_of_history(months: int, first: int, count: int) -> None:
    assert origins_of(months) == tuple(range(first, first + count + 1))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("months", [8, 12, 18, 24, 36, 60])
def test_the_interval_holds_at_least_seventy_of_a_hundred(kind: str, months: int) -> None:
    y = shop(kind, months + HORIZON)
    made = forecast(y[:, :months], HORIZON)
    assert made is not None
    came = y[:, months:]
    assert ((came >= made.low) & (came <= made.high)).mean() >= 0.7
    assert np.nanmean(made.coverage) >= 0.7


@pytest.mark.parametrize(
    ("kind", "most"), [("trend", 0.6), ("walk", 0.8), ("noise", 0.85), ("skewed", 0.9), ("growing", 0.95)]
)
def test_what_is_chosen_errs_less_than_last_year_s_months(kind: str, most: float) -> None:
    y = shop(kind, 48 + HORIZON)
    made = forecast(y[:, :48], HORIZON)
    assert made is not None
    own = np.abs(y[:, 48:] - made.expected).mean()
    naive = np.abs(y[:, 48:] - y[:, 36 : 36 + HORIZON]).mean()
    assert own < most * naive


def test_methods_for_many_empty_months_are_for_those_alone() -> None:
    special = {c.name for c in CANDIDATES if c.rare}
    steady, rare = forecast(shop("noise", 36), HORIZON), forecast(shop("rare", 36), HORIZON)
    assert steady is not None
    assert rare is not None
    assert not special & set(steady.method)
    assert special & set(rare.method)
    tried = {name for name, row in zip(rare.names, rare.scores, strict=True) if not np.isnan(row).all()}
    assert special <= tried
    assert "theta" not in tried
    assert rare.expected.mean() == pytest.approx(15, rel=0.35)  # 0.15 × 100: least squares do not forecast nothing


def test_short_histories_are_thin_and_get_plain_methods() -> None:
    assert forecast(np.ones((1, 2)), HORIZON) is None
    assert forecast(np.zeros((0, 9)), HORIZON) is None
    for months, allowed in (
        (3, {"naive", "mean"}),
        (11, {"naive", "mean"}),
        (12, {"half_season"}),
        (17, {"half_season"}),
    ):
        made = forecast(shop("noise", months), HORIZON)
        assert made is not None
        assert made.thin
        assert set(made.method) <= allowed
    assert not forecast(shop("noise", 18), HORIZON).thin  # type: ignore[union-attr]


def test_one_order_out_of_all_proportion_does_not_become_the_trend() -> None:
    y = shop("noise", 36)
    y[:, -1] = 1000
    made = forecast(y, HORIZON)
    assert made is not None
    assert np.median(made.expected) < 250


def test_what_goes_below_zero_may_be_forecast_below_zero() -> None:
    made = forecast(shop("noise", 36) - 150, HORIZON)
    assert made is not None
    assert (made.expected < 0).all()


def test_many_series_are_each_as_if_alone() -> None:
    y = shop("growing", 30, series=BLOCK + 2)
    together = forecast(y, HORIZON)
    alone = forecast(y[-1:], HORIZON)
    assert together is not None
    assert alone is not None
    assert together.expected[-1] == pytest.approx(alone.expected[0])
    assert (together.method[-1], len(together.method)) == (alone.method[0], BLOCK + 2)
    assert together.scores.shape == (len(NAMES), BLOCK + 2)


def test_student_s_quantile_is_within_a_hundredth() -> None:
    from scipy.stats import t

    freedom = np.array([1.0, 1.5, 2, 3, 5, 10, 40])
    assert student(freedom[1:]) == pytest.approx(t.ppf(0.9, freedom[1:]), rel=0.01)
    assert student(freedom[:1]) == pytest.approx(t.ppf(0.9, 1), rel=0.15)
