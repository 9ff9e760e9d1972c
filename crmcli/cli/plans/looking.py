"""`crmcli plan list|show|due`: which plans there are, one of them, and what is to do."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli import options
from crmcli.cli.alarm import EXIT_ALERT
from crmcli.cli.plans.options import ManagerOption, sheet_of, whose
from crmcli.cli.program import program
from crmcli.cli.session import session, show
from crmcli.language import gettext as _

app = program()
_AHEAD = 14  # days that plan due looks ahead, unless said


@app.command(
    "list", help=_("All plans that live or are to come, and how they are kept."), epilog="crmcli plan list --closed"
)
def list_plans(
    context: typer.Context,
    customer: options.CustomerOption = None,
    manager: ManagerOption = None,
    closed: Annotated[bool, typer.Option("--closed", help=_("those that ended or were closed, too"))] = False,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """All plans that live or are to come, and how they are kept."""
    from crmcli.reports.plans.listing import plans_table

    state = session(context)
    with state.reading() as con:
        on = options.settled_day(as_of, con, state)
        show(plans_table(con, whose(con, customer, manager), on, every=closed), format=format, output=output)


@app.command(
    "show",
    help=_("One plan: goals with facts, cadence, steps with their state."),
    epilog="crmcli plan show P-2026-0001",
)
def show_plan(
    context: typer.Context,
    word: Annotated[str, typer.Argument(metavar="PLAN|CUSTOMER", help=_("number of the plan, or whose it is"))],
    as_of: options.AsOfOption = "today",
    format: options.PageFormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """One plan: goals with facts, cadence, steps with their state."""
    from crmcli.cli.printed import put_plan
    from crmcli.cli.sheets import show_all

    state = session(context)
    with state.reading() as con:
        on = options.settled_day(as_of, con, state)
        tables = sheet_of(con, word, on)
        if not put_plan(con, tables, day=on, format=format, output=output):
            show_all(tables, format=format, output=output)


@app.command("due", help=_("Steps to do: late ones first, then by value class and day."),
             epilog="crmcli plan due --within 7 --manager M1 --fail-if-late")  # fmt: skip
def due(
    context: typer.Context,
    within: Annotated[
        int, typer.Option("--within", min=0, max=3660, metavar="DAYS", help=_("so many days ahead"))
    ] = _AHEAD,
    manager: ManagerOption = None,
    customer: options.CustomerOption = None,
    late: Annotated[bool, typer.Option("--late", help=_("only late ones"))] = False,
    fail_if_late: Annotated[
        bool, typer.Option("--fail-if-late", help=_("exit code 10 when a step is late, for cron"))
    ] = False,
    as_of: options.AsOfOption = "today",
    limit: options.LimitOption = None,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Steps to do: late ones first, then by value class and day."""
    import datetime as dt

    from crmcli.reports.plans.listing import due_table

    state = session(context)
    with state.reading() as con:
        on = options.settled_day(as_of, con, state)
        ahead = min(within, (dt.date.max - on).days)
        table, count = due_table(con, whose(con, customer, manager), on, within=ahead, late_only=late, limit=limit)
        show(table, format=format, output=output)
    if fail_if_late and count:
        raise typer.Exit(EXIT_ALERT)
