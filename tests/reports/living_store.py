"""A small firm over thirty months in every table, made by chance from one seed, and the same firm as it stood on a day."""

from __future__ import annotations

import datetime as dt
import json
import random
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from tests.reports.small_store import STEP, empty_store

FIRST = dt.date(2023, 1, 1)
DAYS = 900
REGIONS = ("North", "South", "West")
CATEGORIES = ("Cable", "Tools", "Lamps", "Pipes")
GROUPS = ("retail", "wholesale")

# Facts dated after the day go; what happened to a fact afterwards is taken back.
CUT = (
    "DELETE FROM order_lines WHERE ordered_on > $day",
    "DELETE FROM orders WHERE ordered_on > $day",
    "UPDATE orders SET shipped_on = CASE WHEN shipped_on <= $day THEN shipped_on END",
    "UPDATE orders SET status = 'confirmed' WHERE delivered_on > $day AND status = 'delivered'",
    "UPDATE orders SET delivered_on = NULL WHERE delivered_on > $day",
    "DELETE FROM invoices WHERE issued_on > $day",
    "DELETE FROM payments WHERE paid_on > $day",
    "DELETE FROM tickets WHERE opened_at >= $day + 1",
    "UPDATE tickets SET first_response_at = NULL WHERE first_response_at >= $day + 1",
    "UPDATE tickets SET resolved_at = NULL, closed_at = NULL, status = 'open' WHERE resolved_at >= $day + 1",
    'DELETE FROM interactions WHERE "at" >= $day + 1',
    "DELETE FROM competitor_prices WHERE seen_on > $day",
    "DELETE FROM opportunities WHERE opened_on > $day",
    "UPDATE opportunities SET closed_on = NULL, status = 'open' WHERE closed_on > $day",
)


def living_store(seed: int = 1, customers: int = 40) -> duckdb.DuckDBPyConnection:
    """A store with thirty months of everything."""
    chance, con = random.Random(seed), empty_store()
    insert(con, "managers", *({"id": n, "code": f"M{n}", "name": f"Manager {n}"} for n in (1, 2, 3)))
    insert(con, "products", *(_product(n) for n in range(1, 13)))
    insert(con, "contacts", *(_contact(n, chance) for n in range(1, customers + 6)))
    orders, lines, invoices, payments, tickets, touches = ([] for _each in range(6))
    for party in range(1, customers + 1):
        for day in _rhythm(chance):
            number = len(orders) + 1
            order = _order(number, party if chance.random() > 0.05 else None, day, chance)
            orders.append(order)
            own = [_line(len(lines) + 1 + k, order, chance) for k in range(chance.randint(1, 4))]
            lines.extend(own)
            if order["customer_id"] and order["status"] != "cancelled" and chance.random() < 0.8:
                _bill(order, sum(line["net"] for line in own), invoices, payments, chance)
        tickets.extend([_ticket(len(tickets) + 1 + k, party, chance) for k in range(chance.randint(0, 3))])
        touches.extend(_touch(len(touches) + 1 + k, party, chance) for k in range(chance.randint(0, 8)))
    for table, rows in (
        ("orders", orders), ("order_lines", lines), ("invoices", invoices), ("payments", payments),
        ("tickets", tickets), ("interactions", touches), ("cost_activities", _activities()),
        ("competitor_prices", [_competitor(n, chance) for n in range(1, 20)]),
        ("opportunities", [_deal(n, chance, customers) for n in range(1, 40)]),
    ):  # fmt: skip
        insert(con, table, *rows)
    return con


def as_it_stood(con: duckdb.DuckDBPyConnection, day: dt.date) -> duckdb.DuckDBPyConnection:
    """A second store that holds what was known at the end of a day."""
    past = empty_store()
    tables = con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' AND NOT temporary AND estimated_size > 0"
    ).fetchall()  # an empty one is there already
    with tempfile.TemporaryDirectory() as room:
        for (table,) in tables:
            path = f"{room}/{table}.parquet"
            con.execute(f"COPY main.{table} TO '{path}' (FORMAT parquet)")
            past.execute(f"INSERT INTO {table} SELECT * FROM '{path}'")
    for statement in CUT:
        past.execute(statement, {"day": day} if "$day" in statement else {})
    return past


def insert(con: duckdb.DuckDBPyConnection, table: str, *rows: dict[str, Any]) -> None:
    """Many rows at once, columns by name."""
    with tempfile.TemporaryDirectory() as room:
        path = Path(room) / "rows.json"
        path.write_text("\n".join(json.dumps({**row, **STEP}, default=str) for row in rows), encoding="utf-8")
        con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM read_json('{path}', sample_size = -1)")


def _rhythm(chance: random.Random) -> list[dt.date]:
    """Days of purchase of one customer, who may leave."""
    gap, day, days = chance.choice((12, 30, 60, 120)), chance.randint(0, 500), []
    while day < DAYS:
        days.append(FIRST + dt.timedelta(days=day))
        if chance.random() < 0.06:
            break
        day += max(1, round(chance.expovariate(1 / gap)))
    return days


def _product(number: int) -> dict[str, Any]:
    return {
        "id": number, "sku": f"P{number:02}", "name": f"Product {number}", "category": CATEGORIES[number % 4],
        "price": Decimal(number * 10), "cost": Decimal(number * 6) if number % 5 else None,
        "launched_on": FIRST + dt.timedelta(days=60 * number),
    }  # fmt: skip


