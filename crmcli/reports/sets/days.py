"""Days named by words in a report set: "yesterday", "last-month-end"."""

from __future__ import annotations

import datetime as dt

WORDS = ("today", "latest", "yesterday", "last-week-end", "last-month-end", "last-quarter-end", "last-year-end")


def relative_day(word: str, today: dt.date) -> dt.date | None:
    """The day a word means, looked at from `today`; None for "today", "latest" and dates, which others settle.

    The last end of a month (quarter, year) is the newest that lies before today; a week ends on Sunday.
    """
    if word == "yesterday":
        return _before(today)
    if word == "last-week-end":
        return today - dt.timedelta(days=today.isoweekday())
    if word == "last-month-end":
        return _before(today.replace(day=1))
    if word == "last-quarter-end":
        return _before(today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1))
    if word == "last-year-end":
        return _before(today.replace(month=1, day=1))
    return None


def _before(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=1) if day > dt.date.min else day
