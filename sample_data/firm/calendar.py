"""The firm's three years and its working days."""

from __future__ import annotations

from datetime import date, timedelta

FIRST_DAY = date(2023, 7, 1)
LAST_DAY = date(2026, 6, 30)

SATURDAY = 5
NEW_YEAR_REST = 8
FIXED_HOLIDAYS = frozenset({(2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)})


def is_working(day: date) -> bool:
    """True unless the day is a weekend or one of the fixed holidays of the firm."""
    resting = (day.month == 1 and day.day <= NEW_YEAR_REST) or (day.month, day.day) in FIXED_HOLIDAYS
    return day.weekday() < SATURDAY and not resting


def next_working(day: date) -> date:
    """The day itself, or the first working day after it."""
    while not is_working(day):
        day += timedelta(days=1)
    return day


def days_after(day: date, count: int) -> date:
    """The day so many calendar days later (earlier when negative), moved on to a working day."""
    return next_working(day + timedelta(days=count))


def price_level(day: date) -> float:
    """Prices of a day as a fraction of the last quarter's: they rise by some 2 % every quarter."""
    quarters = (LAST_DAY.year * 4 + (LAST_DAY.month - 1) // 3) - (day.year * 4 + (day.month - 1) // 3)
    return 1 - 0.019 * quarters
