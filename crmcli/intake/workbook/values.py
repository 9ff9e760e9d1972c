"""Cell values as canonical text: plain numbers with ".", ISO dates, true/false."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, localcontext

from crmcli.intake.workbook import limits

NUMBER, DATE, TEXT, BOOLEAN, ERROR, EMPTY = "number", "date", "text", "boolean", "error", ""

_PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_EXACT_INTEGERS = 10.0**limits.SIGNIFICANT_DIGITS
_MILLISECOND = dt.timedelta(milliseconds=1)


def write_value(value: object) -> tuple[str, str]:
    """Text and kind of a value as a reader gives it; unknown types come out as their own text.

    Returns:
        (text, kind), kind being one of NUMBER, DATE, TEXT, BOOLEAN or EMPTY.
    """
    if isinstance(value, str):
        return (value, TEXT) if value else ("", EMPTY)
    if isinstance(value, bool):
        return ("true" if value else "false"), BOOLEAN
    if isinstance(value, float):
        return write_number(value), NUMBER
    if isinstance(value, int):
        return round_digits(str(value)), NUMBER
    if value is None:
        return "", EMPTY
    return _write_moment(value)


def _write_moment(value: object) -> tuple[str, str]:
    if isinstance(value, dt.datetime):
        return write_datetime(value), DATE
    if isinstance(value, dt.date):
        return value.isoformat(), DATE
    if isinstance(value, dt.time):
        return write_datetime(dt.datetime.combine(dt.date(2000, 1, 1), value)).partition(" ")[2] or "00:00:00", TEXT
    if isinstance(value, dt.timedelta):
        return write_duration(value), TEXT
    return str(value), TEXT


def write_number(value: float) -> str:
    """A number without exponent and without float noise: at most 15 significant digits, no ".0"."""
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - the test for NaN
        return "#NUM!"
    if abs(value) < _EXACT_INTEGERS and value == int(value):
        return str(int(value))
    text = f"{value:.{limits.SIGNIFICANT_DIGITS}g}"
    return format(Decimal(text), "f") if "e" in text else text


def round_digits(text: str) -> str:
    """The same for a number already written out plainly; other text is returned as it is."""
    if len(text) <= limits.SIGNIFICANT_DIGITS or not _PLAIN_NUMBER.fullmatch(text):
        return text
    with localcontext(prec=limits.SIGNIFICANT_DIGITS):
        rounded = format(+Decimal(text), "f")
    rounded = rounded.rstrip("0").rstrip(".") if "." in rounded else rounded
    return "0" if rounded in {"-0", ""} else rounded


def write_datetime(value: dt.datetime) -> str:
    """`2025-12-31`, or `2025-12-31 14:05:00` where there is a time of day; milliseconds only if there are any.

    Times are fractions of a day in a workbook, so that 14:05:00 may be kept as 14:04:59.999999.
    """
    try:
        value += _MILLISECOND / 2
    except OverflowError:
        return value.isoformat(sep=" ", timespec="seconds")
    value = value.replace(microsecond=value.microsecond // 1000 * 1000)
    if value.time() == dt.time():
        return value.date().isoformat()
    return value.isoformat(sep=" ", timespec="milliseconds" if value.microsecond else "seconds")


def write_duration(value: dt.timedelta) -> str:
    """Hours, minutes and seconds: `30:00:00`; hours may pass 24, a negative duration begins with "-"."""
    seconds = round(value.total_seconds())
    sign = "-" if seconds < 0 else ""
    minutes, second = divmod(abs(seconds), 60)
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}"
