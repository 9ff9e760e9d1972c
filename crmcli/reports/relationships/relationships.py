"""Relationships: the level each customer's group and margin call for, the level that is kept, and the next step to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crmcli.language import N_
from crmcli.reports.definition import Beside, Parameter, ParameterKind, Report, Shape
from crmcli.reports.explained import explained
from crmcli.reports.relationships.relating import prepare
from crmcli.reports.relationships.relationship_words import steps, tell
from crmcli.reports.sections import sections
from crmcli.reports.value.rfm import GROUP_WORDS
from crmcli.rules.relationship_levels import BANDS, LEVELS, SIZES
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values

_HEADINGS = (N_("Basic"), N_("Reactive"), N_("Accountable"), N_("Proactive"), N_("Partnership"))
_COLUMNS = (
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("recommended", N_("Recommended"), Kind.LEVEL, words=LEVELS),
    Column("actual", N_("Actual"), Kind.LEVEL, words=LEVELS),
    Column("gap", N_("Gap"), Kind.COUNT),
    Column("group", N_("Group"), Kind.TEXT),
    Column("group_customers", N_("In group"), Kind.COUNT),
    Column("group_size", N_("Group size"), Kind.LEVEL, words=SIZES, toned=False),
    Column("margin", N_("Margin, 365 days"), Kind.MONEY),
    Column("margin_band", N_("Margin band"), Kind.LEVEL, words=BANDS, toned=False),
    Column("next_step", N_("Next step"), Kind.TEXT),
)
_BY_REVENUE = {
    "margin": Column("revenue", N_("Revenue, 365 days"), Kind.MONEY),
    "margin_band": Column("revenue_band", N_("Revenue band"), Kind.LEVEL, words=BANDS, toned=False),
}
_MATRIX = Beside(
    "matrix",
    N_("Recommended level (rows) and actual one (columns), customers"),
    (
        Column("recommended", N_("Recommended"), Kind.LEVEL, words=LEVELS),
        Column("customers", N_("Customers"), Kind.COUNT),
        *(Column(level, heading, Kind.COUNT) for level, heading in zip(LEVELS, _HEADINGS, strict=True)),
    ),
    charts=(Chart(ChartKind.HEAT, N_("Recommended and actual level, customers"), "recommended", LEVELS),),
    totals={name: f"cast(sum({name}) AS BIGINT)" for name in ("customers", *LEVELS)},
)
_GROUPS = Beside(
    "groups",
    N_("Groups"),
    (
        Column("group", N_("Group"), Kind.TEXT),
        Column("customers", N_("Customers"), Kind.COUNT),
        Column("group_size", N_("Group size"), Kind.LEVEL, words=SIZES, toned=False),
        Column("margin", N_("Margin, 365 days"), Kind.MONEY, bar=True),
        Column("behind", N_("Behind"), Kind.COUNT),
        Column("ahead", N_("Ahead"), Kind.COUNT),
        Column("mean_gap", N_("Mean gap"), Kind.RATIO),
    ),
    totals={name: f"cast(sum({name}) AS BIGINT)" for name in ("customers", "behind", "ahead")}
    | {"margin": "sum(margin)"},
)


def shape(con: DuckDBPyConnection, values: Values) -> Shape:
    """The customers, or how one of them came to their level."""
    del con
    if values["explain"] is not None:
        return explained(values["explained_kinds"])
    by_revenue, by_group = values["measure"] == "revenue", values["by"] == "rfm"
    statement = sections("relationships", "relationships")["by_revenue" if by_revenue else "answer"]
    columns = tuple(_BY_REVENUE.get(column.name, column) if by_revenue else column for column in _COLUMNS)
    groups = tuple(
        replace(c, title=_BY_REVENUE["margin"].title) if by_revenue and c.name == "margin" else c
        for c in _GROUPS.columns
    )
    beside = (_MATRIX, replace(_GROUPS, columns=_grouped(groups) if by_group else groups))
    return Shape(_grouped(columns) if by_group else columns, statement, beside=beside)


def _grouped(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Groups of RFM are words of a closed list."""
    word = Column("group", N_("Group"), Kind.LEVEL, words=GROUP_WORDS)
    return tuple(word if column.name == "group" else column for column in columns)


REPORT = Report(
    name="relationships",
    subject="relationships",
    title=N_("Relationship levels"),
    question=N_("How close a relationship does each customer deserve, how close is it, and what is missing?"),
    columns=_COLUMNS,
    parameters=(
        Parameter(
            "by",
            ParameterKind.CHOICE,
            "group",
            N_("What makes a group of customers."),
            choices=("group", "industry", "region", "rfm"),
        ),
        Parameter(
            "measure",
            ParameterKind.CHOICE,
            "margin",
            N_("What a customer brings; revenue where costs are not known."),
            choices=("margin", "revenue"),
        ),
        Parameter("explain", ParameterKind.TEXT, None, N_("Show term by term how this customer's level came about.")),
    ),
    empty=N_("No customer has bought anything by that day; import orders: crmcli import run FILE --as orders"),
    tell=tell,
    totals={"margin": "sum(margin)", "revenue": "sum(revenue)"},
    shape=shape,
    words=steps,
    prepare=prepare,
    beside=(_MATRIX, _GROUPS),
)
