"""What readers pass over in silence is made visible: errors, formulas without a value, in every format."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from crmcli.intake.reading import Hints
from crmcli.intake.workbook.binary import find_xls_errors
from crmcli.intake.workbook.package import classify_format
from crmcli.intake.workbook.read import read_workbook
from crmcli.intake.workbook.scan import scan_sheet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crmcli.intake.reading import Reading


def text_cell(address: str, text: str) -> str:
    return f'<c r="{address}" t="inlineStr"><is><t>{text}</t></is></c>'


SHEET = "xl/worksheets/sheet1.xml"


def read(path: Path) -> tuple[list[list[str]], str, Reading]:
    (reading,) = read_workbook(path, Hints(header_row=1), origin=path.name)
    said = " | ".join(template % arguments for template, arguments in reading.warnings)
    return [list(row) for row in reading.rows], said, reading


def test_errors_and_bare_formulas_of_xlsx_are_seen(tmp_path: Path, write_package: Callable[[Path, str], Path]) -> None:
    rows = (
        f'<row r="1">{text_cell("A1", "a")}{text_cell("B1", "b")}</row>'
        '<row r="2"><c r="A2"><v>2</v></c><c r="B2"><f>A2*2</f></c></row>'
        '<row r="3"><c r="A3"><v>3</v></c><c r="B3"><f>A3&amp;"&lt;"</f><v></v></c></row>'
        '<row r="4"><c r="A4"><v>4</v></c><c r="B4"><f>A4*2</f><v>8</v></c></row>'
        '<row r="5"><c r="A5"><v>5</v></c><c t="e" r="B5"><f>1/0</f><v>#DIV/0!</v></c></row>'
        '<row r="6"><c r="A6"><v>6</v></c><c r="B6" t="str"><f>""</f><v></v></c></row>'
    )
    cells, said, reading = read(write_package(tmp_path / "f.xlsx", f"<sheetData>{rows}</sheetData>"))
    assert [row[1] for row in cells] == ["=A2*2", '=A3&"<"', "8", "#DIV/0!", ""]
    assert "error instead of a value: 1 (B5)" in said
    assert "without a stored value: 2, the first in B2" in said
    assert reading.native == ("number", "number")


def test_prefixed_xml_is_brought_into_form(tmp_path: Path, write_package: Callable[[Path, str], Path]) -> None:
    sheet = (
        '<sheetData><x:row r="1"><x:c t=\'e\' r="C7"><x:v>#N/A</x:v></x:c></x:row></sheetData>'
        '<x:mergeCells><x:mergeCell ref="A1:B2"/></x:mergeCells>'
    )
    evidence = scan_sheet(write_package(tmp_path / "p.xlsx", sheet), SHEET)
    assert evidence.errors == {(6, 2): "#N/A"}
    assert evidence.merges == [((0, 0), (1, 1))]


def test_many_error_cells_are_all_seen(tmp_path: Path, write_package: Callable[[Path, str], Path]) -> None:
    rows = "".join(
        f'<row r="{i}"><c r="A{i}"><v>1</v></c><c r="B{i}" t="e"><v>#N/A</v></c></row>' for i in range(1, 9001)
    )
    evidence = scan_sheet(write_package(tmp_path / "many.xlsx", f"<sheetData>{rows}</sheetData>"), SHEET)
    assert len(evidence.errors) == 9000
    assert evidence.last == (8999, 1)


def test_ods_errors_formulas_durations_and_merges(tmp_path: Path, write_ods: Callable[..., Path]) -> None:
    def cell(value: str, kind: str = "string", more: str = "") -> str:
        number = f'office:value="{value}"' if kind == "float" else more
        return f'<table:table-cell office:value-type="{kind}" {number}><text:p>{value}</text:p></table:table-cell>'

    error = cell("#DIV/0!", more='table:formula="of:=1/0" office:string-value="" calcext:value-type="error"')
    span = cell("30:05", "time", 'office:time-value="PT30H05M00S"')
    rows = (
        f"<table:table-row>{cell('n')}{cell('v')}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="2">{cell("1.5", "float")}{error}</table:table-row>'
        f'<table:table-row>{cell("2", "float")}<table:table-cell table:formula="of:=1+1"/></table:table-row>'
        f"<table:table-row>{cell('3', 'float')}{span}</table:table-row>"
    )
    cells, said, _reading = read(write_ods(tmp_path / "e.ods", rows))
    assert [row[1] for row in cells] == ["#DIV/0!", "#DIV/0!", "=1+1", "30:05:00"]
    assert "error instead of a value: 2 (B2, B3)" in said
    assert "without a stored value: 1, the first in B4" in said


def test_xls_error_records_are_found(tmp_path: Path) -> None:
    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    begin, end = record(0x0809, b"\0" * 16), record(0x0A, b"")
    constant = record(0x0205, struct.pack("<HHHBB", 3, 1, 0, 0x2A, 1))
    boolean = record(0x0205, struct.pack("<HHHBB", 4, 1, 0, 1, 0))
    formula = record(0x0006, struct.pack("<HHH", 5, 2, 0) + bytes([2, 0, 0x07, 0, 0, 0, 0xFF, 0xFF]) + b"\0" * 8)
    length = len(begin) + len(record(0x85, b"\0" * 9)) + len(end)
    globals_part = begin + record(0x85, struct.pack("<I", length) + b"\0\0\1\0S") + end
    path = tmp_path / "bare.xls"
    path.write_bytes(globals_part + begin + constant + boolean + formula + end)
    assert find_xls_errors(path) == {0: {(3, 1): "#N/A", (5, 2): "#DIV/0!"}}


def test_number_formats_are_told_apart() -> None:
    codes = {
        "dd.mm.yyyy": "date",
        "[$-419]d mmm yyyy;@": "date",
        "h:mm": "time",
        "[h]:mm:ss": "time",
        "0.0%": "percent",
        '#,##0.00 "дней"': "number",
        "[Red]0.00": "number",
        "General": "number",
    }
    assert {code: classify_format(code) for code in codes} == codes
