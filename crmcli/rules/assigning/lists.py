"""Several words in one text, as owners write skills, languages and regions: "cable; lighting" or "cable, lighting"."""

from __future__ import annotations

import re

_BETWEEN = re.compile(r"[;,]")


def words_of(text: str | None) -> tuple[str, ...]:
    """The words as written, trimmed, each once in order; the letter case tells none apart."""
    found: dict[str, str] = {}
    for piece in _BETWEEN.split(text or ""):
        word = " ".join(piece.split())
        if word:
            found.setdefault(word.casefold(), word)
    return tuple(found.values())


def folded(text: str | None) -> frozenset[str]:
    """The words without regard to letter case, to compare."""
    return frozenset(word.casefold() for word in words_of(text))


def joined(words: tuple[str, ...]) -> str | None:
    """The words as one text for the store; None for none."""
    return "; ".join(words) or None
