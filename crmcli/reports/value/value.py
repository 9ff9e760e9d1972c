"""Value: what each customer has been worth so far, margin less cost to serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.reports.definition import Report, Story
from crmcli.reports.telling import anonymous_notes, as_of_note, coverage_note
from crmcli.table import Column, Kind

if TYPE_CHECKING:
    from crmcli.reports.telling import Figures


def tell(figures: Figures) -> Story:
    """How concentrated the value is, and who costs more than they bring."""
    notes = [
        as_of_note(figures),
        coverage_note(figures),
        _("Share is of the revenue of all customers; realised value is margin less cost to serve."),
    ]
    if not figures["served"]:
        notes.append(_("No cost activities yet: cost to serve is unknown, and realised value is the margin alone."))
    if figures["idle_activities"]:
        sentence = ngettext(
            "%(count)s cost activity charges nobody: its driver is not recorded, or the period of its pool is not over.",
            "%(count)s cost activities charge nobody: their driver is not recorded, or the period of their pool is not over.",
            figures["idle_activities"],
        )
        notes.append(sentence % {"count": figures["idle_activities"]})
    unknown = figures["customers"] - figures["known"]
    if unknown:
        sentence = ngettext(
            "%(count)s customer has no line of known cost: value unknown.",
            "%(count)s customers have no line of known cost: value unknown.",
            unknown,
        )
        notes.append(sentence % {"count": unknown})
    return Story(_headline(figures), (*notes, *anonymous_notes(figures)))


def _headline(figures: Figures) -> str:
    if not figures["known"]:
        return _("Value is unknown: no cost of goods is known; the table ranks %(customers)s customers by revenue.") % {
            "customers": figures.count("customers")
        }
    words = {
        "total": figures.whole_money("realised"),
        "customers": figures.count("customers"),
        "top": figures.count("top"),
        "share": figures.share("top_share"),
    }
    if figures["top_share"] is None:
        return _("%(customers)s customers have cost more than they brought: %(total)s in all.") % words
    first = (
        _("%(customers)s customers have brought %(total)s; the best fifth (%(top)s) brought %(share)s of it.") % words
    )
    return first if not figures["costly"] else f"{first} {_costly(figures)}"


def _costly(figures: Figures) -> str:
    sentence = ngettext(
        "%(count)s customer cost more than they brought (%(total)s).",
        "%(count)s customers cost more than they brought (%(total)s).",
        figures["costly"],
    )
    return sentence % {"count": figures.count("costly"), "total": figures.whole_money("costly_total")}


REPORT = Report(
    name="value",
    subject="value",
    title=N_("Customer value to date"),
    question=N_("What has each customer been worth so far?"),
    columns=(
        Column("customer", N_("Customer"), Kind.CODE),
        Column("name", N_("Name"), Kind.TEXT),
        Column("occasions", N_("Purchases"), Kind.COUNT),
        Column("revenue", N_("Revenue"), Kind.MONEY),
        Column("share", N_("Share"), Kind.SHARE),
        Column("margin", N_("Margin"), Kind.MONEY),
        Column("cost_to_serve", N_("Cost to serve"), Kind.MONEY),
        Column("realised", N_("Realised value"), Kind.MONEY, bar=True),
    ),
    empty=N_("No customer has bought anything by that day; import orders: crmcli import run FILE --as orders"),
    tell=tell,
    totals={
        "occasions": "sum(occasions)",
        "revenue": "sum(revenue)",
        "share": "round(sum(share), 9)",
        "margin": "sum(margin)",
        "cost_to_serve": "sum(cost_to_serve)",
        "realised": "sum(realised)",
    },
)
