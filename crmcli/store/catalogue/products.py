"""Products: looked up, added and changed as undoable steps; a chain of successors never comes round."""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from typing import TYPE_CHECKING, Any

from crmcli.errors import ConflictError, NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.rules.tickets.warranty import MOST_MONTHS
from crmcli.rules.tree import ring, way_up
from crmcli.store.connection import rows
from crmcli.store.journal import Step, begin, finish

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from decimal import Decimal

    import duckdb

_COLUMNS = (
    "sku", "name", "category", "unit", "price", "cost", "tax_rate", "launched_on", "successor", "active", "warranty_months",
)  # fmt: skip
_SUGGESTED = 5_000  # SKUs a mistyped one is compared with


@dataclass(frozen=True, slots=True)
class Product:
    """One product; its fields are the columns of the table, in their order there.

    Args:
        price, cost: List price, and what it costs before its first dated cost; in the store's currency.
        tax_rate: Percent.
        successor: SKU of what replaces it.
        active: None: nobody has said, and it counts as active.
        warranty_months: From the delivery; None: nothing is promised.
    """

    sku: str
    name: str
    category: str | None = None
    unit: str | None = None
    price: Decimal | None = None
    cost: Decimal | None = None
    tax_rate: Decimal | None = None
    launched_on: dt.date | None = None
    successor: str | None = None
    active: bool | None = None
    warranty_months: int | None = None


def find_product(con: duckdb.DuckDBPyConnection, sku: str) -> tuple[int, Product]:
    """The product of an SKU, in any letter case where only one is so written; with its id.

    Raises:
        NotFoundError: There is none; with the nearest.
        ConflictError: Only the letter case tells several apart.
    """
    names = ", ".join(f'"{column}"' for column in _COLUMNS)
    found = rows(con, f"SELECT id, {names} FROM products WHERE sku = $1", [sku])
    found = found or rows(con, f"SELECT id, {names} FROM products WHERE lower(sku) = lower($1) ORDER BY sku", [sku])
    if len(found) > 1:
        skus = ", ".join(str(row[1]) for row in found)
        raise ConflictError(_("several products are called %(sku)s but for the letter case") % {"sku": sku}, skus)
    if not found:
        known = [str(name) for (name,) in rows(con, f"SELECT sku FROM products ORDER BY sku LIMIT {_SUGGESTED}")]
        hint = nearest(sku, known) or _("All products: crmcli product list")
        raise NotFoundError(_("there is no product %(sku)s") % {"sku": sku}, hint)
    return int(found[0][0]), Product(*found[0][1:])


def require_sound(product: Product) -> None:
    """Refuse a product without SKU or name, an amount below zero, or a tax that is no percentage.

    Raises:
        UsageError: Which of these.
    """
    if not product.sku.strip() or not product.name.strip():
        raise UsageError(_("a product needs an SKU and a name"))
    if any(amount is not None and amount < 0 for amount in (product.price, product.cost)):
        raise UsageError(_("a price or cost cannot be below zero"))
    if product.tax_rate is not None and not 0 <= product.tax_rate <= 100:
        raise UsageError(_("a tax rate lies between 0 and 100 percent"))
    if product.warranty_months is not None and not 0 <= product.warranty_months <= MOST_MONTHS:
        raise UsageError(_("a warranty lasts from 0 to %(most)s months") % {"most": MOST_MONTHS})


def add_product(con: duckdb.DuckDBPyConnection, product: Product, *, now: dt.datetime, command: str) -> Step:
    """Write a new product as one step. Call inside a transaction.

    Raises:
        UsageError: It is not sound.
        ConflictError: There is one of that SKU, also in another letter case; or its successor would come round to it.
        NotFoundError: Its successor is not there.
    """
    require_sound(product)
    taken = rows(con, "SELECT sku FROM products WHERE lower(sku) = lower($1)", [product.sku])
    if taken:
        hint = _("To change it: crmcli product edit SKU")
        raise ConflictError(_("there is a product %(sku)s already") % {"sku": taken[0][0]}, hint)
    _require_no_ring(con, product)
    writer = begin(con)
    writer.add("products", _COLUMNS, [astuple(product)])
    return finish(writer, now=now, kind="product", command=command)


def edit_product(
    con: duckdb.DuckDBPyConnection, sku: str, changes: Mapping[str, Any], *, now: dt.datetime, command: str
) -> tuple[Step | None, Product, Product]:
    """Change fields of a product as one step; returns the step (None: it was so already), and it before and after.

    Raises:
        NotFoundError: There is no such product, or its successor is not there.
        UsageError: It would not be sound, or a new SKU is asked for.
        ConflictError: Its successors would come round to it.
    """
    number, before = find_product(con, sku)
    after = replace(before, **changes)
    if after.sku != before.sku:
        raise UsageError(_("an SKU stays as it is: add the other product and name it as the successor"))
    require_sound(after)
    _require_no_ring(con, after)
    if after == before:
        return None, before, after
    writer = begin(con)
    changed = [column for column in _COLUMNS if getattr(before, column) != getattr(after, column)]
    writer.change("products", changed, [(number, *(getattr(after, column) for column in changed))])
    return finish(writer, now=now, kind="product", command=command), before, after


def successors(con: duckdb.DuckDBPyConnection, sku: str) -> tuple[str, ...]:
    """A product, what replaced it, and so on to the last of the chain."""
    return way_up(_successor_of(con), sku)


def _successor_of(con: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    return dict(rows(con, "SELECT sku, successor FROM products WHERE successor IS NOT NULL"))


def _require_no_ring(con: duckdb.DuckDBPyConnection, product: Product) -> None:
    """The successor is there, and nothing that replaces it is replaced by this product."""
    if product.successor is None:
        return
    if product.successor != product.sku:
        find_product(con, product.successor)
    if found := ring({**_successor_of(con), product.sku: product.successor}, product.sku):
        chain = " → ".join(found)
        raise ConflictError(_("the successors would come round: %(chain)s") % {"chain": chain})
