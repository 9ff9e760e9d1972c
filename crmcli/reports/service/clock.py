"""The clock of promises for SQL: working windows as temporary tables, which the metric ticket_clock looks moments up in.

Everything is worked out at reading, from calendars, holidays and policies as they are now: change one, and every ticket is dated
anew by itself, settled ones too.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from crmcli.metrics import catalogue
from crmcli.rules.sla.calendars import Calendar, Holidays, Week
from crmcli.rules.sla.week import working_minutes
from crmcli.rules.sla.windows import Enough, Piece, pieces
from crmcli.settings import chosen
from crmcli.store.sla.rows import StoredCalendar, stored_calendars

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_YEARS = 40  # of the past that the clock covers; what is older counts from there
_MARGIN = dt.timedelta(days=2)
_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001  local times are naive all over
_MICROSECOND = dt.timedelta(microseconds=1)
_TABLES = """
CREATE OR REPLACE TEMP TABLE clock_windows (calendar_id INTEGER, from_at TIMESTAMP, to_at TIMESTAMP, worked BIGINT, again BOOLEAN);
CREATE OR REPLACE TEMP TABLE clock_usual (calendar_id INTEGER, name VARCHAR, is_made BOOLEAN);
CREATE OR REPLACE TEMP TABLE clock_classes (customer_id INTEGER, class VARCHAR, weight INTEGER);
"""
# A moment is looked up by its day, a promise by the stretch of eight hours of work it falls into: joins by equality take a tenth
# of the time of ASOF joins, which sort all tickets for each.
_SHOWN = """
CREATE OR REPLACE TEMP TABLE clock_shown AS
WITH stretches AS (
    SELECT
        calendar_id,
        from_at,
        to_at,
        worked,
        lead(from_at, 1, greatest(to_at, cast($at AS TIMESTAMP)) + INTERVAL 2 DAY) OVER (PARTITION BY calendar_id ORDER BY worked) AS until_at
    FROM clock_windows
    WHERE NOT again
)
SELECT stretches.*, cast(days."day" AS DATE) AS "day"
FROM stretches, range(date_trunc('day', from_at), until_at, INTERVAL 1 DAY) AS days ("day")
"""
_TARGETS = """
CREATE OR REPLACE TEMP TABLE clock_targets AS
WITH stretches AS (
    SELECT calendar_id, from_at, worked, worked + epoch_us(to_at) - epoch_us(from_at) AS worked_after FROM clock_windows
)
SELECT stretches.*, parts.stretch
FROM stretches, range(worked // 28800000000, (worked_after - 1) // 28800000000 + 1) AS parts (stretch)
"""
_CLASSES = """
INSERT INTO clock_classes
SELECT customer_id, CASE WHEN is_key THEN 'key' ELSE class END, weight FROM value_weights(cast($day AS DATE))
"""
_OLDEST = """
SELECT cast(min(opened_at) AS DATE)
FROM tickets
WHERE opened_at <= $at AND (NOT $open OR coalesce(least(resolved_at, closed_at), $at + INTERVAL 1 DAY) > $at)
"""


def prepare_clock(
    con: DuckDBPyConnection, at: dt.datetime, *, only_open: bool = False, since: dt.date | None = None
) -> None:
    """Make the temporary tables clock_windows, clock_shown, clock_usual and clock_classes, for the macros of the clock.

    clock_windows has the windows of every calendar in use, in the order of time, with the work before each in microseconds, from
    the oldest ticket asked about until every promise can be dated. Tickets without a calendar go by the usual one: the first that
    was made, else Monday to Friday in the hours of the setting scorecard_hours, without holidays.

    Args:
        con: An open store; a read-only one will do.
        at: The moment of the look.
        only_open: Only tickets open then will be asked about.
        since: An earlier day that will be asked about.

    Raises:
        ConflictError: A calendar in use has no working window.
    """
    oldest = con.execute(_OLDEST, {"at": at, "open": only_open}).fetchall()[0][0]
    first = min(day for day in (at.date(), oldest, since) if day is not None)
    first = max(first, at.date().replace(year=max(at.year - MOST_YEARS, 1), day=1)) - min(
        _MARGIN, at.date() - dt.date.min
    )
    known = stored_calendars(con) or [unmade_calendar()]
    _begin(con, known[0])
    promised = _promised(con)
    for one in known:
        if one is known[0] or one.id in promised:
            _keep(con, one, first, Enough(_day_after(at.date()), promised.get(one.id, 0) * 60_000_000))
    con.execute(_SHOWN, {"at": at})
    con.execute(_TARGETS)
    if oldest is not None:
        catalogue.install(con, _CLASSES)
        con.execute(_CLASSES, {"day": at.date()})


def prepare_usual_clock(
    con: DuckDBPyConnection, since: dt.date, until: dt.date, *, hours: str | None = None
) -> StoredCalendar:
    """Make the temporary tables for the usual calendar alone, from a day to another; returns it.

    Args:
        con: An open store; a read-only one will do.
        since: The first day asked about.
        until: The last day asked about.
        hours: Monday to Friday in these hours instead, such as "9-18".

    Raises:
        UsageError: No hours.
        ConflictError: The calendar has no working window.
    """
    usual = unmade_calendar(hours) if hours else next(iter(stored_calendars(con)), None) or unmade_calendar()
    _begin(con, usual)
    _keep(con, usual, since - min(_MARGIN, since - dt.date.min), Enough(_day_after(until)))
    con.execute(_SHOWN, {"at": dt.datetime.combine(until, dt.time())})
    return usual


def unmade_calendar(hours: str | None = None) -> StoredCalendar:
    """What stands in where no calendar was made: Monday to Friday, in the hours told, else of the setting scorecard_hours.

    Raises:
        UsageError: No hours.
    """
    told = hours or chosen("scorecard_hours")
    return StoredCalendar(0, Calendar(told, (Week(dt.date.min, dict.fromkeys(range(1, 6), (working_minutes(told),))),)))


def _begin(con: DuckDBPyConnection, usual: StoredCalendar) -> None:
    con.execute(_TABLES)
    con.execute("INSERT INTO clock_usual VALUES ($1, $2, $3)", [usual.id, usual.name, usual.id > 0])


def calendar_pieces(calendar: Calendar, first: dt.date, enough: Enough) -> list[Piece]:
    """The stretches a calendar works from a day on, its country's holidays taken off.

    Raises:
        ConflictError: It never works.
    """
    return pieces(calendar, holidays_of(calendar, first, enough), first, enough=enough)


def holidays_of(calendar: Calendar, first: dt.date, enough: Enough) -> Holidays:
    """The public holidays of all years the pieces may reach."""
    if calendar.country is None:
        return Holidays()
    from crmcli.rules.sla.holiday_names import public_holidays

    # the least a week can have is a minute, so a promise is no bound; far promises meet the last year's holidays again
    last = min(enough.until.year + 2 + enough.ahead // (_YEAR_OF_WORK), dt.MAXYEAR)
    return public_holidays(calendar.country, calendar.subdivision, range(first.year, last + 1))


_YEAR_OF_WORK = 60 * 3_600_000_000  # a year with an hour and a quarter of work a week


def _promised(con: DuckDBPyConnection) -> dict[int, int]:
    """Calendar → the longest promise by it, in minutes."""
    sql = (
        "SELECT calendar_id, max(greatest(response_minutes, resolution_minutes)) FROM sla_policies GROUP BY calendar_id"
    )
    return {number: minutes or 0 for number, minutes in con.execute(sql).fetchall()}


def _keep(con: DuckDBPyConnection, one: StoredCalendar, first: dt.date, enough: Enough) -> None:
    made = calendar_pieces(one.calendar, first, enough)
    con.execute(
        "INSERT INTO clock_windows SELECT $1, make_timestamp(unnest($2::BIGINT[])), make_timestamp(unnest($3::BIGINT[])), "
        "unnest($4::BIGINT[]), unnest($5::BOOLEAN[])",
        [
            one.id,
            [(piece.from_at - _EPOCH) // _MICROSECOND for piece in made],
            [(piece.to_at - _EPOCH) // _MICROSECOND for piece in made],
            [piece.worked for piece in made],
            [piece.again for piece in made],
        ],
    )


def _day_after(day: dt.date) -> dt.date:
    return min(day, dt.date.max - dt.timedelta(days=3)) + dt.timedelta(days=1)
