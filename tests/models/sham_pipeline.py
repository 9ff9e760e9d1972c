"""Pipelines of which the truth is known: who wins how often, how soon deals end, and which hang for ever."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crmcli.models.past_deals import Deals

Floats = NDArray[np.float64]
YEARS = 2


@dataclass(frozen=True, slots=True)
class World:
    """What is true.

    Args:
        fields: Deviation of the log-odds of managers; half of it of products.
        days_won, days_lost: Mean days to either end, exponential.
        hang: Share of deals that never end.
    """

    fields: float = 0.8
    days_won: float = 25.0
    days_lost: float = 70.0
    hang: float = 0.15


@dataclass(frozen=True, slots=True)
class Sham:
    """A pipeline on its last day, and the chance that each deal is won if it ends, (n,)."""

    deals: Deals
    day: int
    share: Floats
    world: World

    def truth(self, places: NDArray[np.int64], horizon: int) -> Floats:
        """P(won within the horizon) of deals open on the last day."""
        world, ages = self.world, self.day - self.deals.opened[places]
        winning = self.share[places] * np.exp(-ages / world.days_won)
        losing = (1 - self.share[places]) * np.exp(-ages / world.days_lost)
        soon = 1 - np.exp(-horizon / world.days_won)
        return np.asarray((1 - world.hang) * winning * soon / ((1 - world.hang) * (winning + losing) + world.hang))


def sham(count: int, seed: int, world: World) -> Sham:
    """So many deals opened evenly over two years, of 6 managers, 5 products and 8 regions that tell nothing."""
    rng = np.random.default_rng(seed)
    span = 365 * YEARS
    opened = np.sort(rng.integers(0, span, count)).astype(np.float64)
    codes = np.column_stack([rng.integers(0, size, count) for size in (6, 5, 8)]).astype(np.int64)
    managers, products = rng.normal(0, world.fields, 6), rng.normal(0, world.fields / 2, 5)
    share = 1 / (1 + np.exp(0.4 - managers[codes[:, 0]] - products[codes[:, 1]]))
    hangs, wins = rng.random(count) < world.hang, rng.random(count) < share
    life = np.ceil(np.where(wins, rng.exponential(world.days_won, count), rng.exponential(world.days_lost, count)))
    over = (opened + life <= span) & ~hangs
    none = np.zeros(0, np.int64)
    deals = Deals(
        opened,
        np.where(over, opened + life, np.nan),
        over & wins,
        over & ~wins,
        codes,
        ("manager", "product", "region"),
        none,
        np.zeros(0),
        none,
    )
    return Sham(deals, span, share, world)
