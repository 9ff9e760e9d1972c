"""Prices of many products for one customer as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli import numbers
from crmcli.cli.prices.tables import unit_price
from crmcli.errors import NotFoundError
from crmcli.language import N_, nearest, ngettext
from crmcli.language import gettext as _
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from crmcli.rules.prices.pricing import Article, Buyer, Decision, PriceBook
    from crmcli.table import Row

_COLUMNS = (
    Column("sku", N_("SKU"), Kind.CODE),
    Column("product", N_("Product"), Kind.TEXT),
    Column("unit", N_("Unit"), Kind.TEXT),
    Column("list_price", N_("List price"), Kind.FIGURE),
    Column("price", N_("Price"), Kind.FIGURE),
    Column("change", N_("Against list price"), Kind.SHARE),
    Column("rule", N_("Rule"), Kind.CODE),
    Column("price_list", N_("Price list"), Kind.TEXT),
    Column("floor_price", N_("Floor"), Kind.FIGURE),
    Column("cost", N_("Cost"), Kind.FIGURE),
)


def require_all(skus: Sequence[str], articles: Mapping[str, Article]) -> None:
    """Refuse a product that is not there.

    Raises:
        NotFoundError: One of the products named is not there.
    """
    for sku in skus:
        if sku not in articles:
            raise NotFoundError(_("there is no product %(sku)s") % {"sku": sku}, nearest(sku, list(articles)))


def listed(
    book: PriceBook, articles: Sequence[Article], buyer: Buyer, *, qty: Decimal, on: dt.date, limit: int | None
) -> Table:
    """Price of each article, with the rule that made it."""
    from crmcli.rules.prices.pricing import decide

    found = [(article, decide(book, article, buyer, qty=qty, on=on)) for article in articles]
    unpriced = sum(decision.price is None for _article, decision in found)
    ruled = sum(decision.rule_no is not None for _article, decision in found)
    rows = [_row(article, decision) for article, decision in found[:limit]]
    who = f"{buyer.code} {buyer.name}".strip() or _("anyone")
    title = _("Prices for %(who)s · %(qty)s of each · on %(on)s") % {
        "who": who, "qty": numbers.cell(qty, Kind.QUANTITY), "on": numbers.cell(on, Kind.DATE)
    }  # fmt: skip
    headline = ngettext(
        "%(ruled)s of %(count)s product is priced by a rule, %(unpriced)s has no price at all.",
        "%(ruled)s of %(count)s products are priced by a rule, %(unpriced)s have no price at all.",
        len(found),
    ) % {"ruled": ruled, "count": len(found), "unpriced": unpriced}
    notes = (_("Why a price is what it is: crmcli price explain --sku SKU"), *_tax_note(found))
    return Table(
        "prices", title, _COLUMNS, ListRows(rows), headline=headline if found else None, notes=notes if found else (),
        empty=_("No product is active there"), total_rows=len(found) if limit is not None and limit < len(found) else None,
    )  # fmt: skip


def _tax_note(found: Sequence[tuple[Article, Decision]]) -> tuple[str, ...]:
    if not found or not found[0][1].currency:
        return ()
    one = found[0][1]
    words = _("Prices are in %(currency)s, with tax.") if one.tax_included else _("Prices are in %(currency)s, without tax.")  # fmt: skip
    return (words % {"currency": one.currency},)


def _row(article: Article, one: Decision) -> Row:
    change = None
    if one.price is not None and one.list_price:
        change = float(one.price / one.list_price - 1)
    return (
        article.sku, article.name, article.unit or None, unit_price(one.list_price, one.currency),
        unit_price(one.price, one.currency), change, one.rule_no, one.price_list, unit_price(one.floor_price, one.currency),
        unit_price(article.cost, one.currency),
    )  # fmt: skip
