"""Evidence in ODS sheets that the reader passes over in silence: errors, formulas without a value, merged cells."""

from __future__ import annotations

import re
import zipfile
from typing import IO, TYPE_CHECKING
from xml.etree import ElementTree as ET

from crmcli.intake.workbook import limits
from crmcli.intake.workbook.scan import Evidence

if TYPE_CHECKING:
    from pathlib import Path

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = frozenset({f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"})
_ERROR_TEXT = re.compile(r"#[A-Z/0-9]+[!?]?|Err:\d+")
_DURATION = re.compile(r"(-?)PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")


def find_ods_evidence(path: Path) -> dict[str, Evidence]:
    """Name of the sheet → what the reader does not tell about it.

    Raises:
        KeyError, ValueError, ET.ParseError, zipfile.BadZipFile: The file contradicts itself.
    """
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as file:
        return _read_tables(file)


def _read_tables(file: IO[bytes]) -> dict[str, Evidence]:
    """One pass; rows are forgotten as soon as they are done."""
    tables: dict[str, Evidence] = {}
    evidence, row = Evidence(), 0
    for event, element in ET.iterparse(file, events=("start", "end")):  # noqa: S314 - bounded child, see limits
        if event == "start":
            if element.tag == f"{_TABLE}table":
                evidence, row = Evidence(), 0
                tables[element.get(f"{_TABLE}name") or ""] = evidence
        elif element.tag == f"{_TABLE}table-row":
            repeated = _repeated(element, "rows")
            _note_row(element, evidence, row, repeated)
            row += repeated
            element.clear()
    return tables


def _repeated(element: ET.Element, what: str) -> int:
    text = element.get(f"{_TABLE}number-{what}-repeated") or "1"
    return int(text) if text.isascii() and text.isdigit() else 1


def _note_row(row: ET.Element, evidence: Evidence, index: int, repeated: int) -> None:
    column = 0
    for cell in row:
        if cell.tag not in _CELLS:
            continue
        error, formula = _error_text(cell), _bare_formula(cell)
        columns = _repeated(cell, "columns")
        if error is not None or formula is not None:
            room = limits.MOST_PATCHES - len(evidence.errors) - len(evidence.formulas)
            found = evidence.errors if error is not None else evidence.formulas
            places = ((index + down, column + right) for down in range(repeated) for right in range(columns))
            found.update(
                dict.fromkeys([place for place, _ in zip(places, range(room), strict=False)], error or formula or "")
            )
        _note_merge(cell, evidence, index, column)
        column += columns


def _error_text(cell: ET.Element) -> str | None:
    """What an error cell shows, None for every other cell."""
    shown = "".join(part for paragraph in cell.findall(f"{_TEXT}p") for part in paragraph.itertext())
    if cell.get(f"{_CALC}value-type") == "error":
        return shown or "#VALUE!"
    is_text_formula = cell.get(f"{_TABLE}formula") and cell.get(f"{_OFFICE}value-type") in {"string", None}
    return shown if is_text_formula and _ERROR_TEXT.fullmatch(shown) else None


def _bare_formula(cell: ET.Element) -> str | None:
    """The formula of a cell that has no value at all, None for every other cell."""
    formula = cell.get(f"{_TABLE}formula")
    if not formula or cell.get(f"{_OFFICE}value-type") or cell.findall(f"{_TEXT}p"):
        return None
    return formula.removeprefix("of:").removeprefix("=")[: limits.NAMED_CHARACTERS]


def _note_merge(cell: ET.Element, evidence: Evidence, row: int, column: int) -> None:
    down = int(cell.get(f"{_TABLE}number-rows-spanned") or 1)
    right = int(cell.get(f"{_TABLE}number-columns-spanned") or 1)
    if down > 1 or right > 1:
        evidence.merges.append(((row, column), (row + down - 1, column + right - 1)))


def write_ods_duration(text: str) -> str:
    """`30:05:00` for the ISO duration PT30H05M00S in which ODS keeps times; other text as it is."""
    found = _DURATION.fullmatch(text)
    return f"{found[1]}{int(found[2]):02d}:{int(found[3]):02d}:{int(found[4]):02d}" if found else text
