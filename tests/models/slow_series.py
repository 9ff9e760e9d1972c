"""The methods of the forecast again, one series and one month at a time: slow, and plain to see."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from statistics import fmean, median

Series = Sequence[float]


def usual(y: Series) -> float:
    """The error expected at first."""
    first = y[:9]
    steps = [abs(b - a) for a, b in itertools.pairwise(first)] or [0.0]
    return max(median(steps), 0.1 * fmean(map(abs, first)), 1e-6)


def tame(error: float, size: float) -> tuple[float, float]:
    """An error held to three times the usual one, and the usual one after it."""
    held = max(-3 * size, min(3 * size, error))
    return held, size + 0.1 * (1.25 * abs(held) - size)


def best(points: list[tuple[float, ...]], run: Callable[..., tuple[float, list[float]]]) -> list[float]:
    """The forecast of the point with the least squares, the first of equals."""
    return min((run(*point) for point in points), key=lambda found: found[0])[1]


def simple(y: Series, horizon: int) -> list[float]:
    """Simple exponential smoothing."""

    def run(alpha: float) -> tuple[float, list[float]]:
        level, size, squares = y[0], usual(y), 0.0
        for value in y[1:]:
            error, size = tame(value - level, size)
            squares += error**2
            level += alpha * error
        return squares, [level] * horizon

    return best([(a,) for a in (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)], run)


def damped_trend(y: Series, horizon: int) -> list[float]:
    """Holt with a damped trend."""

    def run(alpha: float, beta: float, phi: float) -> tuple[float, list[float]]:
        level, trend, size, squares = y[0], (y[3] - y[0]) / 3, usual(y), 0.0
        for value in y[1:]:
            ahead = level + phi * trend
            error, size = tame(value - ahead, size)
            squares += error**2
            level, trend = ahead + alpha * error, phi * trend + alpha * beta * error
        return squares, [level + trend * sum(phi**k for k in range(1, h + 1)) for h in range(1, horizon + 1)]

    axes = ((0.1, 0.2, 0.35, 0.5, 0.7, 0.9), (0.02, 0.05, 0.1, 0.2), (0.8, 0.9, 0.98))
    return best(list(itertools.product(*axes)), run)


def seasonal_additive(y: Series, horizon: int) -> list[float]:
    """Holt-Winters with amounts."""
    slope = (fmean(y[12:24]) - fmean(y[:12])) / 12
    start = fmean(y[:12]) - slope * 6.5
    away = [y[t] - (start + slope * (t + 1)) for t in range(24)]
    turns = [(away[t] + away[t + 12]) / 2 for t in range(12)]
    middle = fmean(turns)

    def run(alpha: float, beta: float, gamma: float, phi: float) -> tuple[float, list[float]]:
        level, trend, season = start, slope, [turn - middle for turn in turns]
        size, squares = usual(y), 0.0
        for t, value in enumerate(y):
            ahead = level + phi * trend
            error, size = tame(value - ahead - season[t % 12], size)
            squares += error**2 if t >= 12 else 0
            level, trend = ahead + alpha * error, phi * trend + beta * alpha * error
            season[t % 12] += gamma * (1 - alpha) * error
        reach = [sum(phi**k for k in range(1, h + 1)) for h in range(1, horizon + 1)]
        return squares, [level + reach[h] * trend + season[(len(y) + h) % 12] for h in range(horizon)]

    axes = ((0.05, 0.15, 0.3, 0.5, 0.8), (0.01, 0.05, 0.2), (0.01, 0.1, 0.25, 0.5), (0.85, 0.98))
    return best(list(itertools.product(*axes)), run)


def sba(y: Series, horizon: int) -> list[float]:
    """Croston as corrected by Syntetos and Boylan."""

    def run(alpha: float) -> tuple[float, list[float]]:
        size, gap, since, squares = y[0], 2.0, 1, 0.0
        for value in y:
            squares += (value - (1 - alpha / 2) * size / gap) ** 2
            if value:
                size, gap, since = size + alpha * (value - size), gap + alpha * (since - gap), 1
            else:
                since += 1
        return squares, [(1 - alpha / 2) * size / gap] * horizon

    return best([(a,) for a in (0.05, 0.1, 0.15, 0.2, 0.3)], run)


def tsb(y: Series, horizon: int) -> list[float]:
    """Teunter, Syntetos and Babai."""

    def run(alpha: float) -> tuple[float, list[float]]:
        size, chance, squares = y[0], 0.5, 0.0
        for value in y:
            squares += (value - chance * size) ** 2
            size += alpha * (value - size) if value else 0
            chance += alpha * ((value != 0) - chance)
        return squares, [size * chance] * horizon

    return best([(a,) for a in (0.05, 0.1, 0.15, 0.2, 0.3)], run)
