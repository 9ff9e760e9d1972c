"""`crmcli today`: one look in the morning."""

from __future__ import annotations

import typer

from crmcli.cli import options
from crmcli.cli.program import program
from crmcli.cli.session import session
from crmcli.language import gettext as _

app = program()


@app.command(
    help=_("One look in the morning: whom to call and why, what is late, how the month goes."),
    epilog="crmcli today --as-of latest --format html --output today.html",
)
def show_today(
    context: typer.Context,
    as_of: options.AsOfOption = "today",
    limit: options.LimitOption = None,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """One look in the morning: whom to call and why, what is late, how the month goes."""
    from crmcli.cli.sheets import show_all
    from crmcli.reports.today.page import today

    state = session(context)
    with state.reading() as con:
        day = options.settle_day(as_of, con, state)
        tables = today(con, as_of=day, currency=options.currency(con), limit=limit)
        show_all(tables, format=format, output=output)
