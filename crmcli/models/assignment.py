"""Who looks after whom: an exact assignment of accounts to managers as a mixed-integer programme (HiGHS, by scipy).

The worth of a plan is Σ fit of the pairs made − `move_penalty` for every account taken from its present manager −
`balance` × the largest load as a share of capacity, counted in started twentieths (5 %). Nobody has more hours than they can give, nobody is
given what they are not able for, every account has one manager or none.

How it is solved: the linear relaxation gives a bound and a loss for each pair: what choosing it costs at least. Pairs of
small loss make a core that is solved exactly; a plan that is closer to the bound than what the core left out, and than the
step in which worths come (fits in fives: five), is proven to be the best. So it pays to count fits and hours coarsely.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np

from crmcli.models.assigning.pairs import pairs_of
from crmcli.models.assigning.problem import NOBODY, SLACK, Floats, Ints, Problem, loads_of, worth_of
from crmcli.models.assigning.relaxation import relax, round_off
from crmcli.models.assigning.searching import Search, solve, solve_part

_SMALL = 600  # pairs: so few are solved as a whole
_NEAR = 1e-3  # share of the worth within which a first and a second search end
_ROUNDS, _TOGETHER = 2, 5  # of improving part by part; managers in one part
_CORE = 1_000  # pairs in question: so few are searched to the end
_EASY = 6_000  # pairs: more are improved part by part


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


def assign(problem: Problem, *, seconds: float = 25.0) -> Plan:
    """The best assignment, or one near it with the bound it was proven to.

    The same problem gives the same plan: every search ends by itself, within a thousandth of the worth first; an exact one
    follows where few pairs are left in question. Callers put accounts and managers in an order of their own (by code),
    so that the order of rows in the store does not matter.

    Args:
        problem: What is to be assigned.
        seconds: When a search that should end by itself and does not is cut, from the start of all.
    """
    deadline = time.monotonic() + seconds
    pairs = pairs_of(problem)
    nobody = np.full(len(problem.hours), NOBODY, dtype=np.int64)
    if not len(pairs):
        return _plan(problem, nobody, worth_of(problem, nobody))
    relaxed = relax(problem, pairs)
    best = round_off(problem, pairs, relaxed)
    search = Search(problem, pairs, relaxed, deadline)
    if len(pairs) <= _SMALL:
        return _plan(problem, *solve(search, best, width=math.inf, nodes=None))
    found, bound = solve(search, best, width=search.narrow(), tolerance=_NEAR)
    if len(pairs) > _EASY:
        return _plan(problem, _improve(search, found, bound), bound)
    if bound > worth_of(problem, found) * (1 + _NEAR) + SLACK:
        found, least = solve(search, found, width=search.missing(found), tolerance=_NEAR)
        bound = min(bound, least)
    if bound > worth_of(problem, found) + SLACK and search.core(search.missing(found)) <= _CORE:
        found, least = solve(search, found, width=search.missing(found))
        bound = min(bound, least)
    return _plan(problem, found, bound)


def _improve(search: Search, found: Ints, bound: float) -> Ints:
    """Solve again for a few managers at a time, the others as they are; in parts that differ from round to round."""
    count = len(search.problem.capacity)
    chance = np.random.default_rng(0)
    for _round in range(_ROUNDS):
        order = chance.permutation(count)
        for first in range(0, count, _TOGETHER):
            if bound <= worth_of(search.problem, found) + SLACK or time.monotonic() > search.deadline:
                return found
            found = solve_part(search, found, np.sort(order[first : first + _TOGETHER]), tolerance=_NEAR)
    return found


def _plan(problem: Problem, managers: Ints, bound: float) -> Plan:
    worth = worth_of(problem, managers)
    # solvers answer within a tolerance of their own; so near is the same
    return Plan(managers, worth, worth if bound <= worth + SLACK else bound, loads_of(problem, managers))
