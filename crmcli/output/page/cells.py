"""Rows of a table as markup: chosen a column at a time, so that ten thousand rows are written quickly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from html import escape
from typing import Any

from crmcli import numbers
from crmcli.output.page.tones import tone
from crmcli.output.page.wording import tied
from crmcli.output.visible import safe
from crmcli.table import DATED, Column, Figure, Kind, Row, Table

_BATCH = 500  # rows joined before they are handed on
_LONG_WORD = 32  # letters
_UNKNOWN = f'<td class="u">{numbers.UNKNOWN}</td>'
_UNKNOWN_NUMBER = f'<td class="u n">{numbers.UNKNOWN}</td>'

Cell = Callable[[Any], str]


def batches(table: Table, rows: Sequence[Row], language: str) -> Iterator[str]:
    """The rows as `<tr>` elements, so many at a time."""
    makers = [_cell(column, _most(column, rows, index), language) for index, column in enumerate(table.columns)]
    for start in range(0, len(rows), _BATCH):
        made = (
            "".join([make(value) for make, value in zip(makers, row, strict=True)])
            for row in rows[start : start + _BATCH]
        )
        yield "".join(f"<tr>{cells}</tr>\n" for cells in made)


def totals(table: Table, language: str, label: str) -> str:
    """The cells of the totals row, "" without one."""
    if not table.totals:
        return ""
    made = []
    for index, column in enumerate(table.columns):
        value = table.totals.get(column.name)
        words = numbers.formatter(column.kind, language)(value) if value is not None else "" if index else label
        right = ' class="n"' if is_number(column.kind) else ""
        made.append(f"<td{right}>{escape(safe(words))}</td>")
    return "".join(made)


def is_number(kind: Kind) -> bool:
    """Whether a column stands right."""
    return kind in numbers.NUMERIC or kind is Kind.FIGURE


def _most(column: Column, rows: Sequence[Row], index: int) -> float:
    """The largest value of a column with bars."""
    if not column.bar:
        return 0.0
    return max((float(row[index]) for row in rows if not numbers.is_unknown(row[index])), default=0.0)


def _cell(column: Column, most: float, language: str) -> Cell:
    """The function that writes the cells of one column."""
    words = numbers.formatter(column.kind, language)
    if column.kind is Kind.LEVEL:
        return _level(column, words)
    if column.kind in DATED:
        return lambda value: _UNKNOWN if value is None else _dated(value, words)
    if is_number(column.kind):
        return lambda value: _UNKNOWN_NUMBER if numbers.is_unknown(value) else _number(value, words, most)
    if column.kind is Kind.CODE:
        return lambda value: _UNKNOWN if value is None else _code(safe(words(value)))
    return lambda value: _UNKNOWN if value is None else _text(tied(safe(words(value))))


def _text(text: str) -> str:
    """A text; one with a word too long for a column may be broken anywhere."""
    style = ' class="w"' if len(text) > _LONG_WORD and max(map(len, text.split()), default=0) > _LONG_WORD else ""
    return f"<td{style}>{escape(text)}</td>"


def _code(text: str) -> str:
    """A code in one piece; an address may be broken behind its @, a very long one anywhere."""
    if len(text) > _LONG_WORD:
        return f'<td class="w">{escape(text)}</td>'
    name, at, place = text.partition("@")
    if not at:
        return f'<td class="c">{escape(text)}</td>'
    return f'<td><span class="c">{escape(name)}@</span><wbr><span class="c">{escape(place)}</span></td>'


def _level(column: Column, words: Callable[[Any], str]) -> Cell:
    """Words with their tint, sorted as their list is; the few there are are made once."""

    @cache
    def made(value: Any) -> str:
        if value is None:
            return _UNKNOWN
        text = escape(safe(words(value)))
        place = f' data-v="{column.words.index(value)}"' if value in column.words else ""
        tint = tone(value) if column.toned else ""
        return f'<td{place}><span class="tag {tint}">{text}</span></td>' if tint else f"<td{place}>{text}</td>"

    return made


def _number(value: Any, words: Callable[[Any], str], most: float) -> str:
    """A number with what it is sorted by, and its bar."""
    plain = value.value if isinstance(value, Figure) else value
    if numbers.is_unknown(plain):
        return _UNKNOWN_NUMBER
    key = _key(plain)
    style = "n minus-n" if key.startswith("-") else "n"
    if most > 0:
        style += f" bar b{round(float(plain) / most * 100) if plain > 0 else 0}"
    return f'<td class="{style}" data-v="{escape(key)}">{escape(safe(words(value)))}</td>'


def _dated(value: Any, words: Callable[[Any], str]) -> str:
    return f'<td class="c" data-v="{value.isoformat()}">{words(value)}</td>'


def _key(value: Any) -> str:
    """What the script compares: a plain number, or a date as ISO."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(numbers.machine_text(value, Kind.RATIO))
