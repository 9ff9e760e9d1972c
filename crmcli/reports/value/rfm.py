"""RFM: recency, frequency and monetary scores with the group they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.reports.definition import Beside, Report, Story
from crmcli.reports.telling import anonymous_notes, as_of_note
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from crmcli.reports.telling import Figures


GROUPS = (  # words of group, for the translators
    N_("champion"),
    N_("loyal"),
    N_("potential loyal"),
    N_("new"),
    N_("promising"),
    N_("need attention"),
    N_("about to sleep"),
    N_("at risk"),
    N_("cannot lose"),
    N_("hibernating"),
    N_("lost"),
)
GROUP_WORDS = tuple(word.replace(" ", "_") for word in GROUPS)
_GROUP_SHARES = ("customers_share", "monetary_share")


def tell(figures: Figures) -> Story:
    """Whom to cherish, whom to win back."""
    notes = (
        as_of_note(figures),
        _("Scores run from 1 (worst) to 5 by rank among all customers; equal values always score the same."),
        *anonymous_notes(figures),
    )
    return Story(f"{_champions(figures)} {_slipping(figures)}", notes)


def _champions(figures: Figures) -> str:
    if not figures["champions"]:
        return _("None of %(customers)s customers is a champion yet.") % {"customers": figures.count("customers")}
    if figures["champion_share"] is None:
        return _("%(count)s of %(customers)s customers are champions.") % {
            "count": figures.count("champions"),
            "customers": figures.count("customers"),
        }
    sentence = ngettext(
        "%(count)s champion of %(customers)s customers brings %(share)s of their revenue.",
        "%(count)s champions of %(customers)s customers bring %(share)s of their revenue.",
        figures["champions"],
    )
    return sentence % {
        "count": figures.count("champions"),
        "customers": figures.count("customers"),
        "share": figures.share("champion_share"),
    }


def _slipping(figures: Figures) -> str:
    if not figures["slipping"]:
        return _("No good customer is slipping away.")
    sentence = ngettext(
        "%(count)s good customer is slipping away (at risk, cannot lose), worth %(revenue)s so far.",
        "%(count)s good customers are slipping away (at risk, cannot lose), worth %(revenue)s so far.",
        figures["slipping"],
    )
    return sentence % {"count": figures.count("slipping"), "revenue": figures.whole_money("slipping_revenue")}


REPORT = Report(
    name="rfm",
    subject="value",
    title=N_("Customers by recency, frequency and money (RFM)"),
    question=N_("Who bought recently, often and for much, and which group does that make them?"),
    columns=(
        Column("customer", N_("Customer"), Kind.CODE),
        Column("name", N_("Name"), Kind.TEXT),
        Column("last_purchase_on", N_("Last purchase"), Kind.DATE),
        Column("recency_days", N_("Days ago"), Kind.DAYS),
        Column("frequency", N_("Purchases"), Kind.COUNT),
        Column("monetary", N_("Revenue"), Kind.MONEY, bar=True),
        Column("r", N_("R"), Kind.COUNT),
        Column("f", N_("F"), Kind.COUNT),
        Column("m", N_("M"), Kind.COUNT),
        Column("rfm", N_("RFM"), Kind.CODE),
        Column("group", N_("Group"), Kind.LEVEL, words=GROUP_WORDS),
    ),
    empty=N_("No customer has bought anything by that day; import orders: crmcli import run FILE --as orders"),
    tell=tell,
    totals={"frequency": "sum(frequency)", "monetary": "sum(monetary)"},
    beside=(
        Beside(
            section="groups",
            title=N_("Groups"),
            columns=(
                Column("group", N_("Group"), Kind.LEVEL, words=GROUP_WORDS),
                Column("customers", N_("Customers"), Kind.COUNT),
                Column("customers_share", N_("Share of customers"), Kind.SHARE),
                Column("monetary", N_("Revenue"), Kind.MONEY, bar=True),
                Column("monetary_share", N_("Share of revenue"), Kind.SHARE),
            ),
            charts=(Chart(ChartKind.BARS, N_("Share of customers and of revenue by group"), "group", _GROUP_SHARES),),
            totals={
                "customers": "cast(sum(customers) AS BIGINT)",
                "customers_share": "round(sum(customers_share), 9)",
                "monetary": "sum(monetary)",
                "monetary_share": "round(sum(monetary_share), 9)",
            },
        ),
    ),
)
