"""Rolling back-test: every method at every origin, its errors where the months have come, and the choice among methods.

The window expands: the forecast at origin n knows months 1 … n. Origins are the last months but the newest, up to 24, none with
less than half of the history behind it (at least three months, at most two years asked).

Source: Tashman (2000) for rolling origins; Hyndman & Koehler (2006) for MASE.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crmcli.models.series.methods import eligible, forecasts, is_rare
from crmcli.models.series.plain import YEAR, Bools, Floats, Places

MOST_ORIGINS = 24
LEAST_MONTHS = 3
_BEST = 3  # methods that are combined


@dataclass(frozen=True, slots=True)
class Backtest:
    """Errors of all methods and the choice.

    Args:
        origins: Months known at each origin, oldest first; the last is the whole history, whose errors nobody knows.
        said: (M, S, O, H) forecasts; the last method is the combination.
        errors: (M, S, O, H) actual - forecast; NaN where the month has not come or the method is not tried.
        scores: (M, S) mean absolute scaled error, NaN where not tried or where the scale is zero.
        scale: (S,) mean absolute step of the naive forecast over the history: against the same month of last year from
            24 months on, else against the month before.
        rare: (S,) whether a series is intermittent.
        chosen: (S,) place of the method with the least loss: the mean absolute error, or the mean square for intermittent
            series, where the least absolute error would go to the forecast of nothing (Kolassa 2016).
    """

    origins: tuple[int, ...]
    said: Floats
    errors: Floats
    scores: Floats
    scale: Floats
    rare: Bools
    chosen: Places


def backtest(y: Floats, horizon: int) -> Backtest:
    """Run all methods over all origins of y (S, T), T at least three."""
    origins = origins_of(y.shape[1])
    said = np.stack(list(forecasts(y, origins, horizon).values()))
    actual = _actual(y, origins, horizon)
    tried, rare = eligible(y), is_rare(y)
    errors = np.where(tried[:, :, None, None], actual[None] - said, np.nan)
    mixed = _mixed(said, _loss(errors, rare))
    said = np.concatenate([said, mixed[None]])
    joint = np.where((tried.sum(axis=0) > _BEST)[:, None, None], actual - mixed, np.nan)
    errors = np.concatenate([errors, joint[None]])
    scale = naive_step(y)
    scores = _mean(np.abs(errors)) / np.where(scale > 0, scale, np.nan)
    return Backtest(origins, said, errors, scores, scale, rare, _loss(errors, rare).argmin(axis=0))


def prospective(tested: Backtest) -> Floats:
    """Errors of choosing as an owner would have: at each origin the method best until then, (S, O, H).

    They hold what hindsight hides, the risk of choosing wrongly; at the first origin, with nothing to choose by, it is naive.
    """
    series, ahead = np.arange(tested.errors.shape[1]), np.arange(1, tested.errors.shape[3] + 1)
    found = []
    for place, now in enumerate(tested.origins):
        known = np.array(tested.origins)[:, None] + ahead <= now
        chosen = _loss(np.where(known, tested.errors, np.nan), tested.rare).argmin(axis=0)
        found.append(tested.errors[chosen, series, place])
    return np.stack(found, axis=1)


def origins_of(months: int) -> tuple[int, ...]:
    """Origins of the back-test, and the end of the history after them."""
    first = max(LEAST_MONTHS, min(2 * YEAR, months // 2), months - MOST_ORIGINS)
    return tuple(range(min(first, months), months + 1))


def naive_step(y: Floats) -> Floats:
    """What MASE divides by, (S,)."""
    lag = season_of(y.shape[1])
    return np.asarray(np.abs(y[:, lag:] - y[:, :-lag]).mean(axis=1))


def season_of(months: int) -> int:
    """Months between a month and the one it is compared with: a year where two are known, else one."""
    return YEAR if months >= 2 * YEAR else 1


def _actual(y: Floats, origins: tuple[int, ...], horizon: int) -> Floats:
    """The months after each origin, (S, O, H); NaN where they have not come."""
    padded = np.concatenate([y, np.full((len(y), horizon), np.nan)], axis=1)
    places = np.array(origins)[:, None] + np.arange(horizon)
    return padded[:, places]


def _loss(errors: Floats, rare: Bools) -> Floats:
    """What the choice goes by, (M, S); infinite where a method was not tried."""
    size = np.abs(errors)
    loss = _mean(np.where(rare[None, :, None, None], size**2, size))
    return np.where(np.isnan(loss), np.inf, loss)


def _mean(values: Floats) -> Floats:
    """Mean over origins and months ahead, (M, S); NaN where nothing is known."""
    known = ~np.isnan(values)
    counts = known.sum(axis=(2, 3))
    return np.where(counts > 0, np.where(known, values, 0).sum(axis=(2, 3)) / np.maximum(counts, 1), np.nan)


def _mixed(said: Floats, loss: Floats) -> Floats:
    """The mean of the best three of every series, (S, O, H)."""
    order = loss.argsort(axis=0, kind="stable")[:_BEST]
    return np.asarray(said[order, np.arange(said.shape[1])].mean(axis=0))
