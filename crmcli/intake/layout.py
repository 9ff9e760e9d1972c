"""What each row of a grid is: title, heading, units, data, total, footnote, repeated heading or blank."""

from __future__ import annotations

import itertools
import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass

from crmcli.intake.closing import TOTAL_HINTS, adds_up, find_closing, is_total
from crmcli.intake.heading import Grid, find_heading, is_numbering, is_units
from crmcli.intake.reading import Dropped

TITLE, HEADING, UNITS, DATA = "title", "heading", "units", "data"
TOTAL, FOOTNOTE, REPEATED, BLANK = "total", "footnote", "repeated_heading", "blank"
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
SAMPLE = 80  # characters of a dropped row that are shown


@dataclass(frozen=True, slots=True)
class Layout:
    """Verdict on a grid.

    Args:
        headings: One unique, non-empty name per column of the grid ("column_3" where there is none).
        verdicts: One word per row of the grid: TITLE, HEADING, UNITS, DATA, TOTAL, FOOTNOTE, REPEATED or BLANK.
        dropped: Rows that are neither heading nor data, grouped by kind, in order of appearance.
        header_row: 1-based number of the last heading row, among the rows given; None when there is no heading row.
    """

    headings: tuple[str, ...]
    verdicts: tuple[str, ...]
    dropped: tuple[Dropped, ...]
    header_row: int | None

    @property
    def headerless(self) -> bool:
        """True when no heading row was found, so that the headings are made up."""
        return self.header_row is None

    @property
    def data_rows(self) -> list[int]:
        """0-based indexes of the rows that are data."""
        return [index for index, verdict in enumerate(self.verdicts) if verdict == DATA]


def find_layout(
    rows: Sequence[Sequence[str]],
    *,
    header_row: int | None,
    native_rows: Sequence[Sequence[str]] | None = None,
    lines: Sequence[int] | None = None,
) -> Layout:
    """Decide what each row of a grid is.

    Args:
        rows: The grid as text, rectangular or ragged, every physical row included ("" or missing: empty cell).
        header_row: 1-based number of the (last) heading row as the owner gave it; 0 for none; None to find out.
            With `lines`, it is the physical line at which the heading row begins.
        native_rows: How a workbook typed the cells: "number", "date", "text", "boolean", "error" or "" (empty);
            parallel to rows, but may stop early (only the first 60 rows are looked at).
        lines: 1-based physical line of each row, used for header_row and Dropped.line; None: row i is line i + 1.
    """
    grid = Grid.of(rows, native_rows)
    heads = _given_heading(header_row, rows, lines) if header_row is not None else find_heading(grid)
    verdicts = _judge(grid, heads)
    numbers = lines if lines is not None else range(1, len(rows) + 1)
    return Layout(
        headings=name_columns(_merge_headings(grid, heads)),
        verdicts=tuple(verdicts),
        dropped=_group(rows, verdicts, numbers),
        header_row=heads[-1] + 1 if heads else None,
    )


def name_columns(names: Sequence[str]) -> tuple[str, ...]:
    """Unique names: an empty one becomes "column_3", a second "amount" becomes "amount_2"."""
    taken = {name.strip() for name in names}
    used: set[str] = set()
    unique = []
    for position, raw in enumerate(names, start=1):
        name = candidate = raw.strip() or f"column_{position}"
        number = 2
        while candidate in used or (candidate != raw.strip() and candidate in taken):
            candidate = f"{name}_{number}"
            number += 1
        used.add(candidate)
        unique.append(candidate)
    return tuple(unique)


def _given_heading(header_row: int, rows: Sequence[Sequence[str]], lines: Sequence[int] | None) -> list[int]:
    """The index of the heading row that the owner named; empty for none."""
    if header_row == 0:
        return []
    if lines is None:
        return [header_row - 1] if header_row <= len(rows) else []
    return [index for index, line in enumerate(lines) if line <= header_row][-1:]


