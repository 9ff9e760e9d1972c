"""Intervals of totals: the model's own spread, widened by how far off past back-tests were (docs/decisions/0007, 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from crmcli.models.histories import Floats

_UPPER = 0.9  # upper end of 80 %
_USUAL_MISS = 0.15  # what such totals are off by where nothing is known yet, as a share
_USUAL_WEIGHT = 2  # past days that this counts for


@dataclass(frozen=True, slots=True)
class Miss:
    """How far off the total of a past day was.

    Args:
        ratio: Predicted ÷ actual.
        spread: What the model said its own deviation was, ÷ the total.
    """

    ratio: float
    spread: float


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


def shift_spread(misses: Sequence[Miss]) -> float:
    """Deviation of ln(predicted ÷ actual) beyond what the model explains: season, trend, whatever it does not know.

    Mean square of the logarithms about zero (a model that is always off is off), less the model's own variance of each day,
    drawn to 15 % as if that had been seen on two days. Days without an actual or predicted total do not count.
    """
    known = [miss for miss in misses if miss.ratio > 0 and np.isfinite(miss.ratio)]
    excess = sum(float(np.log(miss.ratio)) ** 2 - miss.spread**2 for miss in known)
    return float(np.sqrt(max(0.0, (_USUAL_WEIGHT * _USUAL_MISS**2 + excess) / (_USUAL_WEIGHT + len(known)))))


def total_interval(total: float, spread: float, misses: Sequence[Miss] = ()) -> tuple[float, float]:
    """80 % interval of a total: exp(ln total ± t · √(spread² + shift_spread²)); (0, 0) when the total is not above 0.

    t is Student's 90 % quantile with as many degrees of freedom as days the second term rests on: 1.89 without a past day,
    1.44 with four, 1.28 with ever so many.

    Args:
        total: Predicted.
        spread: Of the model, as `model_spread` gives it.
        misses: Of past days.
    """
    if total <= 0:
        return 0.0, 0.0
    known = sum(miss.ratio > 0 and bool(np.isfinite(miss.ratio)) for miss in misses)
    quantile = float(stdtrit(_USUAL_WEIGHT + known, _UPPER))
    width = quantile * float(np.hypot(spread, shift_spread(misses)))
    return float(total * np.exp(-width)), float(total * np.exp(width))
