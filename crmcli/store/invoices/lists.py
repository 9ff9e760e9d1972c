"""Many invoices or payments at once: lists for the owner, in SQL."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from crmcli.store.connection import rows, scalar

if TYPE_CHECKING:
    import duckdb

_STATES = """
WITH paid AS (SELECT invoice_id, sum(amount) AS amount FROM payments WHERE invoice_id IS NOT NULL GROUP BY invoice_id),
credited AS (SELECT credits, -sum(amount) AS amount FROM invoices WHERE credits IS NOT NULL GROUP BY credits),
states AS (
    SELECT i.id, i.invoice_no, i.issued_on, i.customer_id, i.order_no, i.due_on, i.amount, i.credits,
        CASE WHEN i.amount > 0 THEN greatest(i.amount - coalesce(paid.amount, 0), 0) ELSE 0 END AS open,
        CASE WHEN i.amount < 0 THEN 'credit_note'
            WHEN coalesce(paid.amount, 0) >= i.amount THEN 'paid'
            WHEN coalesce(credited.amount, 0) >= i.amount THEN 'credited'
            WHEN i.due_on < $today THEN 'overdue'
            WHEN coalesce(paid.amount, 0) > 0 THEN 'partly_paid' ELSE 'open' END AS state
    FROM invoices AS i LEFT JOIN paid ON paid.invoice_id = i.id LEFT JOIN credited ON credited.credits = i.invoice_no
    WHERE ($customer IS NULL OR i.customer_id = $customer) AND ($order IS NULL OR i.order_no = $order)
),
chosen AS (SELECT * FROM states WHERE NOT $open OR open > 0)
"""
_PAYMENTS = (
    "FROM payments AS p LEFT JOIN invoices AS i ON i.id = p.invoice_id "
    "LEFT JOIN contacts AS c ON c.id = coalesce(p.customer_id, i.customer_id) "
    "WHERE $customer IS NULL OR coalesce(p.customer_id, i.customer_id) = $customer"
)


def invoices(
    con: duckdb.DuckDBPyConnection,
    *,
    customer_id: int | None,
    order: str | None,
    open_only: bool,
    today: dt.date,
    limit: int,
) -> tuple[list[tuple[Any, ...]], int]:
    """Invoices newest first, and how many there are without the limit.

    Returns rows of number, day, customer code, name, order, due day, amount, open, state, invoice credited.
    """
    values = {"customer": customer_id, "order": order, "open": open_only, "today": today}
    found = rows(
        con,
        _STATES
        + "SELECT s.invoice_no, s.issued_on, c.code, c.name, s.order_no, s.due_on, s.amount, s.open, s.state, s.credits "
        "FROM chosen AS s LEFT JOIN contacts AS c ON c.id = s.customer_id ORDER BY s.issued_on DESC, s.invoice_no DESC LIMIT $limit",
        {**values, "limit": limit},
    )
    return found, int(scalar(con, _STATES + "SELECT count(*) FROM chosen", values))


def payments(
    con: duckdb.DuckDBPyConnection, *, customer_id: int | None, limit: int
) -> tuple[list[tuple[Any, ...]], int]:
    """Payments newest first, a row for each part of a receipt, and how many there are without the limit.

    Returns rows of day, receipt, customer code, name, amount, invoice (None: credit), method.
    """
    values = {"customer": customer_id}
    found = rows(
        con,
        'SELECT p.paid_on, coalesce(p.receipt_no, p.payment_no), c.code, c.name, p.amount, i.invoice_no, p."method" '
        f"{_PAYMENTS} ORDER BY p.paid_on DESC, p.id DESC LIMIT $limit",
        {**values, "limit": limit},
    )
    return found, int(scalar(con, f"SELECT count(*) {_PAYMENTS}", values))
