"""The columnar road of big sheets gives the same as the cell-by-cell one, or leaves the sheet to it."""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING

import polars as pl
import pytest
import xlsxwriter

from crmcli.intake.reading import Hints
from crmcli.intake.workbook import limits
from crmcli.intake.workbook.load import Wish, load_workbook
from crmcli.intake.workbook.look import Source
from crmcli.intake.workbook.read import read_workbook
from crmcli.intake.workbook.rows import FrameRows
from crmcli.intake.workbook.sniff import Container

if TYPE_CHECKING:
    from pathlib import Path

    from crmcli.intake.workbook.found import Found

ROWS = 3_000
COLUMNAR, CELLS = 0, 1 << 60


def write_big(path: Path, *, oddities: bool) -> Path:
    """A title, headings, 3,000 rows with noise, dates and gaps, and a line of totals; oddities are errors and a text."""
    rng = random.Random(5)
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("Data")
        day = workbook.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_string(0, 0, "Sales")
        sheet.write_row(2, 0, ["order_no", "ordered_on", "name", "qty", "price", "ratio", "long_id"])
        for row in range(3, ROWS + 3):
            sheet.write_string(row, 0, f"SO-{row:05d}")
            sheet.write_datetime(row, 1, dt.datetime(2024, 1, 1) + dt.timedelta(days=row // 9), day)
            if row % 7:
                sheet.write_string(row, 2, rng.choice(["Alpha & Co", "Бета", " spaced ", "0012"]))
            sheet.write_number(row, 3, rng.randint(1, 40))
            sheet.write_number(row, 4, rng.randint(1, 40) * 0.1)
            sheet.write_number(row, 5, rng.random() * 10 ** rng.randint(-12, 3))
            sheet.write_number(row, 6, 4_070_281_000_000_000 + row * 1e6)
        if oddities:
            sheet.write_formula(1500, 3, "=1/0", None, "#DIV/0!")
            sheet.write_string(1600, 0, "order_no")
        sheet.write_string(ROWS + 3, 0, "Total")
        sheet.write_number(ROWS + 3, 3, 60_000)
    return path


def load(path: Path, folder: Path, columnar_from: int) -> tuple[Found, list[list[str]]]:
    folder.mkdir(exist_ok=True)
    (found,) = load_workbook(Source(path, Container.XLSX), Wish(None, None, folder, columnar_from))
    rows = pl.read_parquet(folder / found.frame).rows() if found.frame else found.rows
    return found, [list(row) for row in rows]


@pytest.mark.parametrize("oddities", [False, True])
def test_both_roads_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, oddities: bool) -> None:
    monkeypatch.setattr(limits, "CELLS_IN_JSON", 1 << 60)
    path = write_big(tmp_path / "big.xlsx", oddities=oddities)
    fast, fast_rows = load(path, tmp_path / "fast", COLUMNAR)
    slow, slow_rows = load(path, tmp_path / "slow", CELLS)
    assert fast.frame is not None
    assert slow.frame is None
    assert fast_rows == slow_rows
    assert len(fast_rows) == ROWS
    for attribute in ("headings", "lines", "native", "header_line", "dropped"):
        assert getattr(fast, attribute) == getattr(slow, attribute), attribute
    assert sorted(map(str, fast.warnings)) == sorted(map(str, slow.warnings))


def test_text_among_numbers_is_left_to_the_other_road(tmp_path: Path) -> None:
    path = tmp_path / "mixed.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["code", "amount"])
        for row in range(1, 2_000):
            sheet.write_row(row, 0, [f"a{row}", row / 7])
        sheet.write_string(1_000, 1, "n/a")
    found, rows = load(path, tmp_path / "folder", COLUMNAR)
    assert rows[999] == ["a1000", "n/a"]
    assert rows[0][1] == "0.142857142857143"
    assert found.native == ("text", "mixed")


def test_a_big_reading_hands_over_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "COLUMNAR_FROM_BYTES", 1)
    path = write_big(tmp_path / "big.xlsx", oddities=False)
    (reading,) = read_workbook(path, Hints(), origin="big.xlsx")
    assert isinstance(reading.rows, FrameRows)
    assert len(reading.rows) == ROWS
    frame = pl.read_parquet(reading.rows.frame_path)
    assert tuple(frame.columns) == reading.headings
    assert set(frame.dtypes) == {pl.String}
    assert frame.null_count().sum_horizontal().item() == 0
    assert reading.rows[-1] == list(reading.rows)[-1] == reading.rows[ROWS - 1 :][0]
    assert reading.lines[0] == 4
    with pytest.raises(IndexError):
        reading.rows[ROWS]
