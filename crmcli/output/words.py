"""Text by screen cells: width, padding, cutting, wrapping."""

from __future__ import annotations

import re

# Scripts of one cell a character: Latin, Greek, Cyrillic, common punctuation, arrows, boxes. The rest is measured.
_SINGLE = re.compile(
    "[\u0020-\u007e\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u058f"
    "\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2500-\u259f]*"
)

_VOWELS = "aeiouyаеёиоуыэюя"
_SYLLABLE = re.compile(rf"\w*[{_VOWELS}]\w*$", re.IGNORECASE)
_REST = re.compile(rf"(?=\w\w\w)(?![ьъй])(?:\w*[{_VOWELS}]\w|\w+[{_VOWELS}])", re.IGNORECASE)


def width(text: str) -> int:
    """Screen cells a text takes; combining marks take none, Chinese characters and emoji two."""
    if text.isascii() or _SINGLE.fullmatch(text):
        return len(text)
    from rich.cells import cell_len  # its tables are loaded only when such text turns up

    return cell_len(text)


def padded(text: str, cells: int, *, right: bool = False) -> str:
    """The text with spaces up to so many cells, before it when right."""
    spaces = " " * (cells - width(text))
    return spaces + text if right else text + spaces


def cut(text: str, cells: int, ellipsis: str) -> str:
    """The text, or its beginning with an ellipsis where it is longer than so many cells."""
    if width(text) <= cells:
        return text
    return _head(text, cells - 1).rstrip() + ellipsis


def wrapped(text: str, cells: int, hyphen: str = "") -> list[str]:
    """The text in lines of at most so many cells, broken between words, and with the hyphen within longer ones."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if width(joined) <= cells:
            line = joined
            continue
        if line:
            lines.append(line)
        line = word
        while len(line) > 1 and width(line) > cells:
            head = _head(line, cells - len(hyphen)) or line[0]
            if hyphen:
                head = _syllables(head, line)
            lines.append(head + hyphen)
            line = line[len(head) :]
    return [*lines, line] if line or not lines else lines


def _syllables(head: str, word: str) -> str:
    """The head shortened by a letter or three, so that the word is broken between syllables; as it is where none ends there."""
    for place in range(len(head), max(1, len(head) - 4), -1):
        if _SYLLABLE.search(word[:place]) and _REST.match(word[place:]):
            joins = word[place - 1].lower() not in _VOWELS and word[place].lower() in _VOWELS
            if not joins:
                return word[:place]
    return head


def longest_word(text: str) -> int:
    """Cells of the longest word."""
    return max(width(word) for word in text.split(" "))


def _head(text: str, cells: int) -> str:
    """As much of the beginning as fits."""
    head = text[:cells]
    while width(head) > cells:
        head = head[:-1]
    return head
