"""Numbers and days as they stand on documents; the digits are the same in every format."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from crmcli.numbers import SPACE, cell, rounded, symbol
from crmcli.table import Kind

_SYMBOL_FIRST = frozenset({"USD", "GBP", "EUR"})
_RUSSIAN_MARKS = str.maketrans({",": SPACE, ".": ","})
_PRICE_DIGITS = 4
_MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
    "ru": ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября",
           "ноября", "декабря"),
}  # fmt: skip


def amount(value: Decimal, digits: int, language: str) -> str:
    """An amount with the decimals of its currency: "1 234,50"."""
    text = format(rounded(value, digits), f"z,.{digits}f")
    return text.translate(_RUSSIAN_MARKS) if language == "ru" else text


def price(value: Decimal, digits: int, language: str) -> str:
    """A unit price: as many decimals as it has, at least the currency's, at most four."""
    return amount(value, price_digits(value, digits), language)


def price_digits(value: Decimal, digits: int) -> int:
    """How many decimals a unit price is printed with."""
    exponent = rounded(value, _PRICE_DIGITS).normalize().as_tuple().exponent
    return max(digits, -exponent if isinstance(exponent, int) and exponent < 0 else 0)


def money(value: Decimal, currency: str, digits: int, language: str) -> str:
    """An amount with the sign of its currency: "1 234,50 ₽", "€1,234.50"."""
    text = amount(value, digits, language)
    if language == "en" and currency.upper() in _SYMBOL_FIRST:
        return f"-{symbol(currency)}{text[1:]}" if text.startswith("-") else symbol(currency) + text
    return f"{text}{SPACE}{symbol(currency)}"


def quantity(value: Decimal, language: str) -> str:
    """A quantity with the decimals it has."""
    return cell(value, Kind.QUANTITY, language=language)


def day(value: dt.date, language: str) -> str:
    """A day in a table: "12.03.2026", "12 Mar 2026"."""
    if language == "ru":
        return f"{value.day:02}.{value.month:02}.{value.year:04}"
    return f"{value.day}{SPACE}{_MONTHS['en'][value.month - 1][:3]}{SPACE}{value.year:04}"


def long_day(value: dt.date, language: str) -> str:
    """A day in a heading: "12 марта 2026 г.", "12 March 2026"."""
    text = f"{value.day}{SPACE}{_MONTHS[language][value.month - 1]}{SPACE}{value.year:04}"
    return f"{text}{SPACE}г." if language == "ru" else text
