"""Key accounts: how each of them does, who looks after them, and whether what was planned is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.reports.definition import Report, Story
from crmcli.reports.telling import as_of_note
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from crmcli.reports.telling import Figures


def tell(figures: Figures) -> Story:
    """How much hangs on the key accounts, and what is not in order with them."""
    notes = [
        as_of_note(figures),
        _(
            "Revenue, margin and class are of the last 365 days; change is against the 365 before; share is of all revenue of the "
            "firm. Score is of the day they came in."
        ),
        _(
            "Plan and level are of the plan that lives, of several the one begun last; steps are of all that live, and late when "
            "their day is past."
        ),
        _("In the last 365 days %(entered)s came in and %(gone)s left.")
        % {"entered": figures.count("entered"), "gone": figures.count("gone")},
    ]
    if figures["marginless"]:
        notes.append(
            _("The margin of %(count)s is not known: no cost of goods.") % {"count": figures.count("marginless")}
        )
    if figures["changeless"]:
        notes.append(
            _("%(count)s have no change: nothing was bought in the year before.")
            % {"count": figures.count("changeless")}
        )
    return Story(_headline(figures), tuple(notes))


def _headline(figures: Figures) -> str:
    sentence = ngettext(
        "%(count)s key account brings %(revenue)s a year",
        "%(count)s key accounts bring %(revenue)s a year",
        figures["accounts"],
    ) % {"count": figures.count("accounts"), "revenue": figures.whole_money("revenue")}
    if figures["share"] is not None:
        sentence += _(", %(share)s of all revenue") % {"share": figures.share("share")}
    troubles = [
        words % {"count": figures.count(name), "money": figures.whole_money("overdue")}
        for name, words in (
            ("falling", _("%(count)s buy a tenth less or worse")),
            ("overdue", _("%(money)s is overdue")),
            ("unmanaged", _("%(count)s have no manager")),
            ("unplanned", _("%(count)s have no plan")),
            ("behind", _("%(count)s have late steps")),
            ("silent", _("%(count)s had no contact for 30 days")),
        )
        if figures[name] > 0
    ]
    return f"{sentence}. " + (
        _("To look at: %(troubles)s.") % {"troubles": "; ".join(troubles)}
        if troubles
        else _("All is in order with them.")
    )


REPORT = Report(
    name="key-accounts",
    subject="keys",
    title=N_("Key accounts"),
    question=N_("How do the key accounts do, and is anybody looking after them?"),
    columns=(
        Column("customer", N_("Customer"), Kind.CODE),
        Column("name", N_("Name"), Kind.TEXT),
        Column("since", N_("Since"), Kind.DATE),
        Column("score", N_("Score"), Kind.RATIO),
        Column("class", N_("Class"), Kind.LEVEL, words=("A", "B", "C")),
        Column("manager", N_("Manager"), Kind.TEXT),
        Column("revenue_365", N_("Revenue"), Kind.MONEY, bar=True),
        Column("margin_365", N_("Margin"), Kind.MONEY),
        Column("change", N_("Change"), Kind.SHARE),
        Column("share", N_("Share"), Kind.SHARE),
        Column("open_amount", N_("Open"), Kind.MONEY),
        Column("overdue_amount", N_("Overdue"), Kind.MONEY),
        Column("open_tickets", N_("Open tickets"), Kind.COUNT),
        Column("last_contact_days", N_("Contact, days ago"), Kind.DAYS),
        Column("level", N_("Level"), Kind.LEVEL),
        Column("plan_no", N_("Plan"), Kind.CODE),
        Column("steps_done", N_("Steps done"), Kind.COUNT),
        Column("steps_late", N_("Steps late"), Kind.COUNT),
        Column("next_due_on", N_("Next step"), Kind.DATE),
    ),
    empty=N_(
        "Nobody is a key account on that day; import orders (crmcli import run FILE --as orders) and choose them: crmcli "
        "keyaccount select"
    ),
    tell=tell,
    totals={
        "revenue_365": "sum(revenue_365)",
        "margin_365": "sum(margin_365)",
        "share": "round(sum(share), 9)",
        "open_amount": "sum(open_amount)",
        "overdue_amount": "sum(overdue_amount)",
        "open_tickets": "sum(open_tickets)",
        "steps_done": "sum(steps_done)",
        "steps_late": "sum(steps_late)",
    },
    charts=(Chart(ChartKind.BARS, N_("Revenue of the key accounts"), "name", ("revenue_365",)),),
)
