"""Where the headings of a grid are: rows of names above columns of values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from crmcli.intake.cells import (
    DATE,
    EMPTY,
    NUMBER,
    TEXT,
    TIME,
    TYPED,
    WORD,
    Profile,
    kind_of,
    profile_columns,
    shape_of,
)

HEAD = 60  # rows among which headings are looked for
BODY = 300  # rows by which the columns are judged
LABEL = 80  # characters; a heading is rarely longer
FEW = 5  # values; with fewer it says nothing that none of them comes twice
KEY = 8  # characters; texts with digits, all as long as this or longer and of one length, are keys
FEWEST = 3  # values; fewer are no column of words in which a number would be strange
STACK = 4  # heading rows at most
PREAMBLE = 20  # rows after a gappy first row of names within which fuller headings may follow

_UNIT_WORDS = (
    "шт|кг|г|т|м|мм|см|км|м2|м²|м3|м³|л|мл|руб|тыс|млн|коп|дн|дней|час|ч|мин|%|₽|€|\\$|£|eur|usd|rub|gbp|chf|pcs|pc|"
    "kg|g|t|m|mm|cm|km|m2|m²|m3|m³|l|ml|days?|hours?|h|min|units?|stk|stück|tage"
)
_UNIT = re.compile(
    rf"[(\[].{{1,25}}[)\]]|(?:in |в |ед\.? ?изм\.?,? ?)?(?:(?:тыс|млн)\.? ?)?(?:{_UNIT_WORDS})[.,]?(?:/\w{{1,4}})?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"((?:19|20)\d\d)(?:\.0)?")  # ".0" is a spreadsheet's doing
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of text with what is known about them.

    Args:
        rows: The cells, ragged.
        native: Kinds of the cells as a workbook has them; may be shorter than rows.
        width: Cells of the widest row that is not blank.
        typical: How many cells of a row are usually filled.
    """

    rows: Sequence[Sequence[str]]
    native: Sequence[Sequence[str]]
    width: int
    typical: int
    body: dict[int, list[Profile]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]], native: Sequence[Sequence[str]] | None) -> Grid:
        """The grid of some rows."""
        sample = rows if len(rows) <= 4 * BODY else [*rows[:BODY], *rows[len(rows) // 2 :][: 2 * BODY], *rows[-BODY:]]
        filled = sorted(n for row in sample if (n := sum(bool(cell.strip()) for cell in row)))
        width = max(map(len, rows), default=0)
        return cls(rows, native or (), width, filled[len(filled) * 3 // 5] if filled else 0)

    def cell(self, index: int, column: int) -> str:
        """The text of a cell, "" where a row is too short."""
        row = self.rows[index]
        return row[column] if column < len(row) else ""

    def kind(self, index: int, column: int) -> str:
        """The kind of a cell: as a workbook has it, or by its looks."""
        if index < len(self.native) and column < len(self.native[index]):
            known = {"number": NUMBER, "date": DATE}.get(self.native[index][column])
            if known:
                return known
        return kind_of(self.cell(index, column))

    def filled(self, index: int) -> int:
        """How many cells of a row are filled."""
        return sum(bool(cell.strip()) for cell in self.rows[index])

    def profiles(self, after: int) -> list[Profile]:
        """What the columns hold below a row; sparse rows (totals, notes) do not count."""
        window = self.rows[after : after + 2 * BODY]
        if after and self.filled(after - 1) > 1:
            others = [row for row in window if row != self.rows[after - 1]]
            if len(window) - len(others) <= max(1, len(window) // 6):  # said again now and then: no data
                window = others
        rows = [row for row in window if 2 * sum(map(bool, row)) >= self.typical]
        if len(rows) > 12:  # further heading rows and the foot would blur the picture
            rows = rows[3:-1]
        return profile_columns(rows[:BODY], self.width)


def find_heading(grid: Grid) -> list[int]:
    """Indexes of the heading rows, in order; empty when the first full row is data already."""
    need = max(1, grid.typical / 2) if grid.typical < 4 else max(2, grid.typical / 2)
    for index in range(min(HEAD, len(grid.rows))):
        filled = grid.filled(index)
        if filled < need or (grid.typical > 2 and filled == 1):
            continue
        if score_heading(grid, index, grid.profiles(index + 1)) > 0:
            return _stack(grid, _fuller(grid, index) or index)
        return [index - 1] if index and _names_some(grid, index - 1) else []
    return []


def _fuller(grid: Grid, index: int) -> int | None:
    """Index of a row soon after a gappy one that might be headings, which names more of the columns; None if there is none.

    What stands in between has to be unlike the rows below: letterheads of accounts and balances stand above statements.
    """
    named = grid.filled(index)
    if named == grid.width:
        return None
    for later in range(index + 1, min(index + 1 + PREAMBLE, len(grid.rows) - 1)):
        if grid.filled(later) <= named or any(grid.kind(later, j) in TYPED for j in range(grid.width)):
            continue
        profiles = grid.profiles(later + 1)
        typed = [j for j, profile in enumerate(profiles) if profile.typed and grid.cell(later, j).strip()]
        between = [grid.kind(row, j) in TYPED for row in range(index, later) for j in typed]
        if len(typed) >= 2 and sum(between) * 4 <= len(between) and score_heading(grid, later, profiles) >= len(typed):
            return later
    return None


def _names_some(grid: Grid, index: int) -> bool:
    """True for a sparse row directly above the data that clearly names several of the columns."""
    return grid.filled(index) >= 3 and score_heading(grid, index, grid.profiles(index + 1)) >= 1.5


def score_heading(grid: Grid, index: int, profiles: Sequence[Profile]) -> float:
    """How much a row looks like names for the columns below it: above 0 rather yes, below 0 rather no."""
    cells = [grid.cell(index, j).strip() for j in range(grid.width)]
    kinds = [grid.kind(index, j) for j in range(grid.width)]
    series = _series(cells)
    if set(kinds) == {EMPTY}:
        return -1.0
    score = 0.02  # in doubt for headings: nearly every export has them
    for j, (cell, column) in enumerate(zip(cells, profiles, strict=True)):
        if cell and cell not in series:
            score += _fit(cell, kinds[j], column)
    names = [cell.casefold() for cell in cells if cell and cell not in series]
    return score - 0.3 * (len(names) - len(set(names)))


def _fit(cell: str, kind: str, column: Profile) -> float:
    """Evidence of one cell for (above 0) or against (below 0) its being a name."""
    if not column.shapes:
        return -0.5 if kind in TYPED else 0.1
    if kind == EMPTY:  # "-", "%", "№": neither here nor there
        return 0.0
    if column.typed:
        return _fit_typed(cell, kind, column)
    if cell.casefold() in column.values:  # one coincidence says little where nothing else comes twice
        return -0.1 if column.unique and column.size >= FEW else -0.7
    if kind in (NUMBER, DATE, TIME):
        return -0.7 if kind in column.shapes or column.size < FEWEST else 0.0
    return _fit_words(cell, column)


def _fit_typed(cell: str, kind: str, column: Profile) -> float:
    """The same above a column of numbers, dates or times."""
    if kind not in TYPED:  # what comes again further down is a value, too: "n/d", "secret"
        return -0.5 if cell.casefold() in column.values else 1.0
    if (kind, column.typed) == (DATE, NUMBER):  # names a column of a time series
        return 0.5
    year = kind == NUMBER and _YEAR.fullmatch(cell)
    return 0.0 if year and not any(map(str.isdecimal, column.values)) else -1.0  # a year over decimals


def _fit_words(cell: str, column: Profile) -> float:
    """The same for words above a column of words or codes in which they do not occur."""
    usual, share = next(iter(column.shapes.items()))
    if share >= 0.8 and usual not in (WORD, TEXT):
        return -0.7 if shape_of(cell) == usual and not _of_another_series(cell, column) else 0.7
    if column.closed:
        return 0.5
    if len(cell) > LABEL and 2 * column.length > len(cell):
        return -0.3
    if column.fixed and column.length >= KEY and len(cell) == column.length and any(c.isdigit() for c in cell):
        return -0.7
    if column.fixed and column.length > 1:
        return 0.4 if len(cell) != column.length else -0.1
    return 0.3 if column.length > 3 * len(cell) else 0.1


def _of_another_series(cell: str, column: Profile) -> bool:
    """True for a code such as "val1" above codes that are all numbered alike, but otherwise ("v2", "v3")."""
    series = {_DIGITS.sub("9", value) for value in column.values}
    return column.size >= FEWEST and len(series) == 1 and _DIGITS.sub("9", cell.casefold()) not in series


def _series(cells: Sequence[str]) -> frozenset[str]:
    """Cells that are different years in order (perhaps again and again), or 1, 2, 3 … beside some words.

    Then these, too, are names.
    """
    years = [int(found[1]) for cell in cells if (found := _YEAR.fullmatch(cell))]
    worded = any(kind_of(cell) in (WORD, TEXT) for cell in cells)
    once = list(dict.fromkeys(years))
    ordered = once == sorted(once) or once == sorted(once, reverse=True)
    again = len(years) > len(once)
    if len(once) >= 2 and ordered and (not again or (worded and years == once * (len(years) // len(once)))):
        return frozenset(cell for cell in cells if _YEAR.fullmatch(cell))
    counted = [cell for cell in cells if cell.isdecimal() and len(cell) <= 2]
    if len(counted) >= 4 and worded and counted in ([str(i) for i in range(n, n + len(counted))] for n in (0, 1)):
        return frozenset(counted)
    return frozenset()


def _stack(grid: Grid, index: int) -> list[int]:
    """All rows of a heading of several rows, of which one was found."""
    heads = [index]
    if index and _is_group_row(grid, index - 1):
        heads.insert(0, index - 1)
    while len(heads) < STACK and heads[-1] + 1 < len(grid.rows) and _continues(grid, heads[-1]):
        heads.append(heads[-1] + 1)
    return heads


def _is_group_row(grid: Grid, index: int) -> bool:
    """A sparse row directly above the names, with labels over some of the columns: not a title in the first column."""
    filled = [j for j in range(grid.width) if grid.cell(index, j).strip()]
    if any(grid.kind(index, j) == NUMBER and not _YEAR.fullmatch(grid.cell(index, j).strip()) for j in filled):
        return False  # a balance, say: an amount is no label
    return bool(filled) and filled[-1] >= 2 and grid.width >= 3 and len(filled) < grid.width and len(filled) >= 2


def _continues(grid: Grid, index: int) -> bool:
    """True when the row after a heading row is a heading row, too: text where the columns hold numbers or dates."""
    following = index + 1
    if grid.filled(following) == 0 or is_units(grid, following) or is_numbering(grid, following):
        return False
    cells = [grid.cell(following, j).strip() for j in range(grid.width)]
    above = [grid.cell(index, j).strip() for j in range(grid.width)]
    if cells == above:
        return True
    told_apart = len(set(above)) == grid.width and all(above)
    series = {cell for cell in _series(cells) if _YEAR.fullmatch(cell)}
    if series and not told_apart:  # years under labels over several columns
        return all(cell in series for cell in cells if kind_of(cell) == NUMBER)
    profiles = grid.profiles(following + 1)
    if following + 1 >= len(grid.rows) or sum(p.filled > 0 for p in profiles) < 2:
        return False
    typed = [j for j, p in enumerate(profiles) if p.typed and cells[j]]
    named = [j for j in typed if grid.kind(following, j) in (WORD, TEXT)]
    if told_apart and not _explains([cells[j] for j in named]):
        return False
    return len(typed) == len(named) >= 2 and score_heading(grid, following, profiles) > 0.8


def _explains(names: Sequence[str]) -> bool:
    """True for words that may stand under complete names to explain them; marks of missing values are short or all alike."""
    words = sum(sum(map(str.isalpha, name)) > 2 for name in names)
    return words * 2 > len(names) and len(set(names)) > 1


def is_units(grid: Grid, index: int) -> bool:
    """True for a row of units ("шт.", "руб.", "(kg)") under the headings."""
    cells = [cell.strip() for cell in grid.rows[index] if cell.strip()]
    if len(cells) < 2 or not all(_UNIT.fullmatch(cell) for cell in cells):
        return False
    profiles = grid.profiles(index + 1)
    over = [j for j in range(grid.width) if grid.cell(index, j).strip() and profiles[j].typed]
    return bool(over) and not any(grid.cell(index, j).strip().casefold() in profiles[j].values for j in over)


def is_numbering(grid: Grid, index: int) -> bool:
    """True for a row that numbers the columns 1, 2, 3 … as printed forms do."""
    cells = [cell.strip() for cell in grid.rows[index]]
    if len(cells) < 5 or cells != [str(j) for j in range(1, len(cells) + 1)]:
        return False
    return any(column.filled and column.typed != NUMBER for column in grid.profiles(index + 1))
