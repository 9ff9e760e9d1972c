"""Calls, visits and mails between the managers and the customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from sample_data.firm.calendar import LAST_DAY, days_after, next_working
from sample_data.firm.chance import Chance
from sample_data.firm.managers import NAMES, on_duty
from sample_data.firm.orders import orders
from sample_data.firm.parties import Party, customers, outsiders


@dataclass(frozen=True, slots=True)
class Interaction:
    """One touch. channel, direction and kind are the Russian words of the owner's log; minutes None is not noted."""

    customer: str
    at: datetime
    channel: str
    direction: str
    kind: str
    manager: str
    subject: str
    minutes: int | None
    outcome: str


# Russian word of the log → the canonical English one.
CHANNELS = {"телефон": "phone", "визит": "visit", "почта": "mail", "мессенджер": "messenger"}
DIRECTIONS = {"входящий": "in", "исходящий": "out"}
KINDS = {
    "звонок": "call",
    "визит": "visit",
    "письмо": "mail",
    "сообщение": "message",
    "предложение": "offer",
    "контроль после заказа": "follow_up",
    "встреча": "meeting",
}
CHANNEL_OF = {
    "звонок": "телефон",
    "контроль после заказа": "телефон",
    "визит": "визит",
    "встреча": "визит",
    "письмо": "почта",
    "сообщение": "мессенджер",
}
SUBJECTS = {
    "звонок": ("уточнение наличия", "новый объект", "просит скидку"),
    "визит": ("обход склада", "знакомство с закупщиком"),
    "письмо": ("запрос цен", "акт сверки", "Price request"),
    "сообщение": ("где машина?", "пришлите счёт"),
    "предложение": ("новинки квартала", "предложение по кабелю", "Offer: LED panels"),
    "контроль после заказа": ("всё ли доехало", "остатки на объекте"),
    "встреча": ("план на квартал", "условия на год"),
}
MINUTES = {"звонок": (2, 25), "визит": (30, 120), "встреча": (40, 150), "контроль после заказа": (2, 12)}
OUTCOMES = ("договорились", "перезвонить", "нет решения", "")
# How many touches a year, by how closely the customer is looked after.
YEARLY = {"close": 16, "plain": 4, "bare": 1}
LARGE_ORDER = 25_000  # roubles
FIRST_LOGGED = date(2024, 7, 1)


def touch(chance: Chance, party: Party, day: date, kind: str, direction: str) -> Interaction:
    """One touch of that kind on that day."""
    low, high = MINUTES.get(kind, (0, 0))
    return Interaction(
        party.code,
        datetime.combine(day, time(chance.whole(9, 17), chance.whole(0, 59))),
        CHANNEL_OF.get(kind) or chance.pick(("почта", "телефон")),
        direction,
        kind,
        NAMES[on_duty(party.manager, day)],
        chance.pick(SUBJECTS[kind]),
        chance.whole(low, high) if high else None,
        chance.pick(OUTCOMES),
    )


def care(chance: Chance, party: Party) -> str:
    """How closely the customer is looked after: "close", "plain" or "bare"."""
    habit = party.habit
    if habit is None:
        return "bare"
    if habit.kind in {"loyal", "growing"} and habit.order_total > LARGE_ORDER:
        return "close"
    return "plain" if chance.happens(0.6) else "bare"


def touches_of(party: Party) -> list[Interaction]:
    """All touches of one party, unordered."""
    chance = Chance(f"touch/{party.code}")
    level = care(chance, party)
    last = party.habit.last_day if party.habit is not None else LAST_DAY
    first = max(FIRST_LOGGED, party.created_on)
    days = (last - first).days
    made: list[Interaction] = []
    for _ in range(max(0, round(YEARLY[level] * days / 365))):
        day = min(next_working(first + timedelta(days=chance.whole(0, days))), LAST_DAY)
        kind = chance.weighted({"звонок": 6, "письмо": 4, "сообщение": 3, "визит": 1, "встреча": 1, "предложение": 3})
        outward = kind == "предложение" or chance.happens(0.45)
        made.append(touch(chance, party, day, kind, "исходящий" if outward else "входящий"))
    return made


def follow_ups() -> list[Interaction]:
    """Outbound calls a week or two after an order, to those looked after."""
    chance = Chance("follow-ups")
    made: list[Interaction] = []
    for order in orders():
        party = order.party
        if party is None or party.habit is None or order.ordered_on < FIRST_LOGGED:
            continue
        day = days_after(order.ordered_on, chance.whole(5, 16))
        share = 0.16 if party.habit.kind in {"loyal", "growing"} else 0.04
        if chance.happens(share) and day <= LAST_DAY:
            made.append(touch(chance, party, day, "контроль после заказа", "исходящий"))
    return made


@cache
def interactions() -> tuple[Interaction, ...]:
    """The whole log of two years, by moment."""
    prospects = [party for party in outsiders() if party.role == "prospect"]
    made = [one for party in (*customers(), *prospects) for one in touches_of(party)] + follow_ups()
    return tuple(sorted(made, key=lambda one: (one.at, one.customer, one.kind)))
