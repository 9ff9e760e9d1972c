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
    groups = np.split(order, np.flatnonzero(np.diff(rows.x[order])) + 1)
    places = [_places(rows.T[group]) for group in groups]
    often = np.concatenate([np.full(len(ages), rows.x[group[0]]) for group, ages in zip(groups, places, strict=True)])
    found = _if_alive(
        fitted, often, np.concatenate(places), months, yearly_rate, month
    )  # once: a call costs more than a row
    ends = np.cumsum([len(ages) for ages in places])
    for group, ages, at in zip(groups, places, np.split(found, ends[:-1]), strict=True):
        if len(ages) == len(group):
            if_alive[group] = at
        else:
            if_alive[group] = _between(np.log1p(ages), at, np.log1p(rows.T[group]))
    return Flow(*(alive * if_alive.T))


def _places(ages: Floats) -> Floats:
    """Where a group is computed: at each age, or at the nodes between the least and the greatest where there are more."""
    return ages if len(ages) <= _NODES or ages.min() == ages.max() else _nodes(ages.min(), ages.max())


def _if_alive(fitted: Fit, x: Floats, age: Floats, months: int, yearly_rate: float, month: float) -> Floats:
    """Purchases, units and months of customers known to be alive, (n, 3)."""
    rows = Histories(x, np.where(x > 0, age, 0.0), age)  # when they last bought does not matter once they are alive
    factors = discount_factors(yearly_rate, months)
    per_month = expected_by_month(fitted, rows, months=months, month=month)
    still = alive_by_month(fitted, rows, months=months, month=month)
    found = np.column_stack((per_month.sum(axis=1), per_month @ factors, still @ factors))
    return found / p_alive(fitted, rows)[:, None]


def _nodes(least: float, most: float) -> Floats:
    """Chebyshev nodes of the second kind in log(1 + T)."""
    angle = np.cos(np.pi * np.arange(_NODES) / (_NODES - 1))
    low, high = np.log1p(least), np.log1p(most)
    nodes: Floats = np.clip(np.expm1((low + high) / 2 + (high - low) / 2 * angle), least, most)
    return nodes


def _between(nodes: Floats, values: Floats, places: Floats) -> Floats:
    """Barycentric interpolation of values (k, c) given at Chebyshev nodes (k,), at places (n,)."""
    weights = np.where(np.arange(len(nodes)) % 2, -1.0, 1.0)
    weights[[0, -1]] /= 2
    distance = places[:, None] - nodes
    hit = np.abs(distance) < 1e-12
    share = weights / np.where(hit, 1.0, distance)
    exact = hit.any(axis=1)
    share[exact] = hit[exact]
    found: Floats = share @ values / share.sum(axis=1)[:, None]
    return found
