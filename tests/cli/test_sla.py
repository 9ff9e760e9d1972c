"""`crmcli sla`, `ticket due` and `ticket breached` as the owner uses them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import Answer, crmcli

NOW = "2026-06-30 12:00"


@pytest.fixture
def own(firm: Path, tmp_path: Path) -> Path:
    """A copy of the sample firm to write to."""
    store = tmp_path / "own.duckdb"
    for part in firm.parent.glob(f"{firm.name}*"):
        shutil.copy(part, tmp_path / part.name.replace(firm.name, store.name))
    return store


def run(store: Path, *words: str) -> Answer:
    return crmcli(*words, store=store, env={"CRMCLI_TODAY": NOW})


def rows_of(answer: Answer) -> list[dict[str, Any]]:
    assert answer.code in (0, 10), answer.err
    rows: list[dict[str, Any]] = json.loads(answer.out)["rows"]
    return rows


def test_one_step_makes_hours_and_promises_and_due_names_the_worst_first(own: Path) -> None:
    before = run(own, "ticket", "due", "--fail-if-any")
    assert before.code == 0
    assert "crmcli sla start" in before.out
    assert run(own, "sla", "start", "--country", "RU", "--zone", "Europe/Moscow").code == 0
    assert run(own, "sla", "check").out == ""
    due = run(own, "ticket", "due", "--fail-if-any", "--format", "json")
    rows = rows_of(due)
    assert due.code == 10
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    assert {"response", "resolution"} >= {row["what"] for row in rows}
    assert run(own, "sla", "start").code == 4
    assert crmcli("undo", store=own).code == 0
    assert "crmcli sla start" in run(own, "ticket", "breached").out


def test_a_day_set_free_dates_what_is_due_anew(own: Path) -> None:
    run(own, "sla", "start", "--country", "RU")
    ask = ("ticket", "due", "--within", "2d", "--at", "2026-06-30 12:00", "--format", "json")
    before = {row["ticket"]: row["due_at"] for row in rows_of(run(own, *ask)) if row["due_at"] > "2026-07-01"}
    assert before
    assert run(own, "sla", "day", "main", "2026-07-01", "free", "--note", "<b>=1+1").code == 0
    after = {row["ticket"]: row["due_at"] for row in rows_of(run(own, *ask))}
    assert all(after[ticket] > day for ticket, day in before.items() if ticket in after)


def test_the_calendar_works_out_with_holidays_by_name_and_moved_days(own: Path) -> None:
    run(own, "sla", "start", "--country", "RU")
    days = {row["day"]: row for row in rows_of(run(own, "sla", "show", "--month", "2025-11", "--format", "json"))}
    assert (days["2025-11-01"]["why"], days["2025-11-01"]["windows"]) == ("moved_day", "9-18")  # a Saturday worked
    assert (days["2025-11-04"]["why"], days["2025-11-04"]["hours"]) == ("holiday", "0")
    assert "Unity" in days["2025-11-04"]["note"]


def test_hours_hold_from_a_day_on_and_are_taken_back(own: Path) -> None:
    run(own, "sla", "start")
    assert (
        run(own, "sla", "hours", "main", "mon-fri 9-13 14-18; sat 10-14", "--from", "2026-07-06", "--dry-run").code == 0
    )
    show = ("sla", "show", "--month", "2026-07", "--format", "json")
    assert {row["windows"] for row in rows_of(run(own, *show))} == {"9-18", None}
    assert run(own, "sla", "hours", "main", "mon-fri 9-13 14-18; sat 10-14", "--from", "2026-07-06").code == 0
    days = {row["day"]: row["windows"] for row in rows_of(run(own, *show))}
    assert (days["2026-07-03"], days["2026-07-06"], days["2026-07-11"]) == ("9-18", "9-13 14-18", "10-14")
    again = run(own, "sla", "hours", "main", "mon-fri 9-13 14-18; sat 10-14", "--from", "2026-07-06")
    assert "Nothing to change" in again.err
    crmcli("undo", store=own)
    assert {row["windows"] for row in rows_of(run(own, *show))} == {"9-18", None}


def test_ties_are_refused_unless_a_policy_for_both_decides(own: Path) -> None:
    run(own, "sla", "start")
    tie = run(own, "sla", "policy", "add", "--class", "A", "--response", "30m")
    assert (tie.code, "--priority urgent --class A" in tie.err) == (4, True)
    for priority in ("urgent", "high"):
        assert run(own, "sla", "policy", "add", "--priority", priority, "--class", "a", "--response", "15m").code == 0
    assert run(own, "sla", "policy", "add", "--class", "A", "--response", "30m").code == 0
    assert run(own, "sla", "policy", "end", "4", "--on", "2026-07-01").code == 4
    assert run(own, "sla", "check").code == 0


def test_all_of_it_is_one_file_that_reads_back_the_same(own: Path, tmp_path: Path) -> None:
    run(own, "sla", "start", "--country", "RU", "--zone", "Europe/Moscow")
    run(own, "sla", "day", "main", "2026-12-31", "9-13", "--note", '[red]x "quoted"')
    file = tmp_path / "sla.toml"
    assert run(own, "sla", "print", "--output", str(file)).code == 0
    assert "Nothing to change" in run(own, "sla", "set", str(file)).err
    file.write_text(file.read_text("utf-8").replace("mon-fri 9-18", "mon-sun 0-24").replace('"1h"', '"2h"'), "utf-8")
    assert run(own, "sla", "set", str(file)).code == 0
    numbers = {
        row["policy"]: row["response_hours"] for row in rows_of(run(own, "sla", "policy", "list", "--format", "json"))
    }
    assert sorted(numbers) == [2, 3, 4]  # those unchanged keep theirs
    assert run(own, "check").out == ""


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("calendar", "add", "X", "--zone", "Europe/Moskow"), 2),
        (("calendar", "add", "X", "--country", "ZZ"), 2),
        (("calendar", "add", "X", "--hours", "mon-fri 18-9"), 2),
        (("hours", "nobody", "mon 9-18"), 3),
        (("day", "main", "2026-02-30", "free"), 2),
        (("policy", "add", "--priority", "hihg", "--response", "1h"), 2),
        (("policy", "add", "--response", "2d", "--resolution", "1h"), 2),
        (("policy", "add", "--kind", "claim"), 2),
        (("policy", "end", "77"), 3),
        (("calendar", "remove", "main"), 4),
        (("show", "--month", "13"), 2),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(own: Path, words: tuple[str, ...], code: int) -> None:
    run(own, "sla", "start")
    answer = run(own, "sla", *words)
    assert (answer.code, answer.err.count("\n") >= 1) == (code, True), answer.err


def test_today_and_the_queue_go_by_what_is_promised(own: Path) -> None:
    run(own, "sla", "start", "--country", "RU")
    queue = {
        row["what"][:7]: row["due_on"]
        for row in rows_of(run(own, "report", "queue", "--kind", "ticket", "--format", "json"))
    }
    due = {
        row["ticket"]: row["due_at"][:10]
        for row in rows_of(run(own, "ticket", "due", "--within", "9d", "--format", "json"))
    }
    assert queue
    assert all(due[ticket] == day for ticket, day in queue.items() if ticket in due)
    assert "Promised to customers" in run(own, "today").out


def test_who_asks_for_a_list_sees_what_is_promised(own: Path) -> None:
    assert run(own, "sla", "start").code == 0
    listed = rows_of(run(own, "sla", "list", "--format", "json"))
    assert len(listed) == 3
    assert listed == rows_of(run(own, "sla", "policy", "list", "--format", "json"))


def test_where_no_first_answer_is_dated_that_is_said(own: Path, tmp_path: Path) -> None:
    note = "No first answer is dated"
    assert run(own, "sla", "start").code == 0
    assert note not in run(own, "ticket", "due").out
    bare = tmp_path / "bare.duckdb"
    file = tmp_path / "t.csv"
    file.write_text("ticket_no,customer,kind,opened_at\nT1,C1,question,2026-06-01 10:00\n")
    for words in (["init"], ["import", "run", file, "--as", "tickets"], ["sla", "start"]):
        assert crmcli(*words, store=bare).code == 0
    assert note in crmcli("ticket", "due", "--at", "2026-06-20 10:00", store=bare).out
