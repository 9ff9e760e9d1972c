"""Rows of an answer that stay in the database until a format needs them in Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmcli.table import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from crmcli.table import Column, Row

# USE_TMP_FILE false: the caller has made the file, with its mode, under a name of its own and renames it when complete.
_OPTIONS = {
    "csv": "FORMAT csv, HEADER true, DELIMITER ',', USE_TMP_FILE false",
    "tsv": "FORMAT csv, HEADER true, DELIMITER '\t', USE_TMP_FILE false",
    "jsonl": "FORMAT json, ARRAY false, USE_TMP_FILE false",
    "parquet": "FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false",
}
_FLOATS = frozenset({Kind.SHARE, Kind.RATIO, Kind.DAYS})
_EXACT = frozenset({Kind.MONEY, Kind.QUANTITY})


@dataclass(frozen=True, slots=True)
class StoredRows:
    """Part of a temporary table of the connection that made it.

    Args:
        con: The connection; must stay open.
        columns: Columns of the table to give out, in order.
        source: Everything after SELECT …: FROM, WHERE, ORDER BY and LIMIT, with $parameters.
        values: Values of those parameters.
        count: Number of rows.
        every: FROM and WHERE alone: the same rows without order and limit, for figures over the whole answer.
    """

    con: DuckDBPyConnection
    columns: tuple[Column, ...]
    source: str
    values: Mapping[str, Any]
    count: int
    every: str = ""

    def __len__(self) -> int:
        return self.count

    def fetch(self) -> list[Row]:
        """All rows, in the order to be shown."""
        names = ", ".join(quoted(column.name) for column in self.columns)
        return self.con.execute(f"SELECT {names} {self.source}", dict(self.values)).fetchall()  # our names

    def write(self, path: Path, extension: str) -> bool:
        """Write "csv", "tsv", "jsonl" or "parquet" by the database itself; False for any other extension.

        Raises:
            duckdb.Error: The file cannot be written.
        """
        if extension not in _OPTIONS:
            return False
        names = ", ".join(_machine(column, extension) for column in self.columns)
        plain = ", ".join(quoted(column.name) for column in self.columns)
        # ordered inside: out here an ORDER BY would mean the texts
        statement = (
            f"COPY (SELECT {names} FROM (SELECT {plain} {self.source})) TO $path_written ({_OPTIONS[extension]})"
        )
        self.con.execute(statement, {**self.values, "path_written": str(path)})
        return True


def quoted(name: str) -> str:
    """A column name as SQL writes it; names come from definitions, never from outside."""
    return '"' + name.replace('"', '""') + '"'


def _machine(column: Column, extension: str) -> str:
    """A column as the format wants it: exact amounts as text in JSON, no exponents in text files."""
    name = quoted(column.name)
    if extension == "jsonl" and column.kind in _EXACT:
        return f"CAST({name} AS VARCHAR) AS {name}"
    if extension in {"csv", "tsv"} and column.kind in _FLOATS:
        return f"{_without_exponent(name)} AS {name}"
    if extension == "jsonl" and column.kind in _FLOATS:  # NaN is no JSON
        return f"CASE WHEN isfinite(CAST({name} AS DOUBLE)) THEN {name} END AS {name}"
    return name


def _without_exponent(name: str) -> str:
    """Shortest digits of a float: the database would write 0.00001 as 1e-05. Reports round to twelve decimals."""
    tiny = f"rtrim(CAST(CAST({name} AS DECIMAL(38, 12)) AS VARCHAR), '0')"
    plain = f"{name} = 0 OR (abs({name}) >= 0.0001 AND abs({name}) < 1e15)"
    return f"CASE WHEN NOT isfinite(CAST({name} AS DOUBLE)) THEN NULL WHEN {plain} THEN CAST({name} AS VARCHAR) ELSE {tiny} END"
