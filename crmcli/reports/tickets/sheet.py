"""All about one ticket at a moment: its facts, what was promised, and the whole thread."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmcli.errors import ConflictError
from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.metrics.catalogue import install
from crmcli.numbers import cell, machine
from crmcli.reports.sections import sections
from crmcli.reports.tickets.fitting import fitting_answers
from crmcli.reports.tickets.links import followed_by, links_of, reason_of
from crmcli.reports.tickets.warranties import goods_named, warranty_told
from crmcli.rules.tickets.priority import explained
from crmcli.table import Column, Figure, Kind, ListRows, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.store.tickets.rows import Ticket

_FACTS = (
    "status", "priority", "agent_id", "first_response_at", "resolved_at", "closed_at", "reopened", "reassigned",
    "waiting_since", "csat", "nps", "customer", "name", "agent",
)  # fmt: skip
HEAD = (Column("fact", N_("Ticket"), Kind.LEVEL), Column("value", N_("Value"), Kind.TEXT))
_HEAD_WORDS = (
    N_("customer"), N_("state"), N_("priority"), N_("class then"), N_("handled by"), N_("opened"), N_("first answer"),
    N_("waiting since"), N_("resolved"), N_("closed"), N_("reopened"), N_("reassigned"), N_("goods"), N_("warranty"), N_("about"),
    N_("followed by"), N_("replaced by"), N_("csat"), N_("nps"),
)  # fmt: skip
THREAD = (
    Column("no", N_("No."), Kind.COUNT),
    Column("at", N_("When"), Kind.MOMENT),
    Column("event", N_("Event"), Kind.LEVEL),
    Column("channel", N_("Channel"), Kind.LEVEL),
    Column("who", N_("Said by"), Kind.TEXT),
    Column("text", N_("Text"), Kind.TEXT),
    Column("was", N_("Was"), Kind.TEXT),
    Column("became", N_("Became"), Kind.TEXT),
    Column("minutes", N_("Minutes"), Kind.QUANTITY),
    Column("answer", N_("Answer"), Kind.CODE),
)
_TEXT = 5  # place of the text
_ALWAYS = ("no", "at", "event", "text")
PROMISES = (
    Column("promise", N_("Promise"), Kind.LEVEL),
    Column("worked_minutes", N_("Worked min"), Kind.QUANTITY),
    Column("due_at", N_("Due"), Kind.MOMENT),
    Column("kept", N_("In time"), Kind.LEVEL),
)
_PROMISE_WORDS = (N_("first answer"), N_("solution"), N_("yes"), N_("no"))


@dataclass(frozen=True, slots=True)
class Seen:
    """A ticket at a moment: its own columns, and how it stood."""

    ticket: Ticket
    at: dt.datetime
    facts: Mapping[str, Any]


def ticket_tables(
    con: DuckDBPyConnection, ticket: Ticket, at: dt.datetime, *, people: bool = False
) -> tuple[Table, ...]:
    """The tables ticket, ticket_promises (where something was promised) and ticket_thread; () where it was not known yet.

    For people, columns of the thread that nothing stands in are left out, and texts of several lines take several rows.
    """
    sql = sections("tickets", "tickets")
    install(con, sql["one"])
    found = con.execute(sql["one"], {"at": at, "ticket": ticket.id}).fetchall()
    if not found:
        return ()
    seen = Seen(ticket, at, dict(zip(_FACTS, found[0], strict=True)))
    thread = con.execute(sql["thread"], {"at": at, "ticket": ticket.id}).fetchall()
    promises, trouble = _promises(con, seen)
    asks = seen.facts["status"] == "open" and fitting_answers(con, ticket, at, thread)
    tables = [_head(con, seen, [note for note in (trouble, asks) if note]), *([promises] if promises else [])]
    empty = _("What was said is not kept here: the ticket came from elsewhere.")
    said = [_worded(row) for row in thread]
    columns, rows = _for_people(said) if people else (THREAD, said)
    tables.append(Table("ticket_thread", _("Thread"), columns, ListRows(rows), empty=empty))
    return tuple(tables)


def _worded(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """An event; why a priority was given is told in words."""
    if row[2] != "priority":
        return row
    return (*row[:5], explained(row[7], row[5]), *row[6:])


def _for_people(rows: Sequence[tuple[Any, ...]]) -> tuple[tuple[Column, ...], list[tuple[Any, ...]]]:
    """Columns that something stands in, and a row for every line of a text."""
    lines = []
    for row in rows:
        first, *others = (row[_TEXT] or "").splitlines() or [None]
        lines.append((*row[:_TEXT], first, *row[_TEXT + 1 :]))
        lines += [(*[None] * _TEXT, other, *[None] * (len(row) - _TEXT - 1)) for other in others if other.strip()]
    kept = [
        place
        for place, column in enumerate(THREAD)
        if column.name in _ALWAYS or any(row[place] is not None for row in lines)
    ]
    kept.sort(key=lambda place: place == _TEXT)  # the last one: a narrow screen puts it below its row, whole
    return tuple(THREAD[place] for place in kept), [tuple(row[place] for place in kept) for row in lines]


def _head(con: DuckDBPyConnection, seen: Seen, remarks: Sequence[str]) -> Table:
    ticket, facts = seen.ticket, seen.facts
    links = links_of(con, ticket, seen.at)
    goods = goods_named(con, links["order"])
    reason = reason_of(con, ticket, seen.at)
    rows: Sequence[tuple[str, str | Figure | None]] = (
        ("customer", _customer(facts)),
        ("kind", _figure(ticket.kind, Kind.LEVEL)),
        ("state", _figure(facts["status"], Kind.LEVEL)),
        ("priority", explained(facts["priority"], reason) or _figure(facts["priority"], Kind.LEVEL)),
        ("class_then", ticket.customer_class),
        ("handled_by", facts["agent"]),
        ("channel", _figure(ticket.channel, Kind.LEVEL)),
        ("opened", _figure(ticket.opened_at, Kind.MOMENT)),
        ("first_answer", _figure(facts["first_response_at"], Kind.MOMENT)),
        ("waiting_since", _figure(facts["waiting_since"], Kind.MOMENT)),
        ("resolved", _figure(facts["resolved_at"], Kind.MOMENT)),
        ("closed", _figure(facts["closed_at"], Kind.MOMENT)),
        ("reopened", _figure(facts["reopened"] or None, Kind.COUNT)),
        ("reassigned", _figure(facts["reassigned"] or None, Kind.COUNT)),
        ("goods", goods.told if goods else links["order"]),
        ("warranty", warranty_told(con, goods, seen.at.date(), asked=ticket.kind == "warranty")),
        ("about", links["ticket"]),
        ("followed_by", followed_by(con, ticket, seen.at)),
        ("replaced_by", links["replacement"]),
        ("csat", _figure(facts["csat"], Kind.QUANTITY)),
        ("nps", _figure(facts["nps"], Kind.COUNT)),
    )
    shown = [row for row in rows if row[1] is not None or row[0] in ("handled_by", "first_answer")]
    title = f"{ticket.ticket_no}: {ticket.subject or _('no subject')}"
    notes = (_("As of %(at)s.") % {"at": cell(seen.at, Kind.MOMENT)}, *remarks)
    return Table("ticket", title, HEAD, ListRows(shown), headline=_headline(seen), notes=notes)


def _headline(seen: Seen) -> str:
    """How it stands, and what is to do next."""
    ticket, facts = seen.ticket, seen.facts
    days = (seen.at.date() - ticket.opened_at.date()).days
    words = {"ticket": ticket.ticket_no, "days": cell(days, Kind.COUNT)}
    if facts["status"] == "closed":
        return _("Closed.")
    if facts["status"] == "resolved":
        return _("Resolved; when the customer agrees: crmcli ticket close %(ticket)s") % words
    if facts["status"] == "waiting":
        return _("Waits for the customer; when they write: crmcli ticket message %(ticket)s TEXT") % words
    since = _("opened today") if not days else ngettext("open for %(days)s day", "open for %(days)s days", days) % words
    if facts["first_response_at"] is None:
        told = _("%(since)s and not answered yet: crmcli ticket reply %(ticket)s TEXT") % {**words, "since": since}
    else:
        told = _("%(since)s, answered; when it is done: crmcli ticket resolve %(ticket)s") % {**words, "since": since}
    return told[:1].upper() + told[1:]


def _promises(con: DuckDBPyConnection, seen: Seen) -> tuple[Table | None, str | None]:
    """What was promised by the clock of the firm; where nobody can tell, why."""
    from crmcli.reports.service.clock import prepare_clock

    sql = sections("tickets", "tickets")["clock"]
    if not con.execute("SELECT 1 FROM sla_policies LIMIT 1").fetchall():
        return None, None
    try:
        with _alone(con, seen.ticket.id):
            prepare_clock(con, seen.at)
            install(con, sql)
            found = con.execute(sql, {"at": seen.at, "ticket": seen.ticket.id}).fetchall()
    except ConflictError as error:
        return None, error.message
    if not found or found[0][0] is None:
        return None, None
    policy, answered, settled, paused, answer_due, due, answer_kept, kept, _is_open = found[0]
    rows = [("first_answer", _minutes(answered), answer_due, answer_kept), ("solution", _minutes(settled), due, kept)]
    listed = [(name, minutes, due_at, _truth(is_kept)) for name, minutes, due_at, is_kept in rows if due_at is not None]
    words = {"policy": policy, "minutes": cell(_minutes(paused or 0), Kind.QUANTITY)}
    note = (
        _("By policy %(policy)s, in minutes of work; pauses of %(minutes)s minutes do not count.")
        if paused
        else _("By policy %(policy)s, in minutes of work.")
    )
    table = Table("ticket_promises", _("What is promised"), PROMISES, ListRows(listed), notes=(note % words,))
    return (table if listed else None), None


@contextmanager
def _alone(con: DuckDBPyConnection, ticket_id: int) -> Iterator[None]:
    """For the block there is this ticket only: the clock reckons over all tickets, which one screen need not wait for."""
    con.execute("CREATE OR REPLACE TEMP TABLE tickets AS SELECT * FROM main.tickets WHERE id = $1", [ticket_id])
    try:
        yield
    finally:
        con.execute("DROP TABLE temp.tickets")


def _customer(facts: Mapping[str, Any]) -> str | None:
    return f"{facts['name']} ({facts['customer']})" if facts["customer"] else None


def _figure(value: object, kind: Kind) -> Figure | None:
    return None if value is None else Figure(str(machine(value, kind)), value, kind)


def _minutes(value: float | None) -> float | None:
    return None if value is None else round(float(value), 1)


def _truth(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"
