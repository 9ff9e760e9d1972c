"""What changed from one wording to the next, word by word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

_WORD = re.compile(r"\S+|\n")
_AROUND = 3  # words of context on either side
MARK = "*"


@dataclass(frozen=True, slots=True)
class Change:
    """One place that changed, with a few words around it on either side; what changed stands between stars."""

    before: str
    after: str


def word_changes(old: str, new: str) -> list[Change]:
    """The places where two wordings differ, in order; ends of lines count as words, shown as ¶."""
    before, after = _words(old), _words(new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return [
        Change(_told(before, slice(a, b)), _told(after, slice(c, d)))
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    ]


def _words(text: str) -> list[str]:
    return ["¶" if word == "\n" else word for word in _WORD.findall(text)]


def _told(words: Sequence[str], place: slice) -> str:
    inner = " ".join(words[place])
    first, last = max(place.start - _AROUND, 0), place.stop + _AROUND
    pieces = [
        "…" if first else "",
        *words[first : place.start],
        f"{MARK}{inner}{MARK}" if inner else "",
        *words[place.stop : last],
        "…" if last < len(words) else "",
    ]
    return " ".join(piece for piece in pieces if piece)
