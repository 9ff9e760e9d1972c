"""Intervals from the errors of the back-test, month ahead by month ahead: wider the fewer errors there are.

Half width at h months ahead = t(df) · s(h): s(h)² the mean square of the errors known at h, mixed with a prior as if `PRIOR` more
errors had been seen: the mean square of all known errors brought to h by the square root rule, and the series' own monthly
steps where nothing is known yet. t is Student's quantile of 90 % on so many degrees of freedom, which widens what rests on few
errors; widths never shrink with h. An interval at an origin uses only errors whose months had come by then, so the coverage
over the origins is what an owner would have seen.
"""

from __future__ import annotations

import numpy as np

from crmcli.models.level import Z80
from crmcli.models.series.plain import Floats

PRIOR = 2.0


def half_widths(y: Floats, errors: Floats, origins: tuple[int, ...]) -> Floats:
    """Half width of the 80 % interval at every origin, (S, O, H), from y (S, T) and errors (S, O, H) of one method each."""
    made = [_at(y[:, :n], known_by(errors, origins, n)) for n in origins]
    return np.stack(made, axis=1)


def covered(errors: Floats, widths: Floats, origins: tuple[int, ...]) -> Floats:
    """Share of months within the interval, (S,); NaN where no origin had an error to learn from before it."""
    counted = ~np.isnan(errors)
    counted[:, [n < origins[0] + 2 for n in origins]] = False
    counts = counted.sum(axis=(1, 2))
    inside = (counted & (np.abs(np.where(counted, errors, 0)) <= widths)).sum(axis=(1, 2))
    return np.where(counts > 0, inside / np.maximum(counts, 1), np.nan)


def known_by(errors: Floats, origins: tuple[int, ...], now: int) -> Floats:
    """Errors whose month had come by month `now`; NaN elsewhere."""
    months = np.array(origins)[:, None] + np.arange(1, errors.shape[2] + 1)
    return np.where(months[None] <= now, errors, np.nan)


def _at(y: Floats, errors: Floats) -> Floats:
    """Half widths (S, H) from the errors known, and from the steps of the series where there are none."""
    ahead = np.arange(1, errors.shape[2] + 1)
    known = ~np.isnan(errors)
    squares = np.where(known, errors, 0) ** 2
    count, total = known.sum(axis=1), squares.sum(axis=1)
    all_count = count.sum(axis=1)
    pooled = (squares / ahead).sum(axis=(1, 2)) / np.maximum(all_count, 1)
    steps = np.diff(y, axis=1)
    own = (steps**2).mean(axis=1) if steps.shape[1] else np.zeros(len(y))
    one_step = np.where(all_count > 0, (all_count * pooled + PRIOR * own) / (all_count + PRIOR), own)
    spread = np.sqrt((total + PRIOR * one_step[:, None] * ahead) / (count + PRIOR))
    return np.asarray(np.maximum.accumulate(student(count / np.sqrt(ahead) + PRIOR - 1) * spread, axis=1))


def student(freedom: Floats) -> Floats:
    """Student's quantile of 90 %, within 1 % from 1.5 degrees on (15 % at one): Abramowitz & Stegun 26.7.5."""
    z = Z80
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    fourth = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + first / freedom + second / freedom**2 + third / freedom**3 + fourth / freedom**4
