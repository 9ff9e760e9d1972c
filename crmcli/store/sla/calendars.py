"""What changes calendars: a new one, its weeks, days that are not as usual. None may be left without working hours."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError
from crmcli.language import gettext as _
from crmcli.rules.sla.arrangement import require_name
from crmcli.rules.sla.calendars import Calendar, Holidays, OwnDay, Week
from crmcli.rules.sla.windows import Enough, pieces
from crmcli.store.connection import rows
from crmcli.store.sla.rows import StoredCalendar, find_calendar, stored_calendars

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.store.journal import Writer

_FACTS = ("name", "zone", "country", "subdivision", "note")
_HOURS = ("calendar_id", "from_on", "weekday", "from_minute", "to_minute")
_DAYS = ("calendar_id", "day", "from_minute", "to_minute", "note")


def add_calendar(writer: Writer, calendar: Calendar) -> int:
    """A new calendar with its weeks and days; returns its id.

    Raises:
        ConflictError: There is one of that name, or it never works.
    """
    if any(one.name.casefold() == calendar.name.casefold() for one in stored_calendars(writer.con)):
        raise ConflictError(
            _("there is a calendar %(name)s already") % {"name": calendar.name},
            _('To change its hours: crmcli sla hours %(name)s "mon-fri 9-18"') % {"name": calendar.name},
        )
    [number] = writer.add("calendars", _FACTS, [_kept(calendar)])
    for week in calendar.weeks:
        _insert_week(writer, number, week)
    for day, own in calendar.days.items():
        _insert_day(writer, number, day, own)
    require_working(writer, number)
    return number


def rewrite_calendar(writer: Writer, stored: StoredCalendar, calendar: Calendar) -> None:
    """Make a calendar as written, keeping its id; what is so already is not touched.

    Raises:
        ConflictError: It never works.
    """
    old = stored.calendar
    if _facts(old) != _facts(calendar):
        writer.change("calendars", _FACTS, [(stored.id, *_kept(calendar))])
    if old.weeks != calendar.weeks:
        _remove(writer, "calendar_hours", calendar_id=stored.id)
        for week in calendar.weeks:
            _insert_week(writer, stored.id, week)
    if dict(old.days) != dict(calendar.days):
        _remove(writer, "calendar_days", calendar_id=stored.id)
        for day, own in calendar.days.items():
            _insert_day(writer, stored.id, day, own)
    require_working(writer, stored.id)


def set_week(writer: Writer, stored: StoredCalendar, week: Week) -> bool:
    """The usual week from a day on; one that begins the same day gives way. Returns whether anything changed.

    Raises:
        ConflictError: The calendar would never work.
    """
    if week in stored.calendar.weeks:
        return False
    _remove(writer, "calendar_hours", calendar_id=stored.id, from_on=week.from_on)
    _insert_week(writer, stored.id, week)
    require_working(writer, stored.id)
    return True


def set_day(writer: Writer, stored: StoredCalendar, day: dt.date, own: OwnDay | None) -> bool:
    """A day that is not as usual; None: it is as usual again. Returns whether anything changed.

    Raises:
        ConflictError: The calendar would never work.
    """
    if stored.calendar.days.get(day) == own:
        return False
    _remove(writer, "calendar_days", calendar_id=stored.id, day=day)
    if own is not None:
        _insert_day(writer, stored.id, day, own)
    require_working(writer, stored.id)
    return True


def remove_calendar(writer: Writer, stored: StoredCalendar) -> None:
    """Remove a calendar, its weeks and days.

    Raises:
        ConflictError: A policy goes by it.
    """
    sql = "SELECT policy_no FROM sla_policies WHERE calendar_id = $1 ORDER BY policy_no"
    used = [str(number) for (number,) in rows(writer.con, sql, [stored.id])]
    if used:
        words = {"name": stored.name, "policies": ", ".join(used)}
        raise ConflictError(
            _("policies go by the calendar %(name)s: %(policies)s") % words,
            _("All at once, as a file: crmcli sla print, then crmcli sla set FILE"),
        )
    for table in ("calendar_hours", "calendar_days"):
        _remove(writer, table, calendar_id=stored.id)
    writer.drop("calendars", [stored.id])


def require_working(writer: Writer, number: int) -> None:
    """See that a calendar works within a year of every day its week changes on.

    Raises:
        ConflictError: It does not.
    """
    calendar = next(one.calendar for one in stored_calendars(writer.con) if one.id == number)
    for day in {week.from_on for week in calendar.weeks} or {dt.date(2000, 1, 1)}:
        pieces(calendar, Holidays(), day, enough=Enough(day, ahead=1))


def named_calendar(writer: Writer, name: str) -> StoredCalendar:
    """The calendar of a name, as `find_calendar`."""
    return find_calendar(writer.con, require_name(name))


def _facts(calendar: Calendar) -> tuple[str | None, ...]:
    return (calendar.name, calendar.zone, calendar.country, calendar.subdivision, calendar.note)


def _kept(calendar: Calendar) -> tuple[str | None, ...]:
    return (require_name(calendar.name), *_facts(calendar)[1:])


def _insert_week(writer: Writer, calendar_id: int, week: Week) -> None:
    lines = [(day, start, end) for day, windows in sorted(week.hours.items()) for start, end in windows]
    writer.add("calendar_hours", _HOURS, [(calendar_id, week.from_on, *line) for line in lines])


def _insert_day(writer: Writer, calendar_id: int, day: dt.date, own: OwnDay) -> None:
    windows: Sequence[tuple[int | None, int | None]] = own.windows or ((None, None),)
    writer.add("calendar_days", _DAYS, [(calendar_id, day, *window, own.note) for window in windows])


def _remove(writer: Writer, table: str, **facts: object) -> None:
    writer.drop(table, writer.ids(table, **facts))
