"""The review of one customer: all that a talk about the account needs, on one page, each figure as its own report has it.

Machine formats: "review" (field, value: who it is), "next" (what to do next), "figures" (figures with the year before),
"months" (revenue of twelve months, and of the twelve before), "orders" (last five), "tickets" and "invoices" (open),
"categories" (top five of 365 days), "deals" (open), "deal_months" (won, as "months"), "whitespace" (what their like buy), "goals" and "steps" (of the plan), "preferences".
Tables without a row are left out, "review", "next" and "figures" never.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmcli.metrics import catalogue
from crmcli.reports import registry
from crmcli.reports.keys.review_tables import tables_of
from crmcli.reports.lookup import find_party
from crmcli.reports.plans.goals import standings
from crmcli.reports.run import run
from crmcli.reports.sections import records, sections
from crmcli.store.connection import rows
from crmcli.store.stored import StoredRows, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.lookup import Party
    from crmcli.table import Table

_CARD = ("who", "people", "tickets", "invoices", "categories")  # parts of the card that a review has as well
# Reports of all customers that are run once a day of review, and what of them a review says.
_REPORTS = {
    "churn": ("last_purchase_on", "expected_gap", "p_alive", "churn_risk", "band", "money_at_risk", "reasons"),
    "value": ("occasions", "realised", "expected_npv", "expected_low", "expected_high", "lifetime_npv"),
    "whitespace": ("category", "peers_by", "peers", "peers_buying", "peers_share", "expected_amount"),
    "relationships": ("recommended", "actual", "gap", "next_step"),
}
Found = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Around:
    """What all reviews of one day share: the answers of reports over all customers, as of that day."""

    as_of: dt.date
    currency: str
    answers: Mapping[str, Table]


def look_around(con: DuckDBPyConnection, *, as_of: dt.date, currency: str) -> Around:
    """Run the reports whose figures reviews quote, once for however many reviews.

    Args:
        con: An open store; the answers stay there, so it must outlive them.
        as_of: Facts dated later are left out.
        currency: ISO code of the amounts.
    """
    answers = {
        name: run(registry.find(name), con, as_of=as_of, parameters={}, currency=currency, told=False)
        for name in _REPORTS
    }
    catalogue.install(con, "\n".join(_statements().values()))
    return Around(as_of, currency, answers)


def review(con: DuckDBPyConnection, customer: str, *, as_of: dt.date, currency: str) -> list[Table]:
    """The review of one customer.

    Args:
        con: An open store.
        customer: A code, tax id, e-mail address, or a name or part of one that only one contact has.
        as_of: Facts dated later are left out; details of the contact itself are as they are now.
        currency: ISO code of the amounts.

    Raises:
        NotFoundError, ConflictError: No such contact, or several.
    """
    party = find_party(con, customer)
    return review_of(con, party, look_around(con, as_of=as_of, currency=currency))


def review_of(con: DuckDBPyConnection, party: Party, around: Around) -> list[Table]:
    """The review of a contact on the day of `around`."""
    found = _own_facts(con, party, around)
    found |= {name: _answered(table, party) for name, table in around.answers.items()}
    found["relationship"] = found.pop("relationships")
    found["goals"] = _goals(con, found["plan"], around.as_of)
    found["outlook"] = [{**past, **to_come} for past, to_come in zip(found["churn"], found["value"], strict=False)]
    return tables_of(party, found, as_of=around.as_of, currency=around.currency)


def key_parties(con: DuckDBPyConnection, as_of: dt.date) -> list[Party]:
    """All key accounts of a day, by code."""
    from crmcli.reports.lookup import Party

    sql = (
        "SELECT contact.id, contact.code, contact.name FROM key_accounts_on($as_of) AS account "
        "INNER JOIN contacts AS contact ON contact.id = account.customer_id ORDER BY contact.code"
    )
    catalogue.install(con, sql)
    return [Party(*row) for row in rows(con, sql, {"as_of": as_of})]


def _statements() -> dict[str, str]:
    """What is asked of one customer alone, by name: parts of the card, and the review's own."""
    card = sections(".", "card")
    return {name: card[name] for name in _CARD} | sections("keys", "account_review")


def _deals_won() -> str:
    """Deals of one customer as conditions of segments count them: amount and number won in 365 days, and how many are open."""
    path = Path(__file__).parent.parent / "segments" / "sources" / "deals.sql"
    return f"SELECT won, deals_won, open_deals FROM ({path.read_text(encoding='utf-8')}) WHERE customer_id = $party"


def _own_facts(con: DuckDBPyConnection, party: Party, around: Around) -> Found:
    """The rows of these statements."""
    values = {
        "party": party.id,
        "as_of": around.as_of,
        "year_before": around.as_of - dt.timedelta(days=365),
        "two_years_before": around.as_of - dt.timedelta(days=731),  # 24 months, a leap day among them
    }
    found = {name: records(con, sql, values) for name, sql in _statements().items()}
    won = _deals_won()
    year_before = {**values, "as_of": values["year_before"]}
    return {**found, "won": records(con, won, values), "won_before": records(con, won, year_before)}


def _answered(table: Table, party: Party) -> list[dict[str, Any]]:
    """The rows of a report that are about this customer, in its order."""
    found = table.rows
    assert isinstance(found, StoredRows)
    names = _REPORTS[table.name]
    sql = f"SELECT {', '.join(map(quoted, names))} {found.every} AND customer = $own ORDER BY rowid"  # our own names
    return [dict(zip(names, row, strict=True)) for row in rows(found.con, sql, {**found.values, "own": party.code})]


def _goals(con: DuckDBPyConnection, plans: Sequence[Mapping[str, Any]], as_of: dt.date) -> list[dict[str, Any]]:
    """Goals of plans as they stand."""
    return [
        {
            "measure": one.goal.measure,
            "target": one.goal.target,
            "by_on": one.goal.by_on,
            "fact": one.fact,
            "reached": one.progress.reached,
            "verdict": one.progress.verdict,
        }
        for plan in plans
        for one in standings(con, as_of, plan["plan_id"])
    ]
