"""What an alert says, as values: comparisons of figures over the answer, joined by and / or."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the whole answer compared with a value: `rows > 0`, `sum(money_at_risk) > 100000`.

    Args:
        function: "rows", "sum", "min", "max" or "avg".
        column: What it is of, as typed; "" for rows.
        operator: One of < <= > >= = !=.
        value: The right side as typed, without quotes.
        text: The comparison as typed.
    """

    function: str
    column: str
    operator: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """A condition on one row, in the words of --where."""

    text: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Several parts, of which all ("and") or at least one ("or") must hold."""

    word: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """How many rows meet a condition of their own: `any(…)`, `all(…)`, `count(…) > 3`.

    Args:
        function: "any", "all" or "count".
        condition: Leaves, joined by and / or.
        operator, value: Right side of a count; of the others ">" and "0".
        text: The whole as typed.
    """

    function: str
    condition: Part
    operator: str
    value: str
    text: str


Part = Figure | Matching | Leaf | Joined
