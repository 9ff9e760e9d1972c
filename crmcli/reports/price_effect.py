"""What a change of price rules would have done to the sales of a year, before it is switched on.

Every line sold is priced twice, by the rules as they are and as they would be, on one day; what was really paid changes
in the same proportion, so that discounts given by hand and tax stay as they were. Quantities stay too, unless an
elasticity is told: then each is multiplied by (new price ÷ old price) ^ elasticity.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.metrics.catalogue import install
from crmcli.rules.prices.formula import EXACT
from crmcli.rules.prices.pricing import Article, Buyer, PriceBook, QtyMode, decide
from crmcli.store.connection import rows

if TYPE_CHECKING:
    import duckdb

WINDOW_DAYS = 365
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Sale:
    """Alike lines of one customer: what was bought, and the money of all of them together."""

    customer: str | None
    sku: str
    qty: Decimal
    net: Decimal
    costed_net: Decimal
    cost: Decimal


@dataclass(slots=True)
class Effect:
    """Money before and after; margins over what has a known cost only."""

    name: str = ""
    revenue: Decimal = _ZERO
    revenue_after: Decimal = _ZERO
    costed: Decimal = _ZERO
    costed_after: Decimal = _ZERO
    cost: Decimal = _ZERO
    cost_after: Decimal = _ZERO

    @property
    def margin(self) -> Decimal:
        """Before."""
        return self.costed - self.cost

    @property
    def margin_after(self) -> Decimal:
        """After."""
        return self.costed_after - self.cost_after

    def add(self, sale: Sale, change: _Change) -> None:
        """One sale more."""
        self.revenue += sale.net
        self.costed += sale.costed_net
        self.cost += sale.cost
        if change is _SAME:
            self.revenue_after += sale.net
            self.costed_after += sale.costed_net
            self.cost_after += sale.cost
            return
        self.revenue_after += EXACT.multiply(sale.net, change.money)
        self.costed_after += EXACT.multiply(sale.costed_net, change.money)
        self.cost_after += EXACT.multiply(sale.cost, change.quantity)


@dataclass(slots=True)
class Simulation:
    """A whole answer; customers and products are only those that the change touches."""

    total: Effect = field(default_factory=Effect)
    customers: dict[str | None, Effect] = field(default_factory=dict)
    products: dict[str, Effect] = field(default_factory=dict)
    unpriced: Decimal = _ZERO  # revenue of lines that neither or only one set of rules has a price for


@dataclass(frozen=True, slots=True)
class _Change:
    """By what a sale is multiplied."""

    money: Decimal = Decimal(1)
    quantity: Decimal = Decimal(1)
    is_known: bool = True


_SAME = _Change()
_UNKNOWN = _Change(is_known=False)


def sales_of(con: duckdb.DuckDBPyConnection, until: dt.date) -> list[Sale]:
    """Counted lines of the 365 days up to a day, alike ones together; returns are left out."""
    sql = Path(__file__).with_suffix(".sql").read_text("utf-8")
    install(con, sql)
    found = rows(con, sql, {"since": until - dt.timedelta(days=WINDOW_DAYS), "until": until})
    return [Sale(code, sku, qty, net, costed or _ZERO, cost or _ZERO) for code, sku, qty, net, costed, cost in found]


def simulate(
    before: PriceBook, after: PriceBook, sales: Iterable[Sale], *, articles: Mapping[str, Article],
    buyers: Mapping[str, Buyer], then: Callable[[Buyer], Buyer], elasticity: Decimal | None, on: dt.date,
) -> Simulation:  # fmt: skip
    """Sales as they were and as they would have been.

    Args:
        before: Rules as they are.
        after: Rules as they would be.
        sales: What was sold.
        articles: Of the store, by sku.
        buyers: Of the store, by code.
        then: A buyer after the change, who may have another list.
        elasticity: Of the quantity by the price, such as −1.2; None: quantities stay.
        on: The day whose rules, costs and list prices are used.

    Raises:
        ConflictError: Rules contradict each other.
    """
    old, new = _Pricer(before, on), _Pricer(after, on)
    concerned = _concerned(before, after, articles)
    found = Simulation()
    for sale in sales:
        buyer = buyers.get(sale.customer, _ANYONE) if sale.customer else _ANYONE
        later = then(buyer)
        change = _SAME
        if sale.sku in concerned or later is not buyer:
            article = articles[sale.sku]
            change = _change(old.price(article, buyer, sale.qty), new.price(article, later, sale.qty), elasticity)
        found.total.add(sale, change)
        if change is _UNKNOWN:
            found.unpriced += sale.net
        elif change is not _SAME:
            found.customers.setdefault(sale.customer, Effect(buyer.name)).add(sale, change)
            found.products.setdefault(sale.sku, Effect(articles[sale.sku].name)).add(sale, change)
    return found


_ANYONE = Buyer()


def _concerned(before: PriceBook, after: PriceBook, articles: Mapping[str, Article]) -> frozenset[str]:
    """Products that a rule which differs is about; whatever list it is in, it can change no other's price."""
    changed = set(before.rules) ^ set(after.rules)
    skus = {rule.sku for rule in changed if rule.sku}
    kinds = {rule.category for rule in changed if not rule.sku and rule.category}
    if any(not rule.sku and not rule.category for rule in changed):
        return frozenset(articles)
    return frozenset(sku for sku, one in articles.items() if sku in skus or not kinds.isdisjoint(one.category_path))


