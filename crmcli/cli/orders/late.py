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

_LATE = """
SELECT w.order_id, w.order_no, c.code, c.name, k.class, CASE WHEN k.is_key THEN true END, w.promised_on, $as_of - w.promised_on, w.status,
    (SELECT sum(l.net) FROM order_lines AS l WHERE l.order_id = w.order_id), w.open_net
FROM late_orders($as_of) AS w LEFT JOIN contacts AS c ON c.id = w.customer_id
LEFT JOIN value_weights($as_of) AS k ON k.customer_id = w.customer_id
WHERE $customer IS NULL OR w.customer_id = $customer
ORDER BY w.promised_on, w.open_net DESC, w.order_no
"""
_KEPT = {
    "order": "VARCHAR", "customer": "VARCHAR", "name": "VARCHAR", "class": "VARCHAR", "key": "BOOLEAN", "promised_on": "DATE",
    "days_late": "INTEGER", "status": "VARCHAR", "goods": "VARCHAR", "net": "DECIMAL(38, 4)", "open_net": "DECIMAL(38, 4)",
}  # fmt: skip
_WORDED = 2000  # orders of which the screen says how far their goods are; reading lines one order at a time takes long


def late_table(
    con: duckdb.DuckDBPyConnection, day: dt.date, *, customer_id: int | None, currency: str, limit: int | None
) -> Table:
    """Late orders as of a day, longest first; its rows stay on the connection. The class is that of the cleaned ABC by revenue of the last 365 days."""
    from crmcli.metrics.catalogue import install
    from crmcli.store.connection import rows
    from crmcli.store.filling import fill
    from crmcli.store.stored import StoredRows

    install(con, _LATE)
    found = rows(con, _LATE, {"as_of": day, "customer": customer_id})
    goods = _goods(con, [row[0] for row in found[:_WORDED]])
    fill(con, "orders_late", _KEPT, [(n, *row[1:9], goods.get(row[0]), *row[9:]) for n, row in enumerate(found)])
    shown = min(len(found), limit) if limit else len(found)
    listed = StoredRows(con, LATE, f"FROM orders_late ORDER BY id LIMIT {shown:d}", {}, shown, "FROM orders_late")
    empty = _("No order is late: everything promised before %(day)s has arrived, or nothing was promised.")
    return Table(
        "late", _("Late orders"), LATE, listed, _headline(found, currency) if found else None,
        {"net": _sum(found, 9), "open_net": _sum(found, 10)},
        (_("Late: promised for a day before %(day)s, and not all of it arrived.") % {"day": day.isoformat()},),
        empty=empty % {"day": day.isoformat()}, currency=currency, total_rows=len(found) if shown < len(found) else None,
    )  # fmt: skip


def _headline(found: list[tuple[Any, ...]], currency: str) -> str:
    worst = max(row[7] for row in found)
    sentence = ngettext(
        "%(count)s order is late, %(worst)s days; goods worth %(open)s have not arrived.",
        "%(count)s orders are late, the longest by %(worst)s days; goods worth %(open)s have not arrived.",
        len(found),
    )
    return sentence % {"count": len(found), "worst": worst, "open": money(_sum(found, 10), currency, whole=True)}


def _sum(found: list[tuple[Any, ...]], place: int) -> Decimal:
    return sum((row[place] for row in found), Decimal(0))


def _goods(con: duckdb.DuckDBPyConnection, ids: list[int]) -> dict[int, str]:
    """By order how far its goods are, as a word."""
    from crmcli.rules.fulfilment import standing
    from crmcli.store.orders.states import load_orders

    return {order.id: standing(order.standings).goods.replace(" ", "_") for order in load_orders(con, ids)}
