"""Churn and value by the model: every figure reckoned again, slowly, from the fitted parameters."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import defaultdict
from decimal import Decimal
from typing import Any

import duckdb
import mpmath
import pytest

from crmcli.reports import registry
from crmcli.reports.outlook import look_ahead, look_back
from crmcli.reports.run import run
from crmcli.table import Table
from tests.reports.living_store import living_store
from tests.reports.small_store import answer, empty_store, line, store_of

AS_OF = dt.date(2025, 6, 1)
MONTH = 30.4375
RATE = 0.15


@pytest.fixture(scope="module")
def firm() -> duckdb.DuckDBPyConnection:
    """Ninety customers over thirty months."""
    return living_store(seed=7, customers=90)


@pytest.fixture(scope="module")
def parameters(firm: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Of the model fitted on the firm."""
    fitted = look_ahead(firm, AS_OF).fitted
    assert fitted is not None
    assert fitted.converged
    return dict(fitted.parameters)


def occasions(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[dt.date, Decimal]]]:
    """Days of purchase of every customer with what they came to, from the plain tables."""
    rows = con.execute(
        "SELECT c.code, l.order_id, l.ordered_on, l.net FROM order_lines AS l JOIN contacts AS c ON c.id = l.customer_id "
        "WHERE l.counted AND l.ordered_on <= $day",
        {"day": AS_OF},
    ).fetchall()
    orders: dict[tuple[str, dt.date, int], Decimal] = defaultdict(Decimal)
    for code, order, day, net in rows:
        orders[code, day, order] += net
    days: dict[str, dict[dt.date, list[Decimal]]] = defaultdict(lambda: defaultdict(list))
    for (code, day, _order), net in orders.items():
        days[code][day].append(net)
    return {
        code: sorted((day, sum(nets)) for day, nets in found.items() if any(net > 0 for net in nets))
        for code, found in days.items()
        if any(net > 0 for nets in found.values() for net in nets)
    }


def history(bought: list[tuple[dt.date, Decimal]]) -> tuple[int, int, int]:
    """x, t_x and T in days."""
    first, last = bought[0][0], bought[-1][0]
    return len(bought) - 1, (last - first).days, (AS_OF - first).days


def p_alive(p: dict[str, float], x: int, t_x: int, age: int) -> Any:
    r, alpha, a, b = (mpmath.mpf(p[name]) for name in ("r", "alpha", "a", "b"))
    return 1 / (1 + a / (b + x) * ((alpha + age) / (alpha + t_x)) ** (r + x))


def p_silent(p: dict[str, float], x: int, t_x: int, age: int, horizon: float) -> Any:
    r, alpha, a, b = (mpmath.mpf(p[name]) for name in ("r", "alpha", "a", "b"))
    kept = lambda u: mpmath.beta(a, b + x + 1) * (alpha + u) ** -(r + x)
    left = mpmath.beta(a + 1, b + x) * (alpha + t_x) ** -(r + x)
    return (kept(age + horizon) + left) / (kept(age) + left)


def expected(p: dict[str, float], x: int, t_x: int, age: int, horizon: float) -> Any:
    r, alpha, a, b = (mpmath.mpf(p[name]) for name in ("r", "alpha", "a", "b"))
    c, y = a + b + x, horizon / (alpha + age + horizon)
    h = mpmath.exp((a - 1) * mpmath.log(1 - y)) * mpmath.hyp2f1(c - r - x, a - 1, c, y)
    return c / (a - 1) * (1 - h) * p_alive(p, x, t_x, age)


def p_alive_later(p: dict[str, float], x: int, t_x: int, age: int, after: float) -> Any:
    r, alpha, a, b = (mpmath.mpf(p[name]) for name in ("r", "alpha", "a", "b"))
    return p_alive(p, x, t_x, age) * mpmath.hyp2f1(r + x, a, a + b + x + 1, -after / (alpha + age))


def test_churn_risk_and_life_are_the_models(firm: duckdb.DuckDBPyConnection, parameters: dict[str, float]) -> None:
    known = occasions(firm)
    rows = {row["customer"]: row for row in answer(firm, "churn", AS_OF)}
    assert rows.keys() == known.keys()
    for code, bought in known.items():
        own = history(bought)
        assert rows[code]["p_alive"] == pytest.approx(float(p_alive(parameters, *own)), abs=1e-9)
        assert rows[code]["churn_risk"] == pytest.approx(float(p_silent(parameters, *own, 90)), abs=1e-9)


