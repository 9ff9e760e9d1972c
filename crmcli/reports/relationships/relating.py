"""Levels of relationships as temporary tables for the report; one customer's explained; the level recommended for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.metrics import catalogue
from crmcli.reports.explained import Term, explain
from crmcli.reports.lookup import find_party
from crmcli.reports.sections import named, records, sections
from crmcli.table import Kind

if TYPE_CHECKING:
    import datetime as dt

    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values

_TERMS = (  # measure, fact, kind, meaning; in the order they are reckoned
    (N_("group"), "group", Kind.TEXT, N_("the group of customers; none is a group of its own")),
    (N_("customers in the group"), "group_customers", Kind.COUNT, N_("customers are those who have bought")),
    (N_("group size"), "size", Kind.LEVEL, N_("few below 20, medium below 200, many")),
    (N_("brought"), "measure", Kind.MONEY, N_("margin of the last 365 days over lines of known cost, or revenue")),
    (N_("low up to"), "low_cut", Kind.MONEY, N_("a third of all customers bring no more")),
    (N_("medium up to"), "high_cut", Kind.MONEY, N_("two thirds of all customers bring no more")),
    (N_("band"), "band", Kind.LEVEL, N_("the third the customer stands in")),
    (N_("recommended"), "recommended", Kind.LEVEL, N_("what group size and band call for")),
    (N_("answered"), "answered", Kind.COUNT, N_("tickets and messages answered, calls, visits and meetings they came with; reactive from 1")),
    (N_("after purchases"), "followed", Kind.COUNT, N_("contacts from us on a day of purchase or within 30 days after; accountable from 1")),
    (N_("offers"), "offers", Kind.COUNT, N_("offers made and quotes sent by us; proactive from 2")),
    (N_("plan"), "plan_no", Kind.TEXT, N_("the plan that lives, the one with most steps done")),
    (N_("plan steps done"), "steps_done", Kind.COUNT, N_("in the last 365 days; partnership from 4")),
    (N_("actual"), "actual", Kind.LEVEL, N_("the highest level whose terms, and all below it, are met")),
    (N_("gap"), "gap", Kind.COUNT, N_("recommended − actual, in levels")),
    (N_("next step"), "next_step", Kind.TEXT, N_("what is missing for the next level")),
)  # fmt: skip


def prepare(con: DuckDBPyConnection, values: Values) -> Values:
    """Temporary tables relations and relations_worded; with --explain, the explanation of one customer.

    Raises:
        NotFoundError, ConflictError: The customer to explain is not there, or could be several.
    """
    statements = sections("relationships", "relationships")
    for table, section in (("relations", "relations"), ("relations_worded", "worded")):
        sql = statements[section]
        con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {sql}", named(sql, values))
    return _explained(con, values) if values["explain"] is not None else {}


def recommended_level(con: DuckDBPyConnection, customer_id: int, as_of: dt.date) -> str | None:
    """The level that a customer's group and margin call for, a word of rules.relationship_levels.LEVELS.

    None for who has not bought by the day, and where no cost is known.
    """
    sql = "SELECT recommended FROM relationship_levels(cast($as_of AS DATE), 'group', 'margin') WHERE customer_id = $customer"
    catalogue.install(con, sql)
    found = con.execute(sql, {"as_of": as_of, "customer": customer_id}).fetchall()
    return found[0][0] if found else None


def _explained(con: DuckDBPyConnection, values: Values) -> dict[str, Any]:
    party = find_party(con, values["explain"])
    found = records(con, "SELECT * FROM relations_worded WHERE customer_id = $party", {"party": party.id})
    facts = next(iter(found), {})
    terms = [Term(measure, facts[fact], kind, _(meaning)) for measure, fact, kind, meaning in _TERMS if facts]
    words = {"name": party.name, "code": party.code}
    headline = (
        _("How the relationship level of %(name)s (%(code)s) came about.") % words
        if facts
        else _("%(name)s (%(code)s) has bought nothing by that day.") % words
    )
    return {"explained_kinds": explain(con, terms), "explained_headline": headline}
