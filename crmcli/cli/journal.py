"""`crmcli log` and `crmcli undo`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, keeping
from crmcli.cli.program import program
from crmcli.cli.session import say, session, show
from crmcli.language import gettext as _
from crmcli.language import ngettext
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from crmcli.store.undo import Undone

log = program()
undo = program()

_STEP_COLUMNS = (
    Column("step", "Step", Kind.COUNT),
    Column("done_at", "Done at", Kind.MOMENT),
    Column("command", "Command", Kind.TEXT),
    Column("created", "Created", Kind.COUNT),
    Column("updated", "Updated", Kind.COUNT),
    Column("removed", "Removed", Kind.COUNT),
    Column("undone_by", "Undone by", Kind.COUNT),
)
_DIFFERENCE_COLUMNS = (
    Column("table", "Table", Kind.LEVEL),
    Column("row", "Row", Kind.TEXT),
    Column("column", "Column", Kind.TEXT),
    Column("before", "Before", Kind.TEXT),
    Column("after", "After", Kind.TEXT),
)


@log.command(
    help=_("Every writing command, newest first; with a number, what that step changed."), epilog="crmcli log 3"
)
def show_log(
    context: typer.Context,
    step: Annotated[
        int | None, typer.Argument(metavar="[STEP]", help=_("show what this step changed, before and after"))
    ] = None,
    limit: options.LimitOption = None,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Every writing command, newest first; with a number, what that step changed."""
    from crmcli.store.differences import differences
    from crmcli.store.journal import steps

    with session(context).reading() as con:
        if step is not None:
            rows = [(d.table, d.row, d.column, d.before, d.after) for d in differences(con, step, limit=limit or 1000)]
            title = _("Step %(step)s, before and after") % {"step": step}
            empty = _(
                "This step changed no row that was there before; what it added goes with: crmcli undo %(step)s"
            ) % {"step": step}
            show(
                Table("differences", title, _DIFFERENCE_COLUMNS, ListRows(rows), empty=empty),
                format=format,
                output=output,
            )
            return
        found = [(s.number, s.done_at, s.command, s.created, s.updated, s.removed, s.undone_by) for s in steps(con)]
    rows_ = ListRows(found[:limit] if limit else found)
    table = Table("log", _("Journal"), _STEP_COLUMNS, rows_, empty=_("Nothing has been written yet"))
    show(table, format=format, output=output)


@undo.command(
    help=_("Take back step STEP, or the newest; rows touched since stay and are named."), epilog="crmcli undo --dry-run"
)
def undo_step(
    context: typer.Context,
    step: Annotated[
        int | None, typer.Argument(metavar="[STEP]", help=_("number of the step, as in: crmcli log"))
    ] = None,
    dry_run: DryRunOption = False,
) -> None:
    """Take back step STEP, or the newest; rows touched since stay and are named."""
    from crmcli.store.check import check
    from crmcli.store.undo import undo as take_back

    state = session(context)
    with keeping(state, dry_run=dry_run) as con:
        done = take_back(con, step, now=state.now)
        if broken := check(con, inside_import=True):
            from crmcli.errors import ConflictError
            from crmcli.store.findings import worded

            raise ConflictError(_("Undoing would leave the store unsound: %(what)s") % {"what": worded(broken[0].what)})
    if dry_run:
        say(_("Nothing was written; this is what would happen:"))
    _tell(done)


def _tell(done: Undone) -> None:
    say(_("Undone: step %(step)s, %(command)s") % {"step": done.target.number, "command": done.target.command})
    for table, change in done.changes.items():
        if change.removed or change.updated or change.created:
            say(
                _("  %(table)s: %(removed)s removed, %(updated)s restored, %(created)s brought back")
                % {
                    "table": _table(table),
                    "removed": change.removed,
                    "updated": change.updated,
                    "created": change.created,
                }
            )
    if done.kept:
        say(ngettext("%(count)s row stays:", "%(count)s rows stay:", len(done.kept)) % {"count": len(done.kept)})
        for kept in done.kept[:20]:
            say(f"  {_table(kept.table)} {kept.name}: {kept.reason}")
        if len(done.kept) > 20:
            say("  …")
    say(_("To have it again: crmcli undo %(step)s") % {"step": done.step.number})


def _table(name: str) -> str:
    """A table's name in the owner's language."""
    return _(name.replace("_", " "))
