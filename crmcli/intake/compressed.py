"""Files packed by gzip, xz or zip: their members as bytes, with a bound on how large they may grow."""

from __future__ import annotations

import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from crmcli.errors import UsageError
from crmcli.intake.reasons import in_words
from crmcli.language import gettext as _

GZIP, XZ, ZIP = b"\x1f\x8b", b"\xfd7zXZ\x00", b"PK\x03\x04"
LARGEST = 4 << 30  # bytes one file may unpack to: more cannot be held in memory with its cells
RATIO = 400  # unpacked over packed size; real tables reach about 40, a bomb 1,000
RATIO_FROM = 64 << 20  # bytes below which no ratio is suspicious
CHUNK = 1 << 20

BinaryStream = IO[bytes] | gzip.GzipFile | lzma.LZMAFile


@dataclass(frozen=True, slots=True)
class Member:
    """One file, unpacked when opened.

    Args:
        name: "" for the file itself, else the name inside an archive.
        packed: True when opening it means unpacking.
        open: Gives a binary stream from its beginning.
    """

    name: str
    packed: bool
    open: Callable[[], BinaryStream]


def members(path: Path, *, origin: str) -> list[Member]:
    """The files in a file: one, or those of an archive that are not hidden.

    Raises:
        UsageError: A broken or encrypted archive, one without files, or a workbook.
    """
    with path.open("rb") as stream:
        start = stream.read(8)
    if start.startswith(GZIP):
        return [Member("", packed=True, open=lambda: gzip.open(path, "rb"))]
    if start.startswith(XZ):
        return [Member("", packed=True, open=lambda: lzma.open(path, "rb"))]
    if start.startswith(ZIP):
        return _zip_members(path, origin)
    return [Member("", packed=False, open=lambda: path.open("rb"))]


def chunks(member: Member, *, path: Path, origin: str) -> Iterator[bytes]:
    """The content piece by piece.

    Raises:
        UsageError: The packed data is broken, or unpacks to more than is plausible.
    """
    packed, size = max(1, path.stat().st_size), 0
    try:
        with member.open() as stream:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if member.packed and (size > LARGEST or (size > RATIO_FROM and size > RATIO * packed)):
                    raise UsageError(
                        _("%(file)s unpacks to more than is plausible for a table") % {"file": origin},
                        _("unpack it yourself and import the result"),
                    )
                yield chunk
    except (
        EOFError,
        OSError,
        zlib.error,
        lzma.LZMAError,
        zipfile.BadZipFile,
        RuntimeError,
        NotImplementedError,
    ) as slip:
        if not member.packed:
            raise
        raise UsageError(
            _("%(file)s is packed, but broken or locked: %(reason)s") % {"file": origin, "reason": in_words(slip)},
            _("fetch it again, or unpack it yourself"),
        ) from slip


def _zip_members(path: Path, origin: str) -> list[Member]:
    """Files inside a zip archive, in its order."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, OSError, UnicodeDecodeError, NotImplementedError) as slip:
        raise UsageError(
            _("%(file)s is a broken zip archive") % {"file": origin}, _("fetch it again, or unpack it yourself")
        ) from slip
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" in names or "mimetype" in names:
        raise UsageError(
            _("%(file)s is a workbook, not text") % {"file": origin}, _("give it its proper ending, such as .xlsx")
        )
    chosen = [e for e in entries if not e.filename.startswith("__MACOSX/") and not _base(e.filename).startswith(".")]
    if not chosen:
        raise UsageError(_("there is no file in the archive %(file)s") % {"file": origin})
    return [Member(_base(entry.filename), packed=True, open=_opener(path, entry)) for entry in chosen]


def _base(name: str) -> str:
    """The last part of a name inside an archive: folders in it are never followed."""
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def _opener(path: Path, entry: zipfile.ZipInfo) -> Callable[[], BinaryStream]:
    """How to open one entry; the stream keeps the archive open."""
    return lambda: zipfile.ZipFile(path).open(entry)
