"""Prices of competitors for our products, noted by hand; a price of the same day replaces the one noted before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.store.catalogue.products import find_product
from crmcli.store.connection import rows
from crmcli.store.journal import Step, begin, finish

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    import duckdb


@dataclass(frozen=True, slots=True)
class SeenPrice:
    """What a competitor asked for one unit of our product on a day, in the store's currency."""

    competitor: str
    sku: str
    price: Decimal
    seen_on: dt.date
    source: str | None = None


def seen_prices(
    con: duckdb.DuckDBPyConnection, *, competitor: str | None = None, sku: str | None = None
) -> list[tuple[str, str, str, Decimal, dt.date, str | None]]:
    """(competitor, sku, name of the product, price, day, source), newest first; of one competitor or product only.

    Raises:
        NotFoundError: There is no such product.
    """
    product = find_product(con, sku)[0] if sku is not None else None
    return rows(
        con,
        "SELECT t.competitor, p.sku, p.name, t.price, t.seen_on, t.source FROM competitor_prices AS t "
        "JOIN products AS p ON p.id = t.product_id WHERE ($1 IS NULL OR lower(t.competitor) = lower($1)) "
        "AND ($2 IS NULL OR t.product_id = $2::INTEGER) ORDER BY t.seen_on DESC, p.sku, t.price, t.competitor",
        [competitor, product],
    )


def competitor_names(con: duckdb.DuckDBPyConnection) -> list[str]:
    """All competitors prices are known of."""
    return [str(name) for (name,) in rows(con, "SELECT DISTINCT competitor FROM competitor_prices ORDER BY ALL")]


def note_price(con: duckdb.DuckDBPyConnection, seen: SeenPrice, *, now: dt.datetime, command: str) -> Step | None:
    """Write a price as one step; None: it was noted so already. Call inside a transaction.

    Raises:
        UsageError: No competitor, a price that is none, or a day to come.
        NotFoundError: There is no such product.
    """
    if not seen.competitor.strip():
        raise UsageError(_("say whose price it is"))
    if seen.price <= 0:
        raise UsageError(_("a competitor's price must be more than zero"))
    if seen.seen_on > now.date():
        raise UsageError(_("a price cannot have been seen on a day to come"))
    product, _product = find_product(con, seen.sku)
    known = rows(
        con,
        "SELECT id, price, source FROM competitor_prices WHERE competitor = $1 AND product_id = $2 AND seen_on = $3",
        [seen.competitor, product, seen.seen_on],
    )
    if known and known[0][1:] == (seen.price, seen.source):
        return None
    writer = begin(con)
    if known:
        writer.change("competitor_prices", ("price", "source"), [(known[0][0], seen.price, seen.source)])
    else:
        columns = ("competitor", "product_id", "price", "seen_on", "source")
        writer.add("competitor_prices", columns, [(seen.competitor, product, seen.price, seen.seen_on, seen.source)])
    return finish(writer, now=now, kind="competitor", command=command)
