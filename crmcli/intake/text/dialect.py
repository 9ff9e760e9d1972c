"""How a text file separates its cells, found by trying: the dialect under which the lines look most like a table.

The idea is that of van den Burg, Nazábal and Sutton, "Wrangling messy CSV files by detecting row and type patterns"
(2019): a good dialect gives rows of one length and cells that each look like one thing. Added here: shorter lines
at either end (titles, notes) cost little, a cell that still holds other delimiters or half a pair of
quotes costs much, and rare delimiters must earn their place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from crmcli.intake.cells import DATE, NUMBER, TYPED, WORD, kind_of, profile_columns
from crmcli.intake.text.quoting import Dialect
from crmcli.intake.text.records import read_records

# How readily each delimiter is believed, all else being equal.
PRIORS = {",": 1.0, ";": 1.0, "\t": 1.0, "|": 0.98, "\x1f": 0.95, "\x01": 0.95, "¦": 0.9, "¬": 0.9, "§": 0.9,
          "^": 0.9, "~": 0.9, "#": 0.8, "*": 0.75, "&": 0.75, "!": 0.75, ":": 0.6, " ": 0.7}  # fmt: skip
QUOTES = ('"', "'", "`", "~", "^")
STRONG = frozenset(";\t|")  # hardly ever part of a value
DIVIDERS = (";", "\t", "|", ",")
NO_DELIMITER = "\0"  # stands in no text: NUL bytes are refused before
SAMPLE_LINES = 600
SAMPLE_SIZE = 200_000  # characters of each of the two stretches
ENOUGH = 0.5  # score below which lines are one column each
ENOUGH_WIDE = 0.3  # the same where there would be four columns or more: text does not do that by chance
WIDE = 4
# Evenness from which on a usual delimiter is believed, however untidy the cells: with two columns, with more by
# commas (there is prose with commas), with more by the others.
EVEN, EVEN_COMMA, EVEN_STRONG = 0.9, 0.6, 0.4


@dataclass(frozen=True, slots=True)
class Finding:
    """A dialect and how well it fits.

    Args:
        dialect: The dialect.
        width: Number of cells that most records have.
        score: 0–1.
        evenness: Share of records of that width, 0–1.
    """

    dialect: Dialect
    width: int
    score: float
    evenness: float = 0.0

    @property
    def convincing(self) -> bool:
        """Whether to believe in columns at all, rather than in lines of text."""
        if self.width < 2:
            return False
        mark = self.dialect.delimiter
        if mark in DIVIDERS and self.evenness >= (
            EVEN if self.width == 2 else EVEN_STRONG if mark in STRONG else EVEN_COMMA
        ):
            return True
        return self.score >= (ENOUGH if self.width < WIDE else ENOUGH_WIDE)


def find_dialect(lines: Sequence[str], *, delimiter: str | None = None, newline: str = "\n") -> Finding:
    """The dialect of the lines; NO_DELIMITER and width 1 when they are one column.

    Args:
        lines: Physical lines without their ends (all of them; a sample is taken).
        delimiter: The one to use, when the owner named it.
        newline: What stood between the lines.
    """
    sample = sample_lines(lines)
    findings = [
        weigh(sample, dialect, newline)
        for candidate in ([delimiter] if delimiter else candidates(sample))
        for dialect in _dialects(sample, candidate)
    ]
    best = max(findings, key=lambda finding: finding.score, default=None)
    if best is None or (delimiter is None and not best.convincing):
        alone = delimiter or NO_DELIMITER
        return Finding(Dialect(alone, *_quoting(sample, alone)), 1, 0.0)
    return best


def sample_lines(lines: Sequence[str]) -> list[str]:
    """The head and a stretch from the middle, bounded in lines and characters: enough to know the dialect by."""
    middle = max(SAMPLE_LINES * 2 // 3, len(lines) // 2)
    stretches = (lines[: SAMPLE_LINES * 2 // 3], lines[middle : middle + SAMPLE_LINES // 3])
    chosen: list[str] = []
    for stretch in stretches:
        size = 0
        for line in stretch:
            if size > SAMPLE_SIZE:
                break
            if len(line) > SAMPLE_SIZE // 10:  # one monstrous value tells nothing
                continue
            chosen.append(line)
            size += len(line)
    return chosen or list(lines[:3])


def candidates(lines: Sequence[str]) -> list[str]:
    """Delimiters that stand in at least a third of the non-blank lines, doubled ones ("||") instead of single ones."""
    filled = [line for line in lines if line.strip()]
    chosen = []
    for mark in PRIORS:
        holders = [line for line in filled if mark in line]
        if len(holders) * 3 < len(filled) or not holders:
            continue
        doubled = mark * 2
        alone = sum(mark in line.replace(doubled, "") for line in holders)
        chosen.append(doubled if mark not in " ,;\t" and not alone else mark)
    return chosen


def _dialects(lines: Sequence[str], delimiter: str) -> Iterator[Dialect]:
    """Ways of quoting worth trying with a delimiter."""
    quote, escape = _quoting(lines, delimiter)
    spaced = delimiter == " "
    yield Dialect(delimiter, quote, escape, skip_space=spaced)
    if escape:
        yield Dialect(delimiter, quote, "", skip_space=spaced)
    if quote and quote != '"':
        yield Dialect(delimiter, '"', "", skip_space=spaced)
    if not spaced and 3 * sum(f"{delimiter} " in line for line in lines) > len(lines):
        yield Dialect(delimiter, quote, escape, skip_space=True)


def _quoting(lines: Sequence[str], delimiter: str) -> tuple[str, str]:
    """Quote character and escape character, by where they stand: at both ends of cells."""
    text = "\n".join(lines)
    edge = re.escape(delimiter)
    best, most = '"', 0
    for quote in QUOTES:
        if quote == delimiter or quote not in text:
            continue
        mark = re.escape(quote)
        opening = len(re.findall(rf"(?:^|{edge})[ ]*{mark}(?!{edge}|$)", text, re.MULTILINE))
        closing = len(re.findall(rf"(?!{edge})[^\n]{mark}[ \r]*(?:$|{edge})", text, re.MULTILINE))
        paired = min(opening, closing)
        needed = most * 2 + (2 if quote in "\"'" else max(3, len(lines) // 4)) - 1
        if paired > needed or (quote == '"' and paired):
            best, most = quote, paired
    mark = re.escape(best)
    escaped = re.search(rf"\\{mark}(?![ \r]*(?:$|{edge}))", text, re.MULTILINE)
    return best, "\\" if escaped else ""


def weigh(lines: Sequence[str], dialect: Dialect, newline: str = "\n") -> Finding:
    """Score a dialect on a sample of lines."""
    records = read_records(lines, dialect, newline=newline)
    rows = [row for row in records.rows if any(cell.strip() for cell in row)]
    if not rows:
        return Finding(dialect, 1, 0.0)
    width, evenness = _likeliest_width(rows)
    if width == 1:
        return Finding(dialect, 1, 0.0)
    body = [row for row in rows if len(row) == width]
    unquoted = replace(dialect, quote="", skip_space=False)
    tidiness = _tidiness(body, dialect) * (1 - 0.5 * len(records.stray) / len(rows))
    breadth = (1 - 1 / width) ** 0.4
    if dialect.skip_space and dialect.delimiter != " " and not _spaced(read_records(lines, unquoted).rows):
        return Finding(dialect, 1, 0.0)
    score = evenness**0.75 * (0.1 + 0.9 * tidiness) ** 2 * breadth * PRIORS.get(dialect.delimiter[0], 0.6)
    if PRIORS.get(dialect.delimiter[0], 0.6) < 0.9 and not _purposeful(body, width, dialect, even=evenness == 1):
        score *= 0.3
    return Finding(dialect, width, min(score, 1.0), evenness)


def _likeliest_width(rows: Sequence[Sequence[str]]) -> tuple[int, float]:
    """The number of cells that most rows of the body have, and the evenness with it; 1 when no row is divided."""
    counts = Counter(len(row) for row in rows if len(row) > 1)
    often = [width for width, count in counts.most_common(6) if count > 1] or [*counts]
    tried = [(width, _evenness(rows, width)) for width in often]
    return max(tried, key=lambda pair: (pair[1] ** 0.75 * (1 - 1 / pair[0]) ** 0.4, pair[0]), default=(1, 0.0))


def _evenness(rows: Sequence[Sequence[str]], width: int) -> float:
    """Share of rows of the usual width; shorter titles and notes at either end hardly count."""
    first = next(i for i, row in enumerate(rows) if len(row) == width)
    last = len(rows) - next(i for i, row in enumerate(reversed(rows)) if len(row) == width)
    weight = float(last - first)
    even = float(sum(len(row) == width for row in rows[first:last]))
    for row in [*rows[:first], *rows[last:]]:
        weight += 0.2 if len(row) == 1 else 0.3 if len(row) < width else 1.0
    weight += sum(
        len(row) == 1 for row in rows[first:last]
    )  # in between, a line without any delimiter speaks against it
    return even / weight


def _tidiness(rows: Sequence[Sequence[str]], dialect: Dialect) -> float:
    """Share of cells that look like one thing, not like several or like half of one."""
    marks = [mark for mark in DIVIDERS if mark not in dialect.delimiter]
    untidy = cells = 0
    halves = [quote for quote in "\"'" if quote != dialect.quote]  # its own is doubled, or counted as stray
    for row in rows:
        cells += len(row)
        for cell in row:
            if cell and not cell.isalnum() and (_divided(cell, marks) or _half_quoted(cell.strip(), halves)):
                untidy += 1
    return 1 - untidy / cells


def _divided(cell: str, marks: Sequence[str]) -> bool:
    """True for a cell that another delimiter divides, with no space after it as there is in prose ("a;b" and "1,x,y")."""
    for mark in marks:
        if mark in cell:
            bare = cell.count(mark) - cell.count(mark + " ")
            if bare > 1 or (bare and mark in STRONG) or (bare and kind_of(cell) not in (NUMBER, DATE)):
                return kind_of(cell) not in (NUMBER, DATE)
    return False


def _half_quoted(cell: str, quotes: Sequence[str]) -> bool:
    """True for a cell with a quote at one end only."""
    return any(cell.startswith(quote) != cell.endswith(quote) for quote in quotes)


def _purposeful(rows: Sequence[Sequence[str]], width: int, dialect: Dialect, *, even: bool) -> bool:
    """Whether a rare delimiter divides columns that mean something: at least half, and two, of one kind each."""
    profiles = profile_columns(rows[:100], width)
    alike = sum(1 for p in profiles if p.shapes and max(p.shapes.values()) >= 0.9 and next(iter(p.shapes)) != "text")
    typed = sum(1 for p in profiles if p.typed in TYPED)
    whole = sum(kind_of(dialect.delimiter.join(row)) in TYPED for row in rows)
    if whole * 2 > len(rows):  # "2024-01-31 12:00" is one value, not two
        return False
    worded = sum(1 for p in profiles if next(iter(p.shapes), WORD) == WORD)
    if dialect.delimiter == " " and width >= WIDE and even and len(rows) > 2 and worded < width:
        return True  # no prose has as many words on every line
    if dialect.delimiter in " :":
        return typed >= 2 and alike * 2 >= width
    return alike * 2 >= width


def _spaced(rows: Sequence[Sequence[str]]) -> bool:
    """True when nearly all cells but the first of each row begin with a space, as after ", "."""
    later = [cell for row in rows for cell in row[1:] if cell]
    return bool(later) and sum(cell.startswith(" ") for cell in later) >= 0.9 * len(later)
