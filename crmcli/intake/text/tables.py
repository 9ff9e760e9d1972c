"""Records → tables: where a second table begins, how wide each is, and its rows put in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from crmcli.intake.cells import NUMBER, TEXT, WORD, kind_of, profile_columns
from crmcli.intake.closing import TAIL, begins_note
from crmcli.intake.layout import DATA, HEADING, Layout, find_layout, suspects
from crmcli.intake.text.align import align_row

RAGGED = 0.3  # share of rows of another width above which the table is no slip but ragged by nature
SAMPLE = 1000  # rows by which columns are judged
RAGGED_LONGER = 0.7  # the same where they are all longer than the first one: texts with delimiters in them
HEAD = 60  # rows among which the first heading is looked for


@dataclass(frozen=True, slots=True)
class Found:
    """One table of a file.

    Args:
        rows: Data rows, all as wide as the headings.
        lines: Physical line of each.
        layout: What the rows are; its header_row counts among the records of this table.
        header_line: Physical line of the last heading row, or None.
        mended: Lines of rows that had too many or too few cells and were put in order.
        records: How many records of the file this table is made of.
        span: First and last physical line of its records.
        ragged: True when rows of too many lengths made the table as wide as its widest row.
    """

    rows: Sequence[list[str]]
    lines: Sequence[int]
    layout: Layout
    header_line: int | None
    mended: tuple[int, ...]
    records: int
    span: tuple[int, int]
    ragged: bool = False


def find_tables(
    rows: list[list[str]], lines: Sequence[int], *, delimiter: str, header_row: int | None, width: int | None = None
) -> list[Found]:
    """All tables among the records of a file, in order; more than one only where headings of another kind begin anew.

    Args:
        rows: Cells of each record, ragged.
        lines: Physical line of each record.
        delimiter: Put back between cells that have to be joined.
        header_row: Physical line of the heading row when the owner named it, 0 for none.
        width: Number of cells that rows of the (first) table were found to have.
    """
    starts = [0] if header_row is not None else [0, *_restarts(rows)]
    tables = []
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        whole = start == 0 and end == len(rows)
        part, numbers = (rows, lines) if whole else (rows[start:end], lines[start:end])
        tables.append(_table(part, numbers, delimiter, header_row, width if start == 0 else None))
    return tables


def usual_width(rows: Sequence[Sequence[str]], expected: int | None = None) -> int:
    """Number of cells that most records have, blank ones apart; of equally frequent ones the largest.

    A width expected for other reasons (the rows of the body have it, a long preamble has not) stands unless another
    is twice as frequent.
    """
    counts = Counter(map(len, rows))
    if counts[0] or counts[1]:
        counts = Counter(len(row) for row in rows if len(row) > 1 or (row and row[0].strip()))
    width = max(counts, key=lambda w: (counts[w], w), default=1)
    return expected if expected and counts[expected] * 2 >= counts[width] else width


def _table(
    rows: list[list[str]], lines: Sequence[int], delimiter: str, header_row: int | None, expected: int | None
) -> Found:
    """One table from its records."""
    width = usual_width(rows, expected)
    odd = [] if set(map(len, rows)) == {width} else [i for i, row in enumerate(rows) if _is_odd(row, width)]
    ragged = len(odd) > (RAGGED_LONGER if _only_longer(rows, odd, width) else RAGGED) * len(rows)
    if ragged:
        width = max(map(len, rows))
        odd = []
    order = rows
    mended: set[int] = set()
    if odd:
        order = list(rows)
        columns = profile_columns([row for row in rows[-SAMPLE:] if len(row) == width], width)
        for index in odd:
            if index >= len(rows) - TAIL and len(rows[index]) < width and begins_note(rows[index][0]):
                order[index] = [delimiter.join(rows[index])]  # a note with delimiters in it
            elif len(rows[index]) > 1:
                order[index] = align_row(rows[index], columns, delimiter)
                mended.add(index)
    layout = find_layout(order, header_row=header_row, lines=lines)
    if mended and layout.header_row is not None and layout.header_row - 1 in mended:
        head = layout.header_row - 1
        order[head] = _align_heading(rows[head], width)
        layout = find_layout(order, header_row=lines[head], lines=lines)
    return replace(_collect(order, lines, layout, width, mended), ragged=ragged)


def _is_odd(row: Sequence[str], width: int) -> bool:
    """True for a row that is neither blank nor as wide as most."""
    return len(row) != width and (len(row) > 1 or (width > 1 and bool(row and row[0].strip())))


def _only_longer(rows: Sequence[Sequence[str]], odd: Sequence[int], width: int) -> bool:
    """True when the first row is as wide as most, and no row has fewer cells."""
    return bool(rows) and len(rows[0]) == width and all(len(rows[i]) > width for i in odd)


def _align_heading(row: Sequence[str], width: int) -> list[str]:
    """Names of the columns from a heading row with too many or too few cells: empty cells go first.

    One name too few, and all of them numbers (years): what names the rows themselves has no name.
    """
    cells = list(row)
    if len(cells) == width - 1 and all(kind_of(cell) == NUMBER for cell in cells):
        return ["", *cells]
    while len(cells) > width and "" in cells:
        cells.remove("")
    return [*cells, *[""] * (width - len(cells))]


def _collect(rows: list[list[str]], lines: Sequence[int], layout: Layout, width: int, mended: set[int]) -> Found:
    """The data rows, squared."""
    width = max(width, len(layout.headings))
    first = next((i for i, verdict in enumerate(layout.verdicts) if verdict == DATA), len(rows))
    if layout.verdicts.count(DATA) == len(rows) - first:
        chosen, numbers = rows[first:], lines[first:]
    else:
        picked = layout.data_rows
        chosen, numbers = [rows[i] for i in picked], [lines[i] for i in picked]
    if any(len(row) != width for row in chosen):
        chosen = [row if len(row) == width else [*row, *[""] * (width - len(row))] for row in chosen]
    head = None if layout.header_row is None else lines[layout.header_row - 1]
    kept = tuple(lines[i] for i in sorted(mended) if layout.verdicts[i] in (DATA, HEADING))
    return Found(chosen, numbers, layout, head, kept, len(rows), (lines[0], lines[-1]))


def _restarts(rows: Sequence[Sequence[str]]) -> list[int]:
    """Indexes at which a further table begins: a row of mostly the same names, but not the same row.

    The very same heading again goes on with the same table (a printed page, files put together), unless all that
    follows is a second copy of what went before: taken as one table it would count everything twice.
    """
    first, names = _names(rows)
    if len(names) < 3:
        return []
    known = set(names)
    starts: list[int] = []
    for index in suspects(rows, names, first + 2):
        row = rows[index]
        if not row or row[0].strip().casefold() not in known:
            continue
        cells = [cell.strip().casefold() for cell in row]
        alike = sum(1 for cell in cells if cell and cell in known)
        if cells == names:
            if _is_copy(rows, first, index):
                starts.append(index)
        elif alike >= 3 and alike * 2 > len(names) and abs(len(cells) - len(names)) <= alike:
            starts.append(index)
    return starts


def _names(rows: Sequence[Sequence[str]]) -> tuple[int, list[str]]:
    """The first full row, as names, and its index."""
    width = usual_width(rows[: HEAD * 5])
    for index, row in enumerate(rows[:HEAD]):
        filled = sum(bool(cell.strip()) for cell in row)
        if len(row) > 1 and len(row) * 2 > width and filled * 4 >= len(row) * 3:
            names = [cell.strip().casefold() for cell in row]
            words = sum(kind_of(name) in (WORD, TEXT) for name in names)
            return index, names if words * 4 >= 3 * sum(map(bool, names)) and len(set(names)) * 2 > len(names) else []
    return 0, []


def _is_copy(rows: Sequence[Sequence[str]], first: int, second: int) -> bool:
    """True when the rows after a repeated heading are nearly all among those before it."""
    before = {tuple(row) for row in rows[first + 1 : second]}
    after = [tuple(row) for row in rows[second + 1 :]]
    return len(after) >= 3 and sum(row in before for row in after) >= 0.8 * len(after)
