"""The list of products: what each is, costs and leaves; new and retired ones told apart."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.metrics import catalogue
from crmcli.numbers import cell
from crmcli.reports.conditions import order_clause, where_clause
from crmcli.reports.sections import named, sections
from crmcli.rules.tree import below
from crmcli.store.catalogue.categories import category_parents
from crmcli.store.catalogue.products import find_product, successors
from crmcli.store.connection import rows, scalar
from crmcli.store.stored import StoredRows
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection

NEW_DAYS = 90  # a product is new this long after its launch
COLUMNS = (
    Column("sku", N_("SKU"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("category", N_("Category"), Kind.TEXT),
    Column("unit", N_("Unit"), Kind.TEXT),
    Column("price", N_("List price"), Kind.MONEY),
    Column("cost", N_("Cost"), Kind.MONEY),
    Column("margin_share", N_("Margin share"), Kind.SHARE),
    Column("tax_rate", N_("Tax, %"), Kind.QUANTITY),
    Column("launched_on", N_("Launched"), Kind.DATE),
    Column("is_new", N_("New"), Kind.LEVEL),
    Column("successor", N_("Successor"), Kind.CODE),
    Column("active", N_("Active"), Kind.LEVEL),
)

CHAIN = (
    Column("sku", N_("SKU"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("price", N_("List price"), Kind.MONEY),
    Column("active", N_("Active"), Kind.LEVEL),
)


def product_list(
    con: DuckDBPyConnection,
    *,
    as_of: dt.date,
    currency: str,
    category: str | None = None,
    new_only: bool = False,
    where: Sequence[str] = (),
    sort: Sequence[str] = (),
    limit: int | None = None,
) -> Table:
    """All products, or those asked for; the rows stay in the database.

    Args:
        con: An open store.
        as_of: The day whose cost is shown.
        currency: ISO code of the amounts.
        category: Only this category and what lies under it.
        new_only: Only those launched in the last NEW_DAYS days.
        where: Conditions, as of reports.
        sort: Columns, as of reports.
        limit: The first rows only.

    Raises:
        UsageError: A condition or sort key that cannot be read.
    """
    sql = sections(".", "product_sheet")["listed"]
    catalogue.install(con, sql)
    values = {"as_of": as_of, "new_since": as_of - dt.timedelta(days=NEW_DAYS)}
    con.execute(f"CREATE OR REPLACE TEMP TABLE products_listed AS {sql}", named(sql, values))
    wanted, order = where_clause(where, COLUMNS), order_clause(sort, COLUMNS)
    condition = f"({wanted.sql})" + (" AND is_new" if new_only else "")
    if category is not None:
        _keep_categories(con, category)
        condition += " AND category IN (SELECT name FROM categories_wanted)"
    every = f"FROM products_listed WHERE {condition}"
    count = int(scalar(con, f"SELECT count(*) {every}", wanted.values))
    tail = f"{every} ORDER BY {order}{'' if limit is None else f' LIMIT {limit:d}'}"
    shown = count if limit is None else min(count, limit)
    return Table(
        "products",
        _("Products"),
        COLUMNS,
        StoredRows(con, COLUMNS, tail, wanted.values, shown, every),
        headline=_headline(con, every, wanted.values, count),
        notes=(_("Cost is the one in force on %(day)s; margin share is what of the list price is left over it.")
               % {"day": cell(as_of, Kind.DATE)},),
        empty=_("No product is like that; all of them: crmcli product list. To take some in: crmcli import run FILE"),
        currency=currency,
        total_rows=count,
    )  # fmt: skip


def successor_chain(con: DuckDBPyConnection, sku: str, *, currency: str) -> Table:
    """A product, what replaced it, and so on to the last.

    Raises:
        NotFoundError: There is no such product.
    """
    _number, product = find_product(con, sku)
    chain = []
    for name in successors(con, product.sku):
        row = rows(con, "SELECT sku, name, price, coalesce(active, true) FROM products WHERE sku = $1", [name])
        chain.append(row[0] if row else (name, None, None, None))
    last = chain[-1][0]
    headline = _("Now sold instead: %(sku)s.") % {"sku": last} if len(chain) > 1 else _("Nothing replaces it.")
    return Table("successors", _("Successors"), CHAIN, ListRows(chain), headline=headline, currency=currency)


def _keep_categories(con: DuckDBPyConnection, category: str) -> None:
    """Make `categories_wanted`: the category, in any letter case, with all under it."""
    parents = category_parents(con)
    known = {*parents, *(name for (name,) in rows(con, "SELECT DISTINCT category FROM products")), category} - {None}
    meant = {category} if category in parents else {n for n in known if n.casefold() == category.casefold()}
    con.execute("CREATE OR REPLACE TEMP TABLE categories_wanted (name VARCHAR)")
    con.executemany("INSERT INTO categories_wanted VALUES ($1)", [[name] for name in sorted(below(parents, meant))])


def _headline(con: DuckDBPyConnection, every: str, values: dict[str, object], count: int) -> str | None:
    """How many there are, and what is missing to price them."""
    if not count:
        return None
    terms = ("NOT active", "is_new", "price IS NULL", "cost IS NULL", "price < cost")
    filters = ", ".join(f"count(*) FILTER (WHERE {term})" for term in terms)
    retired, new, unpriced, uncosted, losing = rows(con, f"SELECT {filters} {every}", values)[0]
    told = [ngettext("%(count)s product", "%(count)s products", count) % {"count": cell(count, Kind.COUNT)}]
    for number, words in (
        (retired, _("retired: %(count)s")),
        (new, _("new: %(count)s")),
        (unpriced, _("without a price: %(count)s")),
        (uncosted, _("without a cost: %(count)s")),
        (losing, _("priced below cost: %(count)s")),
    ):
        if number:
            told.append(words % {"count": cell(number, Kind.COUNT)})
    return "; ".join(told) + "."
