"""BG/NBD and MBG/NBD: log-likelihood, gradient and Hessian over unique rows.

While a customer, he buys at a rate of his own, spread over customers by Gamma(r, alpha); after each occasion he leaves with
a chance of his own, spread by Beta(a, b). BG/NBD (Fader, Hardie & Lee 2005) lets nobody leave after the first
occasion; MBG/NBD (Batislam et al. 2007, Hoppe & Wagner 2007) does. They differ in one number: how often a customer with
x repeat occasions stayed, b + x or b + x + 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, expit, gammaln, zeta

from crmcli.models.climb import Evaluation
from crmcli.models.histories import Floats, Histories, Whole

NAMES = ("r", "alpha", "a", "b")
_CHUNK = (
    8_192  # rows at a time: stay in the cache, and below the length at which BLAS wakes threads (ten times the CPU)
)


@dataclass(frozen=True, slots=True)
class BetaGeometric:
    """The log-likelihood of either model on unique rows.

    Args:
        rows: Histories, best compressed.
        x: Distinct numbers of repeat occasions, (d,).
        kind: For each row the index of its x, (m,).
        customers: How many customers have each x, (d,).
        first_may_end: True for MBG/NBD.
    """

    rows: Histories
    x: Floats
    kind: Whole
    customers: Floats
    first_may_end: bool

    @classmethod
    def of(cls, rows: Histories, *, first_may_end: bool) -> BetaGeometric:
        """Group rows by x, so that gamma functions are taken once per distinct x."""
        x, kind = np.unique(rows.x, return_inverse=True)
        return cls(rows, x, kind, np.bincount(kind, weights=rows.weights).astype(np.float64), first_may_end)

    def __call__(self, parameters: Floats) -> Evaluation:
        """Sum over customers at (r, alpha, a, b), all positive."""
        value, gradient, hessian = self._of_counts(*parameters)
        r, alpha, a, b = parameters
        left = b + self.x - (0 if self.first_may_end else 1)
        open_end = left <= 0 if self.first_may_end else self.x == 0
        left[open_end] = np.inf
        log_odds, leaving = np.log(a) - np.log(left), 1 / left
        for begin in range(0, len(self.kind), _CHUNK):
            part = slice(begin, begin + _CHUNK)
            kind = self.kind[part]
            weights = None if self.rows.weights is None else self.rows.weights[part]
            times = _Times(self.x[kind] + r, self.rows.t_x[part] + alpha, self.rows.T[part] + alpha)
            value += times.add_to(gradient, hessian, log_odds[kind], leaving[kind], a, weights)
        hessian += np.triu(hessian, 1).T
        return Evaluation(value, gradient, hessian)

    def _of_counts(self, r: float, alpha: float, a: float, b: float) -> tuple[float, Floats, Floats]:
        """The part that depends on x alone; of the Hessian the upper triangle."""
        w, n = self.customers, self.customers.sum()
        stayed = b + self.x + (1 if self.first_may_end else 0)
        value = w @ (gammaln(r + self.x) + gammaln(stayed) - gammaln(a + stayed))
        value += n * (r * np.log(alpha) - gammaln(r) - gammaln(b) + gammaln(a + b))
        both, more = w @ digamma(a + stayed), w @ zeta(2, a + stayed)
        gradient = np.array(
            [
                w @ digamma(r + self.x) + n * (np.log(alpha) - digamma(r)),
                n * r / alpha,
                n * digamma(a + b) - both,
                w @ digamma(stayed) - both + n * (digamma(a + b) - digamma(b)),
            ]
        )
        hessian = np.zeros((4, 4))
        hessian[0, 0] = w @ zeta(2, r + self.x) - n * zeta(2, r)
        hessian[0, 1] = n / alpha
        hessian[1, 1] = -n * r / alpha**2
        hessian[2, 2] = hessian[2, 3] = n * zeta(2, a + b) - more
        hessian[3, 3] = w @ zeta(2, stayed) - more + n * (zeta(2, a + b) - zeta(2, b))
        return float(value), gradient, hessian


@dataclass(frozen=True, slots=True)
class _Times:
    """Some rows: r + x, alpha + t_x, alpha + T."""

    shape: Floats
    last: Floats
    now: Floats

    def add_to(
        self, gradient: Floats, hessian: Floats, log_odds: Floats, leaving: Floats, a: float, weights: Floats | None
    ) -> float:
        """Add the part that depends on times to gradient and Hessian (upper triangle) and return its value.

        With d = ln((alpha + T) / (alpha + t_x)), the logarithm of the odds of having left is
        o = ln a - ln(b + x [- 1]) + (r + x) d, and the part is ln(1 + e^o) - (r + x) ln(alpha + T).
        """
        log_now, per_now, per_last = np.log(self.now), 1 / self.now, 1 / self.last
        d = log_now - np.log(self.last)
        odds = log_odds + self.shape * d
        dead = expit(odds)
        alive = expit(-odds)
        d_alpha = per_now - per_last
        o_alpha = self.shape * d_alpha
        w = np.ones_like(dead) if weights is None else weights
        dead *= w
        spread = dead * alive
        gradient += [
            dead @ d - w @ log_now,
            dead @ o_alpha - w @ (self.shape * per_now),
            dead.sum() / a,
            -(dead @ leaving),
        ]
        squares = self.shape * (per_last**2 - per_now**2)
        hessian[0, 0] += spread @ d**2
        hessian[0, 1] += spread @ (d * o_alpha) + dead @ d_alpha - w @ per_now
        hessian[0, 2] += spread @ d / a
        hessian[0, 3] -= spread @ (d * leaving)
        hessian[1, 1] += spread @ o_alpha**2 + dead @ squares + w @ (self.shape * per_now**2)
        hessian[1, 2] += spread @ o_alpha / a
        hessian[1, 3] -= spread @ (o_alpha * leaving)
        hessian[2, 2] += (spread.sum() - dead.sum()) / a**2
        hessian[2, 3] -= spread @ leaving / a
        hessian[3, 3] += (spread + dead) @ leaving**2
        return float(w @ (np.maximum(odds, 0) - np.log(np.maximum(alive, 1 - alive)) - self.shape * log_now))
