"""Adoption: which customers took up a new product, how soon, and how many of those who buy its category."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import NotFoundError
from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.reports.definition import Beside, Parameter, ParameterKind, Report, Shape, Story
from crmcli.reports.sections import sections
from crmcli.reports.telling import as_of_note, window_note
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values
    from crmcli.reports.telling import Figures


def prepare(con: DuckDBPyConnection, values: Values) -> Values:
    """The product named, if one is.

    Raises:
        NotFoundError: There is no product of that SKU.
    """
    if values["product"] is None:
        return {"product_id": None}
    statements, named = sections("products", "adoption"), {"product": values["product"].strip()}
    found = con.execute(statements["product"], named).fetchall()
    if not found:
        closest = ", ".join(sku for (sku,) in con.execute(statements["closest"], named).fetchall())
        hint = _("closest: %(candidates)s") % {"candidates": closest}
        raise NotFoundError(
            _("there is no product %(sku)s") % {"sku": repr(named["product"])}, hint if closest else None
        )
    return {"product_id": found[0][0]}


def shape(con: DuckDBPyConnection, values: Values) -> Shape:
    """Always the same columns; a product named gets its curve."""
    del con
    charts = (_CURVE,) if values["product"] is not None else ()
    return Shape(_COLUMNS, sections("products", "adoption")["answer"], charts)


def tell(figures: Figures) -> Story:
    """Which new product caught on, and which nobody touched."""
    notes = [
        as_of_note(figures),
        window_note(figures),
        _(
            "New: launched in the window, or the product named; without a day of launch its first sale stands in for it."
        ),
        _(
            "Adoption share: adopters up to that one ÷ customers who bought the category in the window or adopted; a product "
            "nobody bought has one row without a customer. Sales without a customer count for nobody."
        ),
    ]
    if figures["early"]:
        notes.append(_("Days below zero: bought before the day of launch, as an advance order or with a wrong day."))
    if figures["thin"]:
        sentence = ngettext(
            "%(count)s product has fewer than ten customers who buy its category: its share says little.",
            "%(count)s products have fewer than ten customers who buy their category: their shares say little.",
            figures["thin"],
        )
        notes.append(sentence % {"count": figures.count("thin")})
    return Story(_headline(figures), tuple(notes))


def _headline(figures: Figures) -> str:
    words = {
        "products": figures.count("products"),
        "untouched": figures.count("untouched"),
        "best": figures["best"],
        "share": figures.share("best_share"),
        "adopters": figures.count("best_adopters"),
        "days": figures.days("days"),
    }
    if not figures["adoptions"]:
        return _("Nobody has bought any of the new products (%(products)s) yet.") % words
    if figures["products"] == 1:
        sentence = _("%(best)s has reached %(share)s of those who buy its category (%(adopters)s customers).")
        return f"{sentence % words} " + _("From launch to first purchase, half took %(days)s days or less.") % words
    first = _("%(best)s caught on best: %(share)s of those who buy its category (%(adopters)s customers).") % words
    second = _("From launch to first purchase, half took %(days)s days or less.") % words
    third = _("New products nobody bought: %(untouched)s of %(products)s.") % words if figures["untouched"] else ""
    return " ".join(part for part in (first, second, third) if part)


_COLUMNS = (
    Column("sku", N_("SKU"), Kind.CODE),
    Column("product", N_("Product"), Kind.TEXT),
    Column("category", N_("Category"), Kind.TEXT),
    Column("launched_on", N_("Launched"), Kind.DATE),
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("first_bought_on", N_("First bought"), Kind.DATE),
    Column("days_to_adopt", N_("Days to buy"), Kind.DAYS),
    Column("purchase_days", N_("Days bought"), Kind.COUNT),
    Column("revenue", N_("Revenue"), Kind.MONEY),
    Column("adopters", N_("Adopters"), Kind.COUNT),
    Column("category_customers", N_("Category customers"), Kind.COUNT),
    Column("adoption_share", N_("Adoption share"), Kind.SHARE, bar=True),
)
_CURVE = Chart(
    ChartKind.LINES, N_("Share of the category's customers reached"), "first_bought_on", ("adoption_share",), most=1000
)

REPORT = Report(
    name="adoption",
    subject="products",
    title=N_("Adoption of new products"),
    question=N_("Which customers took up a new product, how soon, and how many of those who buy its category?"),
    columns=_COLUMNS,
    parameters=(
        Parameter("window", ParameterKind.COUNT, 365, N_("Days to look back for launches."), least=1),
        Parameter("product", ParameterKind.TEXT, None, N_("SKU of a product, whenever it was launched.")),
    ),
    empty=N_(
        "No product was launched in the window; import launch dates with the products: crmcli import run FILE --as products"
    ),
    tell=tell,
    totals={"revenue": "sum(revenue)"},
    prepare=prepare,
    shape=shape,
    beside=(
        Beside(
            "summary",
            N_("By product"),
            (
                *_COLUMNS[:2],
                _COLUMNS[3],
                *_COLUMNS[10:],
                Column("days_to_adopt_median", N_("Median days"), Kind.DAYS),
                _COLUMNS[9],
            ),
            charts=(Chart(ChartKind.BARS, N_("Adoption share"), "product", ("adoption_share",)),),
        ),
    ),
)
