"""Spend per occasion, thin data, intervals."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from crmcli.models.histories import Histories
from crmcli.models.interval import Miss, model_spread, shift_spread, total_interval
from crmcli.models.spend import shrink, spend_frequency_correlation
from crmcli.models.thin import thin


def spends(n: int, between: float, within: float) -> tuple[np.ndarray, ...]:
    random = np.random.default_rng(2)
    occasions = 1 + random.poisson(3, n)
    true = 100 + between * random.standard_normal(n)
    drawn = [true[i] + within * random.standard_normal(k) for i, k in enumerate(occasions)]
    squares = [float(((d - d.mean()) ** 2).sum()) for d in drawn]
    return occasions.astype(float), np.array([d.mean() for d in drawn]), np.array(squares), true


def test_variances_come_back_and_shrinking_helps() -> None:
    occasions, mean, squares, true = spends(4000, 20, 30)
    found = shrink(occasions, mean, squares)
    assert found.estimated
    assert found.mu == pytest.approx(100, abs=1.5)
    assert found.n0 == pytest.approx(30**2 / 20**2, rel=0.1)
    assert np.mean((found.mean - true) ** 2) < 0.85 * np.mean((mean - true) ** 2)
    back = occasions > 1
    shrunk = (found.n0 * found.mu + occasions * mean) / (found.n0 + occasions)
    np.testing.assert_allclose(found.mean[back], shrunk[back])
    assert (found.mean[~back] <= shrunk[~back] + 1e-9).all()  # a single large one is tamed


def test_few_repeaters_count_as_one_occasion_of_the_base() -> None:
    found = shrink(np.array([1.0, 3.0]), np.array([10.0, 50.0]), np.array([0.0, 8.0]))
    assert (found.estimated, found.n0) == (False, 1.0)
    assert found.mu == pytest.approx((0.5 * 10 + 0.75 * 50) / 1.25)


def test_customers_who_do_not_differ_are_the_base() -> None:
    occasions, mean, squares, _ = spends(200, 0, 30)
    found = shrink(occasions, mean, squares)
    assert np.ptp(found.mean) < 0.25 * np.ptp(mean)
    same = shrink(np.full(40, 2.0), np.full(40, 7.0), np.zeros(40))
    np.testing.assert_allclose(same.mean, 7)


def test_nobody_and_one() -> None:
    assert shrink(np.zeros(0), np.zeros(0), np.zeros(0)).mean.shape == (0,)
    assert shrink(np.ones(1), np.array([12.0]), np.zeros(1)).mean.tolist() == [12.0]


def test_correlation() -> None:
    assert spend_frequency_correlation(np.array([2, 3, 4]), np.array([5, 6, 7])) == pytest.approx(1)
    assert spend_frequency_correlation(np.array([1, 1, 4]), np.array([5, 6, 7])) is None
    assert spend_frequency_correlation(np.array([2, 3, 4]), np.array([5, 5, 5])) is None


def test_thin_says_which_figures_are_too_low() -> None:
    enough = Histories([2] * 10, [50] * 10, [100] * 10)
    assert thin(enough, 30) is None
    assert thin(enough, 40).reasons == ("history",)
    few = thin(Histories([2] * 9 + [0], [50] * 9 + [0], [100] * 10), 30)
    assert (few.reasons, few.repeat_occasions, few.repeaters) == (("repeat_occasions", "repeaters"), 18, 9)
    none = thin(Histories([0], [0], [0]), None)
    assert none.reasons == ("repeat_occasions", "repeaters", "history")
    assert none.history_in_intervals is None
    packed = Histories([2], [50], [100], [10])
    assert thin(packed, 30) is None


def test_total_interval() -> None:
    misses = [Miss(1.1, 0.05), Miss(0.9, 0.04)]
    low, high = total_interval(1000, 0.05, misses)
    shift = (2 * 0.15**2 + np.log(1.1) ** 2 - 0.05**2 + np.log(0.9) ** 2 - 0.04**2) / 4
    width = scipy.stats.t.ppf(0.9, 4) * np.sqrt(0.05**2 + shift)
    assert (low, high) == pytest.approx((1000 * np.exp(-width), 1000 * np.exp(width)))
    assert shift_spread([Miss(1.5, 0.0)] * 1000) == pytest.approx(np.log(1.5), rel=1e-2)
    assert shift_spread([Miss(1.2, 0.5)] * 3) == 0  # no more than the model said itself
    assert shift_spread([Miss(0.0, 0.1), Miss(float("inf"), 0.1)]) == pytest.approx(0.15) == shift_spread([])
    assert total_interval(100, 0.0)[1] == pytest.approx(100 * np.exp(scipy.stats.t.ppf(0.9, 2) * 0.15))
    assert total_interval(0, 0, []) == (0, 0)
    assert model_spread(np.array([1.0, 3.0]), np.array([1.0, 0.5]), weights=np.array([1.0, 2.0])) == pytest.approx(
        2**0.5 / 7
    )
    assert model_spread(np.zeros(2), np.zeros(2)) == 0
