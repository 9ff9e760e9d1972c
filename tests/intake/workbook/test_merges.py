"""Merged cells: spread in headings, labels repeated, numbers never."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl

from crmcli.intake.reading import Hints
from crmcli.intake.workbook.read import read_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from crmcli.intake.reading import Reading


def read_merged(path: Path, rows: list[list[object]], *merges: str) -> Reading:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    for merge in merges:
        workbook.active.merge_cells(merge)
    workbook.save(path)
    (reading,) = read_workbook(path, Hints(), origin=path.name)
    return reading


def test_merged_headings_name_each_of_their_columns(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Customer", "Sales", None], [None, "2024", "2025"], ["Alpha", 1, 2], ["Beta", 3, 4]]
    reading = read_merged(tmp_path / "m.xlsx", rows, "A1:A2", "B1:C1")
    assert reading.headings == ("Customer", "Sales 2024", "Sales 2025")
    assert [list(row) for row in reading.rows] == [["Alpha", "1", "2"], ["Beta", "3", "4"]]
    assert "2; each name" in next(template % arguments for template, arguments in reading.warnings)


def test_a_merged_label_is_repeated_but_a_merged_number_is_not(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["region", "customer", "amount"],
        ["North", "Alpha", 10],
        [None, "Beta", None],
        ["South", "Gamma", 7],
    ]
    reading = read_merged(tmp_path / "m.xlsx", rows, "A2:A3", "C2:C3")
    assert [list(row) for row in reading.rows][:2] == [["North", "Alpha", "10"], ["North", "Beta", ""]]
    said = " | ".join(template % arguments for template, arguments in reading.warnings)
    assert "merged labels in the data: 1, the first in A2" in said
    assert "merged cells in the data: 1, the first in C2" in said


def test_a_merged_title_stays_a_title(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Sales of 2025", None, None],
        ["code", "name", "amount"],
        ["a", "Alpha", 1],
        ["b", "Beta", 2],
    ]
    reading = read_merged(tmp_path / "m.xlsx", rows, "A1:C1")
    assert reading.headings == ("code", "name", "amount")
    assert [item.kind for item in reading.dropped] == ["title"]
    assert reading.warnings == ()
