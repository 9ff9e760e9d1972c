"""One deal on a day: what it is, its chance with the why, its moves with the days in each stage, its touches and quotes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.metrics.catalogue import install
from crmcli.numbers import cell, machine, money
from crmcli.reports.deals.weighing import SILENT_DAYS, unmoved_note, weigh
from crmcli.reports.sections import named, records, sections
from crmcli.table import Column, Figure, Kind, ListRows, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection

    from crmcli.reports.deals.chances import Chance
    from crmcli.store.deals.rows import Deal

_HEAD = (Column("measure", N_("Deal"), Kind.LEVEL), Column("value", N_("Value"), Kind.TEXT))
_HEAD_WORDS = (
    N_("customer"), N_("product"), N_("manager"), N_("stage"), N_("state"), N_("in stage since"), N_("days in stage"),
    N_("rots after days"), N_("amount"), N_("list price"), N_("chance"), N_("chance by"), N_("learned chance"), N_("weighted"),
    N_("opened on"), N_("expected on"), N_("closed on"), N_("days to close"), N_("lost reason"), N_("competitor"), N_("campaign"),
    N_("last touch"), N_("note"),
)  # fmt: skip
MOVES = (
    Column("moved_on", N_("On"), Kind.DATE),
    Column("from_stage", N_("From"), Kind.TEXT),
    Column("to_stage", N_("To"), Kind.TEXT),
    Column("status", N_("State"), Kind.LEVEL),
    Column("days", N_("Days there"), Kind.DAYS),
    Column("manager", N_("Who"), Kind.TEXT),
    Column("note", N_("Note"), Kind.TEXT),
)
REASONS = (
    Column("field", N_("Because of"), Kind.LEVEL),
    Column("word", N_("Value"), Kind.TEXT),
    Column("points", N_("Moves the chance by"), Kind.SHARE),
)
TOUCHES = (
    Column("at", N_("At"), Kind.MOMENT),
    Column("kind", N_("Kind"), Kind.LEVEL),
    Column("direction", N_("Direction"), Kind.LEVEL),
    Column("minutes", N_("Minutes"), Kind.QUANTITY),
    Column("subject", N_("Subject"), Kind.TEXT),
    Column("outcome", N_("Outcome"), Kind.TEXT),
    Column("manager", N_("Manager"), Kind.TEXT),
)
QUOTES = (
    Column("quote", N_("Quote"), Kind.CODE),
    Column("quoted_on", N_("On"), Kind.DATE),
    Column("sent_on", N_("Sent"), Kind.DATE),
    Column("status", N_("State"), Kind.LEVEL),
    Column("decided_on", N_("Decided"), Kind.DATE),
    Column("net", N_("Net"), Kind.QUANTITY),
    Column("currency", N_("Currency"), Kind.CODE),
    Column("order_no", N_("Order"), Kind.CODE),
)


def deal_tables(con: DuckDBPyConnection, deal: Deal, as_of: dt.date, *, currency: str) -> tuple[Table, ...]:
    """Head, why the chance, moves, touches and quotes of a deal; () where it was not known by that day.

    Names: deal, deal_chance, deal_moves, deal_touches, deal_quotes; all but the first only where there is something in them.
    """
    sql = sections("deals", "deal_lists")
    install(con, sql["standing"])
    facts = _facts(con, deal.id, as_of)
    if facts is None:
        return ()
    is_open = facts["outcome"] in ("open", "hold")
    chance = weigh(con, as_of, silent=SILENT_DAYS).by_deal.get(deal.id) if is_open else None
    weighed = _weighed(con, deal.id) if is_open else {}
    tables = [_head(deal, {**facts, **weighed}, chance, as_of, currency)]
    if chance is not None and chance.reasons:
        rows = [(one.field, one.word or None, one.points) for one in chance.reasons]
        tables.append(Table("deal_chance", _("Why this chance"), REASONS, ListRows(rows)))
    values = {"as_of": as_of, "day_after": as_of + dt.timedelta(1), "deal": deal.id}
    for name, title, columns in (
        ("moves", _("Moves"), MOVES), ("touches", _("Touches"), TOUCHES), ("quotes", _("Quotes"), QUOTES),
    ):  # fmt: skip
        found = con.execute(sql[name], named(sql[name], values)).fetchall()
        if found or name == "moves":
            tables.append(_part(name, title, columns, [row[: len(columns)] for row in found], deal))
    return tuple(tables)


def _part(name: str, title: str, columns: tuple[Column, ...], rows: Sequence[tuple[Any, ...]], deal: Deal) -> Table:
    empty = _("No move of it is known: it came from elsewhere, or was typed in before stages were followed.")
    note = _(
        "With those of the customer that name no deal, while it was open; to tie one to it: crmcli touch … --deal %(deal)s"
    )
    notes = (note % {"deal": deal.opportunity_no},) if name == "touches" else ()
    return Table(f"deal_{name}", title, columns, ListRows(rows), empty=empty if name == "moves" else None, notes=notes)


def _facts(con: DuckDBPyConnection, deal_id: int, as_of: dt.date) -> dict[str, Any] | None:
    """The deal's row of deals_on with names, as words."""
    sql = (
        "SELECT deal.*, customer.code AS customer, customer.name AS customer_name, product.sku, product.name AS product_name, "
        "product.price AS list_price, manager.code AS manager, manager.name AS manager_name FROM deals_on($as_of) AS deal "
        "LEFT JOIN contacts AS customer ON customer.id = deal.customer_id LEFT JOIN products AS product ON product.id = deal.product_id "
        "LEFT JOIN managers AS manager ON manager.id = deal.manager_id WHERE deal.opportunity_id = $deal"
    )
    return next(iter(records(con, sql, {"as_of": as_of, "deal": deal_id})), None)


