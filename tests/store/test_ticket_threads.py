"""Threads of tickets: whatever is done in whatever order, tickets say what a slow walk over their events says, at every moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.errors import ConflictError, CrmError, NotFoundError
from crmcli.metrics.catalogue import install
from crmcli.rules.tickets.priority import by_hand, rank
from crmcli.store.check import checks
from crmcli.store.connection import transaction
from crmcli.store.journal import begin, finish, steps
from crmcli.store.managers.managers import Manager, add_manager
from crmcli.store.migrate import migrate
from crmcli.store.tickets.acts import assign_ticket, do_act, rank_ticket, rate_ticket
from crmcli.store.tickets.opening import NewTicket, open_ticket
from crmcli.store.tickets.rows import Ticket, find_ticket, thread_of
from crmcli.store.tickets.thread import NewEvent, hand_threads_over
from crmcli.store.undo import undo
from tests.oracle_tickets import stands
from tests.store.made import NOW, take

START = dt.datetime(2026, 3, 1, 8)
FOLLOWING = ("status", "agent_id", "first_response_at", "resolved_at", "closed_at", "reopened")
ACTS = ("message", "reply", "note", "wait", "resolve", "close", "reopen")
KEPT = ("tickets", "ticket_events", "history.tickets", "history.ticket_events", "meta.steps", "meta.counters")
COMMANDS = st.tuples(
    st.sampled_from([*ACTS, *ACTS, "close_unresolved", "assign", "unassign", "rank", "csat", "nps", "hand_over"]),
    st.integers(0, 1),  # which ticket
    st.sampled_from([0, 0, 30, 600, 60 * 24 * 20]),  # minutes since the last command
    st.integers(1, 5),
)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A store in memory with two customers, two managers, two imported tickets that were settled, and one opened here."""
    con = duckdb.connect(":memory:")
    migrate(con, now=NOW)
    folder = tmp_path_factory.mktemp("desk")
    take(con, folder, "contacts", {"code": "C0", "name": "Firm 0"}, {"code": "C1", "name": "Firm 1"})
    take(
        con, folder, "tickets",
        {"ticket_no": "OLD", "customer": "C0", "kind": "question", "opened_at": "2026-02-01 10:00", "status": "resolved",
         "first_response_at": "2026-02-01 12:00", "resolved_at": "2026-02-03 10:00", "reopened": "2", "priority": "high"},
        {"ticket_no": "BARE", "customer": "C1", "kind": "question", "opened_at": "2026-02-01 10:00", "status": "closed",
         "first_response_at": "", "resolved_at": "", "reopened": "", "priority": ""},
    )  # fmt: skip
    with transaction(con):
        writer = begin(con)
        for code in ("M1", "M2"):
            add_manager(writer, Manager(code, f"Agent {code}"))
        finish(writer, now=NOW, kind="manager", command="managers")
    opened(con, START)
    for table in KEPT:
        con.execute(f"CREATE TABLE model_{table.replace('.', '_')} AS FROM {table}")
    yield con
    con.close()


@pytest.fixture
def desk(room: Any) -> Any:
    """The store as it was made."""
    return fresh(room)


def fresh(con: Any) -> Any:
    """Put back what commands on tickets write to."""
    for table in KEPT:
        con.execute(f"DELETE FROM {table}")
        con.execute(f"INSERT INTO {table} FROM model_{table.replace('.', '_')}")
    return con


def opened(con: Any, at: dt.datetime, kind: str = "complaint") -> Ticket:
    """A new ticket of the first customer, as one step."""
    with transaction(con):
        writer = begin(con)
        customer = con.execute("SELECT id FROM contacts ORDER BY code LIMIT 1").fetchone()[0]
        ticket = open_ticket(writer, NewTicket(customer, "noisy", kind, rank(kind, "A"), at, "A", "since Monday"))
        finish(writer, now=NOW, kind="ticket", command="open")
    return ticket


def do(con: Any, command: tuple[str, int, int, int], at: dt.datetime) -> None:
    """One command as one step; a refusal leaves nothing behind."""
    word, which, _minutes, mark = command
    with suppress(ConflictError, NotFoundError), transaction(con):
        writer = begin(con)
        ticket = find_ticket(con, ("OLD", "T-2026-0001")[which])
        act(writer, ticket, word, mark, at)
        finish(writer, now=NOW, kind="ticket", command=word)


