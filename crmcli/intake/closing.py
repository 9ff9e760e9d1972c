"""Rows that close a table or a part of it: totals and footnotes, in English, Russian and German."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmcli.intake.cells import LINK, NUMBER, TEXT, kind_of

if TYPE_CHECKING:
    from crmcli.intake.heading import Grid

MOST_SUMS = 8  # columns of a total that are added up
_NOT_OF_NUMBERS = re.compile(r"[^\d.,-]")
TAIL = 40  # rows at the end among which footnotes are looked for

TOTAL_HINTS = ("total", "sum", "итог", "всего", "gesamt", "ergebnis")  # one stands in every label of a total
_WORDS = (
    "grand total|sub-?total|totals?|overall total|sum|итого|всего|общий итог|итог|промежуточный итог|"
    "gesamtsumme|gesamtergebnis|gesamt|insgesamt|zwischensumme|summe|ergebnis"
)
_FIRST = rf"(?:{_WORDS})(?:\s+(?:all|по|за|на|for|by|of|in|für|der|des|pro)\b.{{0,60}}|\s*\(.{{0,40}}\))?\s*[:.]?"
_TOTAL_FIRST = re.compile(_FIRST, re.IGNORECASE)
_TOTAL = re.compile(
    rf"{_FIRST}|"
    r".{1,60}\s(?:total|итог|итого|gesamt|ergebnis)\s*:?",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"[*†‡¹²³(\[]|\d{1,2}[)\]]\s|(?:notes?|sources?|remarks?|footnotes?|prepared|printed|generated|copyright|©|"
    r"примечани|источник|сноск|исполнител|составил|подготов|напечатан|сформирован|отпечатан|руководитель|"
    r"главный бухгалтер|директор|quelle|anmerkung|hinweis|fußnote|stand:|erstellt)",
    re.IGNORECASE,
)


def is_total(row: Sequence[str], typical: int) -> bool:
    """True for a label such as "Total" or "Итого по складу", numbers, and nothing else.

    Args:
        row: The cells.
        typical: How many cells of a data row are usually filled; a total leaves the key cells empty.
    """
    filled = sum(bool(cell.strip()) for cell in row)
    return filled < typical and _looks_total(row)


def adds_up(rows: Sequence[Sequence[str]], index: int, since: int) -> bool:
    """True for a labelled row that fills every cell, when one of its numbers is the sum of those above it.

    Args:
        rows: All rows.
        index: Of the row in question.
        since: Index of the first row that may be part of the sum: a subtotal begins after the last one.
    """
    row = rows[index]
    if index == since or not _looks_total(row):
        return False
    if index - since == 1:  # of one row only where it says so first, and all the numbers are the same
        if not _TOTAL_FIRST.fullmatch(_label(row)):
            return False
        pairs = [(_number(cell), _number(above)) for cell, above in zip(row, rows[since], strict=False)]
        return all(total == part for total, part in pairs if total is not None) and any(total for total, _ in pairs)
    totals = [(column, total) for column, cell in enumerate(row) if (total := _number(cell))]
    for column, total in totals[:MOST_SUMS]:
        parts = [_number(r[column]) if column < len(r) else None for r in rows[since:index]]
        if abs(total - sum(part for part in parts if part is not None)) <= 0.005 * (index - since):
            return True
    return False


def _looks_total(row: Sequence[str]) -> bool:
    """A label of a total, then nothing but numbers, at least one."""
    label = _label(row)
    if not label or len(label) > 70 or not _TOTAL.fullmatch(label):
        return False
    kinds = [kind_of(cell) for cell in row if cell.strip()]
    return kinds.count(NUMBER) == len(kinds) - 1 and len(kinds) > 1


def _label(row: Sequence[str]) -> str:
    """The first filled cell, stripped."""
    return next((cell.strip() for cell in row if cell.strip()), "")


def _number(cell: str) -> float | None:
    """The value of a number in any of the usual notations, None for anything else."""
    if kind_of(cell) != NUMBER:
        return None
    text = _NOT_OF_NUMBERS.sub("", cell)
    decimal = max(text.rfind("."), text.rfind(","))
    if decimal >= 0 and (len(text) - decimal != 4 or (text.count(".") and text.count(","))):
        text = re.sub(r"[.,]", "", text[:decimal]) + "." + text[decimal + 1 :]
    else:
        text = re.sub(r"[.,]", "", text)
    try:
        return float(text)
    except ValueError:
        return None


def begins_note(text: str) -> bool:
    """True for a text that says that it is a note, a source or a signature."""
    return bool(_NOTE.match(text.strip()))


def find_closing(grid: Grid, first: int, verdicts: Sequence[str]) -> dict[int, str]:
    """Footnotes and the last total, going up from the end until the first row that is data.

    Args:
        grid: The rows.
        first: Index of the first data row.
        verdicts: What is known already.
    """
    found: dict[int, str] = {}
    pending: list[int] = []
    for index in range(len(grid.rows) - 1, max(first, len(grid.rows) - TAIL) - 1, -1):
        if verdicts[index] != "data":
            if pending:  # a blank or a total above: what stands below it is set apart from the data
                found |= dict.fromkeys(pending, "footnote")
                pending.clear()
            continue
        row = grid.rows[index]
        if index > first and is_total(row, grid.width + 1):
            found[index] = "total"
        elif _is_note(row, grid.typical):
            found |= dict.fromkeys([*pending, index], "footnote")
            pending.clear()
        elif _may_be_note(row, grid.typical):
            pending.append(index)
        else:
            break
    return found


def _only(row: Sequence[str]) -> str:
    """The first cell, stripped, when it is the only one filled; else ""."""
    if not row or not row[0].strip() or any(cell.strip() for cell in row[1:]):
        return ""
    return row[0].strip()


def _is_note(row: Sequence[str], typical: int) -> bool:
    """A lone cell that says that it is a note, or a line of its own that is a sentence."""
    text = _only(row)
    if not text or typical < 2:
        return False
    sentence = len(text.split()) >= 3 or kind_of(text) == LINK
    alone = len(row) == 1  # no delimiter follows, so the line is hardly a data row with all but its key left out
    return (begins_note(text) and (alone or ":" in text or not text[0].isalpha())) or (alone and sentence)


def _may_be_note(row: Sequence[str], typical: int) -> bool:
    """A lone text that is a note if a blank row or a total sets it apart from the data."""
    text = _only(row)
    return bool(text) and typical >= 3 and kind_of(text) in (TEXT, LINK)
