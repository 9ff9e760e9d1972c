"""Simulation: the futures of known customers, and whole shops for tests and back-tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from crmcli.models.fit import Fit
from crmcli.models.futures import future
from crmcli.models.histories import Floats, Histories, Whole

_CELLS = 500_000  # draws at a time


@dataclass(frozen=True, slots=True)
class Shop:
    """Simulated occasions: flat arrays sorted by customer, then day.

    Args:
        customer: 0, 1, ..., (m,).
        day: Of each occasion, (m,), from 0 to span.
        span: Last day that was looked at.
    """

    customer: Whole
    day: Whole
    span: int

    def histories(self, as_of: int | None = None) -> Histories:
        """Histories by a day, of customers whose first occasion lies before it or on it."""
        from crmcli.models.occasions import Occasions

        return Occasions.of(self.customer, self.day).by(self.span if as_of is None else as_of).histories


def simulate(fitted: Fit, histories: Histories, horizon: float, *, draws: int = 100, seed: int = 1) -> Whole:
    """Counts of occasions in (T, T + horizon], (n, draws): alive, rate and leaving drawn from what is known of each row.

    Memory is 8 · n · draws bytes for the answer: for many customers ask `count_quantiles` and `predict.variance`, exact.

    Args:
        fitted: The fit.
        histories: n rows.
        horizon: In the unit of the fit.
        draws: Per row.
        seed: Same seed, same counts.
    """
    random = np.random.default_rng(seed)
    known = future(fitted, histories)
    alive = known.p_alive()
    found = np.empty((len(histories), draws), dtype=np.int64)
    rows = max(1, _CELLS // max(1, draws))
    for begin in range(0, len(histories), rows):
        part = slice(begin, begin + rows)
        few = known.take(part)
        counts = few.draw(horizon, draws, random)
        found[part] = np.where(random.random(counts.shape) < alive[part, None], counts, 0)
    return found


def simulate_shop(
    model: str, parameters: Mapping[str, float], *, n: int, span: int, seed: int = 1, entry: int | None = None
) -> Shop:
    """A shop of n customers who behave as a model says.

    First occasions fall evenly on the days 0 to `entry`; later ones are rounded up to whole days, several on a day are one.

    Args:
        model: "bg_nbd", "mbg_nbd" or "pareto_nbd".
        parameters: By name, in days.
        n: Customers.
        span: Days that are looked at.
        seed: Same seed, same shop.
        entry: Last day of a first occasion; half the span unless said.
    """
    random = np.random.default_rng(seed)
    first_shape, alpha, third, fourth = parameters.values()
    start = random.integers(0, (span // 2 if entry is None else entry) + 1, n).astype(np.float64)
    rate = random.gamma(first_shape, 1 / alpha, n)
    ends, chance = np.full(n, np.inf), np.zeros(n)
    if model == "pareto_nbd":
        ends = start + random.exponential(1.0, n) / np.maximum(random.gamma(third, 1 / fourth, n), 1e-300)
    else:
        chance = random.beta(third, fourth, n)
    customer, day = [np.arange(n)], [start]
    active, now = np.arange(n), start
    if model == "mbg_nbd":
        active = active[random.random(n) >= chance]
    while len(active):
        now = now[_positions(customer[-1], active)] + random.exponential(1.0, len(active)) / np.maximum(
            rate[active], 1e-300
        )
        inside = (now <= span) & (now <= ends[active])
        active, now = active[inside], now[inside]
        customer.append(active)
        day.append(now)
        active = active[random.random(len(active)) >= chance[active]]
    return _shop(np.concatenate(customer), np.concatenate(day), span)


def _positions(among: Whole, wanted: Whole) -> Whole:
    """Where the wanted ones stand among the sorted others."""
    return np.searchsorted(among, wanted)


def _shop(customer: Whole, moment: Floats, span: int) -> Shop:
    day = np.minimum(np.ceil(moment), span).astype(np.int64)
    distinct = np.unique(customer * (span + 1) + day)
    return Shop(distinct // (span + 1), distinct % (span + 1), span)
