"""Days to keep as an iCalendar file (RFC 5545), for the owner's own calendar; the same entries give the same bytes.

Entries are of whole days. Moments are the store's own clock written as UTC: they only say which version of an entry is
newer, and the bytes must not depend on where the machine stands.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Component

OPEN, DONE, CANCELLED = "open", "done", "cancelled"
_EVENT_STATUS = {OPEN: "CONFIRMED", DONE: "CONFIRMED", CANCELLED: "CANCELLED"}
_TODO_STATUS = {OPEN: "NEEDS-ACTION", DONE: "COMPLETED", CANCELLED: "CANCELLED"}
_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001  the store's clock is naive; of an entry nobody knows the age of


@dataclass(frozen=True, slots=True)
class Entry:
    """One day to keep.

    Args:
        uid: The same for ever for the same thing.
        day: When.
        summary: One line.
        description: Lines.
        category: One word, such as a channel.
        status: OPEN, DONE or CANCELLED.
        sequence: Rises with every change.
        changed_at: When it was changed last; None: unknown.
        minutes: What it takes; None: unknown.
        done_on: When it was done.
    """

    uid: str
    day: dt.date
    summary: str
    description: tuple[str, ...] = ()
    category: str | None = None
    status: str = OPEN
    sequence: int = 0
    changed_at: dt.datetime | None = None
    minutes: Decimal | None = None
    done_on: dt.date | None = None


def calendar_file(entries: Sequence[Entry], *, name: str, todo: bool = False) -> bytes:
    """The file; with `todo` its entries are tasks (VTODO), else events (VEVENT). Open ones remind a day before."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//crmcli//relationship plans//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", inert(name))
    for entry in entries:
        calendar.add_component(_task(entry) if todo else _event(entry))
    return bytes(calendar.to_ical())


def inert(text: str) -> str:
    """A text on one line without characters that steer: what is left, the format quotes by itself."""
    plain = "".join(" " if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") else sign for sign in text)
    return " ".join(plain.split())


def _event(entry: Entry) -> Component:
    from icalendar import Event

    event = Event()
    _common(event, entry, _EVENT_STATUS[entry.status])
    event.add("dtstart", entry.day)
    if entry.day < dt.date.max:
        event.add("dtend", entry.day + dt.timedelta(1))
    event.add("transp", "TRANSPARENT")
    return event


def _task(entry: Entry) -> Component:
    from icalendar import Todo

    task = Todo()
    _common(task, entry, _TODO_STATUS[entry.status])
    task.add("due", entry.day)
    if entry.status == DONE and entry.done_on is not None:
        task.add("completed", _utc(dt.datetime.combine(entry.done_on, dt.time(12))))
        task.add("percent-complete", 100)
    return task


def _common(component: Component, entry: Entry, status: str) -> None:
    from icalendar import Alarm

    component.add("uid", inert(entry.uid))
    component.add("dtstamp", _utc(entry.changed_at or _EPOCH))
    component.add("summary", inert(entry.summary))
    if lines := [line for line in map(inert, entry.description) if line]:
        component.add("description", "\n".join(lines))
    if entry.category:
        component.add("categories", [inert(entry.category)])
    component.add("status", status)
    component.add("sequence", entry.sequence)
    component.add("last-modified", _utc(entry.changed_at or _EPOCH))
    if entry.status == OPEN:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", inert(entry.summary))
        # a task has no beginning to count from
        parameters = {"related": "END"} if component.name == "VTODO" else {}
        alarm.add("trigger", dt.timedelta(days=-1), parameters=parameters)
        component.add_component(alarm)


def _utc(moment: dt.datetime) -> dt.datetime:
    return moment.replace(microsecond=0, tzinfo=dt.UTC)
