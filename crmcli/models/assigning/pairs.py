"""Possible pairs of an assignment problem, and the step in which worths come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from crmcli.models.assigning.problem import Floats, Ints, Problem

_SCALES = (1, 2, 4, 10, 100)  # worths in wholes, halves, quarters, tenths, hundredths
_NOBODY = -1


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs that are possible by themselves and better than leaving the account, in order of account and manager.

    Args:
        accounts, managers: Shape (pairs,): places.
        worth: Shape (pairs,): fit less the penalty of a move.
        step: All worths of plans are multiples of it; 0 where there is no such step.
    """

    accounts: Ints
    managers: Ints
    worth: Floats
    step: float

    def __len__(self) -> int:
        return len(self.accounts)


def pairs_of(problem: Problem) -> Pairs:
    """The possible pairs of a problem."""
    able = np.isfinite(problem.fit) & (problem.hours[:, None] <= problem.capacity[None, :] + 1e-9)
    accounts, managers = (places.astype(np.int64) for places in np.nonzero(able))
    present = problem.present[accounts]
    moved = (present != _NOBODY) & (present != managers)
    worth = problem.fit[accounts, managers] - problem.move_penalty * moved
    kept = worth > 0
    step = step_of(np.append(worth[kept], (problem.balance, problem.move_penalty)))
    return Pairs(accounts[kept], managers[kept], worth[kept], step)


def step_of(values: Floats) -> float:
    """The largest number all values are multiples of, in wholes to hundredths; 0 for none."""
    for scale in _SCALES:
        scaled = values * scale
        whole = np.rint(scaled)
        if np.abs(scaled - whole).max(initial=0.0) < 1e-6:
            common = int(np.gcd.reduce(whole.astype(np.int64), initial=0))
            return common / scale
    return 0.0
