"""`crmcli manager`: who looks after accounts, how loaded they are, what their duties are, and handing over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, stepped, told
from crmcli.cli.managers import duties, handing
from crmcli.cli.program import program
from crmcli.cli.session import session, show
from crmcli.cli.typed import amount
from crmcli.errors import UsageError
from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from crmcli.store.journal import Writer
    from crmcli.store.managers.managers import Manager

app = program(help=_("Who looks after accounts: roles, skills, hours, duties, workload, and handing over."))

_COLUMNS = (
    Column("manager", N_("Manager"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("role", N_("Role"), Kind.LEVEL),
    Column("senior", N_("Senior"), Kind.CODE),
    Column("region", N_("Region"), Kind.TEXT),
    Column("skills", N_("Skills"), Kind.TEXT),
    Column("languages", N_("Languages"), Kind.TEXT),
    Column("capacity_hours", N_("Hours a month"), Kind.QUANTITY),
    Column("active", N_("Active"), Kind.LEVEL, words=("yes", "no")),
    Column("accounts", N_("Accounts"), Kind.COUNT),
)
_FIELDS = (Column("field", N_("Field"), Kind.LEVEL), Column("value", N_("Value"), Kind.TEXT))
_CodeArgument = Annotated[str, typer.Argument(metavar="CODE", help=_("code or name of the manager"))]
_RoleOption = Annotated[str | None, typer.Option("--role", metavar="ROLE", help=_("agent, key or senior"))]
_SeniorOption = Annotated[str | None, typer.Option("--senior", metavar="CODE", help=_("the senior manager over them"))]
_RegionOption = Annotated[
    str | None, typer.Option("--region", metavar="NAMES", help=_("one or several with ; between; none: anywhere"))
]
_SkillsOption = Annotated[str | None, typer.Option("--skills", metavar="WORDS", help=_("with ; between"))]
_LanguagesOption = Annotated[str | None, typer.Option("--languages", metavar="WORDS", help=_("with ; between"))]
_CapacityOption = Annotated[
    str | None, typer.Option("--capacity", metavar="HOURS", help=_("hours a month for looking after accounts"))
]


@app.command(
    "add",
    help=_("Add a manager."),
    epilog='crmcli manager add M07 "Ivan Sample" --role key --senior M01 --skills "cable; lighting" --capacity 120',
)
def add(
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help=_("a short code, such as M07"))],
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("name of the manager"))],
    role: _RoleOption = "agent",
    senior: _SeniorOption = None,
    region: _RegionOption = None,
    skills: _SkillsOption = None,
    languages: _LanguagesOption = None,
    capacity: _CapacityOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Add a manager."""
    from crmcli.store.managers.managers import Manager, add_manager

    given = _given(None, role, senior, region, skills, languages, capacity)
    manager = Manager(code, name, active=True, **given)
    kept, step = stepped(session(context), "manager", dry_run=dry_run, do=lambda writer: add_manager(writer, manager))
    _show(kept, _("Manager added"), format=format, output=output)
    told(step, dry_run=dry_run)


