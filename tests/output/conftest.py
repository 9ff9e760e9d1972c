"""One small answer with a value of every kind, and a terminal to write it to."""

from __future__ import annotations

import datetime as dt
import os
import pty
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, BinaryIO

import pytest

from crmcli import language
from crmcli.table import Column, Kind, ListRows, Row, Table

COLUMNS = (
    Column("customer", "Customer", Kind.CODE),
    Column("name", "Name", Kind.TEXT),
    Column("band", "Band", Kind.LEVEL),
    Column("purchases", "Purchases", Kind.COUNT),
    Column("metres", "Metres", Kind.QUANTITY),
    Column("revenue", "Revenue", Kind.MONEY, bar=True),
    Column("risk", "Risk", Kind.SHARE),
    Column("overdue", "Overdue", Kind.RATIO),
    Column("gap", "Gap", Kind.DAYS),
    Column("last_on", "Last purchase", Kind.DATE),
    Column("seen_at", "Seen", Kind.MOMENT),
)
ROWS: list[Row] = [
    (
        "00501", "Anna's \"Wires\", Ltd", "high", 1234, Decimal("12.5000"), Decimal("1234.5000"), 0.97, 3.25, 12,
        dt.date(2025, 12, 31), dt.datetime(2025, 12, 31, 10, 0),
    ),
    ("C-2", "", "low", 0, None, Decimal("-0.0100"), 1e-7, None, 7.5, dt.date(1899, 1, 1), None),
    ("C-3", None, None, None, None, None, None, None, None, None, None),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    language.settle("en")
    yield
    language.settle("en")


@pytest.fixture
def table() -> Table:
    """An answer with every kind, unknown values, totals, notes, and rows left out."""
    return Table(
        name="sample", title="A sample", columns=COLUMNS, rows=ListRows(ROWS), headline="One is leaving.",
        totals={"purchases": 1234, "revenue": Decimal("1234.49")}, notes=("Counted by hand.",), currency="EUR",
        total_rows=20,
    )  # fmt: skip


@pytest.fixture
def texts() -> Callable[[list[str]], Table]:
    """Make an answer of one column of text."""

    def made(values: list[str]) -> Table:
        rows = ListRows([(value,) for value in values])
        return Table("texts", "Texts", (Column("text", "Text", Kind.TEXT),), rows)

    return made


class Terminal:
    """A pseudo-terminal that remembers what was written to it."""

    def __init__(self) -> None:
        self._reader, writer = pty.openpty()
        self.stdout: BinaryIO = os.fdopen(writer, "wb")
        self._chunks: list[bytes] = []
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while True:
            try:
                chunk = os.read(self._reader, 65_536)
            except OSError:
                return
            if not chunk:
                return
            self._chunks.append(chunk)

    def text(self) -> str:
        """Close it; everything that was shown."""
        self.stdout.close()
        self._thread.join(timeout=5)
        return b"".join(self._chunks).decode().replace("\r\n", "\n")


@pytest.fixture
def terminal() -> Iterator[Any]:
    """A terminal."""
    made = Terminal()
    yield made
    if not made.stdout.closed:
        made.stdout.close()
