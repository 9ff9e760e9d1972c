"""The smaller tables under an answer, and its pictures: they add up to it, and hold on every odd store."""

from __future__ import annotations

import datetime as dt
import io
import re
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from crmcli.output.manner import Manner
from crmcli.output.page.write import write_page
from crmcli.reports import registry
from crmcli.reports.run import run
from crmcli.table import ChartKind, Table
from tests.reports.small_store import empty_store, line, store_of

AS_OF = dt.date(2025, 6, 30)
NAMES = ("abc", "cohorts", "retention", "rfm", "totals")
LINES = [
    line("A", "2025-01-10", 8_000, unit_cost=Decimal(5)), line("A", "2025-03-10", 2_000), line("B", "2025-02-01", 900),
    line("C", "2024-02-01", 700), line("C", "2025-02-01", -100), line("D", "2025-06-29", 50), line(None, "2025-05-05", 333),
    line("E", "2023-01-01", 5_000),
]  # fmt: skip
ODD: dict[str, list[dict[str, Any]]] = {
    "one order": [line("A", "2025-01-01")],
    "one day": [line(name, "2025-06-30", 10) for name in "ABC"],
    "returns only": [line("A", "2025-01-01", -5), line("B", "2025-02-01", -7)],
    "anonymous only": [line(None, "2025-01-01", 70)],
    "nothing": [line("A", "2025-01-01", 0)],
    "the future": [line("A", "2027-01-01", 70)],
    "long ago": [line("A", "2001-01-01", 70)],
    "sums to nothing": [line("A", "2025-01-01", 70), line("B", "2025-01-01", -70)],
}


def answer(con: duckdb.DuckDBPyConnection, name: str, as_of: dt.date = AS_OF, **options: Any) -> Table:
    return run(registry.find(name), con, as_of=as_of, parameters=options, currency="EUR", beside=True)


def beside(table: Table, name: str) -> dict[str, tuple[Any, ...]]:
    (small,) = [small for small in table.beside if small.name == name]
    return {row[0]: row[1:] for row in small.rows.fetch()}


@pytest.mark.parametrize("options", [{}, {"measure": "margin"}, {"clean": False}])
def test_the_parts_of_abc_add_up_to_it(options: dict[str, Any]) -> None:
    table = answer(store_of(LINES), "abc", **options)
    rows = table.rows.fetch()
    parts = beside(table, "abc_parts")
    assert sum(part[0] for part in parts.values()) == len(rows)
    assert (
        sum(part[2] or 0 for part in parts.values())
        == sum(row[2] or 0 for row in rows)
        == (table.totals["measure"] or 0)
    )
    assert table.beside[0].totals["total"] == table.totals["measure"]
    for word, part in parts.items():
        assert part[0] == sum((row[6] or row[5]) == word for row in rows)


def test_the_concentration_follows_the_cumulative_share() -> None:
    table = answer(store_of(LINES), "abc", clean=False)
    cumulative = [row[4] for row in table.rows.fetch() if row[6] is None]
    points = beside(table, "abc_concentration")
    assert set(points) == {1, 2, 3, 4}
    assert [points[place][2] for place in sorted(points)] == pytest.approx(cumulative)
    assert [points[place][0] for place in sorted(points)] == pytest.approx([0.25, 0.5, 0.75, 1.0])


def test_the_groups_of_rfm_add_up_to_it() -> None:
    table = answer(store_of(LINES), "rfm")
    rows, groups = table.rows.fetch(), beside(table, "rfm_groups")
    for word, (customers, share, monetary, _part) in groups.items():
        own = [row for row in rows if row[-1] == word]
        assert (customers, monetary) == (len(own), sum(row[5] for row in own))
        assert share == pytest.approx(len(own) / len(rows))
    assert table.beside[0].totals["monetary"] == table.totals["monetary"]
    assert sum(group[3] for group in groups.values()) == pytest.approx(1)


def test_the_sources_of_revenue_add_up_to_the_window() -> None:
    table = answer(store_of(LINES), "retention")
    figures = {row[0]: row[1] for row in table.rows.fetch()}
    sources = beside(table, "retention_sources")
    assert sum(source[0] for source in sources.values()) == figures["window_revenue"].value
    assert sources["anonymous_revenue"][0] == 333


def test_months_run_to_the_day_and_compare_with_the_year_before() -> None:
    months = beside(answer(store_of(LINES), "totals"), "totals_months")
    assert list(months) == [f"2024-{m:02}" for m in range(7, 13)] + [f"2025-{m:02}" for m in range(1, 7)]
    orders, customers, revenue, year_before, growth = months["2025-02"]
    assert (orders, customers, revenue, year_before) == (2, 2, 800, 700)
    assert growth == pytest.approx(800 / 700 - 1)
    assert months["2025-05"] == (1, 0, 333, 0, None)


def test_no_month_before_the_first_sale_is_called_a_month_without_sales() -> None:
    months = beside(answer(store_of([line("A", "2025-05-05")]), "totals"), "totals_months")
    assert {month: cells[2:4] for month, cells in months.items()} == {"2025-05": (100, None), "2025-06": (0, None)}


def test_cohorts_are_coloured_after_their_first_month() -> None:
    (chart,) = answer(store_of(LINES), "cohorts").charts
    assert (chart.kind, chart.values[0], chart.values[-1]) == (ChartKind.HEAT, "m1", "m24")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lines", [None, *ODD.values()], ids=["empty", *ODD])
def test_odd_stores_have_sound_pages(name: str, lines: list[dict[str, Any]] | None) -> None:
    con = empty_store() if lines is None else store_of(lines)
    for as_of in (AS_OF, dt.date(1990, 1, 1), dt.date(8999, 12, 30)):
        sink = io.BytesIO()
        write_page(answer(con, name, as_of), sink, Manner())
        text = sink.getvalue().decode().split("</style>")[1].split("<script>")[0]
        assert not re.search(r"\b(nan|inf)\b|>None<", text)
