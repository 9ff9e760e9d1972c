"""The forecast of monthly sales: which months it knows, what it leaves out, and how kept forecasts are judged."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from crmcli.errors import NotFoundError
from crmcli.models.series.forecast import forecast
from crmcli.reports import registry
from crmcli.reports.run import run
from crmcli.reports.sales import forecast_figures
from crmcli.reports.sales.forecast_months import load
from crmcli.reports.sales.forecast_scores import score
from crmcli.store import forecasts
from crmcli.store.connection import open_to_read, open_to_write, transaction
from crmcli.store.undo import undo
from crmcli.table import Table
from tests.cli.program import crmcli
from tests.reports.small_store import answer, insert, line, store_of
from tests.store.made import NOW, contents, copied, make, take

AS_OF = dt.date(2025, 6, 30)
Facts = list[dict[str, Any]]


def month(number: int, day: int = 1) -> dt.date:
    """A day of a month counted from January 2022."""
    return dt.date(2022 + number // 12, number % 12 + 1, day)


def shop(months: int = 42, seed: int = 3) -> Facts:
    """Sales from January 2022 on: two customers in two categories, one of them seldom, and sales to nobody known."""
    rng = np.random.default_rng(seed)
    facts = []
    for number in range(months):
        season = 1 + 0.4 * np.sin(2 * np.pi * number / 12)
        for customer, category, size in (("A", "cable", 900), ("B", "lamps", 300), (None, "cable", 50)):
            amount = Decimal(str(round(size * season * rng.uniform(0.8, 1.2), 2)))
            facts.append(line(customer, month(number, 3), amount, category=category, order=f"{customer}{number}"))
        if number % 5 == 0:
            facts.append(line("B", month(number, 20), 70, category="tools", order=f"T{number}"))
    return facts


def whole(con: Any, as_of: dt.date = AS_OF, **options: Any) -> Table:
    """The report with what is beside it."""
    return run(registry.find("forecast"), con, as_of=as_of, parameters=options, currency="EUR", beside=True)


def by_month(facts: Facts, **only: Any) -> dict[dt.date, float]:
    """Revenue a month, slowly."""
    sums: dict[dt.date, float] = defaultdict(float)
    for fact in facts:
        if fact["status"] != "cancelled" and all(fact.get(name) == value for name, value in only.items()):
            sums[fact["on"].replace(day=1)] += float(fact["net"])
    return sums


def series(facts: Facts, first: int, last: int, **only: Any) -> np.ndarray:
    """The months numbered first … last as the model takes them."""
    sums = by_month(facts, **only)
    return np.array([[sums.get(month(number), 0.0) for number in range(first, last + 1)]])


def test_the_figures_are_those_of_the_model_over_the_complete_months() -> None:
    facts = shop()
    rows = answer(store_of(facts), "forecast", AS_OF)
    made = forecast(series(facts, 0, 41), 6)
    assert made is not None
    assert [row["month"] for row in rows] == [month(number) for number in range(42, 48)]
    assert [float(row["expected"]) for row in rows] == pytest.approx(made.expected[0].tolist(), abs=0.006)
    assert [float(row["low"]) for row in rows] == pytest.approx(made.low[0].tolist(), abs=0.006)
    assert [float(row["high"]) for row in rows] == pytest.approx(made.high[0].tolist(), abs=0.006)
    assert {(row["series"], row["method"], row["months_known"]) for row in rows} == {("total", made.method[0], 42)}
    assert rows[0]["mase"] == pytest.approx(made.mase[0])
    assert rows[0]["coverage"] == pytest.approx(made.coverage[0])


def test_a_month_that_has_begun_is_forecast_and_its_sales_are_not_used() -> None:
    facts = shop()
    begun = [*facts, line("A", "2025-07-02", 55_555)]
    before = answer(store_of(facts), "forecast", AS_OF)
    assert answer(store_of(begun), "forecast", "2025-07-30") == before
    assert answer(store_of(begun), "forecast", "2025-07-31") != before
    notes = " ".join(whole(store_of(begun), dt.date(2025, 7, 30)).notes)
    assert "The month from 2025-07-01 has begun" in notes
    assert "55,555.00" in notes


def test_facts_after_the_day_change_nothing() -> None:
    facts = shop()
    later = [*facts, *(line("C", month(number), 10**6, category="cable") for number in range(42, 50))]
    for by in ("total", "category", "manager"):
        first, second = (whole(store_of(given), by=by) for given in (facts, later))
        assert first.rows.fetch() == second.rows.fetch()
        assert (first.headline, first.notes) == (second.headline, second.notes)
        assert [part.rows.fetch() for part in first.beside] == [part.rows.fetch() for part in second.beside]


def test_empty_months_are_zeros_and_cancelled_orders_are_nothing() -> None:
    facts = [fact for fact in shop() if fact["on"].month != 2]
    cancelled = [line("A", month(13), 9_999, status="cancelled")]
    rows = answer(store_of([*facts, *cancelled]), "forecast", AS_OF)
    made = forecast(series(facts, 0, 41), 6)
    assert made is not None
    assert [float(row["expected"]) for row in rows] == pytest.approx(made.expected[0].tolist(), abs=0.006)


@pytest.mark.parametrize(("day", "known"), [(7, 42), (8, 41)])
def test_a_first_month_that_begins_late_is_left_out_and_said(day: int, known: int) -> None:
    facts = [line("A", month(0, day), 100), *(fact for fact in shop() if fact["on"] >= month(1))]
    table = whole(store_of(facts))
    assert {row[8] for row in table.rows.fetch()} == {known}
    assert ("may not be whole" in " ".join(table.notes)) == (known == 41)


def test_each_category_has_its_own_series_from_its_first_sale_on() -> None:
    facts = [*shop(), *(line("A", month(number), 2 * number, category="new") for number in range(30, 42))]
    con = store_of(facts)
    rows = answer(con, "forecast", AS_OF, by="category", months=3)
    assert [(row["series"], row["months_known"]) for row in rows[::3]] == [
        ("cable", 42),
        ("lamps", 42),
        ("new", 12),
        ("tools", 42),
    ]
    made = forecast(series(facts, 0, 41, category="tools"), 3)
    assert made is not None
    assert [float(row["expected"]) for row in rows[-3:]] == pytest.approx(made.expected[0].tolist(), abs=0.006)
    only = answer(con, "forecast", AS_OF, category="CABLE", months=3)
    assert [row["expected"] for row in only] == [row["expected"] for row in rows[:3]]
    with pytest.raises(NotFoundError, match="lamp") as missing:
        answer(con, "forecast", AS_OF, category="lamp")
    assert "lamps" in (missing.value.hint or "")


def test_regions_and_managers_are_the_order_s_else_the_customer_s() -> None:
    con = store_of(shop())
    insert(con, "managers", {"id": 1, "code": "M1", "name": "Ann"}, {"id": 2, "code": "M2", "name": "Ann"})
    con.execute("UPDATE contacts SET region = 'North', manager_id = 1, country = 'X'")
    con.execute("UPDATE orders SET region = 'South', manager_id = 2 WHERE order_no LIKE 'T%'")
    con.execute("UPDATE orders SET country = 'Abroad' WHERE customer_id IS NULL")
    regions = {row["series"]: row["months_known"] for row in answer(con, "forecast", AS_OF, by="region")}
    assert regions == {"North": 42, "Abroad": 42, "South": 42}
    managers = {row["series"] for row in answer(con, "forecast", AS_OF, by="manager")}
    assert managers == {"Ann (M1)", "Ann (M2)", None}


def test_series_known_too_short_or_silent_for_a_year_are_left_out_and_counted() -> None:
    facts = shop()
    short = [line("A", month(number), 10, category="short") for number in (40, 41)]
    silent = [line("A", month(number), 10, category="gone") for number in range(20)]
    table = whole(store_of([*facts, *short, *silent]), by="category")
    assert {row[0] for row in table.rows.fetch()} == {"cable", "lamps", "tools"}
    notes = " ".join(table.notes)
    assert "1 series with sales in fewer than three months" in notes
    assert "1 series without a sale for twelve months" in notes
    assert "neither is bent to fit the other" in notes


def test_of_very_many_series_the_largest_are_forecast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecast_figures, "MOST_SERIES", 2)
    table = whole(store_of(shop()), by="category")
    assert {row[0] for row in table.rows.fetch()} == {"cable", "lamps"}
    assert "1 series smaller than those shown" in " ".join(table.notes)


def test_what_stands_beside_the_forecast() -> None:
    facts = shop()
    table = whole(store_of(facts))
    tables = {part.name: part for part in table.beside}
    assert set(tables) == {"forecast_backtest", "forecast_history"}
    history = tables["forecast_history"].rows.fetch()
    sums = by_month(facts)
    assert [(row[0], float(row[1]), float(row[2])) for row in history] == [
        (month(number), pytest.approx(sums[month(number)]), pytest.approx(sums[month(number - 12)]))
        for number in range(18, 42)
    ]
    methods = tables["forecast_backtest"].rows.fetch()
    chosen = [row for row in methods if row[1]]
    assert len(chosen) == 1
    assert chosen[0][2] == min(row[2] for row in methods) == table.rows.fetch()[0][6]
    assert table.charts[0].low == "low"
    assert "forecast_series" in {part.name for part in whole(store_of(facts), by="category").beside}


def test_the_headline_says_what_to_expect_and_whether_to_believe_it() -> None:
    table = whole(store_of([line("A", month(n), 100 + 37 * (n * 7 % 11)) for n in range(42)]))
    rows = table.rows.fetch()
    assert table.headline is not None
    total = sum(row[2] for row in rows)
    assert f"The next 6 months should bring €{total:,.0f}" in table.headline
    assert f"between €{rows[0][3]:,.0f} and €{rows[0][4]:,.0f}" in table.headline
    assert "In the back-test it erred" in table.headline
    assert "nothing did clearly better" in (whole(store_of(shop())).headline or "")
    thin = whole(store_of(shop(14)), dt.date(2023, 2, 28)).headline
    assert thin is not None
    assert "a season cannot be told from growth" in thin


EDGES: dict[str, Facts] = {
    "nothing": [],
    "one order": [line("A", "2025-06-01")],
    "one day": [line("A", "2025-03-01"), line("B", "2025-03-01")],
    "two months": [line("A", "2025-05-01"), line("B", "2025-06-01")],
    "all in the future": [line("A", f"2026-0{n}-01") for n in range(1, 9)],
    "all long ago": [line("A", f"1903-0{n}-01") for n in range(1, 9)],
    "nothing but zeros": [line("A", f"2025-0{n}-01", 0) for n in range(1, 7)],
}
STEADY: dict[str, Facts] = {
    "only returns": [line("A", f"2025-0{n}-01", -10) for n in range(1, 7)],
    "only anonymous": [line(None, f"2025-0{n}-01", 10) for n in range(1, 7)],
    "one customer": [line("A", month(n), 100) for n in range(42)],
    "hundredths": [line("A", month(n), "0.01") for n in range(42)],
    "up and down": [line("A", month(n), (-1) ** n * 100) for n in range(42)],
}


@pytest.mark.parametrize("name", EDGES)
def test_too_little_gives_no_forecast_and_says_why(name: str) -> None:
    for by in ("total", "category", "region", "manager"):
        table = whole(store_of(EDGES[name]), by=by)
        assert (len(table.rows), table.headline) == (0, None)
        assert "at least three complete months" in (table.empty or "")


@pytest.mark.parametrize("name", STEADY)
def test_strange_bases_give_numbers(name: str) -> None:
    for by in ("total", "category", "region", "manager"):
        table = whole(store_of(STEADY[name]), by=by, months=24)
        assert len(table.rows) == 24
        assert table.headline
        cells = [str(cell) for part in (table, *table.beside) for row in part.rows.fetch() for cell in row]
        assert not {"nan", "inf", "-inf", "NaN"} & set(cells)
        assert all(row[3] <= row[2] <= row[4] for row in table.rows.fetch())


@pytest.mark.parametrize("as_of", ["1000-01-01", "1003-02-10", "9000-12-31"])
def test_days_at_the_ends_of_time_do_no_harm(as_of: str) -> None:
    con = store_of([line("A", f"0001-0{n}-01", n) for n in range(1, 7)])
    assert isinstance(answer(con, "forecast", as_of), list)


def test_a_read_only_store_will_do(tmp_path: Path) -> None:
    con = store_of(shop())
    expected = answer(con, "forecast", AS_OF, by="category")
    con.execute(f"ATTACH '{tmp_path / 's.duckdb'}' AS kept")
    con.execute("COPY FROM DATABASE memory TO kept; DETACH kept")
    with duckdb.connect(str(tmp_path / "s.duckdb"), read_only=True) as reading:
        assert answer(reading, "forecast", AS_OF, by="category") == expected


@pytest.fixture(scope="module")
def sold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store on disk with 42 months of sales of two categories."""
    folder = tmp_path_factory.mktemp("sold")
    path = make(folder / "crm.duckdb")
    rows = [
        {"order_no": fact["order"], "ordered_on": fact["on"], "customer": fact["customer"] or "", "amount": fact["net"],
         "category": fact["category"], "line_no": 1}
        for fact in shop()
    ]  # fmt: skip
    with open_to_write(path, wait=5) as con:
        take(con, folder, "orders", *rows)
    return path


