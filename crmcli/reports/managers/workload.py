"""Workload: who looks after how much, whether it fits into their hours, and whether plans are kept."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.numbers import cell
from crmcli.reports.definition import Parameter, ParameterKind, Report, Shape, Story
from crmcli.reports.sections import sections
from crmcli.reports.telling import as_of_note
from crmcli.rules.assigning.hours import HOURS
from crmcli.rules.tree import below
from crmcli.store.managers.managers import all_managers, find_manager
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values
    from crmcli.reports.telling import Figures

COLUMNS = (
    Column("manager", N_("Manager"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("role", N_("Role"), Kind.LEVEL),
    Column("senior", N_("Senior"), Kind.CODE),
    Column("accounts", N_("Accounts"), Kind.COUNT),
    Column("key_accounts", N_("Key"), Kind.COUNT),
    Column("capacity_hours", N_("Hours a month"), Kind.QUANTITY),
    Column("planned_hours", N_("Hours"), Kind.QUANTITY),
    Column("load_share", N_("Load"), Kind.SHARE, bar=True),
    Column("hours_30", N_("Spent"), Kind.RATIO),
    Column("contacts_30", N_("Contacts"), Kind.COUNT),
    Column("steps_due_14", N_("Due"), Kind.COUNT),
    Column("steps_late", N_("Late"), Kind.COUNT),
    Column("done_90", N_("Done"), Kind.COUNT),
    Column("plan_kept_share", N_("Plan kept"), Kind.SHARE),
    Column("open_tickets", N_("Tickets"), Kind.COUNT),
    Column("open_deals", N_("Deals"), Kind.COUNT),
    Column("deals_amount", N_("Deals' amount"), Kind.MONEY),
    Column("revenue_365", N_("Revenue"), Kind.MONEY),
)


def prepare(con: DuckDBPyConnection, values: Values) -> Values:
    """The temporary table workload_team: ids of the managers asked for; and the days and hours the SQL names.

    Raises:
        NotFoundError, ConflictError: The senior is not there, or several are called so.
    """
    known = all_managers(con)
    team = [number for number, _one in known]
    senior = values["senior"]
    if senior is not None:
        seniors = {one.code.casefold(): (one.senior or "").casefold() or None for _id, one in known}
        if senior.casefold() not in seniors.values():  # a senior may be named who is no manager in the store
            senior = find_manager(con, senior)[1].code
        under = below(seniors, [senior.casefold()])
        team = [number for number, one in known if one.code.casefold() in under]
    con.execute("CREATE OR REPLACE TEMP TABLE workload_team AS SELECT unnest($1::INTEGER[]) AS manager_id", [team])
    day = values["as_of"]
    return {
        "senior": senior,
        "month_first": day - dt.timedelta(days=29),
        "quarter_before": day - dt.timedelta(days=90),
        "fortnight": day + dt.timedelta(days=14),
        **{f"{name.lower()}_hours": hours for name, hours in HOURS.items()},
    }


def shape(con: DuckDBPyConnection, values: Values) -> Shape:
    """The managers, with a picture of their load."""
    del con, values
    chart = Chart(ChartKind.BARS, N_("Load"), "name", ("load_share",), most=20)
    return Shape(COLUMNS, sections("managers", "workload")["answer"], (chart,))


def tell(figures: Figures) -> Story:
    """Who has too much, who has room; how it was counted."""
    usual = ", ".join(f"{name} {cell(hours, Kind.QUANTITY)}" for name, hours in HOURS.items())
    notes = [
        as_of_note(figures),
        _(
            "Hours a month: as said (crmcli keyaccount need), else by the plan; key accounts with neither take the usual of their class: %(usual)s. Other accounts take none."
        )
        % {"usual": usual},
        _("Spent and contacts: the last 30 days; due: steps of plans in the next 14 days; done: in the last 90."),
        _(
            "Plan kept: steps done by their day ÷ steps whose day was in the last 90 days. Who looks after whom is as it stands now."
        ),
    ]
    if figures["without_capacity"]:
        sentence = ngettext(
            "%(count)s manager has no hours of capacity, so no load is known: crmcli manager edit CODE --capacity 120",
            "%(count)s managers have no hours of capacity, so no load is known: crmcli manager edit CODE --capacity 120",
            figures["without_capacity"],
        )
        notes.append(sentence % {"count": figures.count("without_capacity")})
    if figures["inactive"]:
        sentence = ngettext(
            "%(count)s manager who is not active still has something open: crmcli manager handover CODE --to OTHER",
            "%(count)s managers who are not active still have something open: crmcli manager handover CODE --to OTHER",
            figures["inactive"],
        )
        notes.append(sentence % {"count": figures.count("inactive")})
    return Story(_headline(figures), tuple(notes))


def _headline(figures: Figures) -> str:
    if not figures["managers"]:
        return _("There are no managers; accounts without one: %(count)s.") % {"count": figures.count("orphans")}
    if figures["fullest_load"] is None:
        first = _("Nobody's load is known: no hours of capacity are set.")
    elif figures["over"]:
        sentence = ngettext(
            "%(names)s has more to do than there are hours (%(load)s).",
            "%(names)s have more to do than there are hours (up to %(load)s).",
            figures["over"],
        )
        first = sentence % {"names": figures["over_names"], "load": figures.share("fullest_load")}
    else:
        words = {"name": figures["fullest"], "load": figures.share("fullest_load")}
        first = _("Nobody is over capacity; the fullest is %(name)s (%(load)s).") % words
    if (figures["freest_room"] or 0) > 0:
        words = {"name": figures["freest"], "hours": cell(figures["freest_room"], Kind.QUANTITY)}
        first += " " + _("Most room: %(name)s, %(hours)s h a month.") % words
    if figures["orphans"]:
        sentence = ngettext(
            "%(count)s account has no manager (key accounts among them: %(key)s).",
            "%(count)s accounts have no manager (key accounts among them: %(key)s).",
            figures["orphans"],
        )
        first += " " + sentence % {"count": figures.count("orphans"), "key": figures.count("key_orphans")}
    return first


REPORT = Report(
    name="workload",
    subject="managers",
    title=N_("Workload of managers"),
    question=N_("Who looks after how much, does it fit into their hours, and are plans kept?"),
    columns=COLUMNS,
    empty=N_(
        "There are no managers and no accounts; add one: crmcli manager add CODE NAME, or import: crmcli import run FILE --as managers"
    ),
    tell=tell,
    parameters=(Parameter("senior", ParameterKind.TEXT, None, N_("Only this manager and those under them.")),),
    totals={
        "accounts": "cast(sum(accounts) AS BIGINT)",
        "key_accounts": "cast(sum(key_accounts) AS BIGINT)",
        "capacity_hours": "sum(capacity_hours)",
        "planned_hours": "sum(planned_hours)",
        "load_share": "cast(sum(planned_hours) FILTER (WHERE capacity_hours > 0) / nullif(sum(capacity_hours), 0) AS DOUBLE)",
        "hours_30": "sum(hours_30)",
        "contacts_30": "cast(sum(contacts_30) AS BIGINT)",
        "steps_due_14": "cast(sum(steps_due_14) AS BIGINT)",
        "steps_late": "cast(sum(steps_late) AS BIGINT)",
        "done_90": "cast(sum(done_90) AS BIGINT)",
        "open_tickets": "cast(sum(open_tickets) AS BIGINT)",
        "open_deals": "cast(sum(open_deals) AS BIGINT)",
        "deals_amount": "sum(deals_amount)",
        "revenue_365": "sum(revenue_365)",
    },
    shape=shape,
    prepare=prepare,
)
