"""Who looks after whom: an exact assignment of accounts to managers as a mixed-integer programme (HiGHS, by scipy).

The worth of a plan is Σ fit of the pairs made − `move_penalty` for every account taken from its present manager −
`balance_weight` × the largest load, as a share of capacity. Nobody has more hours than they can give, nobody is given
what they are not able for, every account has one manager or none. Being served is worth more than any shuffling: fits
should be above the move penalty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NOBODY = -1


@dataclass(frozen=True, slots=True)
class Problem:
    """What is to be assigned.

    Args:
        fit: Shape (accounts, managers): worth of each pair; NaN where the manager is not able for the account.
        hours: Shape (accounts,): what each account takes, at least 0.
        capacity: Shape (managers,): hours each manager can give, at least 0.
        present: Shape (accounts,): place of the present manager, NOBODY for none.
        move_penalty: What taking an account from its present manager costs.
        balance_weight: What the largest load costs, for a load of 1 (full).
    """

    fit: Floats
    hours: Floats
    capacity: Floats
    present: Ints
    move_penalty: float = 0.0
    balance_weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """An assignment.

    Args:
        managers: Shape (accounts,): place of the manager, NOBODY for none.
        worth: Its worth (`worth_of`).
        bound: No plan is worth more than this.
        loads: Shape (managers,): hours given.
    """

    managers: Ints
    worth: float
    bound: float
    loads: Floats

    @property
    def gap(self) -> float:
        """How far the plan may be from the best, as a share of its worth; 0 when it is proven to be the best."""
        return max(0.0, self.bound - self.worth) / max(abs(self.worth), 1e-9)


def worth_of(problem: Problem, managers: Ints) -> float:
    """Worth of an assignment, without looking whether it is allowed."""
    served = np.flatnonzero(managers != NOBODY)
    fits = problem.fit[served, managers[served]].sum()
    moved = ((problem.present[served] != NOBODY) & (problem.present[served] != managers[served])).sum()
    loads = loads_of(problem, managers)
    shares = np.divide(loads, problem.capacity, out=np.zeros_like(loads), where=problem.capacity > 0)
    return float(fits - problem.move_penalty * moved - problem.balance_weight * shares.max(initial=0.0))


def loads_of(problem: Problem, managers: Ints) -> Floats:
    """Hours each manager is given, shape (managers,)."""
    served = managers != NOBODY
    return np.bincount(managers[served], problem.hours[served], minlength=len(problem.capacity)).astype(np.float64)


def assign(problem: Problem, *, seconds: float = 25.0) -> Plan:
    """The best assignment, or the best found in the time with the bound it was proven to.

    The same problem gives the same plan; callers put accounts and managers in an order of their own (by code), so that
    the order of rows in the store does not matter.

    Raises:
        RuntimeError: The solver gave up without any plan, which an empty plan being allowed makes impossible in practice.
    """
    from scipy.optimize import Bounds, milp

    pairs = _pairs(problem)
    if not len(pairs):
        nobody = np.full(len(problem.hours), NOBODY, dtype=np.int64)
        return Plan(nobody, worth_of(problem, nobody), worth_of(problem, nobody), loads_of(problem, nobody))
    count = len(pairs)
    integral = np.append(np.ones(count), 0)  # the last variable is the largest load
    found = milp(
        -_worths(problem, pairs),
        integrality=integral,
        bounds=Bounds(0, np.append(np.ones(count), 1.0)),
        constraints=_constraints(problem, pairs),
        options={"time_limit": seconds, "mip_rel_gap": 1e-9},
    )
    if found.x is None:
        message = f"the solver found no plan: {found.message}"
        raise RuntimeError(message)
    taken = pairs[found.x[:count] > 0.5]
    managers = np.full(len(problem.hours), NOBODY, dtype=np.int64)
    managers[taken[:, 0]] = taken[:, 1]
    worth = worth_of(problem, managers)
    bound = worth if found.mip_dual_bound is None else max(worth, -float(found.mip_dual_bound))
    return Plan(managers, worth, bound, loads_of(problem, managers))


def _pairs(problem: Problem) -> Ints:
    """Pairs that are possible by themselves, shape (pairs, 2): account and manager."""
    able = np.isfinite(problem.fit) & (problem.hours[:, None] <= problem.capacity[None, :] + 1e-9)
    return np.argwhere(able).astype(np.int64)


def _worths(problem: Problem, pairs: Ints) -> Floats:
    """What each pair adds, and what the largest load takes; shape (pairs + 1,)."""
    accounts, managers = pairs[:, 0], pairs[:, 1]
    present = problem.present[accounts]
    moved = (present != NOBODY) & (present != managers)
    return np.append(problem.fit[accounts, managers] - problem.move_penalty * moved, -problem.balance_weight)


def _constraints(problem: Problem, pairs: Ints) -> list[object]:
    """One manager an account; hours within capacity; the last variable no less than any load."""
    from scipy.optimize import LinearConstraint
    from scipy.sparse import coo_array, csr_array

    count, places = len(pairs), np.arange(len(pairs))
    accounts, managers = pairs[:, 0], pairs[:, 1]
    hours = problem.hours[accounts]
    once = coo_array((np.ones(count), (accounts, places)), shape=(len(problem.hours), count + 1))
    loads = csr_array(coo_array((hours, (managers, places)), shape=(len(problem.capacity), count + 1)))
    largest = coo_array(
        (-problem.capacity, (np.arange(len(problem.capacity)), np.full(len(problem.capacity), count))),
        shape=loads.shape,
    )
    found: list[object] = [LinearConstraint(once, -np.inf, 1.0), LinearConstraint(loads, -np.inf, problem.capacity)]
    if problem.balance_weight > 0:
        found.append(LinearConstraint(loads + csr_array(largest), -np.inf, 0.0))
    return found
