"""A statement has room for the figures of the other side: empty columns beside ours, in every format of the page."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from crmcli.documents.render import page_of, render
from tests.documents.made import statement


@pytest.mark.parametrize(("language", "theirs"), [("ru", "По вашим данным"), ("en", "Your records")])
def test_ours_are_filled_and_theirs_are_empty(language: str, theirs: str) -> None:
    facts = statement(language)
    grid = page_of(facts).grid
    places = {column.key: place for place, column in enumerate(grid.columns)}
    assert list(places) == ["on", "document", "debit", "credit", "balance", "their_debit", "their_credit"]
    assert all(grid.columns[places[key]].title.startswith(theirs) for key in ("their_debit", "their_credit"))
    for row in grid.rows:
        assert [row.cells[places[key]].text for key in ("their_debit", "their_credit")] == ["", ""]
    assert any(row.cells[places["debit"]].text for row in grid.rows)
    for kind in ("html", "md"):
        assert theirs in render(facts, kind).decode()
    sheet = openpyxl.load_workbook(io.BytesIO(render(facts, "xlsx"))).active
    assert sheet is not None
    assert theirs in " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)


def test_data_for_machines_have_no_empty_columns() -> None:
    rows = list(csv.reader(io.StringIO(render(statement("en"), "csv").decode("utf-8-sig"))))
    assert not any("their" in heading for heading in rows[0])
