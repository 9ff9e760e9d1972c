"""What a customer may buy in all: the spread of expected purchases × spend, from parameters, outcome and spend together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from crmcli.models.fit import Fit
from crmcli.models.histories import Floats, Histories, Whole
from crmcli.models.predict import p_alive
from crmcli.models.simulate import simulate

_MOST_CELLS = 1_500  # above this, customers who look alike are simulated together
_STEPS = 24  # of the age and of the odds of being alive, in one cell grid
_PARAMETER_DRAWS = 16
_OUTCOME_DRAWS = 25
_WIDEST = 4.0  # standard errors at which a parameter draw is cut off


@dataclass(frozen=True, slots=True)
class SpendNoise:
    """How spend per occasion scatters, as shares of the mean.

    Args:
        within: Deviation of one occasion around its customer's mean.
        between: Deviation of customers' means around that of all.
        n0: Occasions that the mean of all is worth (credibility).
    """

    within: float
    between: float
    n0: float


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Simulated purchases over a horizon, in units of one occasion at the customer's expected spend.

    Args:
        low, high: Per given row, (n,), the 10 % and 90 % quantiles.
        spread: Standard deviation of the total over all customers ÷ the total.
    """

    low: Floats
    high: Floats
    spread: float


def outcomes(fitted: Fit, rows: Histories, horizon: float, *, noise: SpendNoise, seed: int = 1) -> Outcomes:
    """Simulate what the rows will buy in `horizon` (same unit as the rows).

    Parameters are drawn from the normal distribution of their logarithms (none where the fit has no covariance), counts
    from the fitted model given each history, spend from gamma distributions of mean one. Customers of like history share
    a cell when there are more than 1,500 different ones; a cell is simulated as its first member.
    """
    if not len(rows):
        return Outcomes(np.zeros(0), np.zeros(0), 0.0)
    members, cell = _cells(fitted, rows)
    sample = Histories(rows.x[members], rows.t_x[members], rows.T[members])
    weights = np.bincount(cell, rows.counts, len(members))
    rng = np.random.default_rng(seed)
    blocks, means, variance = [], [], 0.0
    for number, drawn in enumerate(_parameter_draws(fitted, rng)):
        counts = simulate(drawn, sample, horizon, draws=_OUTCOME_DRAWS, seed=seed + number)
        units = counts * _spend_factors(counts, sample.x + 1, noise, rng)
        blocks.append(units)
        means.append(float(weights @ units.mean(axis=1)))
        variance += float(weights @ units.var(axis=1)) / _PARAMETER_DRAWS
    low, high = np.quantile(np.concatenate(blocks, axis=1), (0.1, 0.9), axis=1)
    return Outcomes(low[cell], high[cell], _spread(np.array(means), variance))


def _spread(means: Floats, variance: float) -> float:
    """Deviation of the total between parameter draws, and of the outcome around each."""
    total = float(means.mean())
    if total <= 0:
        return 0.0
    return float(np.sqrt((means / total).var() + variance / total**2))


def _cells(fitted: Fit, rows: Histories) -> tuple[Whole, Whole]:
    """The row that stands for each cell, (c,), and the cell of each row, (n,)."""
    if len(rows) <= _MOST_CELLS:
        every = np.arange(len(rows))
        return every, every
    odds = np.clip(p_alive(fitted, rows), 1e-9, 1 - 1e-9)
    age = _steps(np.log1p(rows.T))
    alive = _steps(np.log(odds / (1 - odds)))
    often = np.minimum(rows.x, 12 + np.round(8 * np.log2(np.maximum(rows.x, 12) / 12))).astype(np.int64)
    key = (often * _STEPS + age) * _STEPS + alive
    _keys, members, cell = np.unique(key, return_index=True, return_inverse=True)
    return members.astype(np.int64), cell.astype(np.int64)


def _steps(values: Floats) -> Whole:
    """Equal steps between the least and the greatest, 0 to _STEPS − 1."""
    least, reach = values.min(), np.ptp(values)
    steps: Whole = np.minimum((values - least) / (reach or 1.0) * _STEPS, _STEPS - 1).astype(np.int64)
    return steps


def _parameter_draws(fitted: Fit, rng: np.random.Generator) -> list[Fit]:
    if fitted.covariance is None:
        return [fitted] * _PARAMETER_DRAWS
    values, vectors = np.linalg.eigh(fitted.covariance)
    root = vectors * np.sqrt(np.maximum(values, 0))
    shocks = np.clip(rng.standard_normal((_PARAMETER_DRAWS, len(values))), -_WIDEST, _WIDEST)
    drawn = np.exp(np.clip(fitted.logs + shocks @ root.T, -30, 30))
    names = tuple(fitted.parameters)
    return [replace(fitted, parameters=dict(zip(names, values.tolist(), strict=True))) for values in drawn]


def _spend_factors(counts: Whole, occasions: Floats, noise: SpendNoise, rng: np.random.Generator) -> Floats:
    """Mean spend of the simulated occasions over what is expected, (n, draws)."""
    known = noise.between**2 * noise.n0 / (noise.n0 + occasions)
    variation = known[:, None] + noise.within**2 / np.maximum(counts, 1)
    shape = 1 / np.maximum(variation, 1e-6)
    return rng.gamma(shape) / shape
