"""How long deals take to be won or lost, deals still open counted for as long as they were watched.

Two causes compete to end a deal. Each has a hazard a day, constant between edges of age, estimated as endings ÷ days open
(Aalen & Johansen 1978 for the two shares; piecewise exponential after Friedman 1982), drawn to the mean of all ages as if
`DRAWN` endings had been seen at that pace: a deal older than any that ended is told by the days that such deals hung.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crmcli.models.histories import Floats
from crmcli.models.measures import Truth

DRAWN = 2.0  # endings that the mean pace counts for in each band of age
_BAND = 20  # endings that a band holds at least
_BANDS = 8
_MOST_DAYS = 3_650


@dataclass(frozen=True, slots=True)
class AgeCurve:
    """Chances of a deal by the days it has been open.

    Args:
        horizon: Days ahead within which it ends or counts as not decided.
        won, lost: P(won), P(lost) within the horizon for a deal open at age 0, 1, 2 … days, (ages,).
        wins: How many deals were won at that age or older, within the horizon, (ages,).
    """

    horizon: int
    won: Floats
    lost: Floats
    wins: Floats

    def at(self, age: Floats) -> tuple[Floats, Floats, Floats]:
        """P(won), P(lost) and the wins they rest on at each age, (k,); unknown ages (NaN) count as 0."""
        place = np.clip(np.nan_to_num(age, nan=0.0), 0, len(self.won) - 1).astype(np.int64)
        return self.won[place], self.lost[place], self.wins[place]


def usual_life(days: Floats) -> int:
    """Days within which 19 of 20 closed deals ended, from 30 to 730; 180 when none has.

    Args:
        days: From opening to the end of closed deals, (n,).
    """
    return int(np.clip(np.quantile(days, 0.95), 30, 730)) if len(days) else 180


def age_curve(days: Floats, won: Truth, lost: Truth, *, horizon: int) -> AgeCurve:
    """Hazards by age, and what they say of a deal of each age.

    Args:
        days: Days that each deal was open and watched, to its end or to the last known day, (n,).
        won: Which were won, (n,).
        lost: Which were lost, (n,); neither: still open.
        horizon: Days ahead.
    """
    days = np.clip(days, 0, _MOST_DAYS).astype(np.float64)
    ends = np.sort(days[won | lost])
    edges = _edges(ends)
    length = int(max(days.max(initial=0), edges[-1])) + 2
    band = np.digitize(np.arange(length + horizon), edges[1:])
    exposure = np.array([np.clip(days - edge, 0, None).sum() for edge in edges])
    exposure = (
        exposure
        - np.append(exposure[1:], 0.0)
        + np.bincount(np.digitize(days, edges[1:]), weights=np.full(len(days), 0.5), minlength=len(edges))
    )  # half a day for the last one
    pace = max(len(ends), 1.0) / max(exposure.sum(), 1.0)
    share = (won.sum() + 1.0) / (len(ends) + 2.0)
    hazards = [
        (np.bincount(np.digitize(days[cause], edges[1:]), minlength=len(edges)) + DRAWN * part)
        / (exposure + DRAWN / pace)
        for cause, part in ((won, share), (lost, 1 - share))
    ]
    both = hazards[0] + hazards[1]
    survived = np.concatenate([[0.0], np.cumsum(both[band])])  # minus its logarithm, at the beginning of each day
    ending = -np.expm1(-both[band])
    found = []
    for hazard in hazards:
        daily = ending * (hazard / both)[band]
        found.append(_within(daily, survived, length, horizon))
    ages, victories = np.arange(length), np.sort(days[won])
    ahead = np.searchsorted(victories, ages + horizon) - np.searchsorted(victories, ages)
    return AgeCurve(horizon, found[0], found[1], ahead.astype(np.float64))


def _within(daily: Floats, survived: Floats, length: int, horizon: int) -> Floats:
    """Σ of P(ends so on day u | open on day t) for u in [t, t + horizon), for each t below length."""
    scale = survived[:-1] - survived[0]
    weight = daily * np.exp(-np.minimum(scale, 600.0))
    total = np.concatenate([[0.0], np.cumsum(weight)])
    return np.asarray((total[horizon : horizon + length] - total[:length]) * np.exp(np.minimum(scale[:length], 600.0)))


def _edges(ends: Floats) -> Floats:
    """Where bands of age begin: at equal shares of the endings, after 99 of 100, and after the last of them."""
    parts = int(np.clip(len(ends) // _BAND, 1, _BANDS))
    inner = np.quantile(ends, np.arange(1, parts) / parts) if parts > 1 else np.zeros(0)
    last = [np.quantile(ends, 0.99), ends[-1]] if len(ends) else []
    return np.unique(np.floor(np.concatenate([[0.0], inner + 1, np.array(last) + 1])))
