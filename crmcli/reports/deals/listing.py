"""Lists of deals: those open, on hold and, where wanted, over; and those rotting."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.metrics.catalogue import install
from crmcli.numbers import cell, money
from crmcli.reports.deals.weighing import rotting_note, unmoved_note, weigh
from crmcli.reports.sections import named, sections
from crmcli.store.stored import StoredRows
from crmcli.table import Column, Kind, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

OUTCOME_WORDS = ("open", "hold", "won", "lost", "unknown")
_WORDS = (N_("open"), N_("hold"), N_("won"), N_("lost"), N_("unknown"))
DEALS = (
    Column("deal", N_("Deal"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("customer", N_("Customer"), Kind.CODE),
    Column("customer_name", N_("Customer's name"), Kind.TEXT),
    Column("stage", N_("Stage"), Kind.TEXT),
    Column("outcome", N_("State"), Kind.LEVEL, words=OUTCOME_WORDS),
    Column("days_in_stage", N_("In stage"), Kind.DAYS, dear=True),
    Column("amount", N_("Amount"), Kind.MONEY),
    Column("probability", N_("Chance"), Kind.SHARE, dear=True),
    Column("weighted", N_("Weighted"), Kind.MONEY),
    Column("source", N_("Chance by"), Kind.LEVEL),
    Column("opened_on", N_("Opened"), Kind.DATE),
    Column("expected_on", N_("Expected"), Kind.DATE),
    Column("closed_on", N_("Closed"), Kind.DATE),
    Column("manager", N_("Manager"), Kind.TEXT),
)
ROTTING = (
    Column("deal", N_("Deal"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("customer", N_("Customer"), Kind.CODE),
    Column("customer_name", N_("Customer's name"), Kind.TEXT),
    Column("stage", N_("Stage"), Kind.TEXT),
    Column("days_in_stage", N_("In stage"), Kind.DAYS, dear=True),
    Column("limit_days", N_("Limit"), Kind.DAYS, dear=True),
    Column("limit_source", N_("Limit by"), Kind.LEVEL),
    Column("silent_days", N_("Silent"), Kind.DAYS, dear=True),
    Column("amount", N_("Amount"), Kind.MONEY),
    Column("probability", N_("Chance"), Kind.SHARE, dear=True),
    Column("weighted", N_("Weighted"), Kind.MONEY),
    Column("manager", N_("Manager"), Kind.TEXT),
)


@dataclass(frozen=True, slots=True)
class Which:
    """Which deals are listed; None: no matter.

    Args:
        customer_id, manager_id: Of one customer, of one manager.
        stage: Its name, in any case.
        outcome: A word of OUTCOME_WORDS.
        sku: Of the product.
        rotting: Only those rotting.
        over: Those over, too.
    """

    customer_id: int | None = None
    manager_id: int | None = None
    stage: str | None = None
    outcome: str | None = None
    sku: str | None = None
    rotting: bool = False
    over: bool = False


def deals_table(
    con: DuckDBPyConnection, which: Which, as_of: dt.date, *, currency: str, silent: int, limit: int | None = None
) -> Table:
    """Deals known on a day, the dearest by chance first, those over by their day."""
    weigh(con, as_of, silent=silent)
    sql = sections("deals", "deal_lists")["listed"]
    install(con, sql)
    chosen = (
        f"SELECT * FROM ({sql}) WHERE coalesce(customer_id = $customer, $customer IS NULL) "
        "AND coalesce(manager_id = $manager, $manager IS NULL) AND coalesce(lower(trim(stage)) = lower(trim($stage)), $stage IS NULL) "
        "AND coalesce(outcome = $outcome, $outcome IS NULL) AND coalesce(sku = $sku, $sku IS NULL) "
        "AND (coalesce(is_rotting, false) OR NOT $rotting) "
        "ORDER BY closed_on DESC NULLS FIRST, outcome NOT IN ('open', 'hold'), weighted DESC NULLS LAST, amount DESC NULLS LAST, deal"
    )
    values: dict[str, Any] = {
        "as_of": as_of, "over": which.over or which.outcome not in (None, "open", "hold"), "customer": which.customer_id,
        "manager": which.manager_id, "stage": which.stage, "outcome": which.outcome, "sku": which.sku, "rotting": which.rotting,
    }  # fmt: skip
    con.execute(f"CREATE OR REPLACE TEMP TABLE deals_listed AS {chosen}", named(chosen, values))
    count, is_open, amount, weighted, listed, rotting, nowhere, unmoved = con.execute(
        "SELECT count(*), count(*) FILTER (outcome = 'open'), sum(amount) FILTER (outcome = 'open'), sum(weighted) FILTER (outcome = 'open'), "
        "count(*) FILTER (is_list_price), count(*) FILTER (is_rotting), count(*) FILTER (amount IS NULL), "
        "count(*) FILTER (NOT has_moves AND outcome = 'open') FROM deals_listed"
    ).fetchall()[0]
    shown = min(count, limit or count)
    rows = StoredRows(con, DEALS, f"FROM deals_listed ORDER BY rowid LIMIT {shown:d}", {}, shown, "FROM deals_listed")
    notes = [_("As of %(day)s.") % {"day": cell(as_of, Kind.DATE)}]
    if listed:
        notes.append(_list_price(listed))
    if nowhere:
        sentence = ngettext("%(count)s deal has no amount.", "%(count)s deals have no amount.", nowhere)
        notes.append(sentence % {"count": cell(nowhere, Kind.COUNT)})
    if unmoved:
        notes.append(unmoved_note(unmoved))
    if rotting:
        sentence = ngettext(
            "%(count)s of them is rotting: crmcli deal rotting",
            "%(count)s of them are rotting: crmcli deal rotting",
            rotting,
        )
        notes.append(sentence % {"count": cell(rotting, Kind.COUNT)})
    words = {
        "count": cell(is_open, Kind.COUNT),
        "amount": money(amount, currency, whole=True) if amount is not None else "",
    }
    headline = None
    if is_open and amount is not None:
        headline = (
            ngettext("%(count)s deal open over %(amount)s", "%(count)s deals open over %(amount)s", is_open) % words
        )
        if weighted is not None:
            headline += ", " + _("%(weighted)s by the chance of winning") % {
                "weighted": money(weighted, currency, whole=True)
            }
        headline += "."
    return Table(
        "deals", _("Deals"), DEALS, rows, headline=headline, notes=tuple(notes), currency=currency,
        totals={"amount": amount, "weighted": weighted} if count and is_open == count else {},
        empty=_("No such deal; add one: crmcli deal add CUSTOMER NAME"), total_rows=count if shown < count else None,
    )  # fmt: skip


def rotting_table(
    con: DuckDBPyConnection,
    which: Which,
    as_of: dt.date,
    *,
    currency: str,
    silent: int,
    limit: int | None = None,
) -> tuple[Table, int]:
    """Rotting deals, those first that cost most by amount × chance; and how many there are."""
    weigh(con, as_of, silent=silent)
    sql = sections("deals", "deal_lists")["rotting"]
    chosen = (
        f"SELECT * FROM ({sql}) WHERE coalesce(customer_id = $customer, $customer IS NULL) "
        "AND coalesce(manager_id = $manager, $manager IS NULL)"
    )
    values = {"customer": which.customer_id, "manager": which.manager_id}
    con.execute(f"CREATE OR REPLACE TEMP TABLE deals_rotting AS {chosen}", values)
    count, amount, weighted, stuck, silent_ones, unmoved, tells = con.execute(
        "SELECT count(*), sum(amount), sum(weighted), count(*) FILTER (is_stuck), count(*) FILTER (is_silent), "
        "count(*) FILTER (NOT has_moves), (SELECT count(silent_days) FROM weighed_deals) FROM deals_rotting"
    ).fetchall()[0]
    shown = min(count, limit or count)
    rows = StoredRows(
        con, ROTTING, f"FROM deals_rotting ORDER BY rowid LIMIT {shown:d}", {}, shown, "FROM deals_rotting"
    )
    words = {"count": cell(count, Kind.COUNT), "stuck": cell(stuck, Kind.COUNT), "silent": cell(silent_ones, Kind.COUNT),
             "amount": money(amount, currency, whole=True) if amount is not None else "–",
             "weighted": money(weighted, currency, whole=True) if weighted is not None else "–"}  # fmt: skip
    headline = ngettext(
        "%(count)s deal rots over %(amount)s (%(weighted)s by its chance): %(stuck)s too long in the stage, %(silent)s without a touch.",
        "%(count)s deals rot over %(amount)s (%(weighted)s by their chances): %(stuck)s too long in their stage, %(silent)s without a touch.",
        count,
    )
    notes = [_("As of %(day)s.") % {"day": cell(as_of, Kind.DATE)}, rotting_note(silent)]
    if unmoved:
        notes.append(unmoved_note(unmoved))
    if not tells:
        notes.append(
            _("No touch is noted in the store, so nothing is said of silence: crmcli touch CUSTOMER call --deal DEAL")
        )
    table = Table(
        "deals_rotting", _("Rotting deals"), ROTTING, rows, headline=headline % words if count else None, notes=tuple(notes),
        totals={"amount": amount, "weighted": weighted} if count else {}, currency=currency,
        empty=_("No deal is rotting."), total_rows=count if shown < count else None,
    )  # fmt: skip
    return table, count


def _list_price(count: int) -> str:
    sentence = ngettext(
        "Of %(count)s deal without an amount the list price of its product stands in.",
        "Of %(count)s deals without an amount the list price of their product stands in.",
        count,
    )
    return sentence % {"count": cell(count, Kind.COUNT)}
