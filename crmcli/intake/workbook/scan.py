"""Evidence in sheet XML that readers pass over in silence: errors, formulas without a value, merges, far cells, types.

The XML is looked through as bytes, in pieces, by regular expressions, because a parser would take longer than the
reading itself. Writers agree on `<c r="B7" s="3" t="s">`; XML written otherwise is first brought into that form.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from crmcli.intake.workbook import limits
from crmcli.intake.workbook.address import Cell, column_index, parse_address, write_address

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Combination = tuple[bytes, bytes]  # column letters, attributes of the cell behind its address

_IS_ERROR = b't="e"'
_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"([^>]*)>')
_ERROR = re.compile(rb'<c r="([A-Z]{1,3}\d{1,7})"[^>]*\bt="e"[^>/]*>(.*?)</c>', re.DOTALL)
_VALUE = re.compile(rb"<v[^>]*>([^<]*)</v>")
_NO_VALUE = re.compile(
    rb'<c r="([A-Z]{1,3}\d{1,7})"([^>]*)>\s*<f\b([^>]*?)(?:/>|>([^<]*)</f>)\s*(?:<v\s*/>|<v[^>]*>\s*</v>)?\s*</c>'
)
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Z$\d]+):([A-Z$\d]+)[\"']")
_ROW = re.compile(rb'<row\b[^>]*?\br="(\d{1,7})"')
_PREFIX = re.compile(rb"(</?)\w+:(?=\w)")
_MOVED = re.compile(rb"<c\s+([^>]*?)\br\s*=\s*[\"']([A-Z]{1,3}\d{1,7})[\"']([^>]*?)\s*(/?)>")


@dataclass(slots=True)
class Evidence:
    """What was seen in one sheet; cells are 0-based (row, column).

    Args:
        errors: Error cells → their text, such as #DIV/0!.
        formulas: Formulas without a stored value → their text, without "=".
        merges: Merged ranges as first and last cell.
        head: Cells of the first rows, in order: row → [(column, attributes)].
        usual: (column, attributes) seen too often to be remembered by row.
        unusual: Other (column, attributes) below the head → rows.
        last: Last row and column that hold a cell with content.
        farthest: Address of the first cell in the last column.
        size: Bytes of XML looked through.
        unaddressed: Some cells carry no address, so that addresses here do not count.
        suspicious: There are errors or formulas somewhere.
        erroneous: Cells of the type "error" have been seen.
    """

    errors: dict[Cell, str] = field(default_factory=dict)
    formulas: dict[Cell, str] = field(default_factory=dict)
    merges: list[tuple[Cell, Cell]] = field(default_factory=list)
    head: dict[int, list[tuple[int, bytes]]] = field(default_factory=dict)
    usual: set[Combination] = field(default_factory=set)
    unusual: dict[Combination, list[int]] = field(default_factory=dict)
    last: Cell = (0, 0)
    farthest: str = "A1"
    size: int = 0
    unaddressed: bool = False
    suspicious: bool = False
    erroneous: bool = False

    @property
    def pairs(self) -> set[tuple[int, bytes]]:
        """Every (0-based column, attributes) that occurs."""
        head = {cell for cells in self.head.values() for cell in cells}
        return head | {(column_index(letters.decode()), attributes) for letters, attributes in self.unusual}

    @property
    def patches(self) -> dict[Cell, str]:
        """Cells that readers leave empty → the text that makes them visible, and rejectable."""
        return {**{cell: "=" + text for cell, text in self.formulas.items()}, **self.errors}


def scan_head(path: Path, member: str) -> tuple[Evidence, bytes]:
    """What the first rows tell, and their XML; a fraction of the time of scan_sheet.

    Raises:
        As scan_sheet.
    """
    evidence = Evidence()
    with zipfile.ZipFile(path) as archive, archive.open(member) as file:
        piece = next(_pieces(file, evidence), b"")
        tidy = piece if _is_tidy(piece) else _tidy(piece, evidence)
    _note_head(tidy, evidence)
    return evidence, tidy


def scan_sheet(path: Path, member: str) -> Evidence:
    """Look through one sheet of an XLSX file.

    Raises:
        zipfile.BadZipFile, OSError, EOFError, zlib.error: The archive is damaged.
    """
    evidence = Evidence()
    with zipfile.ZipFile(path) as archive, archive.open(member) as file:
        pattern, is_tidy = _CELL, True
        for number, piece in enumerate(_pieces(file, evidence)):
            is_tidy = _is_tidy(piece) if number == 0 else is_tidy
            tidy = piece if is_tidy else _tidy(piece, evidence)
            if number == 0:
                _note_head(tidy, evidence)
                pattern = _unusual_pattern(evidence.usual)
            elif _note_unusual(pattern, tidy, evidence):
                pattern = _unusual_pattern(evidence.usual)
            _note_errors(tidy, evidence)
            _note_formulas(tidy, evidence)
            _note_last_row(tidy, evidence)
    _note_last_column(evidence)
    return evidence


def _pieces(file: IO[bytes], evidence: Evidence) -> Iterator[bytes]:
    """Whole cells only; what comes after the cells is searched for merged ranges."""
    rest, size = b"", limits.HEAD_BYTES
    while block := file.read(size):
        evidence.size += len(block)
        size = limits.CHUNK_BYTES
        block = rest + block
        cut = max(block.rfind(b"</c>") + 4, block.rfind(b":c>") + 3)
        if cut > 4:
            yield block[:cut]
            rest = block[cut:]
        else:
            rest = block[-limits.CELL_BYTES :] if b"mergeCell" not in block else block[-limits.AFTERMATH_BYTES :]
    yield rest
    evidence.merges.extend(_merges(rest))


def _merges(aftermath: bytes) -> Iterator[tuple[Cell, Cell]]:
    for first, last in _MERGE.findall(aftermath):
        start, end = parse_address(first.decode()), parse_address(last.decode())
        if start and end and start != end:
            yield start, end


def _is_tidy(piece: bytes) -> bool:
    """True when every cell is written as `<c r="B7" …>`. Asked of the head only: a file has one writer."""
    if b":c>" in piece or b":row" in piece or b"<c>" in piece or b"<c\n" in piece or b"='e'" in piece:
        return False
    return piece.count(b"<c ") == piece.count(b'<c r="')


def _tidy(piece: bytes, evidence: Evidence) -> bytes:
    """The piece with cells written as most programs write them: no name-space prefix, the address first."""
    piece = _PREFIX.sub(rb"\1", piece).replace(b"='e'", b'="e"')
    piece = _MOVED.sub(rb'<c r="\2" \1\3\4>', piece)
    written = sum(piece.count(opening) for opening in (b"<c ", b"<c>", b"<c\n"))
    evidence.unaddressed |= written != piece.count(b'<c r="')
    evidence.suspicious |= _IS_ERROR in piece  # without an address it would not be seen below
    return piece


def _note_errors(piece: bytes, evidence: Evidence) -> None:
    """Error cells, looked for only once some cell has been seen to be of that type."""
    if not evidence.erroneous or _IS_ERROR not in piece:
        return
    evidence.suspicious = True
    for address, body in _ERROR.findall(piece):
        value = _VALUE.search(body)
        cell = parse_address(address.decode())
        if cell and len(evidence.errors) < limits.MOST_PATCHES:
            evidence.errors[cell] = html.unescape(value[1].decode("utf-8", "replace")) if value else "#VALUE!"


def _note_formulas(piece: bytes, evidence: Evidence) -> None:
    """Formulas that were never computed by the program that wrote them."""
    if b"<f" not in piece:
        return
    evidence.suspicious = True
    for address, attributes, _shared, text in _NO_VALUE.findall(piece):
        cell = parse_address(address.decode())
        # a formula typed as text and empty has been computed, and came out as ""
        if cell and b't="str"' not in attributes and len(evidence.formulas) < limits.MOST_PATCHES:
            evidence.formulas[cell] = html.unescape(text.decode("utf-8", "replace"))[: limits.NAMED_CHARACTERS]


def _note_head(piece: bytes, evidence: Evidence) -> None:
    """Remember every cell of the first rows; pairs seen again and again become the usual ones."""
    counts: Counter[Combination] = Counter()
    for letters, row, attributes in _CELL.findall(piece):
        if attributes.endswith(b"/"):
            continue
        evidence.erroneous |= _IS_ERROR in attributes
        evidence.head.setdefault(int(row) - 1, []).append((column_index(letters.decode()), attributes))
        counts[letters, attributes] += 1
    evidence.usual = {pair for pair, count in counts.items() if count > limits.REMEMBERED_CELLS}


def _note_unusual(pattern: re.Pattern[bytes], piece: bytes, evidence: Evidence) -> bool:
    """Remember the cells that are not as usual, by row; True when something has become usual by it."""
    grown = False
    for letters, row, attributes in pattern.findall(piece):
        if attributes.endswith(b"/"):
            continue
        evidence.erroneous |= _IS_ERROR in attributes
        rows = evidence.unusual.setdefault((letters, attributes), [])
        rows.append(int(row) - 1)
        if len(rows) > limits.REMEMBERED_CELLS and (letters, attributes) not in evidence.usual:
            evidence.usual.add((letters, attributes))
            grown = True
    return grown


def _unusual_pattern(usual: set[Combination]) -> re.Pattern[bytes]:
    """Cells that are none of the usual pairs; one alternative per attribute text, so that it stays short."""
    columns: dict[bytes, list[bytes]] = {}
    for letters, attributes in sorted(usual):
        columns.setdefault(attributes, []).append(letters)
    known = b"|".join(
        rb"(?:%s)\d+\"%s>" % (b"|".join(letters), re.escape(attributes)) for attributes, letters in columns.items()
    )
    ahead = rb"(?!%s)" % known if known else b""
    return re.compile(rb'<c r="%s([A-Z]{1,3})(\d{1,7})"([^>]*)>' % ahead)


def _note_last_row(piece: bytes, evidence: Evidence) -> None:
    """The last row that has a cell with content: found from the end of the piece."""
    end = len(piece)
    while (start := piece.rfind(b'<c r="', 0, end)) >= 0:
        cell = _CELL.match(piece, start)
        if cell and not cell[3].endswith(b"/"):
            evidence.last = (max(evidence.last[0], int(cell[2]) - 1), evidence.last[1])
            return
        end = start


def _note_last_column(evidence: Evidence) -> None:
    columns = {column: row for row, cells in reversed(evidence.head.items()) for column, _attributes in cells}
    for (letters, _attributes), rows in evidence.unusual.items():
        columns.setdefault(column_index(letters.decode()), rows[0])
    if columns:
        farthest = max(columns)
        evidence.last = (evidence.last[0], farthest)
        evidence.farthest = write_address((columns[farthest], farthest))
