"""`crmcli export`: any table of the store under the names intake takes it in by."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli import options
from crmcli.cli.program import program
from crmcli.cli.session import session, show
from crmcli.language import gettext as _

app = program()


@app.command(
    help=_("Write a table of the store, in the columns that import takes."),
    epilog="crmcli export contacts --output contacts.csv",
)
def export(
    context: typer.Context,
    entity: Annotated[
        str,
        typer.Argument(
            metavar="ENTITY", help=_("contacts, orders, tickets … as in import; answers, calendars, deal_moves …")
        ),
    ],
    format: options.FormatOption = None,
    output: options.OutputOption = None,
    excel_safe: options.ExcelSafeOption = False,
) -> None:
    """Write a table of the store, in the columns that import takes."""
    from crmcli.intake.export import export as take_out

    with session(context).reading() as con:
        chosen = format or (None if output else "csv")
        show(take_out(con, entity), format=chosen, output=output, excel_safe=excel_safe)
