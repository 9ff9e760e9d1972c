"""Back-tests: go back to an earlier day, fit what was known then, and compare with what came after, beside two naive scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from crmcli.models import predict
from crmcli.models.fit import Fit, fit
from crmcli.models.histories import Floats, Whole, compress
from crmcli.models.interval import model_spread
from crmcli.models.measures import (
    Fifth,
    auc,
    brier,
    brier_of_base_rate,
    brier_skill,
    capture,
    fifths,
    mean_absolute_error,
    normalised_gini,
)
from crmcli.models.occasions import Occasions, Standing
from crmcli.models.spend import shrink
from crmcli.models.thin import Thin, thin

_OVERDUE, _OVERDUE_DAYS = 3.0, 30.0  # who is departed


@dataclass(frozen=True, slots=True)
class Totals:
    """A figure of the horizon, predicted and actual, over the customers of an origin: occasions, or their value.

    Args:
        predicted, actual: Totals.
        ratio: Predicted ÷ actual; None when the actual total is 0.
        spread: The model's own standard deviation of the total ÷ the total.
        error: Mean absolute error per customer.
        error_of_rate: The same for the baseline: his rate so far goes on, and who is departed comes no more.
        predicted_by_rate: Total of that baseline.
        capture: Share of the actual total that the predicted top 20 % brought.
        capture_of_rate: The same for the baseline.
        gini: Normalised Gini; 1 is the perfect order.
        gini_of_rate: The same for the baseline.
    """

    predicted: float
    actual: float
    ratio: float | None
    spread: float
    error: float | None
    error_of_rate: float | None
    predicted_by_rate: float
    capture: float | None
    capture_of_rate: float | None
    gini: float | None
    gini_of_rate: float | None


@dataclass(frozen=True, slots=True)
class Backtest:
    """One origin.

    Args:
        origin: The day looked back from; nothing later was known to the model.
        horizon: Days after it.
        customers: Who had an occasion by then.
        silent_share: Of them without an occasion in the horizon.
        thin: Why there was too little to fit then, or None; if thin, all that follows from the model is None.
        fit: The model as fitted then.
        auc, brier, brier_skill: Of the predicted P(no occasion).
        brier_base: Brier score of the observed share given to everybody.
        auc_recency: AUC of days since the last occasion alone.
        auc_overdue: AUC of the overdue ratio alone; None when nobody had an interval.
        fifths: Calibration.
        occasions: Predicted and actual occasions.
        value: Predicted and actual value; None without values.
    """

    origin: int
    horizon: int
    customers: int
    silent_share: float | None
    thin: Thin | None
    fit: Fit | None
    auc: float | None
    brier: float | None
    brier_skill: float | None
    brier_base: float | None
    auc_recency: float | None
    auc_overdue: float | None
    fifths: tuple[Fifth, ...]
    occasions: Totals | None
    value: Totals | None

    @property
    def better_than_recency(self) -> bool | None:
        """Whether the model ranks at least as well as days since the last occasion; None when either is unknown."""
        return None if self.auc is None or self.auc_recency is None else self.auc >= self.auc_recency


def origins(first_day: int, as_of: int, horizon: int, *, most: int = 4) -> tuple[int, ...]:
    """The last days, `horizon` apart, whose horizon is over by `as_of` and that leave as much history before as they look ahead.

    Args:
        first_day: Day of the first occasion of the base.
        as_of: Last day that is known.
        horizon: Days.
        most: How many at most.

    Returns:
        Oldest first; empty when the history is shorter than two horizons.
    """
    days = [as_of - k * horizon for k in range(1, most + 1)] if horizon > 0 else []
    return tuple(day for day in reversed(days) if day - first_day >= horizon)


def backtest(
    customer: Whole,
    day: Whole,
    *,
    origins: Sequence[int],
    horizon: int,
    model: str = "mbg_nbd",
    prior: str = "weak",
    value: Floats | None = None,
    start: Fit | None = None,
) -> tuple[Backtest, ...]:
    """Score a model at each origin, refitted from what was known then, beside recency, overdue ratio and rate.

    Args:
        customer: Whole numbers, (m,), one element per occasion, sorted by customer, then day; no day twice for a customer.
        day: Whole days, (m,).
        origins: Days, oldest first.
        horizon: Days.
        model: As for `fit`.
        prior: As for `fit`.
        value: What was spent on each occasion, (m,); predicted with credible spend per occasion.
        start: A fit in days to begin the first one from; each later one begins from the last.

    Raises:
        ValueError: When occasions are not sorted.
    """
    known = Occasions.of(customer, day, value)
    found = []
    for origin in origins:
        scored = _score(known, origin, horizon, model, prior, start)
        start = scored.fit or start
        found.append(scored)
    return tuple(found)


def _score(known: Occasions, origin: int, horizon: int, model: str, prior: str, start: Fit | None) -> Backtest:
    standing = known.by(origin)
    later, worth = known.after(origin, origin + horizon)
    actual = later[standing.customer].astype(np.float64)
    silent = actual == 0
    reason = thin(standing.histories, standing.base_gap)
    fitted, risk, occasions, value = None, None, None, None
    if reason is None:
        rows, inverse = compress(standing.histories)
        fitted = fit(rows, model=model, prior=prior, start=start)
        risk = predict.p_silent(fitted, rows, horizon)[inverse]
        expected = predict.expected_purchases(fitted, rows, horizon)[inverse]
        spread = predict.variance(fitted, rows, horizon)[inverse]
        rate = _rate(standing, horizon)
        occasions = totals_of(expected, spread, actual, standing, horizon)
        if worth is not None and standing.spend is not None and standing.spend_within is not None:
            spend = shrink(standing.histories.x + 1, standing.spend, standing.spend_within)
            noise = expected * (spend.within or 0.0) + spread * spend.mean**2
            value = _totals(expected * spend.mean, worth[standing.customer], rate * standing.spend, noise)
    overdue = standing.overdue_ratio if standing.base_gap is not None else None
    return Backtest(
        origin=origin,
        horizon=horizon,
        customers=len(silent),
        silent_share=float(silent.mean()) if len(silent) else None,
        thin=reason,
        fit=fitted,
        auc=None if risk is None else auc(risk, silent),
        brier=None if risk is None else brier(risk, silent),
        brier_skill=None if risk is None else brier_skill(risk, silent),
        brier_base=brier_of_base_rate(silent),
        auc_recency=auc(standing.recency, silent),
        auc_overdue=None if overdue is None else auc(overdue, silent),
        fifths=() if risk is None else fifths(risk, silent),
        occasions=occasions,
        value=value,
    )


def totals_of(expected: Floats, spread: Floats, actual: Floats, standing: Standing, horizon: int) -> Totals:
    """Predicted occasions of the customers of a day, (k,), with their variance, against what they made and against their rate."""
    return _totals(expected, actual, _rate(standing, horizon), spread)


def _rate(standing: Standing, horizon: int) -> Floats:
    """Occasions in the horizon if each goes on as so far (repeat occasions ÷ time), and who is departed comes no more."""
    histories = standing.histories
    rate = horizon * histories.x / np.maximum(histories.T, 1)
    departed = (standing.recency > _OVERDUE * standing.expected_gap) & (standing.recency >= _OVERDUE_DAYS)
    return np.where(departed, 0.0, rate)


def _totals(expected: Floats, actual: Floats, rate: Floats, spread: Floats) -> Totals:
    total, came = float(expected.sum()), float(actual.sum())
    return Totals(
        predicted=total,
        actual=came,
        ratio=total / came if came > 0 else None,
        spread=model_spread(expected, spread),
        error=mean_absolute_error(expected, actual),
        error_of_rate=mean_absolute_error(rate, actual),
        predicted_by_rate=float(rate.sum()),
        capture=capture(expected, actual),
        capture_of_rate=capture(rate, actual),
        gini=normalised_gini(expected, actual),
        gini_of_rate=normalised_gini(rate, actual),
    )
