"""Making a plan better by hand: one account moved, two exchanged, or one moved while another makes room for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from crmcli.models.assigning.pairs import Pairs
    from crmcli.models.assigning.problem import Floats, Ints, Problem

_NOBODY = -1
_PASSES = 40
_MORE = 1e-9


def swap(problem: Problem, pairs: Pairs, plan: Ints, capacity: Floats) -> Ints:
    """A plan that no move and no exchange of two accounts makes better.

    Args:
        problem: What is to be assigned; its balance is not looked at.
        pairs: Possible ones.
        plan: An allowed plan.
        capacity: Hours no manager is to exceed.
    """
    count = len(capacity)
    worth = np.full((len(plan), count + 1), -np.inf)
    worth[:, count] = 0.0  # nobody, who has room for all
    worth[pairs.accounts, pairs.managers] = pairs.worth
    places = np.where(plan == _NOBODY, count, plan)
    hours = problem.hours
    left = np.append(capacity - np.bincount(places, hours, minlength=count + 1)[:count], np.inf)
    own = worth[np.arange(len(plan)), places]
    for _pass in range(_PASSES):
        changes = sum(_improve(account, worth, hours, places, left, own) for account in range(len(plan)))
        if not changes:
            break
    return np.where(places == count, _NOBODY, places)


def _improve(account: int, worth: Floats, hours: Floats, places: Ints, left: Floats, own: Floats) -> bool:
    """The best move or exchange of one account, done in place; whether there was one."""
    here, mine = places[account], hours[account]
    free = worth[account] - own[account]
    moves = np.where(left >= mine - _MORE, free, -np.inf)
    moves[here] = -np.inf
    best = int(moves.argmax())
    gains = free[places] + worth[:, here] - own
    room = np.minimum(left[places] + hours - mine, left[here] + mine - hours)
    gains[(room < -_MORE) | (places == here)] = -np.inf
    other = int(gains.argmax())
    if moves[best] <= _MORE and gains[other] <= _MORE:
        return False
    if moves[best] >= gains[other]:
        _put(account, best, worth, hours, places, left, own)
    else:
        there = places[other]
        _put(account, there, worth, hours, places, left, own)
        _put(other, here, worth, hours, places, left, own)
    return True


def _put(account: int, place: int, worth: Floats, hours: Floats, places: Ints, left: Floats, own: Floats) -> None:
    left[places[account]] += hours[account]
    left[place] -= hours[account]
    places[account] = place
    own[account] = worth[account, place]
