"""Overdue against one's own rhythm, the money at risk, and each reason in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.reports.small_store import answer, insert
from tests.spec.tables import assert_answer, store

AS_OF = "2025-06-30"
RHYTHM = """
    customer | on         | net
    late     | 2025-03-01 | 100
    late     | 2025-03-11 | 100
    late     | 2025-03-21 | 100
    calm     | 2025-04-01 | 100
    calm     | 2025-05-11 | 100
    calm     | 2025-06-20 | 100
    once     | 2025-06-01 | 100
"""


def test_expected_gap_leans_on_the_base_and_the_band_on_the_overdue_ratio() -> None:
    # gaps 10, 10, 40, 40: base 25; late (2*10 + 2*25)/4 = 17.5, calm (2*40 + 2*25)/4 = 32.5, once 25
    assert_answer(
        store(RHYTHM),
        "churn",
        AS_OF,
        """
        customer | recency_days | expected_gap | overdue_ratio | p_alive | churn_risk | band | money_at_risk
        late     | 101          | 17.5         | 5.771429      | -       | -          | high | 300
        calm     | 10           | 32.5         | 0.307692      | -       | -          | low  | 0
        once     | 29           | 25           | 1.16          | -       | -          | low  | 0
    """,
    )


def test_without_any_interval_the_rhythm_is_unknown() -> None:
    con = store("""
        customer | on         | net
        A        | 2020-01-01 | 100
    """)
    assert_answer(
        con,
        "churn",
        AS_OF,
        """
        customer | expected_gap | overdue_ratio | band | money_at_risk
        A        | -            | -             | -    | -
    """,
    )


def test_money_at_risk_is_margin_and_revenue_where_cost_is_unknown() -> None:
    con = store(
        RHYTHM.replace("net", "net | unit_cost").replace("100\n", "100 | -\n").replace("100 | -", "100 | 60", 1)
    )
    rows = answer(con, "churn", AS_OF)
    assert (rows[0]["customer"], rows[0]["money_at_risk"]) == ("late", 240)


def reasons_of(con: Any, customer: str = "late") -> Any:
    """Words beside one customer."""
    return next(row["reasons"] for row in answer(con, "churn", AS_OF) if row["customer"] == customer)


def party(con: Any, code: str = "late") -> int:
    """Id of a contact."""
    return int(con.execute("SELECT id FROM contacts WHERE code = $code", {"code": code}).fetchall()[0][0])


def test_overdue_is_said_with_both_figures() -> None:
    assert reasons_of(store(RHYTHM)) == "101 days since the last purchase, usually every 18"
    assert reasons_of(store(RHYTHM), "calm") is None


def test_falling_spend_and_fewer_categories() -> None:
    con = store("""
        customer | on         | net | category
        A        | 2024-11-01 | 500 | cable
        A        | 2024-11-21 | 300 | tools
        A        | 2024-12-11 | 200 | lamps
        A        | 2025-06-10 | 300 | cable
        A        | 2025-06-25 | 300 | cable
    """)
    assert reasons_of(con, "A") == "spend down 40 % in 180 days; categories bought: 1, before 3"


def test_late_deliveries_count_those_not_yet_there() -> None:
    con = store("""
        order | customer | on         | net | status    | promised_on | delivered_on
        1     | A        | 2025-06-01 | 10  | completed | 2025-06-05  | 2025-06-07
        2     | A        | 2025-06-10 | 10  | confirmed | 2025-06-12  | -
        3     | A        | 2025-06-20 | 10  | completed | 2025-06-25  | 2025-06-24
        4     | A        | 2025-06-28 | 10  | completed | 2025-06-29  | 2025-07-04
        5     | A        | 2025-06-29 | 10  | confirmed | 2025-07-10  | -
    """)
    assert reasons_of(con, "A") == "late deliveries: 3 of 4"


@pytest.mark.parametrize(
    ("closed", "words"),
    [(None, "complaint open, days: 9"), (dt.datetime(2025, 7, 2, 9, 0), "complaint open, days: 9")],
)
def test_a_complaint_closed_after_the_day_was_open_on_it(closed: dt.datetime | None, words: str) -> None:
    con = store(RHYTHM)
    opened = dt.datetime(2025, 6, 21, 9, 0)
    ticket = {"id": 1, "ticket_no": "T1", "customer_id": party(con, "calm"), "kind": "complaint", "opened_at": opened}
    insert(con, "tickets", {**ticket, "first_response_at": dt.datetime(2025, 6, 21, 10, 0), "closed_at": closed})
    assert reasons_of(con, "calm") == words


def test_slow_answers_by_the_median_wait() -> None:
    con = store(RHYTHM)
    asked = [(dt.datetime(2025, 6, day, 9, 0), dt.datetime(2025, 6, day + 2, 9, 0)) for day in (1, 10, 20)]
    for number, (opened, answered) in enumerate(asked):
        ticket = {"id": number, "ticket_no": f"T{number}", "customer_id": party(con, "calm"), "kind": "question"}
        insert(con, "tickets", {**ticket, "opened_at": opened, "first_response_at": answered, "closed_at": answered})
    assert reasons_of(con, "calm") == "answers take 48 hours"


def test_the_wait_is_unknown_where_no_answer_was_ever_noted() -> None:
    con = store(RHYTHM)
    ticket = {"id": 1, "ticket_no": "T1", "customer_id": party(con, "calm"), "kind": "question"}
    insert(con, "tickets", {**ticket, "opened_at": dt.datetime(2025, 6, 1, 9, 0)})
    unknown = reasons_of(con, "calm")
    insert(con, "tickets", {"id": 2, "ticket_no": "T2", "kind": "question", "opened_at": dt.datetime(2025, 1, 1, 9),
                            "first_response_at": dt.datetime(2025, 1, 1, 10)})  # fmt: skip
    assert (unknown, reasons_of(con, "calm")) == (None, "answers take 711 hours")


def test_price_above_the_cheapest_current_competitor() -> None:
    con = store(
        """
        customer | on         | net | sku | qty
        A        | 2025-06-01 | 110 | P   | 10
        A        | 2025-06-20 | 130 | P   | 10
        """,
        """
        sku | cost | category
        P   | 5    | cable
        """,
    )
    seen = [
        ("Dear", "15", "2025-06-01"),
        ("Cheap", "8", "2025-01-01"),
        ("Cheap", "10", "2025-06-02"),
        ("Cheap", "1", "2025-07-02"),
    ]
    for number, (competitor, price, day) in enumerate(seen):
        row = {"id": number, "competitor": competitor, "product_id": 1, "price": price, "seen_on": day}
        insert(con, "competitor_prices", row)
    assert reasons_of(con, "A") == "pays 20 % above the cheapest competitor"


def test_a_lost_contact_is_said_when_there_used_to_be_one() -> None:
    con = store(RHYTHM)
    for number, day in enumerate((1, 2)):
        moment = dt.datetime(2024, 12, day, 9, 0)
        insert(con, "interactions", {"id": number, "customer_id": party(con, "calm"), "at": moment, "direction": "in"})
    assert reasons_of(con, "calm") == "contact lost: no word for 210 days"
