"""`crmcli deal chances`: how likely open deals are to be won, why, and how good such figures have been."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli import options
from crmcli.cli.program import program
from crmcli.cli.session import session, show
from crmcli.errors import UsageError
from crmcli.language import gettext as _

app = program()


@app.command(
    "chances",
    help=_("How likely open deals are to be won and why; by hand first, else learned from closed deals."),
    epilog="crmcli deal chances --as-of latest; crmcli deal chances --backtest",
)
def chances(
    context: typer.Context,
    deal: Annotated[str | None, typer.Argument(metavar="[DEAL]", help=_("the number of one deal"))] = None,
    as_of: options.AsOfOption = "today",
    backtest: Annotated[
        bool, typer.Option("--backtest", help=_("how such chances would have done on past days"))
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help=_("term by term how the chance of one deal came about"))
    ] = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """How likely open deals are to be won and why."""
    from crmcli.reports.deals.chance_list import chances_table, explained_table
    from crmcli.reports.deals.chance_past import past_table
    from crmcli.store.deals.rows import find_deal

    if explain and deal is None:
        raise UsageError(_("say which deal to explain"), "crmcli deal chances DEAL --explain")
    if backtest and deal is not None:
        raise UsageError(_("the back-test is of all deals together"), "crmcli deal chances --backtest")
    state = session(context)
    with state.reading() as con:
        day = options.settle_day(as_of, con, state)
        found = find_deal(con, deal).id if deal is not None else None
        if backtest:
            table = past_table(con, day)
        elif explain and found is not None:
            table = explained_table(con, day, deal_id=found)
        else:
            table = chances_table(con, day, deal_id=found)
        show(table, format=format, output=output)
