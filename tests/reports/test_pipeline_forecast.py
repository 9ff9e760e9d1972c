"""The pipeline's forecast beside and joined with the statistical one: what it is of, what it sees, and when it is kept."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from crmcli.reports import registry
from crmcli.reports.run import run
from crmcli.reports.sales.forecast_scores import scores
from crmcli.store.connection import open_to_write, transaction
from crmcli.store.forecasts import kinds
from crmcli.table import Table
from tests.cli.program import crmcli
from tests.reports.small_store import empty_store, insert, line, store_of
from tests.reports.test_cycle import deal
from tests.store.made import make

DAY = dt.date(2025, 6, 30)
START = dt.date(2024, 1, 1)


def deals(count: int = 150, seed: int = 5) -> list[dict[str, Any]]:
    """Eighteen months of deals: opened evenly, decided after one to three months, two in three won."""
    rng, rows = np.random.default_rng(seed), []
    for number in range(1, count + 1):
        opened = START + dt.timedelta(int(rng.integers(0, 540)))
        ends = opened + dt.timedelta(int(rng.integers(20, 90)))
        won = bool(rng.random() < 0.66)
        rows.append(
            deal(
                number,
                None,
                opened,
                status="won" if won else "lost",
                closed_on=ends,
                amount=Decimal(int(rng.integers(50, 150))),
            )
        )
    return rows


def shop(rows: list[dict[str, Any]]) -> duckdb.DuckDBPyConnection:
    con = empty_store()
    insert(con, "opportunities", *rows)
    return con


def made(con: duckdb.DuckDBPyConnection, day: dt.date = DAY, **options: Any) -> Table:
    return run(registry.find("pipeline-forecast"), con, as_of=day, parameters=options, currency="EUR", beside=True)


def rows(table: Table) -> list[dict[str, Any]]:
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows.fetch()]


@pytest.fixture(scope="module")
def won_only() -> Table:
    return made(shop(deals()))


def test_where_there_are_no_orders_deals_won_are_the_months(won_only: Table) -> None:
    assert "There are no orders" in " ".join(won_only.notes)
    first, *_others = rows(won_only)
    won = [row for row in deals() if row["status"] == "won" and row["closed_on"] <= DAY]
    usual = float(sum(row["amount"] for row in won if row["closed_on"] > dt.date(2025, 3, 31))) / 3
    assert float(first["pipeline"]) == pytest.approx(usual, rel=0.5)
    assert first["month"] == dt.date(2025, 7, 1)


def test_parts_add_up_and_the_mixture_lies_between_both(won_only: Table) -> None:
    for row in rows(won_only):
        parts = row["won_so_far"] + row["open_deals"] + row["deals_to_come"] + row["beside_deals"]
        assert row["pipeline"] == pytest.approx(parts, abs=Decimal("0.03"))
        assert 0 < row["pipeline_weight"] < 1
        assert min(row["statistical"], row["pipeline"]) <= row["expected"] <= max(row["statistical"], row["pipeline"])
        assert row["low"] <= row["expected"] <= row["high"]
        assert row["pipeline_low"] <= row["pipeline"] <= row["pipeline_high"]


def test_the_back_test_covers_all_three_on_the_same_months(won_only: Table) -> None:
    tests = {row[0]: row[1:] for row in won_only.beside[1].rows.fetch()}
    assert set(tests) == {"statistical", "pipeline", "joined"}
    assert len({row[:2] for row in tests.values()}) == 1
    assert all(0 <= coverage <= 1 for *_rest, coverage, _bias in tests.values())
    assert tests["pipeline"][2] < 1.5


def test_facts_after_the_day_change_nothing() -> None:
    known = [row for row in deals() if row["opened_on"] <= DAY]
    then = [{**row, "closed_on": None, "status": "open"} if row["closed_on"] > DAY else row for row in known]
    # an amount of today is told of the deals of then, too
    assert rows(made(shop(deals()))) == rows(made(shop(then)))


def test_won_in_the_month_that_has_begun_is_the_least_it_brings() -> None:
    day = dt.date(2025, 6, 25)
    first, second, *_others = rows(made(shop(deals()), day))
    won = [r for r in deals() if r["status"] == "won" and dt.date(2025, 6, 1) <= r["closed_on"] <= day]
    assert first["month"] == dt.date(2025, 6, 1)
    assert first["won_so_far"] == sum(r["amount"] for r in won) > 0
    assert min(first["pipeline_low"], first["low"]) >= first["won_so_far"]
    assert second["won_so_far"] == 0


def test_orders_are_what_is_forecast_where_there_are_any_and_deals_are_not_added() -> None:
    facts = [line("A", dt.date(2024 + n // 12, n % 12 + 1, 5), 1000 + 10 * (n % 3)) for n in range(18)]
    con = store_of(facts)
    insert(con, "opportunities", *deals())
    table = made(con)
    for row in rows(table):
        assert float(row["expected"]) == pytest.approx(1010, rel=0.35)  # not 1010 and the deals on top
        assert float(row["pipeline"]) == pytest.approx(1010, rel=0.6)
    history = table.beside[2].rows.fetch()
    assert len(history) == 12
    assert [row[1] for row in history] == [Decimal(1000 + 10 * (n % 3)) for n in range(6, 18)]
    assert "Deals won are not added" in " ".join(table.notes)


def test_without_deals_the_statistical_forecast_stands_as_its_own_report_says() -> None:
    facts = [line("A", dt.date(2024 + n // 12, n % 12 + 1, 5), 1000 + 10 * (n % 5)) for n in range(18)]
    found = rows(made(store_of(facts)))
    own = rows(run(registry.find("forecast"), store_of(facts), as_of=DAY, parameters={}, currency="EUR"))
    assert [(r["expected"], r["low"], r["high"]) for r in found] == [(r["expected"], r["low"], r["high"]) for r in own]
    assert {(r["pipeline"], r["pipeline_weight"]) for r in found} == {(None, 0.0)}


STORES: dict[str, list[dict[str, Any]]] = {
    "nothing": [],
    "one open deal": [deal(1, None, DAY, amount=Decimal(5))],
    "one won": [deal(1, None, DAY, status="won", closed_on=DAY, amount=Decimal(5))],
    "no amounts": [deal(n, None, DAY - dt.timedelta(40), status="won", closed_on=DAY) for n in range(1, 40)],
    "undated": [{**deal(1, None, DAY), "opened_on": None}],
    "all overdue": [deal(n, None, START, expected_on=START, probability=Decimal("0.5"), amount=Decimal(9)) for n in range(1, 5)],
    "only the future": [deal(1, None, DAY + dt.timedelta(2))],
    "all on one day": [deal(n, None, DAY, status="won", closed_on=DAY, amount=Decimal(7)) for n in range(1, 50)],
}  # fmt: skip


@pytest.mark.parametrize("name", STORES)
@pytest.mark.parametrize("options", [{}, {"by": "manager", "months": 1}, {"by": "region", "months": 24}], ids=str)
def test_troubled_stores_show_no_number_that_is_none(name: str, options: dict[str, Any]) -> None:
    con = empty_store()
    for row in STORES[name]:
        insert(con, "opportunities", row)
    table = made(con, **options)
    cells = [cell for part in (table, *table.beside) for row in part.rows.fetch() for cell in row]
    assert all(math.isfinite(cell) for cell in cells if isinstance(cell, float | Decimal))
    assert (table.headline is None) == (len(table.rows) == 0)
    assert "%(" not in " ".join([table.headline or "", *table.notes])


def test_an_overdue_deal_of_a_known_chance_comes_at_once() -> None:
    con = shop([deal(1, None, START, expected_on=START, probability=Decimal("0.5"), amount=Decimal(90))])
    first, second, *_rest = rows(made(con))
    assert (first["open_deals"], second["open_deals"]) == (45, 0)
    assert first["expected"] == 45  # no statistics: the pipeline stands alone
    assert first["pipeline_weight"] == 1


def test_both_are_kept_in_one_step_and_scored_later(tmp_path: Path) -> None:
    store = make(tmp_path / "deals.duckdb")
    with open_to_write(store, wait=5) as con, transaction(con):
        insert(con, "opportunities", *deals())
    kept = crmcli("forecast", "keep", "--as-of", "2025-03-31", "--months", "3", store=store)
    assert kept.code == 0, kept.err
    with open_to_write(store, wait=5) as con:
        assert kinds(con, as_of=DAY) == ["joined_total", "pipeline_total"]
        assert con.execute("SELECT count(DISTINCT added_in), count(*) FROM forecasts").fetchall() == [(1, 6)]
        found = {row[2]: row for row in scores(con, kinds(con, as_of=DAY), as_of=DAY).rows.fetch()}
    assert {by: row[5] for by, row in found.items()} == {"joined_total": 3, "pipeline_total": 3}
    assert found["pipeline_total"][6] < 0.5  # MAPE
    assert crmcli("undo", store=store).code == 0
    with open_to_write(store, wait=5) as con:
        assert kinds(con, as_of=DAY) == []
