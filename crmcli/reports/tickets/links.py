"""What a ticket was linked with at a moment, and why it had its priority then: by its events, else by its own columns."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from crmcli.reports.sections import named, sections
from crmcli.reports.tickets.warranties import goods_named

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.store.tickets.rows import Ticket


def links_of(con: DuckDBPyConnection, ticket: Ticket, at: dt.datetime) -> dict[str, str | None]:
    """What a ticket was linked with: order (S-1/2), ticket, replacement."""
    about = con.execute("SELECT ticket_no FROM tickets WHERE id = $1", [ticket.about_ticket_id]).fetchall()
    goods = goods_named(con, ticket.order_line_id) if ticket.order_line_id is not None else None
    links: dict[str, str | None] = {
        "order": goods.name if goods else ticket.order_no,
        "ticket": about[0][0] if about else None,
        "replacement": ticket.replacement_order_no,
    }
    for name in links:
        told = [row for row in _changes(con, ticket) if row[2] == "linked" and (row[5] or "").startswith(f"{name} ")]
        if told:
            known = [row[5] for row in told if row[1] <= at]
            last = known[-1] if known else told[0][4]
            links[name] = last.partition(" ")[2] if last else None
    return links


def reason_of(con: DuckDBPyConnection, ticket: Ticket, at: dt.datetime) -> str | None:
    """Why it had its priority then."""
    ranked = [row for row in _changes(con, ticket) if row[2] == "priority"]
    if not ranked:
        return ticket.priority_reason
    known = [row[3] for row in ranked if row[1] <= at]
    return known[-1] if known else None


def _changes(con: DuckDBPyConnection, ticket: Ticket) -> list[tuple[Any, ...]]:
    return con.execute(sections("tickets", "tickets")["changes"], {"ticket": ticket.id}).fetchall()


def followed_by(con: DuckDBPyConnection, ticket: Ticket, at: dt.datetime) -> str | None:
    """Numbers of the tickets that say they are about this one; None: there is none."""
    sql = sections("tickets", "tickets")["follow"]
    found = con.execute(sql, named(sql, {"ticket": ticket.id, "at": at})).fetchall()
    return ", ".join(str(number) for (number,) in found) or None
