"""Calendars and policies as they stand in the store."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from crmcli.errors import NotFoundError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.rules.sla.calendars import Calendar, OwnDay, Week, Window
from crmcli.rules.sla.policies import Policy
from crmcli.store.connection import rows

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class StoredCalendar:
    """A calendar with its id; of several the one with the smallest id is the usual one."""

    id: int
    calendar: Calendar

    @property
    def name(self) -> str:
        """What it is called."""
        return self.calendar.name


def stored_calendars(con: duckdb.DuckDBPyConnection) -> list[StoredCalendar]:
    """All calendars, the first made first: that is the usual one."""
    weeks, days = _weeks(con), _days(con)
    sql = 'SELECT id, name, "zone", country, subdivision, note FROM calendars ORDER BY id'
    return [
        StoredCalendar(number, Calendar(name, weeks.get(number, ()), days.get(number, {}), zone, country, part, note))
        for number, name, zone, country, part, note in rows(con, sql)
    ]


def find_calendar(con: duckdb.DuckDBPyConnection, name: str | None) -> StoredCalendar:
    """The calendar of a name, in any case of letters; without a name the usual one.

    Raises:
        NotFoundError: There is none.
    """
    known = stored_calendars(con)
    if not known:
        raise NotFoundError(
            _("there is no calendar of working hours yet"), _("Make one, with policies: crmcli sla start --country RU")
        )
    if name is None:
        return known[0]
    for one in known:
        if one.name.casefold() == name.strip().casefold():
            return one
    names = [one.name for one in known]
    hint = nearest(name, names) or _("There are: %(names)s") % {"names": ", ".join(names)}
    raise NotFoundError(_("there is no calendar %(name)s") % {"name": repr(name)}, hint)


def stored_policies(con: duckdb.DuckDBPyConnection) -> list[Policy]:
    """All policies, ended ones too, by number."""
    sql = (
        "SELECT p.policy_no, p.priority, p.customer_class, p.kind, p.response_minutes, p.resolution_minutes, "
        "coalesce(c.name, '?'), p.from_on, p.to_on FROM sla_policies AS p LEFT JOIN calendars AS c ON c.id = p.calendar_id "
        "ORDER BY p.policy_no"
    )
    return [Policy(*row) for row in rows(con, sql)]


def _weeks(con: duckdb.DuckDBPyConnection) -> dict[int, tuple[Week, ...]]:
    sql = (
        "SELECT calendar_id, from_on, weekday, from_minute, to_minute FROM calendar_hours "
        "ORDER BY calendar_id, from_on, weekday, from_minute"
    )
    found: dict[int, tuple[Week, ...]] = {}
    for (calendar, from_on), lines in groupby(rows(con, sql), key=lambda row: (row[0], row[1])):
        hours: dict[int, list[Window]] = {}
        for _calendar, _from_on, weekday, start, end in lines:
            hours.setdefault(weekday, []).append((start, end))
        week = Week(from_on, {weekday: tuple(windows) for weekday, windows in hours.items()})
        found[calendar] = (*found.get(calendar, ()), week)
    return found


def _days(con: duckdb.DuckDBPyConnection) -> dict[int, dict[dt.date, OwnDay]]:
    sql = (
        'SELECT calendar_id, "day", from_minute, to_minute, note FROM calendar_days '
        'ORDER BY calendar_id, "day", from_minute'
    )
    found: dict[int, dict[dt.date, OwnDay]] = {}
    for (calendar, day), lines in groupby(rows(con, sql), key=lambda row: (row[0], row[1])):
        told = list(lines)
        windows = tuple((start, end) for _calendar, _day, start, end, _note in told if start is not None)
        found.setdefault(calendar, {})[day] = OwnDay(windows, told[0][4])
    return found
