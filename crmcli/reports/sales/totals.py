"""Control totals: what the store holds, to compare with the books."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.reports.definition import Beside, Report, Story
from crmcli.reports.telling import anonymous_notes, as_of_note, coverage_note
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from crmcli.reports.telling import Figures

MEASURES = {  # what each word of the column measure counts; N_ marks them for the translators
    N_("lines"): Kind.COUNT,
    N_("orders"): Kind.COUNT,
    N_("returns"): Kind.COUNT,
    N_("revenue"): Kind.MONEY,
    N_("identified revenue"): Kind.MONEY,
    N_("anonymous lines"): Kind.COUNT,
    N_("anonymous revenue"): Kind.MONEY,
    N_("returned amount"): Kind.MONEY,
    N_("margin"): Kind.MONEY,
    N_("margin coverage"): Kind.SHARE,
    N_("customers"): Kind.COUNT,
    N_("prospects"): Kind.COUNT,
    N_("products"): Kind.COUNT,
    N_("invoices"): Kind.COUNT,
    N_("invoiced amount"): Kind.MONEY,
    N_("payments"): Kind.COUNT,
    N_("paid amount"): Kind.MONEY,
    N_("tickets"): Kind.COUNT,
    N_("open tickets"): Kind.COUNT,
    N_("interactions"): Kind.COUNT,
    N_("opportunities"): Kind.COUNT,
    N_("uncounted orders"): Kind.COUNT,
    N_("uncounted lines"): Kind.COUNT,
    N_("first day"): Kind.DATE,
    N_("last day"): Kind.DATE,
}


def tell(figures: Figures) -> Story:
    """How much was sold, to how many, between which days."""
    notes = (
        as_of_note(figures),
        _("Revenue is net of discounts and before tax; returns are taken off, and an order below zero is a return."),
        _("A prospect is any contact that has not bought by that day, suppliers and competitors included."),
        *anonymous_notes(figures),
        coverage_note(figures),
    )
    return Story(_headline(figures), notes)


def _headline(figures: Figures) -> str:
    if not figures["lines"]:
        return _("No counted order by %(as_of)s yet; import orders: crmcli import run FILE --as orders") % {
            "as_of": figures.date("as_of")
        }
    return _("%(revenue)s in %(orders)s orders from %(customers)s customers, %(first)s to %(last)s.") % {
        "revenue": figures.money("revenue"),
        "orders": figures.count("orders"),
        "customers": figures.count("customers"),
        "first": figures.date("first_on"),
        "last": figures.date("last_on"),
    }


REPORT = Report(
    name="totals",
    subject="sales",
    title=N_("Control totals"),
    question=N_("What does the store hold, and does it add up to the books?"),
    columns=(
        Column("measure", N_("Measure"), Kind.LEVEL),
        Column("value", N_("Value"), Kind.FIGURE),
    ),
    empty=N_("The store is empty; import orders: crmcli import run FILE --as orders"),
    tell=tell,
    measures={word.replace(" ", "_"): kind for word, kind in MEASURES.items()},
    beside=(
        Beside(
            section="months",
            title=N_("The last twelve months, and the year before"),
            columns=(
                Column("month", N_("Month"), Kind.CODE),
                Column("orders", N_("Orders"), Kind.COUNT),
                Column("customers", N_("Customers"), Kind.COUNT),
                Column("revenue", N_("Revenue"), Kind.MONEY, bar=True),
                Column("year_before", N_("A year before"), Kind.MONEY),
                Column("growth", N_("Growth"), Kind.SHARE),
            ),
            charts=(Chart(ChartKind.COLUMNS, N_("Revenue by month"), "month", ("revenue", "year_before")),),
            totals={
                "orders": "cast(sum(orders) AS BIGINT)",
                "revenue": "sum(revenue)",
                "year_before": "sum(year_before)",
            },
        ),
    ),
)
