"""When a customer is next to be turned to: by the plan that lives, else by the rhythm of its purchases."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from crmcli.language import gettext as _
from crmcli.metrics.catalogue import install
from crmcli.numbers import cell
from crmcli.table import Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_BY_PLAN = """
SELECT plan_no || '/' || step_no::VARCHAR, due_on, channel FROM plan_steps_on($day)
WHERE customer_id = $party AND "state" IN ('due', 'late') ORDER BY due_on, plan_no, step_no LIMIT 1
"""
_BY_RHYTHM = "SELECT last_purchase_on, expected_gap FROM rhythm($day) WHERE customer_id = $party"


def next_due(con: DuckDBPyConnection, customer_id: int, *, day: dt.date) -> str:
    """One sentence: the next step of a plan, or about when the next purchase is expected, or that nothing is known."""
    planned = _asked(con, _BY_PLAN, customer_id, day)
    if planned:
        step, due_on, channel = planned[0]
        told = {
            "day": cell(due_on, Kind.DATE),
            "step": step,
            "what": _(str(channel or "").replace("_", " ")) if channel else "",
        }
        return " ".join((_("next by plan: %(day)s, %(step)s %(what)s") % told).split())
    known = _asked(con, _BY_RHYTHM, customer_id, day)
    if not known or known[0][1] is None:
        return _("next: nothing planned")
    due: dt.date = known[0][0] + dt.timedelta(days=round(known[0][1]))
    told = {"day": cell(due, Kind.DATE)}
    return (
        _("next purchase expected about %(day)s") if due >= day else _("next purchase was expected about %(day)s")
    ) % told


def _asked(con: DuckDBPyConnection, sql: str, customer_id: int, day: dt.date) -> list[tuple[Any, ...]]:
    install(con, sql)
    return con.execute(sql, {"party": customer_id, "day": day}).fetchall()