def act(writer: Any, ticket: Ticket, word: str, mark: int, at: dt.datetime) -> None:
    agents = dict(writer.con.execute("SELECT code, id FROM managers").fetchall())
    if word == "close_unresolved":
        do_act(writer, ticket, "close", NewEvent(at, ""), unresolved=True)
    elif word == "assign":
        assign_ticket(writer, ticket, agents[f"M{1 + mark % 2}"], at=at)
    elif word == "unassign":
        assign_ticket(writer, ticket, None, at=at)
    elif word == "rank":
        priority = ("low", "normal", "high", "urgent")[mark % 4]
        rank_ticket(writer, ticket, by_hand(priority), at=at)
    elif word in ("csat", "nps"):
        rate_ticket(writer, ticket, csat=mark if word == "csat" else None, nps=mark if word == "nps" else None, at=at)
    elif word == "hand_over":
        writer.con.execute(
            "CREATE OR REPLACE TEMP TABLE passing AS SELECT id, $2::INTEGER AS agent_id FROM tickets WHERE id = $1",
            [ticket.id, agents["M2"]],
        )
        hand_threads_over(writer, "passing", agents["M2"], at=at)
        writer.update("tickets", ("agent_id",), "passing")
    else:
        do_act(writer, ticket, word, NewEvent(at, "", None, agents["M1"], word))


@given(st.lists(COMMANDS, min_size=1, max_size=10))
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_tickets_follow_their_threads_at_every_moment(room: Any, commands: list[tuple[str, int, int, int]]) -> None:
    con, at = fresh(room), START
    for command in commands:
        at += dt.timedelta(minutes=command[2])
        do(con, command, at)
        follows(con)
    (sound,) = [one for one in checks() if one.name == "ticket_threads"]
    assert con.execute(sound.sql).fetchall() == []
    threads = {number: events_of(con, number) for (number,) in con.execute("SELECT id FROM tickets").fetchall()}
    for moment in moments(con):
        agrees(con, threads, moment)


def follows(con: Any) -> None:
    """The tickets' own columns are those of their whole threads."""
    for ticket in (find_ticket(con, number) for number in ("OLD", "T-2026-0001")):
        if events := events_of(con, ticket.id):
            now = stands(events, dt.datetime.max)
            assert now is not None
            assert {name: getattr(ticket, name) for name in FOLLOWING} == {name: now[name] for name in FOLLOWING}


def agrees(con: Any, threads: dict[int, list[dict[str, Any]]], moment: dt.datetime) -> None:
    """The macro says of every ticket with a thread what the slow walk says."""
    install(con, "ticket_states(")
    cursor = con.execute("SELECT * FROM ticket_states($1)", [moment])
    names = [column[0] for column in cursor.description]
    found = {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}
    for number, events in threads.items():
        expected = stands(events, moment) if events else None
        if expected is None:
            assert not events or number not in found
            continue
        ranked = [event for event in events if event["kind"] == "priority"]
        if expected["priority"] is None:
            expected["priority"] = ranked[0]["was"] if ranked else "high"  # as it came
        if not expected["reassigned"] and events[1]["kind"] != "priority":
            expected["reassigned"] = None  # nobody ever told of the imported one
        assert {name: found[number][name] for name in expected} == expected


def moments(con: Any) -> Iterator[dt.datetime]:
    """Each moment of an event, and the instant before."""
    for (at,) in con.execute('SELECT DISTINCT "at" FROM ticket_events ORDER BY 1').fetchall():
        yield at - dt.timedelta(microseconds=1)
        yield at


def events_of(con: Any, ticket_id: int) -> list[dict[str, Any]]:
    return [{name: getattr(one, name) for name in one.__slots__} for one in thread_of(con, ticket_id)]


def test_what_came_without_a_thread_gets_one_from_its_dates(desk: Any) -> None:
    con = desk
    before = {number: state(con, number) for number in ("OLD", "BARE")}
    do(con, ("note", 0, 0, 1), START)
    with transaction(con):
        writer = begin(con)
        do_act(writer, find_ticket(con, "BARE"), "note", NewEvent(START, "", text="x"))
        finish(writer, now=NOW, kind="ticket", command="note")
    assert [one.kind for one in thread_of(con, find_ticket(con, "OLD").id)] == [
        "opened",
        "reply",
        "resolved",
        "note",
    ]
    assert [one.kind for one in thread_of(con, find_ticket(con, "BARE").id)] == ["opened", "note"]
    assert {number: state(con, number) for number in ("OLD", "BARE")} == before, "a note changes nothing"
    assert before["BARE"][:2] == ("closed", None)
    assert before["OLD"][0] == "resolved"


def held(con: Any) -> dict[str, Any]:
    """All rows that commands on tickets write to."""
    return {table: con.execute(f"FROM {table} ORDER BY id").fetchall() for table in ("tickets", "ticket_events")}


