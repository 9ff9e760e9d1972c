"""Small firms made by chance with everything that relationships and the work queue look at, and stores that hold them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random
from typing import Any

import duckdb

from tests.oracle_relationships import Firm
from tests.reports.bills import bill, books, payment
from tests.reports.small_store import insert, line

AS_OF = dt.date(2025, 6, 15)
CODES = ("A", "B", "C", "d", "E", "f", "Ж", "Z")  # Z is known and buys nothing
FILLED = ("interactions", "tickets", "quotes", "quote_lines", "account_plans", "plan_steps", "plan_moves", "key_accounts", "managers")  # fmt: skip
_BACK = (-20, -3, 0, 0, 1, 3, 6, 7, 8, 14, 29, 30, 31, 60, 90, 200, 364, 365, 366, 400)


def day(chance: Random) -> dt.date:
    """A day near one that matters, or any of three years."""
    return AS_OF - dt.timedelta(days=chance.choice(_BACK) if chance.random() < 0.6 else chance.randrange(-30, 1000))


def moment(chance: Random) -> dt.datetime:
    """A moment of such a day, midnight among them."""
    return dt.datetime.combine(day(chance), chance.choice((dt.time(0), dt.time(9, 30), dt.time(23, 59, 59))))


def maybe(chance: Random, value: Any) -> Any:
    """The value, or nothing."""
    return value if chance.random() < 0.6 else None


def made(chance: Random) -> Firm:
    """A firm."""
    who = [code for code in CODES[:-1] if chance.random() < 0.8]
    any_of = [*who, "Z"]
    plans = [_plan(number, chance.choice(any_of), chance) for number in range(chance.randrange(4))]
    return {
        "products": {},
        "lines": [one for number in range(chance.randrange(40)) if who for one in _order(number, chance.choice([*who, None]), chance)],
        "contacts": {code: _contact(chance) for code in any_of},
        "touches": [_touch(chance.choice(any_of), chance) for _each in range(chance.randrange(80))],
        "tickets": [_ticket(number, chance.choice([*any_of, None]), chance) for number in range(chance.randrange(6))],
        "quotes": [one for number in range(chance.randrange(8)) for one in _quote(number, chance.choice(any_of), chance)],
        "plans": plans,
        "steps": [_step(plan["no"], number, chance) for plan in plans for number in range(chance.randrange(9))],
        "keys": [_key(code, chance) for code in any_of if chance.random() < 0.4],
        **_books(any_of, chance),
    }  # fmt: skip


def _contact(chance: Random) -> dict[str, Any]:
    return {
        "group": chance.choice(("retail", "trade", " ", None)), "industry": chance.choice(("build", None)),
        "region": chance.choice(("North", "South")), "manager": chance.choice(("M1", "M2", None)),
        "consent_call": chance.choice((None, True, False)),
    }  # fmt: skip


def _order(number: int, who: str | None, chance: Random) -> list[dict[str, Any]]:
    on = day(chance)
    dates = {
        "promised_on": maybe(chance, on + dt.timedelta(days=chance.choice((0, 7, 30)))),
        "delivered_on": maybe(chance, on + dt.timedelta(days=chance.choice((2, 9, 60)))),
    }
    status = chance.choice(("completed", "confirmed", "shipped", "delivered", "cancelled", "draft"))
    return [
        line(who, on, chance.choice((10, 100, 100, 0, -10, "33.3333", 5000)), order=f"O{number}", status=status,
             qty=chance.choice((1, 2, -1)), unit_cost=chance.choice((None, Decimal(7), Decimal("1.1111"))), **dates)
        for _each in range(chance.randint(1, 3))
    ]  # fmt: skip


def _touch(who: str, chance: Random) -> dict[str, Any]:
    return {
        "customer": who, "at": moment(chance), "direction": chance.choice(("in", "out", "out", None)),
        "kind": chance.choice(("offer", "offer", "call", "mail", "message", "visit", None)),
        "channel": chance.choice(("phone", "mail", None)),
    }  # fmt: skip


def _ticket(number: int, who: str | None, chance: Random) -> dict[str, Any]:
    opened = moment(chance)
    answered = maybe(chance, opened + dt.timedelta(hours=chance.choice((-1, 0, 5, 90))))
    return {
        "no": f"T{number}", "customer": who, "kind": chance.choice(("question", "complaint", "claim", None)),
        "priority": chance.choice(("urgent", "high", "normal", None)), "opened_at": opened, "first_response_at": answered,
        "closed_at": maybe(chance, opened + dt.timedelta(days=chance.choice((0, 5, 90)))), "agent": chance.choice(("M1", None)),
    }  # fmt: skip


def _quote(number: int, who: str, chance: Random) -> list[dict[str, Any]]:
    """One or two revisions; the first is replaced by the second."""
    quoted, found = (AS_OF - dt.timedelta(days=chance.randrange(12)) if chance.random() < 0.5 else day(chance)), []
    count = chance.choice((1, 1, 2))
    for revision in range(1, count + 1):
        sent = maybe(chance, quoted + dt.timedelta(days=chance.choice((0, 3))))
        decided = maybe(chance, (sent or quoted) + dt.timedelta(days=chance.choice((1, 5, 40)))) if sent else None
        status = "draft" if sent is None else chance.choice(("accepted", "rejected")) if decided else "sent"
        if revision < count:
            status, decided = "replaced", None
        found.append(
            {"no": f"Q{number}", "revision": revision, "customer": who, "quoted_on": quoted, "sent_on": sent,
             "valid_until": maybe(chance, quoted + dt.timedelta(days=chance.choice((5, 14, 60)))), "decided_on": decided,
             "status": status, "net": Decimal(chance.randint(1, 900)), "currency": chance.choice(("EUR", "EUR", "USD"))}
        )  # fmt: skip
        quoted += dt.timedelta(days=chance.choice((0, 4, 30)))
    return found


def _plan(number: int, who: str, chance: Random) -> dict[str, Any]:
    start = day(chance)
    return {
        "no": f"P{number}", "customer": who, "from_on": start, "to_on": start + dt.timedelta(days=chance.choice((90, 400))),
        "closed_on": start + dt.timedelta(days=80) if chance.random() < 0.2 else None,
    }  # fmt: skip


def _step(plan: str, number: int, chance: Random) -> dict[str, Any]:
    due = day(chance)
    return {
        "plan": plan, "step_no": number, "due_on": due, "made_on": due - dt.timedelta(days=90),
        "done_on": due + dt.timedelta(days=chance.choice((-5, 0, 9))) if chance.random() < 0.7 else None,
        "skipped_on": due if chance.random() < 0.1 else None,
    }  # fmt: skip


def _key(who: str, chance: Random) -> dict[str, Any]:
    entered = day(chance)
    return {
        "customer": who,
        "entered_on": entered,
        "left_on": entered + dt.timedelta(days=50) if chance.random() < 0.3 else None,
    }


def _books(codes: list[str], chance: Random) -> dict[str, Any]:
    bills, paid = [], []
    for number in range(chance.randrange(8)):
        issued = day(chance)
        due = maybe(chance, issued + dt.timedelta(days=chance.choice((0, 14, 30))))
        bills.append(bill(chance.choice(codes), issued, chance.choice((100, 250, -50)), no=f"I{number}", due_on=due))
        if chance.random() < 0.5:
            paid.append(payment(f"I{number}", day(chance), chance.choice((100, 40)), customer=bills[-1]["customer"]))
    return {"bills": bills, "paid": paid}


def store_of_firm(firm: Firm, con: duckdb.DuckDBPyConnection | None = None) -> duckdb.DuckDBPyConnection:
    """A store holding a firm, in a new database or in one that is emptied first."""
    con = books(firm["bills"], firm["paid"], firm["lines"], con)
    for table in FILLED:
        con.execute(f"TRUNCATE {table}")
    con.execute("TRUNCATE meta.settings")
    con.execute("INSERT INTO meta.settings VALUES ('base_currency', 'EUR')")
    managers = {"M1": 1, "M2": 2}
    insert(
        con, "managers", *({"id": number, "code": code, "name": f"Manager {code}"} for code, number in managers.items())
    )
    ids = _contacts(con, firm, managers)
    insert(
        con, "interactions",
        *({"id": n, "customer_id": ids[x["customer"]], **{k: x[k] for k in ("at", "direction", "kind", "channel")}} for n, x in enumerate(firm["touches"])),
    )  # fmt: skip
    insert(con, "tickets", *(_ticket_row(n, ids, managers, x) for n, x in enumerate(firm["tickets"])))
    insert(con, "quotes", *(_quote_row(n, ids, x) for n, x in enumerate(firm["quotes"])))
    insert(con, "quote_lines", *(_quote_line(n, x) for n, x in enumerate(firm["quotes"])))
    _plans(con, firm, ids)
    insert(con, "key_accounts", *(_key_row(n, ids, x) for n, x in enumerate(firm["keys"])))
    return con


def _key_row(number: int, ids: Any, one: dict[str, Any]) -> dict[str, Any]:
    own = {name: one[name] for name in ("entered_on", "left_on")}
    return {"id": number, "customer_id": ids[one["customer"]], "entry_reason": "by hand", **own}


def _contacts(con: duckdb.DuckDBPyConnection, firm: Firm, managers: dict[str, int]) -> dict[str | None, int | None]:
    known = dict(con.execute("SELECT code, id FROM contacts").fetchall())
    for code, facts in firm["contacts"].items():
        if code not in known:
            known[code] = len(known) + 1
            insert(con, "contacts", {"id": known[code], "code": code, "name": f"Firm {code}"})
        con.execute(
            'UPDATE contacts SET "group" = $1, industry = $2, region = $3, manager_id = $4, consent_call = $5 WHERE code = $6',
            [facts["group"], facts["industry"], facts["region"], managers.get(facts["manager"] or ""), facts["consent_call"], code],
        )  # fmt: skip
    return {**known, None: None}


def _ticket_row(number: int, ids: Any, managers: dict[str, int], one: dict[str, Any]) -> dict[str, Any]:
    own = {name: one[name] for name in ("kind", "priority", "opened_at", "first_response_at", "closed_at")}
    status = "closed" if one["closed_at"] else "open"
    agent = managers.get(one["agent"] or "")
    return {
        "id": number,
        "ticket_no": one["no"],
        "customer_id": ids[one["customer"]],
        "agent_id": agent,
        "status": status,
        **own,
    }


def _quote_row(number: int, ids: Any, one: dict[str, Any]) -> dict[str, Any]:
    own = {
        name: one[name]
        for name in ("revision", "quoted_on", "sent_on", "valid_until", "decided_on", "status", "currency")
    }
    fixed = {"language": "en", "tax_mode": "line", "tax_included": False}
    return {"id": number, "quote_no": one["no"], "customer_id": ids[one["customer"]], **own, **fixed}


def _quote_line(number: int, one: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": number,
        "quote_id": number,
        "line_no": 1,
        "description": "x",
        "qty": 1,
        "unit_price": one["net"],
        "net": one["net"],
        "tax": 0,
    }


def _plans(con: duckdb.DuckDBPyConnection, firm: Firm, ids: Any) -> None:
    numbers = {plan["no"]: number for number, plan in enumerate(firm["plans"])}
    for plan in firm["plans"]:
        own = {name: plan[name] for name in ("from_on", "to_on", "closed_on")}
        insert(
            con,
            "account_plans",
            {
                "id": numbers[plan["no"]],
                "plan_no": plan["no"],
                "customer_id": ids[plan["customer"]],
                "level": "basic",
                **own,
            },
        )
    for number, step in enumerate(firm["steps"]):
        own = {name: step[name] for name in ("step_no", "made_on", "due_on", "done_on", "skipped_on")}
        insert(
            con, "plan_steps", {"id": number, "plan_id": numbers[step["plan"]], "first_due_on": step["due_on"], **own}
        )
