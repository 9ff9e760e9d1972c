"""Control totals: what the store holds, to compare with the books."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.reports.definition import Report, Story
from crmcli.reports.telling import anonymous_notes, as_of_note, coverage_note
from crmcli.table import Column, Kind

if TYPE_CHECKING:
    from crmcli.reports.telling import Figures

MEASURES = (  # words of the column measure, for the translators
    N_("lines"),
    N_("orders"),
    N_("returns"),
    N_("revenue"),
    N_("identified revenue"),
    N_("anonymous lines"),
    N_("anonymous revenue"),
    N_("returned amount"),
    N_("margin"),
    N_("margin coverage"),
    N_("customers"),
    N_("prospects"),
    N_("products"),
    N_("invoices"),
    N_("invoiced amount"),
    N_("payments"),
    N_("paid amount"),
    N_("tickets"),
    N_("open tickets"),
    N_("interactions"),
    N_("opportunities"),
    N_("uncounted orders"),
    N_("uncounted lines"),
    N_("first day"),
    N_("last day"),
)


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
        Column("value", N_("Value"), Kind.TEXT),
    ),
    empty=N_("The store is empty; import orders: crmcli import run FILE --as orders"),
    tell=tell,
)
