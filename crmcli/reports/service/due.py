"""Promises to customers that are due, overdue or broken: one row a promise, the worst first by value × urgency."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmcli.language import N_, current, ngettext
from crmcli.language import gettext as _
from crmcli.metrics import catalogue
from crmcli.numbers import cell
from crmcli.reports.sections import named, sections
from crmcli.reports.service.clock import prepare_clock
from crmcli.rules import urgency
from crmcli.rules.tickets.priority import CLASSES
from crmcli.store.stored import StoredRows
from crmcli.table import Column, Kind, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COLUMNS = (
    Column("ticket", N_("Ticket"), Kind.CODE),
    Column("customer", N_("Customer"), Kind.CODE),
    Column("class", N_("Class"), Kind.LEVEL, words=CLASSES),
    Column("priority", N_("Priority"), Kind.LEVEL),
    Column("what", N_("Promise"), Kind.LEVEL, words=(N_("response"), N_("resolution"))),
    Column("due_at", N_("Due at"), Kind.MOMENT),
    Column("left_hours", N_("Left, h"), Kind.QUANTITY, dear=True),
    Column("score", N_("Value × urgency"), Kind.RATIO),
    Column("agent", N_("Agent"), Kind.TEXT),
    Column("subject", N_("Subject"), Kind.TEXT),
)
_ORDER = "FROM promises_ranked ORDER BY score DESC, due_at, ticket, what"


@dataclass(frozen=True, slots=True)
class Looked:
    """What to look for.

    Args:
        at: The moment.
        within: Minutes of work left at most; None: only what is overdue.
        agent: Of this agent alone.
        since: With `within` None: promises that fell due from this moment on, also of tickets settled by now.
    """

    at: dt.datetime
    within: int | None = None
    agent: int | None = None
    since: dt.datetime | None = None

    @property
    def section(self) -> str:
        """The statement that answers it."""
        return "due" if self.within is not None else "broken" if self.since is None else "broken_since"


def due_table(con: DuckDBPyConnection, looked: Looked, *, limit: int | None = None, is_ready: bool = False) -> Table:
    """Promises due or broken at a moment; the rows stay in the database, so the connection must outlive the table.

    Args:
        con: An open store; a read-only one will do.
        looked: What to look for.
        limit: Show the first rows only.
        is_ready: The clock was prepared for that moment.

    Raises:
        ConflictError: A calendar in use has no working hours.
    """
    if not is_ready:
        prepare_clock(con, looked.at, only_open=looked.since is None)
    keep_promises(con, looked)
    statements = sections("service", "promises")
    count, overdue, tickets, worst, late = con.execute(statements["figures"]).fetchall()[0]
    policies, _calendars = con.execute(statements["around"]).fetchall()[0]
    shown = min(count, limit or count)
    figures = {"count": count, "overdue": overdue, "tickets": tickets, "worst": worst, "late": late or 0}
    return Table(
        looked.section if looked.within is not None else "breached",
        _("What is due to customers, worst first") if looked.within is not None else _("Broken promises, worst first"),
        COLUMNS,
        StoredRows(con, COLUMNS, f"{_ORDER} LIMIT {shown:d}", {}, shown, "FROM promises_ranked"),
        headline=_headline(looked, figures) if count else None,
        totals={"left_hours": late} if overdue else {},
        notes=_notes(con, looked) if policies else (),
        empty=_nothing(looked) if policies else _unpromised(),
        total_rows=count if shown < count else None,
    )


def keep_promises(con: DuckDBPyConnection, looked: Looked) -> None:
    """The temporary table promises_ranked: the columns of the list, name of the customer and minutes left; the clock is prepared."""
    statements = sections("service", "promises")
    values: dict[str, Any] = {
        "at": looked.at, "within": looked.within, "agent": looked.agent, "since": looked.since,
        "most": urgency.MOST, "grave": urgency.GRAVE,
    }  # fmt: skip
    for table, section in (("promises_listed", looked.section), ("promises_ranked", "ranked")):
        sql = statements[section]
        catalogue.install(con, sql)
        con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {sql}", named(sql, values))


def keep_due_days(con: DuckDBPyConnection, as_of: dt.date) -> None:
    """The temporary table ticket_due_days: by when each open ticket is promised its answer or solution (ticket_no, due_on).

    Seen from the end of the day; empty, at no cost, where nothing was ever promised.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE ticket_due_days (ticket_no VARCHAR, due_on DATE)")
    if not con.execute("SELECT 1 FROM sla_policies LIMIT 1").fetchall():
        return
    at = end_of(as_of)
    prepare_clock(con, at, only_open=True)
    sql = sections("service", "promises")["days"]
    catalogue.install(con, sql)
    con.execute(f"INSERT INTO ticket_due_days {sql}", {"at": at})


