"""Assignments are the best there are, allowed, and the same for the same problem."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.models.assigning.pairs import step_of
from crmcli.models.assigning.problem import NOBODY, Problem, loads_of, worth_of
from crmcli.models.assigning.quiet import quiet
from crmcli.models.assignment import assign


def is_allowed(problem: Problem, managers: np.ndarray) -> bool:
    served = np.flatnonzero(managers != NOBODY)
    able = np.isfinite(problem.fit[served, managers[served]]).all()
    return bool(able and (loads_of(problem, managers) <= problem.capacity + 1e-9).all())


def best_by_trying(problem: Problem) -> float:
    choices = itertools.product(range(-1, len(problem.capacity)), repeat=len(problem.hours))
    plans = (np.array(choice, dtype=np.int64) for choice in choices)
    return max(worth_of(problem, plan) for plan in plans if is_allowed(problem, plan))


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    accounts, managers = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    numbers = st.integers(0, 9).map(float)
    fit = [
        [draw(st.one_of(numbers, numbers, st.just(float("nan")))) for _m in range(managers)] for _a in range(accounts)
    ]
    return Problem(
        np.array(fit),
        np.array([draw(st.integers(0, 6)) for _a in range(accounts)], dtype=float),
        np.array([draw(st.integers(0, 14)) for _m in range(managers)], dtype=float),
        np.array([draw(st.integers(-1, managers - 1)) for _a in range(accounts)], dtype=np.int64),
        draw(st.sampled_from([0.0, 1.0, 3.5])),
        draw(st.sampled_from([0.0, 0.25, 2.0])),
    )


@settings(max_examples=80, deadline=None)
@given(problems())
def test_no_plan_is_better(problem: Problem) -> None:
    plan = assign(problem)
    assert is_allowed(problem, plan.managers)
    assert plan.worth == pytest.approx(worth_of(problem, plan.managers))
    assert plan.worth == pytest.approx(best_by_trying(problem), abs=1e-6)
    assert plan.gap < 1e-6


def random_problem(accounts: int, managers: int, seed: int = 3) -> Problem:
    chance = np.random.default_rng(seed)
    fit = np.round(chance.uniform(1, 10, (accounts, managers)), 2)
    fit[chance.random((accounts, managers)) < 0.3] = np.nan
    hours = np.round(chance.uniform(1, 9, accounts), 1)
    capacity = np.full(managers, round(float(hours.sum()) / managers * 0.9, 1))
    return Problem(fit, hours, capacity, chance.integers(-1, managers, accounts), 1.5, 2.0)


def firm(accounts: int, managers: int, *, scarce: float, seed: int = 3) -> Problem:
    """As accounts of a firm are: classes, regions, skills, fits in fives, whole hours."""
    chance = np.random.default_rng(seed)
    weight = chance.choice([3, 2, 1], accounts, p=[0.2, 0.3, 0.5])
    same = chance.integers(0, 5, accounts)[:, None] == chance.integers(0, 5, managers)[None, :]
    present = chance.integers(-1, managers, accounts)
    fit = (40.0 + 20 * same) * weight[:, None]
    fit[np.flatnonzero(present >= 0), present[present >= 0]] += 15.0 * weight[present >= 0]
    skilled = chance.random((accounts, managers)) < 0.6
    fit[~skilled & (chance.random(accounts) < 0.4)[:, None]] = np.nan
    hours = chance.choice([8.0, 4.0, 2.0, 3.0, 5.0], accounts, p=[0.2, 0.25, 0.45, 0.05, 0.05])
    capacity = np.round(chance.uniform(0.6, 1.4, managers) * hours.sum() / managers * scarce)
    return Problem(fit, hours, capacity, present, 20.0, 5.0)


def test_the_same_problem_gives_the_same_plan() -> None:
    problem = firm(60, 5, scarce=0.9)
    one, other = assign(problem), assign(problem)
    assert (one.managers == other.managers).all()
    assert one.gap == 0


@pytest.mark.parametrize("seed", [3, 4])
def test_four_hundred_accounts_with_room_are_proven(seed: int) -> None:
    problem = firm(400, 8, scarce=1.2, seed=seed)
    plan = assign(problem, seconds=30)
    assert is_allowed(problem, plan.managers)
    assert plan.gap == 0
    assert plan.worth == worth_of(problem, plan.managers)


def test_four_hundred_accounts_without_room_are_as_good_as_proven() -> None:
    problem = firm(400, 8, scarce=0.9)
    plan = assign(problem)
    assert is_allowed(problem, plan.managers)
    assert plan.gap < 0.005
    assert plan.bound >= plan.worth


def test_order_of_accounts_does_not_matter_for_the_worth() -> None:
    problem = firm(60, 4, scarce=1.1)
    turned = np.arange(60)[::-1]
    other = Problem(problem.fit[turned], problem.hours[turned], problem.capacity, problem.present[turned], 20.0, 5.0)
    assert assign(problem, seconds=30).worth == assign(other, seconds=30).worth


def test_worths_come_in_steps() -> None:
    assert step_of(np.array([15.0, 40.0, 0.0])) == 5
    assert step_of(np.array([0.5, 1.75])) == 0.25
    assert step_of(np.array([np.pi])) == 0


def test_a_solver_keeps_off_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    import os

    with quiet():
        os.write(1, b"talk")
    os.write(1, b"answer")
    assert capfd.readouterr().out == "answer"


def test_a_plan_cut_short_says_how_far_it_may_be() -> None:
    problem = random_problem(150, 12)
    plan = assign(problem, seconds=1.0)
    assert is_allowed(problem, plan.managers)
    assert plan.worth <= plan.bound
    assert plan.gap < 0.2


def test_moving_costs_what_it_is_said_to() -> None:
    fit = np.array([[5.0, 6.0]])
    stay = Problem(fit, np.array([1.0]), np.array([9.0, 9.0]), np.array([0]), move_penalty=1.5)
    assert assign(stay).managers.tolist() == [0]
    go = Problem(fit, np.array([1.0]), np.array([9.0, 9.0]), np.array([0]), move_penalty=0.5)
    assert assign(go).managers.tolist() == [1]


def test_loads_are_evened_out() -> None:
    fit = np.full((4, 2), 20.0)
    plan = assign(Problem(fit, np.ones(4), np.array([4.0, 4.0]), np.full(4, NOBODY), balance=1.0))
    assert plan.loads.tolist() == [2, 2]


def test_nobody_able_is_nobody() -> None:
    plan = assign(Problem(np.full((2, 2), np.nan), np.ones(2), np.ones(2), np.full(2, NOBODY)))
    assert plan.managers.tolist() == [NOBODY, NOBODY]
    assert plan.gap == 0
