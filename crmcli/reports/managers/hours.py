"""Hours a month of each manager's accounts, by one definition for the workload, handovers and assignments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.metrics.catalogue import install
from crmcli.rules.assigning.hours import HOURS

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    import duckdb

_SQL = (
    "SELECT contact.manager_id, sum(takes.hours) FROM account_hours($as_of, $a_hours, $b_hours, $c_hours) AS takes "
    "INNER JOIN contacts AS contact ON contact.id = takes.customer_id "
    "WHERE contact.manager_id IS NOT NULL AND takes.hours IS NOT NULL GROUP BY contact.manager_id"
)


def planned_hours(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> dict[int, Decimal]:
    """Id of a manager → hours a month that their accounts take; managers without any are left out."""
    install(con, _SQL)
    usual = {f"{name.lower()}_hours": hours for name, hours in HOURS.items()}
    return dict(con.execute(_SQL, {"as_of": as_of, **usual}).fetchall())
