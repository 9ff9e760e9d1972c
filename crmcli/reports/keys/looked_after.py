"""Whom a manager looks after, as a short table for a page of duties."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.metrics import catalogue
from crmcli.reports.sections import sections
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_COLUMNS = (
    Column("code", N_("Code"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("city", N_("City"), Kind.TEXT),
    Column("key_since", N_("Key account since"), Kind.DATE),
    Column("plan_no", N_("Plan"), Kind.TEXT),
)


def looked_after(con: DuckDBPyConnection, manager_id: int, *, as_of: dt.date) -> Table:
    """Customers of a manager, key accounts first: forty at most, `total_rows` counts them all.

    Args:
        con: An open store.
        manager_id: Of the store.
        as_of: Key accounts and plans are those of this day; who looks after whom is as it is now.
    """
    statements = sections("keys", "manager_accounts")
    catalogue.install(con, statements["accounts"])
    found = con.execute(statements["accounts"], {"as_of": as_of, "manager": manager_id}).fetchall()
    ((count,),) = con.execute(statements["count"], {"manager": manager_id}).fetchall()
    return Table(
        name="accounts",
        title=_("Looks after"),
        columns=_COLUMNS,
        rows=ListRows(found),
        empty=_("Nobody yet."),
        total_rows=count,
    )
