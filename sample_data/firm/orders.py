"""Orders and returns of three years, line by line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from sample_data.firm import habits, managers
from sample_data.firm.calendar import FIRST_DAY, LAST_DAY, days_after, next_working, price_level
from sample_data.firm.categories import COMPANIONS
from sample_data.firm.chance import Chance, rounded
from sample_data.firm.parties import Party, customers
from sample_data.firm.products import Product, by_category, products

if TYPE_CHECKING:
    from sample_data.firm.habits import Habit


@dataclass(frozen=True, slots=True)
class Line:
    """One line. Price and cost are roubles per unit; amount is after the discount; unit_cost None is not known."""

    product: Product
    qty: Decimal
    unit_price: Decimal
    discount_pct: int
    amount: Decimal
    unit_cost: Decimal | None


@dataclass(frozen=True, slots=True)
class Order:
    """One order, or one return (negative quantities). Party None is a sale over the counter."""

    order_no: str
    ordered_on: date
    party: Party | None
    manager: str
    lines: tuple[Line, ...]
    promised_on: date | None = None
    shipped_on: date | None = None
    delivered_on: date | None = None

    @property
    def total(self) -> Decimal:
        """Sum of the line amounts, roubles."""
        return sum((line.amount for line in self.lines), Decimal(0))


RETURN_SHARE = 0.032
COUNTER_SALES = 70
REPEATED_LINE_EVERY = 400
LONG_GOODS_PACK = 20


def line(product: Product, qty: Decimal, discount_pct: int, day: date, *, cost_known: bool = True) -> Line:
    """The line for that quantity at the prices of that day."""
    level = rounded(price_level(day), "0.001")
    price = rounded(product.price * level)
    cost = rounded(product.cost * level) if product.cost is not None and cost_known else None
    amount = rounded(qty * price * (100 - discount_pct) / 100)
    return Line(product, qty, price, discount_pct, amount, cost)


def quantity(chance: Chance, product: Product, roubles: float) -> Decimal:
    """About as much of the product as the money buys: in packs, now and then a cut length in halves of a metre."""
    units = roubles / float(product.price)
    if product.unit == "м" and units < LONG_GOODS_PACK * 2:
        return rounded(max(1, round(units * 2)) / 2, "0.1")
    packs = max(1, round(units / product.pack))
    if product.unit == "м" and chance.happens(0.03):
        return Decimal(packs * product.pack) + Decimal("5.5")
    return Decimal(packs * product.pack)


def choose(chance: Chance, habit: Habit, day: date, usual: list[Product]) -> list[Product]:
    """The products of one order: mostly usual ones, what goes with them, now and then something else."""
    liked = habit.categories
    if habits.is_declining(habit, day):
        liked = liked[: max(1, len(liked) // 3)]
    chosen: list[Product] = []
    for _ in range(chance.weighted({1: 34, 2: 30, 3: 20, 4: 10, 5: 6})):
        pool = [p for p in usual if p.category in liked] if chance.happens(habit.favourites) else []
        product = chance.pick(
            [p for p in pool or by_category()[chance.pick(liked)] if p.is_sold(day)] or products()[:1]
        )
        chosen.append(product)
        companion = COMPANIONS.get(product.category)
        if companion and chance.happens(0.35):
            chosen.append(by_category()[companion][int(product.sku[-2:]) % 3])
    return list(dict.fromkeys(p for p in chosen if p.is_sold(day)))


def dispatch(chance: Chance, habit: Habit, order: Order) -> Order:
    """The order with its promised, shipped and delivered days; what lies after the last day is not known yet."""
    dying = habits.is_declining(habit, order.ordered_on)
    promised = days_after(order.ordered_on, chance.whole(1, 7))
    late = chance.whole(1, 9) if chance.happens(0.45 if dying else 0.12) else -chance.whole(0, 2)
    delivered = max(days_after(promised, late), order.ordered_on)
    shipped = max(order.ordered_on, delivered - timedelta(days=chance.whole(0, 2)))
    return replace(
        order,
        promised_on=promised,
        shipped_on=shipped if shipped <= LAST_DAY else None,
        delivered_on=delivered if delivered <= LAST_DAY else None,
    )


def orders_of(party: Party) -> list[Order]:
    """The orders of one customer, unnumbered."""
    habit = party.habit
    if habit is None:
        return []
    chance = Chance(f"orders/{party.code}")
    usual = [chance.pick(by_category()[chance.pick(habit.categories)]) for _ in range(chance.whole(4, 14))]
    made: list[Order] = []
    for day in habits.purchase_days(habit, chance):
        total = chance.around(habit.order_total * habits.swell(habit, day) * price_level(day), 0.6)
        discount = party.discount_pct + (5 if chance.happens(0.04) else 0)
        chosen = choose(chance, habit, day, usual) or [products()[0]]
        lines = tuple(
            line(p, quantity(chance, p, total / len(chosen)), discount, day, cost_known=not chance.happens(0.01))
            for p in chosen
        )
        manager = managers.on_duty(party.manager, day)
        made.append(dispatch(chance, habit, Order("", day, party, manager, lines)))
    return made


def counter_sales() -> list[Order]:
    """Sales for cash to nobody in particular, unnumbered."""
    chance = Chance("counter")
    made: list[Order] = []
    for _ in range(COUNTER_SALES):
        day = next_working(FIRST_DAY + timedelta(days=chance.whole(0, (LAST_DAY - FIRST_DAY).days - 14)))
        product = chance.pick([p for p in products() if p.is_sold(day)])
        made.append(Order("", day, None, "M04", (line(product, Decimal(chance.whole(1, 12)), 0, day),)))
    return made


def return_of(chance: Chance, order: Order) -> Order | None:
    """A return of part of the order's first line, unnumbered; None when it would fall after the last day."""
    day = days_after(order.ordered_on, chance.whole(5, 30))
    if day > LAST_DAY:
        return None
    first = order.lines[0]
    qty = -max(Decimal(1), rounded(first.qty * Decimal(chance.pick(("0.1", "0.2", "0.5", "1"))), "1"))
    qty = max(qty, -first.qty)
    amount = rounded(qty * first.unit_price * (100 - first.discount_pct) / 100)
    return Order("", day, order.party, order.manager, (replace(first, qty=qty, amount=amount),))


def numbered(unnumbered: list[Order], prefix: str) -> list[Order]:
    """The orders by day, numbered without a gap; the same day goes by the customer's code."""
    rank = sorted(unnumbered, key=lambda order: (order.ordered_on, order.party.code if order.party else ""))
    return [replace(order, order_no=f"{prefix}-{number:06d}") for number, order in enumerate(rank, start=1)]


@cache
def orders() -> tuple[Order, ...]:
    """All orders, by day and number; a few hold the same line twice, and rightly so."""
    made = numbered([order for party in customers() for order in orders_of(party)] + counter_sales(), "УТ")
    return tuple(
        replace(order, lines=(*order.lines, order.lines[-1])) if place % REPEATED_LINE_EVERY == 0 else order
        for place, order in enumerate(made, start=1)
    )


@cache
def returns() -> tuple[Order, ...]:
    """All returns, by day and number."""
    chance = Chance("returns")
    sold = [order for order in orders() if order.party is not None and chance.happens(RETURN_SHARE)]
    return tuple(numbered([back for order in sold if (back := return_of(chance, order)) is not None], "ВЗ"))
