"""Whether two questions are one: the same stems, slips and little words aside."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from crmcli.rules.answers.words import listed, stemmer, telling, units
from crmcli.rules.contacts.folding import fold
from crmcli.rules.contacts.likeness import edits

SAME_FROM = 0.8  # share of the stems in common from which two questions count as one (Dice)
_LEAST_LETTERS, _LEAST_COMMON = 5, 3  # of a stem that may have a slip; a slip in its beginning makes another word of it


@dataclass(frozen=True, slots=True)
class _Sense:
    """What a question asks: its stems, and the words that would turn it into another question."""

    stems: tuple[str, ...]
    turning: frozenset[str]


class Questions:
    """Questions that there are, to compare a new one with."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._stem = stemmer()
        self._known: list[_Sense] = []
        self._heads: dict[str, set[int]] = defaultdict(set)  # how a stem begins → questions with such a one
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        """One more question to compare with, in the next place."""
        sense = self._sense(text)
        for stem in sense.stems:
            self._heads[stem[:_LEAST_COMMON]].add(len(self._known))
        self._known.append(sense)

    def nearest(self, text: str) -> tuple[int, float] | None:
        """The place of the question that is most like a text, and how like, 0-1; None where none is at all."""
        asked = self._sense(text)
        near = Counter(place for stem in asked.stems for place in self._heads.get(stem[:_LEAST_COMMON], ()))
        best, found = 0.0, None
        for place, most in sorted(near.items()):
            known = self._known[place]
            # the most it can be, which costs nothing to know
            if _share(most, asked, known) > best and (share := alike(asked, known)) > best:
                best, found = share, place
        return None if found is None else (found, best)

    def same(self, text: str) -> int | None:
        """The place of the question that a text is nearly the same as; None where there is none."""
        found = self.nearest(text)
        return found[0] if found and found[1] >= SAME_FROM else None

    def _sense(self, text: str) -> _Sense:
        found = units(text)
        turning = listed("turning")
        numbers = {unit.joined for unit in found if any(sign.isdigit() for sign in unit.joined)}
        words = {word for unit in found for word in unit.parts}
        stems = dict.fromkeys(self._stem(unit.joined) for unit in telling(found))
        return _Sense(tuple(stems), frozenset(words & turning | numbers))


def looks(text: str) -> frozenset[str]:
    """How a text looks: every three letters in a row of its words, as they sound, with where words begin and end."""
    spaced = f" {' '.join(fold(' '.join(unit.parts)) for unit in units(text))} "
    return frozenset(spaced[place : place + 3] for place in range(len(spaced) - 2))


def alike(one: _Sense, other: _Sense) -> float:
    """Twice the stems in common over all of them; half of that where words differ that turn the question."""
    left = list(other.stems)
    common = 0
    for stem in one.stems:
        if (found := next((known for known in left if _same_stem(stem, known)), None)) is not None:
            left.remove(found)
            common += 1
    return _share(common, one, other)


def _share(common: int, one: _Sense, other: _Sense) -> float:
    share = 2 * common / max(len(one.stems) + len(other.stems), 1)
    return share if one.turning == other.turning else share / 2


def _same_stem(one: str, other: str) -> bool:
    """The same, or one slip apart in a longer stem, behind its beginning: import is no slip of export."""
    if one == other:
        return True
    if min(len(one), len(other)) < _LEAST_LETTERS or one[:_LEAST_COMMON] != other[:_LEAST_COMMON]:
        return False
    return not any(sign.isdigit() for sign in one + other) and edits(one, other, 1) <= 1
