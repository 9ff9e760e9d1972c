"""`crmcli ticket due|breached`: promises that are due, late or broken; exit 10 for the owner's cron."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.alarm import EXIT_ALERT
from crmcli.cli.program import program
from crmcli.cli.session import say, session, show
from crmcli.cli.typed import manager_named
from crmcli.language import gettext as _

if TYPE_CHECKING:
    import duckdb

    from crmcli.cli.session import Session
    from crmcli.reports.service.due import Looked

app = program()
AtOption = Annotated[
    str,
    typer.Option(
        "--at", metavar="MOMENT", help=_("as of when: '2026-07-01 14:05', a day's end, or latest; now unless said")
    ),
]
AgentOption = Annotated[
    str | None, typer.Option("--agent", metavar="MANAGER", help=_("only this one's tickets: code or name"))
]
FailOption = Annotated[bool, typer.Option("--fail-if-any", help=_("exit with 10 if there is any row, for cron"))]
USUAL = "1d"


@app.command(
    "due",
    help=_("What is due to customers: late, or due within so many working hours, the worst first. With --fail-if-any exit 10 when "
           "there is any."),
    epilog="crmcli ticket due --within 4h --agent M1 --fail-if-any",
)  # fmt: skip
def due(
    context: typer.Context,
    within: Annotated[
        str, typer.Option("--within", metavar="TIME", help=_("working time left at most: 30m, 4h, 1d (a working day)"))
    ] = USUAL,
    agent: AgentOption = None,
    at: AtOption = "now",
    fail: FailOption = False,
    limit: options.LimitOption = None,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """What is due to customers, the worst first."""
    from crmcli.reports.service.due import Looked

    state = session(context)
    with state.reading() as con:
        moment = moment_looked(at, con, state)
        looked = Looked(moment, _minutes(within, con, moment.date()), manager_named(con, agent))
        _put(con, looked, fail=fail, limit=limit, format=format, output=output)


@app.command(
    "breached",
    help=_("Promises that were not kept: of tickets not settled yet; with --since also of settled ones. With --fail-if-any exit 10 when "
           "there is any."),
    epilog="crmcli ticket breached --since 2026-06-01",
)  # fmt: skip
def breached(
    context: typer.Context,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help=_("what fell due from this day on, of settled tickets too")),
    ] = None,
    agent: AgentOption = None,
    at: AtOption = "now",
    fail: FailOption = False,
    limit: options.LimitOption = None,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Promises that were not kept, the worst first."""
    from crmcli.reports.service.due import Looked

    state = session(context)
    first = dt.datetime.combine(options.parse_day(since), dt.time()) if since else None
    with state.reading() as con:
        looked = Looked(moment_looked(at, con, state), None, manager_named(con, agent), first)
        _put(con, looked, fail=fail, limit=limit, format=format, output=output)


def moment_looked(text: str, con: duckdb.DuckDBPyConnection, state: Session) -> dt.datetime:
    """The moment a look is taken at: a moment as typed, also one to come; a day means its end, today means now.

    Raises:
        UsageError: It is neither.
    """
    from crmcli.rules.contacts.touching import moment_of

    word = text.strip()
    if word in ("now", "today"):
        return state.now
    if word == "latest" or (":" not in word and word[:1].isdigit()):
        day = options.settle_day(word, con, state)
        return state.now if day == state.today else dt.datetime.combine(day, dt.time(23, 59, 59))
    try:
        return dt.datetime.fromisoformat(word).replace(tzinfo=None)
    except ValueError:
        return moment_of(word, state.now)


def _minutes(text: str, con: duckdb.DuckDBPyConnection, day: dt.date) -> int:
    """Working minutes as typed; a day is a usual one of the usual calendar."""
    from crmcli.reports.service.clock import unmade_calendar
    from crmcli.rules.sla.calendars import usual_minutes
    from crmcli.rules.sla.durations import parse_duration
    from crmcli.store.sla.rows import stored_calendars

    usual = (stored_calendars(con) or [unmade_calendar()])[0]
    return parse_duration(text, day_minutes=usual_minutes(usual.calendar, day))


def _put(
    con: duckdb.DuckDBPyConnection,
    looked: Looked,
    *,
    fail: bool,
    limit: int | None,
    format: str | None,
    output: str | None,
) -> None:
    from crmcli.reports.service.due import due_table

    table = due_table(con, looked, limit=limit)
    show(table, format=format, output=output)
    if fail and len(table.rows):
        say(table.headline or "")
        raise typer.Exit(EXIT_ALERT)
