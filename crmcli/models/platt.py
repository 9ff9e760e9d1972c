"""Calibration of probabilities by what came of earlier ones: log-odds → intercept + slope · log-odds (Platt 1999).

Drawn to leaving them as they are: the intercept is normal about 0, the slope about 1, so that a few outcomes change little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crmcli.models.histories import Floats
from crmcli.models.past_deals import logit, sigmoid

_INTERCEPT, _SLOPE = 0.5, 0.1  # deviations before anything is seen
_STEPS = 30
_LEAST = 1e-4  # nearer to 0 or 1 no chance is taken for


@dataclass(frozen=True, slots=True)
class Platt:
    """The two figures and their covariance, (2, 2)."""

    intercept: float
    slope: float
    covariance: Floats

    def apply(self, probability: Floats) -> Floats:
        """Calibrated probabilities, (k,)."""
        return sigmoid(self.intercept + self.slope * logit(probability, least=_LEAST))

    def spread(self, probability: Floats, spread: Floats) -> Floats:
        """Standard error of calibrated log-odds, (k,), from that of the log-odds before."""
        odds = logit(probability, least=_LEAST)
        own = self.covariance[0, 0] + 2 * odds * self.covariance[0, 1] + odds**2 * self.covariance[1, 1]
        return np.asarray(np.sqrt((self.slope * spread) ** 2 + np.maximum(own, 0.0)))


AS_IT_IS = Platt(0.0, 1.0, np.zeros((2, 2)))


def calibrate(probability: Floats, happened: Floats, weights: Floats) -> Platt:
    """Fit it by Newton's steps.

    Args:
        probability: As told, (n,).
        happened: 1 or 0, (n,).
        weights: What each counts for, (n,): 1 ÷ times told, for what was told of again and again.
    """
    if not len(probability):
        return AS_IT_IS
    rows = np.column_stack([np.ones(len(probability)), logit(probability, least=_LEAST)])
    precision, middle = np.diag([_INTERCEPT**-2, _SLOPE**-2]), np.array([0.0, 1.0])
    found = middle.copy()
    hessian = precision
    for _step in range(_STEPS):
        chance = sigmoid(rows @ found)
        gradient = rows.T @ (weights * (happened - chance)) - precision @ (found - middle)
        hessian = (rows * (weights * chance * (1 - chance))[:, None]).T @ rows + precision
        step = np.linalg.solve(hessian, gradient)
        found = found + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-7:
            break
    found[1] = max(found[1], 0.0)  # the order of deals is never turned round
    return Platt(float(found[0]), float(found[1]), np.linalg.inv(hessian))
