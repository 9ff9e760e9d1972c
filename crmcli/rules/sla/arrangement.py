"""Everything about promises of time as one file an owner can keep: calendars and policies in TOML, read and written."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.rules.sla.calendars import Calendar, OwnDay, Week, usual_minutes
from crmcli.rules.sla.durations import parse_duration, written_duration
from crmcli.rules.sla.policies import Policy
from crmcli.rules.sla.week import parse_week, parse_windows, written_week, written_windows
from crmcli.rules.sla.windows import zone_of
from crmcli.rules.toml_text import quoted, require_keys, tables
from crmcli.settings import why_no_toml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FROM_THE_BEGINNING = dt.date(1970, 1, 1)  # the day of a week or policy that was always so
LONGEST = 1_000_000
_CALENDAR = {"name", "zone", "country", "part", "note", "hours", "days"}
_HOURS, _DAY = {"from", "week"}, {"day", "hours", "note"}
_POLICY = {"priority", "class", "kind", "response", "resolution", "calendar", "from", "until"}


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Calendars, the usual one first, and policies without numbers."""

    calendars: tuple[Calendar, ...]
    policies: tuple[Policy, ...]


def read_arrangement(text: str) -> Arrangement:
    """What a file says.

    Raises:
        UsageError: No TOML, a word nobody knows, or something that makes no sense; the message names the place.
    """
    if len(text) > LONGEST:
        raise UsageError(_("a file of %(length)s characters is too long") % {"length": len(text)})
    try:
        data = tomllib.loads(text)
    except (ValueError, ArithmeticError) as error:
        hint = _("one that can be read: crmcli sla example")
        raise UsageError(_("the file is no TOML: %(reason)s") % {"reason": why_no_toml(error)}, hint) from None
    except RecursionError:
        raise UsageError(_("the file is no TOML: %(reason)s") % {"reason": "[[[[…"}) from None
    require_keys(data, {"calendars", "policies"}, _("the file"))
    calendars = tuple(_calendar(one, place) for one, place in tables(data, "calendars", _CALENDAR, ""))
    known = {one.name.casefold(): one for one in calendars}
    if len(known) < len(calendars):
        raise UsageError(_("two calendars have the same name"))
    policies = tuple(_policy(one, place, known) for one, place in tables(data, "policies", _POLICY, ""))
    return Arrangement(calendars, policies)


def written_arrangement(arrangement: Arrangement) -> str:
    """A file that reads back as the same."""
    lines = [f"# {_('Working hours and promises of time; change it, then: crmcli sla set FILE')}"]
    for calendar in arrangement.calendars:
        lines += ["", "[[calendars]]", *_told(("name", calendar.name), ("zone", calendar.zone))]
        lines += _told(("country", calendar.country), ("part", calendar.subdivision), ("note", calendar.note))
        for week in calendar.weeks:
            lines += ["[[calendars.hours]]", f"from = {week.from_on}", f"week = {quoted(written_week(week.hours))}"]
        for day, own in sorted(calendar.days.items()):
            lines += ["[[calendars.days]]", f"day = {day}", f"hours = {quoted(written_windows(own.windows))}"]
            lines += _told(("note", own.note))
    for policy in arrangement.policies:
        lines += ["", "[[policies]]", *_told(("priority", policy.priority), ("class", policy.customer_class))]
        lines += _told(("kind", policy.kind), ("response", _length(policy.response_minutes)))
        lines += _told(("resolution", _length(policy.resolution_minutes)), ("calendar", policy.calendar))
        lines += [f"from = {policy.from_on}"] + ([f"until = {policy.to_on}"] if policy.to_on else [])
    return "\n".join(lines) + "\n"


