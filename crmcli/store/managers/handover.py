"""Handing over: accounts, open deals, open tickets and undone steps of plans pass from one manager to another, as one step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.language import N_, nearest
from crmcli.language import gettext as _
from crmcli.store.connection import rows, scalar
from crmcli.store.managers.managers import all_managers, team_of
from crmcli.store.tickets.thread import hand_threads_over

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.journal import Writer
    from crmcli.store.managers.managers import Manager

PARTS = (N_("accounts"), N_("deals"), N_("tickets"), N_("steps"))
# Part → the table, its column that names the manager, and which of its rows are still open on $as_of.
_OPEN = {
    "accounts": ("contacts", "manager_id", "true"),
    "deals": ("opportunities", "manager_id", "t.id IN (SELECT opportunity_id FROM deals_now)"),
    "tickets": ("tickets", "agent_id", "t.ticket_no IN (SELECT ticket_no FROM open_now)"),
    "steps": ("plan_steps", "manager_id", "t.done_on IS NULL AND t.skipped_on IS NULL"),
}
_CUSTOMER = {
    "accounts": "t.id",
    "deals": "t.customer_id",
    "tickets": "t.customer_id",
    "steps": "(SELECT p.customer_id FROM account_plans AS p WHERE p.id = t.plan_id)",
}


@dataclass(frozen=True, slots=True)
class Handover:
    """What is to pass.

    Args:
        giver, receiver: Ids and facts of the two managers.
        parts: Words of PARTS.
        customers: Ids; None: everyone's.
        as_of: What is open is open on this day.
        cascade: Whether managers under the giver go under the receiver.
        at: The moment that threads of tickets note.
    """

    giver: tuple[int, Manager]
    receiver: tuple[int, Manager]
    parts: tuple[str, ...] = PARTS
    customers: tuple[int, ...] | None = None
    as_of: dt.date = dt.date.max
    cascade: bool = False
    at: dt.datetime = dt.datetime.min  # noqa: DTZ901  the owner's clock


@dataclass(frozen=True, slots=True)
class Passed:
    """What passed with one customer; `customer` and `name` are None for what names no customer."""

    customer: str | None
    name: str | None
    is_account: bool
    deals: int
    deals_amount: Decimal
    tickets: int
    steps: int


def parts_named(text: str | None) -> tuple[str, ...]:
    """Parts as typed, with commas between; all of them where nothing was typed.

    Raises:
        UsageError: There is no such part.
    """
    named = tuple(word.strip().lower() for word in (text or "").split(",") if word.strip())
    for word in named:
        if word not in PARTS:
            raise UsageError(
                _("there is no part %(part)s of a handover") % {"part": repr(word)},
                nearest(word, list(PARTS)) or ", ".join(PARTS),
            )
    return named or PARTS


def hand_over(writer: Writer, handover: Handover) -> tuple[list[Passed], list[str]]:
    """Write the handover in the step of `writer`. Call inside its transaction, with the metrics open_tickets and deals_on installed.

    Returns:
        What passed, a row a customer by code; and the codes of managers who went under the receiver.
    """
    con = writer.con
    con.execute("CREATE OR REPLACE TEMP TABLE open_now AS SELECT ticket_no FROM open_tickets($1)", [handover.as_of])
    con.execute(
        "CREATE OR REPLACE TEMP TABLE deals_now AS SELECT opportunity_id FROM deals_on($1) WHERE outcome IN ('open', 'hold')",
        [handover.as_of],
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE passing (part VARCHAR, id INTEGER, customer_id INTEGER, amount DECIMAL(18, 4), manager_id INTEGER)"
    )
    for part in PARTS:
        if part in handover.parts:
            _gather(con, handover, part)
    passed = _listed(con)
    for part in handover.parts:
        table, column, _condition = _OPEN[part]
        con.execute(
            f'CREATE OR REPLACE TEMP TABLE passing_part AS SELECT id, manager_id AS "{column}" FROM passing WHERE part = $1',
            [part],
        )
        if scalar(con, "SELECT count(*) FROM passing_part"):
            if part == "tickets":  # before their agent changes: threads say who had them
                hand_threads_over(writer, "passing_part", handover.receiver[0], at=handover.at)
            writer.update(table, (column,), "passing_part")
    return passed, _cascade(writer, handover) if handover.cascade else []


def _gather(con: duckdb.DuckDBPyConnection, handover: Handover, part: str) -> None:
    table, column, condition = _OPEN[part]
    customer = _CUSTOMER[part]
    amount = "t.amount" if part == "deals" else "NULL"
    values = {
        "part": part,
        "giver": handover.giver[0],
        "receiver": handover.receiver[0],
        "everyone": handover.customers is None,
        "customers": list(handover.customers or ()),
        **({"as_of": handover.as_of} if "$as_of" in condition else {}),
    }
    con.execute(
        f"INSERT INTO passing SELECT $part, t.id, {customer}, {amount}, $receiver FROM {table} AS t "
        f"WHERE t.{column} = $giver AND {condition} "
        f"AND ($everyone OR {customer} IN (SELECT unnest($customers::INTEGER[])))",
        values,
    )


def _listed(con: duckdb.DuckDBPyConnection) -> list[Passed]:
    found = rows(
        con,
        "SELECT contact.code, contact.name, coalesce(bool_or(part = 'accounts'), false), count(*) FILTER (WHERE part = 'deals'), "
        "coalesce(sum(amount), 0), count(*) FILTER (WHERE part = 'tickets'), count(*) FILTER (WHERE part = 'steps') "
        "FROM passing LEFT JOIN contacts AS contact ON contact.id = passing.customer_id "
        "GROUP BY contact.code, contact.name ORDER BY contact.code NULLS LAST",
    )
    return [Passed(*row) for row in found]


def _cascade(writer: Writer, handover: Handover) -> list[str]:
    """Managers under the giver go under the receiver; a receiver among them takes the giver's own place."""
    giver, receiver = handover.giver[1], handover.receiver[1]
    under = team_of(writer.con, giver.code)
    number_of = {one.code: number for number, one in all_managers(writer.con)}
    seniors = {code: giver.senior if code == receiver.code else receiver.code for code in under}
    writer.change("managers", ("senior",), [(number_of[code], senior) for code, senior in seniors.items()])
    return [code for code in under if code != receiver.code]


def unmatched(con: duckdb.DuckDBPyConnection, customers: Sequence[str]) -> list[tuple[str, str | None, str | None]]:
    """What accounts need, of those that need anything: code, skills, languages as written."""
    return [
        (str(code), skills, languages)
        for code, skills, languages in rows(
            con,
            "SELECT contact.code, need.skills, need.languages FROM account_needs AS need "
            "INNER JOIN contacts AS contact ON contact.id = need.customer_id "
            "WHERE contact.code IN (SELECT unnest($1::VARCHAR[])) ORDER BY contact.code",
            [list(customers)],
        )
    ]
