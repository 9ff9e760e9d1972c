"""The sheets of a workbook: what there is, and which are meant."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from crmcli.intake.workbook import limits, sentences
from crmcli.intake.workbook.sentences import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of cells; charts and dialogues are left out and not counted.

    Args:
        name: As its tab shows it.
        number: 1-based position among the sheets, hidden ones included.
        hidden: True when its tab is not shown.
        rows: Rows from the first to the last filled one; 0 for an empty sheet.
        columns: The same for columns.
    """

    name: str
    number: int
    hidden: bool
    rows: int = 0
    columns: int = 0


class Book:
    """A workbook as the usual reader opens it: at first use, and once, because opening may mean parsing all of it.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def pages(self) -> Any:
        """The reader's workbook.

        Raises:
            BaseException: Whatever the reader raises; a panic in it is no Exception.
        """
        import python_calamine  # only where a workbook is read

        return python_calamine.load_workbook(str(self.path))

    def list_sheets(self) -> list[Sheet]:
        """Names and visibility of the sheets of cells, without loading any."""
        pages = [page for page in self.pages.sheets_metadata if str(page.typ).endswith(".WorkSheet")]
        return [
            Sheet(page.name, number, hidden=not str(page.visible).endswith(".Visible"))
            for number, page in enumerate(pages, start=1)
        ]

    def position(self, sheet: str) -> int:
        """0-based position of a sheet among all, charts included."""
        return list(self.pages.sheet_names).index(sheet)


def choose_sheets(sheets: Sequence[Sheet], wanted: str | None) -> list[Sheet]:
    """The sheets that are meant: by name (exactly, then in any case), by 1-based number, or all visible ones.

    Raises:
        Refusal: There is no such sheet.
    """
    visible = [sheet for sheet in sheets if not sheet.hidden]
    if wanted is None or wanted == "*":
        return visible
    named = [sheet for sheet in sheets if sheet.name == wanted]
    folded = [sheet for sheet in sheets if sheet.name.strip().casefold() == wanted.strip().casefold()]
    number = wanted.strip()
    numbered = [sheet for sheet in sheets if number.isascii() and number.isdigit() and sheet.number == int(number)]
    for found in (named, folded, numbered):
        if found:
            return found[:1]
    raise Refusal(
        sentences.NO_SHEET,
        sentences.NO_SHEET_HINT,
        wanted=wanted[: limits.NAMED_CHARACTERS],
        sheets=name_sheets(sheets),
    )


def name_sheets(sheets: Sequence[Sheet]) -> str:
    """Names for a sentence; the first twenty."""
    names = [sheet.name[: limits.NAMED_CHARACTERS] for sheet in sheets[:20]]
    return ", ".join(names) + (" …" if len(sheets) > len(names) else "")
