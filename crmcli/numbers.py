"""Values to words and to machines: the only place that formats."""

from __future__ import annotations

import datetime as dt
import functools
import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from crmcli.language import current, gettext
from crmcli.table import Figure, Kind

UNKNOWN = "–"
SPACE = "\u00a0"  # never broken at a line's end; in human formats only
NUMERIC = frozenset({Kind.COUNT, Kind.QUANTITY, Kind.MONEY, Kind.SHARE, Kind.RATIO, Kind.DAYS})

_SYMBOLS = {"RUB": "₽", "EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF", "KZT": "₸", "UAH": "₴", "CNY": "¥"}
_SYMBOL_FIRST = frozenset({"USD", "GBP", "EUR", "CNY"})  # in English; Russian puts every symbol last
_MINOR_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "BHD": 3, "KWD": 3, "TND": 3}
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)  # business rounding, and sums wider than the default 28 digits
_RUSSIAN_MARKS = str.maketrans({",": SPACE, ".": ","})

Formatter = Callable[[Any], str]


def cell(value: object, kind: Kind, *, language: str | None = None, currency: str | None = None) -> str:
    """One value for people: "1 234,50 ₽", "12,3 %", "31.12.2025"; unknown is "–".

    Args:
        value: A value of the kind, or None.
        kind: What it means.
        language: "en" or "ru"; None: the settled one (LEVEL words always follow the settled one).
        currency: ISO code to show with MONEY; None: the amount alone, as in a column whose heading names it.
    """
    return formatter(kind, language or current(), currency)(value)


def money(
    amount: Decimal | None, currency: str | None = None, *, language: str | None = None, whole: bool = False
) -> str:
    """An amount with grouping and the currency's minor digits, or without them when whole."""
    return formatter(Kind.MONEY, language or current(), currency, whole=whole)(amount)


def symbol(currency: str) -> str:
    """The sign of a currency, "₽" for "RUB"; its code where there is none."""
    return _SYMBOLS.get(currency.upper(), currency)


def minor_digits(currency: str) -> int:
    """Decimals of a currency's minor unit: 2 for most, 0 for yen, 3 for dinars."""
    return _MINOR_DIGITS.get(currency.upper(), 2)


@functools.cache
def formatter(kind: Kind, language: str, currency: str | None = None, *, whole: bool = False) -> Formatter:
    """The function that words every value of a column: chosen once, so that long tables format fast.

    Args:
        kind: What the values mean.
        language: "en" or "ru".
        currency: ISO code to show with MONEY; None: the amount alone.
        whole: Leave out the decimals of MONEY and SHARE, for narrow columns.
    """
    if kind is Kind.FIGURE:
        return lambda value: UNKNOWN if value is None else formatter(value.kind, language, value.currency)(value.value)
    if kind is Kind.TEXT:
        return lambda value: UNKNOWN if value is None else _text_words(value, language)
    if kind is Kind.MONEY:
        return _money_formatter(language, currency, whole=whole)
    words = _WHOLE_WORDS[kind] if whole and kind in _WHOLE_WORDS else _WORDS[kind]
    if language == "ru" and kind in NUMERIC:
        return lambda value: UNKNOWN if is_unknown(value) else words(value).translate(_RUSSIAN_MARKS)
    if language == "ru" and kind in _RUSSIAN_WORDS:
        words = _RUSSIAN_WORDS[kind]
    return lambda value: UNKNOWN if is_unknown(value) else words(value)


def machine(value: object, kind: Kind) -> str | int | float | None:
    """One value for programs: plain numbers, ISO dates, exact amounts as text; inf and nan are unknown.

    QUANTITY is text too, as no float holds every decimal. Texts, LEVEL words among them, stay as they are.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Figure):
        return value.text
    if isinstance(value, int | float | Decimal):
        return None if is_unknown(value) else _machine_number(value, kind)
    if isinstance(value, dt.datetime):
        return _moment_text(value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def machine_text(value: object, kind: Kind) -> str | None:
    """One value as a field of CSV: as `machine`, floats in their shortest digits and never with an exponent."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Decimal) and kind in _EXACT_KINDS:
        return format(value, "f") if value.is_finite() else None
    plain = machine(value, kind)
    return decimal_text(plain) if isinstance(plain, float) else None if plain is None else str(plain)


def decimal_text(value: float) -> str:
    """The shortest digits that mean this finite float, never with an exponent."""
    text = repr(value)
    if "e" not in text:
        return text
    plain = format(Decimal(text), "f")
    return plain if "." in plain else plain + ".0"


