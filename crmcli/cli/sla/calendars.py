"""`crmcli sla calendar add|list|remove`, `sla hours`, `sla day`: when the firm works."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption
from crmcli.cli.program import program
from crmcli.cli.session import session, show
from crmcli.cli.sla.tables import calendars_table, weeks_table
from crmcli.cli.sla.writing import rewritten
from crmcli.cli.typed import day, tidy
from crmcli.language import gettext as _
from crmcli.rules.sla.ready import USUAL_HOURS

app = program()
calendar_app = program(help=_("Calendars of working hours: made, listed, removed."))
CalendarArgument = Annotated[
    str, typer.Argument(metavar="CALENDAR", help=_("its name, as in: crmcli sla calendar list"))
]
ZoneOption = Annotated[
    str | None,
    typer.Option("--zone", metavar="ZONE", help=_("time zone such as Europe/Moscow; without, clocks never change")),
]
CountryOption = Annotated[
    str | None, typer.Option("--country", metavar="CODE", help=_("whose public holidays are free, such as RU"))
]
HoursOption = Annotated[
    str, typer.Option("--hours", metavar="WEEK", help=_("the usual week, such as 'mon-fri 9-13 14-18'"))
]
NoteOption = Annotated[str | None, typer.Option("--note", metavar="TEXT", help=_("a note of your own"))]


@calendar_app.command(
    "add",
    help=_("Make a calendar of working hours."),
    epilog='crmcli sla calendar add Support --zone Europe/Moscow --country RU --hours "mon-fri 9-18"',
)
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("what it is called"))],
    zone: ZoneOption = None,
    country: CountryOption = None,
    part: Annotated[
        str | None, typer.Option("--part", metavar="CODE", help=_("a part of the country with holidays of its own"))
    ] = None,
    hours: HoursOption = USUAL_HOURS,
    note: NoteOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Make a calendar of working hours."""
    from crmcli.rules.sla.arrangement import FROM_THE_BEGINNING, require_name
    from crmcli.rules.sla.calendars import Calendar, Week
    from crmcli.rules.sla.holiday_names import require_country
    from crmcli.rules.sla.week import parse_week
    from crmcli.rules.sla.windows import zone_of
    from crmcli.store.sla.calendars import add_calendar
    from crmcli.store.sla.rows import stored_calendars, stored_policies

    state, land = session(context), country.strip().upper() if country else None
    zone_of(zone)
    if land is not None:
        require_country(land, part)
    week = Week(FROM_THE_BEGINNING, parse_week(hours))
    made = Calendar(require_name(name), (week,), {}, zone, land, part if land else None, note)
    rewritten(
        state, lambda writer: add_calendar(writer, made),
        lambda con: calendars_table(stored_calendars(con), stored_policies(con), state.today), dry_run=dry_run, format=format, output=output,
    )  # fmt: skip


@calendar_app.command("list", help=_("All calendars; the first is the usual one."), epilog="crmcli sla calendar list")
def list_calendars(
    context: typer.Context, format: options.FormatOption = None, output: options.OutputOption = None
) -> None:
    """All calendars; the first is the usual one."""
    from crmcli.store.sla.rows import stored_calendars, stored_policies

    state = session(context)
    with state.reading() as con:
        table = calendars_table(stored_calendars(con), stored_policies(con), state.today)
    show(table, format=format, output=output)


@calendar_app.command(
    "remove", help=_("Remove a calendar that no policy goes by."), epilog="crmcli sla calendar remove Support"
)
def remove(
    context: typer.Context,
    calendar: CalendarArgument,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Remove a calendar that no policy goes by."""
    from crmcli.store.sla.calendars import named_calendar, remove_calendar
    from crmcli.store.sla.rows import stored_calendars, stored_policies

    state = session(context)
    rewritten(
        state, lambda writer: remove_calendar(writer, named_calendar(writer, calendar)),
        lambda con: calendars_table(stored_calendars(con), stored_policies(con), state.today), dry_run=dry_run, format=format, output=output,
    )  # fmt: skip


@app.command(
    "hours",
    help=_("Set the usual week of a calendar, from a day on: several windows a day, days not named are free."),
    epilog='crmcli sla hours main "mon-fri 9-13 14-18; sat 10-14" --from 2027-01-01',
)
def hours(
    context: typer.Context,
    calendar: CalendarArgument,
    week: Annotated[str, typer.Argument(metavar="WEEK", help=_('such as "mon-fri 9-13 14-18; sat 10-14"'))],
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help=_("the first day of this week; today unless said"))
    ] = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Set the usual week of a calendar, from a day on."""
    from crmcli.rules.sla.calendars import Week
    from crmcli.rules.sla.week import parse_week
    from crmcli.store.sla.calendars import named_calendar, set_week
    from crmcli.store.sla.rows import find_calendar

    state = session(context)
    wanted = Week(day(since) or state.today, parse_week(week))
    rewritten(
        state, lambda writer: set_week(writer, named_calendar(writer, calendar), wanted),
        lambda con: weeks_table(find_calendar(con, calendar)), dry_run=dry_run, format=format, output=output,
    )  # fmt: skip


@app.command(
    "day",
    help=_("Set one day by hand: free, other hours, or usual again; it goes before holidays and the week."),
    epilog='crmcli sla day main 2026-12-31 9-13 --note "short day"',
)
def one_day(
    context: typer.Context,
    calendar: CalendarArgument,
    date: Annotated[str, typer.Argument(metavar="DATE", help=_("which day"))],
    windows: Annotated[list[str], typer.Argument(metavar="HOURS…", help=_("such as 9-13 14-16; or: free, usual"))],
    note: NoteOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Set one day by hand: free, other hours, or usual again."""
    from crmcli.cli.sla.showing import days_table
    from crmcli.rules.sla.calendars import OwnDay
    from crmcli.rules.sla.week import parse_windows
    from crmcli.store.sla.calendars import named_calendar, set_day
    from crmcli.store.sla.rows import find_calendar

    state, on, said = session(context), options.parse_day(date), " ".join(windows)
    usual = said.strip().casefold() in ("usual", _("usual").casefold())
    own = None if usual else OwnDay(parse_windows(said), tidy(note))
    rewritten(
        state, lambda writer: set_day(writer, named_calendar(writer, calendar), on, own),
        lambda con: days_table(find_calendar(con, calendar), on, on), dry_run=dry_run, format=format, output=output,
    )  # fmt: skip
