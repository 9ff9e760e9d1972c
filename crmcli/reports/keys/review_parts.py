"""The tables of a review that show rows as they were found: names, headings and columns."""

from __future__ import annotations

from dataclasses import dataclass

from crmcli.language import N_
from crmcli.table import Chart, ChartKind, Column, Kind


@dataclass(frozen=True, slots=True)
class Part:
    """One of the tables that show rows as they were found: its name is that of the facts."""

    name: str
    title: str
    columns: tuple[Column, ...]
    charts: tuple[Chart, ...] = ()


PARTS = (
    Part(
        "months",
        N_("Revenue by month"),
        (
            Column("month", N_("Month"), Kind.MONTH),
            Column("revenue_before", N_("A year before"), Kind.MONEY),
            Column("revenue", N_("Revenue"), Kind.MONEY, bar=True),
        ),
        (Chart(ChartKind.COLUMNS, N_("Revenue by month"), "month", ("revenue_before", "revenue")),),
    ),
    Part(
        "deal_months",
        N_("Deals won by month"),
        (
            Column("month", N_("Month"), Kind.MONTH),
            Column("amount_before", N_("A year before"), Kind.MONEY),
            Column("amount", N_("Amount"), Kind.MONEY, bar=True),
        ),
        (Chart(ChartKind.COLUMNS, N_("Deals won by month"), "month", ("amount_before", "amount")),),
    ),
    Part(
        "orders",
        N_("Last orders"),
        (
            Column("order_no", N_("Order"), Kind.CODE),
            Column("ordered_on", N_("Date"), Kind.DATE),
            Column("status", N_("Status"), Kind.LEVEL),
            Column("promised_on", N_("Promised"), Kind.DATE),
            Column("days_late", N_("Days late"), Kind.COUNT),
            Column("amount", N_("Amount"), Kind.MONEY),
        ),
    ),
    Part(
        "tickets",
        N_("Open tickets"),
        (
            Column("ticket_no", N_("Ticket"), Kind.CODE),
            Column("kind", N_("Kind"), Kind.LEVEL),
            Column("subject", N_("Subject"), Kind.TEXT),
            Column("days_open", N_("Days open"), Kind.COUNT),
        ),
    ),
    Part(
        "invoices",
        N_("Open invoices"),
        (
            Column("invoice_no", N_("Invoice"), Kind.CODE),
            Column("due_on", N_("Due"), Kind.DATE),
            Column("open_amount", N_("Open"), Kind.MONEY),
            Column("days_overdue", N_("Days overdue"), Kind.COUNT),
        ),
    ),
    Part(
        "categories",
        N_("What they buy, 365 days"),
        (
            Column("category", N_("Category"), Kind.TEXT),
            Column("revenue", N_("Revenue"), Kind.MONEY, bar=True),
            Column("share", N_("Share"), Kind.SHARE),
        ),
    ),
    Part(
        "whitespace",
        N_("What their like buy and they do not"),
        (
            Column("category", N_("Category"), Kind.TEXT),
            Column("peers_by", N_("Like by"), Kind.LEVEL),
            Column("peers_buying", N_("Peers buying"), Kind.COUNT),
            Column("peers", N_("Peers"), Kind.COUNT),
            Column("expected_amount", N_("Expected"), Kind.MONEY, bar=True),
        ),
    ),
    Part(
        "deals",
        N_("Open deals"),
        (
            Column("opportunity_no", N_("Deal"), Kind.CODE),
            Column("name", N_("Name"), Kind.TEXT),
            Column("stage", N_("Stage"), Kind.LEVEL),
            Column("days_open", N_("Days open"), Kind.COUNT),
            Column("amount", N_("Amount"), Kind.MONEY),
        ),
    ),
    Part(
        "goals",
        N_("Goals of the plan"),
        (
            Column("measure", N_("Goal"), Kind.LEVEL),
            Column("target", N_("Target"), Kind.FIGURE),
            Column("fact", N_("So far"), Kind.FIGURE),
            Column("reached", N_("Reached"), Kind.SHARE),
            Column("by_on", N_("By day"), Kind.DATE),
            Column("verdict", N_("Verdict"), Kind.LEVEL),
        ),
    ),
    Part(
        "steps",
        N_("Steps of the plan, late and next"),
        (
            Column("plan_no", N_("Plan"), Kind.CODE),
            Column("step_no", N_("Step"), Kind.COUNT),
            Column("due_on", N_("Due"), Kind.DATE),
            Column("channel", N_("Channel"), Kind.LEVEL),
            Column("subject", N_("Subject"), Kind.TEXT),
            Column("state", N_("State"), Kind.LEVEL),
        ),
    ),
    Part(
        "preferences",
        N_("What they like and need"),
        (
            Column("kind", N_("Kind"), Kind.LEVEL),
            Column("text", N_("Words"), Kind.TEXT),
            Column("noted_on", N_("Noted"), Kind.DATE),
        ),
    ),
)