def _weighed(con: DuckDBPyConnection, deal_id: int) -> dict[str, Any]:
    sql = "SELECT value, is_list_price, weighted, limit_days, touched_on, silent_days, is_stuck, is_silent FROM weighed_deals WHERE opportunity_id = $deal"
    return next(iter(records(con, sql, {"deal": deal_id})), {})


def _head(deal: Deal, facts: dict[str, Any], chance: Chance | None, as_of: dt.date, currency: str) -> Table:
    closed, opened = facts["closed_on"], facts["opened_on"]
    is_list = facts.get("is_list_price", False)
    rows = [
        ("customer", _both(facts["customer"], facts["customer_name"])),
        ("product", _both(facts["sku"], facts["product_name"])),
        ("manager", _both(facts["manager"], facts["manager_name"])),
        ("stage", facts["stage"]),
        ("state", _figure(facts["outcome"] or "unknown", Kind.LEVEL)),
        ("in_stage_since", _figure(facts["stage_since"] if facts["has_moves"] else None, Kind.DATE)),
        ("days_in_stage", _figure(facts["days_in_stage"], Kind.DAYS)),
        ("rots_after_days", _figure(facts.get("limit_days"), Kind.DAYS)),
        ("amount", _figure(facts["amount"], Kind.MONEY, currency)),
        ("list_price", _figure(facts["list_price"], Kind.MONEY, currency)),
        ("chance", _figure(chance.probability if chance else None, Kind.SHARE)),
        ("chance_by", _figure(chance.source if chance else None, Kind.LEVEL)),
        ("learned_chance", _figure(chance.learned if chance and chance.source != "learned" else None, Kind.SHARE)),
        ("weighted", _figure(facts.get("weighted"), Kind.MONEY, currency)),
        ("opened_on", _figure(opened, Kind.DATE)),
        ("expected_on", _figure(facts["expected_on"], Kind.DATE)),
        ("closed_on", _figure(closed, Kind.DATE)),
        ("days_to_close", _figure((closed - opened).days if closed and opened else None, Kind.DAYS)),
        ("lost_reason", facts["lost_reason"]),
        ("competitor", facts["competitor"]),
        ("campaign", facts["campaign"]),
        ("last_touch", _figure(facts.get("touched_on"), Kind.DATE)),
        ("note", deal.note),
    ]
    notes = [_("As of %(day)s.") % {"day": cell(as_of, Kind.DATE)}]
    if not facts["has_moves"] and facts["days_in_stage"] is not None:
        notes.append(unmoved_note(1))
    if is_list:
        notes.append(_("It has no amount: the list price of its product stands in."))
    if chance is not None and chance.low is not None and chance.high is not None:
        words = {"low": cell(chance.low, Kind.SHARE), "high": cell(chance.high, Kind.SHARE)}
        notes.append(_("The chance lies between %(low)s and %(high)s, four times in five.") % words)
    title = _("Deal %(deal)s") % {"deal": deal.opportunity_no} + (f": {deal.name}" if deal.name else "")
    shown = [row for row in rows if row[1] is not None]
    return Table("deal", title, _HEAD, ListRows(shown), headline=_headline(facts, chance, currency), notes=tuple(notes))


