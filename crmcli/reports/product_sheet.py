"""One product on one screen, as a list of small tables: what it is, prices, costs, packs, options, successors, rivals, sales.

Machine formats: "product" (field, value), "prices" (one row a price list), "cost_history", "packs", "options", "successors",
"competitors" (the latest price of each), "sold" (the last 365 days), "sales" (last five lines). Tables without a row are
left out, "product" never.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crmcli.errors import CrmError
from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.metrics import catalogue
from crmcli.numbers import cell, money
from crmcli.reports.card import WHO
from crmcli.reports.product_list import CHAIN, successor_chain
from crmcli.reports.sections import named, sections
from crmcli.rules.option_limits import allowed
from crmcli.rules.options import effective
from crmcli.rules.prices.book import Buyer
from crmcli.rules.prices.pricing import decide
from crmcli.store.catalogue.parts import load_options
from crmcli.store.catalogue.products import find_product
from crmcli.store.prices.pricing import load_article, load_book
from crmcli.table import Column, Figure, Kind, ListRows, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from duckdb import DuckDBPyConnection

    from crmcli.rules.prices.book import Article

PARTS: dict[str, tuple[str, tuple[Column, ...]]] = {
    "prices": (N_("Price lists, for one unit"), (
        Column("price_list", N_("Price list"), Kind.TEXT), Column("price", N_("Price"), Kind.MONEY),
        Column("currency", N_("Currency"), Kind.CODE), Column("tax_included", N_("Tax included"), Kind.LEVEL),
        Column("rule_no", N_("Rule"), Kind.CODE), Column("floor_price", N_("Floor"), Kind.MONEY),
    )),
    "cost_history": (N_("Cost history"), (
        Column("from_on", N_("From"), Kind.DATE), Column("cost", N_("Cost"), Kind.MONEY),
        Column("change_share", N_("Change"), Kind.SHARE), Column("source", N_("Source"), Kind.TEXT),
    )),
    "packs": (N_("Packs"), (
        Column("name", N_("Pack"), Kind.TEXT), Column("qty", N_("Units"), Kind.QUANTITY), Column("price", N_("List price"), Kind.MONEY),
    )),
    "options": (N_("Made-to-order options"), (
        Column("option", N_("Option"), Kind.TEXT), Column("value", N_("Allowed"), Kind.TEXT), Column("charge", N_("Charge"), Kind.LEVEL),
        Column("amount", N_("Amount"), Kind.QUANTITY), Column("holds_for", N_("Holds for"), Kind.TEXT),
    )),
    "successors": (N_("Successors"), CHAIN),
    "competitors": (N_("Competitors"), (
        Column("competitor", N_("Competitor"), Kind.TEXT), Column("price", N_("Price"), Kind.MONEY),
        Column("seen_on", N_("Seen"), Kind.DATE), Column("days", N_("Days ago"), Kind.DAYS),
        Column("gap", N_("List price against it"), Kind.SHARE), Column("source", N_("Source"), Kind.TEXT),
    )),
    "sold": (N_("Sold in 365 days"), (
        Column("qty", N_("Quantity"), Kind.QUANTITY), Column("revenue", N_("Revenue"), Kind.MONEY),
        Column("margin", N_("Margin"), Kind.MONEY), Column("margin_share", N_("Margin share"), Kind.SHARE),
        Column("customers", N_("Customers"), Kind.COUNT), Column("last_on", N_("Last sold"), Kind.DATE),
    )),
    "sales": (N_("Last sales"), (
        Column("order_no", N_("Order"), Kind.CODE), Column("ordered_on", N_("Ordered"), Kind.DATE),
        Column("customer", N_("Customer"), Kind.CODE), Column("name", N_("Name"), Kind.TEXT),
        Column("qty", N_("Quantity"), Kind.QUANTITY), Column("unit_price", N_("Price"), Kind.MONEY), Column("net", N_("Amount"), Kind.MONEY),
    )),
}  # fmt: skip


# fields of the first table, for the translators
FIELDS = (N_("category"), N_("unit"), N_("list price"), N_("cost"), N_("tax rate"), N_("launched on"), N_("active"),
          N_("successor"), N_("replaces"))  # fmt: skip


def product_sheet(con: DuckDBPyConnection, sku: str, *, as_of: dt.date, currency: str) -> list[Table]:
    """Everything about one product on one screen.

    Raises:
        NotFoundError: There is no such product.
    """
    number, product = find_product(con, sku)
    article = load_article(con, product.sku, as_of)
    statements = sections(".", "product_sheet")
    catalogue.install(con, "\n".join(statements.values()))
    year_before = as_of - dt.timedelta(days=365)
    values = {"product": number, "sku": product.sku, "as_of": as_of, "year_before": year_before}
    found = {
        name: con.execute(sql, named(sql, values)).fetchall() for name, sql in statements.items() if name != "listed"
    }
    found["cost_history"] = found.pop("costs")
    found["prices"] = _prices(con, article, as_of)
    found["options"] = _options(con, article)
    found["successors"] = list(successor_chain(con, product.sku, currency=currency).rows.fetch())[1:]
    tables = [_what(article, found, as_of, currency)]
    for name, (title, columns) in PARTS.items():
        if found[name]:
            tables.append(Table(name, _(title), columns, ListRows(found[name]), currency=currency))
    return tables


def _prices(con: DuckDBPyConnection, article: Article, on: dt.date) -> list[tuple[Any, ...]]:
    """What each price list asks for one unit; empty where its rules contradict each other."""
    book = load_book(con, on)
    listed: list[tuple[Any, ...]] = []
    for one in book.lists:
        try:
            found = decide(book, article, Buyer(price_list=one.name), qty=Decimal(1), on=on)
        except CrmError:
            listed.append((one.name, None, one.currency, one.tax_included, None, None))
            continue
        listed.append((one.name, found.price, found.currency, found.tax_included, found.rule_no, found.floor_price))
    return listed


def _options(con: DuckDBPyConnection, article: Article) -> list[tuple[Any, ...]]:
    return [
        (option.name, allowed([option]), option.charge, option.amount, option.sku or option.category)
        for option in effective(load_options(con), article.sku, article.category_path)
    ]


def _what(article: Article, found: Mapping[str, Sequence[Any]], as_of: dt.date, currency: str) -> Table:
    """What it is: fields that are filled."""

    def figure(value: Any, kind: Kind) -> Figure | None:
        return None if value is None else Figure(str(value), value, kind, currency)

    replaced = ", ".join(row[0] for row in found["replaces"])
    fields = [
        ("category", " › ".join(reversed(article.category_path)) or None),
        ("unit", article.unit or None),
        ("list_price", figure(article.list_price, Kind.MONEY)),
        ("cost", figure(article.cost, Kind.MONEY)),
        ("tax_rate", figure(article.tax_rate, Kind.QUANTITY)),
        ("launched_on", figure(article.launched_on, Kind.DATE)),
        ("active", Figure(str(article.active).lower(), article.active, Kind.LEVEL)),
        ("successor", article.successor),
        ("replaces", replaced or None),
    ]
    return Table(
        "product",
        f"{article.name} ({article.sku})",
        WHO,
        ListRows([(name, value) for name, value in fields if value is not None]),
        headline=_headline(article, found, currency),
        notes=(_("As of %(as_of)s: facts dated later are left out.") % {"as_of": cell(as_of, Kind.DATE)},),
        currency=currency,
    )


def _headline(article: Article, found: Mapping[str, Sequence[Any]], currency: str) -> str | None:
    """What the list price leaves, and how it stands among competitors."""
    if article.list_price is None:
        return _("No list price: crmcli product edit SKU --price N.")
    told = []
    if article.cost is None:
        told.append(_("Its cost is unknown, and so is its margin."))
    elif article.list_price < article.cost:
        told.append(_("The list price is below cost."))
    elif article.list_price:
        share = float((article.list_price - article.cost) / article.list_price)
        told.append(_("The list price leaves %(share)s over cost.") % {"share": cell(share, Kind.SHARE)})
    if found["competitors"]:
        name, lowest, seen_on, *_rest = found["competitors"][0]
        words = {"name": name, "day": cell(seen_on, Kind.DATE), "price": money(lowest, currency)}
        told.append(_("Lowest competitor: %(name)s at %(price)s, seen %(day)s.") % words)
    return " ".join(told) or None