@app.command(
    "edit", help=_("Change a manager; '' clears a field."), epilog="crmcli manager edit M07 --capacity 100 --senior ''"
)
def edit(
    context: typer.Context,
    code: _CodeArgument,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help=_("name of the manager"))] = None,
    role: _RoleOption = None,
    senior: _SeniorOption = None,
    region: _RegionOption = None,
    skills: _SkillsOption = None,
    languages: _LanguagesOption = None,
    capacity: _CapacityOption = None,
    active: Annotated[
        bool | None, typer.Option("--active/--inactive", help=_("whether they look after accounts"))
    ] = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Change a manager; '' clears a field."""
    from crmcli.store.managers.managers import edit_manager

    changes = _given(name, role, senior, region, skills, languages, capacity)
    changes |= {} if active is None else {"active": active}
    if not changes:
        raise UsageError(_("nothing to change was named"), "--name --role --senior --region --skills --languages …")

    def do(writer: Writer) -> tuple[Manager, Manager]:
        return edit_manager(writer, code, changes)

    (_before, after), step = stepped(session(context), "manager", dry_run=dry_run, do=do)
    _show(after, _("Manager changed"), format=format, output=output)
    told(step, dry_run=dry_run)


@app.command("list", help=_("All managers."), epilog="crmcli manager list --role key")
def list_managers(
    context: typer.Context,
    role: _RoleOption = None,
    every: Annotated[bool, typer.Option("--all", help=_("also those who are not active"))] = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """All managers."""
    from crmcli.store.connection import rows
    from crmcli.store.managers.duties import role_named
    from crmcli.store.managers.managers import all_managers

    wanted = role_named(role) if role else None
    with session(context).reading() as con:
        counts = dict(
            rows(con, "SELECT manager_id, count(*) FROM contacts WHERE manager_id IS NOT NULL GROUP BY manager_id")
        )
        found = all_managers(con)
    listed = [
        (*_facts(one), counts.get(number, 0))
        for number, one in found
        if (every or one.is_active) and (wanted is None or (one.role or "").lower() == wanted)
    ]
    left_out = 0 if every else sum(not one.is_active for _number, one in found)
    notes = (
        (_("Left out because they are not active: %(count)s; --all shows them.") % {"count": left_out},)
        if left_out
        else ()
    )
    empty = _("No managers yet; add one: crmcli manager add CODE NAME")
    show(
        Table("managers", _("Managers"), _COLUMNS, ListRows(listed), notes=notes, empty=empty),
        format=format,
        output=output,
    )


@app.command("show", help=_("One manager: facts, accounts and duties."), epilog="crmcli manager show M02")
def show_manager(
    context: typer.Context,
    code: _CodeArgument,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """One manager: facts, accounts and duties."""
    from crmcli.store.connection import rows
    from crmcli.store.managers.duties import duties_of
    from crmcli.store.managers.managers import find_manager, team_of

    with session(context).reading() as con:
        number, found = find_manager(con, code)
        under = team_of(con, found.code)
        sql = "SELECT code, name, region FROM contacts WHERE manager_id = $1 ORDER BY code"
        accounts = rows(con, sql, [number])
        lines = duties_of(con, (found.role or "").lower())
    fields = [*zip((column.name for column in _COLUMNS[:-1]), map(_text, _facts(found)), strict=True)]
    facts = [(name, value) for name, value in [*fields, ("team", "; ".join(under) or None)] if value is not None]
    beside = (
        Table("accounts", _("Accounts"), (Column("customer", N_("Customer"), Kind.CODE), Column("name", N_("Name"), Kind.TEXT),
              Column("region", N_("Region"), Kind.TEXT)), ListRows(accounts), empty=_("No accounts.")),
        duties.duties_table(lines, _("Duties")),
    )  # fmt: skip
    title = f"{found.name} ({found.code})"
    show(Table("manager", title, _FIELDS, ListRows(facts), beside=beside), format=format, output=output)


@app.command(
    "load",
    help=_("Who looks after how much, does it fit into their hours, and are plans kept? As report workload."),
    epilog="crmcli manager load --senior M01",
)
def load(
    context: typer.Context,
    senior: _SeniorOption = None,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Who looks after how much, as `report workload`."""
    from crmcli.reports.registry import find
    from crmcli.reports.run import run

    state = session(context)
    with state.reading() as con:
        day = options.settle_day(as_of, con, state)
        parameters = {"senior": senior} if senior else {}
        answer = run(find("workload"), con, as_of=day, parameters=parameters, currency=options.currency(con))
        show(answer, format=format, output=output)


app.add_typer(handing.app)
app.add_typer(duties.app, name="duties")


def _given(
    name: str | None, role: str | None, senior: str | None, region: str | None, skills: str | None, languages: str | None,
    capacity: str | None,
) -> dict[str, Any]:  # fmt: skip
    """Fields that were named; an empty text clears one."""
    texts = {"name": name, "role": role, "senior": senior, "region": region, "skills": skills, "languages": languages}
    found: dict[str, Any] = {key: value.strip() or None for key, value in texts.items() if value is not None}
    if "name" in found and found["name"] is None:
        raise UsageError(_("a manager needs a code and a name"))
    return found | ({} if capacity is None else {"capacity_hours": amount(capacity, "--capacity")})


def _facts(manager: Manager) -> tuple[Any, ...]:
    texts = (
        manager.code,
        manager.name,
        manager.role,
        manager.senior,
        manager.region,
        manager.skills,
        manager.languages,
    )
    return (*texts, manager.capacity_hours, N_("yes") if manager.is_active else N_("no"))


def _text(value: Any) -> str | None:
    from decimal import Decimal

    from crmcli.numbers import cell

    if value in ("yes", "no", "agent", "key", "senior"):
        return _(value)
    return cell(value, Kind.QUANTITY) if isinstance(value, Decimal) else value


def _show(manager: Manager, title: str, *, format: str | None, output: str | None) -> None:
    """The manager as kept."""
    show(Table("managers", title, _COLUMNS[:-1], ListRows([_facts(manager)])), format=format, output=output)
