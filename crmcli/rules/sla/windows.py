"""Working windows as stretches of real time, and how much has been worked before each.

Moments are naive local times of the calendar's zone. A local time that exists twice, when clocks go back, means the first;
one that does not exist, when they go forward, means the first moment after the gap. A window lasts from the moment its first
local time means to the moment its last one does, in real minutes: 00:00–24:00 has 23 or 25 hours on a day of change.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from crmcli.errors import ConflictError, UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.rules.sla.calendars import Calendar, Holidays, Window, day_plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

MOST_IDLE = 370  # days without a working window after which a calendar counts as empty
_MICROSECOND = dt.timedelta(microseconds=1)
_ZERO = dt.timedelta()


class Piece(NamedTuple):
    """A stretch worked without a break, between two local times with the same distance to universal time.

    Args:
        from_at: Local time it begins.
        to_at: Local time it ends.
        worked: Microseconds of work before it, since the first piece.
        again: Its local times were there before, an hour ago: they mean the earlier ones.
    """

    from_at: dt.datetime
    to_at: dt.datetime
    worked: int
    again: bool


def pieces(calendar: Calendar, holidays: Holidays, first: dt.date, *, enough: Enough) -> list[Piece]:
    """The stretches worked from a day on, in the order of time.

    Args:
        calendar: Whose windows.
        holidays: Of all years that may be reached.
        first: The day to begin with.
        enough: When to stop.

    Raises:
        ConflictError: No working window within `MOST_IDLE` days.
    """
    zone = zone_of(calendar.zone)
    made: list[Piece] = []
    worked = beyond = 0
    idle, day = 0, first
    while day < enough.until or beyond < enough.ahead:
        before = worked
        windows = day_plan(calendar, day, holidays).windows
        for start, end, again in _stretches(day, windows, zone) if windows else ():
            made.append(Piece(start, end, worked, again))
            worked += (end - start) // _MICROSECOND
        idle = 0 if worked > before else idle + 1
        if idle > MOST_IDLE:
            raise never_works(calendar.name, day - dt.timedelta(MOST_IDLE))
        if day >= enough.until:
            beyond += worked - before
        if day >= _LAST:
            break
        day += _DAY
    return made


class Enough(NamedTuple):
    """How far pieces are wanted: all days before `until`, then until `ahead` microseconds were worked from that day on."""

    until: dt.date
    ahead: int = 0


_DAY, _LAST = dt.timedelta(days=1), dt.date.max - dt.timedelta(days=2)


def never_works(name: str, day: dt.date) -> ConflictError:
    """What to say of a calendar without a working window."""
    return ConflictError(
        _("the calendar %(name)s has no working hours in the year after %(day)s") % {"name": name, "day": day},
        _('Say when you work: crmcli sla hours %(name)s "mon-fri 9-18"') % {"name": name},
    )


@lru_cache(maxsize=64)
def zone_of(name: str | None) -> ZoneInfo | None:
    """The time zone of a name.

    Raises:
        UsageError: There is none of that name.
    """
    if name is None:
        return None
    from zoneinfo import ZoneInfo, available_timezones

    known = available_timezones()
    if name not in known:
        raise UsageError(
            _("there is no time zone %(name)s") % {"name": name},
            nearest(name, sorted(known)) or _("Such as Europe/Moscow, Asia/Yekaterinburg, Europe/Berlin"),
        )
    return ZoneInfo(name)


def _stretches(
    day: dt.date, windows: tuple[Window, ...], zone: ZoneInfo | None
) -> Iterator[tuple[dt.datetime, dt.datetime, bool]]:
    midnight = dt.datetime(day.year, day.month, day.day)  # noqa: DTZ001  local times are naive all over
    if zone is None or zone.utcoffset(midnight) == zone.utcoffset(midnight + _DAY):
        for start, end in windows:
            yield midnight + dt.timedelta(minutes=start), midnight + dt.timedelta(minutes=end), False
        return
    for start, end in windows:
        first = instant(midnight + dt.timedelta(minutes=start), zone)
        last = instant(midnight + dt.timedelta(minutes=end), zone)
        yield from _split(first, last, zone)


def _split(first: dt.datetime, last: dt.datetime, zone: ZoneInfo) -> Iterator[tuple[dt.datetime, dt.datetime, bool]]:
    """A stretch of universal time as local ones, cut where clocks change and where local times come again."""
    reached = local(first, zone)  # the latest local time shown so far
    while first < last:
        distance = _distance(first, zone)
        cut = _change_between(first, last, zone)
        start, end = first + distance, cut + distance
        if start < reached:
            yield start, min(end, reached), True
            start = min(end, reached)
        if start < end:
            yield start, end, False
        reached, first = max(reached, end), cut


def instant(moment: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The universal time (naive) that a local one means: of two the first, and after a gap where it does not exist."""
    naive = moment.replace(fold=0)
    early, late = (naive - (zone.utcoffset(naive.replace(fold=fold)) or _ZERO) for fold in (1, 0))
    if early >= late:  # exists: once, or twice, and then the first is meant
        return late
    return _change_between(early, late, zone)


def local(universal: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The local time (naive) at a universal one."""
    return universal + _distance(universal, zone)


def _distance(universal: dt.datetime, zone: ZoneInfo) -> dt.timedelta:
    return universal.replace(tzinfo=dt.UTC).astimezone(zone).utcoffset() or _ZERO


def _change_between(first: dt.datetime, last: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The universal second of the first change of clocks after `first`, at the latest `last`; spans are of a day or two."""
    distance = _distance(first, zone)
    if _distance(last, zone) == distance:
        return last
    low, high = 0, int((last - first).total_seconds()) + 1
    while high - low > 1:
        middle = (low + high) // 2
        if _distance(first + dt.timedelta(seconds=middle), zone) == distance:
            low = middle
        else:
            high = middle
    return min(first + dt.timedelta(seconds=high), last)
