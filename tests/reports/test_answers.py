"""Answers that may fit a ticket, the list of all, and the gaps, on small stores."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import duckdb
import pytest

from crmcli.reports.answers.gaps import gaps
from crmcli.reports.answers.listing import Wanted, listing
from crmcli.reports.answers.searching import Among, candidates, find, nearest_questions, suggestions, waiting
from crmcli.reports.answers.tickets import ticket_values
from tests.reports.small_store import empty_store, insert
from tests.rules.answer_base import BASE

MAY, JUNE, NOW = dt.datetime(2026, 5, 1), dt.datetime(2026, 6, 1), dt.datetime(2026, 7, 1, 9)


def version(answer_id: int, number: int, text: str, at: dt.datetime | None) -> dict[str, object]:
    return {
        "id": answer_id * 10 + number,
        "answer_id": answer_id,
        "version": number,
        "text": text,
        "written_at": MAY,
        "approved_at": at,
    }


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    """The invented base: the first answer retired in June, the second a draft, the rest in force since May."""
    store = empty_store()
    for place, (question, tags, text, _queries) in enumerate(BASE, 1):
        head = {
            "id": place,
            "answer_no": f"A-{place:04d}",
            "question": question,
            "language": "ru" if place < 18 else "en",
            "tags": tags,
        }
        insert(store, "answers", {**head, "retired_on": JUNE.date() if place == 1 else None})
        insert(store, "answer_versions", version(place, 1, text, None if place == 2 else MAY))
    return store


def test_a_message_gets_the_answers_whose_question_is_in_it(con: duckdb.DuckDBPyConnection) -> None:
    message = "Здравствуйте! Мы купили у вас инструмент весной, он сломался на объекте. Какая на него гарантия, и что прислать?"
    found = suggestions(con, message, NOW)
    assert found[0].answer_no == "A-0005"
    assert 0.5 <= min(one.match for one in found) <= 1
    assert [one.answer_no for one in suggestions(con, "Pump is noisy", NOW, limit=1)] == ["A-0030"]
    assert suggestions(con, "Ничего похожего: жираф", NOW) == []
    assert suggestions(con, "   ", NOW) == []


def test_what_is_retired_or_not_approved_is_not_looked_through(con: duckdb.DuckDBPyConnection) -> None:
    assert "A-0001" in {one.answer_no for one in candidates(con, Among(MAY))}
    later = {one.answer_no for one in candidates(con, Among(NOW))}
    assert len(later) == len(BASE) - 2
    assert {"A-0001", "A-0002"}.isdisjoint(later)
    assert [one.answer_no for one in waiting(con, NOW)] == ["A-0002"]
    assert {one.language for one in candidates(con, Among(NOW, "ru"))} == {"ru"}
    assert [one.answer_no for one in candidates(con, Among(NOW, None, ["Delivery", "abroad"]))] == ["A-0026"]


def test_found_rows_are_cut_and_counted(con: duckdb.DuckDBPyConnection) -> None:
    answers = candidates(con, Among(NOW))
    table = find(answers, "delivery of orders", limit=2)
    assert len(table.rows) == 2
    assert (table.total_rows or 0) > 2
    assert [one.answer_no for one in nearest_questions(answers, "warrantable?", limit=1)] == ["A-0019"]
    assert nearest_questions([], "x") == []


def test_states_and_ages_are_of_the_day(con: duckdb.DuckDBPyConnection) -> None:
    def states(at: dt.datetime, **more: int) -> dict[str, str]:
        return {row[0]: row[4] for row in listing(con, at, Wanted(retired=True), **more).rows.fetch()}

    assert states(MAY - dt.timedelta(1)) == {}
    assert (states(MAY)["A-0001"], states(NOW)["A-0001"], states(NOW)["A-0002"]) == ("in force", "retired", "draft")
    assert (states(NOW, stale=61)["A-0003"], states(NOW, stale=60)["A-0003"]) == ("in force", "stale")


def test_gaps_group_subjects_and_leave_out_what_was_answered() -> None:
    store = empty_store()
    subjects = [
        "Certificate for cable",
        "certificates for cables",
        "Cable certificate",
        "Cost of parking",
        None,
        " ",
        "Certificate of cable",
    ]
    for number, subject in enumerate(subjects, 1):
        insert(store, "tickets", {"id": number, "ticket_no": f"T{number}", "subject": subject, "opened_at": JUNE})
    insert(
        store,
        "tickets",
        {"id": 99, "ticket_no": "T99", "subject": "Certificate for cable", "opened_at": NOW + dt.timedelta(1)},
    )
    table = gaps(store, NOW, days=180, least=1)
    assert [row[:2] for row in table.rows.fetch()] == [("Cable certificate", 4), ("Cost of parking", 1)]
    assert [row[3] for row in table.rows.fetch()] == [4, 1]
    insert(store, "answer_uses", {"id": 1, "answer_id": 1, "version": 1, "used_at": JUNE, "ticket_id": 7})
    assert gaps(store, NOW, days=180, least=2).rows.fetch()[0][1] == 3
    insert(
        store,
        "answers",
        {"id": 1, "answer_no": "A-0001", "question": "Where are the certificates of cables?", "tags": None},
    )
    insert(store, "answer_versions", version(1, 1, "There.", MAY))
    assert [row[0] for row in gaps(store, NOW, days=180, least=1).rows.fetch()] == ["Cost of parking"]
    assert gaps(store, NOW, days=1).rows.fetch() == []


def test_values_of_a_ticket() -> None:
    store = empty_store()
    insert(store, "contacts", {"id": 1, "code": "K1", "name": "Atlas"})
    insert(store, "managers", {"id": 1, "code": "M1", "name": "Ann"}, {"id": 2, "code": "M2", "name": "Bob"})
    insert(
        store,
        "tickets",
        {"id": 1, "ticket_no": "T1", "customer_id": 1, "agent_id": 2, "order_no": "S-1", "opened_at": JUNE},
    )
    assert ticket_values(store, 1, 1) == {"customer": "Atlas", "ticket": "T1", "order": "S-1", "agent": "Ann"}
    assert ticket_values(store, 1, None)["agent"] == "Bob"
    assert ticket_values(store, None, None) == {"customer": None, "ticket": None, "order": None, "agent": None}


def test_suggestions_cost_nothing_where_there_are_no_answers() -> None:
    code = (
        "import sys, datetime\n"
        "from tests.reports.small_store import empty_store\n"
        "from crmcli.reports.answers.searching import suggestions\n"
        "assert suggestions(empty_store(), 'warranty', datetime.datetime(2026, 7, 1)) == []\n"
        "assert not {'snowballstemmer', 'crmcli.rules.answers.ranking'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
