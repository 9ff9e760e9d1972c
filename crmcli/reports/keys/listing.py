"""Key accounts as lists: who is in, who came and left, who is picked by hand, and the versions of the rule."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.metrics.catalogue import install
from crmcli.numbers import cell
from crmcli.reports.sections import named, sections
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    import duckdb

    from crmcli.reports.lookup import Party

EVENTS = (N_("came in"), N_("left"))  # words of event, for the translators
STATES = (N_("in force"), N_("ended"), N_("to come"), N_("replaced"))  # of picks and versions
SIDES = (N_("picked in"), N_("picked out"))
_MEMBERS = (
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("since", N_("Since"), Kind.DATE),
    Column("score", N_("Score then"), Kind.RATIO),
    Column("rule_version", N_("Rule"), Kind.COUNT),
    Column("manager", N_("Manager"), Kind.TEXT),
    Column("revenue_365", N_("Revenue"), Kind.MONEY, bar=True),
    Column("class", N_("Class"), Kind.LEVEL, words=("A", "B", "C")),
    Column("reason", N_("Why"), Kind.TEXT),
)
_HISTORY = (
    Column("on", N_("Day"), Kind.DATE),
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("event", N_("Event"), Kind.LEVEL, words=("came_in", "left")),
    Column("rule_version", N_("Rule"), Kind.COUNT),
    Column("score", N_("Score then"), Kind.RATIO),
    Column("days", N_("Days in"), Kind.DAYS),
    Column("reason", N_("Why"), Kind.TEXT),
)
_PICKS = (
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("side", N_("Picked"), Kind.LEVEL, words=("picked_in", "picked_out")),
    Column("from_on", N_("From"), Kind.DATE),
    Column("to_on", N_("Until"), Kind.DATE),
    Column("state", N_("State"), Kind.LEVEL, words=("in_force", "ended", "to_come")),
    Column("reason", N_("Why"), Kind.TEXT),
)
_RULES = (
    Column("version", N_("Version"), Kind.COUNT),
    Column("written_on", N_("In force from"), Kind.DATE),
    Column("state", N_("State"), Kind.LEVEL, words=("in_force", "replaced", "to_come")),
    Column("accounts", N_("In by it"), Kind.COUNT),
    Column("note", N_("Note"), Kind.TEXT),
)


def members_listed(con: duckdb.DuckDBPyConnection, *, as_of: dt.date, currency: str) -> Table:
    """Who is a key account on a day, since when, why and by which version of the rule; the largest first."""
    rows = _asked(con, "members", as_of)
    headline = ngettext(
        "%(count)s key account on %(day)s, with %(revenue)s of revenue in the last 365 days.",
        "%(count)s key accounts on %(day)s, with %(revenue)s of revenue in the last 365 days.",
        len(rows),
    ) % {
        "count": cell(len(rows), Kind.COUNT),
        "day": cell(as_of, Kind.DATE),
        "revenue": cell(sum(row[6] for row in rows), Kind.MONEY, currency=currency),
    }
    return Table(
        "key_accounts_listed", _("Key accounts"), _MEMBERS, ListRows(rows), headline=headline if rows else None,
        totals={"revenue_365": sum(row[6] for row in rows)} if rows else {},
        notes=(_("Score and why are of the day they came in; more of each: crmcli report key-accounts"),),
        empty=_("Nobody is a key account on that day; choose them: crmcli keyaccount select"), currency=currency,
    )  # fmt: skip


def history_listed(con: duckdb.DuckDBPyConnection, *, as_of: dt.date, party: Party | None = None) -> Table:
    """Who came in and who left, by day, of everybody or of one customer."""
    rows = _asked(con, "history", as_of, party=party.id if party else None)
    came = sum(row[3] == "came_in" for row in rows)
    headline = _("%(came)s came in and %(left)s left by %(day)s.") % {
        "came": cell(came, Kind.COUNT), "left": cell(len(rows) - came, Kind.COUNT), "day": cell(as_of, Kind.DATE),
    }  # fmt: skip
    title = _("Key account history of %(name)s") % {"name": party.name} if party else _("Key account history")
    return Table("key_history", title, _HISTORY, ListRows(rows), headline=headline if rows else None,
                 empty=_("Nobody has come in or left by that day."))  # fmt: skip


def picks_listed(con: duckdb.DuckDBPyConnection, *, as_of: dt.date) -> Table:
    """Who is, was or will be picked by hand."""
    return Table("key_picks", _("Picked by hand"), _PICKS, ListRows(_asked(con, "picks", as_of)),
                 notes=(_("A pick takes effect with the next selection: crmcli keyaccount select"),),
                 empty=_("Nobody is picked by hand; to pick: crmcli keyaccount pick CUSTOMER in --reason TEXT"))  # fmt: skip


def rules_listed(con: duckdb.DuckDBPyConnection, *, as_of: dt.date) -> Table:
    """All versions of the rule, the newest first."""
    return Table("key_rules", _("Versions of the rule for key accounts"), _RULES, ListRows(_asked(con, "rules", as_of)),
                 empty=_("There is no rule yet; one to begin with: crmcli keyaccount rule example"))  # fmt: skip


def _asked(con: duckdb.DuckDBPyConnection, name: str, as_of: dt.date, **values: Any) -> list[tuple[Any, ...]]:
    sql = sections("keys", "lists")[name]
    install(con, sql)
    return con.execute(sql, named(sql, {"as_of": as_of, **values})).fetchall()
