"""Forecasts without parameters: the last month, last year's month, the mean; what any other method must beat.

Source: Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd edition, section 5.2.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Places = NDArray[np.intp]
YEAR = 12  # months
_MOST_GROWTH = 2.0  # a year against the year before, either way


def naive(y: Floats, origins: tuple[int, ...], horizon: int) -> Floats:
    """The last month again: ŷ(n + h) = y(n)."""
    last = y[:, [n - 1 for n in origins]]
    return np.repeat(last[:, :, None], horizon, axis=2)


def seasonal_naive(y: Floats, origins: tuple[int, ...], horizon: int) -> Floats:
    """The same month of last year: ŷ(n + h) = y(n + h - 12k), the latest known; needs twelve months."""
    ahead = np.arange(horizon) % YEAR
    places = np.array(origins)[:, None] - YEAR + ahead[None, :]
    return y[:, places]


def mean(y: Floats, origins: tuple[int, ...], horizon: int) -> Floats:
    """The mean of the last twelve months, or of all where there are fewer."""
    means = np.stack([y[:, max(0, n - YEAR) : n].mean(axis=1) for n in origins], axis=1)
    return np.repeat(means[:, :, None], horizon, axis=2)


def half_season(y: Floats, origins: tuple[int, ...], horizon: int) -> Floats:
    """Half way between the mean of the last twelve months and last year's month: for one year, whose season may be chance."""
    return (mean(y, origins, horizon) + seasonal_naive(y, origins, horizon)) / 2


def grown_year(y: Floats, origins: tuple[int, ...], horizon: int) -> Floats:
    """The same month of last year, times the growth of the last twelve months on the twelve before (½ to 2); needs 24."""
    totals = np.concatenate([np.zeros((len(y), 1)), y.cumsum(axis=1)], axis=1)
    ends = np.array(origins)
    now, before = totals[:, ends] - totals[:, ends - YEAR], totals[:, ends - YEAR] - totals[:, ends - 2 * YEAR]
    growth = np.where((before > 0) & (now > 0), now / np.where(before > 0, before, 1), 1)
    growth = np.clip(growth, 1 / _MOST_GROWTH, _MOST_GROWTH)
    return seasonal_naive(y, origins, horizon) * growth[:, :, None]
