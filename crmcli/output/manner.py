"""How an answer is to be written, besides its format."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from crmcli.output.screen import Screen
from crmcli.table import Table


@dataclass(frozen=True, slots=True)
class Manner:
    """What the owner or the place of output asks of a writer.

    Args:
        language: "en" or "ru"; of headings and numbers in formats for people.
        excel_safe: Guard the texts of CSV and TSV that a spreadsheet would run.
        screen: What the place can show; only the table for people looks at it.
    """

    language: str = "en"
    excel_safe: bool = False
    screen: Screen = field(default_factory=Screen)


Writer = Callable[[Table, BinaryIO, Manner], None]
WriterTogether = Callable[[Sequence[Table], BinaryIO, Manner, str | None], None]  # the last: heading of the whole
