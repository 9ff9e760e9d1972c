"""Workbooks of other readers' test suites: each is read or refused in a sentence, and no cell is lost on the way."""

from __future__ import annotations

import tarfile
import warnings
import zipfile
from pathlib import Path

import openpyxl
import pytest

from crmcli.intake.workbook.load import Wish, list_names, load_workbook, read_cells
from crmcli.intake.workbook.look import Source
from crmcli.intake.workbook.sentences import Refusal
from crmcli.intake.workbook.sniff import Container, identify

# openpyxl leaves a file open that it cannot read
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
SHARED = Path(__file__).resolve().parents[3] / ".." / "shared" / "data"
SUFFIXES = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
# Read in a bounded child only: opened without bounds they take gigabytes.
GREEDY = {"OOM_alloc.xls", "OOM_alloc2.xls", "OOM_alloc3.xls", "issue_594_dos.ods"}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    archives = sorted((SHARED / "xlsx_corpus").glob("*.tar.xz"))
    if not archives:
        pytest.skip("the corpus of workbooks is not here")
    folder = tmp_path_factory.mktemp("corpus")
    for archive in archives:
        with tarfile.open(archive) as members:
            members.extractall(folder / archive.stem, filter="data")
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.name not in GREEDY)


def test_every_workbook_is_read_or_refused(corpus: list[Path], tmp_path: Path) -> None:
    read = refused = 0
    for path in corpus:
        try:
            container = identify(path)
            if container is Container.TEXT:
                continue
            tables = load_workbook(Source(path, container), Wish("*", None, tmp_path, 1 << 60))
            read += bool(tables)
            assert all(len(row) == len(table.headings) for table in tables for row in table.rows), path.name
            assert all(len(set(table.headings)) == len(table.headings) for table in tables), path.name
        except Refusal:
            refused += 1
    assert read > 150
    assert refused < 30


def test_both_readers_see_the_same_cells(corpus: list[Path]) -> None:
    compared = 0
    for path in corpus:
        if path.suffix not in {".xlsx", ".xlsm"}:
            continue
        try:
            source = Source(path, identify(path))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                with path.open("rb") as file:  # given a path, it leaves a file open that it cannot read
                    book = openpyxl.load_workbook(file, data_only=True)
        except (Refusal, zipfile.BadZipFile, KeyError, IndexError, TypeError, ValueError, OSError):
            continue  # one of the readers cannot open it
        for sheet in list_names(source):
            if sheet.name not in book.sheetnames:
                continue
            grid, _slow = read_cells(source, sheet.name, source.look(sheet))
            ours = {
                (grid.lines[0] - 1 + row, grid.first_column + column)
                for row, texts in enumerate(grid.rows)
                for column, text in enumerate(texts)
                if text.strip()
            }
            # its own list of cells: walking over the rectangle would visit every empty cell of a far-flung sheet
            cells = book[sheet.name]._cells.values()
            theirs = {
                (cell.row - 1, cell.column - 1) for cell in cells if str(cell.value or "0").strip() and cell.value != ""
            }
            theirs -= {(cell.row - 1, cell.column - 1) for cell in cells if cell.value is None}
            assert ours == theirs, f"{path.name}!{sheet.name}"
            compared += 1
    assert compared > 150
