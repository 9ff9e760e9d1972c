"""`crmcli forecast`: keep what the forecast says now, and judge it when its months have come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.program import program
from crmcli.cli.session import Session, say, session, show
from crmcli.errors import ConflictError, NotFoundError
from crmcli.language import gettext as _
from crmcli.language import ngettext
from crmcli.numbers import cell
from crmcli.table import Kind

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.journal import Step
    from crmcli.table import Table

OFFERED = "forecast_offered"

app = program(help=_("Keep forecasts of sales, and score them against what happened."))


@app.command(
    "keep", help=_("Keep what the forecast of sales says now, to be scored later."), epilog="crmcli forecast keep"
)
def keep_forecast(
    context: typer.Context,
    by: Annotated[str, typer.Option("--by", metavar="KIND", help="total, category, region, manager")] = "total",
    months: Annotated[int, typer.Option("--months", min=1, max=24, metavar="N", help=_("months to look ahead"))] = 6,
    as_of: options.AsOfOption = "today",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("show what would be kept and write nothing"))] = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Keep what the forecast of sales says now, to be scored later."""
    from crmcli.store.connection import transaction

    state = session(context)
    if dry_run:
        with state.reading() as con:
            table, _offered = _offer(con, options.settle_day(as_of, con, state), by=by, months=months)
            show(table, format=format, output=output)
        say(_("Nothing was kept: this was a dry run"))
        return
    with state.writing() as con:
        day = options.settle_day(as_of, con, state)
        table, offered = _offer(con, day, by=by, months=months)
        with transaction(con):
            step = _keep(con, state, day, offered)
        show(table, format=format, output=output)
    if step is not None:
        say(
            ngettext("Kept: %(count)s month of a forecast", "Kept: %(count)s months of a forecast", step.created)
            % {"count": step.created}
        )
        say(_("To take it back: crmcli undo %(step)s") % {"step": step.number})


@app.command("list", help=_("All kept forecasts, newest first."))
def list_forecasts(
    context: typer.Context, format: options.FormatOption = None, output: options.OutputOption = None
) -> None:
    """All kept forecasts, newest first."""
    from crmcli.reports.sales.forecast_scores import listing

    with session(context).reading() as con:
        show(listing(con, currency=options.currency(con)), format=format, output=output)


@app.command("score", help=_("How kept forecasts did: error, coverage of the interval, bias."))
def score_forecasts(
    context: typer.Context,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """How kept forecasts did: error, coverage of the interval, bias."""
    from crmcli.reports.sales.forecast_scores import scores
    from crmcli.store.forecasts import kinds

    state = session(context)
    with state.reading() as con:
        day = options.settle_day(as_of, con, state)
        show(scores(con, kinds(con, as_of=day), as_of=day), format=format, output=output)


def _offer(con: duckdb.DuckDBPyConnection, day: date, *, by: str, months: int) -> tuple[Table, dict[str, str]]:
    """The report as of the day, its rows laid out to be kept: kind → table; with deals those of the pipeline, too.

    Raises:
        NotFoundError: too little is known for any forecast.
        UsageError: there is no such kind of series.
    """
    from crmcli.reports import registry
    from crmcli.reports.deals.pipeline_target import has_deals, offer_parts
    from crmcli.reports.run import run

    asked, currency = {"by": by, "months": months}, options.currency(con)
    table = run(registry.find("forecast"), con, as_of=day, parameters=asked, currency=currency)
    offered = {by: OFFERED} if len(table.rows) else {}
    if has_deals(con, day):
        pipeline = run(registry.find("pipeline-forecast"), con, as_of=day, parameters=asked, currency=currency)
        pipeline = replace(pipeline, notes=())
        table = replace(table, beside=(pipeline,)) if offered else pipeline
        offered |= offer_parts(con, by=by)
    if not offered:
        raise NotFoundError(
            _("There is no forecast to keep as of %(day)s") % {"day": cell(day, Kind.DATE)}, table.empty
        )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {OFFERED} AS SELECT series, month, CAST(row_number() OVER (PARTITION BY place "
        "ORDER BY month) AS INTEGER) AS horizon, expected, low, high, method, scale, months_known FROM forecast_rows"
    )
    return replace(table, notes=()), offered  # notes are the report's; here the figures are what is kept


def _keep(con: duckdb.DuckDBPyConnection, state: Session, day: date, offered: dict[str, str]) -> Step | None:
    """Keep the forecasts offered, the first of which decides; None where the very same is kept already.

    Raises:
        ConflictError: another forecast of that day and kind is kept.
    """
    from crmcli.store.forecasts import keep, standing

    (by, source), *others = offered.items()
    there = standing(con, source, made_on=day, by=by)
    if there is None:
        more = {kind: table for kind, table in others if standing(con, table, made_on=day, by=kind) is None}
        return keep(con, source, made_on=day, by=by, now=state.now, command=state.command, more=more)
    words = {"day": cell(day, Kind.DATE), "step": there.step}
    if there.same:
        say(_("This forecast as of %(day)s is kept already, by step %(step)s") % words)
        return None
    raise ConflictError(
        _("Another forecast as of %(day)s is kept already, by step %(step)s; forecasts are not rewritten") % words,
        _("To give it up: crmcli undo %(step)s") % words,
    )
