"""The sales cycle: lead, opportunity, quote, order, shipment, invoice, payment; how long each step takes, where sales die."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crmcli.language import N_
from crmcli.reports.deals.cycle_words import ROADS, STEPS, tell
from crmcli.reports.definition import Beside, Parameter, ParameterKind, Report, Shape
from crmcli.reports.sections import sections
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values

BY = ("none", "manager", "product", "segment", "region", "channel", "customer-group")
_HEADINGS = {
    "manager": N_("Manager"),
    "product": N_("Product"),
    "segment": N_("Segment"),
    "region": N_("Region"),
    "channel": N_("Channel"),
    "customer-group": N_("Group"),
}
_WORDS = (N_("longer"), N_("shorter"), N_("more"), N_("fewer"), N_("by chance"))  # for the translators
DAYS_VERDICTS = ("longer", "shorter", "by_chance")
SHARE_VERDICTS = ("more", "fewer", "by_chance")
_ROAD_WORDS = tuple(road.replace(" ", "_") for road in ROADS)

_SERIES = Column("series", N_("Series"), Kind.TEXT)
_STEP = Column("step", N_("Step"), Kind.LEVEL, words=STEPS)
_SHARE_VERDICT = Column("share_verdict", N_("Go on"), Kind.LEVEL, words=SHARE_VERDICTS, toned=False)
_DAYS_VERDICT = Column("days_verdict", N_("Days are"), Kind.LEVEL, words=DAYS_VERDICTS, toned=False)
_COLUMNS = (
    _STEP,
    Column("entered", N_("Entered"), Kind.COUNT, dear=True),
    Column("went_on", N_("Went on"), Kind.COUNT),
    Column("died", N_("Died"), Kind.COUNT, dear=True),
    Column("on_the_way", N_("On the way"), Kind.COUNT),
    Column("share_on", N_("Goes on"), Kind.SHARE, bar=True, dear=True),
    Column("days_median", N_("Days, median"), Kind.DAYS, dear=True),
    Column("days_p90", N_("Days, p90"), Kind.DAYS, dear=True),
    Column("days_change", N_("Change, days"), Kind.DAYS),
    _DAYS_VERDICT,
    _SHARE_VERDICT,
    Column("entered_before", N_("Entered before"), Kind.COUNT),
    Column("share_before", N_("Went on before"), Kind.SHARE),
    Column("days_median_before", N_("Median before"), Kind.DAYS),
    Column("days_p90_before", N_("P90 before"), Kind.DAYS),
    Column("negative", N_("Backwards"), Kind.COUNT),
    Column("died_amount", N_("Lost"), Kind.MONEY),
    Column("waiting_now", N_("Waiting now"), Kind.COUNT),
    Column("waiting_amount", N_("Waiting, worth"), Kind.MONEY),
)
_ROAD = (
    Column("road", N_("From, to"), Kind.LEVEL, words=_ROAD_WORDS),
    Column("chains", N_("Chains"), Kind.COUNT),
    Column("days_mean", N_("Mean"), Kind.DAYS),
    Column("days_median", N_("Median"), Kind.DAYS),
    Column("days_p90", N_("P90"), Kind.DAYS),
    Column("negative", N_("Backwards"), Kind.COUNT),
    Column("days_median_before", N_("Median before"), Kind.DAYS),
    Column("days_change", N_("Change"), Kind.DAYS),
    _DAYS_VERDICT,
)
_AGAINST = (
    _STEP,
    Column("entered_before", N_("Entered before"), Kind.COUNT),
    Column("share_before", N_("Went on before"), Kind.SHARE),
    _SHARE_VERDICT,
    Column("days_median", N_("Median"), Kind.DAYS),
    Column("days_median_before", N_("Before"), Kind.DAYS),
    Column("days_p90", N_("P90"), Kind.DAYS),
    Column("days_p90_before", N_("Before"), Kind.DAYS),
    _DAYS_VERDICT,
)
_LOSSES = (
    _STEP,
    Column("died", N_("Died"), Kind.COUNT),
    Column("died_amount", N_("Lost"), Kind.MONEY, bar=True),
    Column("waiting_now", N_("Waiting now"), Kind.COUNT),
    Column("waiting_amount", N_("Waiting, worth"), Kind.MONEY),
)


def shape(con: DuckDBPyConnection, values: Values) -> Shape:
    """One chain of steps; or one for each manager, product … under the heading of what they are."""
    del con
    statements, by = sections("deals", "cycle"), values["by"]
    parts = (
        Beside("against", N_("How long each step takes, against the period before"), _AGAINST),
        Beside("losses", N_("Where deals die, and what is waiting"), _LOSSES),
        Beside("whole", N_("Whole roads that ended in the window"), _ROAD),
    )
    if by == "none":
        charts = (Chart(ChartKind.BARS, N_("Days to the next step, median"), "step", ("days_median",)),)
        return Shape(_COLUMNS, statements["answer"], charts, beside=parts)
    series = replace(_SERIES, title=_HEADINGS[by])
    named = tuple(replace(part, columns=(series, *part.columns)) for part in parts)
    return Shape((series, *_COLUMNS), statements["answer_by"], beside=named)


def prepare(con: DuckDBPyConnection, values: Values) -> Values:
    """The figures of every step."""
    from crmcli.reports.deals.cycling import prepare as compute

    return compute(con, values)


REPORT = Report(
    name="cycle",
    subject="deals",
    title=N_("Sales cycle"),
    question=N_("How long does each step take from the first word to the money, and where do deals die?"),
    columns=_COLUMNS,
    parameters=(
        Parameter("by", ParameterKind.CHOICE, "none", N_("One cycle of everything, or one for each."), choices=BY),
        Parameter("window", ParameterKind.COUNT, 365, N_("Days to look back."), least=1),
        Parameter(
            "segment",
            ParameterKind.TEXT,
            None,
            N_("With --by segment: these segments, saved or ready-made, with commas between."),
        ),
    ),
    empty=N_(
        "No step was taken in the window or the one before, and nothing waits; import deals, orders or invoices: "
        "crmcli import run FILE --as opportunities"
    ),
    tell=tell,
    shape=shape,
    prepare=prepare,
)
