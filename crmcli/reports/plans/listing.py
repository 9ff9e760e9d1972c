"""Lists over all plans: which there are, and what is due."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.metrics.catalogue import install
from crmcli.numbers import cell
from crmcli.reports.plans.sheet import STATES
from crmcli.reports.sections import named, sections
from crmcli.rules.relationship_levels import LEVELS
from crmcli.store.stored import StoredRows
from crmcli.table import Column, Kind, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PLANS = (
    Column("plan", N_("Plan"), Kind.CODE),
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("level", N_("Level"), Kind.LEVEL, words=LEVELS),
    Column("from_on", N_("From"), Kind.DATE),
    Column("to_on", N_("Until"), Kind.DATE),
    Column("state", N_("State"), Kind.LEVEL, words=STATES),
    Column("steps", N_("Steps"), Kind.COUNT),
    Column("asked", N_("Came due"), Kind.COUNT),
    Column("done", N_("Done"), Kind.COUNT),
    Column("late", N_("Late"), Kind.COUNT),
    Column("kept_share", N_("Plan kept"), Kind.SHARE),
    Column("next_due_on", N_("Next on"), Kind.DATE),
    Column("manager", N_("Manager"), Kind.TEXT),
)
DUE = (
    Column("step", N_("Step"), Kind.CODE),
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("class", N_("Class"), Kind.LEVEL, words=("A", "B", "C")),
    Column("due_on", N_("Due on"), Kind.DATE),
    Column("days_late", N_("Days late"), Kind.DAYS),
    Column("channel", N_("Channel"), Kind.LEVEL),
    Column("subject", N_("Subject"), Kind.TEXT),
    Column("minutes", N_("Minutes"), Kind.QUANTITY),
    Column("manager", N_("Manager"), Kind.TEXT),
)


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose plans: one customer's, one manager's, or everybody's."""

    customer_id: int | None = None
    manager_id: int | None = None


def plans_table(con: DuckDBPyConnection, whose: Whose, as_of: dt.date, *, every: bool) -> Table:
    """Plans known on a day: those that live or are to come, or have late steps; with `every`, those that ended, too."""
    sql = sections("plans", "plans")["plans"]
    install(con, sql)
    values = {"as_of": as_of, "plan": None, "customer": whose.customer_id, "manager": whose.manager_id, "every": every}
    con.execute(f"CREATE OR REPLACE TEMP TABLE plans_listed AS {sql}", named(sql, values))
    count, live, late, asked, done = con.execute(
        "SELECT count(*), count(*) FILTER (state = 'live'), coalesce(sum(late), 0), coalesce(sum(asked), 0), "
        "coalesce(sum(done), 0) FROM plans_listed"
    ).fetchall()[0]
    sentence = ngettext("%(live)s plan lives", "%(live)s plans live", live) % {"live": cell(live, Kind.COUNT)}
    if asked:
        kept = {"share": cell(int(done) / int(asked), Kind.SHARE), "asked": cell(int(asked), Kind.COUNT)}
        sentence += "; " + ngettext(
            "%(share)s of %(asked)s step that came due was done", "%(share)s of %(asked)s steps that came due were done", int(asked)
        ) % kept  # fmt: skip
    if late:
        sentence += "; " + _("late now: %(late)s, see crmcli plan due --late") % {"late": cell(int(late), Kind.COUNT)}
    empty = _("No plan; make one: crmcli keyaccount plan CUSTOMER")
    rows = StoredRows(con, PLANS, "FROM plans_listed ORDER BY rowid", {}, count, "FROM plans_listed")
    return Table("plans", _("Relationship plans"), PLANS, rows, headline=sentence + "." if count else None,
                 notes=(_as_of(as_of),), empty=empty)  # fmt: skip


def due_table(
    con: DuckDBPyConnection, whose: Whose, as_of: dt.date, *, within: int, late_only: bool, limit: int | None = None
) -> tuple[Table, int]:
    """Steps due on a day or within so many days after it, late ones first, then by value class and day; how many are late."""
    sql = sections("plans", "plans")["due"]
    install(con, sql)
    values: dict[str, Any] = {
        "as_of": as_of, "until": as_of + dt.timedelta(within), "late_only": late_only, "customer": whose.customer_id,
        "manager": whose.manager_id,
    }  # fmt: skip
    con.execute(f"CREATE OR REPLACE TEMP TABLE plan_due AS {sql}", named(sql, values))
    count, late, minutes, unknown = con.execute(
        "SELECT count(*), count(days_late), coalesce(sum(minutes), 0), count(*) FILTER (minutes IS NULL) FROM plan_due"
    ).fetchall()[0]
    shown = min(count, limit or count)
    rows = StoredRows(con, DUE, f"FROM plan_due ORDER BY place LIMIT {shown:d}", {}, shown, "FROM plan_due")
    hours = cell(round(minutes / 60, 1), Kind.QUANTITY)
    words = {"count": cell(count, Kind.COUNT), "late": cell(late, Kind.COUNT), "hours": hours}
    headline = ngettext(
        "%(count)s step to do, %(late)s late; %(hours)s hours by plan.",
        "%(count)s steps to do, %(late)s late; %(hours)s hours by plan.",
        count,
    )
    notes = [_as_of(as_of), _("Late ones first, then by class (cleaned ABC by revenue of 365 days), then by day.")]
    if unknown:
        notes.append(
            ngettext("%(count)s step has no minutes planned.", "%(count)s steps have no minutes planned.", unknown)
            % {"count": cell(unknown, Kind.COUNT)}
        )
    table = Table(
        "plan_due", _("Steps to do"), DUE, rows, headline=headline % words if count else None, notes=tuple(notes),
        empty=_("No step is late.") if late_only else _("Nothing is due; see all plans: crmcli plan list"),
        total_rows=count if shown < count else None,
    )  # fmt: skip
    return table, late


def _as_of(day: dt.date) -> str:
    return _("As of %(day)s.") % {"day": cell(day, Kind.DATE)}
