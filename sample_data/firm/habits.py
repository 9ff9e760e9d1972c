"""How customers buy: who is loyal, who grows, who is dying, who came once, who left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sample_data.firm.calendar import FIRST_DAY, LAST_DAY, next_working
from sample_data.firm.categories import CATEGORIES
from sample_data.firm.chance import Chance

KINDS = {
    "loyal": 50,
    "growing": 16,
    "dying": 14,
    "seasonal": 14,
    "departed": 20,
    "occasional": 10,
    "new": 12,
    "one_off_large": 6,
    "one_off_small": 8,
}
SINGLE = frozenset({"one_off_large", "one_off_small"})
SEASON = frozenset({4, 5, 6, 7, 8, 9})
DECLINE_DAYS = 300
# From this rank on most are craftsmen, the last of parties.GROUPS.
SMALL_FROM_RANK = 110


@dataclass(frozen=True, slots=True)
class Habit:
    """How one customer buys.

    Args:
        kind: One of KINDS.
        group: Place of its group in parties.GROUPS.
        first_day, last_day: Between these it may buy.
        gap: Days between purchases in its steady time.
        order_total: Roubles of an ordinary order in the last quarter's prices.
        categories: What it buys, liked best first.
        favourites: Share of lines taken from its few usual products.
        lateness: 0 pays in time, 1 late by weeks.
    """

    kind: str
    group: int
    first_day: date
    last_day: date
    gap: float
    order_total: float
    categories: tuple[str, ...]
    favourites: float
    lateness: float


def lifetime(chance: Chance, kind: str) -> tuple[date, date]:
    """First and last day on which a customer of that kind may buy."""
    first = FIRST_DAY + timedelta(days=chance.whole(0, 50 if chance.happens(0.65) else 600))
    last = LAST_DAY
    if kind == "new":
        first = LAST_DAY - timedelta(days=chance.whole(15, 85))
    elif kind == "departed":
        last = LAST_DAY - timedelta(days=chance.whole(170, 620))
        first = min(first, last - timedelta(days=150))
    elif kind in SINGLE:
        recent = kind == "one_off_large" and chance.happens(0.7)
        first = last = next_working(
            LAST_DAY - timedelta(days=chance.whole(10, 24) if recent else chance.whole(60, 900))
        )
    return first, last


def order_size(chance: Chance, kind: str, rank: int) -> float:
    """Roubles of an ordinary order; the rank (1–150) gives the few large and the many small."""
    if kind == "one_off_large":
        return chance.between(1_100_000, 1_900_000)
    size = 420_000 / rank**0.85
    return chance.around(size / 3 if kind in {"new", "one_off_small", "occasional"} else size, 0.3)


def rhythm(chance: Chance, kind: str) -> float:
    """Days between purchases of a customer of that kind."""
    if kind == "occasional":
        return chance.between(90, 170)
    if kind in {"new", "departed"}:
        return chance.between(16, 38)
    return chance.between(11, 30) if chance.happens(0.35) else chance.between(30, 85)


def habit(number: int, kind: str, rank: int) -> Habit:
    """The habit of the customer of that number."""
    chance = Chance(f"habit/{number}")
    first, last = lifetime(chance, kind)
    return Habit(
        kind=kind,
        group=4 if rank > SMALL_FROM_RANK and chance.happens(0.6) else chance.whole(0, 3),
        first_day=first,
        last_day=last,
        gap=rhythm(chance, kind),
        order_total=order_size(chance, kind, rank),
        categories=tuple(c.name for c in chance.some(CATEGORIES, chance.whole(2, 8))),
        favourites=chance.between(0.55, 0.85),
        lateness=chance.between(0.0, 0.35) if chance.happens(0.7) else chance.between(0.4, 1.0),
    )


@cache
def habits() -> tuple[Habit, ...]:
    """The habits of all customers, in order of their codes; kinds and ranks are shuffled."""
    chance = Chance("habits")
    kinds = chance.some([kind for kind, count in KINDS.items() for _ in range(count)], 150)
    ranks = chance.some(range(1, 151), 150)
    return tuple(habit(number, kind, rank) for number, (kind, rank) in enumerate(zip(kinds, ranks, strict=True), 1))


def is_declining(habit: Habit, day: date) -> bool:
    """True on the last days of a customer that is dying."""
    return habit.kind == "dying" and (LAST_DAY - day).days < DECLINE_DAYS


def stretch(habit: Habit, day: date) -> float:
    """By how much the gap is longer (above 1) or shorter than the steady one on that day."""
    age = (day - FIRST_DAY).days / (LAST_DAY - FIRST_DAY).days
    if habit.kind == "growing":
        return 1.35 - 0.75 * age
    if habit.kind == "dying":
        left = (LAST_DAY - day).days
        return 0.9 if left > DECLINE_DAYS else 1.2 + 1.6 * (1 - left / DECLINE_DAYS)
    return 1.0


def swell(habit: Habit, day: date) -> float:
    """By how much its orders are larger (above 1) or smaller than ordinary on that day."""
    age = (day - FIRST_DAY).days / (LAST_DAY - FIRST_DAY).days
    if habit.kind == "growing":
        return 0.6 + 0.8 * age
    if is_declining(habit, day):
        return 0.55
    return 1.0


def purchase_days(habit: Habit, chance: Chance) -> list[date]:
    """The working days on which the customer buys, ascending, each once."""
    if habit.kind in SINGLE:
        return [habit.first_day]
    days: list[date] = []
    day = habit.first_day
    while day <= habit.last_day:
        bought = next_working(day)
        out_of_season = habit.kind == "seasonal" and bought.month not in SEASON
        if not out_of_season and bought <= habit.last_day and bought not in days[-1:]:
            days.append(bought)
        gap = chance.around(habit.gap * stretch(habit, day), 0.55)
        day += timedelta(days=max(1, round(gap)))
    return days
