"""The models again, slow and obvious, in 40-digit arithmetic (mpmath): what the tests compare with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mpmath as mp

from crmcli.models.fit import Fit

DIGITS = 40


def fitted(model: str, **parameters: float) -> Fit:
    """A fit with given parameters."""
    return Fit(model, parameters, None, None, "", 0.0, 1, 1, 0, True, "converged", "none", 1.0)


def answers(fit: Fit, row: tuple[float, float, float], horizon: float) -> dict[str, Any]:
    """log likelihood, p_alive, p_alive_at, p_silent, expected of one customer."""
    with mp.workdps(DIGITS):
        values = [mp.mpf(value) for value in fit.parameters.values()]
        exact = _by_time if fit.model == "pareto_nbd" else _by_chance
        found = exact(values, [mp.mpf(value) for value in row], mp.mpf(horizon), fit.model)
        return {name: mp.mpf(value) for name, value in found.items()}


def _by_chance(values: Any, row: Any, horizon: Any, model: str) -> Mapping[str, Any]:
    r, alpha, a, b = values
    x, t_x, now = row
    stayed = b + x + (1 if model == "mbg_nbd" else 0)
    start = mp.gamma(r + x) * alpha**r / mp.gamma(r) / mp.beta(a, b)
    alive = mp.beta(a, stayed) * (alpha + now) ** -(r + x)
    dead = mp.mpf(0) if model == "bg_nbd" and x == 0 else mp.beta(a + 1, stayed - 1) * (alpha + t_x) ** -(r + x)
    p = alive / (alive + dead)
    y = horizon / (alpha + now + horizon)
    stays = (1 - y) ** a * mp.hyp2f1(a + stayed - r - x, a, a + stayed, y)
    near = a + mp.mpf(10) ** -15 if a == 1 else a
    total = near + stayed - 1
    total += mp.mpf(10) ** -15 if total == 0 else 0
    expected = total / (near - 1) * (1 - (1 - y) ** (near - 1) * mp.hyp2f1(total - r - x, near - 1, total, y))
    silent = (1 - y) ** (r + x)
    return _told(mp.log(start * (alive + dead)), p, stays, silent, expected)


def _by_time(values: Any, row: Any, horizon: Any, _model: str) -> Mapping[str, Any]:
    r, alpha, s, beta = values
    x, t_x, now = row
    shape = r + x
    start = mp.gamma(shape) * alpha**r * beta**s / mp.gamma(r)
    alive = (alpha + now) ** -shape * (beta + now) ** -s
    dead = _leaving(shape, alpha, s, beta, t_x, now)
    p = alive / (alive + dead)
    shrunk = (beta + now) / (beta + now + horizon)
    later = (alpha + now + horizon) ** -shape * (beta + now + horizon) ** -s
    silent = (later + _leaving(shape, alpha, s, beta, now, now + horizon)) / alive
    rest = (1 - shrunk ** (s - 1)) / (s - 1) if s != 1 else -mp.log(shrunk)
    expected = shape / (alpha + now) * (beta + now) * rest
    return _told(mp.log(start * (alive + dead)), p, shrunk**s, silent, expected)


def _leaving(shape: Any, alpha: Any, s: Any, beta: Any, since: Any, until: Any) -> Any:
    """s ∫ (alpha + u)^-shape (beta + u)^-(s + 1) du, by the hypergeometric form of Fader & Hardie (2005)."""

    def at(u: Any) -> Any:
        high, low, second = (alpha, beta, s + 1) if alpha >= beta else (beta, alpha, shape)
        return mp.hyp2f1(shape + s, second, shape + s + 1, (high - low) / (high + u)) / (high + u) ** (shape + s)

    with mp.workdps(3 * DIGITS):
        return s / (shape + s) * (at(since) - at(until))


def _told(log_likelihood: Any, p: Any, stays: Any, silent: Any, expected: Any) -> Mapping[str, Any]:
    return {
        "log_likelihood": log_likelihood,
        "p_alive": p,
        "p_alive_at": p * stays,
        "p_silent": 1 - p + p * silent,
        "expected_purchases": p * expected,
    }
