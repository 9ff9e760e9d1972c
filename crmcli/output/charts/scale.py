"""Axes: round ticks, and values to places."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_LARGEST, _SMALLEST = 1e300, 1e-300  # beyond them differences overflow or vanish


@dataclass(frozen=True, slots=True)
class Scale:
    """A stretch of values laid over a stretch of units.

    Args:
        low, high: Values at the ends; high above low.
        start, end: Units at the ends; end below start for an axis that goes up.
        ticks: Round values within.
    """

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]

    def place(self, value: float) -> float:
        """Where a value stands; values outside stand at the end."""
        part = (value - self.low) / (self.high - self.low)
        return self.start + (self.end - self.start) * min(max(part, 0.0), 1.0)


def scale_of(
    values: Iterable[float], *, start: float, end: float, whole: bool = False, zero: bool = True, about: int = 5
) -> Scale:
    """An axis that holds all values and ends at round ticks.

    Args:
        values: Finite ones; none at all makes an axis from 0 to 1.
        start: Units at the low end.
        end: Units at the high end.
        whole: Ticks at whole numbers only, for counts.
        zero: Whether 0 belongs to it in any case.
        about: How many ticks are wished for.
    """
    known = [min(max(value, -_LARGEST), _LARGEST) if abs(value) > _SMALLEST else 0.0 for value in values]
    low, high = min(known, default=0.0), max(known, default=1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low <= abs(high) * 1e-12:  # all equal: room on both sides
        half = abs(high) / 2 or 0.5
        low, high = (low, high + 2 * half) if zero and low == 0 else (low - half, high + half)
    step = _step((high - low) / about, whole=whole)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(index * step for index in range(first, last + 1))
    return Scale(first * step, last * step, start, end, ticks)


def _step(rough: float, *, whole: bool) -> float:
    """The round step nearest above a rough one."""
    size = 10.0 ** math.floor(math.log10(rough))
    step = next((factor * size for factor in _STEPS if factor * size >= rough * 0.999), 10 * size)
    return max(round(step), 1.0) if whole and step < 10 else step


def spread(count: int, room: float, need: float) -> range:
    """Which of so many evenly placed labels can be written without touching: every k-th, from the first."""
    if count <= 1 or room <= 0:
        return range(count)
    return range(0, count, max(math.ceil(need / (room / count)), 1))
