"""What the deals open on a day will bring, month by month: chance × amount, at the time such deals were won before.

When a deal is won, if it is: its expected day plus the delay that deals won before had against theirs, so far as that is still to
come; of a deal without one, by the share of deals won at each age (competing hazards, those still open count as long as they
were watched); of one older than any won so far, evenly over a year. Source of the hazards: Aalen & Johansen (1978).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from crmcli.models.histories import Floats, Whole
from crmcli.models.series.plain import Bools

LEAST_WON = 20  # deals won that must tell a delay, or a time from opening to win
_DELAYS = 200  # points a distribution of delays is told by
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Past:
    """Deals known on a day, for when they are won; days are whole numbers from any one day on.

    Args:
        age: Days from opening to closing, or to the day where it is open, (n,).
        won, over: Whether it was won, whether it ended at all, (n,).
        delay: Days from the expected to the real day, of deals won that had one, (m,).
    """

    age: Floats
    won: Bools
    over: Bools
    delay: Floats


@dataclass(frozen=True, slots=True)
class Open:
    """Deals open on a day.

    Args:
        age: Days since opening; 0 where unknown, (n,).
        expected: Days from the day to the expected one, below 1 where overdue; NaN without one, (n,).
        chance: P(won), (n,).
        amount, spread: Expected amount, and the standard deviation of it where it had to be guessed, (n,).
        series: Place of its series, (n,).
    """

    age: Floats
    expected: Floats
    chance: Floats
    amount: Floats
    spread: Floats
    series: Whole


@dataclass(frozen=True, slots=True)
class Due:
    """What open deals bring in months ahead.

    Args:
        expected, variance: (S, H).
        undated: Number of deals of which nothing tells when.
    """

    expected: Floats
    variance: Floats
    undated: int


def due(deals: Open, past: Past, ends: Sequence[int], *, count: int, doubt: float) -> Due:
    """Expected amount and variance of each series and month.

    The variance is that of independent deals, won or not, of uncertain amount, plus `doubt`² of what is expected.

    Args:
        deals: The n deals.
        past: What tells when.
        ends: Last day of each of H months, in days from the day.
        count: Number of series, S.
        doubt: Standard deviation of all chances together, as a share of them.
    """
    when, is_dated = timing(deals, past, ends)
    share = deals.chance[:, None] * when
    mean = share * deals.amount[:, None]
    variance = share * (deals.amount**2 + deals.spread**2)[:, None] - mean**2
    expected = _by_series(mean, deals.series, count)
    return Due(expected, _by_series(variance, deals.series, count) + (doubt * expected) ** 2, int((~is_dated).sum()))


def timing(deals: Open, past: Past, ends: Sequence[int]) -> tuple[Floats, Bools]:
    """P(won in a month | won), (n, H); and whether anything tells when, (n,): all zero where nothing does."""
    bounds = np.array([0, *ends], float)
    found = np.zeros((len(deals.age), len(ends)))
    is_told = ~np.isnan(deals.expected)
    late = _by_delay(deals.expected, past.delay, bounds)
    by_age = _by_age(deals.age, past, bounds)
    is_late = is_told & ~np.isnan(late[:, 0])
    found[is_late] = late[is_late]
    rest = ~is_late & ~np.isnan(by_age[:, 0])
    found[rest] = by_age[rest]
    named = is_told & ~is_late & ~rest  # nothing is learned: on its day, overdue ones at once
    found[named] = _shares(np.maximum(deals.expected[named], 1.0)[:, None], bounds)
    return found, is_late | rest | named


def _by_delay(expected: Floats, delay: Floats, bounds: Floats) -> Floats:
    """By expected day and delay, given that it is still to come; NaN where too little is known, or no delay is so long."""
    found = np.full((len(expected), len(bounds) - 1), np.nan)
    if len(delay) < LEAST_WON:
        return found
    points = np.quantile(delay, (np.arange(_DELAYS) + 0.5) / _DELAYS, method="inverted_cdf")
    for start in range(0, len(expected), 1000):
        days = np.ceil(expected[start : start + 1000, None] + points)
        coming = (days > 0).sum(axis=1)
        shares = _shares(days, bounds) * _DELAYS / np.maximum(coming, 1)[:, None]
        found[start : start + 1000] = np.where((coming > 0)[:, None], shares, np.nan)
    return found


def _by_age(age: Floats, past: Past, bounds: Floats) -> Floats:
    """By the ages at which deals were won; evenly over a year beyond the oldest; NaN where too few were won."""
    if past.won.sum() < LEAST_WON:
        return np.full((len(age), len(bounds) - 1), np.nan)
    last = int(past.age.max())
    days = np.maximum(past.age.astype(int), 0)
    ended = np.bincount(days[past.over], minlength=last + 1)
    won = np.bincount(days[past.won], minlength=last + 1)
    at_risk = np.maximum(len(days) - np.concatenate([[0], np.bincount(days, minlength=last + 1).cumsum()[:-1]]), 1)
    staying = np.cumprod(1 - ended / at_risk)
    before = np.concatenate([[1.0], staying[:-1]])
    # won by the end of each age, and nothing more beyond the oldest; a deal of age a has all days up to a behind it
    reached = np.concatenate([[0.0], (before * won / at_risk).cumsum()])
    ages = np.maximum(age, -1).astype(int)[:, None] + bounds.astype(int)
    gone = reached[np.clip(ages + 1, 0, len(reached) - 1)]
    left = reached[-1] - gone[:, :1]
    even = np.diff(np.minimum(bounds, 365.0)) / 365.0
    return np.where(left > _NOTHING, np.diff(gone, axis=1) / np.maximum(left, _NOTHING), even)


def _shares(days: Floats, bounds: Floats) -> Floats:
    """Share of each row's days that fall into (bound, next bound], (n, H)."""
    return np.stack([((days > low) & (days <= high)).mean(axis=1) for low, high in pairwise(bounds)], axis=1)


def _by_series(values: Floats, series: Whole, count: int) -> Floats:
    found = np.zeros((count, values.shape[1]))
    np.add.at(found, series, values)
    return found


def newcomers(won: Floats, months: int, horizon: int) -> tuple[Floats, Floats, Whole]:
    """What deals not yet opened at an origin brought later, from all origins but the newest: mean, variance, origins.

    Args:
        won: (S, M, T) amount by month of opening and month of winning; M may begin earlier: T are the last T of M months.
        months: Past origins to learn from, the latest.
        horizon: Months ahead, H.

    Returns:
        mean, variance (S, H) and origins (H,), by months ahead; 0 where nothing is known yet.
    """
    series, opened, closed = won.shape
    shift = opened - closed
    mean, variance = np.zeros((series, horizon)), np.zeros((series, horizon))
    counts = np.zeros(horizon, np.int64)
    for ahead in range(1, horizon + 1):
        ends = range(max(1, closed - ahead - months), closed - ahead + 1)  # months known where what is ahead has come
        amounts = [won[:, shift + n :, n + ahead - 1].sum(axis=1) for n in ends]
        counts[ahead - 1] = len(amounts)
        if amounts:
            found = np.stack(amounts, axis=1)
            mean[:, ahead - 1] = found.mean(axis=1)
            variance[:, ahead - 1] = found.var(axis=1, ddof=1) if len(amounts) > 1 else found.mean(axis=1) ** 2
        elif ahead > 1:  # so far ahead nothing has come yet: at least what is known of the month before
            mean[:, ahead - 1], variance[:, ahead - 1] = mean[:, ahead - 2], variance[:, ahead - 2]
    return mean, variance, counts
