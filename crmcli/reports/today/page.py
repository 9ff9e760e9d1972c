"""Today: whom to call and why, what waits for somebody, how the month goes; four small tables that fit on a screen.

Machine formats: "today" (measure, value, remark), "call" (the first rows of report churn), "waiting" (the first rows of
report queue: overdue invoices, late orders, open tickets and the rest but calls) and "movers" (who gained and lost most
this month).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.metrics import catalogue
from crmcli.reports import registry
from crmcli.reports.relationships.queue import keep_waiting
from crmcli.reports.relationships.worth import CLASS
from crmcli.reports.run import run
from crmcli.reports.sections import named, records, sections
from crmcli.reports.service.due import due_by_evening
from crmcli.reports.telling import Figures
from crmcli.reports.today.digest import digest
from crmcli.reports.today.spans import month_before, month_to_date, year_before
from crmcli.store.stored import StoredRows
from crmcli.table import Chart, ChartKind, Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CALLS, OTHERS = 5, 2  # rows of calls and of what waits, and of each kind of movers, unless said: what a screen holds
_REASONS = 2
_LAST = dt.date.max - dt.timedelta(days=8)
_MADE = ("customers", "invoices", "promises")

# The name stands first: there a narrow screen shortens it, while elsewhere it would get a line of its own.
WAITING = (
    Column("name", N_("Name"), Kind.TEXT),
    Column("customer", N_("Customer"), Kind.CODE),
    CLASS,
    Column("kind", N_("Kind"), Kind.LEVEL),
    Column("number", N_("Number"), Kind.CODE),
    Column("days", N_("Days"), Kind.DAYS),
    Column("amount", N_("Amount"), Kind.MONEY),
)
MOVERS = (
    Column("name", N_("Name"), Kind.TEXT),
    Column("customer", N_("Customer"), Kind.CODE),
    Column("kind", N_("Kind"), Kind.LEVEL),
    Column("revenue", N_("This month"), Kind.MONEY),
    Column("before", N_("Month before"), Kind.MONEY),
    Column("change", N_("Change"), Kind.MONEY),
)
KINDS = (  # words of `kind`, for the translators
    N_("message"),
    N_("plan step"),
    N_("quote"),
    N_("overdue invoice"),
    N_("late order"),
    N_("open ticket"),
    N_("open complaint"),
    N_("open claim"),
    N_("gain"),
    N_("loss"),
)
_CALL = ("customer", "name", "recency_days", "churn_risk", "band", "money_at_risk", "reasons")


def today(con: DuckDBPyConnection, *, as_of: dt.date, currency: str, limit: int | None = None) -> list[Table]:
    """One look at a day.

    Args:
        con: An open store; a read-only one will do.
        as_of: The day; facts dated later do not count.
        currency: ISO code of the amounts.
        limit: Rows of every list; None: five calls, five things that wait, two who gained and two who lost.
    """
    churn = run(
        registry.find("churn"),
        con,
        as_of=as_of,
        parameters={},
        where=("band in (high, medium)",),
        sort=("-money_at_risk",),
        limit=limit or CALLS,
        currency=currency,
        told=False,  # what the report says of itself, its back-test above all, is not for this page
    )
    keep_waiting(con, as_of)
    values = {**_values(as_of, limit or OTHERS), "most_waiting": limit or CALLS}
    statements = sections("today", "facts")
    catalogue.install(con, "\n".join(statements.values()))
    for name in _MADE:
        sql = statements[name]
        con.execute(f"CREATE OR REPLACE TEMP TABLE today_{name} AS {sql}", named(sql, values))
    facts = records(con, statements["figures"], values)[0]
    names = {
        part: [row["name"] for row in records(con, statements[part], values)] for part in ("newcomers", "expected")
    }
    figures = Figures({**values, **facts, **_risk(churn)}, currency)
    promised = due_by_evening(con, as_of, limit or OTHERS)
    return [
        digest(figures, newcomers=names["newcomers"], expected=names["expected"]),
        _calls(churn),
        *([_promised(promised)] if promised else []),
        _waiting(records(con, statements["waiting"], values), figures),
        _movers(records(con, statements["movers"], values), figures),
    ]


def _values(as_of: dt.date, most: int) -> dict[str, Any]:
    """Everything the SQL may name."""
    month, before, year = month_to_date(as_of), month_before(as_of), year_before(as_of)
    return {
        "as_of": as_of,
        "day_after": min(as_of, _LAST) + dt.timedelta(days=1),
        "week_ahead": min(as_of, _LAST) + dt.timedelta(days=7),
        "revenue_since": max(as_of, dt.date.min + dt.timedelta(days=366)) - dt.timedelta(days=365),
        "month_since": month.since,
        "before_since": before.since,
        "before_until": before.last,
        "year_since": year.since,
        "year_until": year.last,
        "most": most,
    }


def _calls(churn: Table) -> Table:
    """The head of report churn, with as many columns and reasons as one look takes in."""
    columns = tuple(column for column in churn.columns if column.name in _CALL)
    places = [churn.columns.index(column) for column in columns]
    rows = [tuple(_brief(row[place], churn.columns[place]) for place in places) for row in churn.rows.fetch()]
    known = [
        index
        for index, column in enumerate(columns)
        if column.name != "churn_risk" or any(r[index] is not None for r in rows)
    ]
    return Table(
        name="call",
        title=_("Whom to call first, and why"),
        columns=tuple(columns[index] for index in known),
        rows=ListRows([tuple(row[index] for index in known) for row in rows]),
        empty=churn.empty,
        currency=churn.currency,
        charts=tuple(chart for chart in churn.charts if {chart.label, *chart.values} <= {c.name for c in columns}),
    )


def _risk(churn: Table) -> dict[str, Any]:
    """Money at risk, and how many customers stand in the band high, whatever the limit; no money where nobody is at risk."""
    rows = churn.rows
    assert isinstance(rows, StoredRows)
    sql = f"SELECT sum(money_at_risk), count(*) FILTER (WHERE band = 'high') {rows.every}"
    at_risk, high = rows.con.execute(sql, dict(rows.values)).fetchall()[0]
    return {"at_risk": at_risk, "high": high}


def _brief(value: Any, column: Column) -> Any:
    if column.name != "reasons" or value is None:
        return value
    return "; ".join(value.split("; ")[:_REASONS])


def _promised(due: Table) -> Table:
    """The head of `ticket due`, without what it says of itself."""
    rows = [row[:6] + row[8:] for row in due.rows.fetch()]
    return Table(
        "due", _("Promised to customers for today, or late"), due.columns[:6] + due.columns[8:], ListRows(rows)
    )


def _waiting(rows: list[dict[str, Any]], figures: Figures) -> Table:
    return Table(
        name="waiting",
        title=_("What waits, best first"),
        columns=WAITING,
        rows=ListRows([tuple(row[column.name] for column in WAITING) for row in rows]),
        empty=_("Nothing: no invoice is overdue, no order late, no ticket open, no message waits for an answer."),
        currency=figures.currency,
    )


def _movers(rows: list[dict[str, Any]], figures: Figures) -> Table:
    return Table(
        name="movers",
        title=_("Growth and loss of the month, against the same days of the month before"),
        columns=MOVERS,
        rows=ListRows([tuple(row[column.name] for column in MOVERS) for row in rows]),
        empty=_("Nobody bought more or less than in the same days of the month before."),
        currency=figures.currency,
        charts=(Chart(ChartKind.BARS, _("Change against the month before"), "name", ("change",)),),
    )
