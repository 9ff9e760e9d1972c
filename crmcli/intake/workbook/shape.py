"""From a grid to a table: layout, merges, kinds per column, doubts."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crmcli.intake.layout import HEADING, find_layout
from crmcli.intake.workbook import limits, sentences
from crmcli.intake.workbook.address import name_addresses, write_address
from crmcli.intake.workbook.doubts import Typed, doubt_column
from crmcli.intake.workbook.found import Found, Warned, pack_lines
from crmcli.intake.workbook.merges import Spread, combine_headings, find_merged_heading, place_merges, spread_labels
from crmcli.intake.workbook.values import DATE, ERROR, NUMBER, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.intake.layout import Layout
    from crmcli.intake.workbook.grid import Grid
    from crmcli.intake.workbook.scan import Evidence

_STYLE = re.compile(rb'\bs="(\d{1,6})"')


def shape_grid(
    grid: Grid, sheet: str, *, header_row: int | None, evidence: Evidence | None, styles: Sequence[str]
) -> Found:
    """The table on a sheet.

    Args:
        grid: All cells of the sheet, errors and formulas without values already visible in it.
        sheet: Its name.
        header_row: 1-based sheet row of the last heading row, 0 for none, None to find out.
        evidence: What the XML of the sheet told, or None where there is none.
        styles: What each cell style shows (see package).
    """
    spreading, spread, layout = lay_out(grid, header_row)
    kept = layout.data_rows
    rows, kinds = [spreading.rows[index] for index in kept], [spreading.kinds[index] for index in kept]
    lines = [spreading.lines[index] for index in kept]
    found = Found(sheet, layout.headings, pack_lines(lines), rows, dropped=layout.dropped)
    found.header_line = heading_line(layout.verdicts, spreading.lines)
    natives = tuple(native_kind(set(column)) for column in zip(*kinds, strict=True))
    found.native = natives or (TEXT,) * len(found.headings)
    found.warnings.extend(warn_of_cells(evidence))
    found.warnings.extend(warn_of_merges(spread.within(set(lines))))
    for index, heading in enumerate(found.headings):
        cells = [
            Typed(line, row[index], kind[index])
            for line, row, kind in zip(lines, rows, kinds, strict=True)
            if kind[index]
        ]
        found.warnings.extend(doubt_column(heading, cells))
    found.warnings.extend(warn_of_percent(found, grid.first_column, evidence, styles))
    return found


def lay_out(grid: Grid, header_row: int | None) -> tuple[Grid, Spread, Layout]:
    """The grid with merged cells spread, an account of that, and the verdict on its rows."""
    merges = place_merges(grid)
    tied = find_merged_heading(grid, merges)
    if tied and header_row is not None and grid.lines[tied[1]] != header_row:
        tied = None  # the owner knows better
    if not merges:
        return grid, Spread(), find_layout(grid.rows, header_row=header_row, native_rows=grid.kinds, lines=grid.lines)
    if tied is None:
        layout = find_layout(grid.rows, header_row=header_row, native_rows=grid.kinds, lines=grid.lines)
        heading = max((index for index, verdict in enumerate(layout.verdicts) if verdict == HEADING), default=-1)
        spreading, spread = spread_labels(grid, merges, heading + 1)
        return spreading, spread, layout
    spreading, spread = spread_labels(grid, merges, tied[1] + 1)
    spreading = combine_headings(spreading, merges, *tied)
    layout = find_layout(
        spreading.rows, header_row=grid.lines[tied[1]], native_rows=spreading.kinds, lines=spreading.lines
    )
    named = tuple(merge.first for merge in merges if tied[0] <= merge.start[0] <= tied[1])
    return spreading, replace(spread, heading=named), layout


def heading_line(verdicts: Sequence[str], lines: Sequence[int]) -> int | None:
    """1-based sheet row of the last heading row, None where there is no heading."""
    return max((line for verdict, line in zip(verdicts, lines, strict=True) if verdict == HEADING), default=None)


def native_kind(kinds: set[str]) -> str:
    """One word for a column from the kinds of its cells.

    Errors and empty cells say nothing about the rest; booleans come out as the words true and false, hence text.
    """
    words = {TEXT if kind == "boolean" else kind for kind in kinds} - {"", ERROR}
    if not words:
        return TEXT
    return next(iter(words)) if len(words) == 1 and words <= {NUMBER, DATE, TEXT} else "mixed"


def warn_of_cells(evidence: Evidence | None) -> Iterator[Warned]:
    """Warnings about error cells and formulas without a value, with addresses."""
    if evidence is None:
        return
    if evidence.errors:
        addresses = name_addresses(evidence.errors, limits.NAMED_ADDRESSES)
        yield sentences.ERROR_CELLS, {"count": len(evidence.errors), "addresses": addresses}
    if evidence.formulas:
        address = write_address(min(evidence.formulas))
        yield sentences.FORMULAS, {"count": len(evidence.formulas), "address": address}


def warn_of_merges(spread: Spread) -> Iterator[Warned]:
    """Warnings about merged cells, by what was made of them."""
    if spread.heading:
        yield sentences.MERGED_HEADING, {"count": len(spread.heading)}
    if spread.label:
        yield sentences.MERGED_LABEL, {"count": len(spread.label), "address": write_address(min(spread.label))}
    if spread.other:
        yield sentences.MERGED_OTHER, {"count": len(spread.other), "address": write_address(min(spread.other))}


def warn_of_percent(
    found: Found, first_column: int, evidence: Evidence | None, styles: Sequence[str]
) -> Iterator[Warned]:
    """A warning per number column that shows percent: the file holds 0.15 where the owner sees 15%."""
    if evidence is None or "percent" not in styles:
        return
    shown = percent_columns(evidence, styles)
    for index, heading in enumerate(found.headings):
        if found.native[index] == NUMBER and index + first_column in shown:
            yield sentences.PERCENT, {"column": heading[: limits.NAMED_CHARACTERS]}


def percent_columns(evidence: Evidence, styles: Sequence[str]) -> set[int]:
    """0-based sheet columns that hold cells formatted as percent."""
    return {column for column, attributes in evidence.pairs if cell_style(attributes, styles) == "percent"}


def cell_style(attributes: bytes, styles: Sequence[str]) -> str:
    """What a cell's style shows, from the attributes of the cell: "number", "percent", "date" or "time"."""
    found = _STYLE.search(attributes)
    number = int(found[1]) if found else 0
    return styles[number] if number < len(styles) else "number"
