"""Logistic regression on words (manager, product, …) with an effect for each word, drawn to nothing field by field.

Effects of a field are normal about 0 with a variance of their own, estimated by empirical Bayes: the EM steps of the Laplace
approximation (Dempster, Laird & Rubin 1977; MacKay 1992). A field that tells nothing gets a variance near 0, and words with
few deals stay near the rest. Newton's steps with the analytic gradient and Hessian, summed word by word, without a matrix of
deals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from crmcli.models.histories import Floats, Whole
from crmcli.models.past_deals import logit, sigmoid

_NEWTON = 25
_EM = 12
_START = 0.15  # variance of the effects before the first step
_LEAST = 1e-4
_STEP = 1e-3  # of an effect, at which Newton's steps end: the next one would be far smaller
_SETTLED = 0.1  # change of the logarithm of a variance at which the steps end
_PRIOR_WORDS, _PRIOR_VARIANCE = 1.0, 0.02  # so that a field of two words is not believed too soon


@dataclass(frozen=True, slots=True)
class ShrunkLogit:
    """The fit.

    Args:
        base: Log-odds where no word tells.
        effects: Of each word of all fields in a row, log-odds, (p,).
        starts: Where each field begins in `effects`, (f,).
        covariance: Of the base and the effects, (1 + p, 1 + p).
        variances: Of the effects, by field, (f,).
    """

    base: float
    effects: Floats
    starts: Whole
    covariance: Floats
    variances: Floats

    def terms(self, codes: Whole) -> Floats:
        """Effect of each field for each row, (n, f); 0 where the word is unknown (−1)."""
        padded = np.append(self.effects, 0.0)
        return np.asarray(padded[_places(codes, self.starts, len(self.effects))])

    def variance(self, codes: Whole) -> Floats:
        """Variance of base + effects for each row, (n,)."""
        padded = np.pad(self.covariance, (0, 1))  # a last row of zeros for unknown words
        places = _places(codes, self.starts, len(self.effects)) + 1
        places = np.column_stack([np.zeros(len(codes), np.int64), places])
        total = np.zeros(len(codes))
        for one in places.T:
            for other in places.T:
                total += padded[one, other]
        return np.maximum(total, 0.0)


def fit_shrunk(
    codes: Whole, sizes: Whole, won: Floats, *, strengths: Sequence[float] = (1.0,), start: Floats | None = None
) -> dict[float, ShrunkLogit]:
    """Fit it, once for every strength.

    Args:
        codes: Number of the word in each field, (n, f); −1 unknown.
        sizes: Number of words of each field, (f,).
        won: 1 or 0, (n,).
        strengths: Penalty ÷ what empirical Bayes finds; above 1 draws more.
        start: Variances of a fit on much the same rows, (f,), from which few steps are left to go.
    """
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64) if len(sizes) else np.zeros(0, np.int64)
    places = _places(codes, starts, int(sizes.sum()))
    field = np.repeat(np.arange(len(sizes)), sizes)
    rate = (won.sum() + 1) / (len(won) + 2)
    beta = np.concatenate([[logit(rate)], np.zeros(len(field))])
    variances, beta = _variances(beta, places, won, sizes, start)
    found = {}
    for strength in strengths:
        beta, covariance = _newton(beta, places, won, strength / variances[field])
        found[strength] = ShrunkLogit(float(beta[0]), beta[1:], starts, covariance, variances)
    return found


def _variances(beta: Floats, places: Whole, won: Floats, sizes: Whole, start: Floats | None) -> tuple[Floats, Floats]:
    """Variance of the effects of each field, (f,), by EM with one of Newton's steps in each; and the effects."""
    field = np.repeat(np.arange(len(sizes)), sizes)
    variances = np.full(len(sizes), _START) if start is None else start
    for _step in range(_EM if len(sizes) else 0):
        beta, covariance = _newton(beta, places, won, 1 / variances[field], steps=1)
        spread = np.bincount(field, beta[1:] ** 2 + np.diag(covariance)[1:], len(sizes))
        before = variances
        prior = _PRIOR_WORDS * _PRIOR_VARIANCE
        variances = np.maximum((spread + prior) / (np.maximum(sizes, 1) + _PRIOR_WORDS), _LEAST)
        if np.abs(np.log(variances / before)).max() < _SETTLED:
            break
    return variances, beta


def _places(codes: Whole, starts: Whole, count: int) -> Whole:
    """Place of each word among all effects, (n, f); `count` where unknown."""
    return np.where(codes >= 0, codes + starts, count).astype(np.int64)


def _newton(
    beta: Floats, places: Whole, won: Floats, penalty: Floats, *, steps: int = _NEWTON
) -> tuple[Floats, Floats]:
    """Maximum of the penalised likelihood and minus the inverse Hessian there; the base is not penalised but for a trace."""
    ridge = np.concatenate([[1e-6], penalty])
    inverse: Floats = np.diag(1 / ridge)
    for _step in range(steps):
        eta = beta[0] + np.append(beta[1:], 0.0)[places].sum(axis=1)
        chance = sigmoid(eta)
        gradient = _gradient(won - chance, places, len(beta)) - ridge * beta
        inverse = np.asarray(
            np.linalg.inv(_hessian(chance * (1 - chance), places, len(beta)) + np.diag(ridge)), np.float64
        )
        step = inverse @ gradient
        beta = beta + np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < _STEP:
            break
    return beta, inverse


def _gradient(residual: Floats, places: Whole, count: int) -> Floats:
    found = np.zeros(count + 1)
    found[0] = residual.sum()
    for column in places.T:
        found[1:] += np.bincount(column, residual, count)
    return found[:count]


def _hessian(curvature: Floats, places: Whole, count: int) -> Floats:
    """Σ weight · x xᵀ over the rows, by pairs of words; a last row and column for the unknown are cut off."""
    found = np.zeros((count + 1, count + 1))
    found[0, 0] = curvature.sum()
    flat = np.zeros(count * count)
    for number, one in enumerate(places.T):
        single = np.bincount(one, curvature, count)
        found[0, 1:] += single
        found[1:, 0] += single
        flat += np.bincount(one * count + one, curvature, count * count)
        for other in places.T[number + 1 :]:
            pair = np.bincount(one * count + other, curvature, count * count).reshape(count, count)
            flat += (pair + pair.T).ravel()
    found[1:, 1:] += flat.reshape(count, count)
    return found[:count, :count]
