"""`report workload` against counting by hand, and on stores with little or nothing in them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from crmcli.errors import NotFoundError
from tests.reports.small_store import answer, empty_store, insert, line, store_of

DAY = "2026-06-30"


def steps(con: duckdb.DuckDBPyConnection) -> None:
    """A plan with C1: steps kept, done late, skipped, late, due; a step a month away."""
    plan = {"id": 1, "plan_no": "PL-1", "customer_id": 2, "level": "partner"}
    insert(con, "account_plans", {**plan, "from_on": dt.date(2026, 1, 1), "to_on": dt.date(2026, 12, 31)})
    insert(con, "plan_cadences", {"id": 1, "plan_id": 1, "channel": "call", "every_days": 10, "minutes": 45})
    days = [
        ("2026-05-01", "2026-05-01", None), ("2026-05-10", "2026-05-12", None), ("2026-05-20", None, "2026-05-20"),
        ("2026-06-20", None, None), ("2026-07-05", None, None), ("2026-07-31", None, None), ("2026-01-10", "2026-01-10", None),
    ]  # fmt: skip
    for number, (due, done, skipped) in enumerate(days, 1):
        shared = {
            "id": number,
            "plan_id": 1,
            "step_no": number,
            "made_on": "2026-01-01",
            "first_due_on": due,
            "due_on": due,
        }
        insert(con, "plan_steps", {**shared, "done_on": done, "skipped_on": skipped})


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    made = store_of([line("C1", "2026-05-01", 700), line("C2", "2026-04-01", 300), line("C2", "2024-04-01", 999)])
    for number, (code, senior, hours) in enumerate([("M1", None, 5), ("M2", "M1", 100), ("M3", "m2", None)], 1):
        insert(
            made,
            "managers",
            {"id": number, "code": code, "name": f"Person {code}", "senior": senior, "capacity_hours": hours},
        )
    made.execute("UPDATE contacts SET manager_id = 1 WHERE code = 'C1'")
    insert(made, "account_needs", {"id": 1, "customer_id": 1, "hours": 3})
    for number, (at, minutes) in enumerate(
        [("2026-06-30 23:00", 30), ("2026-06-01 00:00", None), ("2026-05-31 23:59", 99)], 1
    ):
        insert(made, "interactions", {"id": number, "customer_id": 2, "at": at, "manager_id": 1, "minutes": minutes})
    facts = {"id": 1, "ticket_no": "T1", "agent_id": 2, "opened_at": "2026-06-01", "resolved_at": "2026-07-02"}
    insert(made, "tickets", facts)
    for number, (status, opened, closed) in enumerate(
        [("open", "2026-06-01", None), ("won", "2026-06-01", "2026-07-01"), ("lost", "2026-06-01", "2026-06-30"), ("open", "2026-07-01", None)], 1
    ):  # fmt: skip
        deal = {"id": number, "opportunity_no": f"P{number}", "manager_id": 2, "status": status, "amount": 100}
        insert(made, "opportunities", {**deal, "opened_on": opened, "closed_on": closed})
    steps(made)
    return made


def by_manager(con: duckdb.DuckDBPyConnection, **options: Any) -> dict[str | None, dict[str, Any]]:
    return {row["manager"]: row for row in answer(con, "workload", DAY, **options)}


def test_figures_are_those_counted_by_hand(con: duckdb.DuckDBPyConnection) -> None:
    found = by_manager(con)
    one, two, nobody = found["M1"], found["M2"], found[None]
    # 45 minutes every 10 days: 45 × 30 ÷ 10 ÷ 60 = 2.25 hours a month
    assert (one["accounts"], one["planned_hours"], one["load_share"]) == (1, Decimal("2.25"), 0.45)
    assert (one["hours_30"], one["contacts_30"], one["revenue_365"]) == (Decimal("0.5"), 2, 700)
    assert (one["steps_due_14"], one["steps_late"], one["done_90"]) == (1, 1, 2)
    assert one["plan_kept_share"] == pytest.approx(1 / 4)  # kept, done late, skipped, late
    assert (two["open_tickets"], two["open_deals"], two["deals_amount"]) == (1, 2, 200)
    assert (two["accounts"], two["planned_hours"], two["load_share"], two["plan_kept_share"]) == (0, 0, 0, None)
    assert (nobody["accounts"], nobody["planned_hours"], nobody["revenue_365"]) == (1, 3, 300)
    assert found["M3"]["load_share"] is None


def test_key_accounts_take_the_usual_of_their_class(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("DELETE FROM plan_cadences")
    insert(con, "key_accounts", {"id": 1, "customer_id": 2, "entered_on": DAY, "entry_reason": "-"})
    found = by_manager(con)["M1"]
    assert (found["key_accounts"], found["planned_hours"]) == (1, 2), "set aside as new: as class C"
    assert found["load_share"] == 0.4


def test_people_of_a_senior_are_those_below_at_any_depth(con: duckdb.DuckDBPyConnection) -> None:
    assert set(by_manager(con, senior="M1")) == {"M1", "M2", "M3"}
    assert set(by_manager(con, senior="m2")) == {"M2", "M3"}
    with pytest.raises(NotFoundError):
        by_manager(con, senior="M9")


def test_who_is_over_and_who_has_room_is_said(con: duckdb.DuckDBPyConnection) -> None:
    from crmcli.reports.registry import find
    from crmcli.reports.run import run

    con.execute("UPDATE managers SET capacity_hours = 2 WHERE code = 'M1'")
    told = run(find("workload"), con, as_of=dt.date(2026, 6, 30), parameters={}, currency="EUR").headline or ""
    assert "Person M1 has more to do than there are hours" in told
    assert "Most room: Person M2, 100 h" in told
    assert "1 account has no manager" in told


@pytest.mark.parametrize(
    "lines", [[], [line("C1", DAY)], [line(None, DAY)], [line("C1", DAY, -5)], [line("C1", "2027-01-01")]]
)
def test_little_or_nothing_is_no_error(lines: list[dict[str, Any]]) -> None:
    con = store_of(lines) if lines else empty_store()
    rows = answer(con, "workload", DAY)
    assert all(row["manager"] is None and row["load_share"] is None for row in rows)
    assert sum(row["accounts"] for row in rows) == (
        1 if any(fact["customer"] and fact["on"] <= dt.date(2026, 6, 30) for fact in lines) else 0
    )
