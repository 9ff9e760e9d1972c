"""Predictions at the points where other packages give NaN, infinity or nonsense, against 40-digit arithmetic."""

from __future__ import annotations

import numpy as np
import pytest

from crmcli.models import predict
from crmcli.models.beta_geometric import BetaGeometric
from crmcli.models.fit import Fit
from crmcli.models.histories import Histories
from crmcli.models.pareto_nbd import ParetoNbd
from tests.models.exact import answers, fitted

ROWS = [
    (0, 0, 0), (0, 0, 10), (0, 0, 1000), (1, 0, 0), (1, 0, 300), (1, 300, 300), (3, 200, 201), (50, 364, 365), (50, 100, 365),
    (1000, 3000, 3650), (100_000, 3649, 3650), (100_000, 3650, 3650), (100_000, 1, 3650),
]  # fmt: skip

CHANCES = [
    (0.55, 40, 0.9, 1.6), (0.25, 30, 0.8, 2.4), (0.5, 6, 1, 1.6), (0.5, 6, 1 + 5e-7, 1.6), (0.5, 6, 1 - 1e-5, 1.6),
    (0.3, 20, 0.3, 0.4), (0.3, 20, 0.5, 0.5), (0.3, 20, 1, 1e-3), (0.01, 0.1, 0.01, 0.02), (20, 3000, 5, 50), (100, 2e4, 0.05, 30),
]  # fmt: skip

TIMES = [
    (0.55, 10.6, 0.6, 11.7), (0.55, 11.7, 0.6, 10.6), (0.55, 10.6, 1, 11.7), (0.3, 20, 0.01, 1000), (3, 300, 2, 0.01), (20, 3000, 0.3, 10),
]  # fmt: skip

QUESTIONS = ("p_alive_at", "p_silent", "expected_purchases")


def histories() -> Histories:
    return Histories(*(np.array(column, dtype=float) for column in zip(*ROWS, strict=True)))


def compare(fit: Fit, horizon: float) -> None:
    rows = histories()
    got = {name: getattr(predict, name)(fit, rows, horizon) for name in QUESTIONS}
    got["p_alive"] = predict.p_alive(fit, rows)
    for i, row in enumerate(ROWS):
        if row[0] == 100_000 and (horizon > 90 or fit.parameters["r"] != 0.55 or fit.parameters.get("s") == 1):
            continue  # the exact answer takes seconds
        expected = answers(fit, row, horizon)
        for name, values in got.items():
            assert np.isfinite(values[i])
            assert values[i] == pytest.approx(float(expected[name]), rel=1e-8, abs=1e-300), (name, row, fit.parameters)


@pytest.mark.parametrize("horizon", [0.001, 90, 3_650])
@pytest.mark.parametrize("parameters", CHANCES)
@pytest.mark.parametrize("model", ["mbg_nbd", "bg_nbd"])
def test_models_of_chance(model: str, parameters: tuple[float, ...], horizon: float) -> None:
    compare(fitted(model, **dict(zip(("r", "alpha", "a", "b"), parameters, strict=True))), horizon)


@pytest.mark.parametrize("parameters", TIMES)
def test_model_of_time(parameters: tuple[float, ...]) -> None:
    fit = fitted("pareto_nbd", **dict(zip(("r", "alpha", "s", "beta"), parameters, strict=True)))
    for horizon in (0.001, 90, 3_650):
        compare(fit, horizon)


@pytest.mark.parametrize("model", ["mbg_nbd", "bg_nbd", "pareto_nbd"])
def test_log_likelihood(model: str) -> None:
    names = ("r", "alpha", "s", "beta") if model == "pareto_nbd" else ("r", "alpha", "a", "b")
    for parameters in TIMES if model == "pareto_nbd" else CHANCES:
        fit = fitted(model, **dict(zip(names, parameters, strict=True)))
        for row in ROWS:
            if row[0] == 100_000 and parameters[:3:2] not in ((0.55, 0.9), (0.55, 0.6)):
                continue  # the exact answer takes seconds
            one = Histories(*(np.array([float(value)]) for value in row), np.ones(1))
            made = (
                ParetoNbd.of(one) if model == "pareto_nbd" else BetaGeometric.of(one, first_may_end=model == "mbg_nbd")
            )
            value = made(np.array(parameters, dtype=float)).value
            assert value == pytest.approx(float(answers(fit, row, 1)["log_likelihood"]), rel=1e-10, abs=1e-8)


def test_discounted_for_ever_is_the_limit_of_months() -> None:
    rows = histories().take(slice(0, 9))
    for fit in (
        fitted("mbg_nbd", r=0.5, alpha=40, a=0.9, b=1.6),
        fitted("pareto_nbd", r=0.5, alpha=40, s=0.6, beta=50),
    ):
        for_ever = predict.discounted_expected(fit, rows, yearly_rate=0.2)
        long = predict.discounted_expected(fit, rows, yearly_rate=0.2, months=1400)
        np.testing.assert_allclose(for_ever, long, rtol=2e-4)  # mid-month against continuous
        with pytest.raises(ValueError):
            predict.discounted_expected(fit, rows, yearly_rate=0)


def test_months_add_up_to_the_horizon() -> None:
    rows, fit = histories(), fitted("mbg_nbd", r=0.5, alpha=40, a=0.9, b=1.6)
    months = predict.expected_by_month(fit, rows, months=24)
    np.testing.assert_allclose(months.sum(axis=1), predict.expected_purchases(fit, rows, 24 * 30.4375), rtol=1e-12)
    assert (months >= 0).all()
    middle = predict.p_alive_at(fit, rows, 1.5 * 30.4375)
    np.testing.assert_allclose(predict.alive_by_month(fit, rows, months=3)[:, 1], middle, rtol=1e-12)
    undiscounted = predict.discounted_expected(fit, rows, yearly_rate=0, months=24)
    np.testing.assert_allclose(undiscounted, months.sum(axis=1), rtol=1e-12)


def test_horizons_as_an_array_are_columns() -> None:
    rows, fit = histories(), fitted("bg_nbd", r=0.5, alpha=40, a=0.9, b=1.6)
    table = predict.p_silent(fit, rows, [30, 90])
    assert table.shape == (len(ROWS), 2)
    np.testing.assert_array_equal(table[:, 1], predict.p_silent(fit, rows, 90))
    assert predict.expected_purchases(fit, rows, []).shape == (len(ROWS), 0)


def test_nobody_is_no_trouble() -> None:
    none = Histories(*(np.zeros(0),) * 3)
    for fit in (
        fitted("mbg_nbd", r=0.5, alpha=40, a=0.9, b=1.6),
        fitted("pareto_nbd", r=0.5, alpha=40, s=0.6, beta=50),
    ):
        assert predict.p_silent(fit, none, 90).shape == (0,)
        assert predict.variance(fit, none, 90).shape == (0,)
        assert predict.expected_by_month(fit, none, months=3).shape == (0, 3)
