"""The rule that chooses key accounts, as read."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from crmcli.rules.segments.tree import Part

# Weights with a meaning of their own; any other is a field of numbers that segments know, such as revenue_365.
OWN_WEIGHTS: Final = ("value", "growth", "potential", "class")


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition in the grammar of segments: its text, blanks made single, and what it says (places are in the text)."""

    text: str
    part: Part


@dataclass(frozen=True, slots=True)
class KeyRule:
    """Who becomes a key account, who stays one, and what counts.

    Args:
        where: Who may become one.
        stay: Who is one stays while this holds, though no longer above the line; None: only while still above it.
        score: Least score to come in, 0–100; None: any.
        limit: At most so many by the rule, hand-picked ones not counted; None: no limit.
        border: How many just outside are shown.
        weights: Name → weight, none of them zero, in the order written; below zero: less is better. Empty: no score.
    """

    where: Condition
    stay: Condition | None
    score: Decimal | None
    limit: int | None
    border: int
    weights: tuple[tuple[str, Decimal], ...]

    @property
    def weighed(self) -> Decimal:
        """Sum of the weights, signs left out."""
        return sum((abs(weight) for _name, weight in self.weights), Decimal(0))
