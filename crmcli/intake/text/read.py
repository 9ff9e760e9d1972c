"""A delimited text file → readings: one per table, none of its rows lost."""

from __future__ import annotations

import contextlib
import csv
import gc
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from crmcli.errors import UsageError
from crmcli.intake.compressed import Member, chunks, members
from crmcli.intake.reading import Hints, Reading
from crmcli.intake.text.dialect import (
    DIVIDERS,
    EVEN,
    NO_DELIMITER,
    Finding,
    find_dialect,
    sample_lines,
)
from crmcli.intake.text.doubts import RAGGED, SEVERAL_TABLES, doubts
from crmcli.intake.text.encoding import Decoded, decode
from crmcli.intake.text.plain import read_plain
from crmcli.intake.text.quoting import Dialect, split_record
from crmcli.intake.text.records import Records, line_ends, read_records, split_lines
from crmcli.intake.text.tables import Found, find_tables
from crmcli.intake.text.untabular import refuse_untabular
from crmcli.language import gettext as _

WIDEST = 2000  # columns; more is no table that anyone keeps, and strains the database
FIELD_LIMIT = 1 << 30


def read_text(path: Path, hints: Hints, *, origin: str, plain_allowed: bool = True) -> list[Reading]:
    """Every table of a text file, packed (gzip, xz, zip) or not.

    Args:
        path: The file.
        hints: What the owner said about it.
        origin: How the owner calls it.
        plain_allowed: Whether a large regular file may be left to the database (`Reading.plain`).

    Raises:
        UsageError: Empty, no text, not to be decoded, or one column although delimiters are in it.
    """
    readings: list[Reading] = []
    found = members(path, origin=origin)
    for member in found:
        name = f"{origin}:{member.name}" if member.name else origin
        plain = read_plain(path, member, hints, name) if plain_allowed and len(found) == 1 else None
        readings += [plain] if plain else _read_member(path, member, hints, name)
    return readings


