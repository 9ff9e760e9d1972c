"""Which numbers documents bear already, read inside the transaction that takes the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.rules.numbering import Number, count_of, next_number, require_series
from crmcli.store.connection import rows

if TYPE_CHECKING:
    import duckdb

# What each kind of number is kept in; never a word of the user's.
_BORNE = {
    "quotes": "SELECT quote_no FROM quotes WHERE starts_with(quote_no, $head)",
    "orders": "SELECT order_no FROM orders WHERE starts_with(order_no, $head)",
    "shipments": "SELECT shipment_no FROM shipments WHERE starts_with(shipment_no, $head)",
    "receipts": "SELECT receipt_no FROM payments WHERE starts_with(receipt_no, $head)",
    "deals": "SELECT opportunity_no FROM opportunities WHERE starts_with(opportunity_no, $head)",
    # numbers of tickets that were taken back stay taken: customers were told them
    "tickets": "SELECT ticket_no FROM tickets WHERE starts_with(ticket_no, $head) "
    "UNION ALL SELECT ticket_no FROM history.tickets WHERE starts_with(ticket_no, $head)",
    # numbers of plans that were taken back stay taken: calendars out there still know them
    "plans": "SELECT plan_no FROM account_plans WHERE starts_with(plan_no, $head) "
    "UNION ALL SELECT plan_no FROM history.account_plans WHERE starts_with(plan_no, $head)",
}


def free_number(con: duckdb.DuckDBPyConnection, kind: str, series: str, year: int) -> Number:
    """The number after the largest in use. Call inside the transaction that writes it.

    Args:
        con: A store.
        kind: "quotes", "orders", "shipments", "receipts", "plans", "deals" or "tickets".
        series: Such as rules.numbering.ORDERS.
        year: Of the document's day.
    """
    require_series(series)
    found = rows(con, _BORNE[kind], {"head": f"{series}-{year:04d}-"})
    counts = (count_of(str(text), series, year) for (text,) in found)
    return next_number(series, year, max((count for count in counts if count is not None), default=0))
