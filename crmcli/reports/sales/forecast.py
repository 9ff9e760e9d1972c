"""The forecast of monthly sales: what is to be expected, how sure it is, and how earlier forecasts did."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crmcli.language import N_
from crmcli.reports.definition import Beside, Parameter, ParameterKind, Report, Shape
from crmcli.reports.sales.forecast_words import tell
from crmcli.reports.sections import sections
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values

METHODS = (  # words of method, for the translators; README of the methods: crmcli/models/series
    N_("naive"),
    N_("mean"),
    N_("half season"),
    N_("seasonal naive"),
    N_("grown year"),
    N_("smoothing"),
    N_("damped trend"),
    N_("theta"),
    N_("croston"),
    N_("sba"),
    N_("tsb"),
    N_("seasonal additive"),
    N_("seasonal ratio"),
    N_("combined"),
)
BY = (N_("total"), N_("category"), N_("region"), N_("manager"))  # words of by, and of series when everything is one
_WORDS = tuple(word.replace(" ", "_") for word in METHODS)
_HEADINGS = {"total": N_("Series"), "category": N_("Category"), "region": N_("Region"), "manager": N_("Manager")}

_METHOD = Column("method", N_("Method"), Kind.LEVEL, words=_WORDS)
_MASE = Column("mase", N_("MASE"), Kind.RATIO)
_COVERAGE = Column("coverage", N_("Coverage"), Kind.SHARE)
_COLUMNS = (
    Column("series", N_("Series"), Kind.TEXT),
    Column("month", N_("Month"), Kind.MONTH),
    Column("expected", N_("Expected"), Kind.MONEY, bar=True),
    Column("low", N_("Low"), Kind.MONEY),
    Column("high", N_("High"), Kind.MONEY),
    _METHOD,
    _MASE,
    _COVERAGE,
    Column("months_known", N_("Months known"), Kind.COUNT),
)
_CHART = Chart(ChartKind.LINES, N_("Expected sales, with the 80 % interval"), "month", ("expected",), "low", "high")
_EMPTY = N_(
    "No forecast: it needs sales in at least three complete months, and there are fewer; import orders: "
    "crmcli import run FILE --as orders"
)


def shape(con: DuckDBPyConnection, values: Values) -> Shape:
    """One series with its picture, or several under the heading of what they are."""
    del con
    first, *others = _COLUMNS
    by = values["by"]
    first = replace(first, title=_HEADINGS[by], kind=Kind.LEVEL if by == "total" else Kind.TEXT)
    return Shape((first, *others), sections("sales", "forecast")["answer"], (_CHART,) if by == "total" else ())


def prepare(con: DuckDBPyConnection, values: Values) -> Values:
    """The forecasts; numpy is loaded only now."""
    from crmcli.reports.sales.forecast_figures import prepare as compute

    return compute(con, values)


REPORT = Report(
    name="forecast",
    subject="sales",
    title=N_("Forecast of monthly sales"),
    question=N_("How much will be sold in the coming months, how sure is that, and how good were earlier forecasts?"),
    columns=_COLUMNS,
    parameters=(
        Parameter("by", ParameterKind.CHOICE, "total", N_("One forecast of everything, or one for each."), choices=BY),
        Parameter("months", ParameterKind.COUNT, 6, N_("Months to look ahead."), least=1, most=24),
        Parameter("category", ParameterKind.TEXT, None, N_("Only sales of this category of products.")),
    ),
    empty=_EMPTY,
    tell=tell,
    totals={"expected": "sum(expected)"},
    shape=shape,
    prepare=prepare,
    beside=(
        Beside(
            "series",
            N_("All months asked, series by series"),
            (
                Column("series", N_("Series"), Kind.TEXT),
                Column("expected", N_("Expected"), Kind.MONEY, bar=True),
                Column("year_before", N_("A year before"), Kind.MONEY),
                Column("change", N_("Change"), Kind.SHARE),
                _METHOD,
                _MASE,
                _COVERAGE,
            ),
            charts=(Chart(ChartKind.BARS, N_("Expected sales by series"), "series", ("expected",)),),
            totals={"expected": "sum(expected)", "year_before": "sum(year_before)"},
        ),
        Beside(
            "backtest",
            N_("Back-test of the methods"),
            (_METHOD, Column("chosen", N_("Chosen for"), Kind.COUNT), _MASE),
        ),
        Beside(
            "history",
            N_("The last 24 months"),
            (
                Column("month", N_("Month"), Kind.MONTH),
                Column("sales", N_("Sales"), Kind.MONEY, bar=True),
                Column("year_before", N_("A year before"), Kind.MONEY),
                Column("change", N_("Change"), Kind.SHARE),
            ),
            charts=(Chart(ChartKind.LINES, N_("Sales by month"), "month", ("sales", "year_before")),),
        ),
        Beside(
            "scores",
            N_("Earlier forecasts against what happened"),
            (
                Column("made_on", N_("Made on"), Kind.DATE),
                Column("series", N_("Series"), Kind.COUNT),
                Column("horizon", N_("Months ahead"), Kind.COUNT),
                Column("scored", N_("Months scored"), Kind.COUNT),
                Column("mape", N_("MAPE"), Kind.SHARE),
                _MASE,
                _COVERAGE,
                Column("bias", N_("Bias"), Kind.SHARE),
            ),
        ),
    ),
)
