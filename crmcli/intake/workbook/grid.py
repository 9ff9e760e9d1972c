"""A sheet cell by cell: text and kind of every cell, for all formats, with a second reader where the first fails."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crmcli.intake.workbook import limits, sentences
from crmcli.intake.workbook.address import Cell, write_address
from crmcli.intake.workbook.sentences import Refusal
from crmcli.intake.workbook.values import ERROR, write_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from crmcli.intake.workbook.sheets import Book


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet as text.

    Args:
        rows: Cells as text, all rows of one length; "" is empty.
        kinds: Kind of each cell (see values), of the same shape.
        lines: 1-based sheet row of each row.
        first_column: 0-based column of the first cell of each row.
        merges: Merged ranges as 0-based first and last cell.
    """

    rows: list[list[str]]
    kinds: list[list[str]]
    lines: Sequence[int]
    first_column: int = 0
    merges: tuple[tuple[Cell, Cell], ...] = ()

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.rows[0]) if self.rows else 0

    def locate(self, cell: Cell) -> Cell | None:
        """Position in this grid of a 0-based (row, column) of the sheet, or None when it lies outside."""
        row, column = cell[0] + 1 - (self.lines[0] if self.lines else 1), cell[1] - self.first_column
        return (row, column) if 0 <= row < len(self.rows) and 0 <= column < self.width else None


def build_grid(
    values: Iterable[Iterable[object]], *, first: Cell = (0, 0), merges: Sequence[tuple[Cell, Cell]] = ()
) -> Grid:
    """Text and kinds of the values a reader gives; rows are made equally long."""
    rows: list[list[str]] = []
    kinds: list[list[str]] = []
    for row in values:
        pairs = [write_value(value) for value in row]
        rows.append([text for text, _kind in pairs])
        kinds.append([kind for _text, kind in pairs])
    width = max(map(len, rows), default=0)
    for texts, words in zip(rows, kinds, strict=True):
        texts.extend([""] * (width - len(texts)))
        words.extend([""] * (width - len(words)))
    return Grid(rows, kinds, range(first[0] + 1, first[0] + 1 + len(rows)), first[1], tuple(merges))


def read_grid(book: Book, sheet: str) -> Grid:
    """A sheet by calamine: every format, typed cells, errors left empty.

    Raises:
        BaseException: Whatever the reader raises; a panic in it is no Exception.
    """
    page = book.pages.get_sheet_by_name(sheet)
    start, end = page.start or (0, 0), page.end or (0, 0)
    if end[1] - start[1] >= limits.MOST_COLUMNS:
        address = write_address(end)
        raise Refusal(sentences.WIDE, sentences.WIDE_HINT, sheet=sheet, address=address, most=limits.MOST_COLUMNS)
    merges = [((a[0], a[1]), (b[0], b[1])) for a, b in (page.merged_cell_ranges or ())]
    return build_grid(page.to_python(skip_empty_area=True), first=(start[0], start[1]), merges=merges)


def read_grid_slowly(path: Path, sheet: str) -> Grid:
    """An XLSX sheet by openpyxl: slower, other strengths (errors come as text, cells may lack addresses).

    Raises:
        Exception: Whatever the reader raises.
    """
    import warnings

    import openpyxl  # slow to import, rarely needed

    with warnings.catch_warnings(), path.open("rb") as file:  # given a path, the reader may leave the file open
        warnings.simplefilter("ignore")  # remarks about styles and validations, which nobody reads here
        book = openpyxl.load_workbook(file, data_only=True, keep_links=False)
    page = book[sheet]
    if (page.max_column or 0) > limits.MOST_COLUMNS:
        address = write_address(((page.max_row or 1) - 1, (page.max_column or 1) - 1))
        raise Refusal(sentences.WIDE, sentences.WIDE_HINT, sheet=sheet, address=address, most=limits.MOST_COLUMNS)
    errors = {
        (cell.row - 1, cell.column - 1): str(cell.value)
        for row in page.iter_rows()
        for cell in row
        if cell.data_type == "e"
    }
    merges = [
        ((area.min_row - 1, area.min_col - 1), (area.max_row - 1, area.max_col - 1))
        for area in page.merged_cells.ranges
    ]
    return patch_grid(build_grid(page.iter_rows(values_only=True), merges=merges), errors)


def patch_grid(grid: Grid, patches: Mapping[Cell, str]) -> Grid:
    """The grid with cells that the reader left empty made visible: errors, and formulas without a value."""
    grown = _grow(grid, patches)
    for cell, text in patches.items():
        place = grown.locate(cell)
        if place and grown.kinds[place[0]][place[1]] in {"", "text"}:
            grown.rows[place[0]][place[1]] = text
            grown.kinds[place[0]][place[1]] = ERROR
    return grown


def _grow(grid: Grid, patches: Mapping[Cell, str]) -> Grid:
    """Make room for patches outside of what the reader saw (a column of nothing but errors)."""
    outside = [cell for cell in patches if grid.locate(cell) is None]
    if not outside:
        return grid
    first_row = grid.lines[0] - 1 if grid.rows else min(row for row, _column in outside)
    first_column = grid.first_column if grid.rows else min(column for _row, column in outside)
    top = min(first_row, *(row for row, _column in outside)) if outside else first_row
    left = min(first_column, *(column for _row, column in outside))
    bottom = max(first_row + len(grid.rows), *(row + 1 for row, _column in outside))
    right = max(first_column + grid.width, *(column + 1 for _row, column in outside))
    before, after = [""] * (first_column - left), [""] * (right - first_column - grid.width)
    blank = right - left

    def widen(rows: list[list[str]]) -> list[list[str]]:
        wide = [[*before, *row, *after] for row in rows]
        above = [[""] * blank for _ in range(first_row - top)]
        below = [[""] * blank for _ in range(bottom - first_row - len(rows))]
        return [*above, *wide, *below]

    return replace(
        grid, rows=widen(grid.rows), kinds=widen(grid.kinds), lines=range(top + 1, bottom + 1), first_column=left
    )
