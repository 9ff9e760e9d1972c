"""A report for a past day gives what it would have given then: every report, over 24 month ends."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from crmcli.reports import registry
from tests.reports.living_store import as_it_stood, living_store
from tests.reports.small_store import answer

MONTH_ENDS = [
    dt.date(2023 + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1) for month in range(6, 30)
]  # June 2023 to May 2025: the last month ends before the last fact


@pytest.fixture(scope="module")
def firm() -> duckdb.DuckDBPyConnection:
    """The firm as it stands at the end."""
    return living_store(customers=25)


@pytest.fixture(scope="module")
def past(firm: duckdb.DuckDBPyConnection) -> dict[dt.date, duckdb.DuckDBPyConnection]:
    """The firm as it stood at every month end."""
    return {day: as_it_stood(firm, day) for day in MONTH_ENDS}


def test_there_are_twenty_four_month_ends_with_facts_on_both_sides(firm: duckdb.DuckDBPyConnection) -> None:
    counts = firm.execute("SELECT min(ordered_on), max(ordered_on) FROM orders").fetchall()[0]
    assert len(set(MONTH_ENDS)) == 24
    assert counts[0] < MONTH_ENDS[0]
    assert counts[1] > MONTH_ENDS[-1]


@pytest.mark.parametrize("name", registry.names())
def test_a_past_day_gives_what_it_gave_then(
    name: str, firm: duckdb.DuckDBPyConnection, past: dict[dt.date, duckdb.DuckDBPyConnection]
) -> None:
    both = ((day, *(answer(con, name, day, told=False) for con in (firm, past[day]))) for day in MONTH_ENDS)
    differing = [day for day, now, then in both if now != then]
    assert differing == []


def test_the_walk_can_fail(firm: duckdb.DuckDBPyConnection) -> None:
    day = MONTH_ENDS[12]
    stood = as_it_stood(firm, day)
    stood.execute(
        "DELETE FROM order_lines WHERE id IN (SELECT min(id) FROM order_lines WHERE counted AND customer_id IS NOT NULL)"
    )
    assert answer(firm, "totals", day) != answer(stood, "totals", day)
