"""Cell addresses: A1 text and (row, column) pairs, both counted from zero inside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Cell = tuple[int, int]

_ADDRESS = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def column_index(letters: str) -> int:
    """0-based column of its letters: A → 0, AA → 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def column_letters(index: int) -> str:
    """Letters of a 0-based column: 0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def parse_address(text: str) -> Cell | None:
    """(row, column) of an address such as B7, or None when it is none."""
    found = _ADDRESS.fullmatch(text.replace("$", "").upper())
    return (int(found[2]) - 1, column_index(found[1])) if found else None


def write_address(cell: Cell) -> str:
    """Address such as B7 of a 0-based (row, column)."""
    return f"{column_letters(cell[1])}{cell[0] + 1}"


def name_addresses(cells: Iterable[Cell], most: int) -> str:
    """The first addresses in reading order, for a sentence: "B7, C9 …"."""
    ordered = sorted(cells)
    return ", ".join(write_address(cell) for cell in ordered[:most]) + (" …" if len(ordered) > most else "")