@pytest.fixture
def store(sold: Path, tmp_path: Path) -> Path:
    """A copy to write to."""
    return copied(sold, tmp_path)


def offered(con: Any, as_of: dt.date, by: str = "total") -> None:
    """A forecast laid out to be kept."""
    run(registry.find("forecast"), con, as_of=as_of, parameters={"by": by}, currency="EUR")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE offered AS SELECT series, month, CAST(row_number() OVER (PARTITION BY place "
        "ORDER BY month) AS INTEGER) AS horizon, expected, low, high, method, scale, months_known FROM forecast_rows"
    )


def keep(con: Any, as_of: dt.date, by: str = "total") -> int:
    """Keep a forecast; the number of its step."""
    offered(con, as_of, by)
    with transaction(con):
        return forecasts.keep(con, "offered", made_on=as_of, by=by, now=NOW, command="forecast keep").number


def test_keeping_is_one_step_that_can_be_taken_back_and_done_again(store: Path) -> None:
    with open_to_write(store, wait=5) as con:
        before = contents(con)
        number = keep(con, dt.date(2025, 3, 31), "category")
        after = contents(con)
        assert len(after["forecasts"]) == 18
        assert {name for name in after if after[name] != before[name]} == {"forecasts"}
        with transaction(con):
            done = undo(con, number, now=NOW)
        assert (contents(con), done.kept) == (before, [])
        with transaction(con):
            undo(con, done.step.number, now=NOW)
        assert contents(con) == after


def test_the_same_forecast_is_known_again_and_another_is_told_apart(store: Path) -> None:
    day = dt.date(2025, 3, 31)
    with open_to_write(store, wait=5) as con:
        number = keep(con, day)
        offered(con, day)
        assert forecasts.standing(con, "offered", made_on=day, by="total") == forecasts.Standing(number, same=True)
        con.execute("UPDATE offered SET low = low - 1 WHERE horizon = 2")
        assert forecasts.standing(con, "offered", made_on=day, by="total") == forecasts.Standing(number, same=False)
        assert forecasts.standing(con, "offered", made_on=day, by="region") is None


def test_scores_are_what_a_slow_count_finds(store: Path) -> None:
    made_on, facts = dt.date(2025, 2, 28), shop()
    with open_to_write(store, wait=5) as con:
        keep(con, made_on, "category")
        months = load(con, by="category", as_of=dt.date(2025, 5, 30))
        score(con, by="category", as_of=dt.date(2025, 5, 30), until=months["forecast_from"])
        names = "scored, mape, mase, coverage, bias"
        found = con.execute(f"SELECT {names} FROM forecast_scores").fetchall()[0]
        kept = con.execute("SELECT series, month, expected, low, high, scale FROM forecasts").fetchall()
    errors, shares, scaled, inside, actuals = [], [], [], [], []
    for name, on, *amounts in kept:
        expected, low, high, scale = map(float, amounts)
        if on >= dt.date(2025, 5, 1):
            continue
        actual = by_month(facts, category=name).get(on, 0.0)
        errors.append(expected - actual)
        shares += [abs(expected - actual) / actual] if actual else []
        scaled.append(abs(expected - actual) / scale)
        inside.append(low <= actual <= high)
        actuals.append(actual)
    assert found[0] == len(errors) == 6
    assert [float(value) for value in found[1:]] == pytest.approx(
        [np.mean(shares), np.mean(scaled), np.mean(inside), sum(errors) / sum(actuals)], rel=1e-6
    )


def test_the_report_tells_how_forecasts_kept_by_its_day_did(store: Path) -> None:
    with open_to_write(store, wait=5) as con:
        assert "No earlier forecast is kept yet" in " ".join(whole(con).notes)
        keep(con, dt.date(2025, 2, 28))
        keep(con, AS_OF)
    with open_to_read(store, wait=5) as con:
        told = whole(con, dt.date(2025, 4, 30))
        scores = next(part for part in told.beside if part.name == "forecast_scores").rows.fetch()
        assert [(row[0], row[2], row[3]) for row in scores] == [(dt.date(2025, 2, 28), 6, 2)]
        assert "of 2 months fell within their interval" in " ".join(told.notes)
        assert "No earlier forecast" in " ".join(whole(con, dt.date(2025, 2, 27)).notes)
        assert "cannot be scored yet" in " ".join(whole(con, dt.date(2025, 2, 28)).notes)


def test_the_commands_keep_list_and_score(store: Path) -> None:
    kept = crmcli("forecast", "keep", "--as-of", "2025-03-31", "--format", "csv", store=store)
    assert kept.code == 0
    assert "To take it back: crmcli undo 2" in kept.err
    assert len(kept.out.splitlines()) == 7
    again = crmcli("forecast", "keep", "--as-of", "2025-03-31", store=store)
    assert (again.code, "kept already, by step 2" in again.err) == (0, True)
    assert crmcli("forecast", "keep", "--as-of", "2025-03-31", "--months", "3", store=store).code == 4
    dry = crmcli("forecast", "keep", "--as-of", "2025-04-30", "--dry-run", store=store)
    assert (dry.code, "dry run" in dry.err) == (0, True)
    assert crmcli("forecast", "keep", "--as-of", "2022-02-15", store=store).code == 3
    listed = list(csv.DictReader(io.StringIO(crmcli("forecast", "list", "-f", "csv", store=store).out)))
    assert [(row["made_on"], row["by"], row["months"], row["step"]) for row in listed] == [
        ("2025-03-31", "total", "6", "2")
    ]
    scored = crmcli("forecast", "score", "--as-of", "2025-06-30", "-f", "csv", store=store)
    row = next(csv.DictReader(io.StringIO(scored.out)))
    assert (row["made_on"], row["kept_on"], row["horizon"], row["scored"]) == ("2025-03-31", "2026-07-01", "6", "3")
    assert 0 <= float(row["mape"]) < 0.5
    nothing = crmcli("forecast", "score", "--as-of", "2025-03-30", store=store)
    assert (nothing.code, "No forecast is kept yet" in nothing.out) == (0, True)
