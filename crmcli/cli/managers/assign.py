"""`crmcli keyaccount assign`, `need` and `needs`: who is to look after whom, and what accounts need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, stepped, told
from crmcli.cli.program import program
from crmcli.cli.session import session, show
from crmcli.cli.typed import amount
from crmcli.errors import NotFoundError, UsageError
from crmcli.language import N_, nearest
from crmcli.language import gettext as _
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    import duckdb

    from crmcli.cli.session import Session
    from crmcli.reports.managers.matching import Matching, Terms
    from crmcli.store.journal import Writer
    from crmcli.store.managers.needs import Need

app = program()

_NEEDS = (
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("skills", N_("Skills"), Kind.TEXT),
    Column("languages", N_("Languages"), Kind.TEXT),
    Column("hours", N_("Hours"), Kind.QUANTITY),
    Column("note", N_("Note"), Kind.TEXT),
)


@app.command(
    "assign",
    help=_("Give each key account the manager who fits best, within the hours everyone has."),
    epilog="crmcli keyaccount assign --move-penalty 30 --dry-run",
)
def assign(
    context: typer.Context,
    segment: Annotated[
        str | None,
        typer.Option("--segment", metavar="NAME", help=_("the customers of a segment, instead of key accounts")),
    ] = None,
    roles: Annotated[
        str | None,
        typer.Option("--roles", metavar="ROLES", help=_("who may: some of agent, key, senior; comma between")),
    ] = None,
    move_penalty: Annotated[
        int,
        typer.Option("--move-penalty", min=0, max=1000, metavar="N", help=_("points that changing the manager costs")),
    ] = 20,
    balance: Annotated[
        int,
        typer.Option(
            "--balance", min=0, max=1000, metavar="N", help=_("points that each started 5 % of the highest load cost")
        ),
    ] = 5,
    hours: Annotated[
        str | None,
        typer.Option("--hours", metavar="A=8,B=4,C=2", help=_("hours a month by class, where nothing else is known")),
    ] = None,
    as_of: options.AsOfOption = "today",
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Give each key account the manager who fits best, within the hours everyone has."""
    from crmcli.reports.managers.assigning import assignment_table
    from crmcli.reports.managers.matching import NOBODY, Terms, match
    from crmcli.rules.assigning.hours import parse_usual
    from crmcli.store.managers.appointing import appoint

    state, usual, allowed = session(context), parse_usual(hours), _roles(roles)
    with state.reading() as con:
        day = options.settle_day(as_of, con, state)
        terms = Terms(day, allowed, move_penalty, balance, usual)

    def do(writer: Writer) -> Matching:
        _keep_scope(writer.con, state, segment, terms)
        found = match(writer.con, terms)
        chosen = {
            number: found.manager_ids[place]
            for number, place in zip(found.ids, found.chosen, strict=True)
            if place != NOBODY
        }
        appoint(writer, chosen)
        return found

    found, step = stepped(state, "assign", dry_run=dry_run, do=do)
    show(assignment_table(found), format=format, output=output)
    told(step, dry_run=dry_run)


@app.command(
    "need",
    help=_("What looking after an account takes: skills, languages, hours a month. Without options: show it."),
    epilog="crmcli keyaccount need 00056 --skill cable --language en --hours 6",
)
def need(
    context: typer.Context,
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help=_("code, name, e-mail or tax id"))],
    skill: Annotated[
        list[str] | None, typer.Option("--skill", metavar="SKILL", help=_("a manager must have it; can be repeated"))
    ] = None,
    language: Annotated[
        list[str] | None, typer.Option("--language", metavar="LANGUAGE", help=_("one of them must do; can be repeated"))
    ] = None,
    hours: Annotated[
        str | None, typer.Option("--hours", metavar="HOURS", help=_("hours a month; '' clears them"))
    ] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help=_("a note on it"))] = None,
    clear: Annotated[bool, typer.Option("--clear", help=_("nothing is needed any more"))] = False,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """What looking after an account takes."""
    from crmcli.reports.lookup import find_party
    from crmcli.store.managers.needs import clear_need, needs, set_need

    given: dict[str, Any] = {} if skill is None else {"skills": tuple(skill)}
    given |= {} if language is None else {"languages": tuple(language)}
    given |= {} if hours is None else {"hours": amount(hours, "--hours")}
    given |= {} if note is None else {"note": note.strip() or None}
    if clear and given:
        raise UsageError(_("--clear takes everything out; it goes with no other option"))
    state, title = session(context), _("What accounts need")
    if not given and not clear:
        with state.reading() as con:
            found = needs(con, find_party(con, customer).id)
        show(_needs_table(found, title), format=format, output=output)
        return

    def do(writer: Writer) -> list[Need]:
        party = find_party(writer.con, customer)
        if clear:
            clear_need(writer, party.id)
        else:
            set_need(writer, party.id, given)
        return needs(writer.con, party.id)

    found, step = stepped(state, "need", dry_run=dry_run, do=do)
    show(_needs_table(found, title), format=format, output=output)
    told(step, dry_run=dry_run)


@app.command("needs", help=_("What all accounts need, of which anything is said."), epilog="crmcli keyaccount needs")
def list_needs(
    context: typer.Context, format: options.FormatOption = None, output: options.OutputOption = None
) -> None:
    """What all accounts need, of which anything is said."""
    from crmcli.store.managers.needs import needs

    with session(context).reading() as con:
        found = needs(con)
    show(_needs_table(found, _("What accounts need")), format=format, output=output)


def _needs_table(found: list[Need], title: str) -> Table:
    rows = [
        (one.customer, one.name, "; ".join(one.skills) or None, "; ".join(one.languages) or None, one.hours, one.note)
        for one in found
    ]
    empty = _("Nothing is needed; to say what is: crmcli keyaccount need CUSTOMER --skill SKILL --hours 6")
    return Table("needs", title, _NEEDS, ListRows(rows), empty=empty)


def _roles(text: str | None) -> tuple[str, ...] | None:
    """Roles as typed; None where nothing was.

    Raises:
        UsageError: There is no such role.
    """
    from crmcli.rules.assigning.fitting import ROLES

    named = tuple(word.strip().lower() for word in (text or "").split(",") if word.strip())
    for word in named:
        if word not in ROLES:
            raise UsageError(
                _("there is no role %(role)s") % {"role": repr(word)}, nearest(word, list(ROLES)) or ", ".join(ROLES)
            )
    return named or None


def _keep_scope(con: duckdb.DuckDBPyConnection, state: Session, segment: str | None, terms: Terms) -> None:
    """The accounts in question, as a temp table.

    Raises:
        NotFoundError: There is no such segment, or there are no managers.
    """
    from crmcli.cli.segments.asking import all_rules, asked_on, named_segment
    from crmcli.metrics.catalogue import install
    from crmcli.reports.managers.matching import SCOPE
    from crmcli.reports.segments.members import MEMBERS, members
    from crmcli.store.connection import scalar

    if not scalar(con, "SELECT count(*) FROM managers"):
        raise NotFoundError(_("there are no managers yet"), _("Add one: crmcli manager add CODE NAME"))
    if segment is None:
        install(con, "key_accounts_on(")
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {SCOPE} AS SELECT DISTINCT customer_id FROM key_accounts_on($1)",
            [terms.as_of],
        )
        return
    found = named_segment(con, segment)
    members(con, asked_on(con, state, found.rule, terms.as_of.isoformat(), all_rules(con)), title="")
    con.execute(f"CREATE OR REPLACE TEMP TABLE {SCOPE} AS SELECT DISTINCT customer_id FROM {MEMBERS}")