def test_bands_and_money_follow_the_risk(firm: duckdb.DuckDBPyConnection) -> None:
    rows = answer(firm, "churn", AS_OF, horizon=60)
    for row in rows:
        risk = row["churn_risk"]
        assert row["band"] == ("high" if risk >= 0.8 else "medium" if risk >= 0.5 else "low")
    stakes = dict(
        firm.execute(
            "SELECT c.code, sum(l.net - coalesce(l.qty * coalesce(l.unit_cost, p.cost), 0)) FROM order_lines AS l "
            "JOIN contacts AS c ON c.id = l.customer_id LEFT JOIN products AS p ON p.id = l.product_id "
            "WHERE l.counted AND l.ordered_on > $day - 365 AND l.ordered_on <= $day GROUP BY c.code",
            {"day": AS_OF},
        ).fetchall()
    )
    for row in rows:
        stake = float(stakes.get(row["customer"], 0))
        assert float(row["money_at_risk"]) == pytest.approx(row["churn_risk"] * stake, abs=1e-3)
    sums = [row["money_at_risk"] for row in rows]
    assert sums == sorted(sums, reverse=True)
    assert len({row["band"] for row in rows}) > 1


def test_expected_value_is_what_the_terms_say(firm: duckdb.DuckDBPyConnection, parameters: dict[str, float]) -> None:
    known = occasions(firm)
    rows = {row["customer"]: row for row in answer(firm, "value", AS_OF)}
    for code in sorted(known)[:6]:
        own = history(known[code])
        terms = {row["measure"]: row["value"] for row in answer(firm, "value", AS_OF, explain=code)}
        months = range(1, 37)
        growth = [
            expected(parameters, *own, k * MONTH) - expected(parameters, *own, (k - 1) * MONTH)
            if k > 1
            else expected(parameters, *own, MONTH)
            for k in months
        ]
        factors = [(1 + RATE) ** (-(k - 0.5) / 12) for k in months]
        units = float(sum(each * factor for each, factor in zip(growth, factors, strict=True)))
        stays = float(
            sum(
                p_alive_later(parameters, *own, (k - 0.5) * MONTH) * factor
                for k, factor in zip(months, factors, strict=True)
            )
        )
        assert float(terms["discounted_purchases"]) == pytest.approx(units, rel=1e-5)
        assert float(terms["discounted_months"]) == pytest.approx(stays, rel=1e-5)
        contribution = float(terms["expected_spend"]) * float(terms["margin_share"]) - float(terms["cost_per_order"])
        npv = units * contribution - float(terms["cost_per_month"]) * stays
        assert float(rows[code]["expected_npv"]) == pytest.approx(npv, rel=1e-4, abs=0.01)
        assert rows[code]["expected_purchases"] == pytest.approx(
            float(expected(parameters, *own, 36 * MONTH)), rel=1e-5, abs=2e-9
        )
        assert (
            rows[code]["expected_low"] <= rows[code]["expected_npv"] <= rows[code]["expected_high"]
            or rows[code]["p_alive"] < 0.3
        )


def test_lifetime_adds_the_past_at_its_worth_today(firm: duckdb.DuckDBPyConnection) -> None:
    margins = firm.execute(
        "SELECT c.code, l.ordered_on, l.net - l.qty * p.cost FROM order_lines AS l JOIN contacts AS c ON c.id = l.customer_id "
        "JOIN products AS p ON p.id = l.product_id WHERE l.counted AND p.cost IS NOT NULL AND l.ordered_on <= $day",
        {"day": AS_OF},
    ).fetchall()
    firm.execute("BEGIN")
    firm.execute("TRUNCATE cost_activities")
    try:
        rows = {row["customer"]: row for row in answer(firm, "value", AS_OF)}
    finally:
        firm.execute("ROLLBACK")
    past: dict[str, float] = defaultdict(float)
    for code, day, margin in margins:
        past[code] += float(margin) * (1 + RATE) ** ((AS_OF - day).days / 365)
    known = [row for row in rows.values() if row["lifetime_npv"] is not None]
    assert len(known) > 50
    for row in known:
        assert row["cost_to_serve"] is None
        assert float(row["lifetime_npv"]) == pytest.approx(past[row["customer"]] + float(row["expected_npv"]), abs=0.01)


def test_half_of_the_simulated_outcomes_lie_within_sensible_bounds(firm: duckdb.DuckDBPyConnection) -> None:
    rows = [row for row in answer(firm, "value", AS_OF) if row["expected_npv"] is not None]
    widths = [float(row["expected_high"] - row["expected_low"]) for row in rows]
    assert all(row["expected_low"] <= row["expected_high"] for row in rows)
    assert statistics.median(widths) > 0


def table(con: duckdb.DuckDBPyConnection, name: str, **options: Any) -> Table:
    return run(registry.find(name), con, as_of=AS_OF, parameters=options, currency="EUR", beside=True)


