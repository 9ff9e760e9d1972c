"""Efficiency: the effort each customer takes, what comes of it, and who costs more than they bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.reports.definition import Beside, Parameter, ParameterKind, Report, Story
from crmcli.reports.telling import as_of_note, window_note
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from crmcli.reports.telling import Figures

OUTCOMES = (N_("won"), N_("lost"), N_("open"))  # words of outcome


def tell(figures: Figures) -> Story:
    """How many cost more than they bring, and how much of the effort they take."""
    notes = [
        as_of_note(figures),
        window_note(figures),
        _(
            "Effort cost is the cost to serve by cost activities; contribution is margin less that. Costliest customers first."
        ),
        _never_paid_note(figures),
        *_never_paying_notes(figures),
    ]
    if figures["cost_to_serve"] is None:
        notes.append(_("No cost activity holds in the window: what effort costs is unknown. Add some: crmcli cost add"))
    if figures["interactions"] is None:
        notes.append(_("No contacts are recorded yet; import them: crmcli import run FILE --as interactions"))
    elif figures["without_minutes"]:
        sentence = ngettext(
            "%(count)s contact has no minutes of record: minutes are those of the others.",
            "%(count)s contacts have no minutes of record: minutes are those of the others.",
            figures["without_minutes"],
        )
        notes.append(sentence % {"count": figures.count("without_minutes")})
    if not figures["with_deals"]:
        notes.append(_("No deals are recorded yet: orders are counted, what was lost before an order is unknown."))
    notes.extend(_deal_notes(figures))
    if figures["unknown"]:
        sentence = ngettext(
            "%(count)s has no line of known cost: whether it earns is unknown.",
            "%(count)s have no line of known cost: whether they earn is unknown.",
            figures["unknown"],
        )
        notes.append(sentence % {"count": figures.count("unknown")})
    return Story(_headline(figures), tuple(notes))


def _deal_notes(figures: Figures) -> tuple[str, ...]:
    """How much of the effort went into deals that were lost, and whose effort counts for which deal."""
    if not figures["with_deals"]:
        return ()
    rule = _(
        "Effort of a deal: contacts noted for it, and an equal part of the customer's other contacts on each day it was open "
        "among its deals open that day; by its outcome, deals closed in the window with all their effort, open ones so far."
    )
    if figures["lost_effort"] is None:
        return (rule,)
    told = {
        "cost": _("%(share)s of the cost of contacts with deals closed in the window went into deals that were lost."),
        "minutes": _("%(share)s of the minutes spent on deals closed in the window went into deals that were lost."),
        "interactions": _("%(share)s of the contacts for deals closed in the window went into deals that were lost."),
    }
    return (told[figures["effort_measure"]] % {"share": figures.share("lost_effort")}, rule)


def _never_paid_note(figures: Figures) -> str:
    if figures["invoices"]:
        return _(
            "Never paid: deals lost, orders cancelled and invoices past due without any payment, as a share of these and of "
            "the invoices paid in whole or in part."
        )
    return _("Never paid: deals lost ÷ deals won or lost; there are no invoices to see payments by.")


def _never_paying_notes(figures: Figures) -> tuple[str, ...]:
    if not figures["never_paying"]:
        return ()
    sentence = ngettext(
        "Of %(count)s customer nothing came to payment in the window: the first by cost stand below.",
        "Of %(count)s customers nothing came to payment in the window: the first by cost stand below.",
        figures["never_paying"],
    )
    return (sentence % {"count": figures.count("never_paying")},)


def _headline(figures: Figures) -> str:
    words = {
        "parties": figures.count("parties"),
        "costly": figures.count("costly"),
        "total": figures.whole_money("costly_total"),
        "effort": figures.share("costly_effort"),
    }
    if figures["cost_to_serve"] is None:
        return (
            _("%(parties)s customers took effort, but what it costs is unknown: nobody can be called too costly yet.")
            % words
        )
    if not figures["costly"]:
        return _("None of %(parties)s customers is known to cost more than they bring.") % words
    sentence = ngettext(
        "%(costly)s of %(parties)s customers costs more than they bring: %(total)s, with %(effort)s of the effort cost.",
        "%(costly)s of %(parties)s customers cost more than they bring: %(total)s, with %(effort)s of the effort cost.",
        figures["costly"],
    )
    return sentence % words


REPORT = Report(
    name="efficiency",
    subject="value",
    title=N_("Deal efficiency"),
    question=N_("What effort does each customer take, what comes of it, and who costs more than they bring?"),
    columns=(
        Column("customer", N_("Customer"), Kind.CODE),
        Column("name", N_("Name"), Kind.TEXT),
        Column("interactions", N_("Contacts"), Kind.COUNT),
        Column("minutes", N_("Minutes"), Kind.QUANTITY),
        Column("deals_opened", N_("Deals opened"), Kind.COUNT),
        Column("deals_won", N_("Won"), Kind.COUNT),
        Column("deals_lost", N_("Lost"), Kind.COUNT),
        Column("orders", N_("Orders"), Kind.COUNT),
        Column("orders_per_interaction", N_("Orders a contact"), Kind.RATIO),
        Column("never_paid_share", N_("Never paid"), Kind.SHARE),
        Column("revenue", N_("Revenue"), Kind.MONEY),
        Column("margin", N_("Margin"), Kind.MONEY),
        Column("cost_to_serve", N_("Effort cost"), Kind.MONEY),
        Column("cost_per_order", N_("Cost an order"), Kind.MONEY),
        Column("contribution", N_("Contribution"), Kind.MONEY, bar=True),
    ),
    parameters=(Parameter("window", ParameterKind.COUNT, 365, N_("Days to look back."), least=1),),
    empty=N_(
        "Nothing happened with any customer in the window; import orders or contacts: "
        "crmcli import run FILE --as interactions"
    ),
    tell=tell,
    totals={
        **{
            name: f"sum({name})"
            for name in (
                "interactions",
                "minutes",
                "deals_opened",
                "deals_won",
                "deals_lost",
                "orders",
                "revenue",
                "margin",
                "cost_to_serve",
            )
        },
        "orders_per_interaction": "round(cast(sum(orders) / nullif(sum(interactions), 0) AS DOUBLE), 12)",
        "cost_per_order": "cast(sum(cost_to_serve) / nullif(sum(orders), 0) AS DECIMAL(38, 4))",
        "contribution": "sum(margin) - coalesce(sum(cost_to_serve), 0)",
    },
    charts=(Chart(ChartKind.BARS, N_("Contribution of the costliest"), "name", ("contribution",)),),
    beside=(
        Beside(
            "deals",
            N_("Effort by what came of the deal"),
            (
                Column("outcome", N_("Outcome"), Kind.LEVEL, words=OUTCOMES, toned=False),
                Column("deals", N_("Deals"), Kind.COUNT),
                Column("amount", N_("Amount"), Kind.MONEY),
                Column("interactions", N_("Contacts"), Kind.QUANTITY),
                Column("minutes", N_("Minutes"), Kind.QUANTITY),
                Column("cost", N_("Cost"), Kind.MONEY),
                Column("interactions_per_deal", N_("Contacts a deal"), Kind.QUANTITY),
                Column("minutes_per_deal", N_("Minutes a deal"), Kind.QUANTITY),
                Column("cost_per_deal", N_("Cost a deal"), Kind.MONEY),
                Column("effort_share", N_("Share of effort"), Kind.SHARE, bar=True),
            ),
        ),
        Beside(
            "unpaid",
            N_("Customers whose deals never reached payment"),
            (
                Column("customer", N_("Customer"), Kind.CODE),
                Column("name", N_("Name"), Kind.TEXT),
                Column("deals_lost", N_("Lost"), Kind.COUNT),
                Column("interactions", N_("Contacts"), Kind.COUNT),
                Column("minutes", N_("Minutes"), Kind.QUANTITY),
                Column("cost_to_serve", N_("Effort cost"), Kind.MONEY, bar=True),
            ),
        ),
    ),
)
