"""What the firm sells: prices of the last quarter, costs known for most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from sample_data.firm.categories import CATEGORIES, Category
from sample_data.firm.chance import Chance, rounded

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Product:
    """One product. Price and cost are roubles per unit in the last quarter; cost None is not known."""

    sku: str
    name: str
    category: str
    unit: str
    price: Decimal
    cost: Decimal | None
    pack: int
    launched_on: date | None = None
    retired_on: date | None = None
    successor: str | None = None

    def is_sold(self, day: date) -> bool:
        """True when the product is in the range on that day."""
        return (self.launched_on or day) <= day and (self.retired_on is None or day < self.retired_on)


COLOURS = ("", " серый", " чёрный")
LAUNCHED = (date(2025, 2, 3), date(2025, 9, 1), date(2026, 2, 2), date(2026, 4, 13))
RETIRED = (date(2024, 9, 2), date(2025, 3, 3), date(2025, 9, 1))

# Places in the range, counted from 0, of products that are out of the ordinary.
WITHOUT_COST = range(7, 1000, 13)
AT_A_LOSS = range(11, 1000, 40)
LATECOMERS = range(5, 1000, 19)
REPLACED = range(3, 1000, 53)


def cost_of(chance: Chance, place: int, price: Decimal) -> Decimal | None:
    """What the product costs the firm: unknown for one in thirteen, above the price for one in forty."""
    if place in WITHOUT_COST:
        return None
    share = chance.between(1.02, 1.08) if place in AT_A_LOSS else chance.between(0.62, 0.84)
    return rounded(price * rounded(share, "0.0001"))


def product(chance: Chance, category: Category, number: int, place: int) -> Product:
    """The product at a place of the range; number is its place within the category, from 0."""
    colour, size = divmod(number, len(category.sizes))
    step = (category.high / category.low) ** (size / (len(category.sizes) - 1))
    price = rounded(chance.around(category.low * step, 0.12), "0.1")
    sku = f"{CATEGORIES.index(category) + 1:02d}{number + 1:04d}"
    name = f"{category.stem} {category.sizes[size]}{COLOURS[colour]}"
    cost = cost_of(chance, place, price)
    launched_on = LAUNCHED[place // 19 % len(LAUNCHED)] if place in LATECOMERS else None
    retired = place in REPLACED and number + 1 < len(category.sizes)
    return Product(
        sku,
        name,
        category.name,
        category.unit,
        price,
        cost,
        category.pack,
        launched_on,
        RETIRED[place // 53 % len(RETIRED)] if retired else None,
        f"{CATEGORIES.index(category) + 1:02d}{number + 2:04d}" if retired else None,
    )


@cache
def products() -> tuple[Product, ...]:
    """The whole range, by sku. Skus are text: most begin with a zero."""
    chance = Chance("products")
    places = [
        (category, number)
        for category in CATEGORIES
        for number in range(len(category.sizes) * (2 if category.unit == "м" else 1))
    ]
    return tuple(product(chance, category, number, place) for place, (category, number) in enumerate(places))


@cache
def by_category() -> dict[str, tuple[Product, ...]]:
    """Category → its products, in order of sku."""
    return {c.name: tuple(p for p in products() if p.category == c.name) for c in CATEGORIES}
