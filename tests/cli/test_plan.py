"""`crmcli keyaccount plan` and `crmcli plan` as the owner uses them, on the sample firm."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from tests.cli.program import Answer, crmcli

DAY = "2026-06-30"
HOSTILE = "[red]x[/red] =1+1; <script>\x1b[31m, BEGIN:VEVENT"


@pytest.fixture
def own(firm: Path, tmp_path: Path) -> Path:
    """A copy of the sample firm to write to."""
    store = tmp_path / "own.duckdb"
    for part in firm.parent.glob(f"{firm.name}*"):
        shutil.copy(part, tmp_path / part.name.replace(firm.name, store.name))
    return store


def run(store: Path, *words: str | Path, day: str = DAY, **more: Any) -> Answer:
    return crmcli(*words, store=store, env={"CRMCLI_TODAY": f"{day} 10:00:00"}, **more)


def kept(store: Path, *words: str | Path, day: str = DAY) -> Answer:
    answer = run(store, *words, day=day)
    assert answer.code == 0, answer.err
    return answer


def tables(store: Path, *words: str, day: str = DAY) -> dict[str, list[dict[str, Any]]]:
    found = json.loads(kept(store, *words, "--format", "json", day=day).out)
    return {name: table["rows"] for name, table in found.items()}


def rows(store: Path, *words: str, day: str = DAY) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(kept(store, *words, "--format", "csv", day=day).out)))


def events(store: Path, *words: str, day: str = DAY) -> dict[str, Any]:
    calendar = Calendar.from_ical(kept(store, "plan", "calendar", *words, day=day).out)
    assert isinstance(calendar, Calendar)
    return {str(part["UID"]).split(".")[0]: part for part in calendar.subcomponents}


def make(store: Path, *words: str) -> None:
    kept(store, "keyaccount", "plan", "00056", "--bare", "--level", "proactive", "--from", "2026-06-01", "--until", "2026-12-31",
         "--touch", "call every 30d 20min: needs", *words)  # fmt: skip


def test_from_a_plan_to_a_calendar_and_back(own: Path) -> None:
    make(own, "--goal", "revenue=500000", "--step", f"2026-12-10 visit 1h: {HOSTILE}")
    before = events(own)
    assert len(before) == 8
    assert before["P-2026-0001-1"]["DTSTART"].dt == dt.date(2026, 6, 30)
    assert "BEGIN:VEVENT" in before["P-2026-0001-7"]["SUMMARY"]
    kept(own, "plan", "done", "P-2026-0001/1", "--minutes", "12", "--outcome", HOSTILE)
    kept(own, "plan", "skip", "P-2026-0001/7", "--reason", "no")
    kept(own, "plan", "move", "P-2026-0001/2", "2026-08-03", "--follow")
    after = events(own)
    assert {name: str(part["UID"]) for name, part in after.items()} == {
        n: str(part["UID"]) for n, part in before.items()
    }
    assert [after[f"P-2026-0001-{n}"]["SEQUENCE"] for n in (1, 2, 7)] == [1, 1, 1]
    assert after["P-2026-0001-2"]["DTSTART"].dt == dt.date(2026, 8, 3)
    assert after["P-2026-0001-7"]["STATUS"] == "CANCELLED"
    (step,) = [row for row in tables(own, "plan", "show", "00056")["plan_steps"] if row["step"].endswith("/1")]
    assert (step["state"], step["done_on"]) == ("done", DAY)
    kept(own, "undo")
    undone = events(own)
    assert undone["P-2026-0001-2"]["DTSTART"].dt == before["P-2026-0001-2"]["DTSTART"].dt
    # a calendar that has taken in the move must see that this is newer
    assert [undone[f"P-2026-0001-{n}"]["SEQUENCE"] for n in (1, 2, 7)] == [1, 2, 1]


def test_a_calendar_is_the_same_bytes_again_and_differs_by_firm(own: Path, tmp_path: Path) -> None:
    make(own)
    first = tmp_path / "plans.ics"
    kept(own, "plan", "calendar", "--output", first)
    assert first.read_bytes().decode() == kept(own, "plan", "calendar", "--output", "-").out
    assert first.stat().st_mode & 0o777 == 0o600
    tasks = kept(own, "plan", "calendar", "--as", "todo", "--since", "2026-08-01", "--until", "2026-08-31").out
    assert (tasks.count("BEGIN:VTODO"), tasks.count("BEGIN:VEVENT")) == (1, 0)
    assert run(own, "plan", "calendar", "--as", "note").code == 2


def test_the_template_of_the_recommended_level(own: Path) -> None:
    told = kept(own, "keyaccount", "plan", "00056", "--dry-run", "--format", "json")
    found = json.loads(told.out)
    level = found["plan"]["rows"][0]["value"]
    assert level in told.err
    assert {row["measure"] for row in found["plan_goals"]["rows"]} >= {"revenue"}
    assert "dry run" in told.err
    assert run(own, "plan", "show", "00056").code == 3


def test_without_options_the_plan_there_is_shown(own: Path) -> None:
    make(own, "--note", HOSTILE)
    shown = kept(own, "keyaccount", "plan", "00056").out
    assert "P-2026-0001" in shown
    assert "\x1b" not in shown
    assert "[red]x[/red]" in shown
    assert "P-2026-0001" in kept(own, "keyaccount", "plan", "00056", "--as-of", "2026-06-15").out
    assert run(own, "keyaccount", "plan", "00056", "--as-of", "2026-05-15").code == 3
    assert run(own, "keyaccount", "plan", "00056", "--as-of", "2026-05-15", "--level", "basic").code == 2


def test_one_plan_at_a_time(own: Path) -> None:
    make(own)
    refused = run(own, "keyaccount", "plan", "00056", "--level", "basic")
    assert refused.code == 4
    assert "--replace" in refused.err
    kept(own, "keyaccount", "plan", "00056", "--level", "basic", "--replace")
    listed = rows(own, "plan", "list", "--closed")
    assert [(row["plan"], row["state"]) for row in listed] == [("P-2026-0002", "live"), ("P-2026-0001", "closed")]
    assert [row["plan"] for row in rows(own, "plan", "list")] == ["P-2026-0002"]
    assert [row["plan"] for row in rows(own, "plan", "list", "--as-of", "2026-06-29")] == ["P-2026-0001"]


def test_cron_hears_of_late_steps(own: Path) -> None:
    make(own)
    assert run(own, "plan", "due", "--fail-if-late").code == 0
    late = run(own, "plan", "due", "--late", "--fail-if-late", day="2026-07-15")
    assert late.code == 10
    assert "P-2026-0001/1" in late.out
    assert run(own, "plan", "due", "--fail-if-late", "--customer", "00018", day="2026-07-15").code == 0
    assert run(own, "plan", "due", "--manager", "nobody").code == 3


def test_a_template_of_ones_own(own: Path, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    kept(own, "plan", "template", "partnership", "--output", file)
    file.write_text(file.read_text("utf-8").replace("offer new products", HOSTILE.replace("\x1b", "\\u001b")), "utf-8")
    found = tables(own, "keyaccount", "plan", "00056", "--template", str(file))
    assert any("[red]x[/red]" in row["subject"] for row in found["plan_touches"])
    assert found["plan"][0]["value"] == "partnership"
    file.write_text("level = 'partner'", "utf-8")
    refused = run(own, "keyaccount", "plan", "00056", "--template", file, "--replace")
    assert (refused.code, "partnership" in refused.err) == (2, True)
    file.write_bytes(b"\xff\xfe")
    assert run(own, "keyaccount", "plan", "00056", "--template", file, "--replace").code == 2
    assert run(own, "keyaccount", "plan", "00056", "--template", tmp_path, "--replace").code == 2


def test_adding_and_closing(own: Path) -> None:
    make(own)
    before = len(tables(own, "plan", "show", "00056")["plan_steps"])
    kept(own, "plan", "add", "P-2026-0001", "10.12.2026 follow-up 30 min: catalogue", "2026-12-11 offer", "--dry-run")
    assert len(tables(own, "plan", "show", "00056")["plan_steps"]) == before
    kept(own, "plan", "add", "P-2026-0001", "10.12.2026 follow-up 30 min: catalogue", "2026-12-11 offer")
    added = tables(own, "plan", "show", "00056")["plan_steps"][-3:]
    assert ("2026-12-10", "follow_up", "30.0000") in {(row["due_on"], row["channel"], row["minutes"]) for row in added}
    kept(own, "plan", "close", "P-2026-0001", "--note", HOSTILE)
    closed = tables(own, "plan", "show", "P-2026-0001")
    assert {row["state"] for row in closed["plan_steps"]} == {"dropped"}
    assert run(own, "plan", "done", "P-2026-0001/1").code == 4
    assert run(own, "plan", "add", "P-2026-0001", "2026-12-11 offer").code == 4


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("keyaccount", "plan", "00056", "--touch", "call"), 2),
        (("keyaccount", "plan", "00056", "--touch", "cal every 3d"), 2),
        (("keyaccount", "plan", "00056", "--touch", "call every 3 moons"), 2),
        (("keyaccount", "plan", "00056", "--touch", "call every 0d"), 2),
        (("keyaccount", "plan", "00056", "--touch", "call 3d 4d"), 2),
        (("keyaccount", "plan", "00056", "--touch", ""), 2),
        (("keyaccount", "plan", "00056", "--step", "visit"), 2),
        (("keyaccount", "plan", "00056", "--step", "2026-13-01 visit"), 2),
        (("keyaccount", "plan", "00056", "--step", "2020-12-01 visit"), 2),
        (("keyaccount", "plan", "00056", "--goal", "revenue"), 2),
        (("keyaccount", "plan", "00056", "--goal", "turnover=5"), 2),
        (("keyaccount", "plan", "00056", "--goal", "revenue=5%"), 2),
        (("keyaccount", "plan", "00056", "--goal", "on_time_share=120%"), 2),
        (("keyaccount", "plan", "00056", "--goal", "revenue=1", "--goal", "revenue=2"), 2),
        (("keyaccount", "plan", "00056", "--until", "2020-01-01"), 2),
        (("keyaccount", "plan", "00056", "--until", "9999-12-31"), 2),
        (("keyaccount", "plan", "00056", "--from", "0001-01-01", "--until", "0001-02-01"), 2),
        (("keyaccount", "plan", "00056", "--from", "9999-12-31"), 2),
        (("keyaccount", "plan", "00056", "--level", "bestest"), 2),
        (("keyaccount", "plan", "nobody at all"), 3),
        (("plan", "show", "P-2026-0099"), 3),
        (("plan", "show", "00018"), 3),
        (("plan", "done", "1"), 2),
        (("plan", "done", "P-2026-0099/1"), 3),
        (("plan", "template", "x"), 2),
    ],
)
def test_what_cannot_be_is_said_in_words(firm: Path, words: tuple[str, ...], code: int) -> None:
    refused = run(firm, *words)
    assert refused.code == code, refused.err
    assert refused.err.startswith("crmcli: ")
    assert "should not" not in refused.err


def test_what_cannot_be_shown_is_not_kept(own: Path) -> None:
    assert run(own, "keyaccount", "plan", "00056", "--format", "csv").code == 2
    make(own)
    assert run(own, "plan", "done", "P-2026-0001/1", "--format", "stone").code == 2
    assert run(own, "plan", "close", "P-2026-0001", "--output", own.parent / "nowhere" / "x.csv").code == 1
    assert {row["state"] for row in tables(own, "plan", "show", "P-2026-0001")["plan_steps"]} == {"due"}


def test_typed_in_russian(own: Path) -> None:
    kept(own, "keyaccount", "plan", "00056", "--bare", "--lang", "ru", "--touch", "звонок каждые 30д 20мин: спросить")
    (touch,) = tables(own, "plan", "show", "00056")["plan_touches"]
    assert (touch["channel"], touch["every_days"], touch["minutes"], touch["subject"]) == (
        "call",
        30,
        "20.0000",
        "спросить",
    )


def test_an_empty_store_has_no_plans(tmp_path: Path) -> None:
    store = tmp_path / "empty.duckdb"
    kept(store, "init")
    assert "keyaccount plan" in kept(store, "plan", "list").out
    assert run(store, "plan", "due", "--fail-if-late").code == 0
    assert kept(store, "plan", "calendar").out.startswith("BEGIN:VCALENDAR")


def test_a_touch_of_ones_own_takes_the_place_of_the_templates(own: Path) -> None:
    usual = {
        row["channel"]: row
        for row in tables(own, "keyaccount", "plan", "00056", "--level", "proactive", "--dry-run")["plan_touches"]
    }
    typed = ("keyaccount", "plan", "00056", "--level", "proactive", "--touch", "call every 45d 15min: needs")
    touches = {row["channel"]: row for row in tables(own, *typed)["plan_touches"]}
    assert usual["call"]["every_days"] != 45
    assert touches == {**usual, "call": {**usual["call"], "every_days": 45, "minutes": "15.0000", "subject": "needs"}}
