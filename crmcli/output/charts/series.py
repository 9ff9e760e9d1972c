"""What a chart draws: labels and numbers of its columns, as a picture needs them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from crmcli import numbers
from crmcli.language import gettext as _
from crmcli.language import heading
from crmcli.table import DATED, Chart, ChartKind, Column, Figure, Kind, Row, Table

Number = float | None
_UNREAD = 1e14  # from which a number is told by its size
_TOLD = 24  # values a description names


@dataclass(frozen=True, slots=True)
class Series:
    """One column of numbers.

    Args:
        title: Its heading in the owner's language.
        kind: What it means.
        values: One a row; None where unknown.
        words: Each as people read it, without decimals that matter little.
    """

    title: str
    kind: Kind
    values: tuple[Number, ...]
    words: tuple[str, ...]

    @property
    def known(self) -> list[float]:
        """The values there are."""
        return [value for value in self.values if value is not None]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart with its rows read out of the table.

    Args:
        chart: What was asked for.
        ident: Unique on the page.
        language: Of numbers.
        currency: ISO code of amounts.
        label: Column that names or places the rows.
        labels: Its words, one a row.
        places: Its values as numbers, where they are dates or numbers; else None.
        series: The columns drawn.
        low, high: Bounds of the first series, one a row; () without.
    """

    chart: Chart
    ident: str
    language: str
    currency: str | None
    label: Column
    labels: tuple[str, ...]
    places: tuple[float, ...] | None
    series: tuple[Series, ...]
    low: tuple[Number, ...]
    high: tuple[Number, ...]

    def word(self, value: float, kind: Kind) -> str:
        """A number of an axis in words."""
        tidy: Any = round(value) if abs(value - round(value)) < 1e-9 else value
        return _brief(numbers.formatter(kind, self.language, self.currency, whole=kind is not Kind.RATIO), tidy, value)

    def told(self) -> str:
        """The picture in words: every row while there are few, else the first ones."""
        rows = [
            f"{label}: {', '.join(series.words[index] for series in self.series[:_TOLD])}"
            for index, label in enumerate(self.labels[:_TOLD])
        ]
        return "; ".join(rows) + ("; …" if len(self.labels) > _TOLD else "")


def read(table: Table, rows: Sequence[Row], chart: Chart, *, language: str, ident: str, all_rows: bool) -> Drawn | None:
    """The columns a chart names; None when the table lacks one of them or has no rows.

    Args:
        table: The answer.
        rows: Its rows.
        chart: What to draw.
        language: Of numbers.
        ident: Unique on the page.
        all_rows: Whether the kind of picture takes any number of rows.
    """
    columns = {column.name: (index, column) for index, column in enumerate(table.columns)}
    names = chart.values or tuple(c.name for c in table.columns if c.kind in numbers.NUMERIC and c.name != chart.label)
    wanted = [chart.label, *names, *(name for name in (chart.low, chart.high) if name)]
    taken = rows if all_rows else rows[: chart.most]
    if not taken or not names or any(name not in columns for name in wanted):
        return None
    place, label = columns[chart.label]
    whole = chart.kind is ChartKind.HEAT  # many cells, small
    if whole and any(table.totals.get(name) is not None for name in names):
        taken = [*taken, tuple(table.totals.get(column.name) for column in table.columns)]
    words = numbers.formatter(label.kind, language, table.currency)
    return Drawn(
        chart=chart, ident=ident, language=language, currency=table.currency, label=label,
        labels=tuple(_("Total") if row[place] is None and whole else words(row[place]) for row in taken),
        places=_places([row[place] for row in taken], label.kind),
        series=tuple(_series(columns[name], taken, table.currency, language, whole=whole) for name in names),
        low=_bound(columns, chart.low, taken), high=_bound(columns, chart.high, taken),
    )  # fmt: skip


def _series(
    column: tuple[int, Column], rows: Sequence[Row], currency: str | None, language: str, *, whole: bool
) -> Series:
    index, of = column
    words = numbers.formatter(of.kind, language, currency, whole=whole or of.kind is Kind.MONEY)
    values = [row[index] for row in rows]
    plain = tuple(map(number, values))
    told = tuple(_brief(words, value, known) for value, known in zip(values, plain, strict=True))
    return Series(heading(of.name, of.title), of.kind, plain, told)


def _brief(words: Callable[[Any], str], cell: Any, value: Number) -> str:
    """The words of a number, or its size alone where nobody could read them."""
    return words(cell) if value is None or abs(value) < _UNREAD else f"{value:.2g}"


def _bound(columns: dict[str, tuple[int, Column]], name: str | None, rows: Sequence[Row]) -> tuple[Number, ...]:
    return () if name is None else tuple(number(row[columns[name][0]]) for row in rows)


def _places(values: Sequence[Any], kind: Kind) -> tuple[float, ...] | None:
    """Dates and numbers as places on an axis; None when they are neither, or one is unknown."""
    if kind not in numbers.NUMERIC and kind not in DATED:
        return None
    found = [number(value) for value in values]
    return None if any(value is None for value in found) else tuple(value or 0.0 for value in found)


def number(value: Any) -> Number:
    """A cell as a place on an axis: days for dates; None where it is unknown or no number."""
    if isinstance(value, Figure):
        return number(value.value)
    if isinstance(value, dt.datetime):
        return value.toordinal() + (value.hour * 60 + value.minute) / 1440
    if isinstance(value, dt.date):
        return float(value.toordinal())
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return None if numbers.is_unknown(value) else float(value)
