"""What the reading child hands back about one sheet, as JSON with the rows inside it or beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crmcli.intake.reading import Dropped

if TYPE_CHECKING:
    from collections.abc import Sequence

Warned = tuple[str, dict[str, object]]


@dataclass(slots=True)
class Found:
    """One table found on one sheet.

    Args:
        sheet: Name of the sheet.
        headings: Unique names of the columns.
        lines: 1-based sheet rows of the data rows: [[first, count], …], runs without a gap.
        rows: The data rows, unless they lie in a file.
        frame: Name of the Parquet file that holds them, or None.
        native: Per column "number", "date", "text" or "mixed".
        dropped: Rows left out.
        header_line: 1-based sheet row of the last heading row.
        warnings: (template, arguments) pairs.
    """

    sheet: str
    headings: tuple[str, ...]
    lines: list[tuple[int, int]]
    rows: list[list[str]] = field(default_factory=list)
    frame: str | None = None
    native: tuple[str, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    header_line: int | None = None
    warnings: list[Warned] = field(default_factory=list)


def pack_lines(lines: Sequence[int]) -> list[tuple[int, int]]:
    """Rising numbers as runs: [3, 4, 5, 9] → [(3, 3), (9, 1)]."""
    runs: list[tuple[int, int]] = []
    start = count = 0
    for line in lines:
        if count and line == start + count:
            count += 1
        else:
            if count:
                runs.append((start, count))
            start, count = line, 1
    return [*runs, (start, count)] if count else runs


def unpack_lines(runs: list[tuple[int, int]]) -> Sequence[int]:
    """The numbers again; one run stays a range, which costs nothing."""
    if len(runs) == 1:
        return range(runs[0][0], runs[0][0] + runs[0][1])
    return [line for start, count in runs for line in range(start, start + count)]


def write_found(found: Found) -> dict[str, Any]:
    """As plain values for JSON."""
    return {
        "sheet": found.sheet,
        "headings": found.headings,
        "lines": found.lines,
        "rows": found.rows,
        "frame": found.frame,
        "native": found.native,
        "dropped": [[item.kind, item.line, item.count, item.sample] for item in found.dropped],
        "header_line": found.header_line,
        "warnings": found.warnings,
    }


def parse_found(data: dict[str, Any]) -> Found:
    """From what write_found made."""
    return Found(
        sheet=data["sheet"],
        headings=tuple(data["headings"]),
        lines=[(start, count) for start, count in data["lines"]],
        rows=data["rows"],
        frame=data["frame"],
        native=tuple(data["native"]),
        dropped=tuple(Dropped(*item) for item in data["dropped"]),
        header_line=data["header_line"],
        warnings=[(template, arguments) for template, arguments in data["warnings"]],
    )
