"""Prices out of the store: lists, rules and discounts as one book; articles and buyers as prices see them on a day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from crmcli.errors import NotFoundError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.rules.prices.book import Article, Buyer, Discount, PriceBook, PriceList, PriceRule, end_of
from crmcli.rules.prices.rings import category_path
from crmcli.rules.tree import way_up
from crmcli.store.connection import rows, scalar
from crmcli.store.seller import prices_include_tax

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    import duckdb

# By case-folded name of a segment the ids of the customers in it on the day of the prices.
Segments = Mapping[str, frozenset[int]]
NO_SEGMENTS: Segments = MappingProxyType({})
LIST_COLUMNS = (
    "name", "parent", "currency", "valid_from", "valid_to", "tax_included", "is_default", "qty_mode", "delivery_fee",
    "free_delivery_from", "note",
)  # fmt: skip
DISCOUNT_COLUMNS = ("discount_no", "kind", "threshold", "percent", "price_list", "valid_from", "valid_to", "active")
# Between the two of them stand the product and the customer, which the store keeps by id and a rule by code.
RULE_HEAD = ("rule_no", "price_list")
RULE_TAIL = (
    "category", "group", "segment", "qty_from", "qty_to", "valid_from", "valid_to", "base", "base_list", "price",
    "percent", "round_to", "round_direction", "surcharge", "floor_percent", "floor_price", "ceiling_price", "priority",
    "active", "note",
)  # fmt: skip
_ARTICLES = Path(__file__).with_name("pricing_articles.sql")
_WORDS = re.compile(r"[,;\s]+")


def load_book(con: duckdb.DuckDBPyConnection, on: dt.date) -> PriceBook:
    """All lists, rules and discounts; rules of other days too, so that `explain` can name them."""
    currency = scalar(con, "SELECT value FROM meta.settings WHERE key = 'base_currency'")
    return PriceBook(
        price_lists(con), price_rules(con), price_discounts(con), on, str(currency or ""), prices_include_tax(con)
    )


def price_lists(con: duckdb.DuckDBPyConnection) -> tuple[PriceList, ...]:
    """All price lists, by name."""
    found = rows(con, f"SELECT {_quoted(LIST_COLUMNS)} FROM price_lists ORDER BY name, id")
    return tuple(PriceList(**_ended(LIST_COLUMNS, row)) for row in found)


def price_rules(con: duckdb.DuckDBPyConnection) -> tuple[PriceRule, ...]:
    """All rules, by list and number; a product or customer that is not there any more shows as its id behind #."""
    found = rows(
        con,
        f"SELECT {_quoted(RULE_HEAD, 'r')}, coalesce(p.sku, '#' || r.product_id::VARCHAR), "
        f"coalesce(c.code, '#' || r.customer_id::VARCHAR), {_quoted(RULE_TAIL, 'r')} FROM price_rules AS r "
        "LEFT JOIN products AS p ON p.id = r.product_id LEFT JOIN contacts AS c ON c.id = r.customer_id "
        "ORDER BY r.price_list, length(r.rule_no), r.rule_no, r.id",
    )
    names = (*RULE_HEAD, "sku", "customer", *RULE_TAIL)
    return tuple(PriceRule(**_ended(names, row)) for row in found)


def price_discounts(con: duckdb.DuckDBPyConnection) -> tuple[Discount, ...]:
    """All discounts on baskets, by kind and threshold."""
    found = rows(
        con, f"SELECT {_quoted(DISCOUNT_COLUMNS)} FROM price_discounts ORDER BY kind, threshold, discount_no, id"
    )
    return tuple(Discount(**_ended(DISCOUNT_COLUMNS, row)) for row in found)


def load_articles(
    con: duckdb.DuckDBPyConnection, on: dt.date, skus: Collection[str] | None = None, *, refuse_rings: bool = True
) -> dict[str, Article]:
    """Products by sku with cost, list price and lowest competitor's price of that day; all of them, or those named.

    An sku that is not there is not in the answer.

    Args:
        con: The store.
        on: The day.
        skus: Products wanted; None: all.
        refuse_rings: Whether a category that lies inside itself is refused, or only has no parents.

    Raises:
        ConflictError: A category lies inside itself.
    """
    parents: Mapping[str, str | None] = category_parents(con)
    wanted = {"on": on, "every": skus is None, "skus": list(skus or ())}
    paths: dict[str | None, tuple[str, ...]] = {}
    articles: dict[str, Article] = {}
    for sku, name, unit, category, *rest in rows(con, _ARTICLES.read_text("utf-8"), wanted):
        if category not in paths:
            climb = category_path if refuse_rings else way_up
            paths[category] = climb(parents, category) if category else ()
        articles[sku] = Article(sku, name, unit, category, paths[category], *rest)
    return articles


