"""How wide columns have to be: from their texts, fixed before the layout, so that long tables stay fast and stand still."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crmcli.documents.page import Column, Row, Shape

_CHARACTER, _LETTER, _HEADING = 1.75, 2.1, 1.9  # millimetres of a digit, a capital letter, a letter of a heading
_PADDING = 3.4
_UPRIGHT, _WIDE = 180.0, 267.0  # between the margins of A4
_NAME = 52.0  # the least for the column that takes what is left
_WIDEST = {"sku": 30.0, "unit": 16.0, "document": 80.0}


def fitted(columns: Sequence[Column], rows: Sequence[Row], *, free: str) -> tuple[tuple[Column, ...], bool]:
    """The columns with widths, and whether a sheet has to lie on its side.

    Args:
        columns: Without widths.
        rows: Cells in the order of the columns.
        free: Key of the column that takes what is left.
    """
    sized = tuple(
        column if column.key == free else replace(column, width=_width(column, [row.cells[at].text for row in rows]))
        for at, column in enumerate(columns)
    )
    taken = sum(column.width or 0 for column in sized)
    is_wide = taken > _UPRIGHT - _NAME
    room = (_WIDE if is_wide else _UPRIGHT) - _NAME
    if taken > room:  # numbers beyond any custom: they wrap
        sized = tuple(
            replace(column, width=round(column.width * room / taken, 1)) if column.width else column for column in sized
        )
    return sized, is_wide


def _width(column: Column, texts: Sequence[str]) -> float:
    """What the texts of a column need, and its heading on at most two lines."""
    is_whole = column.key.startswith("from_")  # a heading of a price column stays on one line
    heading = (len(column.title) if is_whole else _on_two_lines(column.title)) * _HEADING
    sign = _CHARACTER if column.is_number or column.shape is Shape.DATE else _LETTER
    longest = max([heading, *(len(text) * sign for text in texts)])
    return round(min(longest + _PADDING, _WIDEST.get(column.key, 46.0)), 1)


def _on_two_lines(title: str) -> int:
    """Characters of the longer line when a heading is broken at its best place."""
    words = title.split(" ")
    breaks = ((" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words) + 1))
    return min(max(len(first), len(second)) for first, second in breaks)
