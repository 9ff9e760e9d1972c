"""What to do next about a customer: sentences made from the facts of a review by rules that are said aloud.

First what is owed to them (complaints, orders that are late), then what they owe, then what may be lost (a customer who may
leave, promises of the plan), then what may be won (categories their like buy, a closer relationship), then what is missing in
the books (a manager, a plan). Within each, the larger amount first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import Any

from crmcli import numbers
from crmcli.language import current, ngettext
from crmcli.language import gettext as _
from crmcli.table import Kind

Row = Mapping[str, Any]
MOST = 5  # sentences; more would not be done
_SOON = 30  # days within which a step of a plan is worth a word
_OFFERS = 2  # categories to offer at a time


class Urgency(IntEnum):
    """What comes first."""

    OWED = 1
    OWING = 2
    LOSING = 3
    WINNING = 4
    MISSING = 5


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do, and how much money it is about (None: not known)."""

    urgency: Urgency
    text: str
    amount: Decimal | None = None


def next_steps(facts: Mapping[str, Sequence[Row]], *, as_of: dt.date, currency: str) -> list[NextStep]:
    """What to do next, the most pressing first, at most MOST; empty where there is nothing.

    Args:
        facts: Rows by name, as `crmcli.reports.keys.review` gathers them: who, key, tickets, late_orders, invoices, outlook,
            growth, won, won_before, deals, plan, plan_steps, goals, relationship, whitespace.
        as_of: The day of the look.
        currency: ISO code of the amounts.
    """
    words = _Words(currency)
    found = [
        step
        for rule in (
            _complaints,
            _late_orders,
            _overdue,
            _leaving,
            _fewer_deals,
            _promises,
            _goals,
            _deals,
            _offers,
            _closer,
            _missing,
        )
        for step in rule(facts, words, as_of)
    ]
    return sorted(found, key=lambda step: (step.urgency, -(step.amount or Decimal(0))))[:MOST]


@dataclass(frozen=True, slots=True)
class _Words:
    """Figures in the owner's language."""

    currency: str

    def money(self, amount: Decimal) -> str:
        return numbers.money(amount, self.currency, language=current(), whole=True)

    def day(self, day: dt.date) -> str:
        return numbers.cell(day, Kind.DATE, language=current())

    def share(self, share: float) -> str:
        return numbers.formatter(Kind.SHARE, current(), whole=True)(share)


def _complaints(facts: Mapping[str, Sequence[Row]], words: _Words, as_of: dt.date) -> Iterator[NextStep]:
    """Open complaints and claims, the oldest named."""
    del words, as_of
    open_ones = [row for row in facts["tickets"] if row["kind"] in {"complaint", "claim"}]
    if not open_ones:
        return
    oldest = max(open_ones, key=lambda row: row["days_open"])
    sentence = ngettext(
        "Settle the complaint: %(ticket)s “%(subject)s”, open for %(days)s days.",
        "Settle %(count)s complaints, the oldest first: %(ticket)s “%(subject)s”, open for %(days)s days.",
        len(open_ones),
    )
    told = {"ticket": oldest["ticket_no"], "subject": oldest["subject"] or "–", "days": oldest["days_open"]}
    yield NextStep(Urgency.OWED, sentence % {**told, "count": len(open_ones)}, _at_stake(facts))


def _late_orders(facts: Mapping[str, Sequence[Row]], words: _Words, as_of: dt.date) -> Iterator[NextStep]:
    """Orders promised for a day past that are not there."""
    del as_of
    late = facts["late_orders"]
    if not late:
        return
    amount = sum((row["amount"] for row in late), Decimal(0))
    sentence = ngettext(
        "Tell them when order %(order)s will come: it was promised for %(day)s (%(amount)s).",
        "Tell them when %(count)s late orders will come (%(amount)s): the largest is %(order)s, promised for %(day)s.",
        len(late),
    )
    told = {"order": late[0]["order_no"], "day": words.day(late[0]["promised_on"]), "amount": words.money(amount)}
    yield NextStep(Urgency.OWED, sentence % {**told, "count": len(late)}, amount)


def _overdue(facts: Mapping[str, Sequence[Row]], words: _Words, as_of: dt.date) -> Iterator[NextStep]:
    """Invoices past their day, together."""
    del as_of
    overdue = [row for row in facts["invoices"] if row["days_overdue"]]
    if not overdue:
        return
    amount = sum((row["open_amount"] for row in overdue), Decimal(0))
    sentence = ngettext(
        "Ask for the %(amount)s overdue on invoice %(invoice)s, %(days)s days by now.",
        "Ask for the %(amount)s overdue on %(count)s invoices; the oldest, %(invoice)s, is %(days)s days over.",
        len(overdue),
    )
    oldest = max(overdue, key=lambda row: row["days_overdue"])
    told = {"amount": words.money(amount), "invoice": oldest["invoice_no"], "days": oldest["days_overdue"]}
    yield NextStep(Urgency.OWING, sentence % {**told, "count": len(overdue)}, amount)


def _leaving(facts: Mapping[str, Sequence[Row]], words: _Words, as_of: dt.date) -> Iterator[NextStep]:
    """A customer in the bands high or medium of report churn; else one whose revenue falls."""
    del as_of
    outlook = facts["outlook"][0] if facts["outlook"] else {}
    growth = facts["growth"][0] if facts["growth"] else None
    amount = outlook.get("money_at_risk")
    if outlook.get("band") in {"high", "medium"} and amount:
        text = _("Call before they leave, %(amount)s of yearly business is at risk") % {"amount": words.money(amount)}
        why = outlook["reasons"]
        yield NextStep(Urgency.LOSING, f"{text}: {why}." if why else f"{text}.", amount)
    elif growth and growth["label"] in {"declining", "lost"}:
        fall = growth["revenue_before"] - growth["revenue"]
        sentence = _("Ask why they buy less: revenue fell by %(amount)s against the year before.")
        yield NextStep(Urgency.LOSING, sentence % {"amount": words.money(fall)}, fall)


