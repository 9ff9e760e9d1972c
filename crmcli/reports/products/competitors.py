"""Competitors: where our prices stand among theirs, product by product; stale prices are told apart and do not count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.reports.definition import Beside, Parameter, ParameterKind, Report, Shape, Story
from crmcli.reports.telling import as_of_note
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values
    from crmcli.reports.telling import Figures
    from crmcli.rules.prices.book import Buyer, PriceBook

POSITIONS = (N_("below"), N_("inside"), N_("above"))  # words of position, for the translators


def prepare(con: DuckDBPyConnection, values: Values) -> Values:
    """Our own price of each product, in `own_prices`: of the catalogue, of one customer, or of one price list.

    Raises:
        NotFoundError: There is no such customer or price list.
        UsageError: Both are named.
    """
    from crmcli.reports.sections import sections

    if values["for"] is None and values["price_list"] is None:
        con.execute(sections("products", "competitors")["own"])
        return {"own": "catalogue", "own_name": "", "tax_included": None, "unsettled": 0}
    from crmcli.store.prices.pricing import load_book

    book = load_book(con, values["as_of"])
    buyer, own, name = _buyer(con, book, values)
    return {"own": own, "own_name": name, **_decide_all(con, book, buyer, values["as_of"])}


def _buyer(con: DuckDBPyConnection, book: PriceBook, values: Values) -> tuple[Buyer, str, str]:
    """Who asks: the customer named, or anyone with the price list named."""
    from crmcli.errors import NotFoundError, UsageError
    from crmcli.language import nearest
    from crmcli.reports.lookup import find_party
    from crmcli.reports.segments.membership import priced_buyer
    from crmcli.rules.prices.book import Buyer

    if values["for"] is not None and values["price_list"] is not None:
        raise UsageError(_("say --for or --price-list, not both: a customer has a price list"))
    if values["for"] is not None:
        party = find_party(con, values["for"])
        return priced_buyer(con, party.code, values["as_of"]), "customer", party.name
    wanted, names = values["price_list"].strip(), [one.name for one in book.lists]
    found = [name for name in names if name == wanted] or [n for n in names if n.casefold() == wanted.casefold()]
    if len(found) != 1:
        hint = nearest(wanted, names) or ", ".join(names[:12]) or None
        raise NotFoundError(_("there is no price list %(name)s") % {"name": wanted}, hint)
    return Buyer(price_list=found[0]), "price_list", found[0]


def _decide_all(con: DuckDBPyConnection, book: PriceBook, buyer: Buyer, on: dt.date) -> dict[str, Any]:
    """Prices of one unit of every product that competitors sell too; those in another currency are left out."""
    from decimal import Decimal

    from crmcli.errors import ConflictError
    from crmcli.rules.prices.pricing import decide
    from crmcli.store.prices.pricing import load_articles

    watched = {sku for (sku,) in con.execute(
        "SELECT p.sku FROM products AS p SEMI JOIN competitor_prices AS c ON c.product_id = p.id"
    ).fetchall()}  # fmt: skip
    ids: list[int | None] = []
    prices: list[str] = []
    unsettled, tax_included = 0, None
    for article in load_articles(con, on).values():
        if article.sku not in watched:
            continue
        try:
            found = decide(book, article, buyer, qty=Decimal(1), on=on)
        except ConflictError:
            unsettled += 1
            continue
        tax_included = found.tax_included if found.asked_list is not None else tax_included
        if found.price is not None and found.currency in ("", book.currency):
            ids.append(article.id)
            prices.append(str(found.price))
        unsettled += found.currency not in ("", book.currency)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE own_prices AS SELECT unnest($ids::INTEGER[]) AS product_id, "
        "unnest($prices::VARCHAR[])::DECIMAL(38, 4) AS price",
        {"ids": ids, "prices": prices},
    )
    return {"tax_included": tax_included, "unsettled": unsettled}


def tell(figures: Figures) -> Story:
    """How we stand, how it was counted, and what is too old or too little to say."""
    notes = [
        as_of_note(figures),
        _own_note(figures),
        _tax_note(figures),
        _(
            "Of each competitor the latest price counts, unless it was seen more than %(stale)s days ago: such prices are "
            "stale, counted in their column and left out of all others but the newest day. Gap: our price against the lowest."
        )
        % {"stale": figures.count("stale")},
    ]
    for name, remark in _remarks().items():
        if figures[name]:
            notes.append(remark(figures[name]) % {"count": figures.count(name)})
    return Story(_headline(figures), tuple(notes))


def _remarks() -> dict[str, Callable[[int], str]]:
    """What to say of what is missing or thin: figure → sentence for a number."""
    return {
        "only_stale": lambda n: ngettext(
            "%(count)s product has stale prices alone and takes no position: look again.",
            "%(count)s products have stale prices alone and take no position: look again.",
            n,
        ),
        "single": lambda n: ngettext(
            "%(count)s position rests on a single competitor: thin.",
            "%(count)s positions rest on a single competitor: thin.",
            n,
        ),
        "unpriced": lambda n: ngettext(
            "%(count)s product has no price of ours to compare.",
            "%(count)s products have no price of ours to compare.",
            n,
        ),
        "unsettled": lambda n: ngettext(
            "%(count)s price is in another currency or its rules contradict each other: crmcli pricelist check.",
            "%(count)s prices are in another currency or their rules contradict each other: crmcli pricelist check.",
            n,
        ),
        "unwatched": lambda n: ngettext(
            "Of %(count)s product on sale no competitor's price is known; it is not listed.",
            "Of %(count)s products on sale no competitor's price is known; they are not listed.",
            n,
        ),
    }


def _own_note(figures: Figures) -> str:
    words = {"name": figures["own_name"]}
    if figures["own"] == "customer":
        return _("Our price: what %(name)s pays for one unit that day. Retired products are left out.") % words
    if figures["own"] == "price_list":
        return _("Our price: that of the price list %(name)s for one unit. Retired products are left out.") % words
    return _("Our price: the list price of the catalogue. Retired products are left out.")


def _tax_note(figures: Figures) -> str:
    if figures["tax_included"] is None:
        return _(
            "Prices are compared as they stand: note competitors' prices with tax if yours are with tax, else without."
        )
    if figures["tax_included"]:
        return _("These prices of ours include tax; competitors' prices are compared as noted, so note them with tax.")
    return _(
        "These prices of ours are without tax; competitors' prices are compared as noted, so note them without tax."
    )


def _headline(figures: Figures) -> str:
    if not figures["compared"]:
        return _("Nothing can be compared: every competitor's price is stale, or ours is unknown.")
    words = {name: figures.count(name) for name in ("compared", "below", "inside", "above")}
    sentence = ngettext(
        "%(compared)s product compared: %(above)s above all competitors, %(inside)s inside, %(below)s below all.",
        "%(compared)s products compared: %(above)s above all competitors, %(inside)s inside, %(below)s below all.",
        figures["compared"],
    )
    told = sentence % words
    if figures["weighted_gap"] is None:
        return told
    dearer = figures["weighted_gap"] >= 0
    template = (
        _("By what was sold in 365 days our prices are %(gap)s above the lowest of competitors.")
        if dearer
        else _("By what was sold in 365 days our prices are %(gap)s below the lowest of competitors.")
    )
    return f"{told} " + template % {"gap": _share(abs(figures["weighted_gap"]))}


def _share(value: float) -> str:
    from crmcli.numbers import cell

    return cell(value, Kind.SHARE)


_COLUMNS = (
    Column("sku", N_("SKU"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("category", N_("Category"), Kind.TEXT),
    Column("price", N_("Our price"), Kind.MONEY),
    Column("position", N_("Our place"), Kind.LEVEL, words=POSITIONS),
    Column("gap", N_("Gap"), Kind.SHARE),
    Column("lowest", N_("Lowest"), Kind.MONEY),
    Column("median", N_("Median"), Kind.MONEY),
    Column("highest", N_("Highest"), Kind.MONEY),
    Column("competitors", N_("Competitors"), Kind.COUNT),
    Column("cheapest", N_("Cheapest"), Kind.TEXT),
    Column("newest_on", N_("Newest"), Kind.DATE),
    Column("stale", N_("Stale"), Kind.COUNT),
    Column("revenue", N_("Revenue, 365 days"), Kind.MONEY),
)
_CHARTS = (Chart(ChartKind.BARS, N_("Gap to the lowest competitor"), "name", ("gap",)),)


def shape(con: DuckDBPyConnection, values: Values) -> Shape:
    """The usual form; it can be made only once `own_prices` is there."""
    del con, values
    from crmcli.reports.sections import sections

    return Shape(_COLUMNS, sections("products", "competitors")["answer"], _CHARTS)


REPORT = Report(
    name="competitors",
    subject="products",
    title=N_("Prices among competitors"),
    question=N_("Where do our prices stand among those of competitors: below, inside or above?"),
    columns=_COLUMNS,
    parameters=(
        Parameter("stale", ParameterKind.COUNT, 90, N_("Days after which a competitor's price is stale."), least=1),
        Parameter("for", ParameterKind.TEXT, None, N_("Compare the prices that this customer pays.")),
        Parameter("price_list", ParameterKind.TEXT, None, N_("Compare the prices of this price list.")),
    ),
    empty=N_(
        "No competitor's price is known for a product on sale; note one: crmcli competitor price add COMPETITOR SKU PRICE, "
        "or take a file in: crmcli import run FILE --as competitor_prices"
    ),
    tell=tell,
    totals={"competitors": "sum(competitors)", "stale": "sum(stale)", "revenue": "sum(revenue)"},
    prepare=prepare,
    shape=shape,
    charts=_CHARTS,
    beside=(
        Beside(
            "categories",
            N_("By category"),
            (
                Column("category", N_("Category"), Kind.TEXT),
                Column("products", N_("Compared"), Kind.COUNT),
                Column("below", N_("Below"), Kind.COUNT),
                Column("inside", N_("Inside"), Kind.COUNT),
                Column("above", N_("Above"), Kind.COUNT),
                Column("gap", N_("Median gap"), Kind.SHARE),
                Column("revenue", N_("Revenue, 365 days"), Kind.MONEY),
            ),
            totals={
                "products": "sum(products)",
                "below": "sum(below)",
                "inside": "sum(inside)",
                "above": "sum(above)",
                "revenue": "sum(revenue)",
            },
        ),
    ),
)
