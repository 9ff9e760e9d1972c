"""XLSX: a sheet of typed cells for each table, its charts, and a sheet that says what they are."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO

from crmcli.errors import CrmError
from crmcli.language import gettext as _
from crmcli.output.native import Source, drawable, place
from crmcli.output.sheet import A4, fill, stored
from crmcli.table import Kind, Table

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from crmcli.output.manner import Manner

_CREATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001  # the same bytes for the same answer, whenever it is written
_MOST_ROWS = 1_048_575  # what Excel takes, heading not counted

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NUMBER_FORMATS = {
    Kind.COUNT: "#,##0", Kind.MONEY: "#,##0.00", Kind.SHARE: "0.0%", Kind.RATIO: "0.00",
    Kind.QUANTITY: "General", Kind.DAYS: "0", Kind.DATE: "yyyy-mm-dd", Kind.MOMENT: "yyyy-mm-dd hh:mm",
    Kind.MONTH: "mmm yyyy",
}  # fmt: skip
_RUSSIAN_FORMATS = {Kind.DATE: "dd.mm.yyyy", Kind.MOMENT: "dd.mm.yyyy hh:mm", Kind.MONTH: "[$-419]mmmm yyyy"}


def write_workbook(table: Table, sink: BinaryIO, manner: Manner) -> None:
    """Frozen heading, filter, totals, widths by content, charts; the smaller tables on sheets of their own.

    No text becomes a formula or a link.

    Raises:
        CrmError: More rows than a sheet has.
    """
    write_workbooks((table,), sink, manner, table.title)


def write_workbooks(tables: Sequence[Table], sink: BinaryIO, manner: Manner, title: str | None = None) -> None:
    """Several answers as one workbook, a sheet each, in order.

    Raises:
        CrmError: More rows than a sheet has.
    """
    from xlsxwriter import Workbook

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(sink, {**options, "strings_to_numbers": False}) as book:
        name = title or (tables[0].title if tables else "")
        book.set_properties({"title": stored(name), "created": _CREATED})
        about, pictures = sheet_name(_("About")), sheet_name(_("Charts"))
        taken = {about.lower(), pictures.lower()}
        sources: list[Source] = []
        for table in tables:
            sources.append(_sheet(book, table, taken, manner))
            sources += [_sheet(book, small, taken, manner) for small in table.beside]
        _draw(book, pictures, sources)
        _explain(book, book.add_worksheet(about), tables)


def _sheet(book: Workbook, table: Table, taken: set[str], manner: Manner) -> Source:
    """One table on a sheet of its own, under a name no other sheet has."""
    rows = table.rows.fetch()
    if len(rows) > _MOST_ROWS:
        raise CrmError(_("%(rows)s rows are more than a sheet holds") % {"rows": len(rows)}, _("choose csv or parquet"))
    name = _free(sheet_name(table.name), taken)
    formats = {**_NUMBER_FORMATS, **(_RUSSIAN_FORMATS if manner.language == "ru" else {})}
    days = [index for index, column in enumerate(table.columns) if column.kind is Kind.DAYS]
    if any(isinstance(row[index], float) for index in days for row in rows):
        formats[Kind.DAYS] = "0.0"
    source = Source(name, table, rows, formats)
    fill(book, book.add_worksheet(name), source, manner)
    return source


def _free(name: str, taken: set[str]) -> str:
    """The name, or with a number behind it where it is taken; case makes no difference to Excel."""
    tried, number = name, 1
    while tried.lower() in taken:
        number += 1
        tried = f"{name[: 30 - len(str(number))]}_{number}"
    taken.add(tried.lower())
    return tried


def _draw(book: Workbook, name: str, sources: Sequence[Source]) -> None:
    """The sheet of charts, where there are any."""
    drawn = [source for source in sources if drawable(source.table, source.rows)]
    if not drawn:
        return
    sheet, line = book.add_worksheet(name), 1
    sheet.hide_gridlines(2)
    for source in drawn:
        line = place(book, sheet, source, line)
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)


def sheet_name(text: str) -> str:
    r"""The text as Excel takes it for a sheet: 31 characters at most, none of []:*?/\, no apostrophe at an end."""
    name = _FORBIDDEN.sub("_", text)[:31].strip("' ")
    return name if name and name.lower() != "history" else "_"


def _explain(book: Workbook, sheet: Worksheet, tables: Sequence[Table]) -> None:
    """The sheet of words: of each table title, headline, what is not shown, currency, notes."""
    sheet.set_column(0, 0, 100)
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"text_wrap": True, "bold": True})
    texts: list[tuple[str | None, Format]] = []
    for table in tables:
        texts += [*_about(table, bold, wrap), *((small.title, wrap) for small in table.beside)]
    for number, (text, style) in enumerate((text, style) for text, style in texts if text):
        sheet.write_string(number, 0, stored(text or ""), style)


def _about(table: Table, bold: Format, wrap: Format) -> list[tuple[str | None, Format]]:
    """What is to be known of one table, with the style of each line."""
    lines = [(table.title, bold), (table.headline, bold)]
    if table.total_rows is not None and table.total_rows > len(table.rows):
        counts = {"shown": len(table.rows), "total": table.total_rows}
        lines.append((_("rows here: %(shown)s of %(total)s") % counts, wrap))
    if table.currency:
        lines.append((_("amounts in %(currency)s") % {"currency": table.currency}, wrap))
    if not len(table.rows):
        lines.append((table.empty or _("nothing to show"), wrap))
    return [*lines, *((note, wrap) for note in table.notes)]
