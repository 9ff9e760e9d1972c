"""What to do next: rules on facts, most pressing first."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from crmcli.reports.keys.review_steps import MOST, Urgency, next_steps

DAY = dt.date(2026, 6, 30)
CALM: dict[str, list[dict[str, Any]]] = {
    "who": [{"code": "00001", "manager": "M1, Ann"}], "key": [], "tickets": [], "late_orders": [], "invoices": [], "outlook": [],
    "growth": [], "won": [], "won_before": [], "deals": [], "plan": [], "plan_steps": [], "goals": [], "relationship": [], "whitespace": [],
}  # fmt: skip


def said(**facts: list[dict[str, Any]]) -> list[str]:
    return [step.text for step in next_steps({**CALM, **facts}, as_of=DAY, currency="EUR")]


def ticket(number: str, days: int, kind: str = "complaint") -> dict[str, Any]:
    return {"ticket_no": number, "kind": kind, "subject": "torn", "days_open": days}


def invoice(number: str, amount: int, days: int | None) -> dict[str, Any]:
    return {"invoice_no": number, "open_amount": Decimal(amount), "days_overdue": days}


def gap(category: str, amount: int) -> dict[str, Any]:
    return {"category": category, "peers_share": 0.6, "expected_amount": Decimal(amount)}


def step(state: str, due: dt.date, number: int = 1) -> dict[str, Any]:
    return {"plan_no": "P-1", "step_no": number, "due_on": due, "channel": "call", "subject": "news", "state": state}


PLAN = [{"plan_no": "P-1", "late": 2, "kept_share": 0.5}]
AT_RISK = [{"band": "high", "money_at_risk": Decimal(9000), "reasons": "silence; late deliveries: 2 of 3"}]


def test_a_calm_account_asks_for_nothing() -> None:
    assert said() == []
    assert said(tickets=[ticket("T1", 3, "question")], invoices=[invoice("I1", 10, None)]) == []


def test_what_is_owed_to_them_comes_first_and_what_may_be_won_last() -> None:
    found = next_steps(
        {
            **CALM,
            "whitespace": [gap("Cable", 99_999)],
            "outlook": AT_RISK,
            "invoices": [invoice("I1", 10, 5)],
            "tickets": [ticket("T1", 3)],
        },
        as_of=DAY,
        currency="EUR",
    )
    assert [one.urgency for one in found] == [Urgency.OWED, Urgency.OWING, Urgency.LOSING, Urgency.WINNING]
    assert found[0].text == "Settle the complaint: T1 “torn”, open for 3 days."


def test_within_one_urgency_the_larger_amount_comes_first() -> None:
    fallen = [{"label": "declining", "revenue": Decimal(10), "revenue_before": Decimal(5000)}]
    texts = said(growth=fallen, plan=PLAN, plan_steps=[step("late", dt.date(2026, 5, 1))])
    assert texts[0] == "Ask why they buy less: revenue fell by €4,990 against the year before."
    assert texts[1] == "Catch up with plan P-1: 2 steps are late, the first is call – news, due on 2026-05-01."
    assert [text[:11] for text in said(whitespace=[gap("A", 5), gap("B", 9), gap("C", 99)])] == [
        "Offer B: 60",
        "Offer A: 60",
    ]


def test_overdue_invoices_are_summed_and_the_oldest_named() -> None:
    (text,) = said(invoices=[invoice("I1", 10, 5), invoice("I2", 20, 50), invoice("I3", 99, None)])
    assert text == "Ask for the €30 overdue on 2 invoices; the oldest, I2, is 50 days over."


def test_whoever_may_leave_is_called_with_the_reasons_and_not_asked_twice() -> None:
    fallen = [{"label": "declining", "revenue": Decimal(10), "revenue_before": Decimal(5000)}]
    (text,) = said(outlook=AT_RISK, growth=fallen)
    assert text == "Call before they leave, €9,000 of yearly business is at risk: silence; late deliveries: 2 of 3."


@pytest.mark.parametrize(("days", "is_said"), [(0, True), (30, True), (31, False)])
def test_the_next_step_of_the_plan_is_told_a_month_ahead(days: int, is_said: bool) -> None:
    due = DAY + dt.timedelta(days)
    assert bool(said(plan=PLAN, plan_steps=[step("due", due)])) is is_said


def test_goals_behind_are_told_with_what_is_missing() -> None:
    goal = {
        "measure": "revenue",
        "target": Decimal(100),
        "fact": Decimal(25),
        "reached": 0.25,
        "by_on": DAY,
        "verdict": "behind",
    }
    (text,) = said(goals=[goal, {**goal, "verdict": "on_track"}, {**goal, "reached": None}])
    assert text == "Goal behind: revenue has reached 25\u00a0% of what the plan wants by 2026-06-30."


def test_what_is_missing_in_the_books_comes_last() -> None:
    texts = said(who=[{"code": "00001", "manager": ""}], key=[{"entered_on": DAY}], invoices=[invoice("I1", 1, 1)])
    assert texts[1:] == [
        "Give them a manager: nobody looks after them.",
        "Make a plan, they are a key account without one: crmcli keyaccount plan 00001",
    ]


def test_nobody_gets_more_to_do_than_can_be_done() -> None:
    many = said(
        who=[{"code": "1", "manager": ""}], key=[{}], tickets=[ticket("T", 1)], invoices=[invoice("I", 1, 1)], outlook=AT_RISK,
        whitespace=[gap("A", 1), gap("B", 2)],
        late_orders=[{"order_no": "O", "promised_on": DAY, "amount": Decimal(5), "days_late": 3}],
    )  # fmt: skip
    assert len(many) == MOST
