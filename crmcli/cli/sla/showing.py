"""`crmcli sla show`: a calendar as it works out, day by day, holidays by name."""

from __future__ import annotations

import calendar as months
import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.program import program
from crmcli.cli.session import session, show
from crmcli.errors import UsageError
from crmcli.language import N_, current
from crmcli.language import gettext as _
from crmcli.numbers import cell
from crmcli.rules.sla.calendars import WHY, Holidays, day_plan
from crmcli.rules.sla.week import DAYS, written_windows
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.store.sla.rows import StoredCalendar

app = program()
COLUMNS = (
    Column("day", N_("Day"), Kind.DATE),
    Column("weekday", N_("Weekday"), Kind.LEVEL, words=DAYS),
    Column("windows", N_("Hours"), Kind.TEXT),
    Column("hours", N_("Worked, h"), Kind.QUANTITY),
    Column("why", N_("Why"), Kind.LEVEL, words=tuple(word.replace(" ", "_") for word in WHY)),
    Column("note", N_("Note"), Kind.TEXT),
)
_WEEKDAYS = (N_("mon"), N_("tue"), N_("wed"), N_("thu"), N_("fri"), N_("sat"), N_("sun"))  # for the translators
_MONTH = re.compile(r"(\d{4})-(\d{1,2})", re.ASCII)
_HOUR = 3600


@app.command(
    "show",
    help=_("A calendar as it works out, day by day: hours, holidays by name, moved days."),
    epilog="crmcli sla show main --month 2026-12",
)
def show_calendar(
    context: typer.Context,
    calendar: Annotated[
        str | None, typer.Argument(metavar="[CALENDAR]", help=_("its name; the usual one unless said"))
    ] = None,
    month: Annotated[
        str | None, typer.Option("--month", metavar="MONTH", help=_("such as 2026-12; this month unless said"))
    ] = None,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """A calendar as it works out, day by day."""
    from crmcli.store.sla.rows import find_calendar

    state = session(context)
    first = _month(month) if month else state.today.replace(day=1)
    last = first.replace(day=months.monthrange(first.year, first.month)[1])
    with state.reading() as con:
        stored = find_calendar(con, calendar)
    show(days_table(stored, first, last), format=format, output=output)


def days_table(stored: StoredCalendar, first: dt.date, last: dt.date) -> Table:
    """The days from one to another as a calendar has them, with their real hours."""
    from crmcli.rules.sla.holiday_names import public_holidays

    one = stored.calendar
    language = "ru" if current() == "ru" else "en"
    years = range(first.year, last.year + 1)
    holidays = public_holidays(one.country, one.subdivision, years, language=language) if one.country else Holidays()
    rows, worked = [], _worked_hours(stored, holidays, first, last)
    for day in (first + dt.timedelta(days=n) for n in range((last - first).days + 1)):
        plan = day_plan(one, day, holidays)
        hours = worked.get(day, Decimal(0))
        windows = written_windows(plan.windows) if plan.windows else None
        rows.append((day, DAYS[day.weekday()], windows, hours, plan.why.replace(" ", "_"), plan.note))
    working = sum(bool(row[3]) for row in rows)
    words = {
        "name": stored.name, "days": cell(working, Kind.COUNT), "hours": cell(sum(worked.values(), Decimal(0)), Kind.QUANTITY)
    }  # fmt: skip
    return Table(
        "calendar", _("Calendar %(name)s") % words, COLUMNS, ListRows(rows),
        headline=_("%(days)s working days, %(hours)s hours of work.") % words if len(rows) > 1 else None,
        totals={"hours": sum(worked.values(), Decimal(0))}, notes=_notes(stored, rows),
    )  # fmt: skip


def _worked_hours(stored: StoredCalendar, holidays: Holidays, first: dt.date, last: dt.date) -> dict[dt.date, Decimal]:
    """Day → hours really worked, to four decimals; days without any are left out."""
    from crmcli.errors import ConflictError
    from crmcli.rules.sla.windows import Enough, pieces

    found: dict[dt.date, Decimal] = {}
    day = first
    while day <= min(last, dt.date.max - dt.timedelta(days=4)):
        try:
            made = pieces(stored.calendar, holidays, day, enough=Enough(day + dt.timedelta(days=1)))
        except ConflictError:
            made = []
        seconds = sum(int((piece.to_at - piece.from_at).total_seconds()) for piece in made)
        if seconds:
            found[day] = round(Decimal(seconds) / _HOUR, 4)
        day += dt.timedelta(days=1)
    return found


def _notes(stored: StoredCalendar, rows: Sequence[object]) -> tuple[str, ...]:
    one, notes = stored.calendar, []
    words = {"zone": one.zone, "country": one.country}
    if one.zone:
        notes.append(
            _("Times are those of %(zone)s; on days when clocks change, the real hours count: a local time that exists twice means "
              "the first, one that does not exist the first after it.") % words
        )  # fmt: skip
    else:
        notes.append(_("No time zone is said: clocks never change here."))
    if one.country:
        notes.append(_("Public holidays of %(country)s with their moved days, as far as they are announced.") % words)
    else:
        notes.append(_("No public holidays: no country is said."))
    return tuple(notes) if len(rows) > 1 else ()


def _month(text: str) -> dt.date:
    found = _MONTH.fullmatch(text.strip())
    try:
        return dt.date(int(found[1]), int(found[2]), 1) if found else options.parse_day(text).replace(day=1)
    except (ValueError, UsageError):
        raise UsageError(_("%(text)s is no month") % {"text": repr(text)}, _("Say it as 2026-12")) from None
