"""`crmcli manager` and `crmcli keyaccount assign`, as the owner uses them, on a small firm of its own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import Answer, crmcli

DAY = "2026-06-30"


def run(store: Path, *words: str, stdin: bytes | None = None) -> Answer:
    return crmcli(*words, store=store, env={"CRMCLI_TODAY": DAY}, stdin=stdin)


def rows_of(answer: Answer) -> list[dict[str, Any]]:
    assert answer.code == 0, answer.err
    rows: list[dict[str, Any]] = json.loads(answer.out)["rows"]
    return rows


def table(store: Path, *words: str) -> list[dict[str, Any]]:
    return rows_of(run(store, *words, "--format", "json"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four managers, six customers, deals, tickets and contacts: all invented."""
    folder = tmp_path_factory.mktemp("team")
    store = folder / "team.duckdb"
    assert run(store, "init").code == 0
    files = {
        "managers": "code,name,role,senior,region,skills,languages,capacity_hours,active\n"
        "M1,Sara Senior,senior,,,cable,en,40,yes\nM2,Ida Invented,key,M1,North,cable; lights,en; de,20,yes\n"
        "M3,Otto Other,key,M1,South,lights,en,10,yes\nM4,Ada Agent,agent,M2,North,,en,100,yes\nM5,Gone Gustav,key,M1,,,,50,no\n",
        "contacts": "code,name,role,region,manager\nC1,[red]Alpha,customer,North,M5\nC2,=1+1,customer,South,M3\n"
        "C3,<script>,customer,North,M2\nC4,Delta,customer,,M2\nC5,Echo,customer,South,\nC6,Foxtrot,customer,North,M4\n",
        "orders": "order_no,ordered_on,customer,status,line_no,sku,qty,unit_price,manager\n"
        + "".join(f"O{n},2026-0{n}-05,C{n},completed,1,S,1,{1000 - 100 * n},M2\n" for n in range(1, 7)),
        "tickets": "ticket_no,customer,kind,status,agent,opened_at,resolved_at\nT1,C3,question,open,M2,2026-06-20 10:00,\n"
        "T2,C3,question,closed,M2,2026-05-20 10:00,2026-05-21 10:00\n",
        "opportunities": "opportunity_no,name,customer,manager,status,amount,opened_on,closed_on\nP1,Big,C4,M2,open,5000,2026-05-01,\n"
        "P2,Won,C4,M2,won,700,2026-03-01,2026-04-01\nP3,No one's,,M2,hold,100,2026-05-01,\n",
        "interactions": "customer,at,channel,manager,minutes\nC3,2026-06-15 09:00,call,M2,30\nC3,2026-03-15 09:00,visit,M2,60\n",
    }  # fmt: skip
    for name, text in files.items():
        path = folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        answer = run(store, "import", "run", str(path), "--as", name)
        assert answer.code == 0, answer.err
    assert run(store, "segment", "define", "Everyone", 'role = "customer"').code == 0
    return store


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Path:
    for part in made.parent.glob(f"{made.name}*"):
        shutil.copy(part, tmp_path / part.name)
    return tmp_path / made.name


