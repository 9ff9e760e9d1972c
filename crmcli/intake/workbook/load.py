"""One workbook in the reading child: which sheets, by which road, with which second reader."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crmcli.intake.workbook import limits, sentences
from crmcli.intake.workbook.columnar import read_columns
from crmcli.intake.workbook.grid import Grid, patch_grid, read_grid, read_grid_slowly
from crmcli.intake.workbook.opendocument import write_ods_duration
from crmcli.intake.workbook.sentences import Refusal
from crmcli.intake.workbook.shape import shape_grid
from crmcli.intake.workbook.sheets import Sheet, choose_sheets, name_sheets
from crmcli.intake.workbook.sniff import Container, unpacked_size

if TYPE_CHECKING:
    from pathlib import Path

    from crmcli.intake.workbook.found import Found, Warned
    from crmcli.intake.workbook.look import Source
    from crmcli.intake.workbook.scan import Evidence


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be read and how.

    Args:
        sheet: Name, 1-based number, "*" or None (see choose_sheets).
        header_row: 1-based sheet row of the last heading row, 0 for none, None to find out.
        folder: Where Parquet files of big sheets go.
        columnar_from: Bytes of sheet XML from which the columnar road is taken.
    """

    sheet: str | None
    header_row: int | None
    folder: Path
    columnar_from: int


def load_workbook(source: Source, wish: Wish) -> list[Found]:
    """The tables on the sheets that are meant.

    Raises:
        Refusal: The file is damaged or protected, or there is nothing in it.
    """
    sheets = list_names(source)
    chosen = choose_sheets(sheets, wish.sheet)
    tables: list[Found] = []
    empty: list[Sheet] = []
    for sheet in chosen:
        found = load_sheet(source, sheet, wish)
        if found:
            tables.append(found)
        else:
            empty.append(sheet)
    if not tables:
        _refuse_empty(sheets, chosen, wish.sheet)
    if wish.sheet is None or wish.sheet == "*":
        tables[0].warnings[:0] = _warn_of_sheets([sheet for sheet in sheets if sheet.hidden], empty)
    return tables


def _warn_of_sheets(hidden: list[Sheet], empty: list[Sheet]) -> list[Warned]:
    warnings: list[Warned] = []
    if hidden:
        warnings.append((sentences.HIDDEN_SHEETS, {"sheets": name_sheets(hidden)}))
    if empty:
        warnings.append((sentences.EMPTY_SHEETS, {"sheets": name_sheets(empty)}))
    return warnings


def _refuse_empty(sheets: list[Sheet], chosen: list[Sheet], wanted: str | None) -> None:
    hidden = [one for one in sheets if one.hidden]
    if wanted not in {None, "*"} and chosen:
        raise Refusal(sentences.EMPTY_SHEET, None, sheet=chosen[0].name[: limits.NAMED_CHARACTERS])
    if hidden:
        raise Refusal(sentences.ONLY_HIDDEN, sentences.ONLY_HIDDEN_HINT, sheets=name_sheets(hidden))
    raise Refusal(sentences.NO_DATA)


def list_names(source: Source) -> list[Sheet]:
    """Sheets as the package lists them (no reader needed), else by the usual reader, else by the second one.

    Raises:
        Refusal: Nothing can open the file.
    """
    package = source.package
    if package and package.members:
        members = enumerate(package.members, start=1)
        return [Sheet(name, number, hidden=name in package.hidden) for number, name in members]
    try:
        return source.book.list_sheets()
    except BaseException as error:  # noqa: BLE001 - a panic in the reader is no Exception
        _pass_on(error)
        refusal = explain(error)
        if source.container is not Container.XLSX or refusal.template == sentences.ENCRYPTED:
            raise refusal from None
        try:
            return _list_slowly(source.path)
        except Exception:  # noqa: BLE001 - the first reader's words are the better ones
            raise refusal from None


def _list_slowly(path: Path) -> list[Sheet]:
    import openpyxl  # slow to import, rarely needed

    with path.open("rb") as file:  # given a path, the reader leaves the file open when it gives up
        book = openpyxl.load_workbook(file, read_only=True, keep_links=False)
        pages = enumerate(book.worksheets, start=1)
        return [Sheet(page.title, number, hidden=page.sheet_state != "visible") for number, page in pages]


