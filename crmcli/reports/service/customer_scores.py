"""The scorecard by customer: the same five factors from each customer's own facts, and their tier of the two pyramids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.metrics import catalogue
from crmcli.reports.definition import Beside, Shape, Story
from crmcli.reports.sections import named, sections
from crmcli.reports.telling import as_of_note, window_note
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values
    from crmcli.reports.telling import Figures

_FACTORS = ("response", "service", "quality", "time", "price")
_PRODUCT = ("availability", "value", "convenience", "trust", "none")
_RELATIONSHIP = (N_("satisfaction"), "constancy", "personalisation", "none")
COLUMNS = (
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("revenue", N_("Revenue"), Kind.MONEY),
    Column("response_level", N_("Response"), Kind.COUNT),
    Column("service_level", N_("Service"), Kind.COUNT),
    Column("quality_level", N_("Quality"), Kind.COUNT),
    Column("time_level", N_("Time"), Kind.COUNT),
    Column("price_level", N_("Price"), Kind.COUNT),
    Column("weakest", N_("Weakest"), Kind.LEVEL, words=_FACTORS),
    Column("response", N_("First answer, hours"), Kind.RATIO),
    Column("service", N_("Satisfaction"), Kind.RATIO),
    Column("reopened", N_("Tickets reopened"), Kind.SHARE),
    Column("quality", N_("Returned"), Kind.SHARE),
    Column("time", N_("In time"), Kind.SHARE),
    Column("price", N_("Price ratio"), Kind.RATIO),
    Column("basis", N_("Facts"), Kind.COUNT),
    Column("thin", N_("Thin"), Kind.COUNT),
    Column("product_tier", N_("Product tier"), Kind.LEVEL, words=_PRODUCT),
    Column("relationship_tier", N_("Relationship tier"), Kind.LEVEL, words=_RELATIONSHIP),
)
TIERS = Beside(
    "tiers",
    N_("Pyramids of loyalty, customers"),
    (
        Column("pyramid", N_("Pyramid"), Kind.LEVEL),
        Column("step", N_("Tier"), Kind.LEVEL),
        Column("known", N_("With data"), Kind.COUNT),
        Column("reached", N_("Holds"), Kind.COUNT),
        Column("share", N_("Share"), Kind.SHARE),
        Column("stand", N_("Stand there"), Kind.COUNT),
    ),
    charts=(Chart(ChartKind.BARS, N_("Customers for whom the tier holds"), "step", ("share",)),),
)


def keep(con: DuckDBPyConnection, values: Values) -> None:
    """Measure every customer once, graded by the table scorecard_bounds: tables scorecard_measures and scorecard_customers."""
    statements = sections("service", "scorecard_customers")
    catalogue.install(con, "\n".join(statements.values()))
    for table, sql in (
        ("scorecard_measures", statements["measures"]),
        ("scorecard_customers", statements["customers"]),
    ):
        con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {sql}", named(sql, values))


def shape() -> Shape:
    """One row a customer with any fact of the window."""
    statements = sections("service", "scorecard")
    return Shape(COLUMNS, statements["customers"], figures=statements["customer_figures"], beside=(TIERS,))


def tell(figures: Figures) -> Story:
    """How many are served badly in something, and in what most often."""
    notes = [
        as_of_note(figures),
        window_note(figures),
        _(
            "The factors are those of the whole firm (report scorecard), each from this customer's own tickets, messages, lines and "
            "prices; price weighs list prices by what the customer bought. Hours of work: %(hours)s."
        )
        % {"hours": figures["hours"]},
        _(
            "Tier: the highest of its pyramid that holds while none below it fails, one without data passed over. Availability, value, "
            "convenience, trust and satisfaction hold from level 4 of time, price, response, quality and service; constancy: bought in "
            "this window and the one before; personalisation: the firm got in touch of its own accord; of fusion there is no fact. Weakest: the lowest level, where it is below 4."
        ),
    ]
    if figures["ungraded"]:
        sentence = ngettext(
            "%(count)s customer bought or was met, but of no factor is there a fact in the window.",
            "%(count)s customers bought or were met, but of no factor is there a fact in the window.",
            figures["ungraded"],
        )
        notes.append(sentence % {"count": figures.count("ungraded")})
    if figures["thin"]:
        sentence = ngettext(
            "%(count)s customer has a level that rests on fewer than three facts (column thin says how many): a first sign, no more.",
            "%(count)s customers have a level that rests on fewer than three facts (column thin says how many): a first sign, no more.",
            figures["thin"],
        )
        notes.append(sentence % {"count": figures.count("thin")})
    return Story(_headline(figures), tuple(notes))


def _headline(figures: Figures) -> str:
    words = {
        "poor": figures.count("poor"),
        "customers": figures.count("customers"),
        "revenue": figures.whole_money("poor_revenue"),
    }
    if not figures["poor"]:
        return _("None of %(customers)s customers with facts stands at level 2 or below in anything.") % words
    sentence = ngettext(
        "%(poor)s of %(customers)s customers is served badly in something (level 2 or below); they bring %(revenue)s. Most often: %(factor)s.",
        "%(poor)s of %(customers)s customers are served badly in something (level 2 or below); they bring %(revenue)s. Most often: %(factor)s.",
        figures["poor"],
    )
    return sentence % {**words, "factor": _(figures["commonest"])}
