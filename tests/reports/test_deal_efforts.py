"""Effort of deals by what came of them, and customers of whom nothing came to payment."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from fractions import Fraction
from typing import Any

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.metrics import catalogue
from crmcli.reports import registry
from crmcli.reports.run import run
from tests.reports.small_store import empty_store, insert
from tests.reports.test_cycle import contact, deal, store

DAY = dt.date(2025, 6, 30)


def touch(number: int, customer: int, on: dt.date, minutes: int | None = 10, **more: Any) -> dict[str, Any]:
    return {"id": number, "customer_id": customer, "at": dt.datetime.combine(on, dt.time(10)), "minutes": minutes,
            "channel": "phone", "kind": None, "opportunity_id": None, **more}  # fmt: skip


def rate(number: int, driver: str, amount: int) -> dict[str, Any]:
    return {"id": number, "name": driver, "driver": driver, "rate": amount, "period_from": None, "period_to": None}


def june(day: int) -> dt.date:
    return dt.date(2025, 6, day)


def firm() -> duckdb.DuckDBPyConnection:
    """One deal won, one lost, one open; a contact noted for one deal, others shared by those open that day."""
    return store(
        {
            "contacts": [contact(1), contact(2)],
            "opportunities": [
                deal(1, 1, june(1), closed_on=june(10), status="won", amount=900),
                deal(2, 1, june(5), closed_on=june(20), status="lost", amount=400),
                deal(3, 1, june(15)),
                deal(4, 2, june(1), closed_on=june(2), status="lost", amount=50),
            ],
            "interactions": [
                touch(1, 1, june(2), 30),  # deal 1 alone
                touch(2, 1, june(7), 20),  # deals 1 and 2
                touch(3, 1, june(7), 60, opportunity_id=2, kind="offer"),
                touch(4, 1, june(18), None),  # deals 2 and 3, minutes unknown
                touch(5, 1, june(29), 8, channel="visit"),  # deal 3
                touch(6, 2, june(25), 5),  # no deal is open
            ],
            "cost_activities": [
                rate(1, "interaction_minute", 2),
                rate(2, "interaction:phone", 10),
                rate(3, "quote", 100),
            ],
        }
    )


def efforts(con: duckdb.DuckDBPyConnection, day: dt.date = DAY) -> dict[str, tuple[Any, ...]]:
    catalogue.install(con, "deal_efforts(")
    sql = "SELECT opportunity_no, interactions, minutes, cost FROM deal_efforts($day) ORDER BY 1"
    return {number: tuple(rest) for number, *rest in con.execute(sql, {"day": day}).fetchall()}


def test_contacts_go_to_the_deal_they_are_for_or_are_shared_by_those_open_that_day() -> None:
    found = {number: tuple(None if x is None else float(x) for x in row) for number, row in efforts(firm()).items()}
    assert found == {
        "D1": (1.5, 40.0, 70.0 + 25.0),
        "D2": (2.0, 70.0, 25.0 + 230.0 + 5.0),
        "D3": (1.5, 8.0, 5.0 + 16.0),
        "D4": (0.0, None, 0.0),
    }


def test_a_deal_to_come_takes_no_contact_of_the_days_before() -> None:
    assert {number: float(row[0]) for number, row in efforts(firm(), june(7)).items()} == {
        "D1": 1.5,
        "D2": 1.5,
        "D4": 0.0,
    }


def test_the_report_tells_effort_by_outcome_and_how_much_was_lost() -> None:
    table = run(registry.find("efficiency"), firm(), as_of=DAY, parameters={}, currency="EUR", beside=True)
    deals, unpaid = table.beside
    rows = {row[0]: tuple(None if x is None else float(x) for x in row[1:]) for row in deals.rows.fetch()}
    assert rows["won"] == (1, 900, 1.5, 40, 95, 1.5, 40, 95, round(95 / 355, 12))
    assert rows["lost"] == (2, 450, 2, 70, 260, 1, 35, 130, round(260 / 355, 12))
    assert rows["open"][:5] == (1, None, 1.5, 8, 21)
    assert rows["open"][-1] is None
    assert any("of the cost of contacts with deals closed" in note and "73.2" in note for note in table.notes)
    assert [row[:3] for row in unpaid.rows.fetch()] == [("C2", "Firm 2", 1)]


def test_without_contacts_or_costs_effort_is_unknown_and_not_zero() -> None:
    con = store({"contacts": [contact(1)], "opportunities": [deal(1, 1, june(1), closed_on=june(2), status="lost")]})
    assert efforts(con) == {"D1": (None, None, None)}
    table = run(registry.find("efficiency"), con, as_of=DAY, parameters={}, currency="EUR", beside=True)
    assert table.beside[0].rows.fetch()[0][3:] == (None,) * 7


DAYS = st.integers(1, 30).map(june)
WHO = st.integers(1, 2)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(WHO, DAYS, st.none() | st.integers(0, 20)), max_size=5),
    st.lists(st.tuples(WHO, DAYS, st.none() | st.integers(1, 5), st.integers(0, 90)), max_size=8),
)
def test_all_effort_is_shared_out_and_none_twice(deals: list[Any], touches: list[Any]) -> None:
    con = empty_store()
    rows = [
        deal(
            n,
            who,
            on,
            closed_on=None if days is None else on + dt.timedelta(days),
            status="open" if days is None else "lost",
        )
        for n, (who, on, days) in enumerate(deals, 1)
    ]
    insert(con, "opportunities", *rows)
    insert(
        con,
        "interactions",
        *(touch(n, who, on, minutes, opportunity_id=of) for n, (who, on, of, minutes) in enumerate(touches, 1)),
    )
    slow: dict[str, Fraction] = defaultdict(Fraction)
    for who, on, of, _minutes in touches:
        noted = [row for row in rows if row["id"] == of]
        own = noted or [
            row
            for row in rows
            if row["customer_id"] == who and row["opened_on"] <= on <= min(row["closed_on"] or DAY, DAY)
        ]
        for row in own:
            slow[row["opportunity_no"]] += Fraction(1, len(own))
    found = efforts(con)
    assert {number: float(row[0] or 0) for number, row in found.items()} == {
        row["opportunity_no"]: round(float(slow[row["opportunity_no"]]), 4) for row in rows
    }
