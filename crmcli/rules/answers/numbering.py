"""How answers are called: A-0012, counted from 1 and never used twice; 12, a12 and A-12 mean the same."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NUMBER = re.compile(r"(?:[AА]\s?-?\s?)?0*(\d{1,9})", re.IGNORECASE)  # the Cyrillic letter looks the same


def answer_no(count: int) -> str:
    """The number of the so-manieth answer."""
    return f"A-{count:04d}"


def normal_no(word: str) -> str | None:
    """The number that a word means; None where it is none."""
    found = _NUMBER.fullmatch(word.strip())
    return answer_no(int(found[1])) if found and found[1].isascii() else None


def next_no(taken: Iterable[str]) -> str:
    """The number after the largest that was ever given; `taken` may hold others."""
    counts = (int(number.partition("-")[2]) for number in taken if normal_no(number) == number)
    return answer_no(max(counts, default=0) + 1)
