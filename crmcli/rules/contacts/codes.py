"""Codes of contacts: the next one in the habit of those that are there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

FIRST = "C-0001"
_NUMBERED = re.compile(r"((?:.{0,11}[^0-9])?)([0-9]{1,9})", re.DOTALL)


def next_code(codes: Collection[str]) -> str:
    """The code after the last of the commonest kind, such as 00043 after 00042 or K-18 after K-17.

    Codes are of one kind when what stands before their number is the same; they have a habit when most are of one
    kind. Without a habit, such as where contacts are called by their names, new ones are C-0001 and on.
    """
    found = [numbered for code in codes if (numbered := _NUMBERED.fullmatch(code))]
    heads = Counter(one[1] for one in found)
    head, count = min(heads.items(), key=lambda pair: (-pair[1], pair[0]), default=("", 0))
    if count * 2 <= len(codes) or not count:
        head = FIRST.rstrip("0123456789")
    numbers = [one[2] for one in found if one[1] == head]
    width = _width(numbers) if numbers else len(FIRST) - len(head)
    last = max(map(int, numbers), default=0)
    taken = set(codes)
    while (code := f"{head}{last + 1:0{width}d}") in taken:
        last += 1
    return code


def _width(numbers: Collection[str]) -> int:
    """How many digits a number is filled up to: the commonest length, where zeros fill."""
    filled = [len(number) for number in numbers if number.startswith("0")]
    return Counter(filled).most_common(1)[0][0] if filled else 1
