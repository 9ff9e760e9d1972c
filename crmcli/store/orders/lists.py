"""Many orders at once: lists for the owner, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.store.connection import rows, scalar

if TYPE_CHECKING:
    import duckdb

_CHOSEN = (
    "FROM orders AS o WHERE ($customer IS NULL OR o.customer_id = $customer) AND ($status IS NULL OR o.status = $status) "
    "AND (NOT $open OR o.status NOT IN ('delivered', 'completed', 'cancelled'))"
)


def list_orders(
    con: duckdb.DuckDBPyConnection, *, customer_id: int | None, status: str | None, open_only: bool, limit: int
) -> tuple[list[tuple[Any, ...]], int]:
    """Orders newest first, and how many there are without the limit.

    Returns rows of number, day, customer code, name, status, promised, delivered, net, quote, order returned.
    """
    values = {"customer": customer_id, "status": status, "open": open_only}
    found = rows(
        con,
        f"WITH chosen AS (SELECT o.* {_CHOSEN} ORDER BY o.ordered_on DESC, o.id DESC LIMIT $limit) "
        "SELECT c.order_no, c.ordered_on, k.code, k.name, c.status, c.promised_on, c.delivered_on, "
        "(SELECT coalesce(sum(l.net), 0) FROM order_lines AS l WHERE l.order_id = c.id), c.quote_no, c.returns "
        "FROM chosen AS c LEFT JOIN contacts AS k ON k.id = c.customer_id ORDER BY c.ordered_on DESC, c.id DESC",
        {**values, "limit": limit},
    )
    return found, int(scalar(con, f"SELECT count(*) {_CHOSEN}", values))
