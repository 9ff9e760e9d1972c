"""Admission of tickets and of their threads: what was said and done in tickets, added behind what is there; the tickets follow.

An event has no key: it is told by all it holds, so the same file again adds nothing.
"""

from __future__ import annotations

from crmcli.intake.admit.admission import Admission
from crmcli.intake.admit.content import mark_sql
from crmcli.intake.admit.incoming import resolve
from crmcli.intake.admit.rows import admit_rows
from crmcli.intake.admit.selling import supply
from crmcli.intake.problems import PROBLEMS, add_problems, refuse_whole
from crmcli.intake.texts import literals
from crmcli.language import gettext as _
from crmcli.metrics.catalogue import install
from crmcli.rules.tickets.states import STATES
from crmcli.store.connection import scalar
from crmcli.store.tickets.thread import FOLLOWING

_COLUMNS = ("at", "kind", "channel", "agent_id", "text", "was", "became", "minutes", "answer_id", "answer_version")
_MARK = mark_sql([f'"{column}"' for column in _COLUMNS])
_END = "TIMESTAMP '9999-12-31'"

# How often a ticket was opened again: in its thread and, where that is known, before it; never less than it was told.
_REOPENED = "CASE WHEN n.again > 0 OR n.told_before > 0 THEN coalesce(n.told_before + n.again, greatest(t.reopened, n.again)) ELSE t.reopened END"

# What the own dates of a ticket tell of its thread, where the file does not: a thread begins by being opened.
_TOLD = f"""
WITH said AS (
    SELECT ticket_id, bool_or(kind = 'opened') AS opened, bool_or(kind = 'reply') AS replied, bool_or(kind = 'resolved') AS resolved,
        bool_or(kind = 'closed') AS closed, count(*) FILTER (WHERE kind = 'reopened') AS reopened
    FROM fresh_events GROUP BY ticket_id
),
bare AS (
    SELECT t.*, s.* EXCLUDE (ticket_id, reopened), greatest(t.reopened - s.reopened, 0) AS reopened_before
    FROM tickets AS t JOIN said AS s ON s.ticket_id = t.id
    WHERE NOT s.opened AND t.id NOT IN (SELECT ticket_id FROM ticket_events WHERE kind = 'opened')
)
SELECT id AS ticket_id, opened_at AS "at", 'opened' AS kind, channel, agent_id, reopened_before::VARCHAR AS was,
    CASE WHEN resolved_at IS NULL AND closed_at IS NULL AND NOT resolved AND NOT closed AND lower(status) IN ({literals(STATES)})
        AND lower(status) <> 'open' THEN lower(status) END AS became
FROM bare
UNION ALL SELECT id, first_response_at, 'reply', NULL, agent_id, NULL, NULL FROM bare WHERE first_response_at >= opened_at AND NOT replied
UNION ALL SELECT id, resolved_at, 'resolved', NULL, NULL, NULL, NULL FROM bare WHERE resolved_at >= opened_at AND NOT resolved
UNION ALL SELECT id, closed_at, 'closed', NULL, NULL, NULL, NULL FROM bare WHERE closed_at >= opened_at AND NOT closed
"""

# All of them behind the threads that are there, by their moments; what is told of a ticket before what the file says.
_ORDERED = """
WITH everything AS (SELECT * EXCLUDE (mark, nth_alike) FROM fresh_events UNION ALL BY NAME SELECT * FROM told_events)
SELECT e.* EXCLUDE (event_no), (coalesce(known.last_no, 0) + row_number() OVER (
    PARTITION BY e.ticket_id ORDER BY e."at", e.kind <> 'opened', e.event_no NULLS LAST, e.row_no NULLS FIRST
))::INTEGER AS event_no
FROM everything AS e
LEFT JOIN (SELECT ticket_id, max(event_no) AS last_no FROM ticket_events GROUP BY ticket_id) AS known USING (ticket_id)
"""


def admit_tickets(admission: Admission) -> None:
    """Admit tickets; marks off their scale and counts below zero are refused."""
    bounds = {"nps": (0, 10), "reopened": (0, None), "reassigned": (0, None)}
    for column, (low, high) in bounds.items():
        if admission.has(column):
            above = "" if high is None else f' OR "{column}" > {high:d}'
            reason = (
                _("cannot be below zero")
                if high is None
                else _("goes from %(low)s to %(high)s") % {"low": low, "high": high}
            )
            add_problems(admission.con, f'"{column}" < {low:d}{above}', column, f'"{column}"::VARCHAR', reason)
    admit_rows(admission)


