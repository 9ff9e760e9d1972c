"""Workbooks, read back by another library."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from crmcli import language
from crmcli.errors import CrmError
from crmcli.output import workbook
from crmcli.output.manner import Manner
from crmcli.output.workbook import sheet_name, write_workbook
from crmcli.table import Column, Kind, ListRows, Table

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"


def written(table: Table, name: str = "en") -> bytes:
    sink = io.BytesIO()
    write_workbook(table, sink, Manner(language=name))
    return sink.getvalue()


def opened(table: Table, name: str = "en") -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(written(table, name)))


def test_cells_are_typed_and_formatted(table: Table) -> None:
    sheet = opened(table)["sample"]
    assert [cell.value for cell in sheet[1]][:6] == ["Customer", "Name", "Band", "Purchases", "Metres", "Revenue, €"]
    first = {sheet.cell(1, cell.column).value: cell for cell in sheet[2]}
    assert (first["Customer"].value, first["Customer"].data_type) == ("00501", "s")
    assert (first["Revenue, €"].value, first["Revenue, €"].number_format) == (1234.5, "#,##0.00")
    assert (first["Risk"].value, first["Risk"].number_format) == (0.97, "0.0%")
    assert (first["Last purchase"].value, first["Last purchase"].number_format) == (
        dt.datetime(2025, 12, 31),
        "yyyy-mm-dd",
    )
    assert first["Seen"].value == dt.datetime(2025, 12, 31, 10)
    assert (sheet["I2"].value, sheet["I2"].number_format) == (12, "0.0")  # another gap is 7.5
    assert sheet["J3"].value == "1899-01-01"  # Excel has no such day
    assert sheet["B4"].value is None
    assert [sheet["A5"].value, sheet["D5"].value, sheet["F5"].value] == ["Total", 1234, 1234.49]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:K4")


def test_the_second_sheet_explains(table: Table) -> None:
    sheet = opened(table)["About"]
    assert [row[0] for row in sheet.iter_rows(values_only=True)] == [
        "A sample", "One is leaving.", "rows here: 3 of 20", "amounts in EUR", "Counted by hand.",
    ]  # fmt: skip


def test_russian_sheets_and_dates(table: Table) -> None:
    language.settle("ru")
    book = opened(table, "ru")
    assert book.sheetnames == ["sample", "О таблице"]
    assert book["sample"]["J2"].number_format == "dd.mm.yyyy"


HOSTILE = [
    "=1+1",
    "{=1}",
    "+1",
    "@x",
    "http://a.b",
    "internal:x",
    "1e5",
    "_x000D_",
    "a\x0bb",
    "\x1b[0m",
    "=HYPERLINK()",
]


def test_no_text_becomes_a_formula_a_link_or_a_number(texts: Callable[[list[str]], Table]) -> None:
    sheet = opened(texts(HOSTILE)).worksheets[0]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.hyperlink for cell in cells] == [None] * len(HOSTILE)
    assert [unescape(cell.value) for cell in cells] == HOSTILE


def test_naughty_texts_make_a_sound_workbook(texts: Callable[[list[str]], Table]) -> None:
    folder = SHARED / "data" / "naughty_strings"
    if not folder.exists():
        pytest.skip("shared naughty strings are not there")
    lines = [line for file in sorted(folder.glob("*.txt")) for line in file.read_text("utf-8").splitlines() if line]
    sheet = opened(texts([*lines, "half \ud800", "x" * 40_000])).worksheets[0]
    found = [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert len(found) == len(lines) + 2
    assert [unescape(text) for text in found[:-2]] == lines
    assert len(found[-1]) == 32_767


def test_the_same_answer_is_the_same_bytes_on_any_day(table: Table) -> None:
    first = written(table)
    assert written(table) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}  # a zip knows no earlier year
        assert set(re.findall(rb"\d{4}-\d\d-\d\dT", archive.read("docProps/core.xml"))) == {b"2000-01-01T"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("rfm", "rfm"), ("a/b:c*[d]?\\", "a_b_c__d___"), ("'x'", "x"), ("", "_"), ("History", "_"), ("y" * 40, "y" * 31)],
)
def test_sheet_names_are_what_excel_takes(name: str, expected: str) -> None:
    assert sheet_name(name) == expected


def test_more_rows_than_a_sheet_are_refused(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_MOST_ROWS", 2)
    with pytest.raises(CrmError, match="3 rows are more"):
        written(table)


def test_sentences_wrap_in_rows_tall_enough() -> None:
    columns = (Column("n", "N", Kind.COUNT), Column("why", "Why", Kind.TEXT))
    sheet = opened(Table("sample", "A sample", columns, ListRows([(1, "late again; " * 12), (2, "short"), (3, None)])))[
        "sample"
    ]
    assert sheet["B2"].alignment.wrap_text
    assert (sheet["A2"].alignment.vertical, sheet["B2"].alignment.horizontal) == ("top", "left")
    heights = [sheet.row_dimensions[row].height for row in (2, 3, 4)]
    assert heights[0] >= 45
    assert heights[1] in (None, 15)


def test_short_texts_do_not_wrap(table: Table) -> None:
    assert not opened(table)["sample"]["B2"].alignment.wrap_text
