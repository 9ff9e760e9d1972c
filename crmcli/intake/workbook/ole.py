"""Streams inside the compound file (OLE2) that carries an XLS workbook; enough of [MS-CFB] to get one out.

Every offset comes from outside, so that chains are bounded by the number of sectors and wrong ones end the reading.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from crmcli.intake.workbook.sniff import OLE_MAGIC

_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_HEADER_FAT_ENTRIES = 109
_DIRECTORY_ENTRY = 128
_STREAM, _ROOT = 2, 5


class DamagedError(ValueError):
    """The compound file contradicts itself."""


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    start: int
    size: int


def read_stream(data: bytes, *names: str) -> bytes | None:
    """The first stream of one of the names (in any case), or None when there is none.

    Raises:
        DamagedError: The file contradicts itself.
    """
    if not data.startswith(OLE_MAGIC) or len(data) < 512:
        return None
    try:
        return _read_stream(data, {name.lower() for name in names})
    except (struct.error, IndexError) as error:
        raise DamagedError(str(error)) from error


def _read_stream(data: bytes, names: set[str]) -> bytes | None:
    sector, small = 1 << struct.unpack_from("<H", data, 30)[0], 1 << struct.unpack_from("<H", data, 32)[0]
    directory, cutoff, small_fat, small_count = struct.unpack_from("<I4xIII", data, 48)
    if sector not in {512, 4096} or small > sector:
        reason = "odd sector size"
        raise DamagedError(reason)
    fat = _read_fat(data, sector)
    entries = _entries(_follow(data, fat, directory, sector, sector))
    found = next((entry for entry in entries if entry.kind == _STREAM and entry.name.lower() in names), None)
    if found is None:
        return None
    if found.size >= cutoff:
        return _follow(data, fat, found.start, sector, sector)[: found.size]
    root = next(entry for entry in entries if entry.kind == _ROOT)
    holder = _follow(data, fat, root.start, sector, sector)
    packed = _follow(data, fat, small_fat, sector, sector) if small_count else b""
    mini = struct.unpack(f"<{len(packed) // 4}I", packed[: len(packed) // 4 * 4])
    return _follow(holder, mini, found.start, small, 0)[: found.size]


def _read_fat(data: bytes, sector: int) -> tuple[int, ...]:
    """The sector allocation table: its sectors are listed in the header and, for big files, in a chain."""
    sectors = list(struct.unpack_from(f"<{_HEADER_FAT_ENTRIES}I", data, 76))
    following, count = struct.unpack_from("<II", data, 68)
    per_sector = sector // 4
    for _ in range(min(count, len(data) // sector)):
        if following in {_END, _FREE}:
            break
        *more, following = struct.unpack_from(f"<{per_sector}I", data, (following + 1) * sector)
        sectors.extend(more)
    fat: list[int] = []
    for number in sectors:
        if number not in {_END, _FREE}:
            fat.extend(struct.unpack_from(f"<{per_sector}I", data, (number + 1) * sector))
    return tuple(fat)


def _follow(data: bytes, fat: tuple[int, ...], start: int, size: int, offset: int) -> bytes:
    """The sectors of a chain, joined; offset is the length of what lies before sector 0."""
    parts: list[bytes] = []
    while start not in {_END, _FREE}:
        if len(parts) > len(fat):
            reason = "a chain of sectors runs in a circle"
            raise DamagedError(reason)
        parts.append(data[offset + start * size : offset + (start + 1) * size])
        start = fat[start]
    return b"".join(parts)


def _entries(directory: bytes) -> list[_Entry]:
    entries = []
    for at in range(0, len(directory) - _DIRECTORY_ENTRY + 1, _DIRECTORY_ENTRY):
        length, kind = struct.unpack_from("<HB", directory, at + 64)
        name = directory[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", directory, at + 116)
        entries.append(_Entry(name, kind, start, size))
    return entries
