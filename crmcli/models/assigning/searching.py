"""The search for the best plan among the pairs of small loss, for all managers or for a few at a time."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from crmcli.models.assigning.problem import LOAD_STEPS, NOBODY, Problem, largest_load, loads_of, worth_of
from crmcli.models.assigning.relaxation import rows_of

if TYPE_CHECKING:
    from crmcli.models.assigning.pairs import Pairs
    from crmcli.models.assigning.problem import Ints
    from crmcli.models.assigning.relaxation import Relaxed

_TIGHT = 1e-4  # pairs so little above the width are in the core, too: what is left out is worth less by a whole step
_NODES = 100  # of a search; of a part an eighth


@dataclass(frozen=True, slots=True)
class Search:
    """What a search starts from, and when it ends (of the monotonic clock)."""

    problem: Problem
    pairs: Pairs
    relaxed: Relaxed
    deadline: float

    def narrow(self) -> float:
        """A loss up to which pairs are worth a first look: a step, or what leaves half the accounts a second choice."""
        rank = min(len(self.pairs) - 1, len(self.problem.hours) * 5 // 4)
        return max(self.pairs.step, float(np.partition(self.relaxed.loss, rank)[rank]))

    def missing(self, plan: Ints) -> float:
        """Loss from which on no pair can be in a plan that is better by a step."""
        return max(0.0, self.relaxed.bound - worth_of(self.problem, plan) - self.pairs.step)

    def core(self, width: float) -> int:
        """How many pairs have a loss of at most `width`."""
        return int((self.relaxed.loss <= width + _TIGHT).sum())

    def left(self) -> float:
        """Seconds left."""
        return max(0.2, self.deadline - time.monotonic())


def solve(
    search: Search, best: Ints, *, width: float, nodes: int | None = _NODES, tolerance: float = 0.0
) -> tuple[Ints, float]:
    """Look for the best plan among pairs whose loss is at most `width`.

    Args:
        search: What it starts from.
        best: A plan that is known; what comes back is no worse.
        width: Of the core; infinite: all pairs.
        nodes: At most so many nodes of the search tree; None: no limit.
        tolerance: Share of the worth within which the search may end.

    Returns:
        The plan, and what no plan at all is worth more than.
    """
    problem, pairs = search.problem, search.pairs
    chosen = np.flatnonzero(search.relaxed.loss <= width + _TIGHT)
    rows = rows_of(problem, pairs, chosen)
    enough = max(pairs.step, tolerance * abs(search.relaxed.bound))
    found = _milp(rows, enough, search.relaxed.bound, seconds=search.left(), nodes=nodes)
    plan = best
    if found.x is not None:
        taken = chosen[found.x[:-1] > 0.5]
        fresh = np.full(len(problem.hours), NOBODY, dtype=np.int64)
        fresh[pairs.accounts[taken]] = pairs.managers[taken]
        plan = _better(problem, best, fresh)
    inside = search.relaxed.bound if found.mip_dual_bound is None else -float(found.mip_dual_bound)
    outside = search.relaxed.bound - width - _TIGHT  # plans with a pair that was left out
    worth = worth_of(problem, plan)
    bound = min(search.relaxed.bound, max(inside, outside, worth))
    return plan, _down_to_step(bound, worth, pairs.step)


def solve_part(search: Search, plan: Ints, managers: Ints, *, tolerance: float) -> Ints:
    """Solve again for the accounts some managers have, and those nobody has; the others stay as they are."""
    problem, pairs = search.problem, search.pairs
    free = (plan == NOBODY) | np.isin(plan, managers)
    gap = search.relaxed.bound - worth_of(problem, plan)
    near = (search.relaxed.loss <= min(gap, 4 * search.narrow())) | (plan[pairs.accounts] == pairs.managers)
    chosen = np.flatnonzero(near & free[pairs.accounts] & np.isin(pairs.managers, managers))
    if not len(chosen):
        return plan
    # loads may not rise above the largest there is: what the others have decides what balance costs
    ceiling = np.minimum(problem.capacity, problem.capacity * largest_load(problem, plan) / LOAD_STEPS)
    capacity = np.maximum(ceiling if problem.balance > 0 else problem.capacity, loads_of(problem, plan))
    part = Problem(problem.fit, problem.hours, capacity, problem.present, problem.move_penalty)
    rows = rows_of(part, pairs, chosen)
    enough = max(pairs.step, tolerance * worth_of(problem, plan) * len(managers) / len(problem.capacity))
    found = _milp(rows, enough, search.relaxed.bound, seconds=search.left(), nodes=_NODES // 8)
    if found.x is None:
        return plan
    taken = chosen[found.x[:-1] > 0.5]
    fresh = np.where(free, NOBODY, plan)
    fresh[pairs.accounts[taken]] = pairs.managers[taken]
    return _better(problem, plan, fresh)


def _milp(rows: Any, step: float, scale: float, *, seconds: float, nodes: int | None) -> Any:
    """Solve a programme; within one step of the best is the best."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    from crmcli.models.assigning.quiet import quiet

    count = len(rows.worth) - 1
    options: dict[str, Any] = {"time_limit": seconds, "mip_rel_gap": max(1e-9, 0.98 * step / max(abs(scale), 1.0))}
    if nodes is not None:
        options["node_limit"] = nodes
    with quiet():
        return milp(
            -rows.worth,
            integrality=np.ones(count + 1),
            bounds=Bounds(0, np.append(np.ones(count), float(LOAD_STEPS))),
            constraints=LinearConstraint(rows.matrix, -np.inf, rows.most),
            options=options,
        )


def _better(problem: Problem, old: Ints, new: Ints) -> Ints:
    """The new plan where it is allowed and worth more, else the old one."""
    allowed = bool((loads_of(problem, new) <= problem.capacity + 1e-6).all())
    return new if allowed and worth_of(problem, new) > worth_of(problem, old) + 1e-9 else old


def _down_to_step(bound: float, worth: float, step: float) -> float:
    """A bound lowered to the next worth a plan can have, counted in steps from one that has it."""
    if step <= 0:
        return bound
    return worth + math.floor((bound - worth) / step + 1e-6) * step
