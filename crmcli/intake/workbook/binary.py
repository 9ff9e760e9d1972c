"""Error cells in the binary formats (XLS and XLSB), which the reader leaves empty without a word.

Only the records that matter are looked at: [MS-XLS] 2.4 and [MS-XLSB] 2.4.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
from typing import TYPE_CHECKING

from crmcli.intake.workbook import limits
from crmcli.intake.workbook.ole import read_stream

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crmcli.intake.workbook.address import Cell

ERROR_TEXTS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
_UNKNOWN_ERROR = "#ERROR!"

# XLS records
_EOF, _BOUNDSHEET, _BOOLERR, _FORMULAS = 0x0A, 0x85, 0x0205, frozenset({0x06, 0x0206, 0x0406})
# XLSB records
_ROW, _CELL_ERROR, _FORMULA_ERROR, _BUNDLE = 0, 3, 11, 156


def find_xls_errors(path: Path) -> dict[int, dict[Cell, str]]:
    """Error cells of an XLS file: number of the sheet among BOUNDSHEET records, from 0 → cell → text.

    Raises:
        ValueError, struct.error: The file contradicts itself.
    """
    data = path.read_bytes()
    stream = read_stream(data, "Workbook", "Book")
    book = data if stream is None else stream
    starts = [struct.unpack_from("<I", body)[0] for kind, body in _records(book, 0) if kind == _BOUNDSHEET]
    return {number: dict(_sheet_errors(book, start)) for number, start in enumerate(starts)}


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Records of one substream: up to its EOF, nested ones (charts) included."""
    depth = 0
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        yield kind, book[at + 4 : at + 4 + size]
        at += 4 + size
        depth += (kind & 0xFF) == 0x09  # BOF
        if kind == _EOF:
            depth -= 1
            if depth <= 0:
                return


def _sheet_errors(book: bytes, start: int) -> Iterator[tuple[Cell, str]]:
    for kind, body in _records(book, start):
        if kind == _BOOLERR and len(body) >= 8 and body[7]:
            row, column = struct.unpack_from("<HH", body)
            yield (row, column), ERROR_TEXTS.get(body[6], _UNKNOWN_ERROR)
        elif kind in _FORMULAS and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2:
            row, column = struct.unpack_from("<HH", body)
            yield (row, column), ERROR_TEXTS.get(body[8], _UNKNOWN_ERROR)


def find_xlsb_errors(path: Path) -> dict[str, dict[Cell, str]]:
    """Error cells of an XLSB file: name of the sheet → cell → text.

    Raises:
        KeyError, ValueError, struct.error, zipfile.BadZipFile: The file contradicts itself.
    """
    with zipfile.ZipFile(path) as archive:
        targets = {
            identity: posixpath.normpath(posixpath.join("xl", target)) if not target.startswith("/") else target[1:]
            for identity, target in _read_targets(archive)
        }
        found = {}
        for kind, body in _binary_records(archive.read("xl/workbook.bin")[: limits.PART_BYTES]):
            if kind == _BUNDLE:
                identity, at = _wide_string(body, 8)
                member = targets.get(identity, "")
                if member in archive.namelist():
                    found[_wide_string(body, at)[0]] = dict(_binary_errors(archive.read(member)))
    return found


def _read_targets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    relations = archive.read("xl/_rels/workbook.bin.rels")[: limits.PART_BYTES].decode("utf-8", "replace")
    for element in re.findall(r"<Relationship\s[^>]*>", relations):
        identity, target = re.search(r'\bId="([^"]*)"', element), re.search(r'\bTarget="([^"]*)"', element)
        if identity and target:
            yield identity[1], target[1]


def _wide_string(body: bytes, at: int) -> tuple[str, int]:
    size = struct.unpack_from("<I", body, at)[0] * 2
    return body[at + 4 : at + 4 + size].decode("utf-16-le", "replace"), at + 4 + size


def _binary_records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        kind, at = _variable(data, at, 2)
        size, at = _variable(data, at, 4)
        yield kind, data[at : at + size]
        at += size


def _variable(data: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of up to `most` bytes of seven bits."""
    value = 0
    for place in range(most):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << (7 * place)
        if not byte & 0x80:
            break
    return value, at


def _binary_errors(data: bytes) -> Iterator[tuple[Cell, str]]:
    row = 0
    for kind, body in _binary_records(data):
        if kind == _ROW and len(body) >= 4:
            row = struct.unpack_from("<I", body)[0]
        elif kind in {_CELL_ERROR, _FORMULA_ERROR} and len(body) > 8:
            yield (row, struct.unpack_from("<I", body)[0]), ERROR_TEXTS.get(body[8], _UNKNOWN_ERROR)
