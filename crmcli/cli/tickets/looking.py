"""`crmcli ticket list|show`: which tickets there are, and all about one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.program import program
from crmcli.cli.session import Session, session, show
from crmcli.cli.tickets.options import KindOption, PriorityOption, TicketArgument, is_nobody, word_of
from crmcli.cli.typed import customer_of, day, manager_named
from crmcli.errors import NotFoundError, UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    import datetime as dt

    import duckdb

app = program()


@app.command(
    "list",
    help=_("Tickets that are not settled, the best customers and the most urgent first."),
    epilog="crmcli ticket list --agent M1 --priority urgent",
)
def list_tickets(
    context: typer.Context,
    state: Annotated[
        str,
        typer.Option(
            "--state", metavar="WORD", help=_("open, waiting, resolved, closed or all; open and waiting unless said")
        ),
    ] = "live",
    agent: Annotated[
        str | None,
        typer.Option("--agent", metavar="MANAGER", help=_("only theirs: code or name; 'nobody' for those without")),
    ] = None,
    customer: options.CustomerOption = None,
    kind: KindOption = None,
    priority: PriorityOption = None,
    since: Annotated[str | None, typer.Option("--since", metavar="DATE", help=_("opened on this day or later"))] = None,
    as_of: options.AsOfOption = "today",
    limit: options.LimitOption = None,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Tickets that are not settled, the best customers and the most urgent first."""
    import datetime as dt

    from crmcli.reports.tickets.listing import Chosen, tickets_table

    run, wanted, first = session(context), _state(state), day(since)
    kinds, priorities = word_of("kind", kind), word_of("priority", priority)
    with run.reading() as con:
        chosen = Chosen(
            wanted, customer_of(con, customer), _agent(con, agent), kinds, priorities,
            dt.datetime.combine(first, dt.time()) if first else None,
        )  # fmt: skip
        at = moment_seen(options.settled_day(as_of, con, run), run)
        show(tickets_table(con, chosen, at, limit=limit), format=format, output=output)


@app.command(
    "show",
    help=_("One ticket: its facts, links and warranty, what was promised, and the whole thread."),
    epilog="crmcli ticket show T-2026-0001",
)
def show_ticket(
    context: typer.Context,
    number: TicketArgument,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """One ticket: its facts, links and warranty, what was promised, and the whole thread."""
    from crmcli.cli.sheets import show_all
    from crmcli.reports.tickets.sheet import ticket_tables
    from crmcli.store.tickets.rows import find_ticket

    run = session(context)
    with run.reading() as con:
        at = moment_seen(options.settled_day(as_of, con, run), run)
        ticket = find_ticket(con, number)
        tables = ticket_tables(con, ticket, at, people=_is_for_people(format, output))
        if not tables:
            words = {"ticket": ticket.ticket_no, "day": at.date().isoformat()}
            raise NotFoundError(_("ticket %(ticket)s was not known on %(day)s") % words)
        show_all(tables, format=format, output=output)


def moment_seen(on: dt.date, state: Session) -> dt.datetime:
    """The moment of the look: now for today, the last moment of other days."""
    import datetime as dt

    return state.now if on == state.today else dt.datetime.combine(on, dt.time.max)


def _is_for_people(format: str | None, output: str | None) -> bool:
    ending = output.rpartition(".")[2].lower() if output and "." in output else "table"
    return (format or ending) in ("table", "md", "html", "htm", "txt")


def _state(word: str) -> str:
    from crmcli.rules.tickets.states import STATES

    known = {
        **{name: name for name in STATES},
        "all": "all",
        "live": "live",
        **{_(name).lower(): name for name in STATES},
    }
    if found := known.get(word.strip().lower()):
        return found
    raise UsageError(_("there is no state %(word)s of tickets") % {"word": repr(word)}, ", ".join([*STATES, "all"]))


def _agent(con: duckdb.DuckDBPyConnection, word: str | None) -> int | None:
    from crmcli.reports.tickets.listing import NOBODY

    return NOBODY if word is not None and is_nobody(word) else manager_named(con, word)