def _headline(facts: dict[str, Any], chance: Chance | None, currency: str) -> str:
    """How it stands, and whether it needs a hand."""
    day = cell(facts["closed_on"], Kind.DATE)
    amount = money(facts["amount"], currency, whole=True) if facts["amount"] is not None else None
    words = {"day": day, "amount": amount, "reason": facts["lost_reason"], "competitor": facts["competitor"]}
    if facts["outcome"] == "won":
        return (_("Won on %(day)s for %(amount)s.") if amount else _("Won on %(day)s.")) % words
    if facts["outcome"] == "lost":
        parts = [_("Lost on %(day)s") % words]
        if facts["lost_reason"]:
            parts.append(_("because of %(reason)s") % words)
        if facts["competitor"]:
            parts.append(_("to %(competitor)s") % words)
        return ", ".join(parts) + "."
    if facts["outcome"] is None:
        return _("Closed on %(day)s; whether won or lost is not known.") % words
    if facts["outcome"] == "hold":
        return _("On hold.")
    return " ".join(_open_words(facts, chance, currency))


def _open_words(facts: dict[str, Any], chance: Chance | None, currency: str) -> list[str]:
    words = {
        "stage": facts["stage"] or "–",
        "days": cell(facts["days_in_stage"], Kind.COUNT),
        "silent": cell(facts.get("silent_days"), Kind.COUNT),
        "limit": cell(facts.get("limit_days"), Kind.DAYS),
    }
    if facts["has_moves"] and facts["days_in_stage"] is not None:
        sentence = ngettext("In %(stage)s for %(days)s day.", "In %(stage)s for %(days)s days.", facts["days_in_stage"])
    else:
        sentence = _("In %(stage)s.")
    parts = [sentence % words]
    if chance is not None and chance.probability is not None:
        told = {"chance": cell(chance.probability, Kind.SHARE), "source": _(chance.source)}
        value = facts.get("weighted")
        told["weighted"] = money(value, currency, whole=True) if value is not None else ""
        if value is not None:
            parts.append(_("Chance of winning %(chance)s (%(source)s), worth %(weighted)s.") % told)
        else:
            parts.append(_("Chance of winning %(chance)s (%(source)s).") % told)
    if facts.get("is_stuck"):
        long = _("It is rotting: more than %(limit)s days in its stage.")
        parts.append((long if facts["has_moves"] else _("It is rotting: open for more than %(limit)s days.")) % words)
    if facts.get("is_silent"):
        parts.append(_("It is rotting: no touch for %(silent)s days.") % words)
    return parts


def _both(code: str | None, name: str | None) -> str | None:
    return None if code is None else code if name in (None, code) else f"{code} {name}"


def _figure(value: object, kind: Kind, currency: str | None = None) -> Figure | None:
    return None if value is None else Figure(str(machine(value, kind)), value, kind, currency)
