"""What all quotes of one day are made with: prices, products, options and the seller's own rules, read once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from crmcli.rules.option_limits import ProductOption
from crmcli.rules.options import effective
from crmcli.rules.prices.pricing import Article, Buyer, PriceBook
from crmcli.rules.quotes.pricing import Counter, settle_terms
from crmcli.rules.totals import TaxMode
from crmcli.store.connection import rows
from crmcli.store.prices.pricing import (
    NO_SEGMENTS,
    Segments,
    load_articles,
    load_book,
    load_buyer,
    load_loyalty_revenue,
)
from crmcli.store.quotes.baskets.reading import Companion, companions
from crmcli.store.seller import load_details

if TYPE_CHECKING:
    import duckdb

VALID_DAYS = 14
_HUNDRED = Decimal(100)


@dataclass(slots=True)
class Shop:
    """The day's prices and everything beside them; articles are read as they are asked for.

    Args:
        on: The day.
        book: Price lists, rules and discounts.
        details: The seller's.
        options: Of all products and categories.
        segments: Who is in the segments that price rules are for, on the day.
    """

    con: duckdb.DuckDBPyConnection
    on: dt.date
    book: PriceBook
    details: dict[str, str]
    options: tuple[ProductOption, ...]
    segments: Segments = field(default_factory=lambda: NO_SEGMENTS)
    _articles: dict[str, Article] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set)
    _companions: dict[tuple[str, ...], tuple[Companion, ...]] = field(default_factory=dict)

    @property
    def tax_mode(self) -> str:
        """Where tax is rounded unless told otherwise."""
        told = self.details.get("tax_mode", "").strip().lower()
        return told if told in set(TaxMode) else TaxMode.LINE

    @property
    def valid_days(self) -> int:
        """How long quotes hold unless told otherwise."""
        told = self.details.get("quote_valid_days", "").strip()
        return int(told) if told.isascii() and told.isdigit() and len(told) < 5 else VALID_DAYS

    @property
    def min_margin_percent(self) -> Decimal | None:
        """The least margin of a line, as a percentage of its net; None: none is asked for."""
        return self._percent("min_margin_percent")

    @property
    def prices_include_tax(self) -> bool:
        """Whether prices of the catalogue, asked where there is no price list, include tax."""
        return self.details.get("prices_include_tax") == "yes"

    def terms(self, language: str) -> str | None:
        """What stands below the totals unless told otherwise."""
        return self.details.get(f"quote_terms_{language}") or self.details.get("quote_terms")

    def buyer(self, code: str) -> Buyer:
        """A customer as prices see it."""
        return load_buyer(self.con, code, self.segments)

    def counter(self, buyer: Buyer, skus: Sequence[str], currency: str | None) -> Counter:
        """Where a buyer's prices of these products (and of their successors) are asked.

        Raises:
            ConflictError: His price list is not there.
        """
        self._read(skus)
        self._read([one.successor for one in self._articles.values() if not one.active and one.successor])
        articles = self._articles
        known = (
            {sku: effective(self.options, sku, one.category_path) for sku, one in articles.items()}
            if self.options
            else {}
        )
        return Counter(
            self.book,
            buyer,
            settle_terms(self.book, buyer, currency=currency, tax_included=self.prices_include_tax),
            articles,
            known,
            self.min_margin_percent,
        )

    def companions_of(self, skus: Sequence[str]) -> tuple[Companion, ...]:
        """What goes with a basket; the same basket of many customers is asked once."""
        key = tuple(sorted(set(skus)))
        if key not in self._companions:
            self._companions[key] = companions(self.con, key, self.on)
        return self._companions[key]

    def loyalty(self, buyer: Buyer) -> Decimal | None:
        """Revenue of the year before, where any discount asks for it."""
        if buyer.id is None or all(one.kind != "loyalty" for one in self.book.discounts):
            return None
        return load_loyalty_revenue(self.con, buyer.id, self.on)

    def _percent(self, key: str) -> Decimal | None:
        """A detail that is a percentage below 100; None: it is not set, or no such number."""
        try:
            told = Decimal(self.details.get(key, "").strip().rstrip("% ").replace(",", "."))
        except InvalidOperation:
            return None
        return told if told.is_finite() and 0 <= told < _HUNDRED else None

    def _read(self, skus: Sequence[str]) -> None:
        fresh = set(skus) - self._asked
        if fresh:
            self._articles |= load_articles(self.con, self.on, sorted(fresh))
            self._asked |= fresh


def open_shop(con: duckdb.DuckDBPyConnection, on: dt.date, segments: Segments = NO_SEGMENTS) -> Shop:
    """Read what quotes of a day are made with; who is in which segment that day only the caller can ask."""
    return Shop(con, on, load_book(con, on), load_details(con), _options(con), segments)


def _options(con: duckdb.DuckDBPyConnection) -> tuple[ProductOption, ...]:
    found = rows(
        con,
        "SELECT o.name, o.value, o.charge, o.amount, o.minimum, o.maximum, o.step, o.category, p.sku "
        "FROM product_options AS o LEFT JOIN products AS p ON p.id = o.product_id ORDER BY o.id",
    )
    return tuple(ProductOption(*row) for row in found)