def _read_member(path: Path, member: Member, hints: Hints, name: str) -> list[Reading]:
    """The tables of one file."""
    with _no_collection():
        return _read_bytes(b"".join(chunks(member, path=path, origin=name)), hints, name)


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Without the garbage collector: millions of new lists, none of them garbage, make it go over them all for seconds."""
    active = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if active:
            gc.enable()


def _read_bytes(data: bytes, hints: Hints, name: str) -> list[Reading]:
    """The tables of the content of a file."""
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise UsageError(_("%(file)s is empty") % {"file": name})
    decoded = decode(data, hint=hints.encoding, name=name)
    text = _without_marks(decoded.text)
    refuse_untabular(text, name)
    return read_decoded(replace(decoded, text=text), hints, name)


def _without_marks(text: str) -> str:
    """The text without byte order marks at the beginning of lines, which files put together leave there."""
    return text.lstrip("\ufeff").replace("\n\ufeff", "\n") if "\ufeff" in text else text


def read_decoded(decoded: Decoded, hints: Hints, name: str) -> list[Reading]:
    """The tables of a text."""
    lines, newline = split_lines(decoded.text)
    declared, skipped = _declared(lines)
    delimiter = hints.delimiter or declared
    finding = find_dialect(lines[skipped:], delimiter=delimiter, newline=newline)
    if finding.width == 1 and delimiter is None:
        unwrapped = _unwrapped(lines)
        if unwrapped:
            return read_decoded(replace(decoded, text="\n".join(unwrapped)), hints, name)
        _refuse_one_column(lines, finding.dialect, name)
    records = _records(decoded.text, lines, skipped, finding, newline)
    _refuse_width(records, name)
    delimiter, width = finding.dialect.delimiter, finding.width
    tables = find_tables(records.rows, records.lines, delimiter=delimiter, header_row=hints.header_row, width=width)
    return [
        _reading(table, decoded, records, finding.dialect, newline, name, (number, len(tables)))
        for number, table in enumerate(tables, start=1)
    ]


def _reading(
    table: Found, decoded: Decoded, records: Records, dialect: Dialect, newline: str, name: str, place: tuple[int, int]
) -> Reading:
    """One table with its evidence; `place` is its number and how many there are."""
    number, count = place
    warnings = doubts(decoded, records, table.mended, table.span)
    if table.ragged:
        warnings.append((RAGGED, {"width": len(table.layout.headings)}))
    if count > 1:
        warnings.append((SEVERAL_TABLES, {"count": count, "number": number}))
    return Reading(
        origin=name if number == 1 else f"{name}#{number}",
        headings=table.layout.headings,
        rows=table.rows,
        lines=table.lines,
        encoding=decoded.encoding,
        delimiter=None
        if dialect.delimiter == NO_DELIMITER
        else dialect.delimiter + (" " if dialect.skip_space and dialect.delimiter != " " else ""),
        quote=dialect.quote,
        newline=newline,
        header_line=table.header_line,
        dropped=table.layout.dropped,
        warnings=tuple(warnings),
        headerless=table.layout.headerless,
    )


def _unwrapped(lines: Sequence[str]) -> list[str]:
    """The lines without the quotes around each as a whole, as some programs put them; empty when it is not so."""
    wrapped = [line for line in lines if line.strip()]
    if len(wrapped) < 2 or not all(line.startswith('"') and line.rstrip().endswith('"') for line in wrapped):
        return []
    inner = [line.strip()[1:-1].replace('""', '"') for line in lines]
    found = find_dialect(inner)
    usual = found.dialect.delimiter in DIVIDERS and (found.width > 2 or found.dialect.delimiter != ",")
    return inner if usual and found.width > 1 and found.evenness >= EVEN else []


def _refuse_one_column(lines: Sequence[str], dialect: Dialect, name: str) -> None:
    """Raise for lines that are full of a delimiter, outside of quotes, but would not fall into columns."""
    filled = [line for line in sample_lines(lines) if line.strip()]
    for mark in DIVIDERS:
        full = sum(len(split_record(line, replace(dialect, delimiter=mark))[0]) > 1 for line in filled)
        if len(filled) > 1 and full * 10 >= len(filled) * 9:
            raise UsageError(
                _("%(file)s holds %(delimiter)s on nearly every line, but does not fall into columns by it")
                % {"file": name, "delimiter": repr(mark)},
                _("name the delimiter with --delimiter, or repair the lines"),
            )


def _refuse_width(records: Records, name: str) -> None:
    """Raise for more columns than anyone keeps."""
    widest = max(map(len, records.rows))
    if widest > WIDEST:
        line = next(n for n, row in zip(records.lines, records.rows, strict=True) if len(row) == widest)
        raise UsageError(
            _("line %(line)d of %(file)s has %(count)d columns, more than %(limit)d")
            % {"line": line, "file": name, "count": widest, "limit": WIDEST},
            _("name the delimiter with --delimiter, or cut the table into narrower ones"),
        )


def _declared(lines: Sequence[str]) -> tuple[str | None, int]:
    """The delimiter named by a first line "sep=;", and how many lines that takes."""
    first = lines[0].strip('"') if lines else ""
    if first[:4].lower() == "sep=" and len(first) <= 6:
        return first[4:] or None, 1
    return None, 0


def _records(text: str, lines: list[str], skipped: int, finding: Finding, newline: str) -> Records:
    """All records: by the quick reader where nothing is out of order, else by the careful one."""
    quick = None if skipped else _quick_records(text, lines, finding.dialect, newline)
    if quick:
        return quick
    ends = line_ends(text)
    body, after = lines[skipped:], ends and ends[skipped:]
    records = read_records(body, finding.dialect, newline=newline, width=finding.width, ends=after)
    if skipped:
        records.lines = [line + skipped for line in records.lines]
    return records


def _quick_records(text: str, lines: list[str], dialect: Dialect, newline: str) -> Records | None:
    """The records by the csv module; None when it is not strictly what that module expects."""
    if len(dialect.delimiter) > 1 or dialect.skip_space or dialect.escape or newline == "\r":
        return None
    if not dialect.quote or dialect.quote not in text:
        return Records([line.split(dialect.delimiter) for line in lines], range(1, len(lines) + 1))
    csv.field_size_limit(FIELD_LIMIT)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True
    )
    try:
        rows = list(reader)
    except csv.Error:
        return None
    if len(rows) != len(lines) or len(set(map(len, rows))) != 1:
        return None
    return Records(rows, range(1, len(rows) + 1))
