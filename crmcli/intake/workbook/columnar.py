"""The fast road for big XLSX sheets: columns by fastexcel and polars, the evidence from the XML at the same time.

No cell of the body becomes a Python object. What this road cannot do exactly (durations, merged labels in the data,
long numbers beside text in one column …) is left to the cell-by-cell road: read_columns then returns None.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from crmcli.intake.layout import DATA
from crmcli.intake.reading import Dropped
from crmcli.intake.workbook import limits
from crmcli.intake.workbook.columns import ColumnKinds, choose_dtypes, finish_column, judge_columns
from crmcli.intake.workbook.found import Found, pack_lines, unpack_lines
from crmcli.intake.workbook.grid import Grid
from crmcli.intake.workbook.look import DAMAGE, refuse_far_cells
from crmcli.intake.workbook.scan import Evidence, scan_head, scan_sheet
from crmcli.intake.workbook.shape import (
    heading_line,
    lay_out,
    native_kind,
    warn_of_cells,
    warn_of_merges,
    warn_of_percent,
)
from crmcli.intake.workbook.texts import find_texts
from crmcli.intake.workbook.values import write_value

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import polars as pl

    from crmcli.intake.layout import Layout
    from crmcli.intake.workbook.address import Cell
    from crmcli.intake.workbook.merges import Spread
    from crmcli.intake.workbook.package import Package
    from crmcli.intake.workbook.sheets import Sheet


def read_columns(
    path: Path, sheet: Sheet, package: Package, member: str, *, header_row: int | None, folder: Path
) -> Found | None:
    """The table on a big sheet, its rows in a Parquet file in the folder; None: take the other road.

    Raises:
        Refusal: A cell lies too far off (where reading it has not killed the process before).
    """
    if package.since_1904:
        return None  # fastexcel takes such dates for 1900 ones
    try:
        head, piece = scan_head(path, member)
        dtypes = choose_dtypes(head, package.styles)
        frame, evidence = _load_and_scan(path, sheet.name, member, dtypes)
    except DAMAGE:
        return None  # the other road finds out what is wrong
    refuse_far_cells(evidence, sheet)
    kinds = judge_columns(evidence, package.styles)
    if frame is None or kinds is None or frame.shape != (evidence.last[0] + 1, len(kinds.usual)):
        return None
    if len(dtypes) != frame.width:
        return None
    frame.columns = [str(index) for index in range(frame.width)]
    texts = find_texts(path, package.strings, piece, kinds.find_text_rows(dtypes))
    known = {**texts, **evidence.patches}
    filled = _count_filled(frame, {row for row, _column in known})
    picked = _pick_rows(frame, kinds, filled)
    grid = _picked_grid(frame, picked, kinds, known, evidence)
    spreading, spread, layout = lay_out(grid, header_row)
    if _touches_data(grid, spreading, layout) or _merges_below(evidence):
        return None
    found = _shape(filled, picked, spreading.lines, layout, sheet.name)
    found.header_line = heading_line(layout.verdicts, spreading.lines)
    return _finish(found, frame, kinds, evidence, package, spread, folder)


def _touches_data(grid: Grid, spreading: Grid, layout: Layout) -> bool:
    """True when spreading merged cells has changed rows that are data: the frame knows nothing of it."""
    before = dict(zip(grid.lines, grid.rows, strict=True))
    after = zip(layout.verdicts, spreading.lines, spreading.rows, strict=True)
    return any(verdict == DATA and before[line] != row for verdict, line, row in after)


def _merges_below(evidence: Evidence) -> bool:
    return any(first[0] >= limits.HEAD_ROWS for first, _last in evidence.merges)


def _load_and_scan(path: Path, sheet: str, member: str, dtypes: dict[int, str]) -> tuple[pl.DataFrame | None, Evidence]:
    """All rows from the first of the sheet on, texts and floats (None when the reader fails), and the evidence.

    The reader works without the interpreter's lock, so that it is the one to have a thread of its own.
    """
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(_load_page, path, sheet, dtypes)
        import polars as pl  # imported while the reader is at work

        evidence = scan_sheet(path, member)
        page = loading.result()
    return (None if page is None else pl.DataFrame(page)), evidence


def _load_page(path: Path, sheet: str, dtypes: dict[int, str]) -> Any:
    import fastexcel  # only where a big workbook is read

    try:
        reader: Any = fastexcel.read_excel(str(path))
        return reader.load_sheet(sheet, header_row=None, skip_rows=0, dtypes=dtypes)
    except BaseException as error:  # a panic in the reader is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return None


def _count_filled(frame: pl.DataFrame, known: set[int]) -> pl.Series:
    """Filled cells per row; rows with cells known from elsewhere have at least one."""
    import polars as pl

    filled = frame.select(pl.sum_horizontal(pl.all().is_not_null().cast(pl.UInt32))).to_series()
    bare = [row for row in known if row < len(filled) and not filled[row]]
    return filled.scatter(bare, 1) if bare else filled


def _pick_rows(frame: pl.DataFrame, kinds: ColumnKinds, filled: pl.Series) -> list[int]:
    """0-based rows that may be something else than data: head, tail, thinly filled ones, and repeats of the head."""
    height = frame.height
    ends = [*range(min(limits.HEAD_ROWS, height)), *range(max(limits.HEAD_ROWS, height - limits.TAIL_ROWS), height)]
    thin = (filled * 2 < (filled.median() or 0)) & (filled > 0)
    first = frame.to_series(0)
    repeats = first.is_in(first.head(20).drop_nulls().unique().implode()) & (filled > 1)
    suspects = [part.arg_true().to_list() for part in (thin, repeats)]
    # so many of them are no accident, but how the data looks
    few = [row for rows in suspects if len(rows) <= limits.MOST_SUSPECTS for row in rows]
    strange = {row for row, _column in kinds.known if limits.HEAD_ROWS <= row < height}
    picked = {*ends, *few, *(strange if len(strange) <= limits.MOST_SUSPECTS else ())}
    leading = _leading_blank(filled)
    blank = {row for row in (filled == 0).arg_true().to_list() if row >= limits.HEAD_ROWS}
    return sorted(row for row in picked - blank if row >= leading)


def _leading_blank(filled: pl.Series) -> int:
    """Number of empty rows above the first filled one."""
    first = (filled > 0).arg_true().head(1).to_list()
    return int(first[0]) if first else 0


def _picked_grid(
    frame: pl.DataFrame, picked: list[int], kinds: ColumnKinds, known: dict[Cell, str], evidence: Evidence
) -> Grid:
    """The picked rows as a grid, lines being those of the sheet; known cells are those the frame has empty."""
    rows: list[list[str]] = []
    words: list[list[str]] = []
    for index, values in zip(picked, frame[picked].rows(), strict=True):
        texts = [
            write_value(value)[0] if value is not None else known.get((index, column + kinds.first), "")
            for column, value in enumerate(values)
        ]
        rows.append(texts)
        words.append([kinds.kind_of(index, column, text) for column, text in enumerate(texts)])
    lines = [index + 1 for index in picked]
    merges = tuple(merge for merge in evidence.merges if merge[0][0] < limits.HEAD_ROWS and picked)
    return Grid(rows, words, lines, kinds.first, merges)


def _shape(filled: pl.Series, picked: list[int], lines: Sequence[int], layout: Layout, sheet: str) -> Found:
    """Headings, lines and what was dropped; blank rows of the body, which the layout did not see, are added."""
    kept = {line - 1 for line, verdict in zip(lines, layout.verdicts, strict=True) if verdict == DATA}
    out = set(picked) - kept
    first = min(picked, default=0)
    unseen = [row for row in (filled == 0).arg_true().to_list() if row not in out and row > first]
    out.update(unseen)
    rows = [row + 1 for row in range(first, len(filled)) if row not in out]
    return Found(sheet, layout.headings, pack_lines(rows), dropped=_add_blank(layout.dropped, unseen))


def _add_blank(dropped: tuple[Dropped, ...], rows: list[int]) -> tuple[Dropped, ...]:
    if not rows:
        return dropped
    seen = next((item for item in dropped if item.kind == "blank"), None)
    count, line = len(rows) + (seen.count if seen else 0), min(rows[0] + 1, seen.line if seen else rows[0] + 1)
    return (*(item for item in dropped if item is not seen), Dropped("blank", line, count, ""))


def _finish(
    found: Found,
    frame: pl.DataFrame,
    kinds: ColumnKinds,
    evidence: Evidence,
    package: Package,
    spread: Spread,
    folder: Path,
) -> Found | None:
    """Canonical text in every column, warnings, and the Parquet file."""
    import polars as pl

    runs = [frame.slice(start - 1, count) for start, count in found.lines]
    body = pl.concat(runs, rechunk=False) if len(runs) > 1 else runs[0] if runs else frame.clear()
    touched = bool(evidence.patches or evidence.merges)
    kept = {line: place for place, line in enumerate(unpack_lines(found.lines))} if touched else {}
    columns, native = [], []
    for index, heading in enumerate(found.headings):
        words = kinds.words(index, found.lines)
        finished = finish_column(body.to_series(index), words, heading, found.lines)
        if finished is None:
            return None
        series, warnings = finished
        columns.append(_patch(series, evidence, index + kinds.first, kept).alias(heading))
        native.append(native_kind(words))
        found.warnings.extend(warnings)
    found.native = tuple(native)
    found.warnings[:0] = [*warn_of_cells(evidence), *warn_of_merges(spread.within(kept))]
    found.warnings.extend(warn_of_percent(found, kinds.first, evidence, package.styles))
    found.frame = f"{len(list(folder.glob('*.parquet')))}.parquet"
    pl.DataFrame(columns).write_parquet(folder / found.frame, compression="lz4", statistics=False)
    return found


def _patch(series: pl.Series, evidence: Evidence, column: int, places: dict[int, int]) -> pl.Series:
    """The column with errors and formulas without a value made visible."""
    changes = {
        places[row + 1]: text for (row, at), text in evidence.patches.items() if at == column and row + 1 in places
    }
    return series.scatter(list(changes), list(changes.values())) if changes else series
