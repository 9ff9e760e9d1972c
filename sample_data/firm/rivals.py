"""Prices of competitors, and what serving a customer costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from sample_data.firm.calendar import LAST_DAY
from sample_data.firm.chance import Chance, rounded
from sample_data.firm.parties import outsiders
from sample_data.firm.products import products

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class RivalPrice:
    """A competitor's price of one of our products on one day, roubles per unit."""

    competitor: str
    sku: str
    price: Decimal
    seen_on: date
    source: str


@cache
def rival_prices() -> tuple[RivalPrice, ...]:
    """What was seen in the last nine months, by competitor, sku and day."""
    chance = Chance("rivals")
    made: dict[tuple[str, str, date], RivalPrice] = {}
    for party in outsiders():
        if party.role != "competitor":
            continue
        for product in chance.some([p for p in products() if p.retired_on is None], 40):
            seen_on = LAST_DAY - timedelta(days=chance.whole(0, 270))
            price = rounded(product.price * rounded(chance.between(0.9, 1.14), "0.001"), "0.1")
            key = (party.name, product.sku, seen_on)
            made[key] = RivalPrice(*key[:2], price, seen_on, chance.pick(("site", "price list", "customer")))
    return tuple(made[key] for key in sorted(made))


# Name, driver, rate in roubles (or share a year for credit), cost pool in roubles, period: a rate or a pool.
COST_ACTIVITIES = (
    ("Оформление заказа", "order", "180", "", "2025-07-01", "2026-06-30"),
    ("Сборка строки", "order_line", "", "420000", "2025-07-01", "2026-06-30"),
    ("Доставка", "shipment", "650", "", "2025-07-01", "2026-06-30"),
    ("Приём возврата", "return", "900", "", "2025-07-01", "2026-06-30"),
    ("Счёт и сверка", "invoice", "60", "", "2025-07-01", "2026-06-30"),
    ("Обращение", "ticket", "350", "", "2025-07-01", "2026-06-30"),
    ("Время менеджера", "interaction_minute", "14", "", "2025-07-01", "2026-06-30"),
    ("Отсрочка платежа", "credit_day", "0.18", "", "2025-07-01", "2026-06-30"),
)
