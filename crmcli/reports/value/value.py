"""Value: what each customer has been worth and will be, margin less cost to serve, discounted, with its interval."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.language import N_
from crmcli.reports.backtests import BACKTEST
from crmcli.reports.definition import Beside, Parameter, ParameterKind, Report, Shape
from crmcli.reports.explained import explained
from crmcli.reports.sections import sections
from crmcli.reports.value.valuing import prepare
from crmcli.reports.value.worth import tell
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values

COLUMNS = (
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("occasions", N_("Purchases"), Kind.COUNT),
    Column("revenue", N_("Revenue"), Kind.MONEY),
    Column("share", N_("Share"), Kind.SHARE),
    Column("margin", N_("Margin"), Kind.MONEY),
    Column("cost_to_serve", N_("Cost to serve"), Kind.MONEY),
    Column("realised", N_("Realised value"), Kind.MONEY),
    Column("p_alive", N_("Still a customer"), Kind.SHARE),
    Column("expected_purchases", N_("Expected purchases"), Kind.RATIO),
    Column("expected_npv", N_("Expected value"), Kind.MONEY),
    Column("expected_low", N_("From (80 %)"), Kind.MONEY),
    Column("expected_high", N_("To (80 %)"), Kind.MONEY),
    Column("lifetime_npv", N_("Lifetime value"), Kind.MONEY, bar=True),
)
CURVE = Beside(
    "curve",
    N_("How concentrated value is"),
    (
        Column("customers", N_("Best customers"), Kind.COUNT),
        Column("customers_share", N_("Of all customers"), Kind.SHARE),
        Column("cumulative", N_("Value together"), Kind.MONEY),
        Column("cumulative_share", N_("Of all value"), Kind.SHARE),
    ),
    charts=(
        Chart(ChartKind.CURVE, N_("Share of value by share of customers"), "customers_share", ("cumulative_share",)),
    ),
)


def shape(con: DuckDBPyConnection, values: Values) -> Shape:
    """The customers, or how one of them came to their figures."""
    del con
    if values["explain"] is not None:
        return explained(values["explained_kinds"])
    chart = Chart(ChartKind.BARS, N_("Lifetime value, the best customers"), "name", ("lifetime_npv",), most=15)
    return Shape(COLUMNS, sections("value", "value")["answer"], (chart,))


REPORT = Report(
    name="value",
    subject="value",
    title=N_("Customer value"),
    question=N_("What has each customer been worth, and what will they be?"),
    columns=COLUMNS,
    empty=N_("No customer has bought anything by that day; import orders: crmcli import run FILE --as orders"),
    tell=tell,
    parameters=(
        Parameter("months", ParameterKind.COUNT, 36, N_("Months ahead to count on."), least=1, most=120),
        Parameter("rate", ParameterKind.SHARE, Decimal("0.15"), N_("Discount rate a year."), most=5),
        Parameter(
            "margin_share",
            ParameterKind.SHARE,
            None,
            N_("Margin as a share of revenue, for customers without a line of known cost."),
            most=1,
        ),
        Parameter("explain", ParameterKind.TEXT, None, N_("Show every term of this customer's value.")),
    ),
    totals={
        "occasions": "sum(occasions)",
        "revenue": "sum(revenue)",
        "share": "round(sum(share), 9)",
        "margin": "sum(margin)",
        "cost_to_serve": "sum(cost_to_serve)",
        "realised": "sum(realised)",
        "expected_purchases": "round(sum(expected_purchases), 9)",
        "expected_npv": "sum(expected_npv)",
        "lifetime_npv": "sum(lifetime_npv)",
    },
    shape=shape,
    prepare=prepare,
    beside=(CURVE, BACKTEST),
)
