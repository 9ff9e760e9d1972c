"""What is to be assigned, and what an assignment is worth."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NOBODY = -1
LOAD_STEPS = 20  # of a full load; coarse, so that worths stay in steps
SLACK = 1e-6  # so near is the same


@dataclass(frozen=True, slots=True)
class Problem:
    """What is to be assigned.

    Args:
        fit: Shape (accounts, managers): worth of each pair; NaN where the manager is not able for the account.
        hours: Shape (accounts,): what each account takes, at least 0.
        capacity: Shape (managers,): hours each manager can give, at least 0.
        present: Shape (accounts,): place of the present manager, NOBODY for none.
        move_penalty: What taking an account from its present manager costs.
        balance: What each started twentieth of the largest load costs, full capacity being 20 of them.
    """

    fit: Floats
    hours: Floats
    capacity: Floats
    present: Ints
    move_penalty: float = 0.0
    balance: float = 0.0


def worth_of(problem: Problem, managers: Ints) -> float:
    """Worth of an assignment, without looking whether it is allowed."""
    served = np.flatnonzero(managers != NOBODY)
    fits = problem.fit[served, managers[served]].sum()
    moved = ((problem.present[served] != NOBODY) & (problem.present[served] != managers[served])).sum()
    return float(fits - problem.move_penalty * moved - problem.balance * largest_load(problem, managers))


def largest_load(problem: Problem, managers: Ints) -> int:
    """The largest load in started twentieths of capacity."""
    loads = loads_of(problem, managers)
    shares = np.divide(loads, problem.capacity, out=np.zeros_like(loads), where=problem.capacity > 0)
    return math.ceil(LOAD_STEPS * float(shares.max(initial=0.0)) - SLACK)


def loads_of(problem: Problem, managers: Ints) -> Floats:
    """Hours each manager is given, shape (managers,)."""
    served = managers != NOBODY
    return np.bincount(managers[served], problem.hours[served], minlength=len(problem.capacity)).astype(np.float64)
