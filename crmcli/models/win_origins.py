"""Chances of deals on past days against what came of them: which method to use, how to calibrate it, and how good it has been.

From each past day the deals open then are told their chances by what was known by then, and what became of them within the
horizon is known today. A method is calibrated on, and chosen by, earlier past days only whose horizon was over by then. It
must beat the base rate by more than one standard error of the difference, deals (not tellings) counted as independent; of
methods that the best does not beat by as much, the simplest is taken.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from crmcli.models.histories import Floats, Whole
from crmcli.models.past_deals import BASE, LEAST_CLOSED, LEAST_EACH, Deals, Method
from crmcli.models.platt import AS_IT_IS, Platt, calibrate
from crmcli.models.win_scores import Origin, all_told, shift_of, total_error
from crmcli.models.winning import Lesson, learn, tell

STRENGTHS = (1.0, 4.0)
_MANY, _FEW_DAYS, _MOST_DAYS = 3_000, 8, 16  # deals from which fewer past days will do
_LEAST_APART, _LEAST_OPEN = 7, 3


@dataclass(frozen=True, slots=True)
class Looked:
    """All past days, and what they teach.

    Args:
        origins: Oldest first.
        method: To be used today.
        platt: Its calibration.
        shift: Deviation of the log-odds of all deals of a day together, beyond chance.
    """

    origins: tuple[Origin, ...]
    method: Method
    platt: Platt
    shift: float


def past_days(deals: Deals, as_of: int, horizon: int) -> tuple[int, ...]:
    """Days evenly spread from the first with enough closed deals to the last whose horizon is over; oldest first."""
    first, last = _first_enough(deals), as_of - horizon
    if first is None or first > last:
        return ()
    most = _FEW_DAYS if len(deals.opened) > _MANY else _MOST_DAYS
    count = int(min(most, (last - first) // _LEAST_APART + 1))
    return tuple(int(day) for day in np.unique(np.round(np.linspace(last, first, count)).astype(np.int64)))


def _first_enough(deals: Deals) -> int | None:
    """The first day by which enough deals were closed to learn from."""
    ended = np.flatnonzero((deals.won | deals.lost) & np.isfinite(deals.closed))
    order = ended[np.argsort(deals.closed[ended], kind="stable")]
    won, lost = np.cumsum(deals.won[order]), np.cumsum(deals.lost[order])
    reached = (won + lost >= LEAST_CLOSED) & (np.minimum(won, lost) >= LEAST_EACH)
    return int(deals.closed[order[np.argmax(reached)]]) if reached.any() else None


def methods(deals: Deals) -> tuple[Method, ...]:
    """What is tried: with and without fields (two strengths), age, stages (where there is a history of moves), calibration."""
    stages = (False, True) if len(deals.moved_deal) else (False,)
    strengths = (0.0, *STRENGTHS) if deals.fields else (0.0,)
    either = (False, True)
    return tuple(Method(*parts) for parts in itertools.product(strengths, either, stages, either))


def look_back(deals: Deals, as_of: int, *, horizon: int, stage_chance: Floats) -> Looked:
    """Tell all past days their chances, and choose.

    Args:
        deals: Everything known.
        as_of: Today.
        horizon: Days within which a deal is to be won.
        stage_chance: What is believed of each stage number; NaN unknown.
    """
    found: list[Origin] = []
    strengths, start = STRENGTHS if deals.fields else (), None
    for day in past_days(deals, as_of, horizon):
        places = deals.open_on(day)
        if len(places) < _LEAST_OPEN:
            continue
        lesson = learn(deals, day, horizon=horizon, strengths=strengths, start=start)
        if lesson is not None:
            start = lesson.variances
            before = [origin for origin in found if origin.day + horizon <= day]
            found.append(_told(deals, day, places, lesson, before, stage_chance))
    method = choose(found)
    return Looked(tuple(found), method, _platt(found, method, as_of, horizon), shift_of(found, method))


def _told(
    deals: Deals, day: int, places: Whole, lesson: Lesson, before: Sequence[Origin], stage_chance: Floats
) -> Origin:
    horizon = lesson.curve.horizon
    ages, stages = day - deals.opened[places], deals.stages_on(day)[places]
    happened = deals.won[places] & (deals.closed[places] <= day + horizon)
    told = {
        method: tell(lesson, method, deals.codes[places], ages, stages).probability
        for method in methods(deals)
        if not method.calibrated
    }
    for method, said in list(told.items()):
        better = replace(method, calibrated=True)
        told[better] = _platt(before, better, day, horizon).apply(said)
    believed = np.append(stage_chance, np.nan)[stages]
    return Origin(day, places, happened, told, lesson.base_rate, believed, choose(before))


def _platt(origins: Sequence[Origin], method: Method, day: int, horizon: int) -> Platt:
    """Calibration on past days; each counts half of one a third of a horizon later, and a deal told of often counts once."""
    if not method.calibrated or not origins:
        return AS_IT_IS
    deals, happened = all_told(origins)
    raw = np.concatenate([origin.told[replace(method, calibrated=False)] for origin in origins])
    fade = np.concatenate([np.full(len(o.deals), 0.5 ** ((day - horizon - o.day) * 3 / horizon)) for o in origins])
    return calibrate(raw, happened.astype(np.float64), fade / np.bincount(deals)[deals])


def choose(origins: Sequence[Origin]) -> Method:
    """The simplest method that the best one does not clearly beat; the base rate where nothing clearly beats it."""
    if not origins:
        return BASE
    deals, happened = all_told(origins)
    loss = {
        method: (np.concatenate([origin.told[method] for origin in origins]) - happened) ** 2
        for method in origins[0].told
    }
    best = min(loss, key=lambda method: (float(loss[method].mean()), method))
    return min(method for method in loss if not _clearly(loss[method] - loss[best], deals))


def _clearly(gain: Floats, deals: Whole) -> bool:
    """Whether a mean gain is above one standard error, tellings of one deal counted together."""
    return float(gain.sum()) > total_error(gain, deals)
