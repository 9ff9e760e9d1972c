"""Charts of a workbook, read back by another library."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest

from crmcli.output.manner import Manner
from crmcli.output.workbook import write_workbook, write_workbooks
from crmcli.table import Chart, ChartKind, Column, Kind, ListRows, Table

SHARES = Table(
    "shares", "Shares",
    (Column("part", "Part", Kind.SHARE), Column("whole", "Whole", Kind.SHARE), Column("a", "A", Kind.SHARE), Column("b", "B", Kind.SHARE)),
    ListRows([(0.2, 0.6, 0.5, 0.7), (0.5, 0.9, None, 0.95), (1.0, 1.0, 1.0, 1.0)]),
)  # fmt: skip


def opened(*tables: Table) -> openpyxl.Workbook:
    sink = io.BytesIO()
    write_workbooks(tables, sink, Manner())
    return openpyxl.load_workbook(io.BytesIO(sink.getvalue()))


@pytest.mark.parametrize(
    ("kind", "values", "name", "series"),
    [
        (ChartKind.BARS, ("whole", "a"), "BarChart", 2), (ChartKind.COLUMNS, ("whole",), "BarChart", 1),
        (ChartKind.LINES, ("whole",), "ScatterChart", 3), (ChartKind.CURVE, ("whole",), "ScatterChart", 2),
        (ChartKind.CALIBRATION, ("whole",), "ScatterChart", 2),
    ],
)  # fmt: skip
def test_a_chart_is_drawn_from_the_cells(kind: ChartKind, values: tuple[str, ...], name: str, series: int) -> None:
    chart = Chart(kind, "=Title", "part", values, low="a", high="b")
    book = opened(replace(SHARES, charts=(chart,)))
    assert book.sheetnames == ["shares", "Charts", "About"]
    (drawn,) = book["Charts"]._charts  # type: ignore[attr-defined]
    assert type(drawn).__name__ == name
    assert len(drawn.series) == series
    reference = drawn.series[0].val or drawn.series[0].yVal
    assert reference.numRef.f == "shares!$B$2:$B$4"


def test_a_heat_map_colours_the_cells_themselves() -> None:
    book = opened(replace(SHARES, charts=(Chart(ChartKind.HEAT, "Heat", "part", ("whole", "a", "b")),)))
    assert book.sheetnames == ["shares", "About"]
    (rule,) = book["shares"].conditional_formatting
    assert (str(rule.sqref), rule.rules[0].type) == ("B2:D4", "colorScale")


def test_tables_beside_have_sheets_of_their_own_under_names_that_differ() -> None:
    small = replace(SHARES, name="Shares", charts=(Chart(ChartKind.BARS, "Bars", "part", ("whole",)),))
    book = opened(replace(SHARES, beside=(small, replace(small, name="about"))), replace(SHARES, name="x" * 40), SHARES)
    assert book.sheetnames == ["shares", "Shares_2", "about_2", "x" * 31, "shares_3", "Charts", "About"]
    assert len(book["Charts"]._charts) == 2  # type: ignore[attr-defined]
    assert book["Shares_2"]["B2"].value == 0.6


def test_no_rows_make_no_chart() -> None:
    chart = Chart(ChartKind.BARS, "Bars", "part", ("whole",))
    assert opened(replace(SHARES, rows=ListRows([]), charts=(chart,))).sheetnames == ["shares", "About"]


def test_charts_make_the_same_bytes_each_time() -> None:
    columns = (Column("name", "Name", Kind.CODE), Column("sum", "Sum", Kind.MONEY, bar=True))
    chart = Chart(ChartKind.BARS, "Bars", "name", ("sum",))
    table = Table("t", "T", columns, ListRows([("a", Decimal(1))]), charts=(chart,))
    sinks = [io.BytesIO(), io.BytesIO()]
    for sink in sinks:
        write_workbook(table, sink, Manner())
    assert sinks[0].getvalue() == sinks[1].getvalue()
