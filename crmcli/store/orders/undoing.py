"""After an undo: orders whose shipments, invoices or payments came or went say again what their quantities say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store.connection import rows, scalar
from crmcli.store.filling import fill_like
from crmcli.store.orders.states import FOLLOWING, heads_to_follow

if TYPE_CHECKING:
    from crmcli.store.journal import Writer

_TABLES = frozenset({"orders", "order_lines", "shipments", "shipment_lines", "invoices", "invoice_lines", "payments"})
# Only orders that something was shipped or invoiced of here can be out of step; $step: what this undo wrote or removed.
_TOUCHED = """
SELECT DISTINCT order_id FROM (
    SELECT order_id FROM shipments WHERE changed_in = $step OR id IN (SELECT id FROM history.shipments WHERE in_step = $step)
    UNION ALL SELECT order_id FROM history.shipments WHERE in_step = $step
    UNION ALL SELECT s.order_id FROM history.shipment_lines AS h JOIN shipments AS s ON s.id = h.shipment_id WHERE h.in_step = $step
    UNION ALL SELECT l.order_id FROM history.invoice_lines AS h JOIN order_lines AS l ON l.id = h.order_line_id WHERE h.in_step = $step
    UNION ALL SELECT l.order_id FROM history.payments AS h JOIN invoice_lines AS b ON b.invoice_id = h.invoice_id
        JOIN order_lines AS l ON l.id = b.order_line_id WHERE h.in_step = $step
    UNION ALL SELECT l.order_id FROM history.order_lines AS l WHERE l.in_step = $step
        AND l.order_id IN (SELECT order_id FROM shipments)
    UNION ALL SELECT o.id FROM history.orders AS r JOIN orders AS o ON o.order_no = r.returns WHERE r.in_step = $step
) WHERE order_id IN (SELECT id FROM orders) ORDER BY order_id
"""


def follow_quantities(writer: Writer) -> None:
    """Set the heads of orders that this undo left out of step; as lines follow their order, that is no touch of theirs."""
    if not _TABLES & writer.changes.keys() or not scalar(
        writer.con, "SELECT EXISTS (FROM shipments) OR EXISTS (FROM invoice_lines)"
    ):
        return
    con = writer.con
    ids = [int(order) for (order,) in rows(con, _TOUCHED, {"step": writer.step})]
    changed = heads_to_follow(con, ids)
    if not changed:
        return
    fill_like(con, "orders_follow", "orders", FOLLOWING, changed)
    con.execute(
        f"INSERT INTO history.orders SELECT {writer.step}, 'follow', o.* FROM orders AS o WHERE o.id IN (SELECT id FROM "
        f"orders_follow) AND o.id NOT IN (SELECT id FROM history.orders WHERE in_step = {writer.step})"
    )
    con.execute(
        "UPDATE orders AS o SET status = f.status, shipped_on = f.shipped_on, delivered_on = f.delivered_on "
        "FROM orders_follow AS f WHERE f.id = o.id"
    )