def test_every_run_tells_of_its_back_test(firm: duckdb.DuckDBPyConnection) -> None:
    found = table(firm, "churn")
    tests = look_back(look_ahead(firm, AS_OF), horizon=90, most=4)
    said = next(note for note in found.notes if note.startswith("Back-test"))
    assert f"at {len(tests)} past days" in said
    beside = {part.name: part for part in found.beside}
    assert [row[0] for row in beside["churn_backtest"].rows.fetch()] == [
        AS_OF - dt.timedelta(days=90 * k) for k in (4, 3, 2, 1)
    ]
    counts = [row[1] for row in beside["churn_calibration"].rows.fetch()]
    assert sum(counts) == sum(test.customers for test in tests)
    bands = beside["churn_bands"].rows.fetch()
    assert sum(row[1] for row in bands) == len(found.rows)


def test_the_back_test_page_and_the_explanation(firm: duckdb.DuckDBPyConnection) -> None:
    page = answer(firm, "churn", AS_OF, backtest=True, horizon=60)
    assert len(page) == 8
    assert all(row["low"] < row["high"] for row in page)
    for row in page:
        assert row["ratio"] == pytest.approx(row["expected"] / row["actual"])
    told = {row["measure"]: row for row in answer(firm, "churn", AS_OF, explain="C003")}
    row = next(row for row in answer(firm, "churn", AS_OF) if row["customer"] == "C003")
    assert float(told["churn_risk"]["value"]) == pytest.approx(row["churn_risk"])
    assert float(told["money_at_risk"]["value"]) == pytest.approx(float(row["money_at_risk"]), abs=0.001)


def test_rows_alone_are_the_same_rows(firm: duckdb.DuckDBPyConnection) -> None:
    for name in ("churn", "value"):
        bare = run(registry.find(name), firm, as_of=AS_OF, parameters={}, currency="EUR", told=False)
        assert bare.rows.fetch() == table(firm, name).rows.fetch()
        assert bare.headline is None


def test_on_thin_data_probabilities_are_empty_and_the_reason_is_said() -> None:
    con = store_of([line("A", "2025-01-01"), line("A", "2025-03-01"), line("B", "2025-03-01")])
    for name in ("churn", "value"):
        found = table(con, name)
        assert any("Too little data" in note for note in found.notes)
        assert all(row["p_alive"] is None for row in answer(con, name, AS_OF))
    assert all(row["churn_risk"] is None and row["band"] for row in answer(con, "churn", AS_OF))
    assert all(row["expected_npv"] is None and row["revenue"] for row in answer(con, "value", AS_OF))


def test_without_costs_the_money_to_come_is_unknown_until_a_margin_is_said(firm: duckdb.DuckDBPyConnection) -> None:
    firm.execute("BEGIN")
    firm.execute("UPDATE products SET cost = NULL")
    firm.execute("TRUNCATE cost_activities")
    try:
        unknown = answer(firm, "value", AS_OF)
        stated = answer(firm, "value", AS_OF, margin_share="30%")
    finally:
        firm.execute("ROLLBACK")
    assert all(row["expected_npv"] is None and row["expected_purchases"] > 0 for row in unknown)
    assert all(row["expected_npv"] is not None for row in stated)


@pytest.mark.parametrize("name", ["churn", "value"])
@pytest.mark.parametrize(
    "lines",
    [
        [],
        [line("A", "2025-01-01")],
        [line("A", "2025-06-01")],
        [line(f"C{n}", "2025-06-01") for n in range(40)],
        [line("A", "2025-01-01", -50), line("B", "2025-02-01", -10)],
        [line(None, "2025-01-01"), line(None, "2025-03-01")],
        [line(f"C{n}", dt.date(2025, 1, 1) + dt.timedelta(days=n)) for n in range(60)],
        [line(f"C{n % 30}", dt.date(2025, 1, 1) + dt.timedelta(days=n)) for n in range(150)],
        [line("A", "2026-01-01")],
        [line(f"C{n % 25}", dt.date(2025, 1, 1) + dt.timedelta(days=n), net=0) for n in range(150)],
    ],
    ids=["empty", "one", "today", "one day", "returns", "anonymous", "one-timers", "regular", "future", "free"],
)
def test_awkward_stores_are_answered(name: str, lines: list[dict[str, Any]]) -> None:
    con = store_of(lines) if lines else empty_store()
    found = table(con, name)
    text = " ".join([found.headline or "", *found.notes, *(str(row) for row in found.rows.fetch())])
    assert "nan" not in text.lower()
    assert "inf" not in text.lower().replace("information", "")
