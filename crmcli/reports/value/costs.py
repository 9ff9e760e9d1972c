"""Costs: what each cost activity charges, how much of its capacity is used, and what stays with the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.reports.definition import Report, Story
from crmcli.reports.telling import as_of_note
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from crmcli.reports.telling import Figures

# Words of the column state, for the translators: charged at its rate; no event of its driver; a pool whose period is not
# over; a period that has not begun; a driver nobody records; neither rate nor pool.
STATES = (N_("charged"), N_("unused"), N_("running"), N_("ahead"), N_("not recorded"), N_("without price"))


def tell(figures: Figures) -> Story:
    """How much of the cost customers carry, and what is paid for and not used."""
    notes = [
        as_of_note(figures),
        _(
            "The rate of a pool is pool ÷ practical capacity; where no capacity is stated, ÷ the volume of its period once "
            "that is over. Capacity that nobody used is shown and charged to nobody."
        ),
        _(
            "Anonymous: the part of what was charged that falls on sales without a customer; coverage: the rest of it ÷ all."
        ),
        _("A day of credit is the amount open on invoices × one day, at the yearly rate ÷ 365."),
    ]
    if figures["part_way"]:
        notes.append(
            _("A period that is not over counts with as much of pool and capacity as its days so far make up.")
        )
    if figures["silent"]:
        sentence = ngettext(
            "%(count)s activity charges nobody: see its state.",
            "%(count)s activities charge nobody: see their state.",
            figures["silent"],
        )
        notes.append(sentence % {"count": figures.count("silent")})
    if figures["overdrawn_count"]:
        sentence = ngettext(
            "%(count)s activity did more than its capacity, and charges %(amount)s more than its pool: check the capacity.",
            "%(count)s activities did more than their capacity, and charge %(amount)s more than their pools: check the capacity.",
            figures["overdrawn_count"],
        )
        notes.append(sentence % {"count": figures.count("overdrawn_count"), "amount": figures.whole_money("overdrawn")})
    return Story(_headline(figures), tuple(notes))


def _headline(figures: Figures) -> str:
    words = {
        "charged": figures.whole_money("charged"),
        "carried": figures.share("carried"),
        "unallocated": figures.whole_money("unallocated"),
    }
    if not figures["charged"]:
        return _("No cost activity charges anybody yet.")
    first = _("Serving customers has cost %(charged)s; named customers carry %(carried)s of all cost.") % words
    if not figures["unallocated"]:
        return first
    return f"{first} {_('%(unallocated)s paid for capacity that nobody used: it is charged to no customer.') % words}"


REPORT = Report(
    name="costs",
    subject="value",
    title=N_("Cost to serve by activity"),
    question=N_("What does serving customers cost, by activity, who carries it, and what is left unused?"),
    columns=(
        Column("activity", N_("Cost activity"), Kind.TEXT),
        Column("driver", N_("Driver"), Kind.CODE),
        Column("state", N_("State"), Kind.LEVEL, words=tuple(word.replace(" ", "_") for word in STATES)),
        Column("period_from", N_("From"), Kind.DATE),
        Column("period_to", N_("To"), Kind.DATE),
        Column("rate", N_("Rate"), Kind.MONEY),
        Column("pool", N_("Pool"), Kind.MONEY),
        Column("capacity", N_("Capacity"), Kind.QUANTITY),
        Column("volume", N_("Volume"), Kind.QUANTITY),
        Column("charged", N_("Charged"), Kind.MONEY, bar=True),
        Column("anonymous", N_("Of it anonymous"), Kind.MONEY),
        Column("unused_capacity", N_("Unused capacity"), Kind.QUANTITY),
        Column("unallocated", N_("Unallocated"), Kind.MONEY),
        Column("coverage", N_("Coverage"), Kind.SHARE),
    ),
    empty=N_(
        "No cost activities yet; add one: crmcli cost add NAME --driver DRIVER --rate N, "
        "or import them: crmcli import run FILE --as cost_activities"
    ),
    tell=tell,
    totals={"charged": "sum(charged)", "anonymous": "sum(anonymous)", "unallocated": "sum(unallocated)"},
    charts=(Chart(ChartKind.BARS, N_("Charged and left unallocated"), "activity", ("charged", "unallocated")),),
)
