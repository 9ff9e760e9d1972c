"""Merged cells: what their one value stands for.

In headings a merge names all the columns it covers ("Sales" over "2024" and "2025"), or stands beside several heading
rows ("Customer", two rows high): such rows are made into one row of names, because a merge says outright what a
layout could only guess. A merge that is alone in its row is a title and stays one cell. In the data a merge
down one column is a label printed once for a group of rows, and is repeated in each of them; a merged number is
never repeated, because an amount counted three times is worse than a gap. Every other merge keeps its first cell.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace

from crmcli.intake.workbook.address import Cell
from crmcli.intake.workbook.grid import Grid
from crmcli.intake.workbook.values import BOOLEAN, DATE, NUMBER, TEXT

# Kinds that make a row data for the purpose of telling headings from data.
_VALUES = frozenset({NUMBER, DATE, BOOLEAN})


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge by its place in the grid (first and last cell), and its first cell on the sheet."""

    start: Cell
    end: Cell
    first: Cell


@dataclass(frozen=True, slots=True)
class Spread:
    """What became of the merges: 0-based (row, column) of their first cells, on the sheet.

    Args:
        heading: In headings, given to all of their columns.
        label: In data, repeated in each row.
        other: Left as they are.
    """

    heading: tuple[Cell, ...] = ()
    label: tuple[Cell, ...] = ()
    other: tuple[Cell, ...] = ()

    def within(self, lines: Container[int]) -> Spread:
        """Without the merges in rows that turned out to be no data; lines are 1-based sheet rows."""
        label = tuple(cell for cell in self.label if cell[0] + 1 in lines)
        return Spread(self.heading, label, tuple(cell for cell in self.other if cell[0] + 1 in lines))


def place_merges(grid: Grid) -> list[Merge]:
    """The merges of a grid that begin in a filled cell of it, in reading order."""
    placed = []
    for first, last in sorted(grid.merges):
        start = grid.locate(first)
        if start and grid.rows[start[0]][start[1]]:
            bottom = min(last[0] - first[0] + start[0], len(grid.rows) - 1)
            placed.append(Merge(start, (bottom, min(last[1] - first[1] + start[1], grid.width - 1)), first))
    return placed


def find_merged_heading(grid: Grid, merges: list[Merge]) -> tuple[int, int] | None:
    """First and last row of headings that are tied together by merges, or None.

    Headings begin with the first row that has more than one filled cell. They go on below it as far as merges
    beginning in that row reach down, or for one row more where that row only names what stands under a merge.
    """
    top = next((index for index, row in enumerate(grid.rows) if sum(map(bool, row)) > 1), None)
    own = [merge for merge in merges if merge.start[0] == top]
    if top is None or not own:
        return None
    merged = {column for merge in own for column in range(merge.start[1], merge.end[1] + 1)}
    if any(kind in _VALUES and column not in merged for column, kind in enumerate(grid.kinds[top])):
        return None  # the row is data: a number stands in it by itself
    bottom = max(merge.end[0] for merge in own)
    if bottom == top and _names_below(grid, own, top):
        bottom = top + 1
    return (top, bottom) if bottom > top or len(merged) > len(own) else None


def _names_below(grid: Grid, own: list[Merge], top: int) -> bool:
    """True when the row under a group row names its columns: filled only where the group row is merged or empty."""
    if top + 1 >= len(grid.rows):
        return False
    wide = {column for merge in own for column in range(merge.start[1], merge.end[1] + 1)}
    below = [column for column, text in enumerate(grid.rows[top + 1]) if text]
    free = all(column in wide or not grid.rows[top][column] for column in below)
    return free and sum(column in wide for column in below) > 1


def combine_headings(grid: Grid, merges: list[Merge], top: int, bottom: int) -> Grid:
    """The grid with its heading rows made into one, which has the line of the last of them."""
    spread = [list(row) for row in grid.rows[top : bottom + 1]]
    for merge in merges:
        if merge.start[0] <= bottom and merge.start[0] >= top:
            for column in range(merge.start[1], merge.end[1] + 1):
                spread[merge.start[0] - top][column] = grid.rows[merge.start[0]][merge.start[1]]
    names = [" ".join(dict.fromkeys(filter(None, map(str.strip, column)))) for column in zip(*spread, strict=True)]
    kinds = [TEXT if name else "" for name in names]
    return replace(
        grid,
        rows=[*grid.rows[:top], names, *grid.rows[bottom + 1 :]],
        kinds=[*grid.kinds[:top], kinds, *grid.kinds[bottom + 1 :]],
        lines=[*grid.lines[:top], *grid.lines[bottom:]],
    )


def spread_labels(grid: Grid, merges: list[Merge], below: int) -> tuple[Grid, Spread]:
    """The grid with labels of the data repeated; merges that begin in the first `below` rows are left alone."""
    rows, kinds = [list(row) for row in grid.rows], [list(row) for row in grid.kinds]
    label, other = [], []
    for merge in merges:
        (row, column), (bottom, right) = merge.start, merge.end
        if row < below:
            continue
        if column != right or row == bottom or kinds[row][column] not in {TEXT, DATE}:
            other.append(merge.first)
            continue
        for covered in range(row + 1, bottom + 1):
            if not rows[covered][column]:
                rows[covered][column], kinds[covered][column] = rows[row][column], kinds[row][column]
        label.append(merge.first)
    return replace(grid, rows=rows, kinds=kinds), Spread(label=tuple(label), other=tuple(other))
