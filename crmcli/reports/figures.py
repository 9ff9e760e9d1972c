"""Answers of one figure a row: each measure typed by what it means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crmcli.store.stored import StoredRows
from crmcli.table import Figure, Kind

if TYPE_CHECKING:
    from pathlib import Path

    from crmcli.table import Row

_TYPED: Mapping[Kind, Callable[[str], Any]] = {
    Kind.COUNT: int,
    Kind.MONEY: Decimal,
    Kind.SHARE: float,
    Kind.RATIO: float,
    Kind.DAYS: float,
    Kind.QUANTITY: Decimal,
    Kind.TEXT: str,
    Kind.DATE: dt.date.fromisoformat,
}
_KEY = "measure"


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
        names = [column.name for column in self.rows.columns]
        key = names.index(_KEY)
        typed = [column.kind is Kind.FIGURE for column in self.rows.columns]
        return [
            tuple(
                self._figure(row[key], value) if is_figure else value
                for value, is_figure in zip(row, typed, strict=True)
            )
            for row in self.rows.fetch()
        ]

    def write(self, path: Path, extension: str) -> bool:
        """As the stored rows: machine formats carry the texts."""
        return self.rows.write(path, extension)

    def _figure(self, measure: str, text: str | None) -> Figure | None:
        if text is None:
            return None
        kind = self.kinds[measure]
        return Figure(text, _TYPED[kind](text), kind, self.currency)
