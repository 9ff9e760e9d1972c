"""A reading written out as clean CSV: UTF-8, comma, doubled quotes, a line feed after each record."""

from __future__ import annotations

import csv
from pathlib import Path

from crmcli.intake.reading import Reading


def write_clean(reading: Reading, path: Path) -> None:
    """Write headings and rows; what the file did not have is not made up.

    A file without headings comes out without, and a column without a name has an empty heading, so that reading the
    result again gives the same reading.

    Args:
        reading: Rows in memory or lazy; a plain file has to be read by the database instead.
        path: Written in place; UTF-8.

    Raises:
        ValueError: The reading is still a plain file.
    """
    if reading.plain is not None:
        message = "a plain file is to be read by the database"
        raise ValueError(message)
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        if not reading.headerless:
            names = enumerate(reading.headings, start=1)
            writer.writerow(["" if name == f"column_{position}" else name for position, name in names])
        writer.writerows(reading.rows)
