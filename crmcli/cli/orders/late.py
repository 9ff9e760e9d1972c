"""Orders that are late: promised for a day before, and not all of it arrived; with what the customer means to the firm."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crmcli.cli.orders.screens import LATE
from crmcli.language import gettext as _
from crmcli.language import ngettext
from crmcli.numbers import money
from crmcli.table import Table

if TYPE_CHECKING:
    import datetime as dt

    import duckdb

# An order from elsewhere without a date of delivery counts by its status, and by its shipment where the store knows no delivery.
_LATE = """
WITH deliveries AS (
    SELECT EXISTS (FROM orders WHERE delivered_on <= $as_of) OR EXISTS (FROM shipments WHERE delivered_on <= $as_of) AS dated
),
parcels AS (SELECT DISTINCT order_id FROM shipments),
arrived AS (
    SELECT s.order_line_id, sum(s.qty) FILTER (CASE WHEN deliveries.dated THEN h.delivered_on ELSE h.shipped_on END <= $as_of) AS qty
    FROM shipments AS h CROSS JOIN deliveries JOIN shipment_lines AS s ON s.shipment_id = h.id GROUP BY s.order_line_id
),
waiting AS (
    SELECT o.id, o.order_no, o.customer_id, o.promised_on, o.status, sum(l.net) AS net,
        sum(CASE WHEN parcels.order_id IS NULL THEN l.net
            ELSE cast(l.net * greatest(l.qty - coalesce(arrived.qty, 0), 0) / nullif(l.qty, 0) AS DECIMAL(38, 4)) END) AS open_net
    FROM orders AS o CROSS JOIN deliveries JOIN order_lines AS l ON l.order_id = o.id AND l.qty > 0
    LEFT JOIN parcels ON parcels.order_id = o.id LEFT JOIN arrived ON arrived.order_line_id = l.id
    WHERE o.status NOT IN ('draft', 'cancelled') AND o.returns IS NULL AND o.ordered_on <= $as_of AND o.promised_on < $as_of
        AND ($customer IS NULL OR o.customer_id = $customer)
        AND CASE WHEN parcels.order_id IS NOT NULL THEN coalesce(arrived.qty, 0) < l.qty
            WHEN o.delivered_on IS NOT NULL THEN o.delivered_on > $as_of
            WHEN o.status IN ('delivered', 'completed') THEN false
            WHEN deliveries.dated THEN true
            ELSE NOT coalesce(o.shipped_on <= $as_of, o.status = 'shipped') END
    GROUP BY o.id, o.order_no, o.customer_id, o.promised_on, o.status
)
SELECT w.id, w.order_no, c.code, c.name, k.class, w.promised_on, $as_of - w.promised_on, w.status,
    (SELECT sum(l.net) FROM order_lines AS l WHERE l.order_id = w.id), w.open_net
FROM waiting AS w LEFT JOIN contacts AS c ON c.id = w.customer_id
LEFT JOIN abc_customers($as_of - 365, $as_of, 'revenue', true, 0.80, 0.95) AS k ON k.customer_id = w.customer_id
ORDER BY w.promised_on, w.open_net DESC, w.order_no
"""
_KEPT = {
    "order": "VARCHAR", "customer": "VARCHAR", "name": "VARCHAR", "class": "VARCHAR", "promised_on": "DATE",
    "days_late": "INTEGER", "status": "VARCHAR", "goods": "VARCHAR", "net": "DECIMAL(38, 4)", "open_net": "DECIMAL(38, 4)",
}  # fmt: skip
_WORDED = 2000  # orders of which the screen says how far their goods are; reading lines one order at a time takes long


def late_table(
    con: duckdb.DuckDBPyConnection, day: dt.date, *, customer_id: int | None, currency: str, limit: int | None
) -> Table:
    """Late orders as of a day, longest first; its rows stay on the connection. The class is that of the cleaned ABC by revenue of the last 365 days."""
    from crmcli.metrics.catalogue import install
    from crmcli.store.connection import rows
    from crmcli.store.orders.adding import fill
    from crmcli.store.stored import StoredRows

    install(con, _LATE)
    found = rows(con, _LATE, {"as_of": day, "customer": customer_id})
    goods = _goods(con, [row[0] for row in found[:_WORDED]])
    fill(con, "orders_late", _KEPT, [(n, *row[1:8], goods.get(row[0]), *row[8:]) for n, row in enumerate(found)])
    shown = min(len(found), limit) if limit else len(found)
    listed = StoredRows(con, LATE, f"FROM orders_late ORDER BY id LIMIT {shown:d}", {}, shown, "FROM orders_late")
    empty = _("No order is late: everything promised before %(day)s has arrived, or nothing was promised.")
    return Table(
        "late", _("Late orders"), LATE, listed, _headline(found, currency) if found else None,
        {"net": _sum(found, 8), "open_net": _sum(found, 9)},
        (_("Late: promised for a day before %(day)s, and not all of it arrived.") % {"day": day.isoformat()},),
        empty=empty % {"day": day.isoformat()}, currency=currency, total_rows=len(found) if shown < len(found) else None,
    )  # fmt: skip


def _headline(found: list[tuple[Any, ...]], currency: str) -> str:
    worst = max(row[6] for row in found)
    sentence = ngettext(
        "%(count)s order is late, %(worst)s days; goods worth %(open)s have not arrived.",
        "%(count)s orders are late, the longest by %(worst)s days; goods worth %(open)s have not arrived.",
        len(found),
    )
    return sentence % {"count": len(found), "worst": worst, "open": money(_sum(found, 9), currency, whole=True)}


def _sum(found: list[tuple[Any, ...]], place: int) -> Decimal:
    return sum((row[place] for row in found), Decimal(0))


def _goods(con: duckdb.DuckDBPyConnection, ids: list[int]) -> dict[int, str]:
    """By order how far its goods are, as a word."""
    from crmcli.rules.fulfilment import standing
    from crmcli.store.orders.states import load_orders

    return {order.id: standing(order.standings).goods.replace(" ", "_") for order in load_orders(con, ids)}
