"""Intervals of totals: the model's own spread, widened by how far off past back-tests were (docs/decisions/0007, 8)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from crmcli.models.histories import Floats

_QUANTILE = 1.28  # of 80 %
_LEAST_SPREAD = 0.15
_ENOUGH_ORIGINS = 3


def model_spread(expected: Floats, variance: Floats, *, weights: Floats | None = None) -> float:
    """Standard deviation of the total ÷ the total, customers independent, parameters taken as known; 0 when it is not above 0.

    Args:
        expected: Expected figure of each row, (n,).
        variance: Its variance, (n,).
        weights: How many customers each row stands for, (n,).
    """
    count = np.ones_like(expected) if weights is None else weights
    total = float(count @ expected)
    return float(np.sqrt(count @ variance)) / total if total > 0 else 0.0


def backtest_spread(ratios: Sequence[float]) -> float:
    """Root mean square of ln(predicted ÷ actual) over past origins; with fewer than 3 of them at least 0.15.

    About zero and not about their mean: a model that is always off is off. Origins without an actual or predicted total
    do not count.
    """
    logs = [float(np.log(ratio)) for ratio in ratios if ratio > 0 and np.isfinite(ratio)]
    spread = float(np.sqrt(np.mean(np.square(logs)))) if logs else 0.0
    return spread if len(logs) >= _ENOUGH_ORIGINS else max(_LEAST_SPREAD, spread)


def total_interval(total: float, spread: float, ratios: Sequence[float] = ()) -> tuple[float, float]:
    """80 % interval of a total: exp(ln total ± 1.28 √(spread² + backtest_spread²)); (0, 0) when the total is not above 0.

    Args:
        total: Predicted.
        spread: Of the model, as `model_spread` gives it.
        ratios: Predicted ÷ actual total of past origins.
    """
    if total <= 0:
        return 0.0, 0.0
    width = _QUANTILE * float(np.hypot(spread, backtest_spread(ratios)))
    return float(total * np.exp(-width)), float(total * np.exp(width))
