"""Promised durations as people write them: 30m, 4h, 2d (working days), 1d 4h, or plain minutes; and back."""

from __future__ import annotations

import re

from crmcli.errors import UsageError
from crmcli.language import gettext as _

LONGEST = 1_000_000  # minutes of work, some eight years of working days
_PART = re.compile(r"(\d{1,7}(?:[.,]\d{1,4})?)\s*([^\W\d_]*)\.?\s*")
_MINUTES = ("", "m", "min", "mins", "minute", "minutes", "м", "мин", "минута", "минуты", "минут")
_HOURS = ("h", "hour", "hours", "ч", "час", "часа", "часов")
_DAYS = ("d", "day", "days", "д", "дн", "день", "дня", "дней")


def parse_duration(text: str, *, day_minutes: int) -> int:
    """Minutes of work; a day has the minutes of a usual working day of the calendar.

    Raises:
        UsageError: It cannot be understood, is not above zero, comes to no whole minutes, or is beyond all measure.
    """
    minutes, place = 0.0, 0
    text = text.strip()
    while found := _PART.match(text, place):
        number, unit = float(found[1].replace(",", ".")), found[2].casefold()
        if unit in _MINUTES:
            minutes += number
        elif unit in _HOURS:
            minutes += number * 60
        elif unit in _DAYS:
            minutes += number * day_minutes
        else:
            break
        place = found.end()
    if place < len(text) or not text:
        raise UsageError(
            _("%(text)s is no duration") % {"text": repr(text)},
            _("Say it as 30m, 4h, 2d (working days), or in minutes"),
        )
    if not 0 < round(minutes) <= LONGEST or abs(minutes - round(minutes)) > 1e-6:
        raise UsageError(
            _("%(text)s: from one minute to %(most)s, in whole minutes") % {"text": repr(text), "most": LONGEST}
        )
    return round(minutes)


def written_duration(minutes: int) -> str:
    """A duration as `parse_duration` reads it without knowing a calendar: 45m, 4h, 1h30m."""
    hours, rest = divmod(minutes, 60)
    return f"{hours}h{rest}m" if hours and rest else f"{hours}h" if hours else f"{rest}m"
