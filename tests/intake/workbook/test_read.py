"""read_workbook and list_sheets on ordinary workbooks: values, sheets, layout, warnings."""

from __future__ import annotations

import datetime as dt
import gc
from pathlib import Path

import openpyxl
import pytest

from crmcli.errors import UsageError
from crmcli.intake.reading import Hints, Reading
from crmcli.intake.workbook.read import list_sheets, read_workbook


def read(path: Path, sheet: str | None = None, header_row: int | None = None) -> list[Reading]:
    return read_workbook(path, Hints(sheet=sheet, header_row=header_row), origin=path.name)


def warnings(reading: Reading) -> list[str]:
    return [template % arguments for template, arguments in reading.warnings]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Two visible sheets with data, an empty one and a hidden one."""
    workbook = openpyxl.Workbook()
    first = workbook.active
    first.title = "Orders"
    for row in (["order_no", "amount"], ["A-1", 10.5], ["A-2", 20]):
        first.append(row)
    second = workbook.create_sheet("2")
    for row in (["code", "name"], ["C1", "Ивановъ"], ["C2", "Петров"]):
        second.append(row)
    workbook.create_sheet("Blank")
    hidden = workbook.create_sheet("Secret")
    hidden.append(["a", "b"])
    hidden.append([1, 2])
    hidden.sheet_state = "veryHidden"
    path = tmp_path / "book.xlsx"
    workbook.save(path)
    return path


def test_values_come_out_as_canonical_text(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["int", "noise", "small", "flag", "day", "moment", "time", "span", "text", "big"])
    row = [7, 0.1 + 0.2, 1e-7, True, dt.date(2025, 12, 31), dt.datetime(2025, 12, 31, 14, 5), dt.time(9, 30)]
    sheet.append([*row, dt.timedelta(hours=30), "007", 123456789012345])
    path = tmp_path / "values.xlsx"
    workbook.save(path)
    (reading,) = read(path, header_row=1)
    expected = ["7", "0.3", "0.0000001", "true", "2025-12-31", "2025-12-31 14:05:00", "09:30:00", "30:00:00", "007"]
    assert list(reading.rows[0]) == [*expected, "123456789012345"]
    assert reading.native is not None
    assert reading.native[:6] == ("number", "number", "number", "text", "date", "date")
    assert reading.origin == "values.xlsx!Sheet"
    assert list(reading.lines) == [2]


def test_dates_of_the_1904_epoch_are_right(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    workbook.active.append(["day", "n"])
    workbook.active.append([dt.datetime(2024, 2, 29), 1])
    path = tmp_path / "mac.xlsx"
    workbook.save(path)
    assert list(read(path)[0].rows[0]) == ["2024-02-29", "1"]


def test_all_visible_sheets_with_data_are_read_and_the_others_named(book: Path) -> None:
    readings = read(book)
    assert [reading.origin for reading in readings] == ["book.xlsx!Orders", "book.xlsx!2"]
    assert warnings(readings[0]) == ["hidden sheets are not read: Secret", "sheets without data are not read: Blank"]
    assert [reading.origin for reading in read(book, "*")] == ["book.xlsx!Orders", "book.xlsx!2"]


@pytest.mark.parametrize(
    ("wanted", "origin"),
    [("2", "2"), ("1", "Orders"), ("orders", "Orders"), ("Secret", "Secret"), ("4", "Secret")],
)
def test_a_sheet_is_chosen_by_name_before_number(book: Path, wanted: str, origin: str) -> None:
    (reading,) = read(book, wanted)
    assert reading.origin == f"book.xlsx!{origin}"


@pytest.mark.parametrize(
    ("wanted", "words"), [("9", "no sheet 9"), ("0", "no sheet 0"), ("Nope", "no sheet Nope"), ("Blank", "is empty")]
)
def test_a_missing_or_empty_sheet_is_refused(book: Path, wanted: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read(book, wanted)


def test_sheets_are_listed_with_their_sizes(book: Path) -> None:
    listed = [(sheet.name, sheet.number, sheet.hidden, sheet.rows, sheet.columns) for sheet in list_sheets(book)]
    assert listed == [
        ("Orders", 1, False, 3, 2),
        ("2", 2, False, 3, 2),
        ("Blank", 3, False, 0, 0),
        ("Secret", 4, True, 2, 2),
    ]


def test_only_hidden_data_is_refused_with_its_name(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    hidden = workbook.create_sheet("Old")
    hidden.append(["a", "b"])
    hidden.sheet_state = "hidden"
    path = tmp_path / "hidden.xlsx"
    workbook.save(path)
    with pytest.raises(UsageError, match="Old"):
        read(path)


def test_headings_alone_make_a_reading_without_rows(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["order_no", "amount"])
    path = tmp_path / "headings.xlsx"
    workbook.save(path)
    (reading,) = read(path)
    assert reading.headings == ("order_no", "amount")
    assert len(reading.rows) == 0


def test_excel_damage_to_codes_is_warned_of(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["account", "postcode", "size", "id"])
    for number in range(8):
        sheet.append([4.07028e19 + number, f"0{number}501", f"{number}-20", "4.07028E+19"])
    sheet.append([5, 10115, dt.date(2025, 5, 20), "x"])
    path = tmp_path / "codes.xlsx"
    workbook.save(path)
    (reading,) = read(path)
    said = warnings(reading)
    assert any('"account"' in words and "lost digits" in words for words in said)
    assert any('"postcode"' in words and "leading zeros" in words and "00501" in words for words in said)
    assert any('"size"' in words and "dates" in words and "line 10" in words for words in said)
    assert any('"id"' in words and "4.07028E+19" in words for words in said)
    assert reading.native == ("number", "mixed", "mixed", "text")


def test_percent_columns_are_warned_of(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["code", "discount"])
    workbook.active.append(["a", 0.15])
    workbook.active["B2"].number_format = "0%"
    path = tmp_path / "percent.xlsx"
    workbook.save(path)
    (reading,) = read(path)
    assert list(reading.rows[0]) == ["a", "0.15"]
    assert warnings(reading) == ['column "discount" is formatted as percent: 15% is read as 0.15']


def test_the_temporary_folder_goes_with_the_last_reading(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    readings = read(book)
    assert readings
    del readings
    gc.collect()
    assert list(folder.iterdir()) == []
