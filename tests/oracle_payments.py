"""Payment discipline and receivables once more, slow and obvious, from plain lists of dicts.

An invoice is {"no", "customer", "issued_on", "due_on" (or None), "amount", "status" (or None)}; a payment is
{"invoice" (number or None), "customer", "paid_on", "amount"}. Money is Decimal; nothing here knows SQL.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracle import ZERO, median

Bill = dict[str, Any]
BANDS = ("not_due", "days_1_30", "days_31_60", "days_61_90", "days_91_plus")


def states(bills: list[Bill], paid: list[Bill], as_of: dt.date) -> list[dict[str, Any]]:
    """Invoices issued by a day with what came for them, what is open, and the day that completed them."""
    answer = []
    for bill in bills:
        if bill["issued_on"] > as_of or bill["status"] in {"draft", "cancelled"}:
            continue
        own = [one for one in paid if one["invoice"] == bill["no"] and one["paid_on"] <= as_of]
        received = sum((one["amount"] for one in own), ZERO)
        done = None
        if bill["amount"] > 0 and received >= bill["amount"]:
            for day in sorted(
                {one["paid_on"] for one in own}, reverse=True
            ):  # back to the day that reached it for good
                if sum((one["amount"] for one in own if one["paid_on"] < day), ZERO) < bill["amount"]:
                    done = day
                    break
        answer.append({**bill, "paid": received, "open": max(bill["amount"] - received, ZERO), "paid_on": done})
    return answer


def discipline(found: list[dict[str, Any]], as_of: dt.date) -> dict[str, Any]:
    """The figures of report payments over some invoice states; amounts above zero only."""
    found = [one for one in found if one["amount"] > 0]
    done = [one for one in found if one["paid_on"] is not None]
    due = [one for one in found if one["due_on"] is not None and one["due_on"] <= as_of]
    in_time = [one for one in due if one["paid_on"] is not None and one["paid_on"] <= one["due_on"]]
    amount = sum((one["amount"] for one in found), ZERO)
    lateness = [one for one in done if one["due_on"] is not None]
    overdue = [one["open"] for one in found if one["due_on"] is not None and one["due_on"] < as_of]
    return {
        "invoices": len(found),
        "paid_share": _share(len(done), len(found)),
        "paid_amount_share": _share(amount - sum((one["open"] for one in found), ZERO), amount),
        "on_time_share": _share(len(in_time), len(due)),
        "days_to_pay_median": median([_days(one) for one in done]),
        "days_to_pay_km": kaplan_meier(found, as_of),
        "days_to_pay_weighted": _weighted(done, "issued_on"),
        "days_late_weighted": _weighted(lateness, "due_on"),
        "open_amount": sum((one["open"] for one in found), ZERO),
        "overdue_amount": sum(overdue, ZERO),
        "terms": _terms(found, as_of),
        "trend": _trend(done, as_of),
    }


def kaplan_meier(found: list[dict[str, Any]], as_of: dt.date) -> int | None:
    """First day at which at most half is still open; open ones leave at as_of, prepayments are 0."""
    waits = [(max(0, ((one["paid_on"] or as_of) - one["issued_on"]).days), one["paid_on"] is not None) for one in found]
    still = Fraction(1)
    for day in sorted({wait for wait, _ in waits}):
        waiting = sum(wait >= day for wait, _ in waits)
        still *= 1 - Fraction(sum(wait == day and done for wait, done in waits), waiting)
        if still <= Fraction(1, 2):
            return day
    return None


def ageing(bills: list[Bill], paid: list[Bill], as_of: dt.date) -> dict[str, dict[str, Any]]:
    """Open amounts by band, credit and balance of everyone who has any."""
    answer: dict[str, dict[str, Any]] = {}
    found = states(bills, paid, as_of)
    issued = {one["no"] for one in found}
    for who in {one["customer"] for one in [*bills, *paid]} - {None}:
        bands = dict.fromkeys(BANDS, ZERO)
        own = [one for one in found if one["customer"] == who]
        days = [0]
        for one in own:
            late = 0 if one["due_on"] is None else (as_of - one["due_on"]).days
            bands[BANDS[0 if late <= 0 else min(4, 1 + (late - 1) // 30)]] += one["open"]
            days += [late] if one["open"] else []
        loose = [
            one["amount"]
            for one in paid
            if one["customer"] == who and one["paid_on"] <= as_of and one["invoice"] not in issued
        ]
        credit = sum((max(one["paid"] - one["amount"], ZERO) for one in own), ZERO) + sum(loose, ZERO)
        total = sum(bands.values(), ZERO)
        if total or credit:
            sums = {
                "open_amount": total,
                "overdue_amount": total - bands["not_due"],
                "credit": credit,
                "balance": total - credit,
            }
            answer[who] = {**bands, **sums, "oldest_days": max(days) if max(days) > 0 else None}
    return answer


def _days(one: dict[str, Any], since: str = "issued_on") -> int:
    return int((one["paid_on"] - one[since]).days)


def _weighted(done: list[dict[str, Any]], since: str) -> Fraction | None:
    weight = sum((one["amount"] for one in done), ZERO)
    return (
        Fraction(sum((_days(one, since) * one["amount"] for one in done), ZERO)) / Fraction(weight) if weight else None
    )


def _share(part: Decimal | int, whole: Decimal | int) -> Fraction | None:
    return Fraction(part) / Fraction(whole) if whole else None


def _terms(found: list[dict[str, Any]], as_of: dt.date) -> str | None:
    counts = {"deferred": 0, "immediate": 0, "prepaid": 0}  # in the order that settles ties
    for one in found:
        days = ((one["paid_on"] or as_of) - one["issued_on"]).days
        if days > 3:
            counts["deferred"] += 1
        elif one["paid_on"] is not None:
            counts["immediate" if days > 0 else "prepaid"] += 1
    return max(counts, key=lambda word: counts[word]) if any(counts.values()) else None


def _trend(done: list[dict[str, Any]], as_of: dt.date) -> Fraction | None:
    ages = [((as_of - one["paid_on"]).days, _days(one)) for one in done]
    now, before = (
        median([days for age, days in ages if age < 180]),
        median([days for age, days in ages if 180 <= age < 360]),
    )
    return None if now is None or before is None else now - before
