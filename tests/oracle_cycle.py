"""The sales cycle once more, slow and obvious, from rows of the tables as dicts: one chain after the other, day by day.

`facts` is table name → rows. Nothing here knows the SQL of the report; deals are told by status and closed_on alone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median
from typing import Any

Facts = dict[str, list[dict[str, Any]]]
STEPS = ("lead", "opportunity", "quote", "order", "shipment", "invoice", "payment")
ONE_DAY = dt.timedelta(days=1)


@dataclass
class Chain:
    """One sale: the day of each step taken, and what became of it."""

    customer: Any
    days: dict[str, dt.date | None] = field(default_factory=dict)
    won: bool = False
    won_on: dt.date | None = None
    dead: bool = False
    sent: bool = False
    completed: bool = False
    amount: Decimal | None = None
    order: int = 0

    @property
    def start(self) -> dt.date:
        """Where it stands among the customer's chains."""
        for step in ("opportunity", "quote", "order", "invoice"):
            if day := self.days.get(step):
                return day
        return dt.date.max


def chains(facts: Facts, day: dt.date) -> list[Chain]:
    """All chains as they stood at the end of a day."""
    orders = [o for o in facts["orders"] if o["ordered_on"] <= day and o["status"] != "draft"]
    totals = {
        o["id"]: sum((x["net"] for x in facts["order_lines"] if x["order_id"] == o["id"]), Decimal(0)) for o in orders
    }
    orders = sorted(
        (o for o in orders if totals[o["id"]] > 0), key=lambda o: (o["status"] == "cancelled", o["ordered_on"], o["id"])
    )
    quotes = [q for q in facts["quotes"] if q["status"] != "draft" and q["sent_on"] is not None and q["sent_on"] <= day]
    numbers = {q["quote_no"]: q for q in sorted(quotes, key=lambda q: q["revision"])}
    firsts = {n: min(q["sent_on"] for q in quotes if q["quote_no"] == n) for n in numbers}
    used: set[int] = set()
    found = []
    for deal in sorted(facts["opportunities"], key=lambda d: d["id"]):
        if deal["opened_on"] > day:
            continue
        over = deal["closed_on"] is not None and deal["closed_on"] <= day
        own = [n for n, q in numbers.items() if q["opportunity_no"] == deal["opportunity_no"]]
        taken = [o for o in orders if o["quote_no"] in own]
        chain = Chain(deal["customer_id"], {"opportunity": deal["opened_on"]})
        chain.won = over and deal["status"] == "won"
        chain.won_on = deal["closed_on"] if chain.won else None
        chain.amount = deal["amount"] or None
        if own:
            chain.days["quote"] = min(firsts[n] for n in own)
            chain.amount = _offered(facts, numbers, max(own, key=lambda n: (firsts[n], n))) or chain.amount
        chain.dead = over and deal["status"] == "lost" and not taken
        chain.order = 1_000 + deal["id"]
        if taken:
            _follow(facts, chain, taken[0], totals, day)
            used.add(taken[0]["id"])
        found.append(chain)
    deals = {d["opportunity_no"] for d in facts["opportunities"] if d["opened_on"] <= day}
    for place, number in enumerate(sorted(numbers)):
        quote = numbers[number]
        if quote["opportunity_no"] in deals:
            continue
        taken = [o for o in orders if o["quote_no"] == number]
        chain = Chain(quote["customer_id"], {"quote": firsts[number]}, amount=_offered(facts, numbers, number))
        refused = quote["status"] == "rejected" and quote["decided_on"] <= day
        accepted = quote["status"] == "accepted" and quote["decided_on"] <= day
        expired = quote["valid_until"] is not None and quote["valid_until"] < day
        chain.dead = (refused or (expired and not accepted)) and not taken
        chain.order = 2_000 + place
        if taken:
            _follow(facts, chain, taken[0], totals, day)
            used.add(taken[0]["id"])
        found.append(chain)
    for order in orders:
        if order["id"] not in used:
            chain = Chain(order["customer_id"], order=3_000 + order["id"])
            _follow(facts, chain, order, totals, day)
            found.append(chain)
    known = {o["order_no"] for o in orders}
    for invoice in facts["invoices"]:
        if invoice["issued_on"] <= day and invoice["amount"] > 0 and invoice["order_no"] not in known:
            chain = Chain(
                invoice["customer_id"], {"invoice": invoice["issued_on"], "payment": _paid(facts, invoice, day)}
            )
            chain.amount, chain.order = invoice["amount"], 4_000 + invoice["id"]
            found.append(chain)
    return [*found, *_leads(facts, found, day)]


def _offered(facts: Facts, numbers: dict[str, dict[str, Any]], number: str) -> Decimal | None:
    lines = [x["net"] for x in facts["quote_lines"] if x["quote_id"] == numbers[number]["id"]]
    return sum(lines, Decimal(0)) if lines else None


