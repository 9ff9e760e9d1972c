"""Run a report: make its answer once, in the database, and everything said about it from there."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.language import ngettext
from crmcli.metrics import catalogue
from crmcli.reports.conditions import Clause, order_clause, where_clause
from crmcli.reports.definition import Beside, Report, Shape, Story
from crmcli.reports.figures import FigureRows, typed
from crmcli.reports.sections import named, records, sections
from crmcli.reports.telling import Figures, as_of_note
from crmcli.reports.values import settle_parameters
from crmcli.store.stored import StoredRows, quoted
from crmcli.table import Chart, ListRows, Rows, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from duckdb import DuckDBPyConnection

_EARLIEST, _LATEST = 1000, 9000  # years; windows reach back and forth from the day, and the calendar ends


def run(  # the options of every report
    report: Report,
    con: DuckDBPyConnection,
    *,
    as_of: dt.date,
    parameters: Mapping[str, Any],
    where: Sequence[str] = (),
    sort: Sequence[str] = (),
    limit: int | None = None,
    currency: str,
    beside: bool = False,
    told: bool = True,
) -> Table:
    """The answer of a report on a day.

    Args:
        report: Its definition.
        con: An open store; a read-only one will do. The rows stay there, so it must outlive the table.
        as_of: The day; facts dated later do not count.
        parameters: Values of the report's options, text or typed; the others take their defaults.
        where: Conditions such as "revenue>10000", all of which must hold; totals are of the rows that meet them.
        sort: Columns such as "-revenue" or "name desc"; ties keep the report's own order.
        limit: Show the first rows only; totals are of all.
        currency: ISO code of the store's amounts.
        beside: Whether to make the smaller tables under the answer, too.
        told: Whether headline, notes and totals are wanted; formats of rows alone, such as CSV, show none of them.

    Raises:
        UsageError: Options, conditions or sort keys that cannot be read.
        NotFoundError: A customer that an option names is not there.
    """
    if limit is not None and limit < 0:
        raise UsageError(_("the limit cannot be negative"))
    if not _EARLIEST <= as_of.year <= _LATEST:
        raise UsageError(_("%(day)s is too far away to look from") % {"day": as_of.isoformat()})
    values = {**settle(report, as_of, parameters), "told": told}
    statements = sections(report.subject, report.name.replace("-", "_"))
    catalogue.install(con, "\n".join(statements.values()))
    values |= report.prepare(con, values) if report.prepare else {}
    shape = (
        report.shape(con, values)
        if report.shape
        else Shape(report.columns, statements["answer"], report.charts, report.measures)
    )
    conditions, order = where_clause(where, shape.columns), order_clause(sort, shape.columns)
    con.execute(f"CREATE OR REPLACE TEMP TABLE answer AS {shape.sql}", named(shape.sql, values))
    is_filled = bool(con.execute("SELECT 1 FROM answer LIMIT 1").fetchall())
    sentences = shape.figures or statements["figures"]
    story = _tell(report, con, sentences, {**values, "is_filled": is_filled}, currency) if told else Story(None)
    parts = report.beside if shape.beside is None else shape.beside
    under = _beside(report, shape, parts, con, statements, values, currency) if beside else ()
    source = f"answer_{os.urandom(4).hex()}"  # several answers may live on one connection
    con.execute(f"ALTER TABLE answer RENAME TO {source}")
    summed = report.totals if shape.totals is None else shape.totals
    sums = {column.name: summed[column.name] for column in shape.columns if column.name in summed} if told else {}
    count, totals = _sums(con, source, conditions, sums)
    notes = (*story.notes, *_where_notes(where, count))
    every = f"FROM {source} WHERE {conditions.sql}"
    tail = f"{every} ORDER BY {order}{'' if limit is None else f' LIMIT {limit:d}'}"
    shown = count if limit is None else min(count, limit)
    return Table(
        name=report.name,
        title=_(report.title),
        columns=shape.columns,
        rows=_rows(shape, StoredRows(con, shape.columns, tail, conditions.values, shown, every), currency),
        headline=story.headline,
        totals=totals,
        notes=notes,
        empty=_("No row meets the conditions.") if where and is_filled else _(report.empty),
        currency=currency,
        total_rows=count,
        charts=_worded(shape.charts),
        beside=under,
    )


def _beside(
    report: Report,
    shape: Shape,
    parts: Sequence[Beside],
    con: DuckDBPyConnection,
    statements: Mapping[str, str],
    values: Mapping[str, Any],
    currency: str,
) -> tuple[Table, ...]:
    """The smaller tables, each kept in memory: they read `answer` while it has that name."""
    made = []
    for part in parts:
        sql = statements[part.section]
        names = ", ".join(quoted(column.name) for column in part.columns)
        rows = con.execute(f"SELECT {names} FROM ({sql})", named(sql, values)).fetchall()
        if not rows and part.empty is None:
            continue
        terms = ", ".join(part.totals.values())
        sums = con.execute(f"SELECT {terms} FROM ({sql})", named(sql, values)).fetchall()[0] if rows and terms else ()
        made.append(
            Table(
                name=f"{report.name}_{part.section}",
                title=_(part.title),
                columns=part.columns,
                rows=ListRows(typed(rows, part.columns, shape.measures, currency)),
                totals=dict(zip(part.totals, sums, strict=False)),
                empty=_(part.empty) if part.empty else None,
                currency=currency,
                charts=_worded(part.charts),
            )
        )
    return tuple(made)


def _worded(charts: Sequence[Chart]) -> tuple[Chart, ...]:
    """Pictures with their headings in the owner's language."""
    return tuple(replace(chart, title=_(chart.title)) for chart in charts)


