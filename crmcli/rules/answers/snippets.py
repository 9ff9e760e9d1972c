"""The place of a text where most of the words found stand together, with them marked."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from crmcli.rules.answers.words import chunks, unit_of

MARK = "*"
_WIDTH = 110
_BEFORE = 24  # characters of context kept before the first word


def marked(text: str, words: AbstractSet[str]) -> str:
    """A short text on one line, each of the words found between stars."""
    flat = " ".join(text.split())
    return _cut(flat, 0, len(flat), _found(flat, words))


def snippet(text: str, words: AbstractSet[str], *, width: int = _WIDTH) -> str:
    """The best place of a text, at most about `width` characters on one line, words found between stars.

    Without any of them in it: its beginning.
    """
    flat = " ".join(text.split())
    found = _found(flat, words)
    if len(flat) <= width:
        return _cut(flat, 0, len(flat), found)
    start = _start(flat, found, width)
    end = len(flat) if len(flat) - start <= width else (flat.rfind(" ", start, start + width) + 1 or start + width)
    inside = [place for place in found if place[0] >= start and place[1] <= end]
    return ("… " if start else "") + _cut(flat, start, end, inside).rstrip() + (" …" if end < len(flat) else "")


def _found(text: str, words: AbstractSet[str]) -> list[tuple[int, int]]:
    return [(start, end) for start, end in chunks(text) if words & set(unit_of(text[start:end]).words)]


def _start(text: str, found: list[tuple[int, int]], width: int) -> int:
    """Where to begin so that most words found are in it, the first such place."""
    if not found:
        return 0
    _most, first = max((sum(1 for other in found if place[0] <= other[0] and other[1] <= place[0] + width - _BEFORE), -place[0])
                       for place in found)  # fmt: skip
    wanted = max(-first - _BEFORE, 0)
    if wanted == 0:
        return 0
    return text.find(" ", wanted, -first) + 1 or -first


def _cut(text: str, start: int, end: int, found: list[tuple[int, int]]) -> str:
    pieces, place = [], start
    for begins, ends in found:
        pieces += [text[place:begins], MARK, text[begins:ends], MARK]
        place = ends
    return "".join([*pieces, text[place:end]])