def due_by_evening(con: DuckDBPyConnection, as_of: dt.date, most: int) -> Table | None:
    """The first promises late or due by the end of a day; None where there is none. Call after `keep_due_days`."""
    if not con.execute("SELECT 1 FROM ticket_due_days WHERE due_on <= $1 LIMIT 1", [as_of]).fetchall():
        return None
    return due_table(con, Looked(end_of(as_of), 0), limit=most, is_ready=True)


def end_of(day: dt.date) -> dt.datetime:
    """The last second of a day."""
    return dt.datetime.combine(day, dt.time(23, 59, 59))


def moment_words(at: dt.datetime) -> str:
    """A moment for a sentence, to the minute."""
    return cell(at.replace(second=0, microsecond=0), Kind.MOMENT, language=current())


def _headline(looked: Looked, figures: dict[str, Any]) -> str:
    words = {name: cell(figures[name], Kind.COUNT) for name in ("count", "overdue", "tickets")}
    words |= {"worst": figures["worst"], "late": cell(-figures["late"], Kind.QUANTITY)}
    if looked.within is None:
        sentence = ngettext("%(count)s promise is broken", "%(count)s promises are broken", figures["count"]) % words
        return sentence + ", " + _("by %(late)s working hours together; begin with %(worst)s.") % words
    sentence = ngettext("%(count)s ticket is due", "%(count)s tickets are due", figures["count"]) % words
    if not figures["overdue"]:
        return sentence + "; " + _("none is late; begin with %(worst)s.") % words
    late = ngettext("%(overdue)s is late", "%(overdue)s are late", figures["overdue"]) % words
    return f"{sentence}; {late}, " + _("by %(late)s working hours together; begin with %(worst)s.") % words


def _nothing(looked: Looked) -> str:
    if looked.within is None:
        return _("No promise is broken.")
    return _("Nothing is due within %(hours)s working hours, and nothing is late.") % {
        "hours": cell(round(looked.within / 60, 2), Kind.RATIO)
    }


def _unpromised() -> str:
    return (
        _("Nothing is promised yet, so nothing is due.")
        + " "
        + _("Make hours and promises in one step: crmcli sla start --country RU")
    )


def _notes(con: DuckDBPyConnection, looked: Looked) -> tuple[str, ...]:
    notes = [
        _("As of %(at)s. Hours left are those of work by the calendar of the promise, without the time a ticket waits for the "
          "customer; below zero: late.") % {"at": moment_words(looked.at)},
        _("Value × urgency: A counts 3, B 2, others 1, a key account one more; times the share of the promised time used, 1 when due, "
          "at most %(most)s; twice for complaints, claims and the priorities high and urgent.") % {"most": f"{urgency.MOST:f}"},
    ]  # fmt: skip
    if looked.within is not None:
        notes.append(_("Tickets that wait for the customer stand still and are left out."))
    if not con.execute("SELECT EXISTS (FROM tickets WHERE first_response_at <= $1)", [looked.at]).fetchall()[0][0]:
        notes.append(_("No first answer is dated, so every ticket counts as not answered yet."))
    if not con.execute("SELECT is_made FROM clock_usual").fetchall()[0][0]:
        notes.append(_("No calendar is made."))
    return tuple(notes)
