"""The Theta method: a smoothed level with half the slope of the straight line, freed of season and seasoned again.

Source: Assimakopoulos & Nikolopoulos (2000); Hyndman & Billah (2003) for the form used here, simple exponential smoothing
with drift b/2: ŷ(n + h) = l + (b/2)·(h - 1 + (1 - (1 - α)^n) / α). Season by classical decomposition where the
autocorrelation at twelve months says there is one (90 %), as in the M3 and M4 competitions.
"""

from __future__ import annotations

import numpy as np

from crmcli.models.series.plain import YEAR, Bools, Floats
from crmcli.models.series.smoothing import levels

_ONE_SIDED_90 = 1.645
_TINY = 1e-6  # of a series whose mean is about one: sums that cancel out leave nothing to divide by


def theta(y: Floats, origins: tuple[int, ...], horizon: int) -> Floats:
    """Theta at every origin; the season is looked for from 24 months on. One pass of smoothing serves all origins."""
    freed = [_freed(y[:, :n], horizon) for n in origins]
    padded = np.zeros((len(origins), *y.shape))
    for place, (n, (plain, _ahead, _ratio)) in enumerate(zip(origins, freed, strict=True)):
        padded[place, :, :n] = plain
    level, alpha = levels(padded.reshape(-1, y.shape[1]), origins)
    shape = (len(origins), len(y), len(origins))
    each = np.arange(len(origins))
    level, alpha = level.reshape(shape)[each, :, each], alpha.reshape(shape)[each, :, each]
    made = []
    for place, (plain, ahead, ratio) in enumerate(freed):
        line = _line(plain, level[place], alpha[place], horizon)
        made.append(np.where(ratio, np.maximum(line, 0) * ahead, line + ahead))
    return np.stack(made, axis=1)


def _freed(y: Floats, horizon: int) -> tuple[Floats, Floats, Bools]:
    """The months y (S, n) without their season, the season of the months to come (S, H), and whether it is a factor (S, 1)."""
    n = y.shape[1]
    ratio = (y.min(axis=1) > 0)[:, None]
    if n < 2 * YEAR:
        return y, np.where(ratio, 1.0, 0.0) * np.ones(horizon), ratio
    months = np.where(_seasonal(y)[:, None], _season(y, ratio), np.where(ratio, 1.0, 0.0))
    known = months[:, np.arange(n) % YEAR]
    plain = np.where(ratio, y / np.where(ratio, np.maximum(known, _TINY), 1), y - known)
    return plain, months[:, (n + np.arange(horizon)) % YEAR], ratio


def _line(y: Floats, level: Floats, alpha: Floats, horizon: int) -> Floats:
    """Level with drift, (S, H)."""
    n = y.shape[1]
    months = np.arange(n) - (n - 1) / 2
    slope = (y * months).sum(axis=1) / max(1.0, float((months**2).sum()))
    drift = np.arange(horizon)[None, :] + ((1 - (1 - alpha) ** n) / alpha)[:, None]
    return np.asarray(level[:, None] + slope[:, None] / 2 * drift)


def _season(y: Floats, ratio: Bools) -> Floats:
    """Seasonal factors (ratio) or amounts of the twelve months, (S, 12): means of what lies off the centred year."""
    n, half = y.shape[1], YEAR // 2
    totals = np.concatenate([np.zeros((len(y), 1)), y.cumsum(axis=1)], axis=1)
    year = (totals[:, YEAR:] - totals[:, :-YEAR]) / YEAR
    centred = (year[:, 1:] + year[:, :-1]) / 2  # of months half … n - half - 1
    middle = y[:, half : n - half]
    away = np.where(ratio, middle / np.where(ratio, np.maximum(centred, _TINY), 1), middle - centred)
    turn = (half + np.arange(middle.shape[1])) % YEAR
    months = np.stack([away[:, turn == month].mean(axis=1) for month in range(YEAR)], axis=1)
    means = months.mean(axis=1, keepdims=True)
    return np.where(ratio, np.maximum(months / np.where(ratio, np.maximum(means, _TINY), 1), 1e-6), months - means)


def _seasonal(y: Floats) -> Bools:
    """Whether the autocorrelation at twelve months is more than chance, (S,)."""
    n = y.shape[1]
    away = y - y.mean(axis=1, keepdims=True)
    power = np.maximum((away**2).sum(axis=1), 1e-300)
    r = np.stack([(away[:, k:] * away[:, : n - k]).sum(axis=1) / power for k in range(1, YEAR + 1)])
    bound = _ONE_SIDED_90 * np.sqrt((1 + 2 * (r[:-1] ** 2).sum(axis=0)) / n)
    return np.asarray(np.abs(r[-1]) > bound)
