"""Answers of one figure a row: each measure typed by what it means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crmcli.store.stored import StoredRows
from crmcli.table import Figure, Kind

if TYPE_CHECKING:
    from pathlib import Path

    from crmcli.table import Column, Row

_TYPED: Mapping[Kind, Callable[[str], Any]] = {
    Kind.COUNT: int,
    Kind.MONEY: Decimal,
    Kind.SHARE: float,
    Kind.RATIO: float,
    Kind.DAYS: float,
    Kind.QUANTITY: Decimal,
    Kind.TEXT: str,
    Kind.LEVEL: str,
    Kind.DATE: dt.date.fromisoformat,
}
_KEYS = ("measure", "step")  # the column that says what a row means


@dataclass(frozen=True, slots=True)
class FigureRows:
    """Rows whose FIGURE columns lie as text and come out as figures, meaning what the row's `measure` says.

    Args:
        rows: The rows as they lie in the database; one column is named measure.
        kinds: Word of the column measure → kind of its value.
        currency: ISO code of the amounts.
    """

    rows: StoredRows
    kinds: Mapping[str, Kind]
    currency: str

    def __len__(self) -> int:
        return len(self.rows)

    def fetch(self) -> list[Row]:
        """All rows, values typed; None where nothing is known."""
        return typed(self.rows.fetch(), self.rows.columns, self.kinds, self.currency)

    def write(self, path: Path, extension: str) -> bool:
        """As the stored rows: machine formats carry the texts."""
        return self.rows.write(path, extension)


def typed(rows: Sequence[Row], columns: Sequence[Column], kinds: Mapping[str, Kind], currency: str) -> list[Row]:
    """Rows whose values in FIGURE columns are figures; those of a measure nobody named are ratios."""
    names = [column.name for column in columns]
    key = next((names.index(name) for name in _KEYS if name in names), 0)
    places = [place for place, column in enumerate(columns) if column.kind is Kind.FIGURE]
    found = []
    for row in rows:
        cells = list(row)
        for place in places:
            cells[place] = _figure(row[place], kinds.get(row[key], Kind.RATIO), currency)
        found.append(tuple(cells))
    return found


def _figure(value: Any, kind: Kind, currency: str) -> Figure | None:
    return None if value is None else Figure(str(value), _TYPED[kind](str(value)), kind, currency)
