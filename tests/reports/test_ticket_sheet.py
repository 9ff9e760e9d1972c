"""All about one ticket: answers that may fit while the customer waits for one, and a thread that can be read."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pytest

from crmcli.metrics.catalogue import install
from crmcli.reports.tickets.sheet import ticket_tables
from crmcli.rules.tickets.states import Event, stand
from crmcli.store.tickets.rows import find_ticket
from crmcli.table import Table
from tests.reports.small_store import empty_store, insert

OPENED = dt.datetime(2026, 6, 1, 10)
LATER = dt.datetime(2026, 6, 30)


def event(number: int, kind: str, text: str | None = None, hours: int = 0, **more: Any) -> dict[str, Any]:
    """An event so many hours after the ticket was opened."""
    row = {
        "id": number,
        "ticket_id": 1,
        "event_no": number,
        "at": OPENED + dt.timedelta(hours=hours),
        "kind": kind,
        "text": text,
    }
    return {**row, "was": None, "became": None, "agent_id": None, **more}


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    """A ticket of a customer, given to an agent, and an approved answer that fits it."""
    store = empty_store()
    insert(store, "contacts", {"id": 1, "code": "C1", "name": "Firm [red]One"})
    insert(store, "managers", {"id": 1, "code": "M1", "name": "Agent One"})
    insert(store, "tickets", {"id": 1, "ticket_no": "T-1", "customer_id": 1, "agent_id": 1, "subject": "The lamp failed",
                              "opened_at": OPENED, "status": "open"})  # fmt: skip
    insert(
        store, "answers", {"id": 1, "answer_no": "A-0001", "question": "A lamp failed within a month", "language": "en"}
    )
    insert(store, "answer_versions", {"id": 1, "answer_id": 1, "version": 1, "text": "Send a photo.",
                                      "written_at": OPENED, "approved_at": OPENED})  # fmt: skip
    return store


def shown(con: duckdb.DuckDBPyConnection, *, people: bool = True) -> tuple[Table, ...]:
    return ticket_tables(con, find_ticket(con, "T-1"), LATER, people=people)


def suggested(con: duckdb.DuckDBPyConnection) -> bool:
    return any("--answer A-0001" in note for note in shown(con)[0].notes)


def test_an_answer_that_may_fit_is_named_while_the_last_word_is_the_customers(con: duckdb.DuckDBPyConnection) -> None:
    assert suggested(con)  # without a thread: by its subject
    insert(con, "ticket_events", event(1, "opened", "it does not shine"), event(2, "note", "again?", 1))
    assert suggested(con)
    insert(con, "ticket_events", event(3, "reply", "Send a photo.", 2))
    assert not suggested(con)
    insert(con, "ticket_events", event(4, "message", "the lamp failed once more", 3))
    assert suggested(con)
    insert(con, "ticket_events", event(5, "resolved", None, 4))
    assert not suggested(con)


def test_nothing_is_named_where_an_answer_came_without_a_thread(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("UPDATE tickets SET first_response_at = $1", [OPENED + dt.timedelta(hours=1)])
    assert not suggested(con)


def test_for_people_the_text_is_the_last_column_and_the_customer_said_how_it_began(
    con: duckdb.DuckDBPyConnection,
) -> None:
    insert(
        con, "ticket_events", event(1, "opened", agent_id=1), event(2, "priority", "claim +2, A +1", became="urgent")
    )
    thread = shown(con)[-1]
    names = [column.name for column in thread.columns]
    assert names == ["no", "at", "event", "who", "became", "text"]
    assert [row[names.index("who")] for row in thread.rows.fetch()] == ["Firm [red]One", None]
    assert [column.name for column in shown(con, people=False)[-1].columns][-1] == "answer"


@pytest.mark.parametrize("told", [None, 0, 2])
def test_how_often_it_was_opened_again_is_one_figure_in_python_and_in_sql(
    con: duckdb.DuckDBPyConnection, told: int | None
) -> None:
    was = None if told is None else str(told)
    rows = [
        event(1, "opened", was=was),
        event(2, "closed", None, 1),
        event(3, "reopened", None, 2),
        event(4, "closed", None, 3),
    ]
    con.execute("UPDATE tickets SET reopened = $1", [None if told is None else told + 1])
    insert(con, "ticket_events", *rows)
    install(con, "ticket_states(")
    for hours in range(4):
        at = OPENED + dt.timedelta(hours=hours)
        past = [Event(row["at"], row["kind"], None, row["was"], None) for row in rows if row["at"] <= at]
        found = con.execute("SELECT reopened, status FROM ticket_states($1::TIMESTAMP)", [at]).fetchall()
        assert found == [(stand(past).reopened, stand(past).status)]
