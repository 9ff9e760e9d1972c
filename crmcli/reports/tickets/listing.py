"""Lists of tickets: as they stood at a moment, the best customers and the most urgent first."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.metrics.catalogue import install
from crmcli.numbers import cell
from crmcli.reports.relationships.worth import worths
from crmcli.reports.sections import named, sections
from crmcli.rules.tickets.priority import CLASSES, KINDS, PRIORITIES
from crmcli.rules.tickets.states import STATES
from crmcli.store.stored import StoredRows
from crmcli.table import Column, Kind, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NOBODY = 0  # stands for tickets without an agent
LIVE, ALL = "live", "all"  # open and waiting ones; every state
COLUMNS = (
    Column("ticket", N_("Ticket"), Kind.CODE),
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("class", N_("Class"), Kind.LEVEL, words=CLASSES),
    Column("kind", N_("Kind"), Kind.LEVEL),
    Column("priority", N_("Priority"), Kind.LEVEL),
    Column("state", N_("State"), Kind.LEVEL, words=STATES),
    Column("subject", N_("Subject"), Kind.TEXT),
    Column("agent", N_("Agent"), Kind.TEXT),
    Column("opened_at", N_("Opened"), Kind.MOMENT),
    Column("age_days", N_("Age, days"), Kind.DAYS, dear=True),
    Column("first_response_at", N_("Answered"), Kind.MOMENT),
    Column("waiting_days", N_("Waits, days"), Kind.DAYS),
)
_WORDS = (*KINDS, *PRIORITIES)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which tickets: state is a word of STATES, LIVE or ALL; None elsewhere means any; agent may be NOBODY."""

    state: str = LIVE
    customer: int | None = None
    agent: int | None = None
    kind: str | None = None
    priority: str | None = None
    since: dt.datetime | None = None
    ticket: int | None = None


def tickets_table(con: DuckDBPyConnection, chosen: Chosen, at: dt.datetime, *, limit: int | None = None) -> Table:
    """Tickets opened by a moment as they stood then."""
    sql = sections("tickets", "tickets")["listed"]
    install(con, sql)
    con.execute(f"CREATE OR REPLACE TEMP TABLE tickets_listed AS {sql}", named(sql, {**asdict(chosen), "at": at}))
    count, unanswered, waiting, oldest, live = con.execute(
        "SELECT count(*), count(*) FILTER (state = 'open' AND first_response_at IS NULL), count(*) FILTER (state = 'waiting'), "
        "max(age_days), count(*) FILTER (state IN ('open', 'waiting')) FROM tickets_listed"
    ).fetchall()[0]
    shown = min(count, limit or count)
    rows = StoredRows(
        con, COLUMNS, f"FROM tickets_listed ORDER BY place LIMIT {shown:d}", {}, shown, "FROM tickets_listed"
    )
    headline = _headline(live, unanswered, waiting, oldest) if live else None
    return Table(
        "tickets", _("Tickets of customers"), COLUMNS, rows, headline=headline, notes=_notes(at),
        empty=_('No such ticket; to open one: crmcli ticket open CUSTOMER "SUBJECT"'),
        total_rows=count if shown < count else None,
    )  # fmt: skip


def ticket_row(con: DuckDBPyConnection, ticket_id: int, at: dt.datetime, title: str) -> Table:
    """One ticket as it stands, for what was just done with it."""
    sql = sections("tickets", "tickets")["listed"]
    install(con, sql)
    values = {**asdict(Chosen(ALL, ticket=ticket_id)), "at": at}
    con.execute(f"CREATE OR REPLACE TEMP TABLE tickets_listed AS {sql}", named(sql, values))
    columns = COLUMNS[:9]
    return Table(
        "ticket", title, columns, StoredRows(con, columns, "FROM tickets_listed", {}, 1, "FROM tickets_listed")
    )


def value_class(con: DuckDBPyConnection, code: str, day: dt.date) -> str | None:
    """How a customer counts for the priority of tickets: key, A, B or C; None: not classed by that day."""
    worth = worths(con, [code], day).get(code)
    if worth is None:
        return None
    return "key" if worth.is_key else worth.letter


def _headline(live: int, unanswered: int, waiting: int, oldest: int | None) -> str:
    words = {
        "live": cell(live, Kind.COUNT),
        "waiting": cell(waiting, Kind.COUNT),
        "days": cell(oldest or 0, Kind.COUNT),
    }
    sentence = ngettext("%(live)s ticket is not settled", "%(live)s tickets are not settled", live) % words
    if unanswered:
        sentence += "; " + ngettext(
            "%(count)s has had no answer yet", "%(count)s have had no answer yet", unanswered
        ) % {"count": cell(unanswered, Kind.COUNT)}  # fmt: skip
    if waiting:
        sentence += "; " + _("waiting for the customer: %(waiting)s") % words
    return sentence + "; " + _("the oldest is %(days)s days old.") % words


def _notes(at: dt.datetime) -> tuple[str, ...]:
    return (
        _("As of %(day)s. Best customers first, times urgency: A counts 3, B 2, others 1, a key account one more; times 1 for low to 4 for urgent.")
        % {"day": cell(at.date(), Kind.DATE)},
    )  # fmt: skip
