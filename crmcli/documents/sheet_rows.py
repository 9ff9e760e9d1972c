"""A sheet of a workbook while it is written: texts as texts, numbers as numbers with a format, row after row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from crmcli.documents.figures import price_digits
from crmcli.documents.page import Cell, Column, Grid, Page, Row, Shape

_CELL = 32_767  # characters a cell of Excel can hold
_WIDTH = {
    Shape.TEXT: 7,
    Shape.COUNT: 5,
    Shape.QUANTITY: 9,
    Shape.PRICE: 12,
    Shape.MONEY: 13,
    Shape.PERCENT: 9,
    Shape.DATE: 12,
}
_LINE = 13.5  # points of one line in a cell
_NAME_WIDTH = 52


@dataclass(slots=True)
class Sheet:
    """One sheet being written; `at` is the next row."""

    page: Page
    book: Any
    sheet: Any
    at: int = 0
    widths: list[int] = field(default_factory=list)
    formats: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)

    @property
    def span(self) -> int:
        """The last column of the table."""
        return max(len(self.page.grid.columns) - 1, 1)

    def style(self, **looks: Any) -> Any:
        """A format, made once."""
        key = tuple(sorted(looks.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"valign": "top", "font_size": 10, **looks})
        return self.formats[key]

    def text(self, column: int, text: str, **looks: Any) -> None:
        """A text as a text, whatever it begins with."""
        self.sheet.write_string(self.at, column, text[:_CELL], self.style(**looks))

    def amount(self, column: int, value: Decimal, **looks: Any) -> None:
        """An amount with the decimals of its currency."""
        style = self.style(num_format=_decimals(self.page.digits), **looks)
        self.sheet.write_number(self.at, column, float(value), style)

    def line(self, text: str, **looks: Any) -> None:
        """A text over the width of the table."""
        style = self.style(text_wrap=True, **looks)
        if self.span > 0:
            self.sheet.merge_range(self.at, 0, self.at, self.span, "", style)
        self.sheet.write_string(self.at, 0, text[:_CELL], style)
        lines = lines_of(text, int(sum(self.widths) * 10 / looks.get("font_size", 10)))
        if lines > 1 or "font_size" in looks:
            self.sheet.set_row(self.at, min(1.36 * looks.get("font_size", 10) * lines, 400))
        self.at += 1


def width_of(page: Page, place: int, column: Column) -> int:
    """Characters a column is wide: what its texts need, within reason."""
    if column.width is None:
        return _NAME_WIDTH
    word = max(map(len, column.title.split(" ")))
    longest = max((len(row.cells[place].text) for row in page.grid.rows), default=0)
    return max(_WIDTH[column.shape], min(max(longest, word) + 2, 30))


def lines_of(text: str, width: int) -> int:
    """Lines a text takes in a cell of a width."""
    return sum(1 + max(len(part) - 1, 0) // max(width - 1, 1) for part in text.split("\n"))


def write_table(sheet: Sheet, grid: Grid) -> None:
    """A table with its heading, groups one level down, from the next row on."""
    lines = 1
    for place, column in enumerate(grid.columns):
        lines = max(lines, lines_of(column.title, sheet.widths[place] - 1))
        sheet.text(
            place,
            column.title,
            bold=True,
            bottom=2,
            valign="bottom",
            text_wrap=True,
            bottom_color="#1F4E79",
            **_side(column),
        )
    sheet.sheet.set_row(sheet.at, 14 * lines)
    sheet.at += 1
    for group in grid.groups:
        if group.title:
            for place in range(len(grid.columns)):
                sheet.text(place, group.title if place == 0 else "", bold=True, bg_color="#F3F5F7")
            sheet.at += 1
        for row in group.rows:
            _row(sheet, grid.columns, row, level=1 if group.title else 0)
    if not grid.rows:
        sheet.line(grid.empty, font_color="#5B6570")


def _row(sheet: Sheet, columns: tuple[Column, ...], row: Row, *, level: int) -> None:
    looks = {"bold": True, "bg_color": "#F3F5F7"} if row.is_sum else {"bottom": 4, "bottom_color": "#C9CED4"}
    lines = 1
    for place, (column, cell) in enumerate(zip(columns, row.cells, strict=True)):
        text = cell.text
        if column.width is None:
            first = " ".join(part for part in (text, f"({row.mark})" if row.mark else "") if part)
            text = f"{first}\n{row.note}" if row.note else first
        _cell(sheet, place, column, Cell(text, cell.value), looks)
        lines = max(lines, lines_of(text, sheet.widths[place])) if not column.is_number else lines
    height = min(_LINE * lines, 400) if lines > 1 else None
    sheet.sheet.set_row(sheet.at, height, None, {"level": level} if level else {})
    sheet.at += 1


def _cell(sheet: Sheet, place: int, column: Column, cell: Cell, looks: dict[str, Any]) -> None:
    value = cell.value
    if column.is_number and isinstance(value, Decimal | int):
        sheet.sheet.write_number(
            sheet.at, place, float(value), sheet.style(num_format=number_format(sheet.page, column, value), **looks)
        )
    elif isinstance(value, dt.date):
        moment = dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001  a day, as Excel keeps it
        layout = "dd.mm.yyyy" if sheet.page.language == "ru" else "d mmm yyyy"
        if value.year >= 1900:
            sheet.sheet.write_datetime(
                sheet.at, place, moment, sheet.style(num_format=layout, align="left", indent=1, **looks)
            )
        else:
            sheet.text(place, cell.text, **looks)
    else:
        sheet.text(place, cell.text, text_wrap=not column.is_number, **_side(column), **looks)


def _side(column: Column) -> dict[str, Any]:
    return {"align": "right"} if column.is_number else {"align": "left", "indent": 1}


def number_format(page: Page, column: Column, value: Decimal | int) -> str:
    """The number format; percents stay the number printed, with its sign behind it."""
    if column.shape is Shape.COUNT:
        return "0"
    if column.shape is Shape.PERCENT:
        return '0.####"%"' if Decimal(value) % 1 else '0"%"'
    if column.shape is Shape.QUANTITY:
        return "#,##0.####" if Decimal(value) % 1 else "#,##0"
    digits = page.digits if column.shape is Shape.MONEY else price_digits(Decimal(value), page.digits)
    return _decimals(digits)


def _decimals(digits: int) -> str:
    return f"#,##0.{'0' * digits}" if digits else "#,##0"
