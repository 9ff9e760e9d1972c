"""What a file really is, whatever its name says: looked at by its bytes before any reader is let near it."""

from __future__ import annotations

import enum
import zipfile
from typing import TYPE_CHECKING

from crmcli.intake.workbook import limits, sentences
from crmcli.intake.workbook.sentences import Refusal

if TYPE_CHECKING:
    from pathlib import Path

OLE_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
BARE_BIFF_MAGIC = (b"\x09\x08", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00")


class Container(enum.Enum):
    """Kinds of file that come under a workbook's name."""

    XLSX = "xlsx"  # also XLSM and templates
    XLSB = "xlsb"
    ODS = "ods"
    XLS = "xls"
    TEXT = "text"  # CSV and the like, to be read by text intake


def identify(path: Path) -> Container:
    """Say what the file is by its content.

    Raises:
        Refusal: Empty, protected by a password, HTML, Excel 2003 XML, a trap, or no workbook at all.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise Refusal(sentences.EMPTY_FILE)
    if head.startswith(ZIP_MAGIC):
        return _identify_archive(path)
    if head.startswith(OLE_MAGIC):
        return _identify_ole(path)
    if head.startswith(BARE_BIFF_MAGIC):
        return Container.XLS  # a bare BIFF stream of an old program; the reader decides
    return _identify_text(head)


def _identify_ole(path: Path) -> Container:
    """XLS, or the envelope Office puts round an encrypted XLSX or XLSB."""
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refusal(sentences.ENCRYPTED, sentences.ENCRYPTED_HINT)
    return Container.XLS


def _identify_text(head: bytes) -> Container:
    """Text under a workbook's name; HTML and XML tables are refused with advice."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(
        (b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<meta", b"<div", b"<style", b"mime-version:")
    ):
        raise Refusal(sentences.HTML, sentences.HTML_HINT)
    if start.startswith(b"<?xml"):
        template = sentences.XML_2003 if b"spreadsheet" in start else sentences.HTML
        raise Refusal(template, sentences.HTML_HINT)
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    control = sum(byte < 32 and byte not in b"\t\r\n\x0c\x1a\x1b" for byte in head)
    if control and not utf16:
        raise Refusal(sentences.NO_WORKBOOK, sentences.NO_WORKBOOK_HINT)
    return Container.TEXT


def _identify_archive(path: Path) -> Container:
    """Look at the list of members only: kind, protection, sizes."""
    try:
        with zipfile.ZipFile(path) as archive:
            refuse_bomb(archive.infolist())
            return _kind_of(archive)
    except zipfile.BadZipFile as error:
        raise Refusal(sentences.BROKEN, sentences.BROKEN_HINT, reason=str(error)) from error
    except (NotImplementedError, RuntimeError, OSError, ValueError, EOFError) as error:
        raise Refusal(sentences.BROKEN, sentences.BROKEN_HINT, reason=str(error)[:80]) from error


def _kind_of(archive: zipfile.ZipFile) -> Container:
    names = {name.replace("\\", "/").lower().lstrip("/"): name for name in archive.namelist()}
    if any(member.flag_bits & 1 for member in archive.infolist()):
        raise Refusal(sentences.ENCRYPTED, sentences.ENCRYPTED_HINT)
    if "content.xml" in names:
        manifest = names.get("meta-inf/manifest.xml")
        if manifest and b"encryption-data" in _read_part(archive, manifest):
            raise Refusal(sentences.ENCRYPTED, sentences.ENCRYPTED_HINT)
        return Container.ODS
    if "xl/workbook.bin" in names:
        return Container.XLSB
    if "[content_types].xml" in names and any("workbook" in name or "worksheets/" in name for name in names):
        return Container.XLSX
    raise Refusal(sentences.NO_WORKBOOK, sentences.NO_WORKBOOK_HINT)


def _read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        return file.read(limits.PART_BYTES)


def refuse_bomb(members: list[zipfile.ZipInfo]) -> None:
    """Refuse archives that would unfold beyond reason (see limits for the reasons).

    Raises:
        Refusal: Too many members, a ratio no honest member has, or an unpacked size out of proportion.
    """
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    megabytes = unpacked // limits.MEBIBYTE
    steep = any(
        member.file_size > limits.HARMLESS_MEMBER_BYTES
        and member.file_size > limits.HIGHEST_RATIO * max(1, member.compress_size)
        for member in members
    )
    swollen = unpacked > limits.UNPACKED_BYTES and unpacked > limits.PLAUSIBLE_RATIO * max(1, packed)
    if steep or swollen or len(members) > limits.MOST_MEMBERS:
        raise Refusal(sentences.BOMB, sentences.BOMB_HINT, megabytes=megabytes)
    if unpacked > limits.MOST_UNPACKED_BYTES:
        raise Refusal(sentences.TOO_BIG, sentences.TOO_BIG_HINT, megabytes=megabytes)


def unpacked_size(path: Path) -> int:
    """Bytes the file takes unpacked: the sum of an archive's members, or the size of any other file."""
    if not zipfile.is_zipfile(path):
        return path.stat().st_size
    with zipfile.ZipFile(path) as archive:
        return sum(member.file_size for member in archive.infolist())