def _judge(grid: Grid, heads: Sequence[int]) -> list[str]:
    """One verdict per row."""
    rows = grid.rows
    first = heads[-1] + 1 if heads else _first_data(grid)
    verdicts = [DATA] * len(rows)
    for index in range(first):
        verdicts[index] = HEADING if index in heads else TITLE if any(c.strip() for c in rows[index]) else BLANK
    if heads and first < len(rows) and (is_units(grid, first) or is_numbering(grid, first)):
        verdicts[first] = UNITS
        first += 1
    repeated = {_folded(rows[index]) for index in heads}
    since = first
    for index in suspects(rows, [cells[0] for cells in repeated if cells], first):
        row = rows[index]
        if not any(cell.strip() for cell in row):
            verdicts[index] = BLANK
        elif _folded(row) in repeated:
            verdicts[index] = REPEATED
        elif is_total(row, grid.typical) or adds_up(rows, index, since):
            verdicts[index] = TOTAL
            since = index + 1
    for index, verdict in find_closing(grid, first, verdicts).items():
        verdicts[index] = verdict
    return verdicts


def suspects(rows: Sequence[Sequence[str]], openers: Sequence[str], first: int = 0) -> list[int]:
    """Indexes from `first` on of rows that may be no data by their first cell: blank, a total, or one of the openers.

    A million rows are looked through by their distinct first cells: looking at every row would take seconds.
    """
    part = itertools.islice(rows, first, None)
    starts = list(map(operator.itemgetter(0), part)) if all(rows) else [row[0] if row else "" for row in part]
    distinct = set(starts)
    joined = "\n".join(["", *distinct, ""]).casefold()  # searched as one text: much faster than cell by cell
    if not distinct:
        return []
    wanted = {opener for opener in openers if f"{opener}\n" in joined}
    hints = [hint for hint in TOTAL_HINTS if hint in joined]
    if not wanted and not hints and not _BLANK_LINE.search(joined):
        return []
    odd = {start for start in distinct if _is_odd(start.strip().casefold(), wanted, hints)}
    return [index for index, start in enumerate(starts, start=first) if start in odd]


def _is_odd(start: str, wanted: set[str], hints: Sequence[str]) -> bool:
    """True for a first cell (folded) that begins no ordinary data row."""
    return not start or start in wanted or any(hint in start for hint in hints)


def _first_data(grid: Grid) -> int:
    """Index of the first data row of a grid without headings: lone sentences above it are titles."""
    for index, row in enumerate(grid.rows):
        if any(cell.strip() for cell in row) and (len(row) > 1 or grid.typical < 2):
            return index
    return 0


def _folded(row: Sequence[str]) -> tuple[str, ...]:
    """Cells without case, outer blanks and trailing empty cells, for comparison with a heading."""
    cells = [cell.strip().casefold() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _merge_headings(grid: Grid, heads: Sequence[int]) -> list[str]:
    """One name per column from one or several heading rows; a group label is spread over the columns it spans."""
    stacked = [[grid.cell(index, j).strip() for j in range(grid.width)] for index in heads]
    for above, below in itertools.pairwise(stacked):
        if len(set(below) - {""}) < sum(map(bool, below)):  # names below repeat, so the label above tells them apart
            for j in range(1, grid.width):
                if not above[j] and below[j]:
                    above[j] = above[j - 1]
    return [" ".join(level[j] for level in stacked if level[j]) for j in range(grid.width)]


def _group(rows: Sequence[Sequence[str]], verdicts: Sequence[str], lines: Sequence[int]) -> tuple[Dropped, ...]:
    """Dropped rows by kind."""
    found: dict[str, tuple[int, int, str]] = {}
    for index in [index for index, verdict in enumerate(verdicts) if verdict != DATA]:
        verdict = verdicts[index]
        if verdict == HEADING:
            continue
        if verdict in found:
            line, count, sample = found[verdict]
            found[verdict] = (line, count + 1, sample)
        else:
            found[verdict] = (lines[index], 1, " ".join(c.strip() for c in rows[index] if c.strip())[:SAMPLE])
    return tuple(Dropped(kind, line, count, sample) for kind, (line, count, sample) in found.items())