def test_a_manager_is_added_changed_and_taken_back(store: Path) -> None:
    words = ("--role", "key", "--senior", "m1", "--skills", "cable,  Cable; lights", "--capacity", "120")
    added = run(store, "manager", "add", "M9", "Nora New", *words)
    assert added.code == 0
    assert "crmcli undo" in added.err
    (row,) = [row for row in table(store, "manager", "list") if row["manager"] == "M9"]
    assert (row["senior"], row["skills"], float(row["capacity_hours"]), row["active"]) == (
        "M1",
        "cable; lights",
        120,
        "yes",
    )
    assert run(store, "manager", "add", "m9", "Twice").code == 4
    assert run(store, "manager", "edit", "nora new", "--inactive", "--senior", "").code == 0
    assert "M9" not in {row["manager"] for row in table(store, "manager", "list")}
    assert run(store, "undo").code == 0
    assert run(store, "undo").code == 0
    assert "M9" not in {row["manager"] for row in table(store, "manager", "list", "--all")}


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("edit", "M1", "--senior", "M4"), 4, "M1 → M4 → M2 → M1"),
        (("edit", "M1", "--senior", "M1"), 4, "own senior"),
        (("edit", "M1", "--senior", "M77"), 3, "no manager"),
        (("edit", "M1", "--role", "boss"), 2, "no role"),
        (("edit", "M1", "--capacity", "900"), 2, "744"),
        (("edit", "M1"), 2, "nothing to change"),
        (("edit", "M8", "--capacity", "9"), 3, "no manager"),
        (("add", " ", "X"), 2, "code and a name"),
    ],
)
def test_what_is_wrong_with_a_manager_is_said(store: Path, words: tuple[str, ...], code: int, told: str) -> None:
    answer = run(store, "manager", *words)
    assert answer.code == code
    assert told in answer.err
    assert "Traceback" not in answer.err


def test_a_dry_run_and_a_change_of_nothing_leave_no_step(store: Path) -> None:
    before = run(store, "log", "--format", "csv").out
    assert run(store, "manager", "edit", "M1", "--capacity", "99", "--dry-run").code == 0
    assert "Nothing to change" in run(store, "manager", "edit", "M1", "--capacity", "40").err
    assert run(store, "log", "--format", "csv").out == before


def test_what_an_account_needs_is_kept_shown_and_cleared(store: Path) -> None:
    assert run(store, "keyaccount", "need", "C1", "--skill", "cable", "--skill", "roofs", "--hours", "6.5").code == 0
    assert run(store, "keyaccount", "need", "C1", "--language", "de", "--note", "ask first").code == 0
    (row,) = table(store, "keyaccount", "needs")
    assert (row["skills"], row["languages"], float(row["hours"]), row["note"]) == (
        "cable; roofs",
        "de",
        6.5,
        "ask first",
    )
    assert row["name"] == "[red]Alpha"
    assert run(store, "keyaccount", "need", "C1", "--hours", "").code == 0
    assert table(store, "keyaccount", "need", "C1")[0]["hours"] is None
    assert run(store, "keyaccount", "need", "C1", "--clear").code == 0
    assert table(store, "keyaccount", "needs") == []
    assert run(store, "keyaccount", "need", "C1", "--hours", "-1").code == 2
    assert run(store, "keyaccount", "need", "Nobody", "--hours", "1").code == 3


def test_assigning_is_written_at_once_and_taken_back_at_once(store: Path) -> None:
    words = ("keyaccount", "assign", "--segment", "Everyone")
    before = run(store, "export", "contacts", "--format", "csv").out
    shown = run(store, *words, "--dry-run")
    assert "proven that no other plan is worth more" in shown.out
    assert "Loads now and then" in shown.out
    assert "dry run" in shown.err
    assert run(store, "export", "contacts", "--format", "csv").out == before
    told = {row["customer"]: row["manager"] for row in table(store, *words)}
    assert told["C1"] not in (None, "M5"), "who is not active looks after nobody"
    after = run(store, "export", "contacts", "--format", "csv").out
    assert all(f",{told[code]}," in line for line in after.splitlines()[1:] if (code := line.split(",")[0]) in told)
    assert run(store, "undo").code == 0
    assert run(store, "export", "contacts", "--format", "csv").out == before


def test_what_cannot_be_assigned_is_refused(store: Path) -> None:
    assert run(store, "keyaccount", "assign", "--roles", "boss").code == 2
    assert run(store, "keyaccount", "assign", "--hours", "A=x").code == 2
    assert run(store, "keyaccount", "assign", "--segment", "Nobody").code == 3


