"""Documents ranked by how well they fit words: BM25F (Robertson, Zaragoza 2009, "The Probabilistic Relevance Framework").

Its own few lines rather than SQLite's FTS5: that is not in every build of Python, ranks by whole words only (the near forms
and slips below would be further queries), and reads a query language, out of which everything typed had to be kept.

A word of a document counts for a word asked when it has the same stem (1), one akin to it (0.8), a long beginning in common
(0.5), or, where nothing else is known, when it is a slip away (0.6) or typed in the other keyboard layout.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile

from crmcli.rules.answers.words import Unit, akin, stemmer, telling, units
from crmcli.rules.contacts.folding import struck_otherwise
from crmcli.rules.contacts.likeness import allowed_edits, edits, near_pattern

SAME, AKIN, MISTYPED, RELATED = 1.0, 0.8, 0.6, 0.5
FIELD_WEIGHTS = (3.0, 2.0, 1.0)  # question, tags, text
_IN_FIELD = (1.0, 1.0, 0.6)  # what a word is worth to `match` when it stands there
_SATURATION, _LENGTH = 1.2, 0.6  # k1 and b
_MOST_WORDS, _MOST_LETTERS = 40, 2000  # of what is asked
_ENDING = 3  # letters that two forms of a word may differ by, besides slips
_BEGINNING, _SHARE = 4, 0.62  # letters two stems must begin with in common, and what part of the longer


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found.

    Args:
        place: In the order given to the index.
        score: BM25F times the match, so that a word found often does not outdo two found once; above 0.
        match: Share of what was asked that is there, each word by how rare it is, 0-1.
        covered: Share of the telling words of the document's first field that were found, 0-1.
        words: Plain words of the document that were found.
    """

    place: int
    score: float
    match: float
    covered: float
    words: frozenset[str]

    @property
    def fit(self) -> float:
        """How well it answers: a short query has much of it in the document, a long message has much of the question."""
        return max(self.match, self.covered)


@dataclass(slots=True)
class _Asked:
    """What is known of one word asked: document → weighted frequency, worth 0-1, words found."""

    frequency: dict[int, float] = field(default_factory=dict)
    worth: dict[int, float] = field(default_factory=dict)
    words: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))


