"""Large regular files: looked at where they begin and end, checked for UTF-8 throughout, and left to the database."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from crmcli.intake.compressed import Member, chunks
from crmcli.intake.layout import BLANK, DATA, HEADING, TITLE, UNITS, Layout, find_layout
from crmcli.intake.reading import RARE_BLANKS, Hints, PlainFile, Reading
from crmcli.intake.text.dialect import Finding, find_dialect
from crmcli.intake.text.encoding import MARKS
from crmcli.intake.text.records import split_lines

SMALLEST = 4 << 20  # bytes (unpacked) from which on it is worth the while
SMALLEST_PACKED = SMALLEST // 16  # packed bytes that may be as much
HEAD = 1 << 20
TAIL = 1 << 18
UTF8 = ("utf-8", "utf_8", "utf8", "utf-8-sig")


@dataclass(frozen=True, slots=True)
class Ends:
    """Both ends of a file, cut at line ends.

    Args:
        head: Text of the first megabyte.
        tail: Text of the last quarter of one; none of it lies in the head.
        marks: Which of tab, quote and no-break space are anywhere in the file.
    """

    head: str
    tail: str
    marks: frozenset[str]


def read_plain(path: Path, member: Member, hints: Hints, name: str) -> Reading | None:
    """A reading that leaves the rows to the database; None when the file wants a closer look.

    The database reads strictly and raises where the middle is less regular than the ends; the caller then reads
    again with `plain_allowed=False`. Packed files are unpacked once, in pieces, so that their end is seen, too.
    """
    ends = _look(chunks(member, path=path, origin=name)) if _eligible(path, member, hints) else None
    if ends is None:
        return None
    lines, newline = split_lines(ends.head)
    finding = find_dialect(lines, delimiter=hints.delimiter, newline=newline)
    if newline == "\r" or finding.width < 2 or not _standard(finding):
        return None
    head, starts = _strict(ends.head, finding.dialect.delimiter)
    tail, _ = _strict(ends.tail, finding.dialect.delimiter)
    if not head or not tail:
        return None
    layout = find_layout([*head, *tail], header_row=hints.header_row, lines=[*starts, *[starts[-1] + 1] * len(tail)])
    first = next((i for i, verdict in enumerate(layout.verdicts) if verdict == DATA), 0)
    if not _regular(layout, first, [*head, *tail], finding.width):
        return None
    head_line = None if layout.header_row is None else starts[layout.header_row - 1]
    if head_line and _said_again(chunks(member, path=path, origin=name), lines[head_line - 1].encode()):
        return None
    return Reading(
        origin=name,
        headings=layout.headings,
        plain=PlainFile(
            path, finding.dialect.delimiter, starts[first] - 1, '"', _blanks(ends, finding.dialect.delimiter)
        ),
        encoding="utf-8",
        delimiter=finding.dialect.delimiter,
        quote='"',
        newline=newline,
        header_line=head_line,
        dropped=layout.dropped,
        headerless=layout.headerless,
    )


def _blanks(ends: Ends, delimiter: str) -> tuple[str, ...]:
    """Blanks that cells may hold: a delimiter or the end of a line only within quotes."""
    plain = {"\u00a0", "\t"} & ends.marks - {delimiter}
    return tuple(b for b in RARE_BLANKS if b in plain or ('"' in ends.marks and b in {delimiter, "\n", "\r"}))


def _eligible(path: Path, member: Member, hints: Hints) -> bool:
    """A large file that the database can open: not packed, or .gz by name, and not said to be in another encoding."""
    packed = member.packed and path.suffix.lower() == ".gz"
    if member.name or (member.packed and not packed) or (hints.encoding or "utf-8").lower() not in UTF8:
        return False
    return path.stat().st_size >= (SMALLEST_PACKED if packed else SMALLEST)


def _standard(finding: Finding) -> bool:
    """One delimiter character, double quotes, doubled within: what every reader understands."""
    dialect = finding.dialect
    return len(dialect.delimiter) == 1 and dialect.quote == '"' and not dialect.escape and not dialect.skip_space


def _regular(layout: Layout, first: int, rows: Sequence[Sequence[str]], width: int) -> bool:
    """Nothing but data after the headings, all of one width."""
    above = set(layout.verdicts[:first]) <= {TITLE, BLANK, HEADING, UNITS}
    below = all(verdict == DATA for verdict in layout.verdicts[first:])
    return above and below and len(layout.headings) == width and all(len(row) == width for row in rows[first:])


def _said_again(pieces: Iterable[bytes], heading: bytes) -> bool:
    """True when the line of the headings begins a line more than once, as in files put together or printed by the page."""
    wanted = b"\n" + heading
    rest, count = b"\n", 0
    for piece in pieces:
        block = rest + (piece.removeprefix(codecs.BOM_UTF8) if rest == b"\n" else piece)
        count += block.count(wanted)
        rest = block[1 - len(wanted) :]
        if count > 1:
            return True
    return False


def _strict(text: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """Records and the line each begins on; none when the text is not strictly regular."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, starts, line = [], [], 1
    try:
        for row in reader:
            rows.append(row)
            starts.append(line)
            line = reader.line_num + 1
    except csv.Error:
        return [], []
    return rows, starts


def _look(pieces: Iterable[bytes]) -> Ends | None:
    """Both ends, once all of the file has proved to be UTF-8 without NUL bytes, and large."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    head, tail, size = b"", b"", 0
    marks: set[str] = set()
    for piece in pieces:
        if b"\0" in piece or (not size and piece.startswith(tuple(mark for mark, _ in MARKS[1:]))):
            return None
        if not piece.isascii() or decoder.getstate()[0]:
            try:
                decoder.decode(piece)
            except UnicodeDecodeError:
                return None
            if b"\xc2\xa0" in piece or (piece[:1] == b"\xa0" and tail[-1:] == b"\xc2"):
                marks.add("\u00a0")
        marks |= {mark for mark in ("\t", '"') if mark.encode() in piece}
        size += len(piece)
        if len(head) < HEAD:
            head += piece[: HEAD - len(head)]
        tail = piece[-TAIL:] if len(piece) >= TAIL else (tail + piece)[-TAIL:]
    if size < SMALLEST or decoder.getstate()[0]:
        return None
    head, feed, _ = head.rpartition(b"\n")
    _, _, tail = tail.partition(b"\n")
    return Ends((head + feed).decode("utf-8-sig"), tail.decode("utf-8"), frozenset(marks)) if head and tail else None
