"""Draws that come out the same on every machine and in every run."""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SEED = 20260630

T = TypeVar("T")


class Chance:
    """A stream of draws of its own, so that a change in one matter leaves every other matter as it was.

    Only `Random.random` is used: it alone is promised to give the same sequence in later versions of Python.
    """

    def __init__(self, name: str) -> None:
        """Begin the stream of that name; the same name always gives the same draws."""
        self._random = random.Random(f"{SEED}/{name}")

    def happens(self, share: float) -> bool:
        """True in the given share of cases, 0–1."""
        return self._random.random() < share

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def between(self, low: float, high: float) -> float:
        """A number from low to high."""
        return low + self._random.random() * (high - low)

    def around(self, middle: float, spread: float) -> float:
        """A number about the middle, at most `spread` (a fraction of it) away, near values likelier."""
        return middle * (1 + spread * (self._random.random() + self._random.random() - 1))

    def pick(self, values: Sequence[T]) -> T:
        """One of the values, each as likely."""
        return values[self.whole(0, len(values) - 1)]

    def some(self, values: Sequence[T], count: int) -> list[T]:
        """That many different values (all of them when there are fewer), in the order drawn."""
        left = list(values)
        return [left.pop(self.whole(0, len(left) - 1)) for _ in range(min(count, len(left)))]

    def weighted(self, weights: Mapping[T, int]) -> T:
        """One of the keys, as likely as its weight."""
        place = self.whole(1, sum(weights.values()))
        for value, weight in weights.items():
            place -= weight
            if place <= 0:
                return value
        message = "no weights given"
        raise ValueError(message)


def rounded(value: Decimal | float, places: str = "0.01") -> Decimal:
    """The value with the places of `places` ("0.01", "1"), half away from zero; floats by their shown digits."""
    exact = value if isinstance(value, Decimal) else Decimal(f"{value:.6f}")
    return exact.quantize(Decimal(places), rounding=ROUND_HALF_UP)
