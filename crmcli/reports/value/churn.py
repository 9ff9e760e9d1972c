"""Churn: who will probably not buy again soon, the reasons in words, the money at risk, and how good that has been."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.reports.backtests import BACKTEST, BACKTEST_COLUMNS, CALIBRATION, backtest_notes
from crmcli.reports.definition import Beside, Parameter, ParameterKind, Report, Shape, Story
from crmcli.reports.explained import explained
from crmcli.reports.reasons import templates
from crmcli.reports.sections import sections
from crmcli.reports.telling import anonymous_notes, as_of_note, coverage_note
from crmcli.reports.value.churning import prepare
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values
    from crmcli.reports.telling import Figures

BANDS = (N_("high"), N_("medium"), N_("low"))  # words of band, for the translators
COLUMNS = (
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("last_purchase_on", N_("Last purchase"), Kind.DATE),
    Column("recency_days", N_("Days ago"), Kind.DAYS),
    Column("expected_gap", N_("Expected gap"), Kind.DAYS),
    Column("overdue_ratio", N_("Overdue ratio"), Kind.RATIO),
    Column("p_alive", N_("Still a customer"), Kind.SHARE),
    Column("churn_risk", N_("Churn risk"), Kind.SHARE),
    Column("band", N_("Band"), Kind.LEVEL, words=BANDS),
    Column("money_at_risk", N_("Money at risk"), Kind.MONEY, bar=True),
    Column("reasons", N_("Reasons"), Kind.TEXT),
)
BANDS_BESIDE = Beside(
    "bands",
    N_("Bands"),
    (
        Column("band", N_("Band"), Kind.LEVEL),
        Column("customers", N_("Customers"), Kind.COUNT),
        Column("share", N_("Share"), Kind.SHARE),
        Column("money_at_risk", N_("Money at risk"), Kind.MONEY, bar=True),
    ),
)


def shape(con: DuckDBPyConnection, values: Values) -> Shape:
    """The customers; or how one of them came to their figures; or the back-test alone."""
    del con
    if values["explain"] is not None:
        return explained(values["explained_kinds"])
    statements = sections("value", "churn")
    if values["backtest"]:
        return Shape(
            BACKTEST_COLUMNS,
            statements["backtest"],
            BACKTEST.charts,
            beside=(CALIBRATION,),
            figures=statements["tested"],
        )
    chart = Chart(ChartKind.BARS, N_("Money at risk"), "name", ("money_at_risk",), most=15)
    return Shape(COLUMNS, statements["answer"], (chart,))


def tell(figures: Figures) -> Story:
    """Whom to call, for how much; how it was computed, and how good such figures have been."""
    if figures["explain"] is not None:
        return Story(figures["explained_headline"], (as_of_note(figures),))
    if figures["backtest"]:
        return Story(figures["backtest_headline"], (as_of_note(figures), *backtest_notes(figures)))
    notes = (
        as_of_note(figures),
        *(_modelled_notes(figures) if figures["modelled"] else _rhythm_notes(figures)),
        *backtest_notes(figures),
        _(
            "Reasons compare the last 180 days with the 180 before (spend down by more than 20 %, for those expected "
            "every 90 days or sooner); prices and competitors are of the last 365 days."
        ),
        coverage_note(figures),
        *anonymous_notes(figures),
    )
    return Story(_headline(figures), notes)


def _modelled_notes(figures: Figures) -> tuple[str, ...]:
    return (
        _(
            "Churn risk: probability of no purchase in the next %(horizon)s days; still a customer: probability of not "
            "having left for good. %(model)s"
        )
        % {"horizon": figures.count("horizon"), "model": figures["model_sentence"]},
        *((figures["road_sentence"],) if figures["road_sentence"] else ()),
        _("Bands by churn risk: high from 80 %, medium from 50 %, else low."),
        _(
            "Money at risk: churn risk × margin of the last 365 days, revenue where the cost of a line is unknown; "
            "customers without sales in that time put nothing at risk."
        ),
    )


def _rhythm_notes(figures: Figures) -> tuple[str, ...]:
    unknown = (
        (
            _("The rhythm of %(count)s customers is unknown: band and money are empty.")
            % {"count": figures["rhythmless"]},
        )
        if figures["rhythmless"]
        else ()
    )
    return (
        figures["thin_sentence"],
        _(
            "Bands by the overdue ratio alone (days since the last purchase ÷ expected gap): high above 3, medium above "
            "1.5, else low."
        ),
        _(
            "Money at risk: margin of the last 365 days of customers in the bands high and medium, revenue where the "
            "cost of a line is unknown; nothing for the others."
        ),
        *unknown,
    )


def _headline(figures: Figures) -> str:
    words = {
        "customers": figures.count("customers"),
        "money": figures.whole_money("at_risk"),
        "high": figures.count("high"),
        "high_money": figures.whole_money("high_at_risk"),
    }
    if figures["modelled"]:
        silent = round(figures["expected_silent"])
        sentence = ngettext(
            "%(silent)s of %(customers)s customers will probably buy nothing in the next %(horizon)s days; %(money)s of "
            "a year's margin is at risk (%(high_money)s with %(high)s in the band high).",
            "%(silent)s of %(customers)s customers will probably buy nothing in the next %(horizon)s days; %(money)s of "
            "a year's margin is at risk (%(high_money)s with %(high)s in the band high).",
            silent,
        )
        return sentence % {**words, "silent": silent, "horizon": figures.count("horizon")}
    if figures["rhythmless"] == figures["customers"]:
        return _("Nobody has bought twice yet, so no rhythm is known and nobody can be called overdue.")
    overdue = figures["high"] + figures["medium"]
    if not overdue:
        return _("Nobody of %(customers)s customers is overdue by more than half their rhythm.") % words
    sentence = ngettext(
        "%(count)s of %(customers)s customers is overdue against their own rhythm; %(money)s a year is at risk "
        "(%(high_money)s with %(high)s in the band high). By rhythm alone: too little data for probabilities.",
        "%(count)s of %(customers)s customers are overdue against their own rhythm; %(money)s a year is at risk "
        "(%(high_money)s with %(high)s in the band high). By rhythm alone: too little data for probabilities.",
        overdue,
    )
    return sentence % {**words, "count": overdue}


REPORT = Report(
    name="churn",
    subject="value",
    title=N_("Customers who may be leaving"),
    question=N_("Who will probably not buy again soon, why, and how much money is at risk?"),
    columns=COLUMNS,
    empty=N_("No customer has bought anything by that day; import orders: crmcli import run FILE --as orders"),
    tell=tell,
    parameters=(
        Parameter(
            "horizon",
            ParameterKind.COUNT,
            90,
            N_("Days ahead in which no purchase counts as churn."),
            least=1,
            most=1_095,
        ),
        Parameter(
            "backtest",
            ParameterKind.FLAG,
            default=False,
            help=N_("Show how such figures would have done on past days."),
        ),
        Parameter("explain", ParameterKind.TEXT, None, N_("Show term by term how this customer's figures came about.")),
    ),
    totals={"money_at_risk": "sum(money_at_risk)"},
    shape=shape,
    words=templates,  # the database words a hundred thousand reasons without a row passing through Python
    prepare=prepare,
    beside=(BANDS_BESIDE, BACKTEST, CALIBRATION),
)