def _rows(shape: Shape, rows: StoredRows, currency: str) -> Rows:
    return FigureRows(rows, shape.measures, currency) if shape.measures else rows


def settle(report: Report, as_of: dt.date, given: Mapping[str, Any]) -> dict[str, Any]:
    """Everything the SQL may name: options, words, as_of, and since where there is a window.

    Raises:
        UsageError: Options that cannot be read.
    """
    values = {
        **settle_parameters(report.parameters, given),
        "as_of": as_of,
        "day_after": as_of + dt.timedelta(days=1),
        "year_before": as_of - dt.timedelta(days=365),
    }
    if "window" in values:
        reach = min(values["window"], as_of.toordinal() - 2)
        values["since"] = as_of - dt.timedelta(days=reach)
        values["window_first_on"] = values["since"] + dt.timedelta(days=1)
    return {**values, **(report.words() if report.words else {})}


def _tell(report: Report, con: DuckDBPyConnection, sql: str, values: Mapping[str, Any], currency: str) -> Story:
    """Headline and notes; only the day when there is nothing to tell of."""
    figures = Figures({**values, **records(con, sql, values)[0]}, currency)
    return report.tell(figures) if figures["is_filled"] else Story(None, (as_of_note(figures),))


def _sums(
    con: DuckDBPyConnection, source: str, conditions: Clause, sums: Mapping[str, str]
) -> tuple[int, dict[str, Any]]:
    """How many rows meet the conditions, and the totals over them."""
    terms = ", ".join(["count(*)", *sums.values()])
    sql = f"SELECT {terms} FROM {source} WHERE {conditions.sql}"  # definitions and parsed conditions only
    count, *found = con.execute(sql, conditions.values).fetchall()[0]
    return count, dict(zip(sums, found, strict=True)) if count else {}


def _where_notes(where: Sequence[str], count: int) -> tuple[str, ...]:
    if not where:
        return ()
    sentence = ngettext("%(count)s row meets: %(where)s.", "%(count)s rows meet: %(where)s.", count)
    return (sentence % {"count": count, "where": _(" and ").join(where)},)
