"""Fitting: published tables, derivatives, recovery, units, small shops, and never silent about convergence."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from crmcli.models import predict
from crmcli.models.beta_geometric import BetaGeometric
from crmcli.models.climb import Evaluation
from crmcli.models.fit import MODELS, Fit, fit
from crmcli.models.gamma_gamma import GammaGamma, conditional_spend, fit_gamma_gamma
from crmcli.models.histories import Histories, compress
from crmcli.models.pareto_nbd import ParetoNbd
from crmcli.models.simulate import simulate_shop
from tests.intake.admit.shop import shared

PUBLISHED = [
    ("bg_nbd", {"r": 0.2426, "alpha": 4.4136, "a": 0.7929, "b": 2.4259}, -9582.43),
    ("mbg_nbd", {"r": 0.5248, "alpha": 6.183, "a": 0.8914, "b": 1.614}, -9582.14),
    ("pareto_nbd", {"r": 0.5533, "alpha": 10.578, "s": 0.6062, "beta": 11.669}, -9594.98),
]
TRUE = {
    "bg_nbd": {"r": 0.6, "alpha": 30.0, "a": 0.8, "b": 2.5},
    "mbg_nbd": {"r": 0.6, "alpha": 30.0, "a": 0.8, "b": 2.5},
    "pareto_nbd": {"r": 0.6, "alpha": 30.0, "s": 0.8, "beta": 120.0},
}


def cdnow(name: str, *columns: str) -> list[np.ndarray]:
    with shared("cdnow", name).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [np.array([float(row[column]) for row in rows]) for column in columns]


@pytest.mark.parametrize(("model", "parameters", "log_likelihood"), PUBLISHED)
def test_published_tables(model: str, parameters: dict[str, float], log_likelihood: float) -> None:
    found = fit(
        Histories(*cdnow("cdnow_customers_summary.csv", "frequency", "recency", "T")), model=model, prior="none"
    )
    assert found.converged
    assert found.n == 2357
    assert found.parameters == pytest.approx(parameters, rel=2e-4)
    assert found.log_likelihood == pytest.approx(log_likelihood, abs=0.01)
    assert all(0 < found.errors[name] < value for name, value in found.parameters.items())


def test_published_gamma_gamma() -> None:
    x, mean = cdnow("cdnow_customers_summary_with_transactions.csv", "x", "zbar")
    found = fit_gamma_gamma(x, mean, prior="none")
    assert found.converged
    assert found.n == 946
    assert found.parameters == pytest.approx({"p": 6.250, "q": 3.744, "v": 15.44}, rel=1e-3)
    assert found.log_likelihood == pytest.approx(-4055.92, abs=0.01)


def scattered(n: int = 150) -> Histories:
    random = np.random.default_rng(5)
    x, now = random.poisson(1.5, n).astype(float), random.uniform(0, 3, n)
    return Histories(x, np.where(x > 0, random.uniform(0, 1, n) * now, 0), now, random.uniform(0.5, 2, n))


def likelihoods() -> dict[str, object]:
    random, rows = np.random.default_rng(6), scattered()
    return {
        "bg_nbd": BetaGeometric.of(rows, first_may_end=False),
        "mbg_nbd": BetaGeometric.of(rows, first_may_end=True),
        "pareto_nbd": ParetoNbd.of(rows),
        "gamma_gamma": GammaGamma.of(1 + random.poisson(2, 100).astype(float), random.gamma(3, 0.3, 100)),
    }


@pytest.mark.parametrize("model", [*MODELS, "gamma_gamma"])
@pytest.mark.parametrize("point", [(0.6, 0.3, 0.8, 0.7), (2.0, 5.0, 0.05, 0.02), (0.1, 0.01, 3.0, 20.0)])
def test_gradient_and_hessian_are_the_differences(model: str, point: tuple[float, ...]) -> None:
    likelihood = likelihoods()[model]
    at = np.array(point[: 3 if model == "gamma_gamma" else 4])
    found: Evaluation = likelihood(at)
    np.testing.assert_allclose(found.hessian, found.hessian.T, rtol=1e-12)
    for i in range(len(at)):
        step = np.zeros_like(at)
        step[i] = 1e-5 * at[i]
        up, down = likelihood(at + step), likelihood(at - step)
        assert found.gradient[i] == pytest.approx((up.value - down.value) / (2 * step[i]), rel=1e-5, abs=1e-3)
        np.testing.assert_allclose(
            found.hessian[i], (up.gradient - down.gradient) / (2 * step[i]), rtol=1e-5, atol=1e-3
        )


@pytest.mark.parametrize("model", MODELS)
def test_simulated_parameters_come_back(model: str) -> None:
    truth = {"bg_nbd": TRUE["bg_nbd"], "mbg_nbd": TRUE["mbg_nbd"], "pareto_nbd": TRUE["pareto_nbd"]}[model]
    longer = {
        name: value * (20 if name in ("alpha", "beta") else 1) for name, value in truth.items()
    }  # whole days matter less
    found = fit(simulate_shop(model, longer, n=10_000, span=20 * 720, seed=4).histories(), model=model, prior="none")
    assert found.converged
    for name, value in longer.items():
        error = max(found.errors[name], 0.01 * value)
        assert abs(found.parameters[name] - value) < 4 * error, (name, found.parameters)


@pytest.mark.parametrize("prior", ["weak", "none"])
@pytest.mark.parametrize("model", MODELS)
def test_the_unit_does_not_matter(model: str, prior: str) -> None:
    days = simulate_shop(model, TRUE[model], n=600, span=720, seed=5).histories()
    weeks = days.in_unit(7)
    by_day, by_week = fit(days, model=model, prior=prior), fit(weeks, model=model, prior=prior)
    assert by_day.converged
    assert by_day.parameters["alpha"] == pytest.approx(7 * by_week.parameters["alpha"], rel=1e-6)
    assert by_day.log_likelihood == pytest.approx(by_week.log_likelihood - days.x.sum() * np.log(7), rel=1e-9)
    np.testing.assert_allclose(predict.p_silent(by_day, days, 91), predict.p_silent(by_week, weeks, 13), rtol=1e-6)


@pytest.mark.parametrize("model", MODELS)
def test_small_shops_always_have_a_fit(model: str) -> None:
    for seed in range(25):
        histories = simulate_shop("mbg_nbd", TRUE["mbg_nbd"], n=30, span=365, seed=seed).histories()
        found = fit(histories, model=model)
        assert (found.converged, found.message, found.errors_missing) == (True, "converged", ""), seed
        risk = predict.p_silent(found, histories, 90)
        assert ((risk >= 0) & (risk <= 1)).all()


CORNERS = {
    "one customer once": ([0], [0], [100]),
    "one customer today": ([0], [0], [0]),
    "one customer often": ([9], [90], [100]),
    "all once": ([0] * 50, [0] * 50, list(range(50))),
    "all on one day": ([0] * 50, [0] * 50, [0] * 50),
    "all often": ([300] * 40, [364] * 40, [365] * 40),
    "one of a hundred thousand": ([0, 100_000], [0, 3650], [3650, 3650]),
}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("corner", CORNERS)
def test_corners_have_a_fit_with_the_prior_and_a_word_without(model: str, corner: str) -> None:
    histories = Histories(*(np.array(column, dtype=float) for column in CORNERS[corner]))
    found = fit(histories, model=model)
    assert found.converged
    assert all(np.isfinite(value) and value > 0 for value in [*found.parameters.values(), *found.errors.values()])
    np.testing.assert_array_equal(found.covariance, found.covariance.T)
    plain = fit(histories, model=model, prior="none")
    assert plain.message in ("converged", "edge", "limit", "stuck")
    assert plain.converged == (plain.message == "converged")
    assert (plain.covariance is None) == (plain.errors is None) == bool(plain.errors_missing)
    assert np.isfinite(plain.log_likelihood)


def test_nobody_is_said() -> None:
    found = fit(Histories(*(np.zeros(0),) * 3))
    assert (found.converged, found.message, found.n, found.errors) == (False, "empty", 0, None)
    assert fit_gamma_gamma(np.zeros(3), np.zeros(3)).message == "empty"


def test_compressed_or_not_is_the_same_and_a_warm_start_is_shorter() -> None:
    histories = simulate_shop("mbg_nbd", TRUE["mbg_nbd"], n=2_000, span=200, seed=6).histories()
    whole, packed = fit(histories), fit(compress(histories)[0])
    assert whole.parameters == packed.parameters
    assert whole.n == 2_000
    assert whole.n_unique < 2_000
    again = fit(histories, start=whole)
    assert again.evaluations < whole.evaluations
    assert again.parameters == pytest.approx(whole.parameters, rel=1e-5)


def test_errors_are_those_of_repeated_shops() -> None:
    fits = [
        fit(simulate_shop("mbg_nbd", TRUE["mbg_nbd"], n=800, span=720, seed=k).histories(), prior="none")
        for k in range(60)
    ]
    logs = np.array([found.logs for found in fits])
    said = np.sqrt(np.median([np.diag(found.covariance) for found in fits], axis=0))
    assert 0.6 < np.std(logs[:, 1]) / said[1] < 1.5


def test_unknown_words_are_refused() -> None:
    with pytest.raises(ValueError):
        fit(scattered(), model="gamma_gamma")
    with pytest.raises(ValueError):
        fit(scattered(), prior="strong")
    with pytest.raises(ValueError):
        fit_gamma_gamma(np.ones(3), np.ones(3), prior="strong")


def test_gamma_gamma_scales_with_the_currency_and_recovers() -> None:
    random = np.random.default_rng(8)
    x = 1 + random.poisson(2, 20_000).astype(float)
    mean = random.gamma(6 * x, 1 / random.gamma(4, 1 / 15, len(x))) / x
    found, cents = fit_gamma_gamma(x, mean), fit_gamma_gamma(x, 100 * mean)
    assert found.parameters["p"] == pytest.approx(6, rel=0.06)
    assert found.parameters["q"] == pytest.approx(4, rel=0.06)
    assert cents.parameters["v"] == pytest.approx(100 * found.parameters["v"], rel=1e-6)
    assert cents.log_likelihood == pytest.approx(found.log_likelihood - len(x) * np.log(100), rel=1e-9)


def test_conditional_spend_lies_between_own_and_base() -> None:
    found = Fit("gamma_gamma", {"p": 6.25, "q": 3.744, "v": 15.44}, None, None, "", 0, 1, 1, 1, True, "", "none", 1)
    base = 6.25 * 15.44 / 2.744
    spend = conditional_spend(found, np.array([0.0, 1.0, 100.0]), np.array([np.nan, 100.0, 100.0]))
    assert spend[0] == pytest.approx(base)
    assert base < spend[1] < spend[2] < 100
    no_mean = Fit("gamma_gamma", {"p": 6.25, "q": 0.9, "v": 15.44}, None, None, "", 0, 1, 1, 1, True, "", "none", 1)
    assert np.isnan(conditional_spend(no_mean, np.zeros(1), np.zeros(1))[0])
