"""Exponential smoothing: level, damped trend, and trend with season; parameters by least squares of one-step errors.

All points of a small grid of parameters run through the series together, once; at each origin the point with the least
sum of squares so far is taken, so a forecast rests on nothing later than its origin.

An error beyond three times the usual moves the forecast as far as three times the usual would (Gelper, Fried & Croux 2010,
Robust forecasting with exponential and Holt-Winters smoothing): one order out of all proportion does not become the trend.

Source: Gardner & McKenzie (1985) for the damped trend; Hyndman, Koehler, Ord & Snyder (2008), Forecasting with Exponential
Smoothing, chapters 2 and 3, for the recursions (component form).
"""

from __future__ import annotations

import itertools

import numpy as np

from crmcli.models.series.plain import YEAR, Floats, Places

_LEVELS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_HOLT = ((0.1, 0.2, 0.35, 0.5, 0.7, 0.9), (0.02, 0.05, 0.1, 0.2), (0.8, 0.9, 0.98))  # level, trend, damping
_WINTERS = ((0.05, 0.15, 0.3, 0.5, 0.8), (0.01, 0.05, 0.2), (0.01, 0.1, 0.25, 0.5), (0.85, 0.98))  # season third
_TINY = 1e-6
_BOUND = 3.0  # times the usual error
_MEMORY = 0.1  # weight of the newest error in the usual one


def simple(y: Floats, origins: tuple[int, ...], horizon: int) -> Floats:
    """Simple exponential smoothing: l ← l + α(y - l), ŷ(n + h) = l(n)."""
    return np.repeat(levels(y, origins)[0][:, :, None], horizon, axis=2)


def levels(y: Floats, origins: tuple[int, ...]) -> tuple[Floats, Floats]:
    """The smoothed level at each origin and the α it was found with, each (S, O)."""
    alpha = np.array(_LEVELS)
    level = np.repeat(y[:, :1], len(alpha), axis=1)
    squares, usual = np.zeros_like(level), _usual(y, len(alpha))
    found: dict[int, tuple[Floats, Floats]] = {}
    for t in range(y.shape[1]):
        if t:
            error, usual = _tamed(y[:, t, None] - level, usual)
            squares += error**2
            level = level + alpha * error
        if t + 1 in origins:
            best = squares.argmin(axis=1)
            found[t + 1] = (_taken(level, best), alpha[best])
    return _stacked([found[n][0] for n in origins]), _stacked([found[n][1] for n in origins])


def damped_trend(y: Floats, origins: tuple[int, ...], horizon: int) -> Floats:
    """Damped Holt trend: ŷ(n + h) = l + (φ + … + φ^h) b."""
    alpha, beta, phi = _grid(*_HOLT)
    start = min(3, y.shape[1] - 1)
    level = np.repeat(y[:, :1], len(alpha), axis=1)
    trend = np.repeat((y[:, start] - y[:, 0])[:, None] / max(1, start), len(alpha), axis=1)
    squares, usual = np.zeros_like(level), _usual(y, len(alpha))
    reach = _reach(phi, horizon)
    found: dict[int, Floats] = {}
    for t in range(y.shape[1]):
        if t:
            error, usual = _tamed(y[:, t, None] - (level + phi * trend), usual)
            squares += error**2
            level, trend = level + phi * trend + alpha * error, phi * trend + alpha * beta * error
        if t + 1 in origins:
            best = squares.argmin(axis=1)
            found[t + 1] = _taken(level, best)[:, None] + reach[best] * _taken(trend, best)[:, None]
    return _stacked([found[n] for n in origins])


def seasonal_additive(y: Floats, origins: tuple[int, ...], horizon: int) -> Floats:
    """Holt-Winters with a damped trend and seasonal amounts; needs 24 months at every origin."""
    return _seasonal(y, origins, horizon, ratio=False)


def seasonal_ratio(y: Floats, origins: tuple[int, ...], horizon: int) -> Floats:
    """Holt-Winters with a damped trend and seasonal factors; needs 24 months, all above zero, at every origin."""
    return _seasonal(y, origins, horizon, ratio=True)


