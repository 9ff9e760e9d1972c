"""What the card says of a customer's future: the row of report churn and of report value, made by these reports themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.language import gettext as _
from crmcli.reports import registry
from crmcli.reports.run import run
from crmcli.store.stored import StoredRows, quoted

if TYPE_CHECKING:
    import datetime as dt

    from duckdb import DuckDBPyConnection

    from crmcli.reports.lookup import Party

MOST_LINES = 200_000  # order lines; above, both models together take more than a second
_WANTED = {
    "churn": ("p_alive", "churn_risk", "band", "money_at_risk"),
    "value": ("expected_purchases", "expected_npv", "expected_low", "expected_high", "lifetime_npv"),
}


def outlook_rows(con: DuckDBPyConnection, party: Party, *, as_of: dt.date, currency: str) -> list[dict[str, Any]]:
    """One row of figures; none for a prospect, and none where the store is so large that a card would keep one waiting."""
    if not is_quick(con):
        return []
    found: dict[str, Any] = {}
    for name, columns in _WANTED.items():
        rows = run(registry.find(name), con, as_of=as_of, parameters={}, currency=currency, told=False).rows
        assert isinstance(rows, StoredRows)
        terms = ", ".join(quoted(column) for column in columns)
        own = rows.con.execute(f"SELECT {terms} {rows.every} AND customer = $own", {**rows.values, "own": party.code})
        found.update(zip(columns, next(iter(own.fetchall()), ()), strict=False))
    return [found] if found else []


def is_quick(con: DuckDBPyConnection) -> bool:
    """Whether the models are fitted fast enough for a card."""
    return bool(con.execute("SELECT count(*) <= $most FROM order_lines", {"most": MOST_LINES}).fetchall()[0][0])


def slow_note(party: Party) -> str:
    """Where the figures are that the card leaves out."""
    return _(
        "Churn risk and expected value take seconds with so many orders: crmcli report churn --explain %(code)s, "
        "crmcli report value --explain %(code)s."
    ) % {"code": party.code}
