"""What a narrow screen keeps: the name of the row, whole words in headings, the amounts that matter; and months by name."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from decimal import Decimal

import pytest

from crmcli.numbers import cell
from crmcli.output.manner import Manner
from crmcli.output.screen import Screen
from crmcli.output.terminal import write_table
from crmcli.output.words import wrapped
from crmcli.output.write import write
from crmcli.table import Column, Kind, ListRows, Table

AMOUNTS = ("Revenue", "Revenue before", "Change", "Margin", "Margin before", "Margin change")


def shown(table: Table, cells: int) -> str:
    """The table on a screen so many cells wide."""
    page = io.BytesIO()
    write_table(table, page, Manner(screen=Screen(width=cells)))
    return page.getvalue().decode()


def growth() -> Table:
    """A table of many amounts with a name and a word at the end."""
    columns = (
        Column("customer", "Customer", Kind.CODE), Column("name", "Name", Kind.TEXT),
        *(Column(title.lower().replace(" ", "_"), title, Kind.MONEY) for title in AMOUNTS),
        Column("depth", "Depth", Kind.SHARE), Column("label", "Growth", Kind.LEVEL),
    )  # fmt: skip
    row = ("C-1", "Plainly Invented Ltd", *(Decimal(-1_574_100 + k) for k in range(6)), 0.5, "declining")
    return Table("growth", "Growth", columns, ListRows([row]), currency="EUR")


@pytest.mark.parametrize("cells", [60, 70, 80])
def test_the_name_stays_and_the_later_amounts_go(cells: int) -> None:
    text = shown(growth(), cells)
    assert "Plainly" in text
    assert "No room for:" in text
    assert "Margin change" in text.replace("\n", " ").split("No room for:")[1] or cells < 80
    assert "-1,574,100" in text
    if cells == 80:
        assert "declining" in text


def test_headings_are_broken_only_where_that_saves_two_columns() -> None:
    columns = (
        Column("period", "Period", Kind.CODE),
        *(Column(f"m{k}", title, Kind.MONEY) for k, title in enumerate(("Revenue", "Discounts", "Goods", "Margin"))),
        Column("contribution", "Contribution", Kind.MONEY), Column("share", "Margin share", Kind.SHARE),
        Column("known", "Cost known", Kind.SHARE),
    )  # fmt: skip
    row = ("2025-07", *(Decimal(22_544_186),) * 5, 0.237, 0.9)
    for cells in range(60, 100):
        text = shown(Table("p", "P", columns, ListRows([row]), currency="EUR"), cells)
        heading = text.split("──")[0]
        assert "Contribution" in heading or "-" in heading or "Contribution" in text.split("No room")[1]
    assert "Contribution" in shown(Table("p", "P", columns, ListRows([row]), currency="EUR"), 80).split("──")[0]


@pytest.mark.parametrize(
    ("word", "cells"), [("Contribution", 11), ("Contribution", 10), ("обслуживание", 11), ("Customers", 8)]
)
def test_no_piece_of_a_broken_word_is_shorter_than_three_letters(word: str, cells: int) -> None:
    pieces = wrapped(word, cells, "-")
    assert len(pieces) == 2
    assert all(len(piece.rstrip("-")) >= 3 for piece in pieces)


def test_months_are_named_for_people_and_dated_for_machines() -> None:
    table = Table("f", "F", (Column("month", "Month", Kind.MONTH),), ListRows([(dt.date(2026, 7, 1),), (None,)]))
    assert re.search(r"Jul\s2026", shown(table, 80))
    assert cell(dt.date(2026, 7, 1), Kind.MONTH, language="ru") == "июль\u00a02026"
    for form, wanted in (("csv", "2026-07-01"), ("tsv", "2026-07-01"), ("jsonl", "2026-07-01"), ("json", "2026-07-01")):
        page = io.BytesIO()
        write(table, format=form, output=None, stdout=page)
        assert wanted in page.getvalue().decode()
        if form == "json":
            assert json.loads(page.getvalue())["columns"][0]["kind"] == "month"
