"""Card: everything about one party that fits on a screen, as a list of small tables.

Machine formats: "card" (field, value: who it is), "people", "preferences" (that hold on the day), "figures" (one row: rhythm, RFM group, ABC class), "outlook"
(one row: churn risk and expected value, as the reports have them), "orders" (last five), "products" and "categories" (top five of the last 365 days), "invoices" and "tickets" (open), "contacts"
(last five). Tables without a row are left out, "card" never.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crmcli import numbers
from crmcli.language import N_, current, ngettext
from crmcli.language import gettext as _
from crmcli.metrics import catalogue
from crmcli.reports.card_outlook import outlook_rows, slow_note
from crmcli.reports.lookup import find_party
from crmcli.reports.reasons import sentences
from crmcli.reports.relationships.worth import COLUMNS as WORTH
from crmcli.reports.sections import records, sections
from crmcli.table import Column, Figure, Kind, ListRows, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from duckdb import DuckDBPyConnection

    from crmcli.reports.lookup import Party

WHO = (Column("field", N_("Field"), Kind.LEVEL), Column("value", N_("Value"), Kind.TEXT))
_KINDS = {  # fields that are more than text
    "kind": Kind.LEVEL,
    "role": Kind.LEVEL,
    "channel": Kind.LEVEL,
    "consent_mail": Kind.LEVEL,
    "consent_call": Kind.LEVEL,
    "credit_limit": Kind.MONEY,
    "created_on": Kind.DATE,
}


@dataclass(frozen=True, slots=True)
class Part:
    """One table of the card: its name is also its section of the SQL."""

    name: str
    title: str
    columns: tuple[Column, ...]


PARTS = (
    Part(
        "people",
        N_("People"),
        (
            Column("name", N_("Name"), Kind.TEXT),
            Column("position", N_("Position"), Kind.TEXT),
            Column("email", N_("E-mail"), Kind.TEXT),
            Column("phone", N_("Phone"), Kind.TEXT),
            Column("primary", N_("Primary"), Kind.LEVEL),
            Column("note", N_("Note"), Kind.TEXT),
        ),
    ),
    Part(
        "preferences",
        N_("Likes and needs"),
        (
            Column("kind", N_("Kind"), Kind.LEVEL),
            Column("text", N_("In words"), Kind.TEXT),
            Column("noted_on", N_("Noted"), Kind.DATE),
            Column("source", N_("Heard from"), Kind.TEXT),
        ),
    ),
    Part(
        "figures",
        N_("Key figures"),
        (
            Column("occasions", N_("Purchases"), Kind.COUNT),
            Column("first_purchase_on", N_("First purchase"), Kind.DATE),
            Column("last_purchase_on", N_("Last purchase"), Kind.DATE),
            Column("recency_days", N_("Days ago"), Kind.DAYS),
            Column("expected_gap", N_("Expected gap"), Kind.DAYS),
            Column("overdue_ratio", N_("Overdue ratio"), Kind.RATIO),
            Column("revenue", N_("Revenue"), Kind.MONEY),
            Column("revenue_365", N_("Revenue, 365 days"), Kind.MONEY),
            Column("margin", N_("Margin"), Kind.MONEY),
            Column("rfm", N_("RFM"), Kind.CODE),
            Column("group", N_("Group"), Kind.LEVEL),
            Column("class", N_("Class"), Kind.LEVEL),
            Column("set_aside", N_("Set aside"), Kind.LEVEL),
        ),
    ),
    Part(
        "outlook",
        N_("What to expect"),
        (
            Column("p_alive", N_("Still a customer"), Kind.SHARE),
            Column("churn_risk", N_("Churn risk"), Kind.SHARE),
            Column("band", N_("Band"), Kind.LEVEL),
            Column("money_at_risk", N_("Money at risk"), Kind.MONEY),
            Column("expected_purchases", N_("Expected purchases"), Kind.RATIO),
            Column("expected_npv", N_("Expected value"), Kind.MONEY),
            Column("expected_low", N_("From (80 %)"), Kind.MONEY),
            Column("expected_high", N_("To (80 %)"), Kind.MONEY),
            Column("lifetime_npv", N_("Lifetime value"), Kind.MONEY),
        ),
    ),
    Part(
        "orders",
        N_("Last orders"),
        (
            Column("order_no", N_("Order"), Kind.CODE),
            Column("ordered_on", N_("Ordered"), Kind.DATE),
            Column("status", N_("Status"), Kind.LEVEL),
            Column("lines", N_("Lines"), Kind.COUNT),
            Column("amount", N_("Amount"), Kind.MONEY),
        ),
    ),
    Part(
        "products",
        N_("Top products, 365 days"),
        (
            Column("sku", N_("SKU"), Kind.CODE),
            Column("name", N_("Name"), Kind.TEXT),
            Column("category", N_("Category"), Kind.TEXT),
            Column("qty", N_("Quantity"), Kind.QUANTITY),
            Column("revenue", N_("Revenue"), Kind.MONEY, bar=True),
            Column("last_on", N_("Last bought"), Kind.DATE),
        ),
    ),
    Part(
        "categories",
        N_("Top categories, 365 days"),
        (
            Column("category", N_("Category"), Kind.TEXT),
            Column("revenue", N_("Revenue"), Kind.MONEY, bar=True),
            Column("share", N_("Share"), Kind.SHARE),
        ),
    ),
    Part(
        "invoices",
        N_("Open invoices"),
        (
            Column("invoice_no", N_("Invoice"), Kind.CODE),
            Column("issued_on", N_("Issued"), Kind.DATE),
            Column("due_on", N_("Due"), Kind.DATE),
            Column("amount", N_("Amount"), Kind.MONEY),
            Column("open_amount", N_("Open"), Kind.MONEY),
            Column("days_overdue", N_("Days overdue"), Kind.DAYS),
        ),
    ),
    Part(
        "tickets",
        N_("Open tickets"),
        (
            Column("ticket_no", N_("Ticket"), Kind.CODE),
            Column("kind", N_("Kind"), Kind.LEVEL),
            Column("priority", N_("Priority"), Kind.LEVEL),
            Column("state", N_("State"), Kind.LEVEL),
            Column("subject", N_("Subject"), Kind.TEXT),
            Column("opened_at", N_("Opened"), Kind.MOMENT),
            Column("days_open", N_("Days open"), Kind.DAYS),
            Column("answered_at", N_("Answered"), Kind.MOMENT),
            *WORTH,
        ),
    ),
    Part(
        "contacts",
        N_("Last contacts"),
        (
            Column("at", N_("When"), Kind.MOMENT),
            Column("channel", N_("Channel"), Kind.LEVEL),
            Column("direction", N_("Direction"), Kind.LEVEL),
            Column("kind", N_("Kind"), Kind.LEVEL),
            Column("subject", N_("Subject"), Kind.TEXT),
            Column("outcome", N_("Outcome"), Kind.TEXT),
            Column("manager", N_("Manager"), Kind.TEXT),
        ),
    ),
)


def card(con: DuckDBPyConnection, customer: str, *, as_of: dt.date, currency: str) -> list[Table]:
    """Everything about one party on one screen.

    Args:
        con: An open store.
        customer: A code, tax id, e-mail address, or a name or part of one that only one contact has.
        as_of: Facts dated later are left out; details of the contact itself are as they are now.
        currency: ISO code of the amounts.

    Raises:
        NotFoundError, ConflictError: No such contact, or several.
    """
    party = find_party(con, customer)
    statements = sections(".", "card")
    catalogue.install(con, "\n".join(statements.values()))
    values = {
        "party": party.id,
        "as_of": as_of,
        "day_after": as_of + dt.timedelta(days=1),
        "year_before": as_of - dt.timedelta(days=365),
    }
    found = {name: records(con, sql, values) for name, sql in statements.items()}
    letter = found["figures"][0]["class"] if found["figures"] else None
    found["tickets"] = [{**row, "class": letter} for row in found["tickets"]]
    found["outlook"] = outlook_rows(con, party, as_of=as_of, currency=currency) if found["figures"] else []
    tables = [_who(party, found, as_of, currency)]
    tables += [_table(part, found[part.name], currency) for part in PARTS if found[part.name]]
    return tables


def _table(part: Part, rows: list[dict[str, Any]], currency: str) -> Table:
    tuples = [tuple(row[column.name] for column in part.columns) for row in rows]
    return Table(part.name, _(part.title), part.columns, ListRows(tuples), currency=currency)


def _who(party: Party, found: Mapping[str, list[dict[str, Any]]], as_of: dt.date, currency: str) -> Table:
    """Who it is: fields that are filled, and why to call."""
    facts = found["who"][0]
    fields = [(name, _figure(name, value, currency)) for name, value in facts.items() if value and name != "custom"]
    day = numbers.cell(as_of, Kind.DATE, language=current())
    notes = [_("As of %(as_of)s: facts dated later are left out.") % {"as_of": day}]
    if found["outlook"]:
        notes.append(
            _(
                "What to expect: churn risk over 90 days, purchases and value over 36 months, as reports churn and value say."
            )
        )
    elif found["figures"]:
        notes.append(slow_note(party))
    return Table(
        name="card",
        title=f"{party.name} ({party.code})",
        columns=WHO,
        rows=ListRows([*fields, *_custom(facts["custom"])]),
        headline=_suggestion(found, currency),
        notes=tuple(notes),
        currency=currency,
    )


def _custom(text: str | None) -> list[tuple[str, str]]:
    """The owner's own columns; kept as JSON."""
    owned = json.loads(text) if text else {}
    return [(str(name), str(value)) for name, value in owned.items() if value not in (None, "")]


