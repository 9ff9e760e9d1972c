"""Months of sales out of the store: complete ones to forecast from, the one under way beside them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from crmcli.errors import NotFoundError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.reports.sections import named, sections

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_KNOWN = 120  # months of history used


def month_number(day: dt.date) -> int:
    """Months since year 0."""
    return day.year * 12 + day.month - 1


def month_day(number: int) -> dt.date:
    """The first day of a month."""
    return dt.date(max(1, number // 12), number % 12 + 1, 1)


def forecast_from(as_of: dt.date) -> dt.date:
    """The first month that is not complete on a day: a month is complete on its last day."""
    tomorrow = as_of + dt.timedelta(days=1)
    return tomorrow.replace(day=1)


def load(con: DuckDBPyConnection, *, by: str, as_of: dt.date, category: str | None = None) -> dict[str, Any]:
    """Leave forecast_months, what each series brought in each month up to the day; returns what bounds it.

    Args:
        con: A store; a read-only one will do.
        by: Kind of series: total, category, region or manager.
        as_of: The day.
        category: Count sales of this category only.

    Returns:
        forecast_from, the first month that is not complete, and known_until, the day before; begun, whether it has begun; known_from, the first month
        that can count; category, as the store writes it.

    Raises:
        NotFoundError: there is no such category.
    """
    first_ahead = forecast_from(as_of)
    given = {
        "forecast_from": first_ahead,
        "known_until": first_ahead - dt.timedelta(days=1),
        "known_from": month_day(month_number(first_ahead) - MOST_KNOWN),
        "category": _category(con, category),
        "begun": first_ahead <= as_of,
    }
    sql = sections("sales", "forecast")[f"months_{by}"]
    con.execute(f"CREATE OR REPLACE TEMP TABLE forecast_months AS {sql}", named(sql, {"as_of": as_of, **given}))
    return given


def _category(con: DuckDBPyConnection, told: str | None) -> str | None:
    """The category as the store writes it.

    Raises:
        NotFoundError: there is none of that name.
    """
    if told is None:
        return None
    rows = con.execute(
        "SELECT DISTINCT category FROM (SELECT category FROM order_lines UNION ALL SELECT category FROM products) "
        "WHERE category IS NOT NULL ORDER BY category"
    ).fetchall()
    names = [str(name) for (name,) in rows]
    found = [name for name in names if name == told] or [n for n in names if n.casefold() == told.strip().casefold()]
    if not found:
        raise NotFoundError(_("There is no category %(name)s") % {"name": told}, nearest(told, names))
    return found[0]
