"""Evidence about a sheet, before and beside the reader: by the format of the file."""

from __future__ import annotations

import struct
import zipfile
import zlib
from functools import cached_property
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from crmcli.intake.workbook import limits, sentences
from crmcli.intake.workbook.address import write_address
from crmcli.intake.workbook.binary import find_xls_errors, find_xlsb_errors
from crmcli.intake.workbook.opendocument import find_ods_evidence
from crmcli.intake.workbook.package import Package, read_package
from crmcli.intake.workbook.scan import Evidence, scan_sheet
from crmcli.intake.workbook.sentences import Refusal
from crmcli.intake.workbook.sheets import Book, Sheet
from crmcli.intake.workbook.sniff import Container

if TYPE_CHECKING:
    from pathlib import Path

# What the standard library raises on files that contradict themselves.
DAMAGE = (
    ET.ParseError,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


class Source:
    """One file under reading: its parts and the evidence in them, each found once.

    Args:
        path: The file.
        container: What it is.
    """

    def __init__(self, path: Path, container: Container) -> None:
        self.path = path
        self.container = container
        self.book = Book(path)

    @cached_property
    def package(self) -> Package | None:
        """Parts of an XLSX file; None for other formats and packages that follow no standard."""
        return read_package(self.path) if self.container is Container.XLSX else None

    def member(self, sheet: Sheet) -> str | None:
        """The archive member with the cells of an XLSX sheet."""
        return self.package.members.get(sheet.name) if self.package else None

    def member_size(self, member: str) -> int:
        """Its unpacked size in bytes."""
        with zipfile.ZipFile(self.path) as archive:
            return archive.getinfo(member).file_size

    def look(self, sheet: Sheet) -> Evidence | None:
        """What the file tells about a sheet beside its cells; None when that could not be found out.

        Raises:
            Refusal: A cell lies so far off that readers would allocate gigabytes, or there are too many columns.
        """
        try:
            if self.container is Container.XLSX:
                member = self.member(sheet)
                evidence = scan_sheet(self.path, member) if member else None
            elif self.container is Container.XLS:
                evidence = Evidence(errors=self._xls_errors.get(self.book.position(sheet.name), {}))
            elif self.container is Container.XLSB:
                evidence = Evidence(errors=self._xlsb_errors.get(sheet.name, {}))
            else:
                evidence = self._ods_evidence.get(sheet.name)
        except DAMAGE:
            return None
        if evidence:
            refuse_far_cells(evidence, sheet)
        return evidence

    @cached_property
    def _xls_errors(self) -> dict[int, dict[tuple[int, int], str]]:
        return find_xls_errors(self.path)

    @cached_property
    def _xlsb_errors(self) -> dict[str, dict[tuple[int, int], str]]:
        return find_xlsb_errors(self.path)

    @cached_property
    def _ods_evidence(self) -> dict[str, Evidence]:
        return find_ods_evidence(self.path)


def refuse_far_cells(evidence: Evidence, sheet: Sheet) -> None:
    """Refuse what would make readers allocate a huge, almost empty rectangle.

    Raises:
        Refusal: Names the sheet and the cell.
    """
    rows, columns = evidence.last[0] + 1, evidence.last[1] + 1
    name = sheet.name[: limits.NAMED_CHARACTERS]
    area = rows * columns
    if area > limits.MOST_AREA_CELLS and area > limits.AREA_CELLS_PER_BYTE * evidence.size:
        address = evidence.farthest if columns > limits.MOST_COLUMNS else write_address(evidence.last)
        raise Refusal(sentences.FAR_CELL, sentences.FAR_CELL_HINT, sheet=name, address=address)
    if columns > limits.MOST_COLUMNS:
        raise Refusal(
            sentences.WIDE, sentences.WIDE_HINT, sheet=name, address=evidence.farthest, most=limits.MOST_COLUMNS
        )
