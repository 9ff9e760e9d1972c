"""What a model believes of each customer once his history is known: the two kinds of posterior, with the same questions."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from crmcli.models.by_chance import ByChance
from crmcli.models.by_time import ByTime
from crmcli.models.fit import Fit
from crmcli.models.histories import Floats, Histories, Index, Time, Whole


class Future(Protocol):
    """Answers about n customers, each (n,); `given alive` means: still a customer at the as-of day."""

    def p_alive(self) -> Floats:
        """Still a customer at the as-of day."""

    def p_gone(self) -> Floats:
        """No longer a customer at the as-of day."""

    def stays(self, after: Time) -> Floats:
        """Still a customer `after` later, given alive."""

    def silent(self, horizon: Time) -> Floats:
        """No occasion within the horizon, given alive."""

    def occasions(self, horizon: Time) -> Floats:
        """Expected occasions within the horizon, given alive."""

    def pairs(self, horizon: Time) -> Floats:
        """Expected X·(X - 1) of the occasions X within the horizon, given alive."""

    def at_least(self, count: Floats, horizon: float) -> Floats:
        """P(at least `count` occasions within the horizon), count >= 1 of shape (n,), given alive."""

    def take(self, index: Index) -> Future:
        """Some of the customers."""

    def draw(self, horizon: float, draws: int, random: np.random.Generator) -> Whole:
        """Counts within the horizon, (n, draws) int64, given alive."""

    @property
    def pace(self) -> Floats:
        """Time over which what is known of the customer changes; (n,), for placing nodes in time."""


def future(fitted: Fit, rows: Histories) -> Future:
    """The posterior of each row under a fitted model of buying."""
    first, scale, third, fourth = fitted.parameters.values()
    shape, now = first + rows.x, scale + rows.T
    if fitted.model == "pareto_nbd":
        return ByTime.of(shape, now, third, fourth, scale, rows)
    extra = 1 if fitted.model == "mbg_nbd" else 0
    stayed = fourth + rows.x + extra
    with np.errstate(divide="ignore", invalid="ignore"):
        log_odds = np.log(third) - np.log(stayed - 1) + shape * np.log1p((rows.T - rows.t_x) / (scale + rows.t_x))
    if not extra:
        log_odds[rows.x == 0] = -np.inf
    return ByChance(shape, now, third, stayed, log_odds)
