"""The linear relaxation of an assignment: its bound, what each pair costs against it, and a plan rounded off from it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from crmcli.models.assigning.problem import LOAD_STEPS

if TYPE_CHECKING:
    from crmcli.models.assigning.pairs import Pairs
    from crmcli.models.assigning.problem import Floats, Ints, Problem

_NOBODY = -1


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The linear relaxation.

    Args:
        bound: No plan is worth more.
        share: Shape (pairs,): how much of each pair the relaxation takes, 0–1.
        loss: Shape (pairs,): a plan with the pair is worth at most bound − loss.
        load: The largest load in the relaxation, in twentieths of capacity.
    """

    bound: float
    share: Floats
    loss: Floats
    load: float


@dataclass(frozen=True, slots=True)
class Rows:
    """The programme in variables: a share of each pair, and behind them the largest load in twentieths.

    Args:
        worth: What each variable adds.
        matrix, most: matrix · variables ≤ most: accounts once, hours within capacity, no load above the largest.
        accounts: How many of the rows, from the first, are of accounts.
    """

    worth: Floats
    matrix: Any
    most: Floats
    accounts: int


def rows_of(problem: Problem, pairs: Pairs, chosen: Ints) -> Rows:
    """The programme over some of the pairs."""
    from scipy.sparse import coo_array, vstack

    accounts, managers, count = pairs.accounts[chosen], pairs.managers[chosen], len(chosen)
    places, size = np.arange(count), (len(problem.hours), len(problem.capacity))
    once = coo_array((np.ones(count), (accounts, places)), shape=(size[0], count + 1))
    hours = problem.hours[accounts]
    loads = coo_array((hours, (managers, places)), shape=(size[1], count + 1))
    parts, most = [once, loads], [np.ones(size[0]), problem.capacity]
    if problem.balance > 0:
        rows, columns = np.append(managers, np.arange(size[1])), np.append(places, np.full(size[1], count))
        parts.append(
            coo_array((np.append(hours, -problem.capacity / LOAD_STEPS), (rows, columns)), shape=(size[1], count + 1))
        )
        most.append(np.zeros(size[1]))
    worth = np.append(pairs.worth[chosen], -problem.balance)
    return Rows(worth, vstack(parts).tocsr(), np.concatenate(most), size[0])


def relax(problem: Problem, pairs: Pairs) -> Relaxed:
    """Solve the linear relaxation.

    Raises:
        RuntimeError: The solver failed, which an empty plan being allowed makes impossible in practice.
    """
    from scipy.optimize import linprog

    from crmcli.models.assigning.quiet import quiet

    rows = rows_of(problem, pairs, np.arange(len(pairs)))
    bounds = np.column_stack((np.zeros(len(rows.worth)), np.append(np.ones(len(pairs)), float(LOAD_STEPS))))
    with quiet():
        found = linprog(-rows.worth, A_ub=rows.matrix, b_ub=rows.most, bounds=bounds, method="highs")
    if found.x is None:
        message = f"the solver found no relaxation: {found.message}"
        raise RuntimeError(message)
    prices = np.maximum(0.0, -found.ineqlin.marginals)
    prices[: rows.accounts] = 0.0
    # what each variable is worth once hours are paid for; each account can have the best of its pairs, or nothing
    reduced = rows.worth - rows.matrix.T @ prices
    own = np.zeros(len(problem.hours))
    np.maximum.at(own, pairs.accounts, reduced[:-1])
    bound = float(own.sum() + prices @ rows.most + LOAD_STEPS * max(0.0, reduced[-1]))
    return Relaxed(bound, found.x[:-1], own[pairs.accounts] - reduced[:-1], float(found.x[-1]))


def round_off(problem: Problem, pairs: Pairs, relaxed: Relaxed) -> Ints:
    """An allowed plan near the relaxation: pairs by what it takes of them, then by what they cost; then exchanges."""
    from crmcli.models.assigning.swapping import swap

    managers = np.full(len(problem.hours), _NOBODY, dtype=np.int64)
    share = min(LOAD_STEPS, math.ceil(relaxed.load - 1e-6)) / LOAD_STEPS if problem.balance > 0 else 1.0
    capacity = problem.capacity * share
    left = capacity + 1e-9
    order = np.lexsort((pairs.managers, pairs.accounts, np.round(relaxed.loss, 6), -np.round(relaxed.share, 6)))
    for pair in order:
        account, manager = pairs.accounts[pair], pairs.managers[pair]
        if managers[account] == _NOBODY and problem.hours[account] <= left[manager]:
            managers[account] = manager
            left[manager] -= problem.hours[account]
    return swap(problem, pairs, managers, capacity)
