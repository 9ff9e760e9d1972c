"""Columns of a big sheet: which kinds of cells they hold, by evidence of the XML, and their canonical text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.intake.workbook import limits
from crmcli.intake.workbook.address import Cell, column_index
from crmcli.intake.workbook.doubts import LONG_NUMBER, PADDED_CODE, SHORTENED_NUMBER, Typed, doubt_column
from crmcli.intake.workbook.shape import cell_style
from crmcli.intake.workbook.values import BOOLEAN, DATE, ERROR, NUMBER, TEXT, write_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from crmcli.intake.workbook.found import Warned
    from crmcli.intake.workbook.scan import Evidence

NUMERIC_TEXT = re.compile(r"-?\d+(\.\d+)?")
_MOMENT_TEXT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?")
# A number that may have been cut (nine decimals), or is too long to be told from an id that is text.
_CUT_NUMBER = r"^-?\d+\.\d{9,}$|^-?\d{16,}$"
_EXACT_INTEGERS = 10.0**limits.SIGNIFICANT_DIGITS
_MIDNIGHT = " 00:00:00"
_TYPES = {b"s": TEXT, b"str": TEXT, b"inlineStr": TEXT, b"b": BOOLEAN, b"e": ERROR, b"n": NUMBER}
_TYPE = re.compile(rb'\bt="(\w+)"')

Lines = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class ColumnKinds:
    """Kinds of cells per column, the first column of the table being 0.

    Args:
        first: 0-based sheet column of the first column.
        usual: Per column, the kinds found all over it.
        rare: Per column, kind → the 0-based sheet rows where else it occurs (all of the head, and rare ones below).
        known: Kind of single cells by (sheet row, column): those of the first rows, and the rare ones.
        head: Rows before this one are wholly known by `rare`.
    """

    first: int
    usual: tuple[frozenset[str], ...]
    rare: tuple[dict[str, list[int]], ...]
    known: dict[Cell, str]
    head: int

    def kind_of(self, row: int, column: int, text: str) -> str:
        """Kind of one cell; below the head, where a column is mixed, by what the text looks like."""
        if not text:
            return ""
        if kind := self.known.get((row, column)):
            return kind
        usual = self.usual[column]
        if len(usual) == 1:
            return next(iter(usual))
        return next((kind for kind in (NUMBER, DATE) if kind in usual and _looks_like(kind, text)), TEXT)

    def find_text_rows(self, dtypes: dict[int, str]) -> set[int]:
        """First rows with text in a column read as numbers: the reader leaves such cells empty."""
        return {
            row
            for (row, column), kind in self.known.items()
            if row < limits.HEAD_ROWS and kind == TEXT and dtypes.get(column) == "float"
        }

    def words(self, column: int, lines: Lines) -> set[str]:
        """Kinds of the cells of a column in the given runs of 1-based sheet rows."""
        words = set(self.usual[column]) if sum(count for _start, count in lines) > self.head else set()
        for kind, rows in self.rare[column].items():
            if any(start <= row + 1 < start + count for row in rows for start, count in lines):
                words.add(kind)
        return words


def _looks_like(kind: str, text: str) -> bool:
    return bool((NUMERIC_TEXT if kind == NUMBER else _MOMENT_TEXT).fullmatch(text))


def judge_columns(evidence: Evidence, styles: Sequence[str]) -> ColumnKinds | None:
    """Kinds per column from the evidence; None where this road does not know how the cells come out."""
    kinds = {attributes: _kind(attributes, styles) for _column, attributes in evidence.pairs}
    if evidence.unaddressed or not evidence.head or None in kinds.values():
        return None
    first = min(column for column, _attributes in evidence.pairs)
    width = evidence.last[1] - first + 1
    usual: list[set[str]] = [set() for _ in range(width)]
    rare: list[dict[str, list[int]]] = [{} for _ in range(width)]
    known: dict[Cell, str] = {}
    for row, cells in evidence.head.items():
        for column, attributes in cells:
            kind = kinds[attributes] or TEXT
            rare[column - first].setdefault(kind, []).append(row)
            if row < limits.HEAD_ROWS:
                known[row, column - first] = kind
    for letters, attributes in evidence.usual:
        usual[column_index(letters.decode()) - first].add(kinds[attributes] or TEXT)
    for (letters, attributes), found in evidence.unusual.items():
        column, kind = column_index(letters.decode()) - first, kinds[attributes] or TEXT
        if kind not in usual[column]:
            rare[column].setdefault(kind, []).extend(found)
            known.update(((row, column), kind) for row in found)
    return ColumnKinds(first, tuple(map(frozenset, usual)), tuple(rare), known, max(evidence.head) + 1)


def _kind(attributes: bytes, styles: Sequence[str]) -> str | None:
    """Kind of a cell by its attributes; None for times of day, durations and ISO dates, which need more care."""
    found = _TYPE.search(attributes)
    if found and found[1] != b"n":
        return _TYPES.get(found[1])
    style = cell_style(attributes, styles)
    return {"date": DATE, "time": None}.get(style, NUMBER)


def choose_dtypes(evidence: Evidence, styles: Sequence[str]) -> dict[int, str]:
    """How fastexcel is to read each column of the table, by the first rows: "float" for numbers, "string" otherwise.

    As "string" it cuts numbers to nine decimals, hence the choice beforehand.
    """
    kinds: dict[int, Counter[str | None]] = {}
    for cells in evidence.head.values():
        for column, attributes in cells:
            kinds.setdefault(column, Counter())[_kind(attributes, styles)] += 1
    first, last = min(kinds, default=0), max(kinds, default=0)
    numeric = {column for column, counts in kinds.items() if counts[NUMBER] * 2 > counts.total()}
    return {column - first: "float" if column in numeric else "string" for column in range(first, last + 1)}


def write_numbers(series: pl.Series) -> pl.Series:
    """Canonical text of a column of floats; null becomes ""."""
    import polars as pl

    whole = series.drop_nulls()
    if (whole == whole.floor()).all() and (whole.abs() < _EXACT_INTEGERS).all():
        return series.cast(pl.Int64).cast(pl.String).fill_null("")
    texts = series.cast(pl.String).str.strip_suffix(".0").fill_null("")
    odd = texts.filter((texts.str.len_bytes() > limits.SIGNIFICANT_DIGITS) | texts.str.contains("e", literal=True))
    changed = {text: written for text in odd.unique() if (written := write_number(float(text))) != text}
    return texts.replace(list(changed), list(changed.values())) if changed else texts


def finish_column(
    series: pl.Series, words: set[str], heading: str, lines: Lines
) -> tuple[pl.Series, list[Warned]] | None:
    """Canonical text of a column and the doubts about it; None: only the cells themselves can tell."""
    import polars as pl

    if series.dtype != pl.String:
        # what is no number has been left empty in here
        if words - {NUMBER, ERROR}:
            return None
        finished = write_numbers(series)
        return finished, list(doubt_column(heading, _suspects(finished, words, lines)))
    filled = series.fill_null("")
    if NUMBER in words and filled.str.contains(_CUT_NUMBER).any():
        return None
    if DATE in words:
        filled = filled.str.strip_suffix(_MIDNIGHT)
    return filled, list(doubt_column(heading, _suspects(filled, words, lines)))


def _suspects(series: pl.Series, words: set[str], lines: Lines) -> list[Typed]:
    """The cells that doubts may be about: all of a mixed column, else only those of a telling form."""
    mixed = len(words - {ERROR, BOOLEAN}) > 1
    if mixed:
        rows = [row for start, count in lines for row in range(start, start + count)]
        return [Typed(row, text, _guess(text, words)) for row, text in zip(rows, series, strict=True) if text]
    pattern = LONG_NUMBER if NUMBER in words else SHORTENED_NUMBER
    kind = NUMBER if NUMBER in words else TEXT
    places = series.str.contains(f"^(?:{pattern.pattern})$").arg_true().head(1).to_list()
    return [Typed(_line_at(place, lines), series[place], kind) for place in places]


def _guess(text: str, words: set[str]) -> str:
    if DATE in words and re.fullmatch(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?", text):
        return DATE
    if NUMBER in words and NUMERIC_TEXT.fullmatch(text) and not PADDED_CODE.fullmatch(text):
        return NUMBER
    return TEXT


def _line_at(place: int, lines: Lines) -> int:
    """1-based sheet row of the row at a 0-based place among the kept ones."""
    for start, count in lines:
        if place < count:
            return start + place
        place -= count
    return 0
