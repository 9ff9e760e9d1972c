"""The methods by name: how much each must know, for which series it is tried, and what stands in before that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from crmcli.models.series import intermittent, plain, smoothing, theta
from crmcli.models.series.plain import YEAR, Bools, Floats

Method = Callable[[Floats, tuple[int, ...], int], Floats]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A method that may be chosen.

    Args:
        name: Machine name.
        make: (y (S, T), origins (O,), horizon) → (S, O, H).
        needs: Months known before it can be itself.
        fallback: Candidate used at origins that know less, or where a month is not above zero.
        tried: Months known before it is tried at all.
        positive: Whether every month must be above zero.
        rare: Whether it is for intermittent series alone (True), for the others (False), or for all (None).
    """

    name: str
    make: Method
    needs: int = 1
    fallback: str = "naive"
    tried: int = 1
    positive: bool = False
    rare: bool | None = None


YOUNG = YEAR + YEAR // 2  # months: with fewer, last year's season cannot be tested, nor told from growth
COMBINED = "combined"  # the mean of the best three

CANDIDATES = (  # the simple before the clever: a tie goes to the first
    Candidate("naive", plain.naive),
    Candidate("mean", plain.mean),
    Candidate("half_season", plain.half_season, needs=YEAR, fallback="mean", tried=YEAR, rare=False),
    Candidate("seasonal_naive", plain.seasonal_naive, needs=YEAR, tried=YOUNG),
    Candidate("grown_year", plain.grown_year, needs=2 * YEAR, fallback="seasonal_naive", tried=2 * YEAR + 6, rare=False),
    Candidate("smoothing", smoothing.simple, tried=YOUNG),
    Candidate("damped_trend", smoothing.damped_trend, tried=2 * YEAR, rare=False),
    Candidate("theta", theta.theta, tried=2 * YEAR, rare=False),
    Candidate("croston", intermittent.croston, tried=YEAR, rare=True),
    Candidate("sba", intermittent.sba, tried=YEAR, rare=True),
    Candidate("tsb", intermittent.tsb, tried=YEAR, rare=True),
    Candidate(
        "seasonal_additive", smoothing.seasonal_additive,
        needs=2 * YEAR, fallback="damped_trend", tried=2 * YEAR + 6, rare=False,
    ),
    Candidate(
        "seasonal_ratio", smoothing.seasonal_ratio,
        needs=2 * YEAR, fallback="damped_trend", tried=2 * YEAR + 6, positive=True, rare=False,
    ),
)  # fmt: skip
NAMES = (*(candidate.name for candidate in CANDIDATES), COMBINED)


def forecasts(y: Floats, origins: tuple[int, ...], horizon: int) -> dict[str, Floats]:
    """What every method says at every origin, each (S, O, H); a method that knows too little says what its fallback says."""
    made: dict[str, Floats] = {}
    for candidate in CANDIDATES:
        able = tuple(n for n in origins if n >= candidate.needs)
        said = made[candidate.fallback].copy() if made else np.zeros((len(y), len(origins), horizon))
        if able:
            at = [origins.index(n) for n in able]
            said[:, at] = candidate.make(y, able, horizon)
        if candidate.positive:
            lowest = np.minimum.accumulate(y, axis=1)[:, [n - 1 for n in origins]]
            said = np.where((lowest > 0)[:, :, None], said, made[candidate.fallback])
        made[candidate.name] = said
    return made


def is_rare(y: Floats) -> Bools:
    """Which series are intermittent, (S,)."""
    return np.asarray((y == 0).mean(axis=1) >= intermittent.EMPTY_SHARE)


def eligible(y: Floats) -> Bools:
    """Which candidates are tried for which series, (M, S), by how much is known and how many months are empty.

    With one year known and a half at most, a steady series gets half_season unasked: no back-test can see a season then, and
    whatever follows the last months carries the height of a season on, or its low.
    """
    months = y.shape[1]
    rare, above = is_rare(y), y.min(axis=1) > 0
    fixed = ~rare & (YEAR <= months < YOUNG)
    rows = [
        (months >= c.tried)
        & (above | (not c.positive))
        & (np.ones_like(rare) if c.rare is None else rare == c.rare)
        & (~fixed | (c.name == "half_season"))
        for c in CANDIDATES
    ]
    return np.stack(rows)
