"""The columns of a table as words, ready to be laid out: formatted, made safe, measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from crmcli import numbers
from crmcli.language import gettext as _
from crmcli.language import heading as language_heading
from crmcli.output.manner import Manner
from crmcli.output.visible import safe
from crmcli.output.words import longest_word, width
from crmcli.table import ChartKind, Column, Kind, Table

_FOREIGN = frozenset({Kind.CODE, Kind.TEXT, Kind.LEVEL, Kind.FIGURE})  # kinds whose words may come from outside
_MATRIX = 6  # columns of shares from which they are read as one picture
_HEATS = ("heat1", "heat2", "heat3", "heat4", "heat5")
_MANY = 10_000  # units from which the minor digits of an amount say nothing more


@dataclass(frozen=True, slots=True)
class Strip:
    """One column as words.

    Args:
        column: What it is.
        heading: Translated title, with the currency of amounts.
        cells: One text a row.
        whole: The same without decimals, for large amounts and for shares of a matrix; else None.
        total: Text of the total, "" when there is none.
        tones: Style of each cell, "" for the usual.
        matrix: Whether it is one of many like columns, to be coloured as one.
        fractions: Length of each cell's bar, 0 to 1; None without bars.
        need: Screen cells of the widest text.
    """

    column: Column
    heading: str
    cells: Sequence[str]
    whole: Strip | None
    total: str
    tones: Sequence[str]
    matrix: bool
    fractions: Sequence[float] | None
    need: int

    @property
    def right(self) -> bool:
        """Numbers stand right."""
        return self.column.kind in numbers.NUMERIC or self.column.kind is Kind.FIGURE

    @property
    def flexible(self) -> bool:
        """Only free text may be shortened."""
        return self.column.kind is Kind.TEXT

    @property
    def heading_need(self) -> int:
        """Screen cells of the heading in one line."""
        return width(self.heading)

    @property
    def heading_least(self) -> int:
        """Screen cells of the heading's longest word."""
        return longest_word(self.heading)


def strips(table: Table, rows: Sequence[Sequence[Any]], manner: Manner) -> list[Strip]:
    """Every column of the table as words."""
    values = [[_known(row[index]) for row in rows] for index in range(len(table.columns))]
    made = [_strip(table, column, own, manner) for column, own in zip(table.columns, values, strict=True)]
    made = _heated(made, values, _matrix(table))
    if not made or not table.totals or made[0].total:
        return made
    label = manner.screen.spell(_("Total"))
    return [replace(made[0], total=label, need=max(made[0].need, width(label))), *made[1:]]


def _strip(table: Table, column: Column, values: list[Any], manner: Manner) -> Strip:
    """One column as words; shares and large amounts also without decimals, for when room is scarce."""
    heading = language_heading(column.name, column.title)
    if column.kind is Kind.MONEY and table.currency:
        mark = numbers.symbol(table.currency)
        heading += f", {mark if manner.screen.spell(mark) == mark else table.currency}"
    total = _known(table.totals.get(column.name))
    heading = manner.screen.spell(safe(heading))
    strip = _worded(column, heading, [*values, total], manner, whole=False)
    if column.kind is not Kind.SHARE and not (column.kind is Kind.MONEY and any(map(_large, [*values, total]))):
        return strip
    return replace(strip, whole=_worded(column, heading, [*values, total], manner, whole=True))


def _worded(column: Column, heading: str, values: Sequence[Any], manner: Manner, *, whole: bool) -> Strip:
    """The values as words, the last of them the total."""
    words = numbers.formatter(column.kind, manner.language, whole=whole)
    spell, foreign = manner.screen.spell, column.kind in _FOREIGN
    texts = [spell(safe(words(value)) if foreign else words(value)) for value in values]
    *cells, total = texts if values[-1] is not None else [*texts[:-1], ""]
    return Strip(
        column=column, heading=heading, cells=cells, whole=None, total=total,
        tones=[_tone(value, column) for value in values[:-1]], matrix=False,
        fractions=_fractions(values[:-1]) if column.bar else None,
        need=max(map(width, [total, *cells])),
    )  # fmt: skip


def _matrix(table: Table) -> frozenset[str]:
    """The columns read as one picture: those of a heat map, else many shares side by side."""
    for chart in table.charts:
        if chart.kind is ChartKind.HEAT and chart.values:
            return frozenset(chart.values)
    shares = frozenset(column.name for column in table.columns if column.kind is Kind.SHARE)
    return shares if len(shares) >= _MATRIX else frozenset()


def _heated(made: list[Strip], values: Sequence[Sequence[Any]], matrix: frozenset[str]) -> list[Strip]:
    """The columns with each number of the matrix coloured by how near it comes to the largest."""
    drawn = [own for strip, own in zip(made, values, strict=True) if strip.column.name in matrix]
    largest = float(max((value for own in drawn for value in own if value is not None), default=0)) or 1.0
    return [
        strip if strip.column.name not in matrix else _toned(strip, [_heat(value, largest) for value in own])
        for strip, own in zip(made, values, strict=True)
    ]


def _toned(strip: Strip, tones: Sequence[str]) -> Strip:
    """The column as part of a matrix, in either of its wordings."""
    whole = None if strip.whole is None else replace(strip.whole, tones=tones, matrix=True)
    return replace(strip, tones=tones, matrix=True, whole=whole)


def _heat(value: Any, largest: float) -> str:  # a cell of a number
    if value is None:
        return "dim"
    value = float(value)
    return _HEATS[min(int(value / largest * len(_HEATS)), len(_HEATS) - 1)] if value > 0 else ""


def _known(value: Any) -> Any:  # a cell of any kind
    return None if numbers.is_unknown(value) else value


def _large(value: Any) -> bool:  # a cell of any kind
    return value is not None and abs(value) >= _MANY


def _tone(value: Any, column: Column) -> str:  # a cell of any kind
    """Style of a cell: few, so that what stands out is worth it."""
    if value is None:
        return "dim"
    if column.kind in numbers.NUMERIC:
        return "red" if value < 0 else ""
    if column.kind is Kind.LEVEL and column.toned:
        return {"high": "red", "medium": "yellow"}.get(value, "")
    return ""


def _fractions(values: Sequence[Any]) -> list[float]:
    """Each value as a part of the largest; unknown and negative ones have no bar."""
    known = [float(value) if value is not None and value > 0 else 0.0 for value in values]
    largest = max(known, default=0.0)
    return [value / largest if largest else 0.0 for value in known]
