"""Doubtful columns: what Excel does to codes and long numbers before anyone sees the file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from crmcli.intake.workbook import limits, sentences
from crmcli.intake.workbook.values import DATE, NUMBER, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crmcli.intake.workbook.found import Warned

LONG_NUMBER = re.compile(rf"-?[1-9]\d{{{limits.SIGNIFICANT_DIGITS},}}(\.0+)?")
SHORTENED_NUMBER = re.compile(r"[1-9]([.,]\d+)?[Ee]\+\d{2}")
PADDED_CODE = re.compile(r"0\d+")
_SHORT_CODE = re.compile(r"\w{1,8}([-/.]\w{1,8}){1,2}")
_DATE_TEXT = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")
# Dates among codes are an accident as long as they are clearly fewer than the codes.
_MOST_DATES_AMONG_CODES = 0.25


class Typed(NamedTuple):
    """One non-empty cell of a column: 1-based sheet row, text, kind."""

    line: int
    text: str
    kind: str


def doubt_column(heading: str, cells: Sequence[Typed]) -> Iterator[Warned]:
    """Warnings about one column, from its non-empty data cells."""
    column = heading[: limits.NAMED_CHARACTERS]
    numbers = [cell for cell in cells if cell.kind == NUMBER]
    texts = [cell for cell in cells if cell.kind == TEXT]
    if lost := first_match(LONG_NUMBER, numbers):
        yield sentences.LOST_DIGITS, {"column": column, "line": lost.line}
    if lost := first_match(SHORTENED_NUMBER, texts):
        yield sentences.LOST_DIGITS_TEXT, {"column": column, "line": lost.line, "sample": lost.text}
    if numbers and (padded := first_match(PADDED_CODE, texts)):
        yield sentences.LOST_ZEROS, {"column": column, "sample": padded.text[:20], "count": len(numbers)}
    dates = [cell for cell in cells if cell.kind == DATE]
    if dates and are_codes(texts, dates):
        yield sentences.DATES_IN_CODES, {"column": column, "count": len(dates), "line": dates[0].line}


def first_match(pattern: re.Pattern[str], cells: Iterable[Typed]) -> Typed | None:
    """The first cell whose whole text is of the pattern."""
    return next((cell for cell in cells if pattern.fullmatch(cell.text)), None)


def are_codes(texts: Sequence[Typed], dates: Sequence[Typed]) -> bool:
    """True when most texts of a column are short codes such as 5-20 or A/12, and its dates are few."""
    if len(dates) > _MOST_DATES_AMONG_CODES * len(texts):
        return False
    codes = sum(bool(_SHORT_CODE.fullmatch(cell.text)) and not _DATE_TEXT.fullmatch(cell.text) for cell in texts)
    return codes * 2 >= len(texts)
