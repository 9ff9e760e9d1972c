"""What a file or sheet is called, as evidence of what it holds: heeded only where headings fit several entities."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from crmcli.intake.entities import Entity, normal_heading


def named_by(origin: str, rivals: Sequence[Entity]) -> tuple[Entity, str] | None:
    """The one of several entities that the name speaks of, and the name; None when it speaks of none or of more.

    Args:
        origin: "folder/file.csv", "archive.zip:file.csv" or "book.xlsx!Sheet": the innermost name is asked first.
        rivals: Entities that the headings fit.
    """
    for name in _names(origin):
        words = f" {' '.join(re.sub(r'[0-9]+', ' ', normal_heading(name)).split())} "
        meant = [rival for rival in rivals if any(f" {known} " in words for known in rival.names)]
        if len(meant) == 1:
            return meant[0], name
        if meant:
            return None
    return None


def _names(origin: str) -> list[str]:
    """Names from the inside out: the sheet, the file in an archive, the file itself."""
    file, _mark, sheet = origin.partition("!")
    last = PurePath(file).name
    outer, _colon, member = last.partition(":")
    return [name for name in (sheet, PurePath(member).name, outer) if name]