def load_article(con: duckdb.DuckDBPyConnection, sku: str, on: dt.date) -> Article:
    """One product as prices see it.

    Raises:
        NotFoundError: There is none of that sku.
    """
    found = load_articles(con, on, [sku])
    if sku not in found:
        known = [str(name) for (name,) in rows(con, "SELECT sku FROM products ORDER BY sku")]
        raise NotFoundError(_("there is no product %(sku)s") % {"sku": sku}, nearest(sku, known))
    return found[sku]


def rule_segments(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of segments (or tags) that price rules are for, as written; switched-off rules too, to be told about."""
    sql = "SELECT DISTINCT segment FROM price_rules WHERE segment <> '' ORDER BY segment"
    return [str(name) for (name,) in rows(con, sql)]


def tags_in_use(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Every word that is a tag of some contact, case-folded."""
    found = rows(con, "SELECT DISTINCT tags FROM contacts WHERE tags <> ''")
    return frozenset(word for (tags,) in found for word in _tags(tags))


def load_buyer(con: duckdb.DuckDBPyConnection, code: str | None, segments: Segments = NO_SEGMENTS) -> Buyer:
    """A customer as prices see it; None: anyone.

    Args:
        con: The store.
        code: Of the contact.
        segments: Who is in the segments asked; the words of the contact's tags are segments besides.

    Raises:
        NotFoundError: There is no contact of that code.
    """
    if code is None:
        return Buyer()
    found = rows(con, 'SELECT code, name, "group", tags, price_list, region, id FROM contacts WHERE code = $1', [code])
    if not found:
        known = [str(name) for (name,) in rows(con, "SELECT code FROM contacts ORDER BY code")]
        raise NotFoundError(_("there is no customer %(code)s") % {"code": code}, nearest(code, known))
    return _buyer(found[0], segments)


def load_buyers(con: duckdb.DuckDBPyConnection, segments: Segments = NO_SEGMENTS) -> dict[str, Buyer]:
    """All contacts by code as prices see them; `segments` as of `load_buyer`."""
    found = rows(con, 'SELECT code, name, "group", tags, price_list, region, id FROM contacts ORDER BY code')
    return {row[0]: _buyer(row, segments) for row in found}


def load_loyalty_revenue(con: duckdb.DuckDBPyConnection, customer_id: int, on: dt.date) -> Decimal:
    """Counted revenue of a customer in the 365 days (on − 365, on], returns subtracted; base currency."""
    found = scalar(
        con,
        "SELECT coalesce(sum(net), 0) FROM order_lines "
        "WHERE customer_id = $1 AND counted AND ordered_on > cast($2 AS DATE) - 365 AND ordered_on <= $2",
        [customer_id, on],
    )
    return Decimal(found)


def category_parents(con: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    """Category → its parent; None: a root."""
    return {str(name): parent for name, parent in rows(con, "SELECT name, parent FROM categories ORDER BY name, id")}


def _buyer(row: tuple[object, ...], segments: Segments) -> Buyer:
    code, name, group, tags, price_list, region, number = row
    assert isinstance(number, int)
    own = frozenset({*_tags(tags), *(name for name, members in segments.items() if number in members)})
    return Buyer(
        str(code), str(name), _text(group), own, _text(price_list), _text(region), number, asked=frozenset(segments)
    )


def _ended(columns: tuple[str, ...], row: tuple[Any, ...]) -> dict[str, Any]:
    """A row by column; an end in a far century, as files have it, is none."""
    fields = dict(zip(columns, row, strict=True))
    return {**fields, "valid_to": end_of(fields["valid_to"])}


def _tags(value: object) -> list[str]:
    return [word.casefold() for word in _WORDS.split(str(value or "")) if word]


def _text(value: object) -> str | None:
    """A text, or None for an empty one too: a blank price list is no price list."""
    return str(value) if value else None


def _quoted(columns: tuple[str, ...], alias: str = "") -> str:
    lead = f"{alias}." if alias else ""
    return ", ".join(f'{lead}"{column}"' for column in columns)
