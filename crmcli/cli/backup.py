"""`crmcli backup create|verify|restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crmcli.cli.program import program
from crmcli.cli.session import say, session
from crmcli.language import gettext as _
from crmcli.language import ngettext
from crmcli.numbers import cell
from crmcli.table import Kind

app = program(help=_("Make, verify and bring back copies of the store."))  # fmt: skip
FileArgument = Annotated[str, typer.Argument(metavar="FILE", help=_("the copy"))]


@app.command(
    help=_("Copy the whole store into one file and verify it."), epilog="crmcli backup create crm-2026-06-30.backup"
)
def create(
    context: typer.Context,
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help=_("the copy; named after the day unless told"))
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=_("replace a file that is there"))] = False,
) -> None:
    """Copy the whole store into one file and verify it."""
    from crmcli.store.backup import create as make

    state = session(context)
    store = state.settings.db
    target = Path(file) if file else store.with_name(f"{store.stem}-{state.now:%Y-%m-%d-%H%M%S}.backup")
    count = make(store, target, wait=state.settings.wait, now=state.now, force=force)
    say(
        ngettext("Copied %(count)s row to %(path)s", "Copied %(count)s rows to %(path)s", count)
        % {"count": cell(count, Kind.COUNT), "path": target}
    )


@app.command(help=_("Read every value of a copy and compare it with what was copied."))
def verify(context: typer.Context, file: FileArgument) -> None:
    """Read every value of a copy and compare it with what was copied."""
    from crmcli.store.backup import verify as look

    session(context)
    found = look(Path(file))
    say(
        ngettext(
            "%(path)s is whole: %(count)s row, made %(made_at)s",
            "%(path)s is whole: %(count)s rows, made %(made_at)s",
            found.rows,
        )
        % {"path": file, "count": cell(found.rows, Kind.COUNT), "made_at": cell(found.made_at, Kind.MOMENT)}
    )


@app.command(help=_("Put a copy in place of the store; the store as it was is kept beside it."))
def restore(context: typer.Context, file: FileArgument) -> None:
    """Put a copy in place of the store; the store as it was is kept beside it."""
    from crmcli.store.backup import restore as bring_back

    state = session(context)
    kept = bring_back(Path(file), state.settings.db, wait=state.settings.wait, now=state.now)
    say(_("Restored %(path)s") % {"path": state.settings.db})
    if kept is not None:
        say(_("  The store as it was: %(path)s") % {"path": kept})
