"""To the top of a log-likelihood in log parameters: Newton steps of bounded length, with value, gradient and Hessian."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from crmcli.models.histories import Floats

EDGE = 14.0  # log parameters beyond ±14 mean that the data do not hold the parameter: 8e-7 or 1.2e6 in scaled time
_LONGEST_STEP = 2.0
_SHORTEST_STEP = 1e-7
_CLOSE = 1e-10  # of log-likelihood still to be gained: 1e-5 standard errors


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A function of k parameters at a point: value, gradient (k,), Hessian (k, k)."""

    value: float
    gradient: Floats
    hessian: Floats

    def in_logs(self, parameters: Floats) -> Evaluation:
        """The same function of the logarithms of its (positive) parameters."""
        gradient = self.gradient * parameters
        return Evaluation(self.value, gradient, self.hessian * np.outer(parameters, parameters) + np.diag(gradient))

    def plus(self, other: Evaluation) -> Evaluation:
        """The sum of two functions of the same parameters."""
        return Evaluation(self.value + other.value, self.gradient + other.gradient, self.hessian + other.hessian)

    @property
    def finite(self) -> bool:
        """Whether every figure is a number."""
        return bool(np.isfinite(self.value) and np.isfinite(self.gradient).all() and np.isfinite(self.hessian).all())


@dataclass(frozen=True, slots=True)
class Summit:
    """Where a climb ended.

    Args:
        logs: Log parameters, (k,).
        at: The function there.
        evaluations: How often it was evaluated.
        outcome: "converged"; "edge": a parameter ran off to nothing or beyond bounds; "limit": too many evaluations;
            "stuck": no step goes up though the gradient is not nothing.
    """

    logs: Floats
    at: Evaluation
    evaluations: int
    outcome: str


Function = Callable[[Floats], Evaluation]


def climb_from_any(function: Function, starts: Iterable[Floats]) -> Summit:
    """Climb from the first start; from the others too as long as none has converged; the highest converged one, or the highest."""
    best: Summit | None = None
    evaluations = 0
    for start in starts:
        summit = climb(function, start)
        evaluations += summit.evaluations
        if best is None or _standing(summit) > _standing(best):
            best = summit
        if best.outcome == "converged":
            break
    assert best is not None
    return Summit(best.logs, best.at, evaluations, best.outcome)


def _standing(summit: Summit) -> tuple[bool, float]:
    return summit.outcome == "converged", summit.at.value


def climb(function: Function, start: Floats, *, most: int = 80) -> Summit:
    """Newton's method on -Hessian made positive, each step no longer than a radius that learns from the last one.

    Args:
        function: Of log parameters (k,).
        start: Where to begin; must be a point where the function is finite.
        most: Evaluations at most.
    """
    here = np.clip(start, -EDGE, EDGE)
    at = function(here)
    radius, evaluations = 1.0, 1
    while evaluations < most and at.finite:
        free = ~((np.abs(here) >= EDGE) & (np.sign(at.gradient) == np.sign(here)))
        step, promise = _step(at, free, radius)
        if promise < _CLOSE:
            outcome = "converged" if free.all() else "edge"
            return Summit(here, at, evaluations, outcome)
        there = np.clip(here + step, -EDGE, EDGE)
        trial = function(there)
        evaluations += 1
        gain = trial.value - at.value if trial.finite else -np.inf
        noise = 1e-14 * abs(at.value)
        if gain + noise < 0.1 * promise:
            radius = float(np.linalg.norm(step)) / 4
        elif gain > 0.7 * promise:
            radius = min(_LONGEST_STEP, max(radius, 2 * float(np.linalg.norm(step))))
        if gain > 0 or (promise < 10 * noise and trial.finite):
            here, at = there, trial
        if radius < _SHORTEST_STEP:
            return Summit(here, at, evaluations, "converged" if promise < 10 * noise else "stuck")
    return Summit(here, at, evaluations, "limit")


def _step(at: Evaluation, free: Floats, radius: float) -> tuple[Floats, float]:
    """The step of at most `radius` along the free parameters, and the gain it promises."""
    step = np.zeros_like(at.gradient)
    where = np.flatnonzero(free)
    if not len(where):
        return step, 0.0
    gradient = at.gradient[where]
    curvature, axes = np.linalg.eigh(-at.hessian[np.ix_(where, where)])
    along = axes.T @ gradient
    stiffness = np.maximum(np.abs(curvature), 1e-12 * max(1.0, float(np.abs(curvature).max())))
    damping = 0.0
    move = along / stiffness
    for _ in range(60):
        length = float(np.linalg.norm(move))
        if length <= radius * 1.01:
            break
        damping = max(damping * 2, 1e-3 * float(stiffness.min()), float(np.linalg.norm(along)) / radius / 64)
        move = along / (stiffness + damping)
    step[where] = axes @ move
    promise = float(along @ move - 0.5 * (np.abs(curvature) * move) @ move)
    return step, promise
