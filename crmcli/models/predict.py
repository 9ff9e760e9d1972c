"""What customers will do, from a fitted model: alive, silent, expected occasions, by month, discounted.

Every function takes a fit and histories of n rows in the unit of the fit, and yields one figure per row. Predict for the
unique rows and spread: `predict.p_silent(fitted, rows, 90)[inverse]`. A horizon may be a number, answered by (n,), or an
array (k,), answered by (n, k). Sources of the formulas: docs/decisions/0007.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from crmcli.models.fit import Fit
from crmcli.models.futures import future
from crmcli.models.histories import Floats, Histories
from crmcli.models.nodes import line

MONTH = 30.4375  # days
_MONTHS_OF_YEAR = 12


def p_alive(fitted: Fit, histories: Histories) -> Floats:
    """P(still a customer at the as-of day), (n,)."""
    return future(fitted, histories).p_alive()


def p_alive_at(fitted: Fit, histories: Histories, after: ArrayLike) -> Floats:
    """P(still a customer `after` later), (n,) or (n, k)."""
    known = future(fitted, histories)
    return _each(after, known.stays, known.p_alive())


def p_silent(fitted: Fit, histories: Histories, horizon: ArrayLike) -> Floats:
    """P(no occasion in (T, T + horizon]), (n,) or (n, k): the risk of churn."""
    known = future(fitted, histories)
    silent = _each(horizon, known.silent, known.p_alive())
    gone = known.p_gone()
    return np.minimum(silent + (gone if silent.ndim == 1 else gone[:, None]), 1)


def expected_purchases(fitted: Fit, histories: Histories, horizon: ArrayLike) -> Floats:
    """Expected occasions in (T, T + horizon], (n,) or (n, k)."""
    known = future(fitted, histories)
    return _each(horizon, known.occasions, known.p_alive())


def variance(fitted: Fit, histories: Histories, horizon: float) -> Floats:
    """Variance of the number of occasions in (T, T + horizon], the parameters taken as known, (n,)."""
    known = future(fitted, histories)
    alive, mean = known.p_alive(), known.occasions(horizon)
    return np.maximum(alive * (known.pairs(horizon) + mean) - (alive * mean) ** 2, 0)


def expected_by_month(fitted: Fit, histories: Histories, *, months: int, month: float = MONTH) -> Floats:
    """Expected occasions in each of the next months, (n, months).

    Args:
        fitted: The fit.
        histories: n rows.
        months: How many.
        month: Length of a month in the unit of the fit; days unless said.
    """
    known = future(fitted, histories)
    ends = np.arange(1.0, months + 1) * month
    total = _each(ends, known.occasions, known.p_alive())
    return np.diff(total, axis=1, prepend=0)


def alive_by_month(fitted: Fit, histories: Histories, *, months: int, month: float = MONTH) -> Floats:
    """P(still a customer in the middle of each of the next months), (n, months)."""
    known = future(fitted, histories)
    middles = np.arange(0.5, months) * month
    return _each(middles, known.stays, known.p_alive())


def discount_factors(yearly_rate: float, months: int) -> Floats:
    """What one unit of money in the middle of month 1, 2, ... is worth now, (months,): (1 + d)^-((k - ½) / 12)."""
    return (1 + yearly_rate) ** (-(np.arange(1, months + 1) - 0.5) / _MONTHS_OF_YEAR)


def discounted_expected(
    fitted: Fit, histories: Histories, *, yearly_rate: float, months: int | None = None, month: float = MONTH
) -> Floats:
    """Expected occasions of the future, each discounted to now, (n,).

    For ever costs 48 evaluations of a row: ask it for unique rows.

    Args:
        fitted: The fit.
        histories: n rows.
        yearly_rate: Discount rate of a year, 0.12 for 12 %.
        months: Horizon, discounted mid-month; None: for ever, discounted continuously at the same yearly rate.
        month: Length of a month in the unit of the fit.

    Raises:
        ValueError: For ever without a rate above 0.
    """
    if months is not None:
        return expected_by_month(fitted, histories, months=months, month=month) @ discount_factors(yearly_rate, months)
    if yearly_rate <= 0:
        raise ValueError("without a horizon the yearly rate must be above 0")
    force = np.log1p(yearly_rate) / (_MONTHS_OF_YEAR * month)
    known = future(fitted, histories)
    place, weight = line(48)
    pace = np.minimum(known.pace, 1 / force)
    grown = np.log1p(40 / (force * pace))
    found = np.zeros(len(histories))
    for x, w in zip(
        place, weight, strict=True
    ):  # ∫ of force · e^(-force·u) · occasions(u) over u, nodes in ln(1 + u / pace)
        time = pace * np.expm1(0.5 * grown * (x + 1))
        density = force * np.exp(-force * time) * (pace + time)
        found += 0.5 * w * grown * density * known.occasions(time)
    return found * known.p_alive()


def _each(times: ArrayLike, of: Callable[[float], Floats], alive: Floats) -> Floats:
    """One column per time; a plain vector for a single time."""
    given = np.asarray(times, dtype=np.float64)
    if given.ndim == 0:
        return alive * of(float(given))
    columns = [alive * of(float(time)) for time in given]
    return np.stack(columns, axis=1) if columns else np.empty((len(alive), 0))