def admit_threads(admission: Admission) -> None:
    """Admit events of tickets that are in the store; each thread as a whole, or not at all."""
    entity = admission.entity
    kinds = dict.fromkeys(("channel", "agent", "text", "was", "became", "answer"), "VARCHAR")
    supply(admission, {**kinds, "event_no": "INTEGER", "minutes": "DECIMAL(18, 4)", "answer_version": "INTEGER"})
    resolve(admission)
    _find_fresh(admission)
    _compare(admission)
    _refuse(admission, '"at" < begun_at', _("lies before the ticket was opened"))
    _refuse(admission, '"at" < last_at', _("lies before the last event of the thread that is here"))
    _refuse(admission, "kind = 'opened' AND (is_open OR nth > 1)", _("the ticket was opened already"))
    if admission.rejected():
        # a thread with a hole: its event, mended and fed back, would lie before others, so all of it waits
        refuse_whole(admission.con, ["ticket_no"], "ticket_no")
        admission.con.execute(f"DELETE FROM fresh_events WHERE row_no IN (SELECT row_no FROM {PROBLEMS})")
    met = int(
        scalar(admission.con, f"SELECT count(*) FROM incoming WHERE row_no NOT IN (SELECT row_no FROM {PROBLEMS})")
    )
    if admission.policy.mode == "update":
        admission.con.execute("DELETE FROM fresh_events")
        admission.notes.append(_("rows without a key cannot be updated; new ones were left out"))
    count = int(scalar(admission.con, "SELECT count(*) FROM fresh_events"))
    admission.unchanged += met - count
    if count:
        admission.created += count
        _add(admission, entity.table)
        _follow(admission)


def _find_fresh(admission: Admission) -> None:
    """Make `fresh_events`: incoming ones that are not in the store; two alike in a file are two."""
    nth = "row_number() OVER (PARTITION BY ticket_id, mark ORDER BY {0})"
    admission.con.execute(
        f"CREATE OR REPLACE TEMP TABLE fresh_events AS WITH told AS (SELECT *, {nth.format('row_no')} AS nth_alike FROM "
        f"(SELECT *, {_MARK} AS mark FROM incoming)), kept AS (SELECT ticket_id, mark, {nth.format('id')} AS nth_alike FROM "
        f"(SELECT id, ticket_id, {_MARK} AS mark FROM ticket_events WHERE ticket_id IN (SELECT ticket_id FROM incoming))) "
        "SELECT told.* FROM told ANTI JOIN kept USING (ticket_id, mark, nth_alike)"
    )


def _compare(admission: Admission) -> None:
    """Make `compared`: fresh events with when their ticket was opened, and its thread so far."""
    admission.con.execute(
        'CREATE OR REPLACE TEMP TABLE compared AS SELECT e.row_no, e."at", e.kind, o.begun_at, known.last_at, known.is_open, '
        'row_number() OVER (PARTITION BY e.ticket_id, e.kind ORDER BY e."at", e.row_no) AS nth '
        "FROM fresh_events AS e JOIN (SELECT t.id, least(t.opened_at, min(f.\"at\") FILTER (WHERE f.kind = 'opened')) AS begun_at "
        "FROM tickets AS t JOIN fresh_events AS f ON f.ticket_id = t.id GROUP BY t.id, t.opened_at) AS o ON o.id = e.ticket_id "
        "LEFT JOIN (SELECT ticket_id, max(\"at\") AS last_at, bool_or(kind = 'opened') AS is_open FROM ticket_events "
        "GROUP BY ticket_id) AS known ON known.ticket_id = e.ticket_id"
    )


def _refuse(admission: Admission, condition: str, reason: str) -> None:
    """Refuse the fresh events for which a condition over `compared` holds."""
    refused = f"SELECT row_no FROM compared WHERE {condition}"
    add_problems(admission.con, f"row_no IN ({refused})", "at", '"at"::VARCHAR', reason)


def _add(admission: Admission, table: str) -> None:
    """Put the fresh events behind the threads, in the order of their moments."""
    con = admission.con
    con.execute(f"CREATE OR REPLACE TEMP TABLE told_events AS {_TOLD}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE thread_rows AS {_ORDERED}")
    first = admission.writer.reserve(table, int(scalar(con, "SELECT count(*) FROM thread_rows")))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE new_events AS SELECT ({first - 1} + row_number() OVER (ORDER BY ticket_id, event_no))::INTEGER AS id, "
        "* FROM thread_rows"
    )
    own = ["custom"] if admission.stage.has_custom else []
    admission.writer.insert(table, ["ticket_id", "event_no", *_COLUMNS, *own], "new_events", order="id")


def _follow(admission: Admission) -> None:
    """Set the columns of the tickets that follow from their threads now."""
    con = admission.con
    install(con, "ticket_states(")
    sql = {column: f's."{column}"' for column in FOLLOWING} | {"reopened": _REOPENED}
    differs = " OR ".join(f't."{column}" IS DISTINCT FROM {value}' for column, value in sql.items())
    values = ", ".join(f'{value} AS "{column}"' for column, value in sql.items())
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE following AS SELECT t.id, {values} FROM ticket_states({_END}) AS s "
        "JOIN tickets AS t ON t.id = s.ticket_id JOIN (SELECT ticket_id, count(*) FILTER (WHERE kind = 'reopened') AS again, "
        "try_cast(any_value(was) FILTER (WHERE kind = 'opened') AS INTEGER) AS told_before FROM ticket_events GROUP BY ticket_id) AS n "
        f"ON n.ticket_id = t.id WHERE t.id IN (SELECT ticket_id FROM fresh_events) AND ({differs})"
    )
    if scalar(con, "SELECT count(*) FROM following"):
        admission.writer.update("tickets", FOLLOWING, "following")
