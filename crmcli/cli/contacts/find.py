"""`crmcli find`: contacts by words that may be mistyped."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli import options
from crmcli.cli.program import program
from crmcli.cli.session import session, show
from crmcli.errors import NotFoundError
from crmcli.language import gettext as _

app = program()


@app.command(
    help=_("Find contacts by a name, a person, a town, a phone, a tax id, an e-mail or a number; slips do not matter."),
    epilog="crmcli find 'primer stroi'",
)
def find(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS...", help=_("in any order, mistyped, in either alphabet"))
    ],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, metavar="N", help=_("show the first N"))] = 10,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Find contacts by words that may be mistyped."""
    from crmcli.reports.finding import find as answer

    text = " ".join(words)
    with session(context).reading() as con:
        table = answer(con, text, limit=limit)
    if not len(table.rows):
        raise NotFoundError(
            _("nobody is found for %(text)s") % {"text": repr(text)}, _("All contacts: crmcli contact list")
        )
    show(table, format=format, output=output)
