"""Calendars read back by the library as any program would: the same bytes, nothing that hostile texts can do."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from crmcli.documents.calendar import CANCELLED, DONE, OPEN, Entry, calendar_file, inert

DAY, MOMENT = dt.date(2026, 7, 6), dt.datetime(2026, 6, 30, 10, 0)
HOSTILE = (
    "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil", "a;b,c\\d\\n e", "\x00\x07\x1b[31mred", "line\u2028break\u2029two\x85three",
    "\u202egnp.exe", '"quoted": value', "ATTACH:file:///etc/passwd", "é" * 300, "", "\ud83d", "BEGIN:VALARM",
)  # fmt: skip


def entry(text: str = "call", **more: object) -> Entry:
    return Entry(f"P-1.{len(text)}@crmcli", DAY, text, (text, "second"), text, changed_at=MOMENT, **more)  # type: ignore[arg-type]


def read(content: bytes) -> Calendar:
    found = Calendar.from_ical(content)
    assert isinstance(found, Calendar)
    return found


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("todo", [False, True])
def test_hostile_texts_stay_texts(text: str, todo: bool) -> None:
    calendar = read(calendar_file([entry(text), entry("next")], name=text, todo=todo))
    assert [part.name for part in calendar.walk()].count("VTODO" if todo else "VEVENT") == 2
    first = calendar.subcomponents[0]
    assert first["SUMMARY"] == inert(text)
    assert first["DESCRIPTION"].split("\n") == [line for line in (inert(text), "second") if line]
    assert first["UID"] == f"P-1.{len(text)}@crmcli"
    assert "ATTACH" not in first
    assert len(first.subcomponents) == 1


@given(st.text(max_size=80))
def test_any_text_comes_back(text: str) -> None:
    calendar = read(calendar_file([entry(text)], name="Plans"))
    assert [part.name for part in calendar.walk()] == ["VCALENDAR", "VEVENT", "VALARM"]
    assert calendar.subcomponents[0]["SUMMARY"] == inert(text)


def test_an_event_is_of_a_whole_day_and_reminds_a_day_before() -> None:
    (event,) = read(calendar_file([entry(sequence=3, minutes=Decimal(20))], name="Plans")).subcomponents
    assert event["DTSTART"].dt == DAY
    assert event["DTEND"].dt == DAY + dt.timedelta(1)
    assert event["SEQUENCE"] == 3
    assert event["DTSTAMP"].dt == MOMENT.replace(tzinfo=dt.UTC)
    assert event["TRANSP"] == "TRANSPARENT"
    assert event.subcomponents[0]["TRIGGER"].dt == dt.timedelta(days=-1)


@pytest.mark.parametrize(("status", "event", "task"), [
    (OPEN, "CONFIRMED", "NEEDS-ACTION"), (DONE, "CONFIRMED", "COMPLETED"), (CANCELLED, "CANCELLED", "CANCELLED"),
])  # fmt: skip
def test_states(status: str, event: str, task: str) -> None:
    one = entry(status=status, done_on=DAY if status == DONE else None)
    found = [read(calendar_file([one], name="x", todo=todo)).subcomponents[0] for todo in (False, True)]
    assert [part["STATUS"] for part in found] == [event, task]
    assert all(bool(part.subcomponents) == (status == OPEN) for part in found)
    assert found[1]["DUE"].dt == DAY
    assert ("COMPLETED" in found[1]) == (status == DONE)


def test_the_same_entries_give_the_same_bytes() -> None:
    entries = [entry(text) for text in HOSTILE]
    assert calendar_file(entries, name="Plans") == calendar_file(list(entries), name="Plans")


def test_lines_are_short_and_end_as_they_must() -> None:
    content = calendar_file([entry("щ" * 200)], name="Plans")
    assert content.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_an_empty_calendar_is_one_too() -> None:
    assert read(calendar_file([], name="Plans")).subcomponents == []


def test_the_last_day_there_is() -> None:
    last = Entry("u@crmcli", dt.date.max, "x")
    assert read(calendar_file([last], name="x")).subcomponents[0]["DTSTART"].dt == dt.date.max