def state(con: Any, number: str) -> tuple[Any, ...]:
    """How a ticket stands, early and late."""
    install(con, "ticket_states(")
    sql = (
        "SELECT status, resolved_at, first_response_at, reopened, priority FROM ticket_states($1) WHERE ticket_no = $2"
    )
    early, late = (con.execute(sql, [at, number]).fetchone() for at in (dt.datetime(2026, 2, 2), NOW))
    return (*late, *early)


def test_every_step_is_taken_back_to_the_byte(desk: Any) -> None:
    words = ("resolve", "message", "csat", "hand_over")
    con = desk
    seen = [held(con)]
    for place, word in enumerate(words):
        do(con, (word, 1 - place % 2, 0, 3), START + place * dt.timedelta(hours=1))
        seen.append(held(con))
    number = sum(one != other for one, other in pairwise(seen))
    assert number == len(words)
    for before in reversed([one for one, other in pairwise(seen) if one != other]):
        with transaction(con):
            undo(con, None, now=NOW)
        assert held(con) == before


def test_the_middle_of_a_thread_cannot_be_taken_out(desk: Any) -> None:
    con = desk
    for place, word in enumerate(("wait", "message")):
        do(con, (word, 1, 0, 1), START + place * dt.timedelta(hours=1))
    waited = steps(con)[1].number
    with pytest.raises(ConflictError, match=f"T-2026-0001 went on since, in step {waited + 1}"), transaction(con):
        undo(con, waited, now=NOW)
    for _again in range(2):
        with transaction(con):
            undo(con, None, now=NOW)
    back = steps(con)[1].number  # the undo of the last one: what it took out came after the other
    with pytest.raises(ConflictError, match="went on since"), transaction(con):
        undo(con, back, now=NOW)


def test_numbers_go_on_beside_those_of_others_and_are_not_given_again(desk: Any, tmp_path: Path) -> None:
    con = desk
    ticket = {"ticket_no": "T-2026-0041", "customer": "C1", "opened_at": "2026-02-01 10:00"}
    take(con, tmp_path, "tickets", ticket, {**ticket, "ticket_no": "T-2026-77x"})
    assert opened(con, START).ticket_no == "T-2026-0042"
    with transaction(con):
        undo(con, None, now=NOW)
    assert opened(con, START).ticket_no == "T-2026-0043", "customers were told the other"
    assert opened(con, dt.datetime(2025, 1, 1)).ticket_no == "T-2025-0001"


def test_nonsense_is_refused(desk: Any) -> None:
    con = desk
    before = held(con)
    with pytest.raises(CrmError), transaction(con):
        rate_ticket(begin(con), find_ticket(con, "OLD"), csat=6, nps=None, at=START)
    with pytest.raises(CrmError), transaction(con):
        rate_ticket(begin(con), find_ticket(con, "OLD"), csat=None, nps=None, at=START)
    with pytest.raises(CrmError), transaction(con):
        assign_ticket(begin(con), find_ticket(con, "T-2026-0001"), None, at=START)
    with pytest.raises(CrmError), transaction(con):
        open_ticket(begin(con), NewTicket(1, "  ", "question", rank("question", None), START))
    assert held(con) == before


def test_first_answers_are_those_of_the_threads(desk: Any) -> None:
    con, day = desk, START.date()
    for word, hours in (("note", 0), ("reply", 20), ("resolve", 22), ("message", 46), ("reply", 47)):
        do(con, (word, 1, 0, 1), START + dt.timedelta(hours=hours))
    silent = opened(con, START)
    with transaction(con):
        writer = begin(con)
        do_act(writer, silent, "close", NewEvent(START + dt.timedelta(hours=1), ""), unresolved=True)
        finish(writer, now=NOW, kind="ticket", command="close")
    install(con, "first_answers( open_tickets( ticket_verdicts(")
    sql = "SELECT asked_at, answered_at FROM first_answers($1, $2) WHERE source = 'ticket'"
    before = day - dt.timedelta(1)
    assert con.execute(sql, [before, day]).fetchall() == [(START, None)], "the one closed without a word does not count"
    later = day + dt.timedelta(30)
    assert con.execute(sql, [before, later]).fetchall() == [(START, START + dt.timedelta(hours=20))]
    open_on = [day + dt.timedelta(days) for days in range(4)]
    there = [
        con.execute("SELECT count(*) FROM open_tickets($1) WHERE ticket_no LIKE 'T-2026%'", [on]).fetchone()[0]
        for on in open_on
    ]
    assert there == [1, 0, 1, 1], "resolved on the second day, opened again on the third"
    verdicts = "SELECT count(*) FROM ticket_verdicts($1, $2)"
    assert [con.execute(verdicts, [before, on]).fetchone()[0] for on in open_on] == [1, 2, 1, 1]
