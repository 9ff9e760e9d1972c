"""Merged cells: what their one value stands for.

In headings a merge names all the columns it covers ("Sales" over "Q1" and "Q2"), or stands beside several heading rows
("Customer", two rows high). A merge that is alone in its row is a title and stays one cell. In the data a merge
down one column is a label printed once for a group of rows, and is repeated in each of them; a merged number is
never repeated, because an amount counted three times is worse than a gap. Every other merge keeps its first cell.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crmcli.intake.workbook.values import BOOLEAN, DATE, NUMBER, TEXT

if TYPE_CHECKING:
    from collections.abc import Container

    from crmcli.intake.workbook.address import Cell
    from crmcli.intake.workbook.grid import Grid

# Kinds that make a row data for the purpose of telling headings from data.
_VALUES = frozenset({NUMBER, DATE, BOOLEAN})


@dataclass(slots=True)
class Spread:
    """What became of the merges: 0-based (row, column) of their first cells, on the sheet.

    Args:
        heading: In headings, given to all of their columns or moved down to the last heading row.
        label: In data, repeated in each row.
        other: Left as they are.
    """

    heading: list[Cell]
    label: list[Cell]
    other: list[Cell]

    def within(self, lines: Container[int]) -> Spread:
        """Without the merges in rows that turned out to be no data; lines are 1-based sheet rows."""
        label = [cell for cell in self.label if cell[0] + 1 in lines]
        return Spread(self.heading, label, [cell for cell in self.other if cell[0] + 1 in lines])


def spread_merges(grid: Grid, heading: int | None) -> tuple[Grid, Spread]:
    """The grid with the values of merged cells where they belong, and an account of it.

    Args:
        grid: The cells; its own lists are not changed.
        heading: Index of the last heading row as it looks without the merges, None where none was found.
    """
    spread = Spread([], [], [])
    if not grid.merges:
        return grid, spread
    spreading = replace(grid, rows=[list(row) for row in grid.rows], kinds=[list(row) for row in grid.kinds])
    places = sorted(_place(grid, merge) for merge in grid.merges if grid.locate(merge[0]))
    deepest = _last_heading_row(grid, places, heading)
    for start, end, first in places:
        if not spreading.rows[start[0]][start[1]]:
            continue
        if start[0] <= deepest:
            _spread_heading(spreading, start, end, deepest, spread.heading, first)
        else:
            _spread_data(spreading, start, end, spread, first)
    return spreading, spread


def _place(grid: Grid, merge: tuple[Cell, Cell]) -> tuple[Cell, Cell, Cell]:
    """First and last cell of a merge within the grid, and its first cell on the sheet."""
    first, last = merge
    row, column = grid.locate(first) or (0, 0)
    bottom = min(last[0] - first[0] + row, len(grid.rows) - 1)
    return (row, column), (bottom, min(last[1] - first[1] + column, grid.width - 1)), first


def _last_heading_row(grid: Grid, places: list[tuple[Cell, Cell, Cell]], heading: int | None) -> int:
    """The last row of the headings, -1 for none: the found one, and what merges beginning in it reach down to.

    A merge that reaches down into rows with numbers is a label of the data that begins there.
    """
    if heading is None:
        return -1
    first_data = next((index for index, row in enumerate(grid.kinds) if not _VALUES.isdisjoint(row)), len(grid.rows))
    reach = [end[0] for start, end, _first in places if start[0] <= heading and end[0] < max(first_data, heading + 1)]
    return max([heading, *reach])


def _spread_heading(grid: Grid, start: Cell, end: Cell, deepest: int, done: list[Cell], first: Cell) -> None:
    """Sideways: a copy in every column. Downwards: moved to the last row, where the names below it are."""
    value = grid.rows[start[0]][start[1]]
    if sum(bool(text) for text in grid.rows[start[0]]) == 1:
        return  # alone in its row: a title
    bottom = min(end[0], deepest)
    grid.rows[start[0]][start[1]], grid.kinds[start[0]][start[1]] = "", ""
    for column in range(start[1], end[1] + 1):
        grid.rows[bottom][column], grid.kinds[bottom][column] = value, TEXT
    done.append(first)


def _spread_data(grid: Grid, start: Cell, end: Cell, spread: Spread, first: Cell) -> None:
    value, kind = grid.rows[start[0]][start[1]], grid.kinds[start[0]][start[1]]
    if start[1] != end[1] or start[0] == end[0] or kind not in {TEXT, DATE}:
        spread.other.append(first)
        return
    for row in range(start[0] + 1, end[0] + 1):
        if not grid.rows[row][start[1]]:
            grid.rows[row][start[1]], grid.kinds[row][start[1]] = value, kind
    spread.label.append(first)