def _seasonal(y: Floats, origins: tuple[int, ...], horizon: int, *, ratio: bool) -> Floats:
    """Both forms: the season starts from the first two years, squares count from the second year on."""
    alpha, beta, gamma, phi = _grid(*_WINTERS)
    level, trend, season = _first_season(y, len(alpha), ratio=ratio)
    squares, usual = np.zeros_like(level), _usual(y, len(alpha))
    reach, places = _reach(phi, horizon), np.arange(horizon)
    found: dict[int, Floats] = {}
    for t in range(y.shape[1]):
        ahead, turn = level + phi * trend, season[t % YEAR]
        ahead = np.maximum(ahead, _TINY) if ratio else ahead
        said = ahead * turn if ratio else ahead + turn
        error, usual = _tamed(y[:, t, None] - said, usual)
        if ratio:
            step = alpha * error / np.maximum(turn, _TINY)
            season[t % YEAR] = turn + gamma * ((said + error) / np.maximum(ahead + step, _TINY) - turn)
        else:
            step = alpha * error
            season[t % YEAR] = turn + gamma * (1 - alpha) * error
        level, trend = ahead + step, phi * trend + beta * step
        squares += error**2 if t >= YEAR else 0
        if t + 1 in origins:
            best = squares.argmin(axis=1)
            line = _taken(level, best)[:, None] + reach[best] * _taken(trend, best)[:, None]
            months = season[(t + 1 + places) % YEAR][:, np.arange(len(y)), best].T
            found[t + 1] = np.maximum(line, 0) * months if ratio else line + months
    return _stacked([found[n] for n in origins])


def _tamed(error: Floats, usual: Floats) -> tuple[Floats, Floats]:
    """An error held within bounds, and the usual size of errors after it, both (S, G)."""
    held = np.clip(error, -_BOUND * usual, _BOUND * usual)
    return held, usual + _MEMORY * (
        1.25 * np.abs(held) - usual
    )  # of normal errors 1.25 × the mean size is the deviation


def _usual(y: Floats, points: int) -> Floats:
    """The usual size of errors to begin with: the median step of the first months, not less than a tenth of their mean."""
    first = y[:, : YEAR - 3]  # no origin of a series this is tried on lies earlier
    steps = np.median(np.abs(np.diff(first, axis=1)), axis=1) if first.shape[1] > 1 else np.zeros(len(y))
    size = np.maximum(np.maximum(steps, 0.1 * np.abs(first).mean(axis=1)), _TINY)
    return np.repeat(size[:, None], points, axis=1)


def _first_season(y: Floats, points: int, *, ratio: bool) -> tuple[Floats, Floats, Floats]:
    """Level before the first month, trend a month and season (12, S, G), from the first two years."""
    years = y[:, : 2 * YEAR].reshape(len(y), 2, YEAR)
    slope = (years[:, 1].mean(axis=1) - years[:, 0].mean(axis=1)) / YEAR
    start = years[:, 0].mean(axis=1) - slope * (YEAR + 1) / 2
    line = start[:, None] + slope[:, None] * np.arange(1, 2 * YEAR + 1)
    if ratio:
        line = np.maximum(line, _TINY + 0.05 * np.abs(years).mean(axis=(1, 2))[:, None])
    away = y[:, : 2 * YEAR] / line if ratio else y[:, : 2 * YEAR] - line
    season = away.reshape(len(y), 2, YEAR).mean(axis=1)
    middle = season.mean(axis=1, keepdims=True)
    season = season / np.where(middle > 0, middle, 1) if ratio else season - middle
    spread = np.ones(points)
    return start[:, None] * spread, slope[:, None] * spread, season.T[:, :, None] * spread


def _grid(*axes: tuple[float, ...]) -> tuple[Floats, ...]:
    """Every combination of the axes, one array (G,) for each axis."""
    return tuple(np.array(list(itertools.product(*axes))).T)


def _reach(phi: Floats, horizon: int) -> Floats:
    """φ + … + φ^h for every point and month ahead, (G, H)."""
    return np.asarray((phi[:, None] ** np.arange(1, horizon + 1)).cumsum(axis=1))


def _taken(values: Floats, best: Places) -> Floats:
    """The value of the best point of every series, (S,)."""
    return np.asarray(values[np.arange(len(values)), best])


def _stacked(parts: list[Floats]) -> Floats:
    """Origins behind the series: (S, O) or (S, O, H)."""
    return np.stack(parts, axis=1)
