"""Gamma-Gamma (Fader & Hardie 2013): mean spend of repeat occasions, for comparison with the literature.

Each customer spends Gamma(p, ν) on an occasion, ν spread over customers by Gamma(q, v). Grouped by x: gamma functions once per
distinct x, one logarithm per customer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln, zeta

from crmcli.models.climb import Evaluation
from crmcli.models.fit import PRIORS, Fit, Problem
from crmcli.models.histories import Floats

NAMES = ("p", "q", "v")


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """The log-likelihood over customers sorted by x.

    Args:
        x: Distinct numbers of repeat occasions, (d,).
        customers: How many have each, (d,).
        begins: Where each x begins among the sorted customers, (d,).
        total: x · mean spend, sorted by x, (n,).
        log_spend: Sum of ln mean spend per distinct x, (d,).
    """

    x: Floats
    customers: Floats
    begins: np.ndarray[tuple[int], np.dtype[np.intp]]
    total: Floats
    log_spend: Floats

    @classmethod
    def of(cls, x: Floats, mean: Floats) -> GammaGamma:
        """Sort by x and add up what does not depend on parameters."""
        order = np.argsort(x, kind="stable")
        count, spend = x[order], mean[order]
        begins = np.flatnonzero(np.diff(count, prepend=-1.0))
        ends = np.append(begins[1:], len(count))
        return cls(
            count[begins],
            (ends - begins).astype(np.float64),
            begins,
            count * spend,
            np.add.reduceat(np.log(spend), begins),
        )

    def __call__(self, parameters: Floats) -> Evaluation:
        """Sum over customers at (p, q, v), all positive."""
        p, q, v = parameters
        x, w = self.x, self.customers
        shifted = self.total + v
        logs = np.add.reduceat(np.log(shifted), self.begins)
        np.divide(1, shifted, out=shifted)
        inverse = np.add.reduceat(shifted, self.begins)
        np.multiply(shifted, shifted, out=shifted)
        squares = np.add.reduceat(shifted, self.begins)
        shape, both = p * x, p * x + q
        value = w @ (gammaln(both) - gammaln(shape) + shape * np.log(x) + q * np.log(v) - gammaln(q))
        value += (shape - 1) @ self.log_spend - both @ logs
        gradient = np.array(
            [
                w @ (x * (digamma(both) - digamma(shape) + np.log(x))) + x @ (self.log_spend - logs),
                w @ (digamma(both) - digamma(q) + np.log(v)) - logs.sum(),
                w.sum() * q / v - both @ inverse,
            ]
        )
        curve = zeta(2, both)
        pq, pv, qv = w @ (x * curve), -(x @ inverse), w.sum() / v - inverse.sum()
        pp, qq = w @ (x**2 * (curve - zeta(2, shape))), w @ (curve - zeta(2, q))
        vv = both @ squares - w.sum() * q / v**2
        return Evaluation(float(value), gradient, np.array([[pp, pq, pv], [pq, qq, qv], [pv, qv, vv]]))


def fit_gamma_gamma(x: Floats, mean: Floats, *, prior: str = "weak", start: Fit | None = None) -> Fit:
    """Fit p, q, v to the mean spend of repeat occasions.

    Args:
        x: Repeat occasions, (n,); customers without any, or whose mean is not above 0, are left out (and not in `Fit.n`).
        mean: Mean spend of those occasions, (n,), in any currency.
        prior: "weak": in units of the base's mean spend ln p ~ N(ln 4, 1), ln q ~ N(ln 4, 0.75), ln v ~ N(ln 0.75, 1); "none".
        start: An earlier fit to begin from.

    Returns:
        A fit whose `message` is "empty" when nobody came back. A fit with q <= 1 has no mean spend.

    Raises:
        ValueError: On another prior.
    """
    if prior not in PRIORS:
        raise ValueError(f"unknown prior: {prior}")
    count, spend = np.asarray(x, dtype=np.float64), np.asarray(mean, dtype=np.float64)
    usable = (count > 0) & (spend > 0) & np.isfinite(spend)
    if not usable.all():
        count, spend = count[usable], spend[usable]
    scale = float(count @ spend / count.sum()) if len(count) else 1.0
    centre = np.log((4.0, 4.0, 0.75))
    likelihood = GammaGamma.of(count, spend / scale) if len(count) else _nothing
    return Problem(
        model="gamma_gamma",
        prior=prior,
        names=NAMES,
        likelihood=likelihood,
        centre=centre,
        spread=np.array([1.0, 0.75, 1.0]),
        units=np.array([0.0, 0.0, 1.0]),
        scale=scale,
        dimension=float(len(count)),
        n=len(count),
        n_unique=len(count),
    ).solve(start)


def conditional_spend(fitted: Fit, x: Floats, mean: Floats) -> Floats:
    """Expected spend per occasion, (n,): (v + x·mean) p ÷ (p x + q - 1); NaN where q + p x <= 1, which has no mean.

    Args:
        fitted: A fit of Gamma-Gamma.
        x: Repeat occasions, (n,).
        mean: Their mean spend, (n,); not looked at where x is 0.
    """
    p, q, v = fitted.parameters.values()
    known = np.where(x > 0, mean, 0.0)
    below = p * x + q - 1
    return np.where(below > 0, p * (v + x * known) / np.where(below > 0, below, 1), np.nan)


def _nothing(parameters: Floats) -> Evaluation:
    return Evaluation(0.0, np.zeros_like(parameters), np.zeros((len(parameters), len(parameters))))
