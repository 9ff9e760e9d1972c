"""When there is too little to fit: no probabilities then, the rhythm alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crmcli.models.histories import Histories

LEAST_REPEAT_OCCASIONS = 20
LEAST_REPEATERS = 10
LEAST_INTERVALS = 3.0


@dataclass(frozen=True, slots=True)
class Thin:
    """Why there are no probabilities.

    Args:
        repeat_occasions: All repeat occasions of the base.
        repeaters: Customers with at least one.
        history_in_intervals: Longest history ÷ median interval; None when there is no interval.
        reasons: Which of the figures are too low: "repeat_occasions", "repeaters", "history"; at least one.
    """

    repeat_occasions: int
    repeaters: int
    history_in_intervals: float | None
    reasons: tuple[str, ...]


def thin(histories: Histories, median_interval: float | None) -> Thin | None:
    """None when there is enough: 20 repeat occasions, 10 repeaters and a history of 3 median intervals.

    Args:
        histories: Compressed or not.
        median_interval: Median time between occasions of all customers (`base_gap`), in the unit of the histories.
    """
    weights = histories.counts
    occasions = round(float(weights @ histories.x))
    repeaters = round(float(weights[histories.x > 0].sum()))
    longest = float(np.max(histories.T, initial=0.0))
    intervals = longest / median_interval if median_interval else None
    reasons = []
    if occasions < LEAST_REPEAT_OCCASIONS:
        reasons.append("repeat_occasions")
    if repeaters < LEAST_REPEATERS:
        reasons.append("repeaters")
    if intervals is None or intervals < LEAST_INTERVALS:
        reasons.append("history")
    return Thin(occasions, repeaters, intervals, tuple(reasons)) if reasons else None
