"""Tiny tables drawn in text: what the specifications of measures are written in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.reports.small_store import answer, line, store_of


def read(text: str) -> list[dict[str, str | None]]:
    """Rows of a table drawn with | between cells and its headings on the first line; "-" is an empty cell."""
    rows = [[cell.strip() for cell in row.split("|")] for row in text.strip().splitlines() if row.strip()]
    headings, *body = rows
    return [{name: None if cell == "-" else cell for name, cell in zip(headings, row, strict=True)} for row in body]


def store(text: str, products: str = "") -> Any:
    """A store with the order lines drawn: customer, on and net, and whatever else a line takes."""
    goods = (
        {str(row["sku"]): {"cost": row["cost"], "category": row["category"]} for row in read(products)}
        if products
        else {}
    )
    return store_of([_line(row) for row in read(text)], goods)


def _line(row: dict[str, str | None]) -> dict[str, Any]:
    known = {name: cell for name, cell in row.items() if name not in {"customer", "on", "net"}}
    dates = {name: dt.date.fromisoformat(cell) for name, cell in known.items() if cell and name.endswith("_on")}
    optional = {
        name: cell for name, cell in known.items() if cell is not None or name not in {"order", "status", "qty"}
    }
    return line(row["customer"], str(row["on"]), str(row["net"]), **{**optional, **dates})


def assert_answer(con: Any, name: str, as_of: str, expected: str, **options: Any) -> None:
    """The report's rows are those drawn, in that order, as far as their columns are drawn."""
    wanted = read(expected)
    rows = answer(con, name, as_of, **options)
    found = [{column: _word(row[column]) for column in wanted[0]} for row in rows] if wanted else rows
    assert found == wanted


def _word(value: Any) -> str | None:
    """A value as it is drawn: no trailing zeros."""
    if value is None or isinstance(value, str):
        return value
    text = f"{value:f}" if not isinstance(value, int | dt.date) else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text
