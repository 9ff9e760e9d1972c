"""Relationship levels and the work queue once more, slow and obvious, from a firm told in plain lists of dicts.

A firm: "lines" and "products" as of `tests.oracle`; "contacts" code → group, industry, region, manager, consent_call; "touches"
(customer, at, direction, kind, channel); "tickets" (no, customer, kind, priority, opened_at, first_response_at, closed_at, agent);
"quotes" (no, revision, customer, quoted_on, sent_on, valid_until, decided_on, status, net, currency); "plans" (no, customer,
from_on, to_on, closed_on); "steps" (plan, step_no, due_on, made_on, done_on, skipped_on); "keys" (customer, entered_on, left_on);
"bills" and "paid" as of `tests.oracle_payments`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests import oracle

Firm = dict[str, Any]
LEVELS = ["basic", "reactive", "accountable", "proactive", "partnership"]
# METRICS K5, row by row: margin band → many, medium, few
MATRIX = {
    "high": {"many": "accountable", "medium": "proactive", "few": "partnership"},
    "medium": {"many": "reactive", "medium": "accountable", "few": "proactive"},
    "low": {"many": "basic", "medium": "reactive", "few": "accountable"},
}
SPOKEN = {"call", "visit", "meeting", "phone"}
MONTH = dt.timedelta(days=30)
YEAR = dt.timedelta(days=365)
WEEK = dt.timedelta(days=7)


def on(moment: dt.datetime | None) -> dt.date | None:
    """The day of a moment."""
    return None if moment is None else moment.date()


def known(day: dt.date | None, as_of: dt.date) -> bool:
    """Whether something has happened by the day."""
    return day is not None and day <= as_of


def touches(firm: Firm, who: str, as_of: dt.date, direction: str, back: dt.timedelta = YEAR) -> list[dict[str, Any]]:
    """Contacts with a customer in (as_of − back, as_of], one way."""
    return [
        one
        for one in firm["touches"]
        if one["customer"] == who and one["direction"] == direction and as_of - back < one["at"].date() <= as_of
    ]


def is_spoken(one: dict[str, Any]) -> bool:
    """Answered as it happens."""
    return (one["kind"] or one["channel"] or "") in SPOKEN or one["channel"] in SPOKEN


def is_answered(firm: Firm, question: dict[str, Any], as_of: dt.date) -> bool:
    """Whether a written contact got an outbound one within 30 days, by the day."""
    return any(
        question["at"] < one["at"] <= question["at"] + MONTH
        for one in touches(firm, question["customer"], as_of, "out", dt.timedelta(days=9999))
    )


def actual(firm: Firm, who: str, as_of: dt.date) -> str:
    """The highest level that holds, each asking for all before it."""
    inbound, outbound = (touches(firm, who, as_of, way) for way in ("in", "out"))
    heard = any(is_spoken(one) or is_answered(firm, one, as_of) for one in inbound)
    helped = any(
        one["customer"] == who
        and as_of - YEAR < one["opened_at"].date() <= as_of
        and one["first_response_at"] is not None
        and one["opened_at"] <= one["first_response_at"]
        and one["first_response_at"].date() <= as_of
        for one in firm["tickets"]
    )
    bought = [day for day in oracle.occasions(firm["lines"], as_of).get(who, []) if day > as_of - YEAR]
    followed = any(dt.timedelta(0) <= one["at"].date() - day <= MONTH for one in outbound for day in bought)
    quoted = {
        one["no"]
        for one in firm["quotes"]
        if one["customer"] == who and one["sent_on"] is not None and as_of - YEAR < one["sent_on"] <= as_of
    }
    offers = sum(one["kind"] == "offer" for one in outbound) + len(quoted)
    done = max((len(steps_done(firm, plan, as_of)) for plan in live_plans(firm, who, as_of)), default=0)
    terms = [heard or helped, followed, offers >= 2, done >= 4]
    return LEVELS[terms.index(False) if False in terms else 4]


def live_plans(firm: Firm, who: str, as_of: dt.date) -> list[dict[str, Any]]:
    """Plans with a customer that live on the day."""
    return [
        plan
        for plan in firm["plans"]
        if plan["customer"] == who and plan["from_on"] <= as_of <= plan["to_on"] and not known(plan["closed_on"], as_of)
    ]


def steps_done(firm: Firm, plan: dict[str, Any], as_of: dt.date) -> list[dict[str, Any]]:
    """Steps of a plan done within the year."""
    return [
        step
        for step in firm["steps"]
        if step["plan"] == plan["no"]
        and step["made_on"] <= as_of
        and step["done_on"] is not None
        and as_of - YEAR < step["done_on"] <= as_of
    ]


def levels(firm: Firm, as_of: dt.date, *, by: str = "group", measure: str = "margin") -> dict[str, dict[str, Any]]:
    """Group, band, both levels and the gap of every customer."""
    customers = oracle.occasions(firm["lines"], as_of)
    scores = oracle.rfm(firm["lines"], as_of)
    groups = {
        who: scores[who]["group"] if by == "rfm" else ((firm["contacts"][who][by] or "").strip() or None)
        for who in customers
    }
    sizes, recent = Counter(groups.values()), oracle.windowed(firm["lines"], as_of)
    brought: dict[str, Decimal | None] = {}
    for who in customers:
        own = [line for line in recent if line["customer"] == who]
        whole = sum((line["net"] for line in own), Decimal(0))
        brought[who] = whole if measure == "revenue" or not own else oracle.margin(own, firm["products"])
    amounts = [amount for amount in brought.values() if amount is not None]
    cuts = [oracle.quantile(amounts, Fraction(part, 3)) for part in (1, 2)] if amounts else []
    answer = {}
    for who in customers:
        count, amount = sizes[groups[who]], brought[who]
        size = "few" if count < 20 else "medium" if count < 200 else "many"
        band = None if amount is None else ["low", "medium", "high"][sum(amount > cut for cut in cuts)]
        wanted, kept = MATRIX[band][size] if band else None, actual(firm, who, as_of)
        answer[who] = {
            "group": groups[who],
            "group_customers": count,
            "group_size": size,
            measure: amount,
            f"{measure}_band": band,
            "recommended": wanted,
            "actual": kept,
            "gap": LEVELS.index(wanted) - LEVELS.index(kept) if wanted else None,
        }
    return answer


def weight(firm: Firm, who: str | None, as_of: dt.date, classes: dict[str, str | None]) -> int:
    """Class A 3, B 2, everyone else 1; one more for a key account."""
    is_key = any(
        one["customer"] == who and one["entered_on"] <= as_of and not known(one["left_on"], as_of)
        for one in firm["keys"]
    )
    return {"A": 3, "B": 2}.get(classes.get(who or "") or "", 1) + is_key


def classes(firm: Firm, as_of: dt.date) -> dict[str, str | None]:
    """Classes of the cleaned ABC by revenue."""
    return {row["customer"]: row["class"] for row in oracle.abc(firm["lines"], firm["products"], as_of)}


def queue(firm: Firm, as_of: dt.date) -> list[dict[str, Any]]:
    """What waits, as the notes of the report say it is ordered."""
    things = [
        *_tickets(firm, as_of),
        *_messages(firm, as_of),
        *_steps(firm, as_of),
        *_quotes(firm, as_of),
        *_orders(firm, as_of),
        *_invoices(firm, as_of),
        *_calls(firm, as_of),
    ]
    classed, rows = classes(firm, as_of), []
    for kind, number, who, due_on, amount, grave, manager in things:
        late = (as_of - due_on).days
        urgent = Fraction(1, 2) if late < 0 else min(Fraction(1 + late // 7), Fraction(5))
        urgent *= 2 if grave else 1
        heavy = weight(firm, who, as_of, classed)
        rows.append(
            {
                "kind": kind,
                "number": number,
                "customer": who,
                "due_on": due_on,
                "days_late": late,
                "amount": amount,
                "weight": heavy,
                "urgency": urgent,
                "priority": heavy * urgent,
                "manager": manager or (firm["contacts"][who]["manager"] if who else None),
            }
        )
    return sorted(
        rows,
        key=lambda row: (
            -row["priority"], -row["days_late"], row["customer"] is None, row["customer"] or "", row["kind"], row["number"]
        ),
    )  # fmt: skip


def _tickets(firm: Firm, as_of: dt.date) -> list[tuple[Any, ...]]:
    found = []
    for one in firm["tickets"]:
        if one["opened_at"].date() <= as_of and not known(on(one["closed_at"]), as_of):
            grave = one["kind"] in {"complaint", "claim"} or one["priority"] in {"high", "urgent"}
            kind = one["kind"] if one["kind"] in {"complaint", "claim"} else "ticket"
            found.append((kind, one["no"], one["customer"], one["opened_at"].date(), None, grave, one["agent"]))
    return found


def _messages(firm: Firm, as_of: dt.date) -> list[tuple[Any, ...]]:
    found = []
    for who in firm["contacts"]:
        waiting = [
            one["at"].date()
            for one in touches(firm, who, as_of, "in", MONTH)
            if not is_spoken(one) and not is_answered(firm, one, as_of)
        ]
        if waiting:
            found.append(("message", "", who, min(waiting), None, False, None))
    return found


def _steps(firm: Firm, as_of: dt.date) -> list[tuple[Any, ...]]:
    plans = {plan["no"]: plan for plan in firm["plans"]}
    return [
        (
            "plan_step",
            f"{step['plan']}/{step['step_no']}",
            plans[step["plan"]]["customer"],
            step["due_on"],
            None,
            False,
            None,
        )
        for step in firm["steps"]
        if step["made_on"] <= as_of
        and step["due_on"] <= as_of
        and not known(step["done_on"], as_of)
        and not known(step["skipped_on"], as_of)
        and not known(plans[step["plan"]]["closed_on"], as_of)
    ]


def _quotes(firm: Firm, as_of: dt.date) -> list[tuple[Any, ...]]:
    found = []
    for one in firm["quotes"]:
        replaced = any(
            later["no"] == one["no"] and later["revision"] > one["revision"] and later["quoted_on"] <= as_of
            for later in firm["quotes"]
        )
        ended = one["valid_until"] is not None and one["valid_until"] < as_of
        if not known(one["sent_on"], as_of) or known(one["decided_on"], as_of) or replaced or ended:
            continue
        due_on = min(one["sent_on"] + WEEK, one["valid_until"] or dt.date.max)
        ending = one["valid_until"] is not None and one["valid_until"] <= as_of + WEEK
        if due_on <= as_of or ending:
            amount = one["net"] if one["currency"] == "EUR" else None
            found.append(("quote", one["no"], one["customer"], due_on, amount, False, None))
    return found


def _orders(firm: Firm, as_of: dt.date) -> list[tuple[Any, ...]]:
    first: dict[str, dict[str, Any]] = {}
    for line in firm["lines"]:
        first.setdefault(line["order"], line)
    dated, found = any(known(one.get("delivered_on"), as_of) for one in first.values()), []
    for name, one in first.items():
        own = [line["net"] for line in firm["lines"] if line["order"] == name and line["qty"] > 0]
        promised = one.get("promised_on")
        if one["status"] in {"draft", "cancelled"} or not own or promised is None:
            continue
        if one["on"] > as_of or promised >= as_of:
            continue
        if one.get("delivered_on") is not None:
            late = one["delivered_on"] > as_of
        else:
            late = one["status"] not in {"delivered", "completed"} and (dated or one["status"] != "shipped")
        if late:
            found.append(("late_order", name, one["customer"], promised, sum(own, Decimal(0)), False, None))
    return found


def _invoices(firm: Firm, as_of: dt.date) -> list[tuple[Any, ...]]:
    owing: dict[str, list[tuple[dt.date, str, Decimal]]] = {}
    for bill in firm["bills"]:
        paid = sum(
            (one["amount"] for one in firm["paid"] if one["invoice"] == bill["no"] and one["paid_on"] <= as_of),
            Decimal(0),
        )
        due_on, left = bill["due_on"], bill["amount"] - paid
        if bill["issued_on"] <= as_of and due_on is not None and due_on < as_of and left > 0:
            owing.setdefault(bill["customer"], []).append((due_on, bill["no"], left))
    return [
        ("invoice", min(parts)[1], who, min(parts)[0], sum((left for *_, left in parts), Decimal(0)), False, None)
        for who, parts in owing.items()
    ]


def _calls(firm: Firm, as_of: dt.date) -> list[tuple[Any, ...]]:
    found = []
    for who, beat in oracle.rhythm(firm["lines"], as_of).items():
        gap = beat["expected_gap"]
        if gap is None or beat["departed"] or firm["contacts"][who]["consent_call"] is False:
            continue
        if beat["recency_days"] > Fraction(3, 2) * gap:
            reached = beat["last_purchase_on"] + dt.timedelta(days=int(Fraction(3, 2) * gap) + 1)
            found.append(("call", "", who, reached, None, False, None))
    return found
