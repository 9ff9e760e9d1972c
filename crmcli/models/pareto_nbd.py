"""Pareto/NBD (Schmittlein, Morrison & Colombo 1987): log-likelihood, gradient and Hessian over unique rows.

While a customer, he buys at a rate of his own, spread by Gamma(r, alpha), and leaves at a rate of his own, spread by
Gamma(s, beta), at any time. The usual form takes the difference of two hypergeometric functions, in two cases, and their
derivatives in parameters have no closed form. Here the same quantity is the integral it came from,

    dead(t_x, T) = s · ∫ over u in (t_x, T) of (alpha + u)^-(r + x) · (beta + u)^-(s + 1) du,

taken by Gauss-Legendre nodes in v = ln((m + u) / (m + t_x)), m = min(alpha, beta): there the integrand is analytic in a
strip of half-width π whatever the parameters, nothing cancels, and first and second derivatives are weighted means over the
same nodes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln, zeta

from crmcli.models.climb import Evaluation
from crmcli.models.histories import Floats, Histories
from crmcli.models.nodes import line

NAMES = ("r", "alpha", "s", "beta")
_CHUNK = 4_096  # rows at a time, each with as many nodes
_NODES = 40
_NOTHING = 37.0  # e^-37 is below the last digit


@dataclass(frozen=True, slots=True)
class Leaving:
    """The integrand of dead(since, until) at its nodes, for m rows and k nodes, weighed so that each row sums to 1.

    Args:
        log_total: ln of s times the integral ÷ ((alpha + since)^-(r + x) (beta + since)^-s), (m,); -inf where until = since.
        shares: Weight of each node, (m, k).
        log_buying, log_staying: ln((alpha + u) / (alpha + since)), ln((beta + u) / (beta + since)) at the nodes, (m, k).
        after: u - since, (m, k).
    """

    log_total: Floats
    shares: Floats
    log_buying: Floats
    log_staying: Floats
    after: Floats


def leaving(shape: Floats, buying: Floats, s: float, staying: Floats, duration: Floats, nodes: int = _NODES) -> Leaving:
    """Nodes of the integral from `since` over `duration`.

    Args:
        shape: r + x, (m,).
        buying: alpha + since, (m,).
        s: Of the model.
        staying: beta + since, (m,).
        duration: until - since, (m,).
        nodes: How many.
    """
    place, weight = line(nodes)
    with np.errstate(over="ignore"):
        end = np.minimum(buying * np.expm1(_NOTHING / shape), staying * np.expm1(np.minimum(700, _NOTHING / s)))
    end = np.minimum(duration, end)
    near = np.minimum(buying, staying)
    span = np.log1p(end / near)
    after = near[:, None] * np.expm1(0.5 * span[:, None] * (place + 1))
    log_buying = np.log1p(after / buying[:, None])
    log_staying = np.log1p(after / staying[:, None])
    logs = -shape[:, None] * log_buying - (s + 1) * log_staying + np.log((near[:, None] + after) / staying[:, None])
    highest = logs.max(axis=1)
    shares = weight * np.exp(logs - highest[:, None])
    total = shares.sum(axis=1)
    with np.errstate(divide="ignore"):
        log_total = np.log(s) + highest + np.log(total) + np.log(0.5 * span)
    return Leaving(log_total, shares / total[:, None], log_buying, log_staying, after)


@dataclass(frozen=True, slots=True)
class ParetoNbd:
    """The log-likelihood on unique rows; the same rows and weights throughout a fit."""

    rows: Histories
    x: Floats
    customers: Floats

    @classmethod
    def of(cls, rows: Histories) -> ParetoNbd:
        """Group rows by x, so that gamma functions are taken once per distinct x."""
        x, kind = np.unique(rows.x, return_inverse=True)
        return cls(rows, x, np.bincount(kind, weights=rows.weights).astype(np.float64))

    def __call__(self, parameters: Floats) -> Evaluation:
        """Sum over customers at (r, alpha, s, beta), all positive."""
        found = self._of_counts(*parameters)
        weights = self.rows.counts
        for begin in range(0, len(self.rows), _CHUNK):
            part = slice(begin, begin + _CHUNK)
            found = found.plus(
                _of_times(parameters, self.rows.x[part], self.rows.t_x[part], self.rows.T[part], weights[part])
            )
        return found

    def _of_counts(self, r: float, alpha: float, s: float, beta: float) -> Evaluation:
        """The part that depends on x alone."""
        w, n = self.customers, self.customers.sum()
        value = w @ gammaln(r + self.x) + n * (r * np.log(alpha) - gammaln(r) + s * np.log(beta))
        gradient = np.array(
            [
                w @ digamma(r + self.x) + n * (np.log(alpha) - digamma(r)),
                n * r / alpha,
                n * np.log(beta),
                n * s / beta,
            ]
        )
        hessian = np.diag([w @ zeta(2, r + self.x) - n * zeta(2, r), -n * r / alpha**2, 0.0, -n * s / beta**2])
        hessian[0, 1] = hessian[1, 0] = n / alpha
        hessian[2, 3] = hessian[3, 2] = n / beta
        return Evaluation(float(value), gradient, hessian)


def _of_times(parameters: Floats, x: Floats, t_x: Floats, now: Floats, weights: Floats) -> Evaluation:
    """ln((alpha + T)^-(r + x) (beta + T)^-s + dead(t_x, T)), summed with weights: alive or dead, weighed by how likely."""
    r, alpha, s, beta = parameters
    shape, one = r + x, np.ones_like(x)
    log_alive = -shape * np.log(alpha + now) - s * np.log(beta + now)
    nodes = leaving(shape, alpha + t_x, s, beta + t_x, now - t_x)
    log_a, log_b = np.log(alpha + t_x), np.log(beta + t_x)
    log_dead = nodes.log_total - shape * log_a - s * log_b
    value = np.logaddexp(log_alive, log_dead)
    dead = np.exp(log_dead - value)
    alive = np.exp(log_alive - value)

    steady = np.stack([-np.log(alpha + now), -shape / (alpha + now), -np.log(beta + now), -s / (beta + now)])
    per_a = 1 / (alpha + t_x[:, None] + nodes.after)
    per_b = 1 / (beta + t_x[:, None] + nodes.after)
    slopes = (-nodes.log_buying, -shape[:, None] * per_a, -nodes.log_staying, -(s + 1) * per_b)
    lifted = (-log_a, 0 * one, -log_b + 1 / s, 0 * one)  # parts of the slopes that are the same at every node
    inner = [np.einsum("ij,ij->i", nodes.shares, slope) for slope in slopes]
    first = np.stack([mean + lift for mean, lift in zip(inner, lifted, strict=True)])
    gradient = alive * steady + dead * first
    hessian = np.empty((4, 4))
    for i in range(4):
        weighted = nodes.shares * slopes[i]
        for j in range(i, 4):
            between = np.einsum("ij,ij->i", weighted, slopes[j]) - inner[i] * inner[j] + first[i] * first[j]
            row = alive * steady[i] * steady[j] + dead * between - gradient[i] * gradient[j]
            hessian[i, j] = hessian[j, i] = weights @ row
    curved_a = np.einsum("ij,ij->i", nodes.shares, per_a)
    curved_b = np.einsum("ij,ij->i", nodes.shares, per_b)
    extra = np.zeros((4, 4))
    extra[0, 1] = weights @ (-alive / (alpha + now) - dead * curved_a)
    extra[2, 3] = weights @ (-alive / (beta + now) - dead * curved_b)
    extra += extra.T
    extra[1, 1] = weights @ (
        shape * (alive / (alpha + now) ** 2 + dead * np.einsum("ij,ij->i", nodes.shares, per_a**2))
    )
    extra[2, 2] = -(weights @ dead) / s**2
    extra[3, 3] = weights @ (
        s * alive / (beta + now) ** 2 + (s + 1) * dead * np.einsum("ij,ij->i", nodes.shares, per_b**2)
    )
    return Evaluation(float(weights @ value), gradient @ weights, hessian + extra)
