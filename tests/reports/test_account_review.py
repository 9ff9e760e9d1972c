"""The review of one customer: the reports' own figures, months told by hand, past days, and stores that lack things."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from crmcli.errors import NotFoundError
from crmcli.reports.keys.review import key_parties, look_around, review, review_of
from crmcli.reports.lookup import Party, find_party
from crmcli.table import Figure, Table
from tests.reports.bills import books
from tests.reports.living_store import as_it_stood, insert, living_store
from tests.reports.small_store import answer, empty_store, line, store_of
from tests.reports.test_troubled_stores import STORES, values

DAY = dt.date(2025, 3, 31)
PLAN_DAY = dt.date(2024, 1, 10)


def rows_of(tables: list[Table], name: str) -> list[dict[str, Any]]:
    """Rows of one table by column, figures as what they hold."""
    found = [table for table in tables if table.name == name]
    names = [column.name for table in found for column in table.columns]
    return [
        dict(zip(names, (cell.value if isinstance(cell, Figure) else cell for cell in row), strict=True))
        for table in found
        for row in table.rows.fetch()
    ]


def figures_of(tables: list[Table]) -> dict[str, dict[str, Any]]:
    return {row["measure"]: row for row in rows_of(tables, "figures")}


def told(tables: list[Table]) -> list[Any]:
    """All a review says, to compare."""
    return [
        (table.name, table.title, table.headline, table.notes, table.empty, table.rows.fetch(), table.total_rows)
        for table in tables
    ]


def with_plan(con: duckdb.DuckDBPyConnection, party: int = 3) -> duckdb.DuckDBPyConnection:
    """A key account with a plan, goals, steps done, late and moved, and what it likes."""
    insert(
        con,
        "key_accounts",
        {"id": 1, "customer_id": party, "entered_on": PLAN_DAY, "entry_reason": "class A", "score": "71.5"},
    )
    insert(
        con,
        "account_plans",
        {
            "id": 1,
            "plan_no": "P-1",
            "customer_id": party,
            "level": "proactive",
            "from_on": PLAN_DAY,
            "to_on": "2025-12-31",
        },
    )
    insert(
        con,
        "plan_goals",
        {"id": 1, "plan_id": 1, "measure": "revenue", "target": 999999, "by_on": "2025-12-31"},
        {"id": 2, "plan_id": 1, "measure": "purchases", "target": 1, "by_on": "2025-12-31"},
    )
    steps = [("2024-02-01", "2024-02-02"), ("2024-06-01", None), ("2025-01-20", "2025-05-01"), ("2025-06-01", None)]
    insert(
        con,
        "plan_steps",
        *(
            {"id": n, "plan_id": 1, "step_no": n, "made_on": PLAN_DAY, "first_due_on": due, "due_on": due, "done_on": done,
             "channel": "call", "subject": f"talk {n}"}
            for n, (due, done) in enumerate(steps, 1)
        ),
    )  # fmt: skip
    insert(
        con,
        "preferences",
        {
            "id": 1,
            "customer_id": party,
            "kind": "preference",
            "text": "mornings",
            "noted_on": "2024-05-01",
            "ended_on": "2025-02-01",
        },
        {"id": 2, "customer_id": party, "kind": "need", "text": "a ramp", "noted_on": "2025-05-01"},
    )
    return con


@pytest.fixture(scope="module")
def firm() -> duckdb.DuckDBPyConnection:
    return with_plan(living_store(customers=25))


def test_figures_are_those_of_the_reports(firm: duckdb.DuckDBPyConnection) -> None:
    reports = {
        name: {row["customer"]: row for row in answer(firm, name, DAY)}
        for name in ("growth", "value", "churn", "payments", "relationships")
    }
    whitespace = answer(firm, "whitespace", DAY)
    around = look_around(firm, as_of=DAY, currency="EUR")
    pairs = (
        ("revenue_365", "value", "growth", "revenue"), ("revenue_365", "before", "growth", "revenue_before"),
        ("margin_365", "value", "growth", "margin"), ("purchases_365", "value", "growth", "occasions"),
        ("realised_value", "value", "value", "realised"), ("expected_value", "value", "value", "expected_npv"),
        ("churn_risk", "value", "churn", "churn_risk"), ("paid_on_time", "value", "payments", "on_time_share"),
        ("open_amount", "value", "payments", "open_amount"), ("overdue_amount", "value", "payments", "overdue_amount"),
    )  # fmt: skip
    compared = 0
    for number, code, name in firm.execute("SELECT id, code, name FROM contacts WHERE id <= 8 OR id > 28").fetchall():
        tables = review_of(firm, Party(number, code, name), around)
        figures = figures_of(tables)
        for measure, column, report, own in pairs:
            row = reports[report].get(code)
            if row is None or (row[own] is None and measure != "churn_risk"):
                continue
            if measure == "churn_risk" and row[own] is None:
                continue
            assert figures[measure][column] == row[own], (code, measure)
            compared += 1
        gaps = [(row["category"], row["expected_amount"]) for row in whitespace if row["customer"] == code]
        shown = [(row["category"], row["expected_amount"]) for row in rows_of(tables, "whitespace")]
        assert shown == gaps[:5]
        fields = {row["field"]: row["value"] for row in rows_of(tables, "review")}
        if code in reports["relationships"]:
            assert fields["relationship"] == reports["relationships"][code]["actual"]
    assert compared > 60


def test_changes_are_those_of_report_growth(firm: duckdb.DuckDBPyConnection) -> None:
    own = {row["customer"]: row["change_pct"] for row in answer(firm, "growth", DAY)}
    around = look_around(firm, as_of=DAY, currency="EUR")
    for code in list(own)[:5]:
        change = figures_of(review_of(firm, find_party(firm, code), around))["revenue_365"]["change"]
        assert change == pytest.approx(own[code], abs=1e-9) if own[code] is not None else change is None


def test_months_are_counted_back_from_the_day(firm: duckdb.DuckDBPyConnection) -> None:
    """Calendar months where the day ends one; told by hand from the lines."""
    lines = firm.execute(
        "SELECT l.ordered_on, l.net FROM order_lines AS l JOIN contacts AS c ON c.id = l.customer_id "
        "WHERE l.counted AND c.code = (SELECT code FROM contacts WHERE id = 3)"
    ).fetchall()
    (code,) = firm.execute("SELECT code FROM contacts WHERE id = 3").fetchall()[0]
    months = rows_of(review(firm, code, as_of=DAY, currency="EUR"), "months")
    assert [row["month"] for row in months] == [
        dt.date(2024 + (month > 12), (month - 1) % 12 + 1, 1) for month in range(4, 16)
    ]
    for row in months:
        for column, year in (("revenue", row["month"].year), ("revenue_before", row["month"].year - 1)):
            same = [net for on, net in lines if (on.year, on.month) == (year, row["month"].month)]
            assert row[column] == sum(same, Decimal(0))


def test_the_plan_is_told_as_of_the_day(firm: duckdb.DuckDBPyConnection) -> None:
    (code,) = firm.execute("SELECT code FROM contacts WHERE id = 3").fetchall()[0]
    tables = review(firm, code, as_of=DAY, currency="EUR")
    steps = [(row["step_no"], row["state"]) for row in rows_of(tables, "steps")]
    assert steps == [(2, "late"), (3, "late"), (4, "due")]  # step 3 is done later
    assert figures_of(tables)["plan_kept"]["value"] == pytest.approx(1 / 3)
    goals = {row["measure"]: row["verdict"] for row in rows_of(tables, "goals")}
    assert goals == {"revenue": "behind", "purchases": "reached"}
    assert rows_of(tables, "preferences") == []
    before = review(firm, code, as_of=dt.date(2024, 6, 1), currency="EUR")
    assert [row["text"] for row in rows_of(before, "preferences")] == ["mornings"]
    early = review(firm, code, as_of=dt.date(2024, 1, 9), currency="EUR")
    assert "plan_kept" not in figures_of(early)
    assert "key_account_since" not in {row["field"] for row in rows_of(early, "review")}
    assert "no key account" in early[0].notes[1]


CUTS = (
    "DELETE FROM key_accounts WHERE entered_on > $day",
    "DELETE FROM account_plans WHERE from_on > $day",
    "DELETE FROM plan_steps WHERE made_on > $day",
    "UPDATE plan_steps SET done_on = NULL WHERE done_on > $day",
    "DELETE FROM preferences WHERE noted_on > $day",
    "UPDATE preferences SET ended_on = NULL WHERE ended_on > $day",
)


@pytest.mark.parametrize("day", [dt.date(2024, 1, 31), DAY])
def test_a_past_day_says_what_it_said_then(firm: duckdb.DuckDBPyConnection, day: dt.date) -> None:
    past = as_it_stood(firm, day)
    for cut in CUTS:
        past.execute(cut, {"day": day})
    now, then = (look_around(con, as_of=day, currency="EUR") for con in (firm, past))
    assert [party.id for party in key_parties(firm, day)] == [3]
    for number, code, name in firm.execute("SELECT id, code, name FROM contacts WHERE id <= 4").fetchall():
        party = Party(number, code, name)
        assert told(review_of(firm, party, now)) == told(review_of(past, party, then)), code


@pytest.mark.parametrize("store", STORES)
def test_no_store_is_too_poor(store: str) -> None:
    lines, bills, paid = STORES[store]
    con = books(bills, paid, lines)
    insert(con, "contacts", {"id": 900, "code": "ZZ", "name": "Nobody Yet"})
    around = look_around(con, as_of=dt.date(2025, 6, 30), currency="EUR")
    for number, code, name in con.execute("SELECT id, code, name FROM contacts").fetchall():
        tables = review_of(con, Party(number, code, name), around)
        assert [table.name for table in tables[:3]] == ["review", "next", "figures"]
        assert tables[0].headline
        cells = [cell.value if isinstance(cell, Figure) else cell for table in tables for cell in values(table)]
        assert not [one for one in cells if isinstance(one, float | Decimal) and not math.isfinite(one)]


def test_a_prospect_gets_a_page_too() -> None:
    con = empty_store()
    insert(con, "contacts", {"id": 1, "code": "P", "name": "Prospect"})
    tables = review(con, "P", as_of=DAY, currency="EUR")
    assert tables[0].headline == "A prospect who has not bought yet."
    assert [row["step"] for row in rows_of(tables, "next")] == ["Give them a manager: nobody looks after them."]
    with pytest.raises(NotFoundError):
        review(con, "nobody at all", as_of=DAY, currency="EUR")


def test_where_only_shipments_are_dated_they_say_what_is_late() -> None:
    promised = {"promised_on": dt.date(2025, 3, 10)}
    con = store_of([line("A", "2025-03-01", order="1", **promised), line("A", "2025-03-02", order="2", **promised)])
    con.execute("UPDATE orders SET shipped_on = DATE '2025-03-09' + (CASE order_no WHEN '1' THEN 0 ELSE 5 END)")
    late = figures_of(review(con, "A", as_of=DAY, currency="EUR"))["orders_late"]
    assert (late["value"], late["remark"]) == (1, "of 2 promised in 180 days")
    con.execute("UPDATE orders SET delivered_on = DATE '2025-03-20' WHERE order_no = '1'")
    late = figures_of(review(con, "A", as_of=DAY, currency="EUR"))["orders_late"]
    assert (late["value"], late["remark"]) == (
        1,
        "of 1 promised in 180 days",
    )  # the completed one without a delivery is out


def test_a_customer_of_deals_alone_is_told_by_them() -> None:
    con = empty_store()
    insert(con, "contacts", {"id": 1, "code": "D", "name": "Dealer"})
    won = {"customer_id": 1, "status": "won"}
    insert(
        con,
        "opportunities",
        {"id": 1, "opportunity_no": "1", "amount": 300, "opened_on": "2024-12-01", "closed_on": "2025-01-15", **won},
        {"id": 2, "opportunity_no": "2", "amount": 500, "opened_on": "2023-12-01", "closed_on": "2024-01-15", **won},
        {"id": 3, "opportunity_no": "3", "amount": 900, "opened_on": "2025-03-01", "closed_on": "2025-04-15", **won},
        {"id": 4, "opportunity_no": "4", "customer_id": 1, "opened_on": "2025-05-01", "status": "open"},
    )
    tables = review(con, "D", as_of=DAY, currency="EUR")
    assert tables[0].headline == "Deals won in 365 days: €300, 40\u00a0% less than the year before. 1 deal is open."
    assert [row["opportunity_no"] for row in rows_of(tables, "deals")] == ["3"]  # won later, open on the day
    months = {row["month"].isoformat(): row for row in rows_of(tables, "deal_months")}
    assert (months["2025-01-01"]["amount"], months["2025-01-01"]["amount_before"]) == (300, 500)
    assert "Ask why they close fewer deals: €200 less than the year before." in [
        row["step"] for row in rows_of(tables, "next")
    ]
