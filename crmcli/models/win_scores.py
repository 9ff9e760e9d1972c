"""How chances told on past days did: skill against the base rate, ranking, number of wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from crmcli.models.histories import Floats, Whole
from crmcli.models.level import Z80
from crmcli.models.measures import Truth, auc
from crmcli.models.past_deals import Method

_NOTHING = 1e-12  # what rounding makes of two equal chances
_USUAL_SHIFT, _USUAL_WEIGHT = 0.25, 2.0


@dataclass(frozen=True, slots=True)
class Origin:
    """One past day.

    Args:
        day: The day looked from.
        deals: Places of the deals open then, (k,).
        happened: Which of them were won within the horizon, (k,).
        told: What each method said then, (k,).
        base_rate: Smoothed share won among deals closed by then.
        by_stage: What is believed of the stage each was in, (k,); NaN where unknown.
        method: What would have been chosen then.
    """

    day: int
    deals: Whole
    happened: Truth
    told: dict[Method, Floats]
    base_rate: float
    by_stage: Floats
    method: Method

    @property
    def said(self) -> Floats:
        """What would have been said then: by the chosen method, or the base rate, (k,)."""
        return self.told[self.method]

    @property
    def plainly(self) -> Floats:
        """The base rate for everybody, (k,)."""
        return np.full(len(self.deals), self.base_rate)


@dataclass(frozen=True, slots=True)
class Score:
    """How probabilities did.

    Args:
        deals: Tellings scored.
        skill: 1 − Brier ÷ Brier of the base rate as known then; None without tellings.
        skill_error: Its standard error.
        skill_hindsight: The same against the share that was won in the end, which nobody knew.
        auc: Of the ranking, within days.
        expected, actual: Wins.
    """

    deals: int
    skill: float | None
    skill_error: float | None
    skill_hindsight: float | None
    auc: float | None
    expected: float
    actual: int


def all_told(origins: Sequence[Origin]) -> tuple[Whole, Truth]:
    """Deals and what came of them, of all past days in a row."""
    return np.concatenate([o.deals for o in origins]), np.concatenate([o.happened for o in origins])


def total_error(gain: Floats, deals: Whole) -> float:
    """Standard error of a sum of gains, tellings of one deal counted together."""
    return float(np.sqrt((np.bincount(deals, gain) ** 2).sum()))


def shift_of(origins: Sequence[Origin], method: Method) -> float:
    """Deviation of log-odds common to all deals of a day: mean square of what chance does not explain, drawn to 0.25."""
    excess = 0.0
    for origin in origins:
        said = origin.told[method]
        noise = float((said * (1 - said)).sum())
        miss = float(origin.happened.sum() - said.sum())
        excess += (miss**2 - noise) / max(noise, 1e-9) ** 2
    return float(np.sqrt(max(0.0, _USUAL_WEIGHT * _USUAL_SHIFT**2 + excess) / (_USUAL_WEIGHT + len(origins))))


def wins_interval(probability: Floats, shift: float) -> tuple[float, float]:
    """80 % interval of the number of wins among deals with these probabilities, (k,)."""
    noise = float((probability * (1 - probability)).sum())
    half = Z80 * float(np.sqrt(noise + (shift * noise) ** 2))
    total = float(probability.sum())
    return max(0.0, total - half), min(float(len(probability)), total + half)


def score(origins: Sequence[Origin], said: Sequence[Floats], among: Sequence[Truth] | None = None) -> Score:
    """How what was said did on past days.

    Args:
        origins: The past days.
        said: A probability for each of their deals, one array a day.
        among: Which of the deals to look at; None: all.
    """
    keeps = among if among is not None else [np.ones(len(origin.deals), bool) for origin in origins]
    if not any(keep.any() for keep in keeps):
        return Score(0, None, None, None, None, 0.0, 0)
    keep = np.concatenate(list(keeps))
    deals, happened = (column[keep] for column in all_told(origins))
    told = np.concatenate(list(said))[keep]
    base = np.concatenate([origin.plainly for origin in origins])[keep]
    yardstick, own = float(((base - happened) ** 2).sum()), (told - happened) ** 2
    gain = (base - happened) ** 2 - own
    gain[np.abs(gain) < _NOTHING] = 0.0
    observed = float(happened.mean() * (1 - happened.mean())) * len(happened)
    return Score(
        deals=len(told),
        skill=float(gain.sum()) / yardstick if yardstick > 0 else None,
        skill_error=total_error(gain, deals) / yardstick if yardstick > 0 else None,
        skill_hindsight=1 - float(own.sum()) / observed if observed > 0 else None,
        auc=_ranked(origins, said, keeps),
        expected=float(told.sum()),
        actual=int(happened.sum()),
    )


def _ranked(origins: Sequence[Origin], said: Sequence[Floats], keeps: Sequence[Truth]) -> float | None:
    """Share of pairs of one day in the right order: days are not compared with each other."""
    right, pairs = 0.0, 0
    for origin, told, keep in zip(origins, said, keeps, strict=True):
        happened = origin.happened[keep]
        found = auc(told[keep], happened)
        if found is not None:
            count = int(happened.sum()) * int((~happened).sum())
            right, pairs = right + found * count, pairs + count
    return right / pairs if pairs else None
