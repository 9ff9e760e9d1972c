"""On which line of a TOML file a key stands: the parser of the standard library does not tell."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TABLE = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.\"' -]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_.\"'-]+(?:\s*\.\s*[A-Za-z0-9_\"'-]+)*)\s*=")

Places = Mapping[tuple[str | int, ...], int]


def places(text: str) -> dict[tuple[str | int, ...], int]:
    """Path of every table and key that begins a line → its line, from 1.

    Entries of an array of tables are numbered from 0: ("report", 0, "where"). Within a text of several lines
    something may look like a key; only the line named in a refusal suffers.
    """
    found: dict[tuple[str | int, ...], int] = {}
    counts: dict[tuple[str | int, ...], int] = {}
    here: tuple[str | int, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if table := _TABLE.match(line):
            here = _within(_names(table[2]), counts)
            if table[1] == "[[":
                counts[here] = counts.get(here, -1) + 1
                here = (*here, counts[here])
            found.setdefault(here, number)
        elif key := _KEY.match(line):
            names = _names(key[1])
            for length in range(1, len(names) + 1):
                found.setdefault((*here, *names[:length]), number)
    return found


def line_of(found: Places, path: tuple[str | int, ...]) -> int:
    """The line of a key, else of the nearest thing around it that has one; 1 at worst."""
    while path:
        if path in found:
            return found[path]
        path = path[:-1]
    return 1


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in text.split("."))


def _within(names: tuple[str, ...], counts: Mapping[tuple[str | int, ...], int]) -> tuple[str | int, ...]:
    """The path of a table; one that belongs to an array of tables belongs to its last entry."""
    path: tuple[str | int, ...] = ()
    for place, name in enumerate(names):
        path = (*path, name)
        if path in counts and place < len(names) - 1:
            path = (*path, counts[path])
    return path
