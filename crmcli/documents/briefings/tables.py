"""Answers of the house as parts of a briefing: the same values, worded for a page that has little room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from crmcli.documents.briefings.facts import Section
from crmcli.documents.page import Cell, Column, Grid, Group, Row, Shape, Value
from crmcli.language import gettext as _
from crmcli.language import ngettext
from crmcli.numbers import formatter, is_unknown
from crmcli.table import Figure, Kind, Table

_SHAPES = {
    Kind.COUNT: Shape.COUNT,
    Kind.QUANTITY: Shape.QUANTITY,
    Kind.MONEY: Shape.MONEY,
    Kind.SHARE: Shape.PERCENT,
    Kind.RATIO: Shape.QUANTITY,
    Kind.DAYS: Shape.QUANTITY,
    Kind.FIGURE: Shape.MONEY,
    Kind.DATE: Shape.DATE,
}


def section_of(
    table: Table,
    *,
    language: str,
    columns: Sequence[str] = (),
    titles: Mapping[str, str] | None = None,
    free: str = "",
    marks: Mapping[str, str] | None = None,
    is_half: bool = False,
) -> Section:
    """A table as a section; amounts without their minor unit, columns in which nothing stands left out.

    Args:
        table: An answer, not too long.
        language: "en" or "ru"; the settled language words levels.
        columns: Those shown, in order; (): all.
        titles: Shorter headings by column name, in the owner's language.
        free: The column that takes what is left of the line; "": the first that is no number.
        marks: Column → the word of it that stands as a mark beside the row, such as "late".
        is_half: Whether half the width of the page will do.
    """
    rows = table.rows.fetch()
    known = {column.name for at, column in enumerate(table.columns) if any(not is_unknown(row[at]) for row in rows)}
    wanted = [column for name in columns for column in table.columns if column.name == name] or [*table.columns]
    shown = [column for column in wanted if column.name in known or not rows]
    places = [table.columns.index(column) for column in shown]
    heads = tuple(
        Column(one.name, (titles or {}).get(one.name, _(one.title)), _SHAPES.get(one.kind, Shape.TEXT)) for one in shown
    )
    watched = [(at, (marks or {}).get(column.name)) for at, column in enumerate(table.columns)]
    lines = tuple(
        Row(
            tuple(cell_of(row[at], one.kind, language) for at, one in zip(places, shown, strict=True)),
            mark=next((_(word.replace("_", " ")) for at, word in watched if word and row[at] == word), ""),
        )
        for row in rows
    )
    note = _more((table.total_rows or len(rows)) - len(rows))
    return Section(
        title=table.title,
        grid=Grid(heads, (Group("", lines),), note=note),
        free=free or next((one.name for one in shown if one.kind is Kind.TEXT), ""),
        empty=table.empty or "",
        is_half=is_half,
    )


def cell_of(value: Any, kind: Kind, language: str) -> Cell:
    """One value of a table as a cell; nothing stands where nothing is known."""
    if isinstance(value, Figure):
        return cell_of(value.value, value.kind, language)
    if is_unknown(value):
        return Cell("")
    if isinstance(value, str) and kind is Kind.FIGURE:  # a text among figures
        return Cell(value, value)
    return Cell(formatter(kind, language, whole=True)(value), value if kind is Kind.DATE else _plain(value))


def worded(value: Any, kind: Kind, language: str, currency: str | None = None) -> str:
    """One value in words, amounts with the sign of their currency."""
    if isinstance(value, Figure):
        return worded(value.value, value.kind, language, currency)
    is_text = isinstance(value, str) and kind is Kind.FIGURE
    return value if is_text else formatter(kind, language, currency, whole=True)(value)


def records(table: Table) -> list[dict[str, Any]]:
    """The rows by column name."""
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows.fetch()]


def _more(count: int) -> str:
    return ngettext("and %(count)s more", "and %(count)s more", count) % {"count": count} if count > 0 else ""


def _plain(value: Any) -> Value:
    return (
        value
        if isinstance(value, Decimal | int | str)
        else Decimal(str(value))
        if isinstance(value, float)
        else str(value)
    )
