"""Churn: who is overdue against their own rhythm, the reasons in words, and the money at risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.reports.definition import Report, Story
from crmcli.reports.reasons import templates
from crmcli.reports.telling import anonymous_notes, as_of_note, coverage_note
from crmcli.table import Column, Kind

if TYPE_CHECKING:
    from crmcli.reports.telling import Figures

BANDS = (N_("high"), N_("medium"), N_("low"))  # words of band, for the translators


def tell(figures: Figures) -> Story:
    """Whom to call, for how much; and that no probability stands behind it yet."""
    notes = (
        as_of_note(figures),
        _(
            "No statistical model yet: p_alive and churn_risk are empty, and the band follows the overdue ratio alone "
            "(days since the last purchase ÷ expected gap): high above 3, medium above 1.5, else low."
        ),
        _(
            "Money at risk: margin of the last 365 days of customers in the bands high and medium, revenue where the "
            "cost of a line is unknown; nothing for the others."
        ),
        _(
            "Reasons compare the last 180 days with the 180 before (spend down by more than 20 %, for those expected "
            "every 90 days or sooner); prices and competitors are of the last 365 days."
        ),
        coverage_note(figures),
        *_rhythmless_notes(figures),
        *anonymous_notes(figures),
    )
    return Story(_headline(figures), notes)


def _headline(figures: Figures) -> str:
    overdue = figures["high"] + figures["medium"]
    if figures["rhythmless"] == figures["customers"]:
        return _("Nobody has bought twice yet, so no rhythm is known and nobody can be called overdue.")
    if not overdue:
        return _("Nobody of %(customers)s customers is overdue by more than half their rhythm.") % {
            "customers": figures.count("customers")
        }
    sentence = ngettext(
        "%(count)s of %(customers)s customers is overdue against their own rhythm; %(money)s a year is at risk "
        "(%(high_money)s with %(high)s in the band high). By rhythm alone: the statistical model is not there yet.",
        "%(count)s of %(customers)s customers are overdue against their own rhythm; %(money)s a year is at risk "
        "(%(high_money)s with %(high)s in the band high). By rhythm alone: the statistical model is not there yet.",
        overdue,
    )
    return sentence % {
        "count": overdue,
        "customers": figures.count("customers"),
        "money": figures.whole_money("at_risk"),
        "high": figures.count("high"),
        "high_money": figures.whole_money("high_at_risk"),
    }


def _rhythmless_notes(figures: Figures) -> tuple[str, ...]:
    if not figures["rhythmless"]:
        return ()
    return (
        _("The rhythm of %(count)s customers is unknown: band and money are empty.") % {"count": figures["rhythmless"]},
    )


REPORT = Report(
    name="churn",
    subject="value",
    title=N_("Customers who may be leaving"),
    question=N_("Who is overdue against their own rhythm, why, and how much money is at risk?"),
    columns=(
        Column("customer", N_("Customer"), Kind.CODE),
        Column("name", N_("Name"), Kind.TEXT),
        Column("last_purchase_on", N_("Last purchase"), Kind.DATE),
        Column("recency_days", N_("Days ago"), Kind.DAYS),
        Column("expected_gap", N_("Expected gap"), Kind.DAYS),
        Column("overdue_ratio", N_("Overdue ratio"), Kind.RATIO),
        Column("p_alive", N_("Still a customer"), Kind.SHARE),
        Column("churn_risk", N_("Churn risk"), Kind.SHARE),
        Column("band", N_("Band"), Kind.LEVEL),
        Column("money_at_risk", N_("Money at risk"), Kind.MONEY, bar=True),
        Column("reasons", N_("Reasons"), Kind.TEXT),
    ),
    empty=N_("No customer has bought anything by that day; import orders: crmcli import run FILE --as orders"),
    tell=tell,
    totals={"money_at_risk": "sum(money_at_risk)"},
    words=templates,  # the database words a hundred thousand reasons without a row passing through Python
)
