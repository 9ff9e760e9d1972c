"""Parquet: typed columns for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from crmcli import numbers
from crmcli.table import DATED, Kind, Table

if TYPE_CHECKING:
    import polars as pl

    from crmcli.output.manner import Manner

_DIGITS = 4  # decimals of amounts and quantities


def write_parquet(table: Table, sink: BinaryIO, manner: Manner) -> None:
    """Texts as strings, COUNT int64, amounts and quantities decimal(38, 4), DATE date, the rest double."""
    del manner
    import polars as pl

    types = _types()
    rows = table.rows.fetch()
    columns = [
        pl.Series(column.name, _values(rows, index, column.kind), dtype=types[column.kind])
        for index, column in enumerate(table.columns)
    ]
    pl.DataFrame(columns).write_parquet(sink)


def _types() -> dict[Kind, pl.DataType]:
    import polars as pl

    exact, number, text = pl.Decimal(38, _DIGITS), pl.Float64(), pl.String()
    return {
        Kind.CODE: text, Kind.TEXT: text, Kind.LEVEL: text, Kind.FIGURE: text,
        Kind.COUNT: pl.Int64(), Kind.QUANTITY: exact, Kind.MONEY: exact,
        Kind.SHARE: number, Kind.RATIO: number, Kind.DAYS: number,
        Kind.DATE: pl.Date(), Kind.MONTH: pl.Date(), Kind.MOMENT: pl.Datetime("us"),
    }  # fmt: skip


def _values(rows: Sequence[Sequence[Any]], index: int, kind: Kind) -> list[Any]:
    """One column, each value as the column's type takes it; inf and nan are unknown, as in every format."""
    values = [row[index] for row in rows]
    if kind in (Kind.MONEY, Kind.QUANTITY):
        return [None if numbers.machine(value, kind) is None else numbers.rounded(value, _DIGITS) for value in values]
    if kind in DATED:
        return values
    if kind in (Kind.SHARE, Kind.RATIO, Kind.DAYS):
        plain = (numbers.machine(value, kind) for value in values)
        return [None if value is None else float(value) for value in plain]
    if kind is Kind.COUNT:
        return [numbers.machine(value, kind) for value in values]
    return [None if value is None else str(value).encode("utf-8", "replace").decode() for value in values]
