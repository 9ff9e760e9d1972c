"""What a reading warns about: English message ids with named arguments, worded for the owner later."""

from __future__ import annotations

from collections.abc import Sequence

from crmcli.intake.text.encoding import Decoded
from crmcli.intake.text.records import Records
from crmcli.language import N_

Doubt = tuple[str, dict[str, object]]

BROKEN_BYTES = N_("%(count)d places are no %(encoding)s and read �, the first on line %(line)d")
BROKEN_QUOTES = N_("%(count)d rows have quotes that do not match and were read as text, the first on line %(line)d")
MENDED = N_("%(count)d rows had too many or too few cells and were put in order, the first on line %(line)d")
RAGGED = N_("rows differ in their number of cells, up to %(width)d; missing ones are empty")
SEVERAL_TABLES = N_("there are %(count)d tables in the file, one below the other; this is number %(number)d")
SHOWN = 1000  # lines that one warning names


def doubts(decoded: Decoded, records: Records, mended: Sequence[int], lines: tuple[int, int]) -> list[Doubt]:
    """Warnings about one table.

    Besides what the sentence needs, the arguments hold "lines": the physical lines of the rows concerned (at most
    SHOWN of them), so that a loader may look at those rows with more care.

    Args:
        decoded: The text.
        records: Its records.
        mended: Lines of rows that were put in order.
        lines: First and last line of the table.
    """
    found: list[Doubt] = []
    if decoded.broken_line is not None:
        about: dict[str, object] = {"count": decoded.broken, "encoding": decoded.encoding, "line": decoded.broken_line}
        found.append((BROKEN_BYTES, about))
    stray = [line for line in records.stray if lines[0] <= line <= lines[1]]
    for template, concerned in ((BROKEN_QUOTES, stray), (MENDED, mended)):
        if concerned:
            shown = tuple(concerned[:SHOWN])
            found.append((template, {"count": len(concerned), "line": concerned[0], "lines": shown}))
    return found
