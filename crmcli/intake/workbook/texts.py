"""Texts of single cells straight from the XML: headings above number columns, empty for the columnar reader."""

from __future__ import annotations

import html
import re
import zipfile
from typing import TYPE_CHECKING

from crmcli.intake.workbook import limits
from crmcli.intake.workbook.address import parse_address

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from crmcli.intake.workbook.address import Cell

_CELL = re.compile(rb'<c r="([A-Z]{1,3}\d{1,7})"([^>]*[^>/])?>(.*?)</c>', re.DOTALL)
_VALUE = re.compile(rb"<v[^>]*>([^<]*)</v>")
_ITEM = re.compile(rb"<(?:\w+:)?si\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_PHONETIC = re.compile(rb"<(?:\w+:)?rPh\b.*?</(?:\w+:)?rPh>", re.DOTALL)
_PLAIN = re.compile(rb"<(?:\w+:)?t\b[^>]*>(.*?)</(?:\w+:)?t>", re.DOTALL)
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def find_texts(path: Path, strings: str | None, piece: bytes, rows: Collection[int]) -> dict[Cell, str]:
    """Texts of the text cells in some rows.

    Args:
        path: The XLSX file.
        strings: Its member with shared strings, if any.
        piece: The first part of the sheet's XML, which holds the rows.
        rows: 0-based rows that are wanted.
    """
    if not rows:
        return {}
    texts: dict[Cell, str] = {}
    shared: dict[Cell, int] = {}
    end = piece.find(b'<row r="%d"' % (max(rows, default=-1) + 2))
    for address, attributes, body in _CELL.findall(piece, 0, end if end >= 0 else len(piece)):
        cell = parse_address(address.decode())
        if cell is None or cell[0] not in rows:
            continue
        value = _VALUE.search(body)
        if b't="s"' in attributes and value and value[1].strip().isdigit():
            shared[cell] = int(value[1])
        elif b't="str"' in attributes and value:
            texts[cell] = _unescape(value[1])
        elif b't="inlineStr"' in attributes:
            texts[cell] = _join(body)
    wanted = _read_strings(path, strings, set(shared.values())) if shared and strings else {}
    return {**texts, **{cell: wanted.get(number, "") for cell, number in shared.items()}}


def _read_strings(path: Path, member: str, numbers: set[int]) -> dict[int, str]:
    """Some of the shared strings; reading stops at the last of them."""
    found: dict[int, str] = {}
    count, rest = 0, b""
    with zipfile.ZipFile(path) as archive, archive.open(member) as file:
        while count <= max(numbers) and (block := file.read(limits.HEAD_BYTES)):
            rest += block
            end = 0
            for item in _ITEM.finditer(rest):
                if count in numbers:
                    found[count] = _join(item[1] or b"")
                count, end = count + 1, item.end()
            rest = rest[end:]
    return found


def _join(item: bytes) -> str:
    """The text of an item: its runs together, without the reading aids of Asian scripts."""
    return "".join(_unescape(part) for part in _PLAIN.findall(_PHONETIC.sub(b"", item)))


def _unescape(text: bytes) -> str:
    decoded = html.unescape(text.decode("utf-8", "replace")).replace("\r\n", "\n")
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), decoded)