def _follow(facts: Facts, chain: Chain, order: dict[str, Any], totals: dict[int, Decimal], day: dt.date) -> None:
    """What became of an order."""
    sent = [
        s["shipped_on"]
        for s in (*(x for x in facts["shipments"] if x["order_id"] == order["id"]), order)
        if s["shipped_on"]
    ]
    asked = [
        i for i in facts["invoices"] if i["order_no"] == order["order_no"] and i["issued_on"] <= day and i["amount"] > 0
    ]
    paid = [_paid(facts, invoice, day) for invoice in asked]
    chain.days["order"] = order["ordered_on"]
    chain.days["shipment"] = min((one for one in sent if one <= day), default=None)
    chain.days["invoice"] = min((i["issued_on"] for i in asked), default=None)
    chain.days["payment"] = max(one for one in paid if one) if paid and all(paid) else None
    chain.dead = chain.dead or order["status"] == "cancelled"
    chain.sent, chain.completed = (
        order["status"] in {"shipped", "delivered", "completed"},
        order["status"] == "completed",
    )
    chain.amount = totals[order["id"]]


def _paid(facts: Facts, invoice: dict[str, Any], day: dt.date) -> dt.date | None:
    """The day the payments reached the amount."""
    reached = Decimal(0)
    for payment in sorted(facts["payments"], key=lambda p: p["paid_on"]):
        if payment["invoice_id"] == invoice["id"] and payment["paid_on"] <= day:
            reached += payment["amount"]
            if reached >= invoice["amount"]:
                return payment["paid_on"]  # type: ignore[no-any-return]  # rows are of many types
    return None


def _leads(facts: Facts, found: list[Chain], day: dt.date) -> list[Chain]:
    """Leads onto the first chain of their customer; those of no chain as chains of their own."""
    alone = []
    for contact in facts["contacts"]:
        if contact["role"] == "supplier":
            continue
        own = sorted((c for c in found if c.customer == contact["id"]), key=lambda c: (c.start, c.order))
        touches = sorted(
            t["at"].date() for t in facts["interactions"] if t["customer_id"] == contact["id"] and t["at"].date() <= day
        )
        made = contact["created_on"] if contact["created_on"] and contact["created_on"] <= day else None
        first = touches[0] if touches and (not own or touches[0] <= own[0].start) else None
        lead = min((one for one in (made, first) if one), default=None)
        if own:
            own[0].days["lead"] = lead
        elif lead:
            last = max(lead, touches[-1]) if touches else lead
            alone.append(Chain(contact["id"], {"lead": lead}, dead=last < day - 180 * ONE_DAY))
    return alone


def next_step(chain: Chain, step: str) -> tuple[bool, dt.date | None]:
    """Whether a chain went on from a step, and the day of the next step it took."""
    later = STEPS[STEPS.index(step) + 1 :]
    days = [day for day in (chain.days.get(one) for one in later) if day]
    following = days[0] if days else None
    if (
        step in {"opportunity", "quote"}
        and chain.won
        and not any(chain.days.get(s) for s in ("quote", "order") if s in later)
    ):
        return True, chain.won_on
    gone = following is not None or (step == "lead" and chain.order > 0)
    gone = gone or (step == "order" and chain.sent) or (step == "shipment" and chain.completed)
    return gone, following


def cycle(facts: Facts, day: dt.date, window: int) -> dict[str, dict[str, Any]]:
    """Figures of every step that has any."""
    since = day - window * ONE_DAY
    now, before = chains(facts, day), chains(facts, since)
    told = max((STEPS.index(s) for c in now for s in STEPS if c.days.get(s)), default=0)
    found = {}
    for place, step in enumerate(STEPS):
        is_told = place < 6 and (place < 3 or place < told)
        mine, past = _figures(now, step, since, day), _figures(before, step, since - window * ONE_DAY, since)
        waiting = [c for c in now if c.days.get(step) and not next_step(c, step)[0] and not c.dead]
        if not mine["entered"] and not past["entered"] and not (waiting and is_told):
            continue
        row = mine | {f"{name}_before": value for name, value in past.items()}
        row["waiting_now"] = len(waiting)
        row["waiting_amount"] = sum((c.amount for c in waiting if c.amount is not None), Decimal(0))
        if not is_told:
            hidden = ("went_on", "on_the_way", "share_on", "share_on_before", "waiting_now", "waiting_amount")
            row |= dict.fromkeys(hidden)
        found[step] = row
    return found


def _figures(known: list[Chain], step: str, since: dt.date, day: dt.date) -> dict[str, Any]:
    """One window of one step."""
    own = [(c, *next_step(c, step)) for c in known if (at := c.days.get(step)) and since < at <= day]
    if step == "payment":
        return {"entered": len(own), "died": None, "negative": None, "days_median": None, "died_amount": Decimal(0)}
    days = [(to - c.days[step]).days for c, _gone, to in own if to]  # type: ignore[operator]  # own chains have the day
    died = [c for c, gone, _to in own if not gone and c.dead]
    went = sum(gone for _c, gone, _to in own)
    return {
        "entered": len(own),
        "went_on": went,
        "died": len(died),
        "on_the_way": len(own) - went - len(died),
        "share_on": went / (went + len(died)) if went + len(died) else None,
        "days_median": median(days) if days else None,
        "negative": sum(one < 0 for one in days),
        "died_amount": sum((c.amount for c in died if c.amount is not None), Decimal(0)),
    }
