"""Scorecard of the value factors: each figure by hand or against the slow and obvious twin, levels by their bounds."""

from __future__ import annotations

import datetime as dt
from statistics import median
from typing import Any

import pytest

from crmcli.errors import UsageError
from crmcli.reports import registry
from crmcli.reports.run import run
from crmcli.reports.service.scorecard import bounds
from crmcli.rules.sla.week import working_minutes
from tests.oracle_costs import Facts, counted_lines, facts_of
from tests.reports.living_store import living_store
from tests.reports.small_store import answer, empty_store, insert, line, store_of

DAY = dt.date(2024, 6, 7)  # a Friday
MINUTE = dt.timedelta(minutes=1)


def figures(con: Any, day: dt.date = DAY, **options: Any) -> dict[str, tuple[float | None, int | None, int]]:
    """Factor → figure, level and number of facts."""
    rows = answer(con, "scorecard", day, **options)
    return {
        row["factor"]: (None if row["figure"] is None else float(row["figure"]), row["level"], row["basis"])
        for row in rows
    }


def beside(con: Any, number: int) -> dict[str, Any]:
    """Second column → figure of a table beside."""
    table = run(registry.find("scorecard"), con, as_of=DAY, parameters={}, currency="EUR", beside=True)
    return {row[1]: row[2] and row[2].value for row in table.beside[number].rows.fetch()}


def worked_hours(start: dt.datetime, end: dt.datetime) -> float:
    """Hours of work between two moments, minute by minute."""
    minutes, now = 0, start
    while now < end:
        minutes += now.weekday() < 5 and 9 <= now.hour < 18
        now += MINUTE
    return minutes / 60


def waits(facts: Facts, since: dt.date, day: dt.date) -> list[float]:
    """Hours of work every ticket and written contact of the window waited."""
    found = []
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time())
    for ticket in facts["tickets"]:
        if since < ticket["opened_at"].date() <= day:
            answered = ticket["first_response_at"]
            closed = ticket["resolved_at"]
            if answered is not None and answered < end:
                found.append(worked_hours(ticket["opened_at"], answered))
            elif closed is None or closed >= end:
                found.append(worked_hours(ticket["opened_at"], end))
    for touch in facts["interactions"]:
        if touch["direction"] == "in" and touch["channel"] == "mail" and since < touch["at"].date() <= day:
            later = [x["at"] for x in facts["interactions"] if x["customer_id"] == touch["customer_id"] and x["direction"] == "out"
                     and touch["at"] < x["at"] <= touch["at"] + dt.timedelta(days=30) and x["at"] < end]  # fmt: skip
            if later:
                found.append(worked_hours(touch["at"], min(later)))
    return found


def test_the_factors_equal_the_oracle() -> None:
    con = living_store(seed=7, customers=16)
    con.execute("UPDATE tickets SET csat = 1 + id % 5, reopened = CASE WHEN id % 5 > 0 THEN id % 2 END")
    facts, since = facts_of(con), DAY - dt.timedelta(days=365)
    found = figures(con)
    hours = waits(facts, since, DAY)
    assert found["response"][0] == pytest.approx(median(hours), abs=1e-6)
    assert found["response"][2] == len(hours)
    closed = [
        x
        for x in facts["tickets"]
        if since < x["opened_at"].date() <= DAY and (x["resolved_at"] is None or x["resolved_at"].date() <= DAY)
    ]
    assert found["service"][0] == pytest.approx(float(sum(x["csat"] for x in closed)) / len(closed), abs=1e-6)
    followed = [x["reopened"] for x in closed if x["reopened"] is not None]
    assert beside(con, 0)["tickets_reopened"] == pytest.approx(sum(x > 0 for x in followed) / len(followed), abs=1e-6)
    sold = [x["net"] for x in counted_lines(facts, since, DAY)]
    assert found["quality"][0] == pytest.approx(float(-sum(x for x in sold if x < 0) / sum(sold)), abs=1e-6)
    orders = {x["id"]: x for x in facts["orders"]}
    due = [orders[x["order_id"]] for x in facts["order_lines"] if x["counted"] and x["qty"] > 0 and x["ordered_on"] <= DAY
           and since < orders[x["order_id"]]["promised_on"] <= DAY]  # fmt: skip
    assert found["time"][0] == pytest.approx(
        sum(x["delivered_on"] <= x["promised_on"] for x in due) / len(due), abs=1e-6
    )
    assert found["price"][0] == pytest.approx(price_ratio(facts, since), abs=1e-6)


def price_ratio(facts: Facts, since: dt.date) -> float:
    """Own price ÷ the cheapest current competitor's, weighted by revenue."""
    total = weighted = 0.0
    for product in facts["products"]:
        latest: dict[str, Any] = {}
        for seen in sorted(facts["competitor_prices"], key=lambda x: (x["seen_on"], -x["price"])):
            if seen["product_id"] == product["id"] and DAY - dt.timedelta(days=365) < seen["seen_on"] <= DAY:
                latest[seen["competitor"]] = seen["price"]
        sold = [
            x["net"]
            for x in counted_lines(facts, since, DAY)
            if x["product_id"] == product["id"] and x["qty"] > 0 and x["net"] > 0
        ]
        if latest and sold:
            total += float(sum(sold))
            weighted += float(sum(sold)) * float(product["price"]) / float(min(latest.values()))
    return weighted / total


