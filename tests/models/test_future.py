"""Predictions, quantiles and simulation agree with each other, and keep their bounds for any parameters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.models import predict
from crmcli.models.fit import MODELS, Fit
from crmcli.models.histories import Histories
from crmcli.models.quantiles import count_quantiles
from crmcli.models.simulate import simulate, simulate_shop
from tests.models.exact import fitted

NAMES = {"pareto_nbd": ("r", "alpha", "s", "beta")}
KNOWN = {
    "mbg_nbd": fitted("mbg_nbd", r=0.6, alpha=12.0, a=0.8, b=2.5),
    "bg_nbd": fitted("bg_nbd", r=0.6, alpha=12.0, a=0.8, b=2.5),
    "pareto_nbd": fitted("pareto_nbd", r=0.6, alpha=12.0, s=0.7, beta=60.0),
}
ROWS = Histories([0, 0, 1, 5, 30, 4], [0, 0, 20, 300, 350, 40], [10, 400, 60, 330, 365, 365])

positive = st.floats(-4, 4).map(np.exp)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(MODELS), st.tuples(positive, st.floats(-3, 7).map(np.exp), positive, positive),
    st.integers(0, 400), st.integers(0, 3000), st.integers(0, 3000), st.floats(0.01, 4000),
)  # fmt: skip
def test_bounds(model: str, values: tuple[float, ...], x: int, last: int, idle: int, horizon: float) -> None:
    fit: Fit = fitted(model, **dict(zip(NAMES.get(model, ("r", "alpha", "a", "b")), values, strict=True)))
    row = Histories([x], [last if x else 0], [last + idle])
    alive = predict.p_alive(fit, row)[0]
    silent = predict.p_silent(fit, row, [horizon, 2 * horizon])[0]
    later = predict.p_alive_at(fit, row, [horizon, 2 * horizon])[0]
    expected = predict.expected_purchases(fit, row, [horizon, 2 * horizon])[0]
    tiny = 1e-9
    assert 0 <= alive <= 1
    assert 1 - alive - tiny <= silent[1] <= silent[0] + tiny <= 1 + 2 * tiny
    assert -tiny <= later[1] <= later[0] + tiny <= alive + 2 * tiny
    assert -tiny <= expected[0] <= expected[1] * (1 + tiny) + tiny
    assert 1 - silent[0] <= expected[0] * (1 + tiny) + tiny  # P(at least one) never above the mean
    assert predict.variance(fit, row, horizon)[0] >= 0


@pytest.mark.parametrize("model", MODELS)
def test_simulation_agrees_with_formulas(model: str) -> None:
    counts = simulate(KNOWN[model], ROWS, 200, draws=40_000, seed=3)
    mean, variance = predict.expected_purchases(KNOWN[model], ROWS, 200), predict.variance(KNOWN[model], ROWS, 200)
    assert counts.shape == (len(ROWS), 40_000)
    np.testing.assert_allclose(counts.mean(axis=1), mean, atol=5 * np.sqrt(variance.max() / 40_000))
    np.testing.assert_allclose(counts.var(axis=1), variance, rtol=0.08, atol=0.02)
    np.testing.assert_allclose((counts == 0).mean(axis=1), predict.p_silent(KNOWN[model], ROWS, 200), atol=0.012)
    np.testing.assert_array_equal(counts, simulate(KNOWN[model], ROWS, 200, draws=40_000, seed=3))


@pytest.mark.parametrize("model", MODELS)
def test_quantiles_are_those_of_the_simulation(model: str) -> None:
    counts = simulate(KNOWN[model], ROWS, 200, draws=40_000, seed=3)
    got = count_quantiles(KNOWN[model], ROWS, 200, shares=(0.1, 0.5, 0.9))
    for i in range(len(ROWS)):
        for j, share in enumerate((0.1, 0.5, 0.9)):
            assert (counts[i] <= got[i, j]).mean() >= share - 0.01
            assert got[i, j] == 0 or (counts[i] <= got[i, j] - 1).mean() <= share + 0.01


@pytest.mark.parametrize("model", MODELS)
def test_quantile_of_one_customer_matches_the_chance_of_silence(model: str) -> None:
    silent = predict.p_silent(KNOWN[model], ROWS, 50)
    for i, chance in enumerate(silent):
        shares = (max(1e-6, chance - 1e-5), min(1 - 1e-9, chance + 1e-5))
        below, above = count_quantiles(KNOWN[model], ROWS.take(slice(i, i + 1)), 50, shares=shares)[0]
        assert (below, above) == (0, 1)


@pytest.mark.parametrize("model", MODELS)
def test_a_simulated_shop_is_sorted_and_has_no_day_twice(model: str) -> None:
    shop = simulate_shop(model, KNOWN[model].parameters, n=500, span=300, seed=9)
    keys = shop.customer * 1000 + shop.day
    assert (np.diff(keys) > 0).all()
    assert len(np.unique(shop.customer)) == 500
    assert shop.day.min() >= 0
    assert shop.day.max() <= 300
    assert len(shop.histories()) == 500
    assert len(shop.histories(10)) < 500
