"""The usual basket of a customer, what goes with a basket, and new products: three questions to the orders."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from crmcli.numbers import rounded
from crmcli.store.connection import rows, scalar

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

OCCASIONS = 6  # looked at for the usual basket
THIN = 3  # occasions below which a usual basket is hardly usual
SINCE_DAYS = 730  # of orders that show what goes together
LEAST_ORDERS = 5
LEAST_LIFT = 1.5
NEW_DAYS = 90
CATEGORY_DAYS = 365
MOST = 3  # suggestions of each sort


@dataclass(frozen=True, slots=True)
class UsualItem:
    """A product bought on at least a third of the last occasions; qty is the median of the days it was bought."""

    sku: str
    qty: Decimal
    bought_on: int
    occasions: int


@dataclass(frozen=True, slots=True)
class Companion:
    """A product ordered together with one of the basket.

    Args:
        sku, qty: What, and the median quantity of an order that has it.
        beside_name: The product of the basket it goes with most.
        orders: Orders of two years that have both.
        share: Of the orders with the other, how many have this one too.
        lift: How many times more often than by chance.
    """

    sku: str
    qty: Decimal
    beside_name: str
    orders: int
    share: float
    lift: float


@dataclass(frozen=True, slots=True)
class Launched:
    """A product new in a category that the customer buys."""

    sku: str
    category: str
    launched_on: dt.date


def usual_basket(con: duckdb.DuckDBPyConnection, customer_id: int, on: dt.date) -> tuple[UsualItem, ...]:
    """What a customer buys on at least a third of his last six occasions, the most frequent first.

    Quantities are medians over the days it was bought; where all of them are whole the median is too, halves up.
    """
    found = _ask(con, "usual", customer=customer_id, on=on, occasions=OCCASIONS)
    return tuple(UsualItem(sku, _whole(qty, whole), days, of) for sku, qty, whole, days, of in found)


def has_bought(con: duckdb.DuckDBPyConnection, customer_id: int, on: dt.date) -> bool:
    """Whether a customer bought anything by a day."""
    sql = "SELECT count(*) FROM order_lines WHERE customer_id = $1 AND counted AND net > 0 AND ordered_on <= $2"
    return bool(scalar(con, sql, [customer_id, on]))


def companions(con: duckdb.DuckDBPyConnection, skus: Sequence[str], on: dt.date) -> tuple[Companion, ...]:
    """Products most above chance in orders with those named: two years, at least five orders with both, lift ≥ 1.5."""
    since = on - dt.timedelta(days=SINCE_DAYS)
    found = _ask(con, "together", skus=list(skus), since=since, on=on, least=LEAST_ORDERS, lift=LEAST_LIFT, most=MOST)
    return tuple(Companion(sku, _whole(qty, whole), *rest) for sku, qty, whole, *rest in found)


def launched(
    con: duckdb.DuckDBPyConnection, customer_id: int, on: dt.date, *, without: Sequence[str]
) -> tuple[Launched, ...]:
    """Products launched in the last 90 days in categories he bought from in a year, which he never bought."""
    since, after = on - dt.timedelta(days=CATEGORY_DAYS), on - dt.timedelta(days=NEW_DAYS)
    found = _ask(
        con, "launched", customer=customer_id, on=on, since=since, launched_after=after, skus=list(without), most=MOST
    )
    return tuple(Launched(*row) for row in found)


def _whole(qty: Decimal, is_whole: bool) -> Decimal:
    return max(rounded(qty, 0), Decimal(1)) if is_whole else qty


def _ask(con: duckdb.DuckDBPyConnection, name: str, **values: Any) -> list[tuple[Any, ...]]:
    return rows(con, _statement(name), values)


@cache
def _statement(name: str) -> str:
    return (files("crmcli.store.quotes") / "baskets" / f"{name}.sql").read_text("utf-8")
