"""The one shape of every answer: typed columns, rows, totals and the sentences around them."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pathlib import Path


class Kind(enum.Enum):
    """What a value means; decides how it is aligned and worded for people, and typed for machines."""

    CODE = "code"  # a key the owner knows; str; never cut on a screen
    TEXT = "text"  # free text from outside; str
    LEVEL = "level"  # one word of a closed English list (champion, high); str; translated for people only
    COUNT = "count"  # int
    QUANTITY = "quantity"  # Decimal with up to four decimals
    MONEY = "money"  # Decimal in the base currency
    SHARE = "share"  # float, 0–1; shown as a percentage
    RATIO = "ratio"  # float without unit
    DAYS = "days"  # int or float number of days
    DATE = "date"  # datetime.date
    MONTH = "month"  # datetime.date, the first of the month; people read its name, machines the date
    MOMENT = "moment"  # datetime.datetime, naive
    FIGURE = "figure"  # Figure: a value whose meaning differs from row to row


DATED = frozenset({Kind.DATE, Kind.MONTH, Kind.MOMENT})  # kinds whose values are dates or moments

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of a column in which every row means something else, such as the control totals.

    Args:
        text: The value as machine formats write it.
        value: The value, typed by `kind`.
        kind: What it means.
        currency: ISO code, for MONEY.
    """

    text: str
    value: Any
    kind: Kind
    currency: str | None = None

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Args:
        name: Stable English snake_case name, used by every machine format.
        title: English heading (a gettext message id); human formats translate it.
        kind: Meaning of the values. None stands for unknown in every kind.
        bar: Draw a bar beside the number on a terminal and in HTML.
        words: Every word a LEVEL can be, where the list is closed; conditions refuse others. () where any word may stand.
        toned: Whether a LEVEL's words are tinted; not where "high" is nothing bad.
        dear: Whether a narrow screen keeps it as long as an amount.
    """

    name: str
    title: str
    kind: Kind
    bar: bool = False
    words: tuple[str, ...] = ()
    toned: bool = True
    dear: bool = False


class ChartKind(enum.Enum):
    """How a picture shows a table."""

    BARS = "bars"  # one bar a row, longest values first as the rows come
    COLUMNS = "columns"  # one upright column a row, for periods and bands
    LINES = "lines"  # one line a value column, over dates, periods or numbers
    HEAT = "heat"  # a grid: one row a row, one cell a value column, coloured by value
    CURVE = "curve"  # a cumulative share over a cumulative share, both 0–1, beside the diagonal
    CALIBRATION = "calibration"  # observed over predicted shares, beside the diagonal


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of a table, drawn by the formats that have pictures (HTML, XLSX).

    Args:
        kind: How it is drawn.
        title: Heading (a gettext message id).
        label: Column that names a row (bars, columns, heat) or places it across (lines, curve, calibration).
        values: Columns drawn; () with HEAT: every other column that holds numbers.
        low, high: Columns that bound the first of `values`, drawn as a band or whiskers.
        most: Draw the first rows only.
    """

    kind: ChartKind
    title: str
    label: str
    values: tuple[str, ...]
    low: str | None = None
    high: str | None = None
    most: int = 24


class Rows(Protocol):
    """Rows that may still lie in the database: fetched only when a format needs them in Python."""

    def __len__(self) -> int: ...

    def fetch(self) -> list[Row]:
        """All rows, in the order to be shown."""
        ...

    def write(self, path: Path, extension: str) -> bool:
        """Write a machine format ("csv", "tsv", "jsonl" or "parquet") without passing through Python.

        Returns False when these rows cannot; the caller then fetches and writes itself.
        """
        ...


@dataclass(frozen=True, slots=True)
class ListRows:
    """Rows already in memory."""

    rows: Sequence[Row]

    def __len__(self) -> int:
        return len(self.rows)

    def fetch(self) -> list[Row]:
        """All rows, as given."""
        return list(self.rows)

    def write(self, path: Path, extension: str) -> bool:
        """Never: rows in memory are written by the caller."""
        del path, extension
        return False


@dataclass(frozen=True, slots=True)
class Table:
    """An answer.

    Args:
        name: Machine name, such as "rfm"; also the sheet name of a workbook.
        title: Heading in the owner's language.
        columns: Typed columns, in order.
        rows: The rows.
        headline: One sentence in the owner's language saying what the answer means, or None.
        totals: Column name → total over all rows (also those cut by --limit); human formats only.
        notes: How it was counted, what is left out, what is thin; in the owner's language.
        empty: What to say instead of an empty table.
        currency: ISO code of every MONEY column.
        total_rows: How many rows there are when --limit left some out, else None; people are told so.
        charts: Pictures of the rows, for formats that have them.
        beside: Smaller tables that belong to the answer, such as its back-test; human formats only.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Rows
    headline: str | None = None
    totals: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    empty: str | None = None
    currency: str | None = None
    total_rows: int | None = None
    charts: tuple[Chart, ...] = ()
    beside: tuple[Table, ...] = ()
