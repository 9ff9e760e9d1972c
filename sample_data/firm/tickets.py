"""What customers asked and complained of, and how soon they were answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import cache

from sample_data.firm.calendar import LAST_DAY, days_after, is_working, next_working
from sample_data.firm.chance import Chance
from sample_data.firm.orders import Order, orders


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket. Moments are local; None is "not yet". csat is 1–5 or None when not asked."""

    ticket_no: str
    order: Order
    kind: str
    priority: str
    subject: str
    channel: str
    agent: str
    opened_at: datetime
    first_response_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    reopened: int
    csat: int | None

    @property
    def status(self) -> str:
        """open, in_progress, resolved or closed."""
        if self.closed_at:
            return "closed"
        if self.resolved_at:
            return "resolved"
        return "in_progress" if self.first_response_at else "open"


SUBJECTS = {
    "question": ("Срок поставки?", "Is the certificate for this cable available?", "Какой аналог предложите?"),
    "complaint": ("Опоздала машина", "Wrong colour delivered", "Недовес бухты; просим разобраться"),
    "suggestion": ("Нарезка по 25 м", "Please keep 3x6 in stock"),
    "claim": ("Повреждена упаковка", "Short by two boxes"),
    "warranty": ("Автомат не взводится", "Lamp failed in a month"),
    "replacement": ("Обмен на другой размер", "Replace with the longer duct"),
}
KINDS = {"question": 9, "complaint": 5, "suggestion": 1, "claim": 3, "warranty": 3, "replacement": 2}
CHANNELS = {"phone": 4, "mail": 4, "messenger": 2, "site": 1}
COUNT = 320
HEAVY = frozenset({"complaint", "claim", "warranty"})
SLOW_HOURS = 30
OPENS_AT, CLOSES_AT = 9, 18


def opening(chance: Chance, order: Order) -> datetime:
    """A moment of a working day soon after the order."""
    day = min(days_after(order.ordered_on, chance.whole(1, 15)), LAST_DAY)
    return datetime.combine(day, time(chance.whole(9, 17), chance.whole(0, 59)))


def later(chance: Chance, moment: datetime, hours: float) -> datetime | None:
    """A moment about so many hours later, moved into the next working hours; None past the last day."""
    after = moment + timedelta(minutes=round(60 * chance.around(hours, 0.9)) + 5)
    if after.hour >= CLOSES_AT:
        after = datetime.combine(after.date() + timedelta(days=1), time(OPENS_AT, after.minute))
    if after.hour < OPENS_AT or not is_working(after.date()):
        after = datetime.combine(next_working(after.date()), time(OPENS_AT, after.minute))
    return after if after.date() <= LAST_DAY else None


def grade(chance: Chance, kind: str, answer: datetime | None, opened: datetime) -> int | None:
    """What the customer gave, 1–5: lower for trouble and for slow answers; None for every other one."""
    if answer is None or chance.happens(0.45):
        return None
    slow = (answer - opened).total_seconds() > SLOW_HOURS * 3600
    return max(1, chance.pick((3, 4, 4, 5, 5, 5)) - (1 if kind in HEAVY else 0) - (1 if slow else 0))


def ticket(chance: Chance, order: Order) -> Ticket:
    """A ticket about the order, unnumbered."""
    habit = order.party.habit if order.party is not None else None
    dying = habit is not None and habit.kind in {"dying", "departed"}
    kind = chance.weighted({**KINDS, "complaint": 14} if dying else KINDS)
    opened = opening(chance, order)
    answered = later(chance, opened, chance.between(12, 60) if dying else chance.between(1, 14))
    if chance.happens(0.02):
        answered = None
    resolved = later(chance, answered, chance.between(8, 150)) if answered else None
    closed = later(chance, resolved, 48) if resolved and chance.happens(0.9) else None
    return Ticket(
        "",
        order,
        kind,
        chance.weighted({"low": 2, "normal": 6, "high": 3, "urgent": 1}),
        chance.pick(SUBJECTS[kind]),
        chance.weighted(CHANNELS),
        order.manager,
        opened,
        answered,
        resolved,
        closed,
        1 if resolved and chance.happens(0.07) else 0,
        grade(chance, kind, answered, opened) if resolved else None,
    )


@cache
def tickets() -> tuple[Ticket, ...]:
    """All tickets, by moment of opening; dying customers have more of them."""
    chance = Chance("tickets")
    named = [order for order in orders() if order.party is not None]
    dying = [order for order in named if order.party and order.party.habit and order.party.habit.kind == "dying"]
    chosen = chance.some(named, COUNT - 60) + chance.some(dying, 60)
    made = sorted((ticket(chance, order) for order in chosen), key=lambda t: (t.opened_at, t.order.order_no))
    return tuple(replace(one, ticket_no=f"T-{number:05d}") for number, one in enumerate(made, start=1))
