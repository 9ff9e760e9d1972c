"""The forecast of the pipeline, month by month, beside the statistical one and joined with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crmcli.language import N_
from crmcli.reports.deals.pipeline_words import tell
from crmcli.reports.definition import Beside, Parameter, ParameterKind, Report, Shape
from crmcli.reports.sections import sections
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values

BY = ("total", "category", "region", "manager")
METHODS = (N_("statistical"), N_("pipeline"), N_("joined"))  # words of method, for the translators
_HEADINGS = {"total": N_("Series"), "category": N_("Category"), "region": N_("Region"), "manager": N_("Manager")}
_MONTH = Column("month", N_("Month"), Kind.MONTH, dear=True)
_COLUMNS = (
    Column("series", N_("Series"), Kind.TEXT),
    _MONTH,
    Column("statistical", N_("Statistical"), Kind.MONEY),
    Column("pipeline", N_("Pipeline"), Kind.MONEY),
    Column("pipeline_weight", N_("Weight"), Kind.SHARE),
    Column("expected", N_("Expected"), Kind.MONEY, bar=True),
    Column("low", N_("Low"), Kind.MONEY),
    Column("high", N_("High"), Kind.MONEY),
    Column("statistical_low", N_("Statistical, low"), Kind.MONEY),
    Column("statistical_high", N_("Statistical, high"), Kind.MONEY),
    Column("pipeline_low", N_("Pipeline, low"), Kind.MONEY),
    Column("pipeline_high", N_("Pipeline, high"), Kind.MONEY),
    Column("won_so_far", N_("Won so far"), Kind.MONEY),
    Column("open_deals", N_("Open deals"), Kind.MONEY),
    Column("deals_to_come", N_("Deals to come"), Kind.MONEY),
    Column("beside_deals", N_("Without deals"), Kind.MONEY),
)
_CHART = Chart(
    ChartKind.LINES,
    N_("Expected sales, with the 80 % interval"),
    "month",
    ("expected", "statistical", "pipeline"),
    "low",
    "high",
)


def shape(con: DuckDBPyConnection, values: Values) -> Shape:
    """One series with its picture, or several under the heading of what they are."""
    del con
    first, *others = _COLUMNS
    by = values["by"]
    first = replace(first, title=_HEADINGS[by], kind=Kind.LEVEL if by == "total" else Kind.TEXT)
    sql = sections("deals", "pipeline_forecast")["answer"]
    return Shape((first, *others), sql, (_CHART,) if by == "total" else ())


def prepare(con: DuckDBPyConnection, values: Values) -> Values:
    """The forecasts; numpy is loaded only now."""
    from crmcli.reports.deals.pipeline_figures import prepare as compute

    return compute(con, values)


REPORT = Report(
    name="pipeline-forecast",
    subject="deals",
    title=N_("Forecast of the pipeline, joined with that of sales"),
    question=N_("What will the open deals bring, month by month, and what should be sold in all?"),
    columns=_COLUMNS,
    parameters=(
        Parameter("by", ParameterKind.CHOICE, "total", N_("One forecast of everything, or one for each."), choices=BY),
        Parameter("months", ParameterKind.COUNT, 6, N_("Months to look ahead."), least=1, most=24),
    ),
    empty=N_(
        "No forecast: there are neither open deals nor months of sales; import deals: "
        "crmcli import run FILE --as opportunities"
    ),
    tell=tell,
    totals={
        name: f"sum({name})"
        for name in ("statistical", "pipeline", "expected", "won_so_far", "open_deals", "deals_to_come", "beside_deals")
    },
    shape=shape,
    prepare=prepare,
    beside=(
        Beside(
            "parts",
            N_("What the pipeline is made of"),
            (
                _MONTH,
                Column("won_so_far", N_("Won so far"), Kind.MONEY),
                Column("open_deals", N_("Open deals"), Kind.MONEY),
                Column("deals_to_come", N_("Deals to come"), Kind.MONEY),
                Column("beside_deals", N_("Without deals"), Kind.MONEY),
                Column("pipeline_low", N_("Low"), Kind.MONEY),
                Column("pipeline_high", N_("High"), Kind.MONEY),
            ),
        ),
        Beside(
            "tested",
            N_("Back-test at past months' ends"),
            (
                Column("method", N_("Forecast"), Kind.LEVEL, words=METHODS, toned=False),
                Column("origins", N_("Origins"), Kind.COUNT),
                Column("scored", N_("Months scored"), Kind.COUNT),
                Column("mase", N_("MASE"), Kind.RATIO),
                Column("coverage", N_("Coverage"), Kind.SHARE),
                Column("bias", N_("Bias"), Kind.SHARE),
            ),
        ),
        Beside(
            "history",
            N_("Deals won beside orders"),
            (
                _MONTH,
                Column("sales", N_("Orders"), Kind.MONEY, bar=True),
                Column("won", N_("Deals won"), Kind.MONEY),
            ),
        ),
    ),
)