def _figure(name: str, text: str, currency: str) -> str | Figure:
    """The value of a field; where it is more than text, people read it in their language, machines as it is stored."""
    if (kind := _KINDS.get(name)) is None:
        return text
    read: dict[Kind, Callable[[str], Any]] = {Kind.MONEY: Decimal, Kind.DATE: dt.date.fromisoformat}
    return Figure(text, read.get(kind, str)(text), kind, currency)


def _suggestion(found: Mapping[str, list[dict[str, Any]]], currency: str) -> str:
    """Why to call: what is owed to them first, then what they owe, then what they may be about to do."""
    parts = []
    complaints = [row["ticket_no"] for row in found["tickets"] if row["kind"] in {"complaint", "claim"}]
    if complaints:
        parts.append(_("settle the complaint %(tickets)s") % {"tickets": ", ".join(complaints)})
    overdue = [row for row in found["invoices"] if row["days_overdue"]]
    if overdue:
        amount = numbers.cell(
            sum(row["open_amount"] for row in overdue), Kind.MONEY, language=current(), currency=currency
        )
        sentence = ngettext(
            "%(count)s invoice overdue, %(amount)s", "%(count)s invoices overdue, %(amount)s", len(overdue)
        )
        parts.append(sentence % {"count": len(overdue), "amount": amount})
    facts = found["reasons"][0] if found["reasons"] else None
    if facts:
        parts += sentences({**facts, "complaint_days": None})
    if parts:
        return _("Reason to call: %(reasons)s.") % {"reasons": "; ".join(parts)}
    return _quiet(facts)


def _quiet(facts: Mapping[str, Any] | None) -> str:
    if facts is None:
        return _("Reason to call: a prospect who has not bought yet.")
    if facts["expected_gap"] is None:
        return _("Nothing pressing; the rhythm is not known yet.")
    due = facts["last_purchase_on"] + dt.timedelta(days=round(facts["expected_gap"]))
    return _("Nothing pressing; the next purchase is expected about %(day)s.") % {
        "day": numbers.cell(due, Kind.DATE, language=current())
    }
