"""One sheet of a workbook: typed cells under a frozen heading, totals below, colours that follow the values."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from crmcli import numbers
from crmcli.language import gettext as _
from crmcli.language import heading
from crmcli.output.words import width
from crmcli.table import DATED, ChartKind, Column, Kind, Table

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from crmcli.output.manner import Manner
    from crmcli.output.native import Source

_FIRST_DAY = dt.date(1900, 3, 1)  # before it Excel counts a day that never was
_SAMPLE = 1_000  # rows looked at for the widths
_NARROW, _WIDE = 8, 60
_LINE, _MOST_LINES = 15, 12  # points a line of a cell takes; lines a row may have
_MOST_CHARACTERS = 32_767  # what a cell takes
A4 = 9  # Excel's number for the paper
_TEXTUAL = frozenset({Kind.CODE, Kind.TEXT, Kind.LEVEL})
_BARS = {"type": "data_bar", "bar_color": "#A9C8E8", "min_type": "num", "min_value": 0}
_HEAT = {
    "type": "3_color_scale", "min_type": "num", "min_value": 0, "mid_type": "percent", "mid_value": 50,
    "min_color": "#FFFFFF", "mid_color": "#BDD7F0", "max_color": "#6FA8DC",
}  # fmt: skip

Put = Callable[[int, int, Any], None]


def fill(book: Workbook, sheet: Worksheet, source: Source, manner: Manner) -> None:
    """The sheet of the answer, row by row, as a book that keeps nothing in memory must be written."""
    table, rows, formats = source.table, source.rows, source.formats
    heading = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
    left, right = (
        book.add_format({**heading, "align": "left", "indent": 1}),
        book.add_format({**heading, "align": "right"}),
    )
    titles = [_title(column, table.currency) for column in table.columns]
    for index, (column, title) in enumerate(zip(table.columns, titles, strict=True)):
        sheet.set_column(index, index, _room(title, column, rows[:_SAMPLE], index, manner.language))
    for index, (column, title) in enumerate(zip(table.columns, titles, strict=True)):
        sheet.write_string(0, index, stored(title), left if column.kind in _TEXTUAL else right)
    sentences = [_is_long(column, rows[:_SAMPLE], index) for index, column in enumerate(table.columns)]
    above = {"valign": "top"} if any(sentences) else {}
    styles = {kind: book.add_format({**_style(kind, formats), **above}) for kind in Kind}
    wrapped = book.add_format({**_style(Kind.TEXT, formats), **above, "text_wrap": True})
    puts = [
        _put(sheet, column.kind, wrapped if long else styles[column.kind], styles)
        for column, long in zip(table.columns, sentences, strict=True)
    ]
    for number, row in enumerate(rows, 1):
        if any(sentences):
            sheet.set_row(number, _LINE * _lines([row[index] for index, long in enumerate(sentences) if long]))
        for index, (put, value) in enumerate(zip(puts, row, strict=True)):
            if value is not None:
                put(number, index, value)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)  # as wide as a page, as long as it needs, headings on each
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 1 if table.columns and table.columns[0].kind is Kind.CODE else 0)
    if table.columns:
        sheet.autofilter(0, 0, len(rows), len(table.columns) - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{len(rows) + 1}"})
    _tint(sheet, table, len(rows))
    _close(book, sheet, table, len(rows) + 1, formats)


def _tint(sheet: Worksheet, table: Table, count: int) -> None:
    """Bars within cells, and the colours of a heat map: formats of the cells that follow their values."""
    if not count:
        return
    for index, column in enumerate(table.columns):
        if column.bar:
            sheet.conditional_format(1, index, count, index, _BARS)
    for chart in table.charts:
        names = chart.values or tuple(column.name for column in table.columns if column.kind is Kind.SHARE)
        places = [index for index, column in enumerate(table.columns) if column.name in names]
        if chart.kind is ChartKind.HEAT and places:
            sheet.conditional_format(1, min(places), count, max(places), _HEAT)


def _close(book: Workbook, sheet: Worksheet, table: Table, line: int, formats: dict[Kind, str]) -> None:
    """The line of totals, outside the filter."""
    for index, column in enumerate(table.columns):
        value = table.totals.get(column.name)
        style = book.add_format({**_style(column.kind, formats), "bold": True, "top": 1})
        if value is not None:
            _put(sheet, column.kind, style)(line, index, value)
        elif index == 0 and table.totals:
            sheet.write_string(line, 0, _("Total"), style)
        elif table.totals:
            sheet.write_blank(line, index, None, style)


def _put(sheet: Worksheet, kind: Kind, style: Format, styles: Mapping[Kind, Format] | None = None) -> Put:
    """The function that writes a known value of a kind into a cell; `styles` are for figures, each of its own kind."""
    words = numbers.formatter(Kind.LEVEL, "en") if kind is Kind.LEVEL else str  # levels speak the settled language

    def put_text(line: int, column: int, value: Any) -> None:
        sheet.write_string(line, column, stored(words(value)), style)

    def put_number(line: int, column: int, value: Any) -> None:
        if math.isfinite(value):
            sheet.write_number(line, column, value, style)

    def put_date(line: int, column: int, value: Any) -> None:
        if (value.date() if isinstance(value, dt.datetime) else value) < _FIRST_DAY:
            put_text(line, column, numbers.machine(value, kind))
        else:
            sheet.write_datetime(line, column, value, style)

    def put_figure(line: int, column: int, value: Any) -> None:
        own = (styles or {}).get(value.kind, style)
        _put(sheet, value.kind, own)(line, column, value.value)

    if kind is Kind.FIGURE:
        return put_figure
    if kind in numbers.NUMERIC:
        return put_number
    return put_date if kind in DATED else put_text


def stored(text: str) -> str:
    """The text as a cell can hold it: whole characters, and no more than Excel takes."""
    whole = text if text.isascii() else text.encode("utf-8", "replace").decode()
    return whole if len(whole) <= _MOST_CHARACTERS else whole[: _MOST_CHARACTERS - 1] + "…"


def _room(title: str, column: Column, rows: Sequence[Sequence[Any]], index: int, language: str) -> int:
    """Width of a column in characters: what its first rows need, within reason; long titles wrap."""
    words = numbers.formatter(column.kind, language)
    longest = max((width(words(row[index])) for row in rows), default=0)
    return min(max(longest + 2, min(width(title) + 3, 16), _NARROW), _WIDE)


def _is_long(column: Column, rows: Sequence[Sequence[Any]], index: int) -> bool:
    """Whether the texts of a column need several lines: else they would run over the edge of the paper."""
    return column.kind is Kind.TEXT and any(width(row[index]) + 2 > _WIDE for row in rows if row[index] is not None)


def _lines(texts: Sequence[str | None]) -> int:
    """Lines the longest of the texts takes in a column of the widest kind; a few letters are lost at each line's end."""
    longest = max((width(text) for text in texts if text is not None), default=0)
    return min(max(math.ceil(longest / (_WIDE - 4)), 1), _MOST_LINES)


def _style(kind: Kind, formats: dict[Kind, str]) -> dict[str, Any]:
    if kind in formats:
        return {"num_format": formats[kind]}
    return {"align": "left", "indent": 1} if kind in _TEXTUAL else {}  # or a text stands against the number before it


def _title(column: Column, currency: str | None) -> str:
    title = heading(column.name, column.title)
    return f"{title}, {numbers.symbol(currency)}" if column.kind is Kind.MONEY and currency else title
