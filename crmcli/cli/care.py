"""`crmcli check` and `crmcli migrate`."""

from __future__ import annotations

import typer

from crmcli.cli import options
from crmcli.cli.program import program
from crmcli.cli.session import say, session, show
from crmcli.language import gettext as _
from crmcli.store.findings import worded
from crmcli.table import Column, Kind, ListRows, Table

check = program()
migrate = program()

_COLUMNS = (
    Column("check", "Check", Kind.CODE),
    Column("question", "Question", Kind.TEXT),
    Column("what", "What", Kind.TEXT),
)


@check.command(help=_("Look for anything unsound in the store; silent and exit 0 when there is nothing."))
def run_checks(
    context: typer.Context, format: options.FormatOption = None, output: options.OutputOption = None
) -> None:
    """Look for anything unsound in the store."""
    from crmcli.store.check import check as look
    from crmcli.store.check import checks

    with session(context).reading() as con:
        questions = {one.name: _(one.question) for one in checks()}  # worded once the store's language is known
        found = [(f.check, questions[f.check], worded(f.what)) for f in look(con)]
    if found or format:
        show(
            Table("check", _("Found"), _COLUMNS, ListRows(found), empty=_("Nothing is wrong")),
            format=format,
            output=output,
        )
    if found:
        raise typer.Exit(1)


@migrate.command(help=_("Bring an older store up to date; a copy of it is kept beside it."))
def run_migrations(context: typer.Context) -> None:
    """Bring an older store up to date; a copy of it is kept beside it."""
    from crmcli.store.connection import open_to_migrate
    from crmcli.store.migrate import migrate as bring_up

    state = session(context)
    with open_to_migrate(state.settings.db, wait=state.settings.wait) as (con, copy):
        names = bring_up(con, now=state.now)
    if names:
        say(
            _("Brought up to date: %(names)s; the store as it was: %(copy)s")
            % {"names": ", ".join(names), "copy": copy}
        )
    else:
        say(_("The store is up to date"))