def _contact(number: int, chance: random.Random) -> dict[str, Any]:
    return {
        "id": number, "code": f"C{number:03}", "name": f"Firm {number}", "region": chance.choice(REGIONS),
        "group": chance.choice(GROUPS), "manager_id": chance.choice((1, 2, 3, None)),
        "created_on": FIRST,
    }  # fmt: skip


def _order(number: int, party: int | None, day: dt.date, chance: random.Random) -> dict[str, Any]:
    promised, delivered = day + dt.timedelta(days=7), day + dt.timedelta(days=chance.randint(2, 14))
    return {
        "id": number, "order_no": f"O{number:05}", "numbered_here": False, "ordered_on": day, "customer_id": party,
        "status": "cancelled" if chance.random() < 0.03 else "delivered", "region": chance.choice((*REGIONS, None)),
        "channel": chance.choice(("shop", "phone", None)), "manager_id": chance.choice((1, 2, 3, None)),
        "promised_on": promised, "shipped_on": delivered - dt.timedelta(days=1), "delivered_on": delivered,
    }  # fmt: skip


def _line(number: int, order: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    product = chance.randint(1, 12)
    qty = Decimal(chance.randint(1, 20)) * (-1 if chance.random() < 0.06 else 1)
    return {
        "id": number, "order_id": order["id"], "customer_id": order["customer_id"], "ordered_on": order["ordered_on"],
        "counted": order["status"] != "cancelled", "line_no": number, "product_id": product, "qty": qty,
        "unit_price": Decimal(product * 10), "net": qty * product * 10, "unit_cost": None,
    }  # fmt: skip


def _bill(
    order: dict[str, Any],
    amount: Decimal,
    invoices: list[dict[str, Any]],
    payments: list[dict[str, Any]],
    chance: random.Random,
) -> None:
    number, issued = len(invoices) + 1, order["ordered_on"] + dt.timedelta(days=chance.randint(0, 3))
    invoices.append(
        {"id": number, "invoice_no": f"I{number:05}", "customer_id": order["customer_id"], "order_no": order["order_no"],
         "issued_on": issued, "due_on": issued + dt.timedelta(days=30) if chance.random() < 0.9 else None, "amount": amount}
    )  # fmt: skip
    for part in chance.choice(((1,), (1,), (1,), (0.5, 0.5), (0.4,), ())):
        paid = issued + dt.timedelta(days=chance.randint(-5, 70))
        payments.append(
            {"id": len(payments) + 1, "invoice_id": number, "customer_id": order["customer_id"], "paid_on": paid,
             "amount": (amount * Decimal(str(part))).quantize(Decimal("0.0001")), "with_invoice": False}
        )  # fmt: skip


def _ticket(number: int, party: int, chance: random.Random) -> dict[str, Any]:
    opened = dt.datetime.combine(FIRST, dt.time(10)) + dt.timedelta(
        days=chance.randint(0, DAYS), hours=chance.randint(0, 8)
    )
    resolved = opened + dt.timedelta(hours=chance.randint(2, 400)) if chance.random() < 0.85 else None
    return {
        "id": number, "ticket_no": f"T{number:04}", "customer_id": party, "kind": chance.choice(("question", "complaint")),
        "status": "closed" if resolved else "open", "opened_at": opened, "resolved_at": resolved, "closed_at": resolved,
        "first_response_at": min(opened + dt.timedelta(hours=chance.randint(1, 60)), resolved) if resolved else None,
    }  # fmt: skip


def _touch(number: int, party: int, chance: random.Random) -> dict[str, Any]:
    at = dt.datetime.combine(FIRST, dt.time(9)) + dt.timedelta(
        days=chance.randint(0, DAYS), minutes=chance.randint(0, 500)
    )
    return {
        "id": number, "customer_id": party, "at": at, "channel": chance.choice(("call", "visit", "mail")),
        "direction": chance.choice(("in", "out")), "minutes": Decimal(chance.randint(2, 60)), "manager_id": chance.choice((1, 2, 3)),
    }  # fmt: skip


def _activities() -> list[dict[str, Any]]:
    return [
        {"id": 1, "name": "Order handling", "driver": "order", "rate": Decimal(12), "pool": None, "period_from": None, "period_to": None},
        {"id": 2, "name": "Calls", "driver": "interaction_minute", "rate": Decimal(1), "pool": None, "period_from": None, "period_to": None},
        {"id": 3, "name": "Delivery", "driver": "shipment", "rate": None, "pool": Decimal(9000), "period_from": dt.date(2023, 1, 1), "period_to": dt.date(2023, 12, 31)},
    ]  # fmt: skip


def _competitor(number: int, chance: random.Random) -> dict[str, Any]:
    return {
        "id": number, "competitor": chance.choice(("Rival A", "Rival B")), "product_id": chance.randint(1, 12),
        "price": Decimal(chance.randint(5, 120)), "seen_on": FIRST + dt.timedelta(days=chance.randint(0, DAYS)),
    }  # fmt: skip


def _deal(number: int, chance: random.Random, customers: int) -> dict[str, Any]:
    opened = FIRST + dt.timedelta(days=chance.randint(0, DAYS))
    status = chance.choice(("won", "lost", "open"))
    closed = None if status == "open" else opened + dt.timedelta(days=chance.randint(3, 120))
    return {
        "id": number, "opportunity_no": f"D{number:03}", "customer_id": chance.randint(1, customers), "status": status,
        "amount": Decimal(chance.randint(100, 5000)), "opened_on": opened, "closed_on": closed,
    }  # fmt: skip
