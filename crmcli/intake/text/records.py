"""Lines → records: quoted cells over several lines, and quotes that never close, which are text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from crmcli.intake.text.quoting import (
    CLEAN,
    OPEN,
    Dialect,
    closes,
    mend_quotes,
    split_record,
)

OPEN_LIMIT = 8_000_000  # characters that one record over several lines may have
PATIENCE = 200_000  # characters (and three times the file) that are searched in vain for closing quotes
TRIES = 64  # times that a record may end one quoted cell and begin another on the same line
_ANY_NEWLINE = re.compile(r"\r*\n|\r")


@dataclass(slots=True)
class Records:
    """Every record of a file.

    Args:
        rows: Cells of each record, ragged; a blank line is a record with one empty cell.
        lines: 1-based physical line on which each record begins; parallel to rows.
        stray: Lines of records whose quotes were broken, so that some were read as text.
    """

    rows: list[list[str]] = field(default_factory=list)
    lines: Sequence[int] = ()
    stray: list[int] = field(default_factory=list)


def split_lines(text: str) -> tuple[list[str], str]:
    r"""Physical lines without their ends, and the newline that most of them have ("\n", "\r\n" or "\r")."""
    feeds, pairs, returns = text.count("\n"), text.count("\r\n"), text.count("\r")
    if not returns:
        lines, newline = text.split("\n"), "\n"
    elif pairs == feeds == returns:
        lines, newline = text.split("\r\n"), "\r\n"
    elif not feeds:
        lines, newline = text.split("\r"), "\r"
    else:
        lines = _ANY_NEWLINE.split(text)
        newline = "\r\n" if pairs * 2 > feeds else "\n" if feeds >= returns - pairs else "\r"
    if lines and not lines[-1]:
        lines.pop()
    return lines, newline


def line_ends(text: str) -> list[str] | None:
    """What ends each physical line, where that is not the same throughout; else None."""
    feeds, pairs, returns = text.count("\n"), text.count("\r\n"), text.count("\r")
    return None if not returns or not feeds or pairs == feeds == returns else _ANY_NEWLINE.findall(text)


def read_records(
    lines: Sequence[str],
    dialect: Dialect,
    *,
    newline: str = "\n",
    width: int | None = None,
    ends: Sequence[str] | None = None,
) -> Records:
    """All records of the lines.

    Args:
        lines: Physical lines without their ends.
        dialect: How they are written.
        newline: What stood between them; part of a cell that goes over several lines.
        width: Number of cells that most records have, once known; decides between readings of broken quotes.
        ends: What ended each line, where that differs: cells keep the line ends they came with.
    """
    records, starts = Records(), list[int]()
    at, patience = 0, PATIENCE + 3 * sum(map(len, lines))
    delimiter, quote, skip = dialect.delimiter, dialect.quote, dialect.skip_space
    ends = ends or [newline] * len(lines)
    while at < len(lines):
        line = lines[at]
        starts.append(at + 1)
        if not quote or quote not in line:
            cells = line.split(delimiter) if not skip else split_record(line, dialect)[0]
            records.rows.append(cells)
            at += 1
            continue
        cells, state = split_record(line, dialect)
        taken = 1
        if state == OPEN and patience > 0:
            longer, looked = _read_on(lines, at, dialect, ends, width)
            if longer:
                cells, taken, state = longer, looked, CLEAN
            else:
                patience -= looked
        if width is not None and (state == OPEN or (state != CLEAN and len(cells) != width)):
            cells = mend_quotes(line, dialect, width)
        if state != CLEAN:
            records.stray.append(at + 1)
        records.rows.append(cells)
        at += taken
    records.lines = range(1, len(lines) + 1) if len(starts) == len(lines) else starts
    return records


def _read_on(
    lines: Sequence[str], at: int, dialect: Dialect, ends: Sequence[str], width: int | None
) -> tuple[list[str], int]:
    """Cells of a record that goes on over the next lines, none if it does not do so in good order.

    With them, the number of lines they take; without them, how many characters were searched in vain.
    """
    parts, size, searched, tries = [lines[at]], len(lines[at]), 0, TRIES
    for following in range(at + 1, len(lines)):
        line = lines[following]
        parts += [ends[following - 1], line]
        size += len(line)
        searched += len(line)
        if size > OPEN_LIMIT or not tries:
            break
        if dialect.quote not in line or not closes(line, dialect):
            continue
        cells, state = split_record("".join(parts), dialect)
        searched += size
        if state == OPEN:
            tries -= 1
            continue
        if width is None:
            good = state == CLEAN
        else:
            good = len(cells) == width or (state == CLEAN and _misfit(lines[at], dialect, width))
        return (cells, following - at + 1) if good else ([], searched)
    return [], searched


def _misfit(line: str, dialect: Dialect, width: int) -> bool:
    """True when the line does not have the wanted number of cells with its open quote taken as text, either."""
    return len(mend_quotes(line, dialect, width)) != width
