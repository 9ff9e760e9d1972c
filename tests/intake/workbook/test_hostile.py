"""Files that are broken, mislabelled or made to hurt: one sentence each, never a traceback, never an abort."""

from __future__ import annotations

import contextlib
import os
import zipfile
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

import openpyxl
import pytest

from crmcli.errors import UsageError
from crmcli.intake.reading import Hints
from crmcli.intake.workbook import limits
from crmcli.intake.workbook.grid import read_grid_slowly
from crmcli.intake.workbook.load import _list_slowly
from crmcli.intake.workbook.read import list_sheets, read_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crmcli.intake.reading import Reading


def text_cell(address: str, text: str) -> str:
    return f'<c r="{address}" t="inlineStr"><is><t>{text}</t></is></c>'


HEAD = (
    f'<row r="1">{text_cell("A1", "code")}{text_cell("B1", "sum")}</row>'
    f'<row r="2">{text_cell("A2", "x")}<c r="B2"><v>1</v></c></row>'
)


def read(path: Path) -> list[Reading]:
    return read_workbook(path, Hints(), origin=path.name)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "is an HTML page"),
        (b'\xef\xbb\xbf<!DOCTYPE html>\n<html lang="ru">', "is an HTML page"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "Excel 2003 XML"),
        (b"\x00\x01\x02\x03 nothing", "is no workbook"),
        (b"PK\x03\x04 cut off", "is damaged or cut off"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600, "is damaged or cut off"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + "EncryptedPackage".encode("utf-16-le"), "is protected by a password"),
    ],
)
def test_what_is_no_workbook_is_called_by_its_name(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "export.xls"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=words):
        read(path)


def is_open(path: Path) -> bool:
    """Whether this process has the file open."""
    for number in range(512):
        with contextlib.suppress(OSError):
            if os.path.samestat(os.fstat(number), path.stat()):
                return True
    return False


@pytest.mark.parametrize("reader", [lambda path: read_grid_slowly(path, "Sheet"), _list_slowly])
def test_a_file_on_which_the_second_reader_gives_up_is_closed(tmp_path: Path, reader: Callable[[Path], object]) -> None:
    book = tmp_path / "book.xlsx"
    openpyxl.Workbook().save(book)
    torn = tmp_path / "torn.xlsx"
    with zipfile.ZipFile(book) as whole, zipfile.ZipFile(torn, "w") as archive:
        for name in whole.namelist():
            archive.writestr(name, b"<torn" if name == "xl/workbook.xml" else whole.read(name))
    with pytest.raises(ParseError) as caught:
        reader(torn)
    assert caught.traceback, "the frames of the reader are alive, and what they hold open with them"
    assert not is_open(torn)


def test_a_text_file_named_xls_is_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "export.xls"
    path.write_bytes("код;сумма\nа;1,5\nб;2,5\n".encode("cp1251"))
    (reading,) = read(path)
    assert reading.headings == ("код", "сумма")


def test_a_truncated_workbook_is_refused(tmp_path: Path, write_package: Callable[[Path, str], Path]) -> None:
    whole = write_package(tmp_path / "whole.xlsx", f"<sheetData>{HEAD}</sheetData>").read_bytes()
    path = tmp_path / "cut.xlsx"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UsageError, match="damaged or cut off"):
        read(path)


def test_an_archive_of_other_things_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "files.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../escape.txt", "x")
    with pytest.raises(UsageError, match="is no workbook"):
        read(path)
    assert not (tmp_path.parent.parent / "escape.txt").exists()


def test_an_encrypted_ods_is_named_so(tmp_path: Path, write_ods: Callable[..., Path]) -> None:
    path = write_ods(tmp_path / "locked.ods", "", manifest="<manifest:encryption-data/>")
    with pytest.raises(UsageError, match="protected by a password"):
        read(path)


def test_a_far_cell_is_refused_with_its_address(tmp_path: Path, write_package: Callable[[Path, str], Path]) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = write_package(tmp_path / "far.xlsx", f"<sheetData>{HEAD}{far}</sheetData>")
    for act in (read, list_sheets):
        with pytest.raises(UsageError, match="XFD1048576"):
            act(path)


@pytest.mark.parametrize(
    "harmless",
    [
        '<row r="1048576"><c r="XFD1048576" s="0"/></row>',
        "",
    ],
)
def test_far_formats_and_wrong_dimensions_do_no_harm(
    tmp_path: Path, write_package: Callable[[Path, str], Path], harmless: str
) -> None:
    sheet = f'<dimension ref="A1:XFD1048576"/><sheetData>{HEAD}{harmless}</sheetData>'
    (reading,) = read(write_package(tmp_path / "styled.xlsx", sheet))
    assert [list(row) for row in reading.rows] == [["x", "1"]]


def test_too_many_columns_are_refused(tmp_path: Path, write_package: Callable[[Path, str], Path]) -> None:
    path = write_package(
        tmp_path / "wide.xlsx", f'<sheetData>{HEAD}<row r="3"><c r="XFD3"><v>1</v></c></row></sheetData>'
    )
    with pytest.raises(UsageError, match=f"XFD3: more than {limits.MOST_COLUMNS} columns"):
        read(path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "")
        with archive.open("xl/worksheets/sheet1.xml", "w") as member:
            for _ in range(20):
                member.write(b" " * limits.MEBIBYTE)
    with pytest.raises(UsageError, match="looks like a trap"):
        read(path)


def test_outside_entities_are_never_followed(tmp_path: Path, write_package: Callable[[Path, str], Path]) -> None:
    path = tmp_path / "entity.xlsx"
    clean = write_package(tmp_path / "clean.xlsx", f"<sheetData>{HEAD}</sheetData>")
    with zipfile.ZipFile(clean) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("sheet1.xml"):
                data = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + data.replace(b"code", b"&e;")
            target.writestr(name, data)
    with pytest.raises(UsageError):
        read(path)


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(UsageError, match="holds no data"):
        read(path)


def test_a_child_that_dies_becomes_one_sentence(
    tmp_path: Path, write_package: Callable[[Path, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crmcli.intake.workbook.read.sys.executable", "/bin/false")
    path = write_package(tmp_path / "good.xlsx", f"<sheetData>{HEAD}</sheetData>")
    with pytest.raises(UsageError, match="could not be read"):
        read(path)


def test_a_child_that_hangs_is_ended(
    tmp_path: Path, write_package: Callable[[Path, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CHILD_SECONDS", 0.001)
    path = write_package(tmp_path / "good.xlsx", f"<sheetData>{HEAD}</sheetData>")
    with pytest.raises(UsageError, match="within 0 seconds"):
        read(path)
