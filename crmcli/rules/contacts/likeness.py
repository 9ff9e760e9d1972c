"""How like one word is to another that may be mistyped: edits counted, and the words of a vocabulary that are near."""

from __future__ import annotations

import re
from itertools import pairwise

SAME, BEGINS, HOLDS, ONE_OFF, TWO_OFF = 1.0, 0.92, 0.8, 0.75, 0.55
_LEAST_BEGINNING, _LEAST_INSIDE = 2, 4
_ONE_EDIT_FROM, _TWO_EDITS_FROM = 4, 8  # letters a word must have for so many slips


def edits(one: str, other: str, most: int) -> int:
    """Slips between two words: a letter changed, left out, put in, or two swapped; `most` + 1 where there are more.

    The restricted Damerau-Levenshtein distance (optimal string alignment).
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    above = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, above = above, row
    return min(above[-1], most + 1)


def allowed_edits(word: str) -> int:
    """How many slips a word may have and still be known; digits may have none."""
    if any(sign.isdigit() for sign in word):
        return 0
    return (len(word) >= _ONE_EDIT_FROM) + (len(word) >= _TWO_EDITS_FROM)


def likeness(wanted: str, word: str) -> float:
    """How well a word fits the wanted one, both folded: 1 the same, less for a beginning, a part, slips; 0 not at all."""
    if wanted == word:
        return SAME
    if len(wanted) >= _LEAST_BEGINNING and word.startswith(wanted):
        return BEGINS
    if len(wanted) >= _LEAST_INSIDE and wanted in word:
        return HOLDS
    most = allowed_edits(wanted) if abs(len(wanted) - len(word)) <= 2 else 0
    found = edits(wanted, word, most) if most else 1
    return 0.0 if found > most else (ONE_OFF if found == 1 else TWO_OFF)


def near_pattern(wanted: str) -> re.Pattern[str]:
    """What every line that is like the wanted word holds, as a pattern over lines: cheap, and lets through more.

    Of k + 1 pieces of a word with k slips one is whole (a swap across a border spoils two, so pieces overlap it).
    """
    most = allowed_edits(wanted)
    parts = 2 * most + 1
    cuts = [len(wanted) * place // parts for place in range(parts + 1)]
    pieces = [wanted[start:end] for start, end in pairwise(cuts) if end > start]
    return re.compile(f"^.*(?:{'|'.join(map(re.escape, pieces or [wanted]))}).*$", re.MULTILINE)
