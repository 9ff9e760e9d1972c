"""Retention: how much rests on customers who come back, and what five points more of them would bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.reports.definition import Beside, Parameter, ParameterKind, Report, Story
from crmcli.reports.telling import anonymous_notes, as_of_note, coverage_note, window_note
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from crmcli.reports.telling import Figures

_TWO_YEARS = 730  # days, both ends counted

MEASURES = {  # what each word of the column measure counts; N_ marks them for the translators
    N_("customers"): Kind.COUNT,
    N_("repeat customers"): Kind.COUNT,
    N_("repeat rate"): Kind.SHARE,
    N_("window revenue"): Kind.MONEY,
    N_("existing revenue"): Kind.MONEY,
    N_("new revenue"): Kind.MONEY,
    N_("anonymous revenue"): Kind.MONEY,
    N_("other revenue"): Kind.MONEY,
    N_("existing share"): Kind.SHARE,
    N_("existing share identified"): Kind.SHARE,
    N_("buyers"): Kind.COUNT,
    N_("existing buyers"): Kind.COUNT,
    N_("new buyers"): Kind.COUNT,
    N_("occasions per buyer"): Kind.RATIO,
    N_("revenue per existing buyer"): Kind.MONEY,
    N_("revenue per new buyer"): Kind.MONEY,
    N_("buyers a year ago"): Kind.COUNT,
    N_("buyers kept"): Kind.COUNT,
    N_("yearly retention"): Kind.SHARE,
    N_("margin per buyer"): Kind.MONEY,
    N_("expected margin"): Kind.MONEY,
    N_("raised retention"): Kind.SHARE,
    N_("expected margin raised"): Kind.MONEY,
    N_("gain"): Kind.MONEY,
    N_("gain share"): Kind.SHARE,
}


def tell(figures: Figures) -> Story:
    """The share of regulars, and the worth of keeping more of them."""
    notes = (
        as_of_note(figures),
        window_note(figures),
        _("Existing: first purchase before the window; their share is of all its revenue, anonymous included."),
        _(
            "Yearly retention: of those who bought in the 365 days before the last 365 days, the share that bought in "
            "those. What-if: margin of the last 365 days (revenue where the cost of a line is unknown) carried "
            "on for three years at that retention, discounted at 15 % a year; no growth, no new customers."
        ),
        *_thin_notes(figures),
        coverage_note(figures),
        *anonymous_notes(figures),
    )
    return Story(_headline(figures), notes)


def _thin_notes(figures: Figures) -> tuple[str, ...]:
    """What a store that does not reach back far enough cannot tell."""
    first = figures["first_on"]
    if first is None or (figures["as_of"] - first).days + 1 >= _TWO_YEARS:
        return ()
    thin = _(
        "Thin: sales to customers are known from %(first)s on, less than two whole years; of the two years that yearly "
        "retention compares the earlier one is not whole, so take it and the what-if as a first guess."
    )
    notes = (thin % {"first": figures.date("first_on")},)
    if first < figures["window_first_on"]:
        return notes
    return (*notes, _("Thin: nothing is known of before the window, so everybody in it counts as new."))


def _headline(figures: Figures) -> str:
    if not figures["customers"]:
        return _("No customer has bought anything by that day; import orders: crmcli import run FILE --as orders")
    first = _(
        "%(repeat)s of customers have bought more than once; existing customers bring %(existing)s of revenue."
    ) % {
        "repeat": figures.share("repeat_rate"),
        "existing": figures.share("existing_share"),
    }
    if figures["r"] is None:
        return f"{first} {_('Yearly retention needs buyers from more than a year ago.')}"
    if figures["costed_lines"]:
        what_if = _("Raising yearly retention from %(r)s to %(raised)s would add %(gain)s of margin over three years.")
    else:
        what_if = _("Raising yearly retention from %(r)s to %(raised)s would add %(gain)s of revenue over three years.")
    second = what_if % {
        "r": figures.share("r"),
        "raised": figures.share("raised"),
        "gain": figures.whole_money("gain"),
    }
    return f"{first} {second}"


REPORT = Report(
    name="retention",
    subject="sales",
    title=N_("Retention"),
    question=N_(
        "How much of the business rests on customers who come back, and what would five points more retention bring?"
    ),
    columns=(
        Column("measure", N_("Measure"), Kind.LEVEL),
        Column("value", N_("Value"), Kind.FIGURE),
    ),
    parameters=(Parameter("window", ParameterKind.COUNT, 365, N_("Days to look back."), least=1),),
    empty=N_("No customer has bought anything by that day; import orders: crmcli import run FILE --as orders"),
    tell=tell,
    measures={word.replace(" ", "_"): kind for word, kind in MEASURES.items()},
    beside=(
        Beside(
            section="sources",
            title=N_("Where the revenue of the window came from"),
            columns=(
                Column("source", N_("Source"), Kind.LEVEL),
                Column("revenue", N_("Revenue"), Kind.MONEY, bar=True),
                Column("share", N_("Share"), Kind.SHARE),
            ),
            charts=(Chart(ChartKind.BARS, N_("Revenue by source"), "source", ("revenue",)),),
            totals={"revenue": "sum(revenue)", "share": "round(sum(share), 9)"},
        ),
    ),
)
