"""Threads of tickets: taken in whole, never twice, and the tickets follow; what is exported comes back the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.intake.admit.shop import Shop

TICKETS = (
    "ticket_no,customer,opened_at,first_response_at,resolved_at,closed_at,status,agent,reopened\n"
    "T1,C1,2026-03-02 09:00,,,,open,,\n"
    "T2,C1,2026-03-03 09:00,2026-03-03 10:00,2026-03-04 10:00,2026-03-05 10:00,closed,Ann,1\n"
)
THREAD = (
    "ticket_no;at;kind;agent;text;became;minutes\n"
    "T1;02.03.2026 09:00;создано;Ann;;;\n"
    "T1;02.03.2026 11:30;ответ;Ann;=1+1 [red]да;;12,5\n"
    "T1;02.03.2026 12:00;ждем клиента;;;;\n"
    "T1;03.03.2026 09:10;сообщение;;спасибо;;\n"
    "T1;03.03.2026 09:30;решено;;;;\n"
    "T1;04.03.2026 08:00;переоткрыто;;;;\n"
    "T1;04.03.2026 08:05;передано;Bob;;Bob;\n"
)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(tmp_path)
    shop.take(shop.file("tickets.csv", TICKETS), "--as", "tickets")
    return shop


def kinds(shop: Shop, ticket: str) -> list[str]:
    return [
        kind
        for (kind,) in shop.rows(
            f"SELECT e.kind FROM ticket_events AS e JOIN tickets AS t ON t.id = ticket_id WHERE ticket_no = '{ticket}' ORDER BY event_no"
        )
    ]


def standing(shop: Shop, ticket: str) -> tuple[object, ...]:
    return shop.rows(
        "SELECT t.status, m.name, t.first_response_at::VARCHAR, t.resolved_at::VARCHAR, t.reopened FROM tickets AS t "
        f"LEFT JOIN managers AS m ON m.id = agent_id WHERE ticket_no = '{ticket}'"
    )[0]


def test_a_thread_is_taken_and_its_ticket_follows(shop: Shop) -> None:
    counts = shop.take(shop.file("thread.csv", THREAD), "--as", "ticket_events")
    assert (counts["created"], counts["rejected"]) == (7, 0)
    assert kinds(shop, "T1") == ["opened", "reply", "waiting", "message", "resolved", "reopened", "assigned"]
    assert standing(shop, "T1") == ("open", "Bob", "2026-03-02 11:30:00", None, 1)
    assert shop.one("SELECT minutes FROM ticket_events WHERE kind = 'reply'") == 12.5
    assert shop.one("SELECT \"text\" FROM ticket_events WHERE kind = 'reply'") == "=1+1 [red]да"


def test_the_same_file_again_adds_nothing_and_undo_takes_all_back(shop: Shop) -> None:
    before = shop.exported("tickets")
    shop.take(shop.file("thread.csv", THREAD), "--as", "ticket_events")
    again = shop.take("thread.csv", "--as", "ticket_events")
    assert (again["created"], again["unchanged"]) == (0, 7)
    shop.expect(0, "undo")
    assert shop.exported("tickets") == before
    assert shop.one("SELECT count(*) FROM ticket_events") == 0


def test_two_alike_are_two(shop: Shop) -> None:
    text = "ticket_no,at,kind,text\nT1,2026-03-02 10:00,note,called\nT1,2026-03-02 10:00,note,called\n"
    assert shop.take(shop.file("notes.csv", text), "--as", "ticket_events")["created"] == 2
    assert kinds(shop, "T1") == ["opened", "note", "note"]


def test_a_thread_without_its_beginning_gets_what_the_dates_tell(shop: Shop) -> None:
    before = standing(shop, "T2")
    shop.take(
        shop.file("note.csv", "ticket_no,at,kind,text\nT2,2026-03-03 15:00,note,looked at it\n"),
        "--as",
        "ticket_events",
    )
    assert kinds(shop, "T2") == ["opened", "reply", "note", "resolved", "closed"]
    assert standing(shop, "T2") == before


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("T9,2026-03-02 10:00,note,x", "is not in the store"),
        ("T1,2026-03-01 10:00,note,x", "before the ticket was opened"),
        ("T1,2026-03-02 10:00,praised,x", "is none of: opened, message"),
        ("T1,2026-03-02 09:00,opened,x\nT1,2026-03-02 10:00,opened,y", "was opened already"),
    ],
)
def test_what_cannot_be_is_refused_with_its_whole_thread(shop: Shop, row: str, reason: str) -> None:
    good = "T2,2026-03-03 15:00,note,fine\n"
    ticket = row.partition(",")[0]
    text = f"ticket_no,at,kind,text\n{good}{ticket},2026-03-02 11:00,note,of the same thread\n{row}\n"
    counts = shop.take(shop.file("bad.csv", text), "--as", "ticket_events", code=5)
    assert counts["created"] == 1
    assert counts["rejected"] == 2 + row.count("\n")
    assert reason in shop.err
    assert kinds(shop, "T1") == []


def test_nothing_is_put_before_what_is_there(shop: Shop) -> None:
    shop.take(shop.file("thread.csv", THREAD), "--as", "ticket_events")
    late = "ticket_no,at,kind,text\nT1,2026-03-02 10:00,note,x\n"
    shop.take(shop.file("late.csv", late), "--as", "ticket_events", code=5)
    assert "before the last event of the thread" in shop.err


def test_out_and_in_again_is_the_same(shop: Shop, tmp_path: Path) -> None:
    shop.take(shop.file("thread.csv", THREAD), "--as", "ticket_events")
    shop.take(
        shop.file("note.csv", "ticket_no,at,kind,text\nT2,2026-03-03 15:00,note,'; DROP TABLE tickets; --\n"),
        "--as",
        "ticket_events",
    )
    out = {name: shop.exported(name) for name in ("managers", "contacts", "tickets", "ticket_events")}
    other = Shop(tmp_path / "other")
    for name, text in out.items():
        other.take(other.file(f"{name}.csv", text), "--as", name)
    assert {name: other.exported(name) for name in out} == out


def test_our_own_heading_is_recognised_without_a_word(shop: Shop) -> None:
    shop.take(shop.file("thread.csv", THREAD))
    assert shop.taken[0]["entity"] == "ticket_events"


def test_a_visit_names_its_deal(shop: Shop) -> None:
    shop.take(shop.file("deals.csv", "opportunity_no,customer,opened_on\nD1,C1,2026-03-01\n"), "--as", "opportunities")
    visits = "customer,at,kind,deal\nC1,2026-03-02 10:00,visit,D1\nC1,2026-03-03 10:00,visit,\nC1,2026-03-04 10:00,visit,D7\n"
    counts = shop.take(shop.file("visits.csv", visits), "--as", "interactions", code=5)
    assert (counts["created"], counts["rejected"]) == (2, 1)
    assert [row["opportunity"] for row in shop.export("interactions")] == ["D1", ""]


@pytest.mark.parametrize("name", ["answers", "answer_uses", "calendars", "sla_policies", "deal_stages", "deal_moves"])
def test_what_is_only_taken_out(shop: Shop, name: str) -> None:
    heading = shop.exported(name).splitlines()[0]
    assert heading.endswith(",custom")
    shop.expect(2, "export", name[:-2] + "z")
    assert name in shop.err
