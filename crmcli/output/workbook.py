"""XLSX: one sheet of typed cells, one sheet that says what they are."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from crmcli import numbers
from crmcli.errors import CrmError
from crmcli.language import gettext as _
from crmcli.language import heading
from crmcli.output.words import width
from crmcli.table import Column, Kind, Table

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from crmcli.output.manner import Manner

_CREATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001  # the same bytes for the same answer, whenever it is written
_MOST_ROWS, _MOST_CHARACTERS = 1_048_575, 32_767  # what Excel takes, heading not counted
_FIRST_DAY = dt.date(1900, 3, 1)  # before it Excel counts a day that never was
_SAMPLE = 1_000  # rows looked at for the widths
_NARROW, _WIDE = 8, 60

_A4 = 9  # Excel's number for the paper
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NUMBER_FORMATS = {
    Kind.COUNT: "#,##0", Kind.MONEY: "#,##0.00", Kind.SHARE: "0.0%", Kind.RATIO: "0.00",
    Kind.QUANTITY: "General", Kind.DAYS: "0", Kind.DATE: "yyyy-mm-dd", Kind.MOMENT: "yyyy-mm-dd hh:mm",
}  # fmt: skip
_RUSSIAN_FORMATS = {Kind.DATE: "dd.mm.yyyy", Kind.MOMENT: "dd.mm.yyyy hh:mm"}

Put = Callable[[int, int, Any], None]


def write_workbook(table: Table, sink: BinaryIO, manner: Manner) -> None:
    """Frozen heading, filter, totals, widths by content; no text becomes a formula or a link.

    Raises:
        CrmError: More rows than a sheet has.
    """
    from xlsxwriter import Workbook

    rows = table.rows.fetch()
    if len(rows) > _MOST_ROWS:
        raise CrmError(_("%(rows)s rows are more than a sheet holds") % {"rows": len(rows)}, _("choose csv or parquet"))
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(sink, {**options, "strings_to_numbers": False}) as book:
        book.set_properties({"title": _stored(table.title), "created": _CREATED})
        about = sheet_name(_("About"))
        name = sheet_name(table.name)
        _fill(book, book.add_worksheet(name if name.lower() != about.lower() else name[:30] + "_"), table, rows, manner)
        _explain(book, book.add_worksheet(about), table)


def sheet_name(text: str) -> str:
    r"""The text as Excel takes it for a sheet: 31 characters at most, none of []:*?/\, no apostrophe at an end."""
    name = _FORBIDDEN.sub("_", text)[:31].strip("' ")
    return name if name and name.lower() != "history" else "_"


def _fill(book: Workbook, sheet: Worksheet, table: Table, rows: Sequence[Sequence[Any]], manner: Manner) -> None:
    """The sheet of the answer, row by row, as a book that keeps nothing in memory must be written."""
    heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    formats = {**_NUMBER_FORMATS, **(_RUSSIAN_FORMATS if manner.language == "ru" else {})}
    titles = [_title(column, table.currency) for column in table.columns]
    for index, (column, title) in enumerate(zip(table.columns, titles, strict=True)):
        sheet.set_column(index, index, _room(title, column, rows[:_SAMPLE], index, manner.language))
    for index, title in enumerate(titles):
        sheet.write_string(0, index, _stored(title), heading)
    if any(isinstance(row[index], float) for index in _places(table, Kind.DAYS) for row in rows):
        formats[Kind.DAYS] = "0.0"
    styles = {kind: book.add_format(_style(kind, formats)) for kind in Kind}
    puts = [_put(sheet, column.kind, styles[column.kind], styles) for column in table.columns]
    for number, row in enumerate(rows, 1):
        for index, (put, value) in enumerate(zip(puts, row, strict=True)):
            if value is not None:
                put(number, index, value)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)  # as wide as a page, as long as it needs, headings on each
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 1 if table.columns and table.columns[0].kind is Kind.CODE else 0)
    if table.columns:
        sheet.autofilter(0, 0, len(rows), len(table.columns) - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{len(rows) + 1}"})
    _close(book, sheet, table, len(rows) + 1, formats)


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


def _explain(book: Workbook, sheet: Worksheet, table: Table) -> None:
    """The sheet of words: title, headline, what is not shown, currency, notes."""
    sheet.set_column(0, 0, 100)
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"text_wrap": True, "bold": True})
    lines = [(table.title, bold), (table.headline, bold)]
    if table.total_rows is not None and table.total_rows > len(table.rows):
        counts = {"shown": len(table.rows), "total": table.total_rows}
        lines.append((_("rows here: %(shown)s of %(total)s") % counts, wrap))
    if table.currency:
        lines.append((_("amounts in %(currency)s") % {"currency": table.currency}, wrap))
    if not len(table.rows):
        lines.append((table.empty or _("nothing to show"), wrap))
    lines += [(note, wrap) for note in table.notes]
    for number, (text, style) in enumerate((text, style) for text, style in lines if text):
        sheet.write_string(number, 0, _stored(text or ""), style)


def _places(table: Table, kind: Kind) -> list[int]:
    return [index for index, column in enumerate(table.columns) if column.kind is kind]


def _style(kind: Kind, formats: dict[Kind, str]) -> dict[str, Any]:
    return {"num_format": formats[kind]} if kind in formats else {}


def _title(column: Column, currency: str | None) -> str:
    title = heading(column.name, column.title)
    return f"{title}, {numbers.symbol(currency)}" if column.kind is Kind.MONEY and currency else title


def _put(sheet: Worksheet, kind: Kind, style: Format, styles: Mapping[Kind, Format] | None = None) -> Put:
    """The function that writes a known value of a kind into a cell; `styles` are for figures, each of its own kind."""
    words = numbers.formatter(Kind.LEVEL, "en") if kind is Kind.LEVEL else str  # levels speak the settled language

    def put_text(line: int, column: int, value: Any) -> None:
        sheet.write_string(line, column, _stored(words(value)), style)

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
    return put_date if kind in (Kind.DATE, Kind.MOMENT) else put_text


def _stored(text: str) -> str:
    """The text as a cell can hold it: whole characters, and no more than Excel takes."""
    whole = text if text.isascii() else text.encode("utf-8", "replace").decode()
    return whole if len(whole) <= _MOST_CHARACTERS else whole[: _MOST_CHARACTERS - 1] + "…"


def _room(title: str, column: Column, rows: Sequence[Sequence[Any]], index: int, language: str) -> int:
    """Width of a column in characters: what its first rows need, within reason; long titles wrap."""
    words = numbers.formatter(column.kind, language)
    longest = max((width(words(row[index])) for row in rows), default=0)
    return min(max(longest + 2, min(width(title) + 3, 16), _NARROW), _WIDE)
