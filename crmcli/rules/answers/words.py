"""Texts as words to look for: without regard to case, ё, hyphens and endings, in Russian and English alike.

The stems are Snowball's (Porter 2001, https://snowballstem.org): Russian for words in Cyrillic letters, English for the
rest. What a stemmer of endings cannot know, words that change inside, stands in words.toml, with the words that tell
nothing.
"""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_CHUNK = re.compile(r"[^\W_]+(?:[-./+'’‐‑][^\W_]+)*")
_PART = re.compile(r"[^\W\d_]+|\d+")
_CLITIC = re.compile(r"['’](?:s|t|re|ve|ll|d|m)$", re.IGNORECASE)
_CYRILLIC = re.compile("[а-яәғқңөұүһіїєґў]")
_LONGEST = 40  # of a word; nothing longer is looked for by a person


@dataclass(frozen=True, slots=True)
class Unit:
    """One word as typed, which may have parts: AB-12 is ab and 12, or ab12.

    Args:
        parts: Plain words.
        joined: All of it without what stands between.
    """

    parts: tuple[str, ...]
    joined: str

    @property
    def words(self) -> tuple[str, ...]:
        """Every plain word it can be found by."""
        return self.parts if len(self.parts) == 1 else (*self.parts, self.joined)


def chunks(text: str) -> list[tuple[int, int]]:
    """Where the words of a text begin and end."""
    return [found.span() for found in _CHUNK.finditer(text)]


def units(text: str) -> list[Unit]:
    """The words of a text, in order."""
    composed = text if text.isascii() else unicodedata.normalize("NFC", text)
    return [unit for chunk in _CHUNK.findall(composed) if (unit := unit_of(chunk)).parts]


@functools.lru_cache(maxsize=1 << 16)
def unit_of(chunk: str) -> Unit:
    """One word as typed."""
    plain = _CLITIC.sub("", chunk).casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKC", plain).replace("ё", "е")
    parts = tuple(part[:_LONGEST] for part in _PART.findall(plain))
    return Unit(parts, "".join(parts)[:_LONGEST])


def telling(found: list[Unit]) -> list[Unit]:
    """The words that tell something; all of them where none does."""
    stop = listed("stop")
    return [unit for unit in found if unit.joined not in stop] or found


def stemmer() -> Callable[[str], str]:
    """What takes endings off plain words; it remembers them, so keep it as long as there are words."""
    import snowballstemmer

    russian, english = snowballstemmer.stemmer("russian"), snowballstemmer.stemmer("english")
    known: dict[str, str] = {}

    def stem(word: str) -> str:
        if (found := known.get(word)) is None:
            endings = russian if _CYRILLIC.search(word) else english
            found = word if word[0].isdigit() else str(endings.stemWord(word)) or word
            known[word] = found
        return found

    return stem


def akin(stem: Callable[[str], str]) -> dict[str, frozenset[str]]:
    """Stem → the stems that are taken for it, itself among them; those alone are not in it."""
    found: dict[str, frozenset[str]] = {}
    for line in _data()["akin"]:
        group = frozenset(map(stem, line.split()))
        found |= {one: group | found.get(one, frozenset()) for one in group}
    return found


@functools.cache
def listed(name: str) -> frozenset[str]:
    """The words of a list of words.toml: "stop" or "turning"."""
    return frozenset(word for line in _data()[name] for word in line.split())


@functools.cache
def _data() -> dict[str, list[str]]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