@pytest.mark.parametrize(
    ("opened", "answered", "hours"),
    [
        ("2024-06-03 10:00", "2024-06-03 11:30", 1.5),
        ("2024-06-03 08:00", "2024-06-03 09:30", 0.5),
        ("2024-06-03 17:30", "2024-06-04 09:30", 1),
        ("2024-05-31 17:00", "2024-06-03 10:00", 2),
        ("2024-06-01 12:00", "2024-06-02 12:00", 0),
        ("2024-05-25 12:00", "2024-06-01 12:00", 45),
        ("2024-06-03 20:00", "2024-06-03 21:00", 0),
        ("2024-06-07 16:00", None, 2),
        ("2024-06-07 16:00", "2024-06-08 09:00", 2),
    ],
)
def test_hours_of_work_run_from_monday_to_friday(opened: str, answered: str | None, hours: float) -> None:
    con = empty_store()
    dates = {"opened_at": opened, "first_response_at": answered, "status": "open"}
    insert(con, "tickets", {"id": 1, "ticket_no": "1", **dates})
    noted = {
        "opened_at": "2022-06-01 10:00",
        "first_response_at": "2022-06-01 11:00",
    }  # answers are noted here, if long ago
    insert(con, "tickets", {"id": 2, "ticket_no": "2", **noted})
    assert figures(con)["response"][0] == hours


def test_who_waits_is_unknown_where_no_first_answer_was_ever_noted() -> None:
    con = empty_store()
    insert(con, "tickets", {"id": 1, "ticket_no": "1", "opened_at": "2024-06-03 10:00", "csat": 4, "status": "open"})
    insert(
        con,
        "tickets",
        {"id": 2, "ticket_no": "2", "opened_at": "2024-06-04 10:00", "first_response_at": "2024-06-10 10:00"},
    )
    assert figures(con)["response"] == (None, None, 0)
    assert figures(con)["service"][0] == 4


def test_longer_hours_wait_longer_and_levels_follow_the_bounds() -> None:
    con = empty_store()
    insert(
        con,
        "tickets",
        {"id": 1, "ticket_no": "1", "opened_at": "2024-06-03 17:30", "first_response_at": "2024-06-04 09:30"},
    )
    assert figures(con, hours="8:30-20:00")["response"] == (3.5, 4, 1)
    assert figures(con, hours="0-24", response="3 2 1 0.5")["response"] == (16, 5, 1)  # falling bounds: more is better
    assert [figures(con, response=text)["response"][1] for text in ("1 2 3 4", "0.5 1 2 3", "0.1 0.2 0.3 0.4")] == [
        5,
        4,
        1,
    ]


def test_settings_choose_hours_and_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    con = empty_store()
    insert(
        con,
        "tickets",
        {"id": 1, "ticket_no": "1", "opened_at": "2024-06-03 17:30", "first_response_at": "2024-06-04 09:30"},
    )
    monkeypatch.setenv("CRMCLI_SCORECARD_HOURS", "9-17")
    monkeypatch.setenv("CRMCLI_SCORECARD_RESPONSE", "0,1 0,2 0,3 0,5")
    assert figures(con)["response"] == (0.5, 2, 1)
    assert figures(con, hours="9-18")["response"] == (1, 1, 1)


def test_without_data_there_is_neither_figure_nor_level() -> None:
    con = store_of([line("A", "2024-05-01", 100), line("A", "2024-05-02", -3)])
    unknown = (None, None, 0)
    assert figures(con) == {
        "response": unknown,
        "service": unknown,
        "quality": (pytest.approx(3 / 97), 3, 2),
        "time": unknown,
        "price": unknown,
    }
    assert beside(con, 1) == {
        "availability": None, "value": None, "convenience": None, "trust": pytest.approx(94 / 97, abs=1e-6), "satisfaction_share": None,
        "constancy": None, "personalisation": None, "fusion": None,
    }  # fmt: skip


def test_where_no_delivery_is_ever_dated_the_shipment_stands_in() -> None:
    con = store_of(
        [
            line("A", "2024-05-01", promised_on=dt.date(2024, 5, 9)),
            line("B", "2024-05-01", promised_on=dt.date(2024, 5, 9)),
        ]
    )
    con.execute("UPDATE orders SET status = 'confirmed'")
    assert figures(con)["time"] == (None, None, 0)
    con.execute("UPDATE orders SET shipped_on = DATE '2024-05-08' WHERE id = 1")
    assert figures(con)["time"] == (0.5, 1, 2)
    con.execute("UPDATE orders SET delivered_on = DATE '2024-05-10' WHERE id = 1")
    assert figures(con)["time"] == (0, 1, 2)


@pytest.mark.parametrize("text", ["", "9", "18-9", "9-25", "9-9", "nine-six", "9:60-18-"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        working_minutes(text)


@pytest.mark.parametrize("text", ["1 2 3", "1 2 2 3", "1 3 2 4", "a b c d", ""])
def test_bounds_that_neither_rise_nor_fall_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        bounds(text, "time")


def test_half_hours_and_percentages_are_read() -> None:
    assert working_minutes("09:30–17:45") == (570, 1065)
    assert [str(number) for number in bounds("98% 95 % 0,9 0.8".replace("95 %", "95%"), "time")] == [
        "0.98",
        "0.95",
        "0.9",
        "0.8",
    ]
