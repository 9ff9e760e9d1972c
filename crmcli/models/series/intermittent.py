"""Series with many empty months: size and rhythm of the sales smoothed apart.

Source: Croston (1972); Syntetos & Boylan (2005) for the correction of its bias (SBA) and Syntetos, Boylan & Croston (2005) for
the bound (a sale every 1.32 months or rarer); Teunter, Syntetos & Babai (2011) for TSB, which lets a dead series die.
"""

from __future__ import annotations

import numpy as np

from crmcli.models.series.plain import Floats

EMPTY_SHARE = 1 - 1 / 1.32  # of months: from there on a series is intermittent
_ALPHA = np.array([0.05, 0.1, 0.15, 0.2, 0.3])


def croston(y: Floats, origins: tuple[int, ...], horizon: int) -> Floats:
    """Croston: size ÷ interval, both smoothed at months with a sale."""
    return _sized(y, origins, horizon, bias=0.0)


def sba(y: Floats, origins: tuple[int, ...], horizon: int) -> Floats:
    """Croston as corrected by Syntetos and Boylan: times (1 - α/2)."""
    return _sized(y, origins, horizon, bias=0.5)


def tsb(y: Floats, origins: tuple[int, ...], horizon: int) -> Floats:
    """Teunter, Syntetos, Babai: size × probability of a sale, the probability smoothed every month."""
    first = _first_size(y)
    size = np.repeat(first[:, None], len(_ALPHA), axis=1)
    chance = np.full_like(size, 0.5)
    squares, found = np.zeros_like(size), {}
    for t in range(y.shape[1]):
        now = y[:, t, None]
        squares += (now - chance * size) ** 2
        sold = now != 0
        size = np.where(sold, size + _ALPHA * (now - size), size)
        chance = chance + _ALPHA * (sold - chance)
        if t + 1 in origins:
            found[t + 1] = _best(chance * size, squares)
    return _flat([found[n] for n in origins], horizon)


def _sized(y: Floats, origins: tuple[int, ...], horizon: int, *, bias: float) -> Floats:
    """Size z and interval p; the forecast is (1 - bias · α) z ÷ p."""
    size = np.repeat(_first_size(y)[:, None], len(_ALPHA), axis=1)
    gap = np.full_like(size, 2.0)
    since = np.ones((len(y), 1))
    squares, found = np.zeros_like(size), {}
    for t in range(y.shape[1]):
        now = y[:, t, None]
        squares += (now - (1 - bias * _ALPHA) * size / gap) ** 2
        sold = now != 0
        size = np.where(sold, size + _ALPHA * (now - size), size)
        gap = np.where(sold, gap + _ALPHA * (since - gap), gap)
        since = np.where(sold, 1, since + 1)
        if t + 1 in origins:
            found[t + 1] = _best((1 - bias * _ALPHA) * size / gap, squares)
    return _flat([found[n] for n in origins], horizon)


def _first_size(y: Floats) -> Floats:
    """The first month is a sale where a series begins with its first sale."""
    return y[:, 0]


def _best(rate: Floats, squares: Floats) -> Floats:
    return np.asarray(rate[np.arange(len(rate)), squares.argmin(axis=1)])


def _flat(rates: list[Floats], horizon: int) -> Floats:
    return np.repeat(np.stack(rates, axis=1)[:, :, None], horizon, axis=2)