def require_name(name: str) -> str:
    """A name for a calendar, in one line.

    Raises:
        UsageError: Empty, or too long.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= 80 or not name.isprintable():
        raise UsageError(_("%(name)s is no name for a calendar") % {"name": repr(name)}, _("at most 80 characters"))
    return name


def _calendar(one: Mapping[str, Any], place: str) -> Calendar:
    zone, country, part = _text(one, "zone", place), _text(one, "country", place), _text(one, "part", place)
    zone_of(zone)
    if country is not None:
        from crmcli.rules.sla.holiday_names import require_country

        country = country.upper()
        require_country(country, part)
    weeks = [
        Week(_day(week, "from", at) or FROM_THE_BEGINNING, parse_week(_needed(week, "week", at)))
        for week, at in tables(one, "hours", _HOURS, f"{place} ")
    ]
    days = {
        _day(day, "day", at) or dt.date.max: OwnDay(parse_windows(_needed(day, "hours", at)), _text(day, "note", at))
        for day, at in tables(one, "days", _DAY, f"{place} ")
    }
    if not weeks:
        raise UsageError(_("%(place)s: no working hours: hours is missing") % {"place": place})
    if len({week.from_on for week in weeks}) < len(weeks) or len(days) < len(one.get("days", [])):
        raise UsageError(_("%(place)s: a day is named twice") % {"place": place})
    if dt.date.max in days:
        raise UsageError(_("%(place)s: a day is missing") % {"place": place})
    weeks.sort(key=lambda week: week.from_on)
    name = require_name(_needed(one, "name", place))
    return Calendar(name, tuple(weeks), days, zone, country, part, _text(one, "note", place))


def _policy(one: Mapping[str, Any], place: str, known: Mapping[str, Calendar]) -> Policy:
    name = _text(one, "calendar", place)
    calendar = next(iter(known.values()), None) if name is None else known.get(name.casefold())
    if calendar is None:
        hint = nearest(name, [one.name for one in known.values()]) if name else None
        raise UsageError(
            _("%(place)s: there is no calendar %(name)s") % {"place": place, "name": repr(name or "")}, hint
        )
    from_on, until = _day(one, "from", place) or FROM_THE_BEGINNING, _day(one, "until", place)
    length = usual_minutes(calendar, from_on)
    times = [_text(one, key, place) for key in ("response", "resolution")]
    response, resolution = (None if time is None else parse_duration(time, day_minutes=length) for time in times)
    sides = (_text(one, "priority", place), _text(one, "class", place), _text(one, "kind", place))
    return require_policy(Policy(0, *sides, response, resolution, calendar.name, from_on, until), place)


def require_policy(policy: Policy, place: str) -> Policy:
    """A policy that promises something and holds for a while.

    Raises:
        UsageError: It does not.
    """
    if policy.response_minutes is None and policy.resolution_minutes is None:
        raise UsageError(_("%(place)s: nothing is promised; say response, resolution or both") % {"place": place})
    if policy.to_on is not None and policy.to_on <= policy.from_on:
        raise UsageError(_("%(place)s: it ends before it begins") % {"place": place})
    if (policy.response_minutes or 0) > (policy.resolution_minutes or policy.response_minutes or 0):
        raise UsageError(_("%(place)s: the answer is promised later than the solution") % {"place": place})
    return policy


def _length(minutes: int | None) -> str | None:
    return None if minutes is None else written_duration(minutes)


def _told(*pairs: tuple[str, str | None]) -> list[str]:
    return [f"{key} = {quoted(value)}" for key, value in pairs if value is not None]


def _text(one: Mapping[str, Any], key: str, place: str) -> str | None:
    value = one.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is not None and not isinstance(value, str):
        raise UsageError(_("%(place)s: %(key)s is missing or no text") % {"place": place, "key": key})
    return (value or "").strip() or None


def _needed(one: Mapping[str, Any], key: str, place: str) -> str:
    value = _text(one, key, place)
    if value is None:
        raise UsageError(_("%(place)s: %(key)s is missing or no text") % {"place": place, "key": key})
    return value


def _day(one: Mapping[str, Any], key: str, place: str) -> dt.date | None:
    value = one.get(key)
    if isinstance(value, dt.datetime) or (value is not None and not isinstance(value, dt.date)):
        raise UsageError(_("%(place)s: %(key)s is no date") % {"place": place, "key": key}, f"{key} = 2026-12-31")
    return value


def covered(policies: Sequence[Policy], day: dt.date) -> bool:
    """Whether every ticket opened on a day has some policy."""
    return any(policy.special == 0 and policy.holds_on(day) for policy in policies)
