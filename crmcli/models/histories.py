"""What the models know of a customer: how often again, how recently, since when; and its unique rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Index = slice | Whole | NDArray[np.bool_]
Time = float | Floats  # one for all rows, or one for each

_WIDEST_KEY = 2**62


@dataclass(frozen=True, slots=True)
class Histories:
    """Histories of n customers; time in any one unit.

    Args:
        x: Repeat occasions: occasions less one, (n,).
        t_x: Time from the first to the last occasion, (n,); 0 where x is 0.
        T: Time from the first occasion to the as-of day, (n,); never below t_x.
        weights: How many customers each row stands for, (n,); None: one.

    Raises:
        ValueError: When shapes differ, a figure is not finite or negative, or t_x > T.
    """

    x: Floats
    t_x: Floats
    T: Floats
    weights: Floats | None = None

    def __post_init__(self) -> None:
        for name in ("x", "t_x", "T", "weights"):
            given = getattr(self, name)
            if given is not None:
                object.__setattr__(self, name, np.ascontiguousarray(given, dtype=np.float64))
        if not self.x.ndim == 1 or not self.x.shape == self.t_x.shape == self.T.shape:
            raise ValueError("x, t_x and T must be one-dimensional and of one length")
        if self.weights is not None and self.weights.shape != self.x.shape:
            raise ValueError("weights must be as long as x")
        if not len(self.x):
            return
        if not (np.isfinite(self.x.sum()) and np.isfinite(self.T.sum()) and self.x.min() >= 0 and self.t_x.min() >= 0):
            raise ValueError("x, t_x and T must be finite and not negative")
        if not (self.t_x <= self.T).all():
            raise ValueError("t_x must not exceed T")

    def __len__(self) -> int:
        """How many rows."""
        return len(self.x)

    @property
    def counts(self) -> Floats:
        """How many customers each row stands for, (n,)."""
        return np.ones(len(self)) if self.weights is None else self.weights

    def take(self, index: Index) -> Histories:
        """The rows of an index, a mask or a slice."""
        return Histories(
            self.x[index], self.t_x[index], self.T[index], None if self.weights is None else self.weights[index]
        )

    def in_unit(self, length: float) -> Histories:
        """The same histories in a unit that is `length` of the present ones: 7 turns days into weeks."""
        return Histories(self.x, self.t_x / length, self.T / length, self.weights)


def part_of(time: Time, index: Index) -> Time:
    """The times of some rows; a time for all rows is theirs too."""
    return time[index] if isinstance(time, np.ndarray) else time


def compress(histories: Histories) -> tuple[Histories, Whole]:
    """Unique (x, t_x, T) rows with weights, and for each given row the index of its unique row.

    Returns:
        rows (m,) sorted by (x, t_x, T), and inverse (n,): `rows.x[inverse]` equals `histories.x` exactly.
    """
    codes: Whole | None = None
    for column in (histories.x, histories.t_x, histories.T):
        code, width = _code(column)
        if codes is None:
            codes, span = code, width
        else:
            if span * width > _WIDEST_KEY:
                codes, span = _ranks(codes)
            codes, span = codes * width + code, span * width
    assert codes is not None
    distinct, inverse = np.unique(codes, return_inverse=True)
    first = np.empty(len(distinct), dtype=np.int64)
    first[inverse] = np.arange(len(codes))  # any row of each kind: cheaper than a stable sort for the first one
    weights = np.bincount(inverse, weights=histories.weights, minlength=len(first)).astype(np.float64)
    return Histories(histories.x[first], histories.t_x[first], histories.T[first], weights), inverse


def _code(column: Floats) -> tuple[Whole, int]:
    """Whole numbers in the order of the column, and how many there may be: days as they are, other times by rank."""
    if not len(column):
        return np.zeros(0, dtype=np.int64), 1
    whole = column.astype(np.int64) if column.max() < 2**40 else None
    if whole is not None and (whole == column).all():
        return whole, int(whole.max()) + 1
    return _ranks(column)


def _ranks(column: Floats | Whole) -> tuple[Whole, int]:
    """Rank of each element among the distinct ones, and how many there are."""
    distinct, ranks = np.unique(column, return_inverse=True)
    return ranks.astype(np.int64), len(distinct)
