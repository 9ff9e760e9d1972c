"""The month to date, and the same days of the month before and of the year before."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both counted."""

    first: dt.date
    last: dt.date

    @property
    def since(self) -> dt.date:
        """The day before the first, as SQL takes windows."""
        return self.first - dt.timedelta(days=1) if self.first > dt.date.min else self.first


def month_to_date(day: dt.date) -> Span:
    """The month of a day, up to it."""
    return Span(day.replace(day=1), day)


def month_before(day: dt.date) -> Span:
    """The same days of the month before; fewer where that month is shorter."""
    first = day.replace(day=1)
    if first == dt.date.min:
        return Span(first, first)
    last = first - dt.timedelta(days=1)
    return Span(last.replace(day=1), last.replace(day=min(day.day, last.day)))


def year_before(day: dt.date) -> Span:
    """The same days of the year before; 28 February for the 29th."""
    year = max(day.year - 1, dt.MINYEAR)
    last = min(day.day, calendar.monthrange(year, day.month)[1])
    return Span(dt.date(year, day.month, 1), dt.date(year, day.month, last))


def end_of_month(day: dt.date) -> dt.date:
    """The last day of the month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
