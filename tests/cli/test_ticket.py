"""`crmcli ticket` as the owner uses it, on the sample firm."""

from __future__ import annotations

import csv
import email
import io
import json
import shutil
import subprocess
import sys
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import ROOT, Answer, crmcli

TODAY = "2026-07-01 09:00:00"
BUYER, ORDER = "00038", "УТ-003000"  # delivered on 2026-01-12, three lines


@pytest.fixture(scope="module")
def desk(firm: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample firm with a ticket that has been through everything."""
    store = tmp_path_factory.mktemp("desk") / "desk.duckdb"
    for part in firm.parent.glob(f"{firm.name}*"):
        shutil.copy(part, store.parent / part.name.replace(firm.name, store.name))
    steps = (
        ("open", "00107", "[red]x =1+1 <script>", "--kind", "жалоба", "--text", "Since Monday.\nIt howls.", "--agent", "M02",
         "--at", "2026-06-28 10:00"),
        ("reply", "t-2026-0001", "We look.", "--minutes", "10", "--at", "2026-06-28 11:00"),
        ("wait", "T-2026-0001", "asked for a photo", "--at", "2026-06-28 12:00"),
        ("message", "T-2026-0001", "here it is", "--at", "2026-06-29 12:00"),
        ("assign", "T-2026-0001", "M06", "--at", "2026-06-29 12:30"),
        ("resolve", "T-2026-0001", "bearing", "--at", "2026-06-29 13:00"),
        ("message", "T-2026-0001", "still noisy", "--channel", "звонок", "--at", "2026-06-30 14:00"),
    )  # fmt: skip
    for words in steps:
        answer = ticket(store, *words)
        assert answer.code == 0, answer.err
    return store


@pytest.fixture
def own(desk: Path, tmp_path: Path) -> Path:
    """A copy to write to."""
    store = tmp_path / "own.duckdb"
    for part in desk.parent.glob(f"{desk.name}*"):
        shutil.copy(part, tmp_path / part.name.replace(desk.name, store.name))
    return store


def ticket(store: Path, *words: str, **more: Any) -> Answer:
    return crmcli("ticket", *words, store=store, env={"CRMCLI_TODAY": TODAY}, **more)


def told(answer: Answer) -> dict[str, Any]:
    """The tables of `show` as JSON: the facts by name, and the thread."""
    assert answer.code == 0, answer.err
    tables = json.loads(answer.out)
    facts = {row["fact"]: row["value"] for row in tables["ticket"]["rows"]}
    return {**facts, "thread": tables["ticket_thread"]["rows"]}


def shown(store: Path, number: str, *words: str) -> dict[str, Any]:
    return told(ticket(store, "show", number, "--format", "json", *words))


def listed(store: Path, *words: str) -> list[dict[str, str]]:
    answer = ticket(store, "list", "--format", "csv", *words)
    assert answer.code == 0, answer.err
    return list(csv.DictReader(io.StringIO(answer.out)))


def test_a_ticket_tells_its_whole_story(desk: Path) -> None:
    now = shown(desk, "T-2026-0001")
    assert now["priority"] == "urgent: complaint (+2) of a class A customer (+1)"
    assert (now["state"], now["reopened"], now["reassigned"], now["handled_by"]) == ("open", "1", "1", "Вера Пример-М6")
    assert now["first_answer"].startswith("2026-06-28")
    assert "resolved" not in now
    kinds = [row["event"] for row in now["thread"]]
    assert kinds == [
        "opened",
        "priority",
        "reply",
        "waiting",
        "message",
        "resumed",
        "assigned",
        "resolved",
        "message",
        "reopened",
    ]
    assert now["thread"][0]["text"] == "Since Monday.\nIt howls."
    assert now["thread"][8]["channel"] == "phone"


def test_the_past_is_seen_as_it_was(desk: Path) -> None:
    then = shown(desk, "T-2026-0001", "--as-of", "2026-06-28")
    assert (then["state"], then["handled_by"], "reopened" in then) == ("waiting", "Андрей Пример-М2", False)
    assert shown(desk, "T-2026-0001", "--as-of", "2026-06-29")["state"] == "resolved"
    assert ticket(desk, "show", "T-2026-0001", "--as-of", "2026-06-27").code == 3
    assert "T-2026-0001" not in {row["ticket"] for row in listed(desk, "--as-of", "2026-06-29")}
    (row,) = [row for row in listed(desk, "--as-of", "2026-06-28") if row["ticket"] == "T-2026-0001"]
    assert (row["state"], row["waiting_days"], row["agent"]) == ("waiting", "0", "Андрей Пример-М2")


def test_best_customers_come_first_and_filters_hold(desk: Path) -> None:
    weight, urgency = {"key": 4, "A": 3, "B": 2}, {"urgent": 4, "high": 3, "normal": 2, "low": 1}
    everyone = listed(desk)
    ranks = [weight.get(row["class"], 1) * urgency[row["priority"]] for row in everyone]
    assert ranks == sorted(ranks, reverse=True)
    assert {row["state"] for row in everyone} <= {"open", "waiting"}
    assert [row["ticket"] for row in listed(desk, "--customer", "00107", "--kind", "complaint")] == ["T-2026-0001"]
    assert {row["agent"] for row in listed(desk, "--agent", "M06")} == {"Вера Пример-М6"}
    assert listed(desk, "--agent", "nobody") == []
    assert {row["priority"] for row in listed(desk, "--priority", "срочный")} == {"urgent"}
    assert [row["ticket"] for row in listed(desk, "--since", "2026-06-28") if row["ticket"].startswith("T-2026")] == [
        "T-2026-0001"
    ]
    closed = listed(desk, "--state", "closed")
    assert len(closed) + len(listed(desk, "--state", "resolved")) + len(everyone) == len(listed(desk, "--state", "all"))


def test_hostile_texts_are_shown_and_never_run(desk: Path) -> None:
    page = ticket(desk, "show", "T-2026-0001", "--format", "html").out
    assert "=1+1 <script>" not in page
    assert "=1+1 &lt;script&gt;" in page
    screen = ticket(desk, "show", "T-2026-0001").out
    assert "[red]x =1+1 <script>" in screen
    assert all(line in screen for line in ("Since Monday.", "It howls."))
    assert "\\n" not in screen
    assert ticket(desk, "show", "T-2026-0001", "--format", "md").code == 0
    assert "None" not in screen


def test_the_card_and_the_timeline_know_it(desk: Path) -> None:
    lines = crmcli("timeline", "00107", "--format", "csv", "--since", "2026-06-28", store=desk).out
    events = [
        (row["event"], row["direction"])
        for row in csv.DictReader(io.StringIO(lines))
        if row["reference"] == "T-2026-0001"
    ]
    assert sorted(events) == sorted(
        [
            ("ticket", "in"),
            ("answer", "out"),
            ("message", "in"),
            ("message", "in"),
            ("resolution", "out"),
            ("reopened", "in"),
        ]
    )
    card = json.loads(crmcli("card", "00107", "--format", "json", store=desk).out)
    assert ("T-2026-0001", "open") in {(row["ticket_no"], row["state"]) for row in card["tickets"]["rows"]}


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("wait", "T-2026-0001", "--at", "2026-06-30 13:59"), 4, "before the last event"),
        (("close", "T-2026-0001"), 4, "not resolved yet"),
        (("reopen", "T-2026-0001"), 4, "open already"),
        (("assign", "T-2026-0001", "M06"), 4, "already"),
        (("assign", "T-2026-0001", "M6"), 3, "no manager"),
        (("reply", "T-2026-0001"), 2, "either a text or --answer"),
        (("reply", "T-2026-0001", "  "), 2, "in words"),
        (("reply", "T-2026-0001", "--answer", "A-9999"), 3, "no answer"),
        (("note", "T-2026-0001", "x", "--minutes", "-5"), 2, "--minutes"),
        (("note", "T-2026-001", "x"), 3, "Did you mean T-2026-0001"),
        (("rate", "T-2026-0001", "--csat", "6"), 2, "from 1 to 5"),
        (("rate", "T-2026-0001"), 2, "how the customer rates"),
        (("priority", "T-2026-0001", "hihg"), 2, "high"),
        (("link", "T-2026-0001", "--order", ORDER), 4, "another customer"),
        (("link", "T-2026-0001", "--line", "1"), 2, "--line needs --order"),
        (("link", "T-2026-0001", "--ticket", "T-2026-0001"), 4, "about itself"),
        (("replace", "T-2026-0001"), 4, "which goods"),
        (("open", "00107", "x", "--kind", "wish"), 2, "no kind"),
        (("open", "00107", "x", "--at", "2027-01-01"), 2, "still to come"),
        (("open", "nobody-at-all", "x"), 3, "no contact"),
        (("list", "--state", "opne"), 2, "no state"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_way_out(desk: Path, words: tuple[str, ...], code: int, sentence: str) -> None:
    answer = ticket(desk, *words)
    assert (answer.code, answer.out) == (code, "")
    assert sentence in answer.err
    assert "Traceback" not in answer.err


def test_a_dry_run_keeps_nothing_and_undo_takes_back(own: Path) -> None:
    before = ticket(own, "show", "T-2026-0001", "--format", "json").out
    assert ticket(own, "resolve", "T-2026-0001", "--dry-run").code == 0
    assert ticket(own, "show", "T-2026-0001", "--format", "json").out == before
    assert ticket(own, "resolve", "T-2026-0001").code == 0
    assert ticket(own, "close", "T-2026-0001", "-", stdin=b"all well\n").code == 0
    assert shown(own, "T-2026-0001")["thread"][-1]["text"] == "all well"
    steps = json.loads(crmcli("log", "--format", "json", "--limit", "2", store=own).out)["rows"]
    refused = crmcli("undo", str(steps[1]["step"]), store=own)
    assert refused.code == 4
    assert "went on since" in refused.err
    for _again in range(2):
        assert crmcli("undo", store=own).code == 0
    assert ticket(own, "show", "T-2026-0001", "--format", "json").out == before
    assert crmcli("check", store=own).code == 0


def test_warranty_and_replacement(own: Path) -> None:
    opened = ticket(own, "open", BUYER, "hum", "--kind", "warranty", "--order", ORDER, "--line", "2")
    assert "no warranty is set for 070008" in opened.err
    assert crmcli("product", "edit", "070008", "--warranty-months", "5", store=own).code == 0
    assert "out of warranty since 2026-06-12" in shown(own, "T-2026-0002")["warranty"]
    assert crmcli("product", "edit", "070008", "--warranty-months", "6", store=own).code == 0
    assert (
        "in warranty until 2026-07-12, 11 days left (6 months from delivery on 2026-01-12)"
        in shown(own, "T-2026-0002")["warranty"]
    )
    assert ticket(own, "replace", "T-2026-0002", "--qty", "6").code == 4, "five were sold"
    assert "S-2026-0001" in ticket(own, "replace", "T-2026-0002", "--qty", "2").err
    order = json.loads(crmcli("order", "show", "S-2026-0001", "--format", "json", store=own).out)
    assert [(row["sku"], float(row["ordered"]), float(row["net"])) for row in order["rows"]] == [("070008", 2, 0)]
    assert shown(own, "T-2026-0002")["replaced_by"] == "S-2026-0001"
    assert ticket(own, "replace", "T-2026-0002").code == 4
    assert crmcli("undo", store=own).code == 0
    assert "replaced_by" not in shown(own, "T-2026-0002")
    assert crmcli("order", "show", "S-2026-0001", store=own).code == 3
    assert crmcli("product", "edit", "070008", "--warranty-months", "six", store=own).code == 2


def test_a_reply_becomes_a_mail(own: Path, tmp_path: Path) -> None:
    answer = ticket(own, "reply", "T-2026-0001", "Grüße\nBcc: x@example.org", "--eml", str(tmp_path))
    assert answer.code == 0, answer.err
    mail = email.message_from_bytes((tmp_path / "T-2026-0001.eml").read_bytes(), policy=default)
    assert mail["Subject"] == "[T-2026-0001] [red]x =1+1 <script>"
    assert mail["To"].addresses[0].addr_spec.endswith("@example.com")
    assert mail["Bcc"] is None
    assert mail.get_content().splitlines() == ["Grüße", "Bcc: x@example.org"]


def test_an_approved_answer_is_sent_as_it_is_in_force(own: Path) -> None:
    crmcli("answer", "add", "How loud is it?", "--text", "Dear {customer}, see {ticket}.", store=own)
    number = json.loads(crmcli("answer", "list", "--format", "json", store=own).out)["rows"][0]["answer"]
    crmcli("answer", "approve", number, store=own)
    answer = ticket(own, "reply", "T-2026-0001", "--answer", number)
    assert answer.code == 0, answer.err
    last = shown(own, "T-2026-0001")["thread"][-1]
    assert last["text"] == "Dear ООО «Образец Электромонтаж 107», see T-2026-0001."
    assert last["answer"] == f"{number}-1"


def test_two_at_once_get_numbers_of_their_own(own: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "crmcli",
        "--db",
        str(own),
        "ticket",
        "open",
        "00107",
        "at once",
        "--format",
        "csv",
    ]
    running = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8") for _one in range(2)
    ]
    outs = [process.communicate(timeout=60)[0] for process in running]
    numbers = {next(csv.DictReader(io.StringIO(out)))["ticket"] for out in outs}
    assert len(numbers) == 2