def test_a_handover_takes_everything_open_along(store: Path) -> None:
    rows = table(store, "manager", "handover", "M2", "--to", "M1", "--cascade", "--reason", "moves away")
    found = {row["customer"]: row for row in rows}
    assert set(found) == {"C3", "C4", None}
    assert (found["C3"]["account"], found["C3"]["tickets"], found["C4"]["deals"]) == ("yes", 1, 1)
    assert found["C4"]["deals_amount"] == "5000.0000"
    assert found[None]["deals"] == 1
    deals = run(store, "export", "opportunities", "--format", "csv").out
    assert [line.split(",")[0] for line in deals.splitlines() if ",M2," in line] == ["P2"]
    assert {row["senior"] for row in table(store, "manager", "list") if row["manager"] == "M4"} == {"M1"}
    assert run(store, "undo").code == 0
    assert {row["senior"] for row in table(store, "manager", "list") if row["manager"] == "M4"} == {"M2"}


def test_who_receives_from_their_own_senior_takes_the_place(store: Path) -> None:
    assert run(store, "manager", "handover", "M1", "--to", "M2", "--cascade").code == 0
    seniors = {row["manager"]: row["senior"] for row in table(store, "manager", "list", "--all")}
    assert seniors == {"M1": None, "M2": None, "M3": "M2", "M4": "M2", "M5": "M2"}


def test_a_handover_in_part(store: Path) -> None:
    rows = table(store, "manager", "handover", "M2", "--to", "M3", "--only", "accounts", "--customer", "C3")
    assert [(row["customer"], row["tickets"]) for row in rows] == [("C3", 0)]
    assert run(store, "manager", "handover", "M2", "--to", "M3", "--only", "clients").code == 2
    assert run(store, "manager", "handover", "M2", "--to", "M2").code == 2
    assert run(store, "manager", "handover", "M2", "--to", "M5").code == 4
    assert run(store, "manager", "handover", "M2", "--to", "M77").code == 3


def test_a_handover_warns_of_too_many_hours_and_missing_skills(store: Path) -> None:
    run(store, "keyaccount", "need", "C3", "--skill", "cable", "--hours", "15")
    answer = run(store, "manager", "handover", "M2", "--to", "M3", "--dry-run", "--format", "json")
    assert "Otto Other is over capacity then: 5 h a month too many" in answer.err
    assert {row["customer"]: row["lacking"] for row in rows_of(answer)}["C3"] == "has no skill cable"


def test_duties_are_shown_set_and_reset(store: Path) -> None:
    senior = table(store, "manager", "duties", "senior")
    assert 8 <= len(senior) <= 10
    assert table(store, "manager", "duties", "--manager", "M1") == senior
    assert {row["role"] for row in table(store, "manager", "duties")} == {"agent", "key", "senior"}
    text = b"[red]Calls\n\n  Visits  =1+1\n"
    assert run(store, "manager", "duties", "set", "senior", "-", stdin=text).code == 0
    assert [row["duty"] for row in table(store, "manager", "duties", "senior")] == ["[red]Calls", "Visits =1+1"]
    assert run(store, "manager", "duties", "reset", "senior").code == 0
    assert table(store, "manager", "duties", "senior") == senior
    assert run(store, "undo").code == 0
    assert len(table(store, "manager", "duties", "senior")) == 2
    assert run(store, "manager", "duties", "boss").code == 2
    assert run(store, "manager", "duties", "set", "key", "-", stdin=b"\n \n").code == 2
    assert run(store, "manager", "duties", "set", "key", "no-such-file.txt").code == 3
    assert run(store, "manager", "duties", "reset", "key").code == 3


def test_a_manager_is_shown_with_accounts_and_duties(store: Path) -> None:
    shown = run(store, "manager", "show", "ida invented")
    assert shown.code == 0
    assert "<script>" in shown.out
    assert "relationship plan" in shown.out
    assert table(store, "manager", "load", "--as-of", DAY) == table(store, "report", "workload", "--as-of", DAY)
