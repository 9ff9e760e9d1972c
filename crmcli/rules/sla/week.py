"""Working hours as people write them: "mon-fri 9-13 14-18; sat 10-14", in English or Russian; and back."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.rules.sla.calendars import MIDNIGHT, Window

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

EXAMPLE = "mon-fri 9-13 14-18; sat 10-14"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES = (
    ("mon", "monday", "пн", "понедельник"),
    ("tue", "tuesday", "вт", "вторник"),
    ("wed", "wednesday", "ср", "среда"),
    ("thu", "thursday", "чт", "четверг"),
    ("fri", "friday", "пт", "пятница"),
    ("sat", "saturday", "сб", "суббота"),
    ("sun", "sunday", "вс", "воскресенье"),
)
_WEEKDAY = {name: number for number, names in enumerate(_NAMES, 1) for name in names}
_GROUPS = {"daily": range(1, 8), "ежедневно": range(1, 8), "weekdays": range(1, 6), "будни": range(1, 6)}
_WINDOW = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?", re.ASCII)
_FREE = ("free", "выходной", "closed")


def working_minutes(text: str) -> tuple[int, int]:
    """First and last minute of a working day, from "9-18" or "09:30-17:45".

    Raises:
        UsageError: No hours, or hours that end before they begin.
    """
    if found := _WINDOW.fullmatch(text.strip()):
        start = int(found[1]) * 60 + int(found[2] or 0)
        end = int(found[3]) * 60 + int(found[4] or 0)
        if start < end <= MIDNIGHT:
            return start, end
    raise UsageError(_("%(text)s are no working hours") % {"text": repr(text)}, "9-18, 09:30-17:45")


def parse_week(text: str) -> dict[int, tuple[Window, ...]]:
    """A week: parts divided by ";", each of days and windows. Weekday (1 is Monday) → its windows; days not named are free.

    Raises:
        UsageError: It cannot be understood, or a day is named twice.
    """
    found: dict[int, tuple[Window, ...]] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        days, hours = _divided(part)
        windows = parse_windows(hours)
        for day in _days(days, part):
            if day in found:
                raise UsageError(_("%(day)s is named twice in %(text)s") % {"day": DAYS[day - 1], "text": repr(text)})
            found[day] = windows
    if not any(found.values()):
        raise UsageError(_("%(text)s has no working hours") % {"text": repr(text)}, _said(EXAMPLE))
    return {day: windows for day, windows in sorted(found.items()) if windows}


def parse_windows(text: str) -> tuple[Window, ...]:
    """Windows of a day in order, such as "9-13 14-18" or "9:30-17:45"; none for "free".

    Raises:
        UsageError: It cannot be understood, or windows overlap.
    """
    if text.strip().casefold() in (*_FREE, _("free").casefold()):
        return ()
    rest = _WINDOW.sub(" ", text).replace(",", " ").strip()
    windows = sorted(_window(*found.groups(), whole=text) for found in _WINDOW.finditer(text))
    if rest or not windows:
        raise UsageError(_("%(text)s are no working hours") % {"text": repr(text)}, _said("9-13 14-18"))
    for (_start, end), (start, _end) in pairwise(windows):
        if start < end:
            raise UsageError(_("%(text)s: two windows overlap") % {"text": repr(text)})
    return _joined(windows)


def written_week(week: Mapping[int, Sequence[Window]]) -> str:
    """A week as `parse_week` reads it, days with the same hours together."""
    worked = [(day, tuple(week[day])) for day in range(1, 8) if week.get(day)]
    runs: list[tuple[int, int, tuple[Window, ...]]] = []
    for day, windows in worked:
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == windows:
            runs[-1] = (runs[-1][0], day, windows)
        else:
            runs.append((day, day, windows))
    return "; ".join(
        f"{DAYS[first - 1]}{f'-{DAYS[last - 1]}' if last > first else ''} {written_windows(windows)}"
        for first, last, windows in runs
    )


def written_windows(windows: Sequence[Window]) -> str:
    """Windows as `parse_windows` reads them; "free" where there are none."""
    return " ".join(f"{clock_time(start)}-{clock_time(end)}" for start, end in windows) or "free"


def clock_time(minute: int) -> str:
    """A minute of the day: 540 is "9", 570 is "9:30", 1440 is "24"."""
    hour, rest = divmod(minute, 60)
    return f"{hour}:{rest:02d}" if rest else str(hour)


def _divided(part: str) -> tuple[str, str]:
    """Days and hours of a part."""
    place = next((found.start() for found in re.finditer(r"\d", part)), None)
    if place is not None:
        return part[:place], part[place:]
    days, _space, hours = part.rpartition(" ")
    return days, hours


def _window(hour: str, minute: str | None, last_hour: str, last_minute: str | None, *, whole: str) -> Window:
    start, end = int(hour) * 60 + int(minute or 0), int(last_hour) * 60 + int(last_minute or 0)
    if max(int(minute or 0), int(last_minute or 0)) > 59 or start > MIDNIGHT or end > MIDNIGHT:
        raise UsageError(_("%(text)s are no working hours") % {"text": repr(whole)}, _said("9-13 14-18"))
    if start >= end:
        words = {"text": repr(whole), "day": f"{clock_time(start)}-24", "next": f"0-{clock_time(end)}"}
        hint = (
            _("a night goes into two days: %(day)s, and %(next)s on the next") % words if end and end < start else None
        )
        raise UsageError(_("%(text)s: a window ends before it begins") % words, hint)
    return start, end


def _joined(windows: Sequence[Window]) -> tuple[Window, ...]:
    """Windows that touch made one."""
    found: list[Window] = []
    for start, end in windows:
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return tuple(found)


def _days(text: str, part: str) -> Iterator[int]:
    for word in text.replace(",", " ").replace("–", "-").replace("—", "-").casefold().strip(" :").split():
        first, dash, last = word.partition("-")
        if word in _GROUPS:
            yield from _GROUPS[word]
            continue
        ends = [_WEEKDAY.get(one.strip(".:"), 0) for one in (first, last if dash else first)]
        if not all(ends):
            raise UsageError(
                _("%(text)s: %(word)s is no day") % {"text": repr(part), "word": repr(word)}, _said(EXAMPLE)
            )
        start, end = ends
        yield from range(start, end + 1) if start <= end else (*range(start, 8), *range(1, end + 1))
    if not text.strip():
        raise UsageError(_("%(text)s names no day") % {"text": repr(part)}, _said(EXAMPLE))


def _said(example: str) -> str:
    return _("Say it as %(example)s") % {"example": repr(example)}


__all__ = ["DAYS", "EXAMPLE", "clock_time", "parse_week", "parse_windows", "written_week", "written_windows"]