def _change(old: Decimal | None, new: Decimal | None, elasticity: Decimal | None) -> _Change:
    """Proportions of money and quantity."""
    if not old or new is None:
        return _SAME if old == new and old is not None else _UNKNOWN
    if new == old:
        return _SAME
    ratio = EXACT.divide(new, old)
    if elasticity is None:
        return _Change(ratio)
    quantity = Decimal(str(float(ratio) ** float(elasticity))) if ratio > 0 else Decimal(1)
    return _Change(EXACT.multiply(ratio, quantity), quantity)


class _Pricer:
    """Unit prices, each made once for all buyers alike and all quantities between two breaks."""

    __slots__ = ("begins", "book", "ends", "groups", "kinds", "known", "named", "on", "segments", "tiered")

    def __init__(self, book: PriceBook, on: dt.date) -> None:
        self.book, self.on = book, on
        active = [rule for rule in book.rules if rule.active]
        self.named = {rule.customer for rule in active}
        self.groups = {rule.group for rule in active}
        self.segments = {rule.segment.casefold() for rule in active if rule.segment}
        self.tiered = any(one.qty_mode == QtyMode.TIERED for one in book.lists)
        self.begins = sorted({rule.qty_from for rule in active if rule.qty_from is not None})
        self.ends = sorted({rule.qty_to for rule in active if rule.qty_to is not None})
        self.known: dict[tuple[str, int, object], Decimal | None] = {}
        self.kinds: dict[object, tuple[int, Buyer]] = {}

    def price(self, article: Article, buyer: Buyer, qty: Decimal) -> Decimal | None:
        """The unit price."""
        named = (buyer.code, buyer.price_list)
        found = self.kinds.get(named)
        if found is None:
            kind = self._kind(buyer)
            found = self.kinds.setdefault(kind, (len(self.kinds), kind))
            self.kinds[named] = found
        key = (article.sku, found[0], qty if self.tiered else self._place(qty))
        if key not in self.known:
            self.known[key] = decide(self.book, article, found[1], qty=qty, on=self.on).price
        return self.known[key]

    def _kind(self, buyer: Buyer) -> Buyer:
        """A buyer without anything that no rule asks for, so that thousands of them are one."""
        code = buyer.code if buyer.code in self.named or buyer.price_list not in self.book.by_name else ""
        group = buyer.group if buyer.group in self.groups else None
        return Buyer(code, "", group, buyer.segments & self.segments, buyer.price_list)

    def _place(self, qty: Decimal) -> tuple[int, int]:
        """How many breaks have begun at a quantity, and how many have ended before it."""
        return bisect_right(self.begins, qty), bisect_left(self.ends, qty)
