"""CSV and TSV, byte for byte as the database's own COPY writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import BinaryIO

from crmcli import numbers
from crmcli.output.manner import Manner
from crmcli.table import Column, Kind, Table

_TEXTUAL = frozenset({Kind.CODE, Kind.TEXT, Kind.LEVEL})

# What a spreadsheet runs. A run of apostrophes before it is guarded too, so that taking one away restores every text.
_TRIGGER = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_NEGATIVE = re.compile(r"-\d+(?:[.,]\d+)?\Z")
_BATCH = 2_000  # rows joined before a write


def write_csv(table: Table, sink: BinaryIO, manner: Manner) -> None:
    """Comma-separated: a heading of column names, minimal quotes, unknown empty and empty text quoted."""
    _write(table, sink, ",", excel_safe=manner.excel_safe)


def write_tsv(table: Table, sink: BinaryIO, manner: Manner) -> None:
    """Tab-separated, otherwise as CSV."""
    _write(table, sink, "\t", excel_safe=manner.excel_safe)


def guarded(text: str) -> str:
    """The text with an apostrophe before whatever a spreadsheet would run; plain negative numbers stay."""
    return "'" + text if _TRIGGER.match(text) and not _NEGATIVE.match(text) else text


def _write(table: Table, sink: BinaryIO, delimiter: str, *, excel_safe: bool) -> None:
    special = re.compile(f'[{delimiter}"\n\r#]')  # the database takes "#" for the mark of a comment
    fields = [_field(column, special, excel_safe=excel_safe) for column in table.columns]
    names = (_quoted(column.name, special) for column in table.columns)
    sink.write((delimiter.join(names) + "\n").encode())
    rows = table.rows.fetch()
    for start in range(0, len(rows), _BATCH):
        lines = (_line(row, fields, delimiter) for row in rows[start : start + _BATCH])
        sink.write("".join(lines).encode("utf-8", "replace"))


def _line(row: Sequence[object], fields: Sequence[Callable[[object], str]], delimiter: str) -> str:
    return delimiter.join([field(value) for field, value in zip(fields, row, strict=True)]) + "\n"


def _field(column: Column, special: re.Pattern[str], *, excel_safe: bool) -> Callable[[object], str]:
    """The function that writes one value of a column."""
    if excel_safe and column.kind in _TEXTUAL:
        return lambda value: "" if value is None else _quoted(guarded(str(value)), special)
    if column.kind in _TEXTUAL:
        return lambda value: "" if value is None else _quoted(str(value), special)
    if column.kind is Kind.FIGURE:  # a column of facts: any of them may be a text from outside
        kept = guarded if excel_safe else str
        return lambda value: (
            "" if value is None else _quoted(kept(numbers.machine_text(value, Kind.FIGURE) or ""), special)
        )
    return partial(_plain, kind=column.kind, special=special)


def _plain(value: object, kind: Kind, special: re.Pattern[str]) -> str:
    """A number or a date, in which nothing needs quotes; a text in its place might."""
    if type(value) is int:  # the usual case, and no truth value
        return str(value)
    if isinstance(value, str):
        return _quoted(value, special)
    return numbers.machine_text(value, kind) or ""


def _quoted(text: str, special: re.Pattern[str]) -> str:
    if text and not special.search(text):
        return text
    return '"' + text.replace('"', '""') + '"'