def measure_sheets(source: Source) -> list[Sheet]:
    """Every sheet with its rows and columns.

    Raises:
        Refusal: The file or one of its sheets cannot be read.
    """
    measured = []
    for sheet in list_names(source):
        evidence = source.look(sheet)
        grid, _slow = read_cells(source, sheet.name, evidence)
        filled = any(any(row) for row in grid.rows)
        measured.append(replace(sheet, rows=len(grid.rows), columns=grid.width) if filled else sheet)
    return measured


def load_sheet(source: Source, sheet: Sheet, wish: Wish) -> Found | None:
    """The table on one sheet, or None when it holds nothing.

    Raises:
        Refusal: The sheet cannot be read, or is wider than a table may be.
    """
    package, member = source.package, source.member(sheet)
    if package and member and source.member_size(member) >= wish.columnar_from:
        found = read_columns(source.path, sheet, package, member, header_row=wish.header_row, folder=wish.folder)
        if found:
            return found
    evidence = source.look(sheet)
    grid, slow = read_cells(source, sheet.name, evidence)
    if not any(any(row) for row in grid.rows):
        return None
    styles = package.styles if package else ()
    found = shape_grid(grid, sheet.name, header_row=wish.header_row, evidence=evidence, styles=styles)
    if slow:
        found.warnings.append((sentences.SECOND_READER, {}))
    elif evidence is None:
        found.warnings.append((sentences.UNCHECKED, {}))
    _move_to_file(found, wish.folder)
    return found


def _move_to_file(found: Found, folder: Path) -> None:
    """Put many rows into a Parquet file: the parent then need not build them as Python objects."""
    if len(found.rows) * len(found.headings) <= limits.CELLS_IN_JSON:
        return
    import polars as pl  # only for big sheets

    schema = dict.fromkeys(found.headings, pl.String)
    found.frame = f"{len(list(folder.glob('*.parquet')))}.parquet"
    frame = pl.DataFrame(found.rows, schema=schema, orient="row")
    frame.write_parquet(folder / found.frame, compression="lz4", statistics=False)
    found.rows = []


def read_cells(source: Source, sheet: str, evidence: Evidence | None) -> tuple[Grid, bool]:
    """The cells of a sheet by the first reader that can, and whether that was the second.

    Raises:
        Refusal: Neither could.
    """
    try:
        if evidence and evidence.unaddressed and evidence.suspicious:
            return read_grid_slowly(source.path, sheet), True
        grid = read_grid(source.book, sheet)
    except BaseException as error:  # noqa: BLE001 - a panic in the reader is no Exception
        _pass_on(error)
        if source.container is not Container.XLSX or unpacked_size(source.path) > limits.SECOND_READER_BYTES:
            raise explain(error) from None
        try:
            return read_grid_slowly(source.path, sheet), True
        except Refusal:
            raise
        except Exception:  # noqa: BLE001 - the first reader's words are the better ones
            raise explain(error) from None
    return _complete(grid, evidence, source.container), False


def _complete(grid: Grid, evidence: Evidence | None, container: Container) -> Grid:
    """What the reader left out, put back from the evidence."""
    if container is Container.ODS:
        rows = [
            [write_ods_duration(text) if text.startswith(("PT", "-PT")) else text for text in row] for row in grid.rows
        ]
        grid = replace(grid, rows=rows)
    if evidence is None:
        return grid
    if container is Container.ODS:
        grid = replace(grid, merges=tuple(evidence.merges))
    return patch_grid(grid, evidence.patches)


def _pass_on(error: BaseException) -> None:
    """Interrupts, exits and refusals are not the reader's failures."""
    if isinstance(error, KeyboardInterrupt | SystemExit | Refusal):
        raise error


def explain(error: BaseException) -> Refusal:
    """A reader's failure in one sentence, without its inner names."""
    text = str(error).strip() or type(error).__name__
    if "assword" in text or "encrypt" in text.lower():
        return Refusal(sentences.ENCRYPTED, sentences.ENCRYPTED_HINT)
    reason = text.splitlines()[0][: limits.NAMED_CHARACTERS]
    return Refusal(sentences.BROKEN, sentences.BROKEN_HINT, reason=reason)


def look_at_all(source: Source) -> None:
    """Look through the XML of every sheet of an XLSX file, reading none.

    Raises:
        Refusal: A sheet has a cell too far off.
    """
    for name in source.package.members if source.package else ():
        source.look(Sheet(name, 0, hidden=False))
