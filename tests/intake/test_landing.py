"""Readings into the database: numbered in file order, byte for byte, irregular files noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.intake.landing import IrregularError, land
from crmcli.intake.reading import PlainFile, Reading
from crmcli.store.connection import rows, scratch

CELLS = [["a", 'b"c', ""], ["1;2", "x\ny", " z "], ["'", "\\", "{}"]]


def test_rows_land_as_they_are_in_their_order() -> None:
    with scratch() as con:
        found = land(con, Reading("x", ("p", "q", "r"), CELLS, [1, 2, 4]))
        assert found.count == 3
        assert rows(con, "SELECT c0, c1, coalesce(c2, '') FROM landing ORDER BY row_no") == [
            tuple(row) for row in CELLS
        ]
        assert rows(con, "SELECT min(row_no), max(row_no) FROM landing") == [(1, 3)]


def test_rows_are_numbered_from_one_inside_a_transaction() -> None:
    with scratch() as con:
        con.execute("BEGIN")
        for _again in range(2):
            land(con, Reading("x", ("p",), [["a"], ["b"]], [1, 2]))
            assert rows(con, "SELECT row_no, c0 FROM landing ORDER BY 1") == [(1, "a"), (2, "b")]


@pytest.mark.parametrize("body", ["1,2,3\n", "1\n", '1,"2"3\n', "p,q\n"])
def test_irregular_plain_files_are_noticed(tmp_path: Path, body: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("p,q\n1,2\n" + body + "3,4\n", "utf-8")
    with scratch() as con, pytest.raises(IrregularError):
        land(con, Reading("x", ("p", "q"), plain=PlainFile(path, ",", 1)))


@pytest.mark.parametrize("cell", ["17-Dec\r", "a\rb", "a\r\nb", "\r", "a\n"])
def test_carriage_returns_in_cells_land_as_they_are(cell: str) -> None:
    cells = [["x", cell], [cell, "y"], ["p", "q"]]
    with scratch() as con:
        land(con, Reading("x", ("p", "q"), cells, [1, 2, 3]))
        assert rows(con, "SELECT c0, c1 FROM landing ORDER BY row_no") == [tuple(row) for row in cells]
