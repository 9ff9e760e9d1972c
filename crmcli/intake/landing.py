"""A reading into a table of texts: row_no from 1 in file order, c0 … cn."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.intake.layout import TOTAL, find_layout
from crmcli.intake.reading import Dropped, Reading
from crmcli.language import gettext as _
from crmcli.store.connection import rows, scalar

if TYPE_CHECKING:
    import duckdb

TABLE = "landing"
_LANDED = "landed"
_PLAIN_LINE, _LONGEST_LINE = 2_000_000, 100_000_000  # bytes
TAIL = 40


class IrregularError(Exception):
    """The database met something in a plain file that the sample did not show: read it the careful way."""


@dataclass(frozen=True, slots=True)
class Landing:
    """What landed.

    Args:
        count: Rows in the table.
        dropped: Rows left out as no data.
    """

    count: int
    dropped: tuple[Dropped, ...]


def land(con: duckdb.DuckDBPyConnection, reading: Reading, *, careful_tail: bool = True) -> Landing:
    """Make the temp view `landing` of a reading.

    Raises:
        IrregularError: a plain file that is not plain; read it again without `plain`.
    """
    con.execute(f"DROP VIEW IF EXISTS {TABLE}")
    con.execute(f"DROP TABLE IF EXISTS {_LANDED}")
    if reading.plain is not None:
        _land_plain(con, reading)
    else:
        frame = getattr(reading.rows, "frame_path", None)
        if frame is not None:
            _land_frame(con, frame, len(reading.headings))
        else:
            _land_rows(con, reading.rows, len(reading.headings))
    # rows of a running transaction are numbered from 2^55 on, not from 0
    base, count = rows(con, f"SELECT coalesce(min(rowid), 0), count(*) FROM {_LANDED}")[0]
    con.execute(f"CREATE TEMP VIEW {TABLE} AS SELECT rowid - {base} + 1 AS row_no, * FROM {_LANDED}")
    if reading.plain is not None and careful_tail:
        _refuse_totals(con, reading, base + count - TAIL)
    return Landing(int(count), reading.dropped)


def _land_plain(con: duckdb.DuckDBPyConnection, reading: Reading) -> None:
    import duckdb

    plain = reading.plain
    assert plain is not None
    try:
        _read_csv(con, plain.path, plain.delimiter, plain.quote, plain.skip, len(reading.headings), parallel=True)
    except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
        raise IrregularError(str(error)) from error
    # a heading repeated further down shows as a row equal to the headings
    first, name = "c0", reading.headings[0]
    if scalar(con, f"SELECT count(*) FROM {_LANDED} WHERE {first} = $1", [name]):
        raise IrregularError(name)


def _refuse_totals(con: duckdb.DuckDBPyConnection, reading: Reading, since: int) -> None:
    """A compressed file shows its end only now: totals there mean the careful way."""
    tail = rows(con, f"SELECT * FROM {_LANDED} WHERE rowid >= {since} ORDER BY rowid")
    grid = [list(reading.headings), *[[cell or "" for cell in row] for row in tail]]
    if TOTAL in find_layout(grid, header_row=1).verdicts:
        raise IrregularError(TOTAL)


def _land_rows(con: duckdb.DuckDBPyConnection, cells: Sequence[Sequence[str]], width: int) -> None:
    """Through a canonical CSV of our own: the one road into the database."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="", encoding="utf-8", errors="replace") as file:
        csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(cells)
        file.flush()
        _read_csv(con, Path(file.name), ",", '"', 0, width, parallel=False)


def _land_frame(con: duckdb.DuckDBPyConnection, path: Path, width: int) -> None:
    names = [name for (name, *_rest) in rows(con, "DESCRIBE SELECT * FROM read_parquet($1)", [str(path)])]
    columns = ", ".join(f'"{name.replace(chr(34), chr(34) * 2)}" AS c{i}' for i, name in enumerate(names[:width]))
    con.execute(f"CREATE TEMP TABLE {_LANDED} AS SELECT {columns} FROM read_parquet($1)", [str(path)])


def _read_csv(
    con: duckdb.DuckDBPyConnection, path: Path, delimiter: str, quote: str, skip: int, width: int, *, parallel: bool
) -> None:
    """All as text; anything irregular is an error, not a guess."""
    if width > 2000:
        raise UsageError(_("%(count)s columns are more than the 2000 that can be taken in") % {"count": width})
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    # our own file says how its lines end: a carriage return within a cell would be taken for it
    ends = "" if parallel else "new_line = '\\n', "
    con.execute(
        f"CREATE TEMP TABLE {_LANDED} AS SELECT * FROM read_csv($path, delim = $delimiter, quote = $quote, "
        f"escape = $quote, {ends}header = false, skip = $skip, auto_detect = false, columns = {{{columns}}}, "
        # a longer line makes larger buffers, and one buffer is read by one thread
        f"strict_mode = true, null_padding = false, parallel = {str(parallel).lower()}, "
        f"max_line_size = {_PLAIN_LINE if parallel else _LONGEST_LINE})",
        {"path": str(path), "delimiter": delimiter, "quote": quote, "skip": skip},
    )
