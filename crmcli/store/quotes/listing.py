"""Quotes as a list: the latest revision of each, with totals, and its status on a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from typing import TYPE_CHECKING

from crmcli.store.connection import rows

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """One revision of a quote in a list; `status` is that of the day, so it can be "expired"."""

    quote_no: str
    revision: int
    customer: str
    name: str
    quoted_on: dt.date
    valid_until: dt.date | None
    status: str
    lines: int
    net: Decimal
    gross: Decimal
    currency: str
    order_no: str | None


def find_quotes(
    con: duckdb.DuckDBPyConnection,
    *,
    day: dt.date,
    status: str | None = None,
    customer_id: int | None = None,
    every_revision: bool = False,
) -> list[QuoteRow]:
    """Quotes, newest first.

    Args:
        con: A store.
        day: Of the look: open quotes after their last day are expired.
        status: Only these, None: all; "replaced" looks at every revision.
        customer_id: Only this customer's.
        every_revision: Replaced ones too.
    """
    sql = (files("crmcli.store.quotes") / "listing.sql").read_text("utf-8")
    every = every_revision or status == "replaced"
    found = rows(con, sql, {"day": day, "status": status, "customer": customer_id, "every": every})
    return [QuoteRow(*row) for row in found]
