"""Deals as the models of winning see them, and what a chance may be made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crmcli.models.histories import Floats, Whole
from crmcli.models.measures import Truth

LEAST_CLOSED, LEAST_EACH = 30, 10  # deals closed, and of each outcome, below which nothing is learned


@dataclass(frozen=True, slots=True)
class Deals:
    """Deals of a store; days are whole numbers from any one day on.

    Args:
        opened: NaN where unknown, (n,).
        closed: NaN where it is not over, (n,). Those that ended on no known day are to be left out: they tell nothing of a past day.
        won, lost: How it ended, (n,); neither where it has not.
        codes: Word of each field as a number from 0, (n, f); −1 unknown.
        fields: Names of the f fields.
        moved_deal, moved_on, moved_to: Place of the deal, day and stage number of each move, in order, (m,); () without history.
    """

    opened: Floats
    closed: Floats
    won: Truth
    lost: Truth
    codes: Whole
    fields: tuple[str, ...]
    moved_deal: Whole
    moved_on: Floats
    moved_to: Whole

    def stages_on(self, day: float) -> Whole:
        """Stage of each deal on a day by its moves, (n,); −1 where there is none."""
        found = np.full(len(self.opened), -1, np.int64)
        past = self.moved_on <= day
        found[self.moved_deal[past]] = self.moved_to[past]  # of several the last one stays
        return found

    def open_on(self, day: float) -> Whole:
        """Places of the deals open at the end of a day whose opening is known."""
        return np.flatnonzero((self.opened <= day) & ~(self.closed <= day))


@dataclass(frozen=True, slots=True, order=True)
class Method:
    """What a chance is made of; the smaller one is the simpler.

    Args:
        fields: How hard effects of words are drawn: 0 none are used, else the penalty ÷ what empirical Bayes finds.
        age: Whether the days a deal has been open count.
        stage: Whether the stage it is in counts.
        calibrated: Whether it is put right by what came of the chances told on earlier past days.
    """

    fields: float
    age: bool
    stage: bool
    calibrated: bool

    @property
    def plain(self) -> bool:
        """Whether it says the same of every deal."""
        return not (self.fields or self.age or self.stage)


BASE = Method(0.0, age=False, stage=False, calibrated=False)


def enough(won: int, lost: int) -> bool:
    """Whether there is enough to learn from."""
    return won + lost >= LEAST_CLOSED and min(won, lost) >= LEAST_EACH


def ended_by(deals: Deals, day: float) -> Truth:
    """Which deals were over by a day."""
    return (deals.won | deals.lost) & (deals.closed <= day)


def sigmoid(value: Floats) -> Floats:
    """1 ÷ (1 + exp(−value)), without overflow."""
    return np.asarray(1 / (1 + np.exp(-np.clip(value, -30, 30))))


def logit(share: float | Floats, *, least: float = 1e-9) -> Floats:
    """Log-odds of a share, which is cut off at `least` from both ends."""
    cut = np.clip(share, least, 1 - least)
    return np.asarray(np.log(cut / (1 - cut)))
