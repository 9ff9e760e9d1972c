"""Online orders of 2025: other orders than those of the office, by known customers, strangers and guests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from sample_data.firm.calendar import days_after
from sample_data.firm.chance import Chance, rounded
from sample_data.firm.identity import mail_address
from sample_data.firm.orders import Line, line, quantity
from sample_data.firm.parties import customers
from sample_data.firm.products import products

YEAR = 2025
ORDERS = 420
STATUSES = {"completed": 88, "cancelled": 9, "confirmed": 3}


@dataclass(frozen=True, slots=True)
class ShopOrder:
    """One online order; e-mail and name are empty for a guest."""

    order_no: str
    ordered_on: date
    email: str
    name: str
    status: str
    campaign: str
    shipped_on: date | None
    lines: tuple[Line, ...]


def buyers() -> list[tuple[str, str]]:
    """E-mail and name of everyone who buys online, the frequent ones several times; a guest is two empty texts."""
    chance = Chance("shop/buyers")
    known = [(party.email, party.name) for party in customers() if party.email and not party.note]
    chosen = [buyer for buyer in chance.some(known, 28) for _ in range(chance.whole(1, 6))]
    strangers = [(mail_address("shop", n), f"Alex Sample-{n:03d}") for n in range(1, 61)]
    return chosen + [buyer for buyer in strangers for _ in range(chance.whole(1, 3))] + [("", "")] * 30


def shop_order(chance: Chance, day: date, everyone: list[tuple[str, str]]) -> ShopOrder:
    """One order of that day, unnumbered."""
    email, name = chance.pick(everyone)
    status = chance.weighted(STATUSES)
    campaign = "SPRING25" if day.month in {4, 5} and chance.happens(0.5) else ""
    chosen = chance.some([p for p in products() if p.is_sold(day)], chance.weighted({1: 5, 2: 3, 3: 2}))
    lines = tuple(
        line(p, rounded(quantity(chance, p, chance.between(300, 6000)), "1") or Decimal(1), 10 if campaign else 0, day)
        for p in chosen
    )
    shipped = days_after(day, chance.whole(1, 4)) if status == "completed" else None
    return ShopOrder("", day, email, name, status, campaign, shipped, lines)


@cache
def shop_orders() -> tuple[ShopOrder, ...]:
    """The online orders of the year, by day, numbered WEB-25-0001 on."""
    chance = Chance("shop/orders")
    everyone = buyers()
    days = sorted(date(YEAR, 1, 1) + timedelta(days=chance.whole(0, 364)) for _ in range(ORDERS))
    made = [shop_order(chance, day, everyone) for day in days]
    return tuple(replace(one, order_no=f"WEB-25-{number:04d}") for number, one in enumerate(made, start=1))
