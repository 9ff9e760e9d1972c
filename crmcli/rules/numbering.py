"""Numbers of documents: a series, a year, and a count that begins at 1 every year: INV-2026-00001.

Invoices are counted without gaps, and within a series and year in the order of their days; other documents only need
numbers of their own. Who takes a number does so inside the transaction that writes the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    import datetime as dt

# Series used unless the owner's own details name others.
QUOTES, ORDERS, SHIPMENTS, RECEIPTS, INVOICES, CREDIT_NOTES = "Q", "S", "D", "R", "INV", "CN"
PLANS = "P"
TICKETS = "T"
DEALS = "DL"
INVOICE_DIGITS = 5
_DIGITS = 4
_SERIES = re.compile(r"[^\W_](?:[^\W_]|-){0,11}")
_FIRST_YEAR, _LAST_YEAR = 1970, 9999


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a series.

    Args:
        series: Letters, digits and hyphens.
        year: Of the document's day.
        count: From 1 in every year.
        digits: The count is filled with zeros to so many.
    """

    series: str
    year: int
    count: int
    digits: int = _DIGITS

    @property
    def text(self) -> str:
        """As printed: INV-2026-00001."""
        return f"{self.series}-{self.year:04d}-{self.count:0{self.digits}d}"


def next_number(series: str, year: int, last: int, *, digits: int = _DIGITS, taken: Iterable[str] = ()) -> Number:
    """The number after `last` (0: none yet).

    Args:
        series: As of `require_series`.
        year: Of the document's day.
        last: The largest count that a document made here bears.
        digits: The count is filled with zeros to so many; INVOICE_DIGITS for invoices and credit notes.
        taken: Texts that documents from elsewhere bear already; they are passed over.

    Raises:
        UsageError: No sound series, or a year out of reach.
    """
    require_series(series)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise UsageError(_("no document can be numbered in the year %(year)s") % {"year": year})
    borne, number = frozenset(taken), Number(series, year, last + 1, digits)
    while number.text in borne:
        number = Number(series, year, number.count + 1, digits)
    return number


def count_of(text: str, series: str, year: int) -> int | None:
    """The count in a number as printed, None when it is of another series or year, or no number at all."""
    head = f"{series}-{year:04d}-"
    tail = text[len(head) :]
    if not text.startswith(head) or not tail.isascii() or not tail.isdigit() or len(tail) > 9:
        return None
    return int(tail)


def require_series(series: str) -> str:
    """A series that can stand in a number, a file name and a payment code.

    Raises:
        UsageError: Empty, longer than twelve, or with other than letters, digits and hyphens.
    """
    if not _SERIES.fullmatch(series) or series.endswith("-"):
        raise UsageError(
            _("%(series)s cannot be a series of numbers") % {"series": repr(series)},
            _("Up to twelve letters, digits and hyphens, such as INV or SPB-A"),
        )
    return series


def require_order_of_days(number: Number, on: dt.date, last_on: dt.date | None) -> None:
    """Numbers of a series follow their days: no document can be dated before the last one.

    Args:
        number: About to be taken.
        on: Day of the document.
        last_on: Day of the last document of the series and year, None when there is none.

    Raises:
        ConflictError: It would be dated before the last.
    """
    if last_on is not None and on < last_on:
        raise ConflictError(
            _("%(number)s cannot be dated %(on)s: the number before it is of %(last)s")
            % {"number": number.text, "on": on.isoformat(), "last": last_on.isoformat()},
            _("Date it %(last)s or later, or give it a series of its own with --series")
            % {"last": last_on.isoformat()},
        )
