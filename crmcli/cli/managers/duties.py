"""`crmcli manager duties`: what managers of each role have to do, printed and written anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, stepped, told
from crmcli.cli.program import program
from crmcli.cli.session import session, show
from crmcli.cli.typed import read_text
from crmcli.errors import NotFoundError, UsageError
from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.table import Column, Kind, ListRows, Table


class _Duties(TyperGroup):
    """The group that shows duties unless one of its commands is named: `manager duties key` is `manager duties show key`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As usual, with `show` put first where no command is named."""
        named = bool(args) and (args[0] in self.commands or args[0] in ("-h", "--help"))
        return super().parse_args(ctx, args if named else ["show", *args])


app = program(help=_("Duties of managers by role: show, set, reset."), cls=_Duties)

_COLUMNS = (Column("line", N_("No."), Kind.COUNT), Column("duty", N_("Duty"), Kind.TEXT))
_ALL = (Column("role", N_("Role"), Kind.LEVEL), *_COLUMNS)
_RoleArgument = Annotated[str, typer.Argument(metavar="ROLE", help=_("agent, key or senior"))]


def duties_table(lines: Sequence[str], title: str) -> Table:
    """Duties as a table, numbered."""
    empty = _("No duties are written down for this role.")
    return Table("duties", title, _COLUMNS, ListRows(list(enumerate(lines, 1))), empty=empty)


@app.command(
    "show",
    help=_("Duties of one role, of one manager's role, or of all."),
    epilog="crmcli manager duties key --output duties.pdf",
)
def show_duties(
    context: typer.Context,
    role: Annotated[str | None, typer.Argument(metavar="[ROLE]", help=_("agent, key or senior"))] = None,
    manager: Annotated[str | None, typer.Option("--manager", metavar="CODE", help=_("of this manager's role"))] = None,
    format: options.PageFormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Duties of one role, of one manager's role, or of all."""
    from crmcli.cli.printed import put_duties
    from crmcli.rules.assigning.fitting import ROLES
    from crmcli.store.managers.duties import duties_of, role_named
    from crmcli.store.managers.managers import find_manager

    if role is not None and manager is not None:
        raise UsageError(_("say a role or --manager, not both"))
    with session(context).reading() as con:
        title = _("Duties by role")
        named = role_named(role) if role is not None else None
        if manager is not None:
            _number, found = find_manager(con, manager)
            if not found.role:
                hint = "crmcli manager edit CODE --role key"
                raise NotFoundError(_("%(name)s has no role yet") % {"name": found.name}, hint)
            named = found.role.lower()
            title = _("Duties of %(name)s (%(role)s)") % {"name": found.name, "role": _(named)}
        elif named is not None:
            title = _("Duties of the role: %(role)s") % {"role": _(named)}
        whose = find_manager(con, manager) if manager is not None else None
        roles, today = (named,) if named else ROLES, session(context).today
        if put_duties(con, roles, manager=whose, day=today, format=format, output=output):
            return
        if named is not None:
            table = duties_table(duties_of(con, named), title)
        else:
            rows = [(one, place, line) for one in ROLES for place, line in enumerate(duties_of(con, one), 1)]
            table = Table("duties", title, _ALL, ListRows(rows))
    show(table, format=format, output=output)


@app.command(
    "set",
    help=_("Write the duties of a role anew: one a line, from a file or with - from standard input."),
    epilog="crmcli manager duties set key duties.txt",
)
def set_role(
    context: typer.Context,
    role: _RoleArgument,
    file: Annotated[str, typer.Argument(metavar="FILE", help=_("one duty a line; - reads standard input"))],
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Write the duties of a role anew."""
    from crmcli.store.managers.duties import role_named, set_duties

    name, lines = role_named(role), read_text(file).splitlines()
    kept, step = stepped(session(context), "duties", dry_run=dry_run, do=lambda writer: set_duties(writer, name, lines))
    show(duties_table(kept, _("Duties of the role: %(role)s") % {"role": _(name)}), format=format, output=output)
    told(step, dry_run=dry_run)


@app.command("reset", help=_("Go back to the duties that come with crmcli."), epilog="crmcli manager duties reset key")
def reset_role(context: typer.Context, role: _RoleArgument, dry_run: DryRunOption = False) -> None:
    """Go back to the duties that come with crmcli."""
    from crmcli.store.managers.duties import own_duties, reset_duties, role_named

    name, state = role_named(role), session(context)
    with state.reading() as con:
        if not own_duties(con, name):
            raise NotFoundError(_("the duties of %(role)s are those that come with crmcli already") % {"role": _(name)})
    _count, step = stepped(state, "duties", dry_run=dry_run, do=lambda writer: reset_duties(writer, name))
    told(step, dry_run=dry_run)
