"""The warranty of what was sold: so many months from the day it arrived, else left the house, else was ordered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from crmcli.rules.settling import months_later

MOST_MONTHS = 600


@dataclass(frozen=True, slots=True)
class Warranty:
    """What is known of the warranty of an order line on a day.

    Args:
        months: Promised for the product; None: nothing was said.
        from_on: The day it counts from.
        counted_from: delivery, shipment or order: what that day is.
        until_on: Its last day; None: nothing was promised.
        left_days: Until the last day, below zero after it.
    """

    months: int | None
    from_on: dt.date
    counted_from: str
    until_on: dt.date | None
    left_days: int | None

    @property
    def is_within(self) -> bool | None:
        """Whether the day asked lies within it; None: unknown."""
        return None if self.left_days is None else self.left_days >= 0


def warranty(
    months: int | None, *, ordered_on: dt.date, shipped_on: dt.date | None, delivered_on: dt.date | None, on: dt.date
) -> Warranty:
    """The warranty as it was on a day; the last day is the one of the same number, or the last of a shorter month."""
    known = [
        (day, what)
        for day, what in ((delivered_on, "delivery"), (shipped_on, "shipment"))
        if day is not None and day <= on
    ]
    from_on, what = known[0] if known else (ordered_on, "order")
    until_on = months_after(from_on, months) if months is not None else None
    return Warranty(months, from_on, what, until_on, (until_on - on).days if until_on is not None else None)


def months_after(day: dt.date, months: int) -> dt.date:
    """The day so many months later, the last of the month where it has no such day, never past the year 9999."""
    try:
        return months_later(day, months)
    except ValueError:
        return dt.date.max