def rounded(value: Decimal | float | str, digits: int) -> Decimal:
    """A number to so many decimals, halves away from zero: how business rounds."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return _EXACT.quantize(exact, Decimal(1).scaleb(-digits))


def is_unknown(value: object) -> bool:
    """Tell whether there is nothing to show: None, an infinity, or no number."""
    return value is None or (isinstance(value, float | Decimal) and not math.isfinite(value))


def _led_by(mark: str, words: str) -> str:
    """The currency sign before the digits, behind the minus."""
    return f"-{mark}{words[1:]}" if words.startswith("-") else mark + words


def _money_formatter(language: str, currency: str | None, *, whole: bool) -> Formatter:
    """Amounts with their sign where the language puts it: "€1,234.50", "1 234,50 €"."""
    words, mark = _money_words(currency, whole=whole), symbol(currency) if currency else ""
    tail = SPACE + mark if mark else ""
    if language == "ru":
        return lambda value: UNKNOWN if is_unknown(value) else words(value).translate(_RUSSIAN_MARKS) + tail
    if currency and currency.upper() in _SYMBOL_FIRST:
        return lambda value: UNKNOWN if is_unknown(value) else _led_by(mark, words(value))
    return lambda value: UNKNOWN if is_unknown(value) else words(value) + tail


def _money_words(currency: str | None, *, whole: bool) -> Formatter:
    """English digits of an amount; `z` keeps -0.001 from becoming "-0.00"."""
    digits = 0 if whole else minor_digits(currency or "")
    step, layout, quantize = Decimal(1).scaleb(-digits), f"z,.{digits}f", _EXACT.quantize
    return lambda value: format(quantize(value if isinstance(value, Decimal) else Decimal(str(value)), step), layout)


def _quantity_words(value: Decimal | float) -> str:
    """Up to four decimals, as many as there are."""
    text = format(rounded(value, 4), "z,.4f")
    return text.rstrip("0").rstrip(".")


def _days_words(value: float) -> str:
    return format(value, ",d") if isinstance(value, int) else format(value, "z,.1f")


def _text_words(value: object, language: str) -> str:
    """A text as it is; a figure among texts by its own kind."""
    return formatter(value.kind, language, value.currency)(value.value) if isinstance(value, Figure) else str(value)


def _level_words(value: str) -> str:
    """The word translated; whoever makes up a level marks it as it is shown: N_("cannot lose")."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return gettext(value.replace("_", " "))


def _count_words(value: float) -> str:
    return format(value, ",d") if isinstance(value, int) else _quantity_words(value)


def _machine_number(value: float | Decimal, kind: Kind) -> str | int | float:
    """A known number by what its column holds; a database may hand a count over as a decimal."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if kind in _EXACT_KINDS:
        return decimal_text(value) if isinstance(value, float) else format(Decimal(value), "f")
    if isinstance(value, Decimal):
        return int(value) if kind is Kind.COUNT and value == value.to_integral_value() else float(value)
    return value


def _moment_text(value: dt.datetime) -> str:
    """As the database writes it: "2025-01-01 10:00:00", trailing zeros of a fraction left out."""
    text = value.isoformat(sep=" ")
    return text.rstrip("0") if "." in text else text


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_RUSSIAN_MONTHS = ("январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь",
                   "ноябрь", "декабрь")  # fmt: skip
_EXACT_KINDS = frozenset({Kind.MONEY, Kind.QUANTITY})

_WORDS: dict[Kind, Formatter] = {
    Kind.CODE: str,
    Kind.TEXT: str,
    Kind.LEVEL: _level_words,
    Kind.COUNT: _count_words,
    Kind.QUANTITY: _quantity_words,
    Kind.SHARE: lambda value: f"{value * 100:z,.1f}{SPACE}%",
    Kind.RATIO: lambda value: f"{value:z,.2f}",
    Kind.DAYS: _days_words,
    Kind.DATE: lambda value: value.isoformat(),
    Kind.MONTH: lambda value: f"{_MONTHS[value.month - 1]}{SPACE}{value.year:04}",
    Kind.MOMENT: lambda value: (
        value.isoformat(sep=" ", timespec="minutes") if value.time() else value.date().isoformat()
    ),
}

_WHOLE_WORDS: dict[Kind, Formatter] = {Kind.SHARE: lambda value: f"{value * 100:z,.0f}{SPACE}%"}

_RUSSIAN_WORDS: dict[Kind, Formatter] = {  # strftime leaves years before 1000 short of digits
    Kind.DATE: lambda value: f"{value.day:02}.{value.month:02}.{value.year:04}",
    Kind.MONTH: lambda value: f"{_RUSSIAN_MONTHS[value.month - 1]}{SPACE}{value.year:04}",
    Kind.MOMENT: lambda value: f"{value.day:02}.{value.month:02}.{value.year:04} {value.hour:02}:{value.minute:02}",
}
