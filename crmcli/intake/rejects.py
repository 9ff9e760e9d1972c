"""Bad rows back to the owner: the original row, where it stood and why it was refused, ready to be mended and fed back."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from crmcli.errors import CrmError
from crmcli.intake.entities import entity
from crmcli.intake.landing import TABLE as LANDING
from crmcli.intake.mending import BEFORE, RULES, carry
from crmcli.intake.problems import PROBLEMS
from crmcli.intake.profile import Rules, column_of, to_data
from crmcli.intake.reading import Hints, Reading
from crmcli.intake.words import CLOSED
from crmcli.language import gettext as _
from crmcli.store.connection import rows

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.journal import Step


@dataclass(frozen=True, slots=True)
class Reject:
    """One refused row: the first line of the file it came from, its cells, and everything wrong with it."""

    origin: str
    line: int
    columns: str
    values: str
    reason: str
    cells: tuple[str, ...]


def collect(con: duckdb.DuckDBPyConnection, reading: Reading, *, limit: int | None = None) -> list[Reject]:
    """The refused rows of the landed reading, in file order."""
    width = ", ".join(f"coalesce(l.c{i}, '')" for i in range(len(reading.headings)))
    found = rows(
        con,
        "WITH p AS (SELECT row_no, string_agg(heading, '; ' ORDER BY heading, reason) AS headings, "
        "string_agg(coalesce(value, ''), '; ' ORDER BY heading, reason) AS vals, "
        "string_agg(heading || ': ' || CASE WHEN value IS NULL THEN '' ELSE value || ' ' END || reason, '; ' "
        f"ORDER BY heading, reason) AS reasons FROM (SELECT DISTINCT * FROM {PROBLEMS}) GROUP BY row_no) "
        f"SELECT p.row_no, p.headings, p.vals, p.reasons, {width} FROM p JOIN {LANDING} AS l USING (row_no) "
        f"ORDER BY p.row_no {f'LIMIT {limit:d}' if limit else ''}",
    )
    lines = _lines(reading, [row[0] for row in found])
    return [
        Reject(reading.origin, line, headings, values, reason, tuple(cells))
        for line, (_row_no, headings, values, reason, *cells) in zip(lines, found, strict=True)
    ]


def unknown_word(rules: Rules, refused: Iterable[Reject]) -> dict[str, str] | None:
    """The first word of a closed list that nobody knows, and our column it stands in; None: there is none."""
    columns = {text.rpartition("=")[0]: column_of(text) for text in rules.maps}
    fields = entity(rules.entity).fields if rules.entity else {}
    for one in refused:
        field = fields.get(columns.get(one.columns, ""))
        if field is not None and field.type in CLOSED:
            return {"column": field.name, "word": one.values}
    return None


def _lines(reading: Reading, numbers: Sequence[int]) -> list[int]:
    """Physical lines of row numbers (from 1)."""
    if reading.plain is None:
        return [reading.lines[n - 1] if len(reading.lines) >= n else n for n in numbers]
    if not numbers:
        return []
    wanted = set(numbers)
    found = {number: line for number, line in _plain_lines(reading, max(wanted)) if number in wanted}
    return [found.get(n, reading.plain.skip + n) for n in numbers]


def _plain_lines(reading: Reading, last: int) -> Iterator[tuple[int, int]]:
    """(row, physical line) of a plain file, read once more: quoted newlines shift lines against rows."""
    from crmcli.intake.compressed import members

    plain = reading.plain
    assert plain is not None
    csv.field_size_limit(1 << 30)
    with members(plain.path, origin=reading.origin)[0].open() as stream:
        file = io.TextIOWrapper(cast("BinaryIO", stream), encoding="utf-8-sig", newline="")
        for _skipped in range(plain.skip):
            next(file, "")
        reader = csv.reader(file, delimiter=plain.delimiter, quotechar=plain.quote or None)
        begin, number = 1, 0
        for row in reader:
            if row:
                number += 1
                yield number, plain.skip + begin
                if number >= last:
                    return
            begin = reader.line_num + 1


def write(
    path: Path, reading_rejects: Sequence[tuple[Reading, Rules, Sequence[Reject]]], step: Step | None = None
) -> None:
    """Write all rejects of a command into one CSV file (UTF-8 with BOM, so that Excel opens it rightly).

    Args:
        path: The file; it is replaced as a whole.
        reading_rejects: For every table its rules and refused rows.
        step: What the command did, None when nothing was kept.

    Raises:
        CrmError: the place cannot be written.
    """
    headings = list(dict.fromkeys(h for reading, _r, rejects in reading_rejects if rejects for h in reading.headings))
    temporary = path.with_name(f".{path.name}.tmp-{os.getpid()}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="", errors="replace") as file:
            writer = csv.writer(file)
            writer.writerow([*BEFORE, *headings, RULES])
            for reading, rules, rejects in reading_rejects:
                told = _carried(reading, rules, step)
                places = {h: i for i, h in enumerate(reading.headings)}
                for r in rejects:
                    cells = [r.cells[places[h]] if h in places else "" for h in headings]
                    writer.writerow([r.origin, r.line, r.columns, r.values, r.reason, *cells, told])
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise CrmError(_("%(path)s cannot be written: %(reason)s") % {"path": path, "reason": error.strerror}) from None


def _carried(reading: Reading, rules: Rules, step: Step | None) -> str:
    """What a mended row must bring along: the rules, how the workbook typed its columns, and the step."""
    hints = Hints()  # how the file itself was written no longer matters
    data = to_data(replace(rules, hints=hints, strict=False))
    if reading.native is not None:
        data["native"] = dict(zip(reading.headings, reading.native, strict=True))
    if step is not None:
        data |= {"step": step.number, "at": step.done_at.isoformat()}
    return carry(data)
