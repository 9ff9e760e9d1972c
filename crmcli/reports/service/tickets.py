"""Tickets: how fast they are answered and resolved, what was promised and kept, what people say of it, and what waits."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.metrics import catalogue
from crmcli.reports.definition import Beside, Parameter, ParameterKind, Report, Shape
from crmcli.reports.sections import named, sections
from crmcli.reports.service import evenness
from crmcli.reports.service.clock import prepare_clock
from crmcli.reports.service.ticket_words import tell
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values

_SIDES = ("none", "customer", "agent", "channel", "kind", "priority", "month")
_NAME = Column("name", N_("Name"), Kind.TEXT)
_KEYS = {
    "none": (Column("group", N_("Tickets of"), Kind.LEVEL, toned=False),),
    "customer": (Column("group", N_("Customer"), Kind.CODE), _NAME),
    "agent": (Column("group", N_("Agent"), Kind.CODE), _NAME),
    "channel": (Column("group", N_("Channel"), Kind.LEVEL, toned=False),),
    "kind": (Column("group", N_("Kind"), Kind.LEVEL, toned=False),),
    "priority": (Column("group", N_("Priority"), Kind.LEVEL),),
    "month": (Column("group", N_("Month"), Kind.MONTH),),
}
_MEASURES = (
    Column("tickets", N_("Tickets"), Kind.COUNT, dear=True),
    Column("answered", N_("Answered"), Kind.COUNT),
    Column("resolved", N_("Resolved"), Kind.COUNT),
    Column("open", N_("Open now"), Kind.COUNT, dear=True),
    Column("overdue", N_("Overdue now"), Kind.COUNT, dear=True),
    Column("response_median", N_("First answer, h"), Kind.RATIO, dear=True),
    Column("response_p90", N_("First answer, 9 of 10, h"), Kind.RATIO, dear=True),
    Column("resolution_median", N_("Resolution, h"), Kind.RATIO, dear=True),
    Column("resolution_p90", N_("Resolution, 9 of 10, h"), Kind.RATIO, dear=True),
    Column("response_kept", N_("Answers kept"), Kind.SHARE, dear=True),
    Column("resolution_kept", N_("Resolutions kept"), Kind.SHARE, dear=True),
    Column("sla_kept_told", N_("Kept as told"), Kind.SHARE, dear=True),
    Column("reopened_share", N_("Reopened"), Kind.SHARE, dear=True),
    Column("reassigned_share", N_("Reassigned"), Kind.SHARE),
    Column("reassigned_mean", N_("Times reassigned"), Kind.RATIO),
    Column("csat", N_("CSAT"), Kind.RATIO, dear=True),
    Column("csat_low", N_("CSAT from"), Kind.RATIO),
    Column("csat_high", N_("CSAT to"), Kind.RATIO),
    Column("csat_count", N_("CSAT, ratings"), Kind.COUNT),
    Column("nps", N_("NPS"), Kind.RATIO),
    Column("nps_low", N_("NPS from"), Kind.RATIO),
    Column("nps_high", N_("NPS to"), Kind.RATIO),
    Column("nps_count", N_("NPS, ratings"), Kind.COUNT),
    Column("waiting", N_("Waiting for customer"), Kind.COUNT),
    Column("oldest_days", N_("Oldest open, days"), Kind.COUNT),
    Column("resolution_clock_median", N_("Resolution by the clock, h"), Kind.RATIO),
    Column("resolution_clock_p90", N_("By the clock, 9 of 10, h"), Kind.RATIO),
    Column("resolution_clock_mean", N_("By the clock, mean, h"), Kind.RATIO),
    Column("close_days_median", N_("Days to close"), Kind.DAYS),
    Column("close_days_mean", N_("Days to close, mean"), Kind.DAYS),
    Column("response_promised", N_("Answers promised"), Kind.COUNT),
    Column("resolution_promised", N_("Resolutions promised"), Kind.COUNT),
)
# Words of the table of all tickets and of the ages, for the translators.
WHOLE = {
    N_("first answer median"): Kind.RATIO,
    N_("first answer 9 of 10"): Kind.RATIO,
    N_("resolution median"): Kind.RATIO,
    N_("resolution 9 of 10"): Kind.RATIO,
    N_("resolution by the clock median"): Kind.RATIO,
    N_("resolution by the clock 9 of 10"): Kind.RATIO,
    N_("answers kept"): Kind.SHARE,
    N_("resolutions kept"): Kind.SHARE,
    N_("kept as told"): Kind.SHARE,
    N_("reopened share"): Kind.SHARE,
    N_("reassigned share"): Kind.SHARE,
    N_("reassigned mean"): Kind.RATIO,
    N_("satisfaction"): Kind.RATIO,
    N_("nps"): Kind.RATIO,
}
AGES = (N_("up to 1 day"), N_("2 to 7 days"), N_("8 to 30 days"), N_("over 30 days"), N_("all"), N_("unknown"))
_KINDS = {word.replace(" ", "_"): kind for word, kind in WHOLE.items()} | evenness.KINDS
_SUMS = {column.name for column in _MEASURES if column.kind is Kind.COUNT} - {"oldest_days"}

_WHOLE = Beside(
    "whole",
    N_("All tickets together"),
    (
        Column("measure", N_("Measure"), Kind.LEVEL),
        Column("figure", N_("Figure"), Kind.FIGURE),
        Column("low", N_("From"), Kind.FIGURE),
        Column("high", N_("To"), Kind.FIGURE),
        Column("tickets", N_("Of tickets"), Kind.COUNT),
    ),
)
_BACKLOG = Beside(
    "backlog",
    N_("Open tickets by age"),
    (
        Column("age", N_("Age"), Kind.LEVEL),
        Column("open", N_("Tickets"), Kind.COUNT, bar=True),
        Column("share", N_("Share"), Kind.SHARE),
        Column("waiting", N_("Waiting for customer"), Kind.COUNT),
        Column("unanswered", N_("Unanswered"), Kind.COUNT),
        Column("overdue", N_("Overdue"), Kind.COUNT),
        Column("oldest_at", N_("Oldest"), Kind.MOMENT),
    ),
    charts=(Chart(ChartKind.COLUMNS, N_("Open tickets by age"), "age", ("open",)),),
    totals={
        "open": 'cast(sum("open") AS BIGINT)',
        "share": "round(sum(share), 9)",
        "waiting": "cast(sum(waiting) AS BIGINT)",
        "unanswered": "cast(sum(unanswered) AS BIGINT)",
        "overdue": "cast(sum(overdue) AS BIGINT)",
        "oldest_at": "min(oldest_at)",
    },
    empty=N_("No ticket is open."),
)


def prepare(con: DuckDBPyConnection, values: Values) -> Values:
    """Tables ticket_report_facts, one row a ticket; ticket_report_measured, one a group and one of all; ticket_report_sameness."""
    moment = dt.datetime.combine(values["as_of"], dt.time.max)
    prepare_clock(con, moment)
    statements = {**sections("service", "ticket_facts"), **sections("service", "tickets")}
    catalogue.install(con, statements["facts"])
    made = {**values, "moment": moment, "is_whole": False}
    for name in ("facts", "groups"):
        sql = statements[name]
        con.execute(f"CREATE OR REPLACE TEMP TABLE ticket_report_{name} AS {sql}", named(sql, made))
    if values["told"]:
        _add_whole(con, statements["groups"], made)
    sql = statements["measured"]
    con.execute(f"CREATE OR REPLACE TEMP TABLE ticket_report_measured AS {sql}", named(sql, made))
    found = evenness.compare(con, made) if values["told"] else ()
    evenness.keep(con, found)
    return {"moment": moment, "sameness": found, "nobody": _nobody(values["by"])}


def _add_whole(con: DuckDBPyConnection, groups: str, values: Values) -> None:
    """One more row of ticket_report_groups: all tickets together, which is the only group there is where nothing is asked by."""
    if values["by"] == "none":
        con.execute("INSERT INTO ticket_report_groups SELECT * REPLACE (true AS is_whole) FROM ticket_report_groups")
        return
    sql = f"INSERT INTO ticket_report_groups {groups}"
    con.execute(sql, named(sql, {**values, "is_whole": True}))


def _nobody(by: str) -> str:
    return _("without an agent") if by == "agent" else _("without a customer")


def shape(con: DuckDBPyConnection, values: Values) -> Shape:
    """Rows by the side asked; pictures of what is known."""
    by = str(values["by"])
    keys = _KEYS[by]
    section = by if by in {"customer", "agent", "month"} else "word"
    parts = (_WHOLE, _BACKLOG, evenness.SAMENESS) if by == "none" else (_BACKLOG, evenness.SAMENESS)
    summed: dict[str, str] | None = {} if by == "none" else None  # one row of all needs no total that says the same
    sql = sections("service", "tickets")[section]
    return Shape((*keys, *_MEASURES), sql, _charts(con, by), _KINDS, beside=parts, totals=summed)


def _charts(con: DuckDBPyConnection, by: str) -> tuple[Chart, ...]:
    """Median hours, and shares kept where something was promised; one row alone is no picture."""
    if by == "none":
        return ()
    sql = """
        SELECT count(response_median) > 0, count(resolution_median) > 0, count(response_kept) > 0, count(resolution_kept) > 0,
            count(sla_kept_told) > 0
        FROM ticket_report_measured
    """
    known = con.execute(sql).fetchall()[0]
    names = ("response_median", "resolution_median", "response_kept", "resolution_kept", "sla_kept_told")
    there = [name for name, is_known in zip(names, known, strict=True) if is_known]
    hours = tuple(name for name in there if name.endswith("median"))
    kept = tuple(name for name in there if not name.endswith("median"))
    label = "name" if by in {"customer", "agent"} else "group"
    if by == "month":
        lines = Chart(ChartKind.LINES, "", label, ())
        pictures = ((N_("Median hours of work by month"), hours), (N_("Promises kept by month"), kept))
    else:
        lines = Chart(ChartKind.BARS, "", label, (), most=20)
        pictures = ((N_("Median hours of work"), hours[-1:]), (N_("Promises kept"), kept[:1]))
    return tuple(replace(lines, title=title, values=values) for title, values in pictures if values)


def _total(column: Column) -> str:
    """A sum, or what was measured over all tickets: right only while every group is shown."""
    if column.name in _SUMS:
        return f'cast(sum("{column.name}") AS BIGINT)'
    return (
        "CASE WHEN count(*) = (SELECT count(*) FROM ticket_report_measured WHERE NOT is_whole) "
        f"THEN (SELECT {column.name} FROM ticket_report_measured WHERE is_whole) END"
    )


REPORT = Report(
    name="tickets",
    subject="service",
    title=N_("Service desk"),
    question=N_("How fast, how well and how evenly are tickets answered, and what waits?"),
    columns=(*_KEYS["none"], *_MEASURES),
    parameters=(
        Parameter("by", ParameterKind.CHOICE, "none", N_("What a row is."), choices=_SIDES),
        Parameter("window", ParameterKind.COUNT, 365, N_("Days to look back: tickets opened in them."), least=1),
    ),
    empty=N_(
        "No ticket was opened in the window, and none is open; import tickets: crmcli import run FILE --as tickets, or "
        "crmcli ticket open"
    ),
    tell=tell,
    totals={column.name: _total(column) for column in _MEASURES},
    shape=shape,
    prepare=prepare,
    beside=(_WHOLE, _BACKLOG, evenness.SAMENESS),
)
