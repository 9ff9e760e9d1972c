"""What intake makes of one table of one file before any mapping: headings, rows, evidence, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


RARE_BLANKS = ("\u00a0", "\t", "\n", "\r")


@dataclass(frozen=True, slots=True)
class Hints:
    """What the owner said about a file; None means: find out.

    Args:
        encoding: Name of a codec.
        delimiter: One character.
        header_row: 1-based physical row of the (last) heading row; 0 means there is none.
        sheet: Name or 1-based number of a sheet; "*" means all visible sheets.
    """

    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class PlainFile:
    """A regular UTF-8 CSV region that DuckDB may read by itself, strictly, without another look by us.

    Args:
        path: An uncompressed or .gz UTF-8 file.
        delimiter: One character.
        skip: Physical lines before the first data row (titles and heading rows).
        quote: Quote character, escaped by doubling it; "" for none.
        blanks: Blanks other than spaces that cells may begin or end with: no others are anywhere in the file.
    """

    path: Path
    delimiter: str
    skip: int
    quote: str = '"'
    blanks: tuple[str, ...] = RARE_BLANKS


@dataclass(frozen=True, slots=True)
class Dropped:
    """Rows that are no data: kept out, and said so.

    Args:
        kind: "title", "units", "total", "footnote", "repeated_heading" or "blank".
        line: 1-based physical line (text) or sheet row (workbook) of the first.
        count: How many.
        sample: The first of them as text, shortened to 80 characters.
    """

    kind: str
    line: int
    count: int
    sample: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One table as found in a file.

    Args:
        origin: File name as given by the owner; with "!sheet" for a workbook, with ":member" for an archive.
        headings: One text per column, unique, never empty ("column_3" when the file has none).
        rows: Cells as text, each row as long as headings; "" is an empty cell. Empty while `plain` is set.
        lines: 1-based physical line or sheet row where each row begins; parallel to rows.
        plain: Set when the file is regular enough for the database to read it itself.
        encoding, delimiter, quote, newline, header_line: the evidence; None where it does not apply.
        dropped: Rows left out, by kind.
        warnings: English gettext-ready (template, arguments) pairs about doubtful content.
        native: Per column "number", "date", "text" or "mixed": how a workbook typed its non-empty cells;
            None for text files. Native numbers are written with "." and native dates as ISO.
        headerless: True when no heading row was found, so that headings are made up.
        entity: What the rows are, where the format itself says so.
        refused: Rows that the reader itself refuses: number from 1 and reason (a gettext message id).
    """

    origin: str
    headings: tuple[str, ...]
    rows: Sequence[Sequence[str]] = ()
    lines: Sequence[int] = ()
    plain: PlainFile | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    newline: str | None = None
    header_line: int | None = None
    dropped: tuple[Dropped, ...] = ()
    warnings: tuple[tuple[str, dict[str, object]], ...] = field(default_factory=tuple)
    native: tuple[str, ...] | None = None
    headerless: bool = False
    entity: str | None = None
    refused: tuple[tuple[int, str], ...] = ()
