"""Invoices: one for every order of a named customer; paid early, in time, late, in part or not yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from sample_data.firm.calendar import LAST_DAY, days_after
from sample_data.firm.chance import Chance, rounded
from sample_data.firm.orders import Order, orders


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice. paid_on and paid_amount are the last payment's day and all that was paid; None while open."""

    invoice_no: str
    order_no: str
    customer: str
    issued_on: date
    due_on: date
    amount: Decimal
    paid_on: date | None
    paid_amount: Decimal | None


PART_PAID_SHARE = 0.015
BAD_DEBT_DAYS = 120


def payment_day(chance: Chance, order: Order, due_on: date) -> date:
    """The day on which the invoice of that order gets paid, be it after the last day of the books."""
    party = order.party
    lateness = party.habit.lateness if party is not None and party.habit is not None else 0.0
    if party is not None and party.terms_days == 0:
        return order.ordered_on - timedelta(days=chance.whole(0, 3))
    if chance.happens(0.3 + 0.6 * lateness):
        return days_after(due_on, chance.whole(1, 4 + int(50 * lateness)))
    return max(order.ordered_on, due_on - timedelta(days=chance.whole(0, 6)))


def is_bad_debt(chance: Chance, order: Order) -> bool:
    """True for some of the last invoices of customers who left: they stay open for good."""
    habit = order.party.habit if order.party is not None else None
    if habit is None or habit.kind not in {"departed", "dying"}:
        return False
    return (habit.last_day - order.ordered_on).days < BAD_DEBT_DAYS and chance.happens(0.12)


def invoice(chance: Chance, order: Order, number: int) -> Invoice | None:
    """The invoice of an order; None for a sale over the counter."""
    party = order.party
    if party is None:
        return None
    due_on = order.ordered_on + timedelta(days=party.terms_days)
    paid_on = payment_day(chance, order, due_on)
    paid = order.total
    if chance.happens(PART_PAID_SHARE):
        paid = rounded(order.total * Decimal(chance.pick(("0.3", "0.5", "0.8"))))
    is_open = is_bad_debt(chance, order) or paid_on > LAST_DAY
    return Invoice(
        f"СЧ-{number:06d}",
        order.order_no,
        party.code,
        order.ordered_on,
        due_on,
        order.total,
        None if is_open else paid_on,
        None if is_open else paid,
    )


@cache
def invoices() -> tuple[Invoice, ...]:
    """All invoices, numbered without a gap in order of day."""
    chance = Chance("invoices")
    made: list[Invoice] = []
    for order in orders():
        one = invoice(chance, order, len(made) + 1)
        if one is not None:
            made.append(one)
    return tuple(made)