def _fewer_deals(facts: Mapping[str, Sequence[Row]], words: _Words, as_of: dt.date) -> Iterator[NextStep]:
    """Deals won that come to less than nine tenths of the year before."""
    del as_of
    won, before = (facts[name][0]["won"] if facts[name] else Decimal(0) for name in ("won", "won_before"))
    if 10 * won < 9 * before:
        sentence = _("Ask why they close fewer deals: %(amount)s less than the year before.")
        yield NextStep(Urgency.LOSING, sentence % {"amount": words.money(before - won)}, before - won)


def _deals(facts: Mapping[str, Sequence[Row]], words: _Words, as_of: dt.date) -> Iterator[NextStep]:
    """Open deals together, the oldest named."""
    del words, as_of
    dated = [row for row in facts["deals"] if row["days_open"] is not None]
    if not dated:
        return
    sentence = ngettext(
        "Bring deal %(deal)s to an end: it has been open for %(days)s days.",
        "Bring %(count)s open deals to an end, the oldest first: %(deal)s, open for %(days)s days.",
        len(facts["deals"]),
    )
    oldest = max(dated, key=lambda row: row["days_open"])
    amount = sum((row["amount"] or Decimal(0) for row in facts["deals"]), Decimal(0))
    told = {"count": len(facts["deals"]), "deal": oldest["opportunity_no"], "days": oldest["days_open"]}
    yield NextStep(Urgency.WINNING, sentence % told, amount or None)


def _promises(facts: Mapping[str, Sequence[Row]], words: _Words, as_of: dt.date) -> Iterator[NextStep]:
    """Steps of the plan: late ones together, else the next one within a month."""
    late = [row for row in facts["plan_steps"] if row["state"] == "late"]
    if late:
        count = facts["plan"][0]["late"] or len(late)
        sentence = ngettext(
            "Catch up with plan %(plan)s: %(what)s was due on %(day)s.",
            "Catch up with plan %(plan)s: %(count)s steps are late, the first is %(what)s, due on %(day)s.",
            count,
        )
        told = {"plan": late[0]["plan_no"], "what": _what(late[0]), "day": words.day(late[0]["due_on"])}
        yield NextStep(Urgency.LOSING, sentence % {**told, "count": count})
        return
    due = next(iter(facts["plan_steps"]), None)
    if due and (due["due_on"] - as_of).days <= _SOON:
        sentence = _("Next by plan %(plan)s: %(what)s on %(day)s.")
        told = {"plan": due["plan_no"], "what": _what(due), "day": words.day(due["due_on"])}
        yield NextStep(Urgency.WINNING, sentence % told)


def _goals(facts: Mapping[str, Sequence[Row]], words: _Words, as_of: dt.date) -> Iterator[NextStep]:
    """Goals that fall behind the straight line from the plan's first day to theirs."""
    del as_of
    for goal in facts["goals"]:
        if goal["verdict"] != "behind" or goal["reached"] is None:
            continue
        sentence = _("Goal behind: %(measure)s has reached %(share)s of what the plan wants by %(day)s.")
        told = {"measure": _(goal["measure"].replace("_", " ")), "share": words.share(goal["reached"])}
        missing = goal["target"] - goal["fact"] if goal["measure"] in {"revenue", "margin"} else None
        yield NextStep(Urgency.WINNING, sentence % {**told, "day": words.day(goal["by_on"])}, missing)


def _offers(facts: Mapping[str, Sequence[Row]], words: _Words, as_of: dt.date) -> Iterator[NextStep]:
    """Categories that customers like this one buy and this one does not, the largest amounts."""
    del as_of
    for row in facts["whitespace"][:_OFFERS]:
        sentence = _("Offer %(category)s: %(share)s of customers like them buy it, about %(amount)s a year.")
        told = {"category": row["category"], "share": words.share(row["peers_share"])}
        amount = row["expected_amount"]
        if amount:
            yield NextStep(Urgency.WINNING, sentence % {**told, "amount": words.money(amount)}, amount)


def _closer(facts: Mapping[str, Sequence[Row]], words: _Words, as_of: dt.date) -> Iterator[NextStep]:
    """The next step of report relationships, where the relationship is less than it should be."""
    del words, as_of
    for row in facts["relationship"]:
        if row["next_step"]:
            sentence = _("Come closer, from %(actual)s to %(recommended)s: %(step)s")
            told = {name: _((row[name] or "").replace("_", " ")) for name in ("actual", "recommended")}
            yield NextStep(Urgency.WINNING, sentence % {**told, "step": row["next_step"]})


def _missing(facts: Mapping[str, Sequence[Row]], words: _Words, as_of: dt.date) -> Iterator[NextStep]:
    """A customer without a manager; a key account without a plan."""
    del words, as_of
    who = facts["who"][0]
    if not who["manager"]:
        yield NextStep(Urgency.MISSING, _("Give them a manager: nobody looks after them."))
    if facts["key"] and not facts["plan"]:
        sentence = _("Make a plan, they are a key account without one: crmcli keyaccount plan %(code)s")
        yield NextStep(Urgency.MISSING, sentence % {"code": who["code"]})


def _what(step: Row) -> str:
    """A step of a plan in a few words."""
    return " – ".join(part for part in (_((step["channel"] or "").replace("_", " ")), step["subject"]) if part) or "–"


def _at_stake(facts: Mapping[str, Sequence[Row]]) -> Decimal | None:
    """The year's revenue: what a complaint puts at stake."""
    return facts["growth"][0]["revenue"] if facts["growth"] else None
