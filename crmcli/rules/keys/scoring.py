"""Scores of candidates: each weighed figure as a share of its points, added up to 0–100.

The share of a figure is the customer's mean rank among the candidates whose figure is known, counted from the worst, ÷ their
number: the best alone has all points, equal figures have equal points, what is unknown has none. A weight below zero counts
the other way round: the smallest is the best. The class is no rank: A has all points, B half, C none.

    score = 100 × Σ share × |weight| ÷ Σ |weight|, to four decimals, halves up
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

CLASS_SHARES = {"A": Fraction(1), "B": Fraction(1, 2), "C": Fraction(0)}
_FOUR = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Points:
    """What one weight brings a candidate.

    Args:
        name: Of the weight.
        figure: The figure that was ranked, or the class; None where unknown.
        place: Place from the best, equal figures sharing it; None where unknown, and for the class.
        of: How many candidates have a known figure.
        points: What it brings.
        most: What the best would bring.
    """

    name: str
    figure: Any
    place: int | None
    of: int
    points: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True)
class Score:
    """The score of a candidate and what it is made of."""

    total: Decimal
    parts: tuple[Points, ...]


def scores(weights: Sequence[tuple[str, Decimal]], figures: Mapping[str, Mapping[str, Any]]) -> dict[str, Score]:
    """The score of every candidate.

    Args:
        weights: Name and weight, none zero; at least one.
        figures: Code of each candidate → name of a weight → its figure, None where unknown.
    """
    whole = sum((abs(Fraction(weight)) for _name, weight in weights), Fraction(0))
    totals = dict.fromkeys(figures, Fraction(0))
    parts: dict[str, list[Points]] = {code: [] for code in figures}
    for name, weight in weights:
        most = 100 * abs(Fraction(weight)) / whole
        column = {code: one.get(name) for code, one in figures.items()}
        shared = _classes(column) if name == "class" else _ranks(column, is_less_better=weight < 0)
        known = len(shared)
        for code, figure in column.items():
            share, place = shared.get(code, (Fraction(0), None))
            totals[code] += most * share
            parts[code].append(Points(name, figure, place, known, _rounded(most * share), _rounded(most)))
    return {code: Score(_rounded(totals[code]), tuple(parts[code])) for code in figures}


def _classes(column: Mapping[str, Any]) -> dict[str, tuple[Fraction, int | None]]:
    return {code: (CLASS_SHARES[figure], None) for code, figure in column.items() if figure in CLASS_SHARES}


def _ranks(column: Mapping[str, Any], *, is_less_better: bool) -> dict[str, tuple[Fraction, int | None]]:
    """Share and place of every known figure."""
    known = {code: -figure if is_less_better else figure for code, figure in column.items() if figure is not None}
    line = sorted(known.values())
    found: dict[str, tuple[Fraction, int | None]] = {}
    for code, figure in known.items():
        below, up_to = bisect_left(line, figure), bisect_right(line, figure)
        # ranks below + 1 … up_to are shared: their mean is (below + 1 + up_to) ÷ 2
        found[code] = (Fraction(below + 1 + up_to, 2 * len(line)), 1 + len(line) - up_to)
    return found


def _rounded(value: Fraction) -> Decimal:
    # the quotient is cut far behind the fourth decimal, where no half can hide
    exact = Decimal(value.numerator * 10**8 // value.denominator).scaleb(-8)
    return exact.quantize(_FOUR, ROUND_HALF_UP)
