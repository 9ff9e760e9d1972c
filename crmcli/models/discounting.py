"""Purchases and months to come, discounted: month by month, each month's at its middle.

What is expected of a customer who is alive depends on x and T alone, smoothly on T; so it is computed at Chebyshev nodes of
T for every x that has many, interpolated between them (relative error below 1e-6), and multiplied by each probability of
being alive. A month is 30.4375 days; the yearly rate discounts by (1 + rate)^(years).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crmcli.models.fit import Fit
from crmcli.models.histories import Floats, Histories
from crmcli.models.predict import MONTH, alive_by_month, discount_factors, expected_by_month, p_alive

_NODES = 20


@dataclass(frozen=True, slots=True)
class Flow:
    """What is expected within the horizon, per row, (n,).

    Args:
        purchases: Occasions.
        units: Occasions, each discounted to now.
        months: Months as a customer, each discounted to now.
    """

    purchases: Floats
    units: Floats
    months: Floats


def discounted(fitted: Fit, rows: Histories, *, months: int, yearly_rate: float, month: float = MONTH) -> Flow:
    """Expected purchases and months of rows over a horizon of months.

    Args:
        fitted: Model in the unit of the rows.
        rows: Histories.
        months: Horizon.
        yearly_rate: Discount rate a year, such as 0.15.
        month: Length of a month in the unit of the rows.
    """
    if not len(rows):
        return Flow(np.zeros(0), np.zeros(0), np.zeros(0))
    alive = p_alive(fitted, rows)
    if_alive = np.empty((len(rows), 3))
    order = np.argsort(rows.x, kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(rows.x[order])) + 1):
        ages = rows.T[group]
        if len(np.unique(ages)) <= _NODES:
            if_alive[group] = _if_alive(fitted, rows.x[group], ages, months, yearly_rate, month)
        else:
            nodes, weights = _nodes(ages.min(), ages.max())
            at_nodes = _if_alive(fitted, np.full(_NODES, rows.x[group[0]]), nodes, months, yearly_rate, month)
            if_alive[group] = _between(np.log1p(nodes), weights, at_nodes, np.log1p(ages))
    return Flow(*(alive * if_alive.T))


def _if_alive(fitted: Fit, x: Floats, age: Floats, months: int, yearly_rate: float, month: float) -> Floats:
    """Purchases, units and months of customers known to be alive, (n, 3)."""
    rows = Histories(x, np.where(x > 0, age, 0.0), age)  # when they last bought does not matter once they are alive
    factors = discount_factors(yearly_rate, months)
    per_month = expected_by_month(fitted, rows, months=months, month=month)
    still = alive_by_month(fitted, rows, months=months, month=month)
    found = np.column_stack((per_month.sum(axis=1), per_month @ factors, still @ factors))
    return found / p_alive(fitted, rows)[:, None]


def _nodes(least: float, most: float) -> tuple[Floats, Floats]:
    """Chebyshev nodes of the second kind in log(1 + T), and their barycentric weights."""
    angle = np.cos(np.pi * np.arange(_NODES) / (_NODES - 1))
    low, high = np.log1p(least), np.log1p(most)
    weights = np.where(np.arange(_NODES) % 2, -1.0, 1.0)
    weights[[0, -1]] /= 2
    nodes = np.expm1((low + high) / 2 + (high - low) / 2 * angle)
    return np.clip(nodes, least, most), weights


def _between(nodes: Floats, weights: Floats, values: Floats, places: Floats) -> Floats:
    """Barycentric interpolation of values (k, c) given at nodes (k,), at places (n,)."""
    distance = places[:, None] - nodes
    hit = np.abs(distance) < 1e-12
    share = weights / np.where(hit, 1.0, distance)
    exact = hit.any(axis=1)
    share[exact] = hit[exact]
    found: Floats = share @ values / share.sum(axis=1)[:, None]
    return found
