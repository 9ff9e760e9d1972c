"""What a segment's rule says, as a tree; and what fields it may speak of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class FieldKind(StrEnum):
    """What a field holds, and so what it can be compared with."""

    NUMBER = "number"
    SHARE = "share"  # a fraction; 20% and 0.2 mean the same
    DATE = "date"
    TEXT = "text"
    WORD = "word"  # one of a few words
    FLAG = "flag"
    TAGS = "tags"  # several words at once


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a rule may ask of a customer.

    Args:
        name: As written in rules.
        kind: What it holds.
        meaning: What it is, in words (an untranslated message).
        words: Of a WORD: its words as stored, which as messages (spaces for "_") say how people see them.
    """

    name: str
    kind: FieldKind
    meaning: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Age:
    """A length of time back from the day: 60d, 8w, 6m, 1y."""

    count: int
    unit: str

    def before(self, day: dt.date) -> dt.date:
        """The day that long before another; a month or year back ends at the last day of a shorter month."""
        if self.unit in "dw":
            return day - dt.timedelta(days=self.count * (7 if self.unit == "w" else 1))
        months = day.year * 12 + day.month - 1 - self.count * (12 if self.unit == "y" else 1)
        year, month = divmod(months, 12)
        following = dt.date(year + month // 11, (month + 1) % 12 + 1, 1)
        return min(dt.date(year, month + 1, 1) + dt.timedelta(days=day.day - 1), following - dt.timedelta(days=1))


Value = Decimal | dt.date | Age | str | bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field against one value, or several of them joined by "one of".

    Args:
        field: Which field.
        operator: One of = != < <= > >= ~ (contains) !~.
        values: At least one. With = any of them is meant, with != none; other operators take one.
        start, end: Where it stands in the text.
    """

    field: Field
    operator: str
    values: tuple[Value, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Emptiness:
    """Whether a field is unknown."""

    field: Field
    is_empty: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Member:
    """Whether a customer is in another segment."""

    segment: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Negation:
    """Everyone of whom the part is known not to hold."""

    part: Part
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts joined by "and" or "or"."""

    word: str
    parts: tuple[Part, ...]
    start: int
    end: int


Part = Comparison | Emptiness | Member | Negation | Joined


def fields_of(part: Part) -> dict[str, Field]:
    """Every field a rule speaks of, by name, in order of appearance."""
    if isinstance(part, Comparison | Emptiness):
        return {part.field.name: part.field}
    if isinstance(part, Negation):
        return fields_of(part.part)
    if isinstance(part, Joined):
        return {name: one for inner in part.parts for name, one in fields_of(inner).items()}
    return {}


def segments_of(part: Part) -> tuple[str, ...]:
    """Names of the segments a rule speaks of, each once."""
    if isinstance(part, Member):
        return (part.segment,)
    if isinstance(part, Negation):
        return segments_of(part.part)
    if isinstance(part, Joined):
        return tuple(dict.fromkeys(name for inner in part.parts for name in segments_of(inner)))
    return ()