class Index:
    """Documents to be ranked; each is its fields, weighed as FIELD_WEIGHTS."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        self.count = len(documents)
        self._stem = stemmer()
        self._akin = akin(self._stem)
        self._forms: dict[str, dict[str, float]] = {}
        self._postings: dict[str, list[tuple[int, int, int]]] = defaultdict(list)  # word → document, field, times
        self._titles = [telling(units(document[0])) for document in documents]
        lengths = [[0] * len(FIELD_WEIGHTS) for _document in documents]
        for place, document in enumerate(documents):
            for number, text in enumerate(document):
                found = units(text)
                lengths[place][number] = sum(len(unit.parts) for unit in found)
                for word, times in Counter(word for unit in found for word in unit.words).items():
                    self._postings[word].append((place, number, times))
        means = [sum(column) / max(self.count, 1) or 1.0 for column in zip(*lengths, strict=True)] or [1.0]
        self._scale = [
            [
                weight / (1 - _LENGTH + _LENGTH * length / mean)
                for weight, length, mean in zip(FIELD_WEIGHTS, row, means, strict=True)
            ]
            for row in lengths
        ]

    @cached_property
    def _initials(self) -> dict[str, list[str]]:
        """First letter → words: stems are made of those only that a query could mean."""
        found: dict[str, list[str]] = defaultdict(list)
        for word in self._postings:
            found[word[0]].append(word)
        return found

    @cached_property
    def _vocabulary(self) -> str:
        """Every word, one a line."""
        return "\n".join(self._postings)

    def search(self, text: str, *, guess: bool = True) -> list[Hit]:
        """Documents with any of the words, the best first; of equals the one that comes first.

        With `guess` a word that is not known is taken for the nearest that is, or all of them for the other keyboard layout.
        """
        hits = self._hits(text, guess=guess)
        return hits or (self._hits(struck_otherwise(text) or "", guess=False) if guess else [])

    def _hits(self, text: str, *, guess: bool) -> list[Hit]:
        words_asked = telling(units(text[:_MOST_LETTERS]))[:_MOST_WORDS]
        asked = [self._unit(unit, guess=guess) for unit in dict.fromkeys(words_asked)]
        rare = [math.log(1 + (self.count - len(one.worth) + 0.5) / (len(one.worth) + 0.5)) for one in asked]
        total = sum(rare)
        scores: dict[int, float] = defaultdict(float)
        matches: dict[int, float] = defaultdict(float)
        words: dict[int, set[str]] = defaultdict(set)
        for one, weight in zip(asked, rare, strict=True):
            for place, frequency in one.frequency.items():
                scores[place] += weight * frequency / (_SATURATION + frequency)
                matches[place] += weight * one.worth[place] / total
                words[place] |= one.words[place]
        hits = [
            Hit(place, score * match, match, self._covered(place, words[place]), frozenset(words[place]))
            for place, score in scores.items()
            if (match := min(matches[place], 1.0))
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.place))

    def _covered(self, place: int, words: set[str]) -> float:
        title = self._titles[place]
        return sum(1 for unit in title if not words.isdisjoint(unit.words)) / max(len(title), 1)

    def _unit(self, unit: Unit, *, guess: bool) -> _Asked:
        """A word asked, all of it or each of its parts."""
        whole = self._word(unit.joined, guess=guess and len(unit.parts) == 1)
        if len(unit.parts) == 1:
            return whole
        parts = [self._word(part, guess=False) for part in unit.parts]
        for place in set.intersection(*(set(part.worth) for part in parts)):
            frequency = min(part.frequency[place] for part in parts)
            whole.frequency[place] = max(whole.frequency.get(place, 0.0), frequency)
            whole.worth[place] = max(whole.worth.get(place, 0.0), min(part.worth[place] for part in parts))
            whole.words[place].update(*(part.words[place] for part in parts))
        return whole

    def _word(self, word: str, *, guess: bool) -> _Asked:
        """One plain word; with `guess` the nearest where it is not known."""
        fits = self._fits(word)
        if not fits and guess:
            other = struck_otherwise(word)
            fits = (self._fits(other) if other and other.isalpha() else {}) or self._slips(word)
        asked = _Asked()
        for known, weight in fits.items():
            for place, number, times in self._postings[known]:
                add = weight * times * self._scale[place][number]
                asked.frequency[place] = asked.frequency.get(place, 0.0) + add
                asked.worth[place] = max(asked.worth.get(place, 0.0), weight * _IN_FIELD[number])
                asked.words[place].add(known)
        return asked

    def _fits(self, word: str) -> dict[str, float]:
        """Known words that are forms of a word → weight; remembered."""
        if word not in self._forms:
            self._forms[word] = self._forms_of(word)
        return self._forms[word]

    def _forms_of(self, word: str) -> dict[str, float]:
        stem = self._stem(word)
        kin = self._akin.get(stem, frozenset((stem,)))
        found: dict[str, float] = {word: SAME} if word in self._postings else {}
        if word[0].isdigit():
            return found
        for initial in dict.fromkeys((word[0], *sorted(one[0] for one in kin))):
            for known in self._initials.get(initial, ()):
                other = self._stem(known)
                weight = SAME if other == stem else AKIN if other in kin else RELATED if related(stem, other) else 0.0
                if weight > found.get(known, 0.0):
                    found[known] = weight
        return found

    def _slips(self, word: str) -> dict[str, float]:
        """Known words that this one, or its stem, may be a slip of: those with the fewest."""
        stem, most = self._stem(word), allowed_edits(word)
        counted: dict[int, list[str]] = defaultdict(list)
        for line in near_pattern(stem).finditer(self._vocabulary) if most else ():
            known = line[0]
            if abs(len(known) - len(word)) > most + _ENDING:
                continue
            if (count := min(edits(word, known, most), edits(stem, self._stem(known), most))) <= most:
                counted[count].append(known)
        forms: dict[str, float] = {}
        for known in counted[min(counted)] if counted else ():
            for form, weight in self._fits(known).items():
                forms[form] = max(forms.get(form, 0.0), weight * MISTYPED)
        return forms


def related(stem: str, other: str) -> bool:
    """Whether two stems begin alike for so long that they are likely of one root: доставк, доставля."""
    longer = max(len(stem), len(other))
    if min(len(stem), len(other)) < _BEGINNING or other[0].isdigit():
        return False
    common = sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], zip(stem, other, strict=False)))
    return common >= _BEGINNING and common >= _SHARE * longer
