"""Cost to serve, profit and efficiency once more, slow and obvious, from rows of the tables as dicts.

`facts` is table name → rows; money is Decimal or Fraction, exact; nothing here knows the SQL of the reports.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

Facts = dict[str, list[dict[str, Any]]]
ONE_DAY = dt.timedelta(days=1)
TABLES = ("contacts", "managers", "products", "orders", "order_lines", "invoices", "payments", "tickets", "interactions",
          "opportunities", "cost_activities", "competitor_prices", "product_costs")  # fmt: skip


def facts_of(con: Any) -> Facts:
    """All rows of a store."""
    found = {}
    for table in TABLES:
        cursor = con.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in cursor.description]
        found[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return found


def counted_lines(facts: Facts, since: dt.date, as_of: dt.date) -> list[dict[str, Any]]:
    """Counted lines of (since, as_of]."""
    return [line for line in facts["order_lines"] if line["counted"] and since < line["ordered_on"] <= as_of]


def unit_cost(facts: Facts, line: dict[str, Any]) -> Decimal | None:
    """Cost of one unit: on the line, else the product's last dated one by that day, else its own, else unknown."""
    if line["unit_cost"] is not None:
        return Decimal(line["unit_cost"])
    dated = {
        cost["from_on"]: cost["cost"]
        for cost in facts["product_costs"]
        if cost["product_id"] == line["product_id"] and cost["from_on"] <= line["ordered_on"]
    }
    if dated:
        return Decimal(dated[max(dated)])
    costs = {product["id"]: product["cost"] for product in facts["products"]}
    return costs.get(line["product_id"])


def _event(customer: Any, day: dt.date, quantity: Any = 1, **more: Any) -> dict[str, Any]:
    return {"customer": customer, "day": day, "quantity": Fraction(quantity), **more}


def events(facts: Facts, driver: str, as_of: dt.date) -> list[dict[str, Any]]:
    """What happened by as_of that counts for a driver."""
    readers = {
        "order": lambda: _orders(facts, as_of, below_zero=False),
        "return": lambda: _orders(facts, as_of, below_zero=True),
        "order_line": lambda: [
            _event(x["customer_id"], x["ordered_on"], order=x["order_id"], product=x["product_id"])
            for x in counted_lines(facts, dt.date.min, as_of)
        ],
        "shipment": lambda: [
            _event(x["customer_id"], x["shipped_on"], order=x["id"])
            for x in facts["orders"]
            if x["status"] not in {"draft", "cancelled"}
            and max(x["ordered_on"], x["shipped_on"] or dt.date.max) <= as_of
        ],
        "invoice": lambda: [
            _event(x["customer_id"], x["issued_on"]) for x in facts["invoices"] if x["issued_on"] <= as_of
        ],
        "ticket": lambda: [
            _event(x["customer_id"], x["opened_at"].date()) for x in facts["tickets"] if x["opened_at"].date() <= as_of
        ],
        "credit_day": lambda: _credit(facts, as_of),
        "ticket_minute": list,  # nobody records them
    }
    return readers.get(driver, lambda: _contacts(facts, driver, as_of))()


def _orders(facts: Facts, as_of: dt.date, *, below_zero: bool) -> list[dict[str, Any]]:
    totals: dict[int, Decimal] = defaultdict(Decimal)
    heads = {}
    for line in counted_lines(facts, dt.date.min, as_of):
        totals[line["order_id"]] += line["net"]
        heads[line["order_id"]] = line
    found = [(heads[order], order) for order, total in totals.items() if (total < 0) == below_zero]
    return [_event(line["customer_id"], line["ordered_on"], order=order) for line, order in found]


def _contacts(facts: Facts, driver: str, as_of: dt.date) -> list[dict[str, Any]]:
    return [
        _event(
            x["customer_id"],
            x["at"].date(),
            x["minutes"] if driver == "interaction_minute" else 1,
            manager=x["manager_id"],
        )
        for x in facts["interactions"]
        if x["at"].date() <= as_of
        and (driver != "interaction_minute" or x["minutes"] is not None)
        and (not driver.startswith("interaction:") or driver == f"interaction:{x['channel']}")
        and (driver != "quote" or x["kind"] == "offer")
    ]


def _credit(facts: Facts, as_of: dt.date) -> list[dict[str, Any]]:
    """One event a day and invoice with something open at its end; the day itself has not passed yet."""
    found = []
    for invoice in facts["invoices"]:
        paid = [p for p in facts["payments"] if p["invoice_id"] == invoice["id"] and p["paid_on"] <= as_of]
        day = invoice["issued_on"]
        while day < as_of and invoice["amount"] > 0:
            left = invoice["amount"] - sum(p["amount"] for p in paid if p["paid_on"] <= day)
            if left > 0:
                found.append(_event(invoice["customer_id"], day, left))
            day += ONE_DAY
    return found


def charges(facts: Facts, as_of: dt.date) -> list[dict[str, Any]]:
    """Every event that an activity charges, with its activity and its cost."""
    charged = []
    for activity in facts["cost_activities"]:
        first, last = activity["period_from"] or dt.date.min, activity["period_to"] or dt.date.max
        found = [event for event in events(facts, activity["driver"], as_of) if first <= event["day"] <= last]
        price = _price(activity, found, as_of)
        if price is not None:
            charged += [{**event, "activity": activity["name"], "cost": event["quantity"] * price} for event in found]
    return charged


def _price(activity: dict[str, Any], found: list[dict[str, Any]], as_of: dt.date) -> Fraction | None:
    if activity["rate"] is not None:
        return Fraction(activity["rate"]) / (365 if activity["driver"] == "credit_day" else 1)
    if activity["pool"] is None:
        return None
    if activity["capacity"]:
        return Fraction(activity["pool"]) / Fraction(activity["capacity"])
    volume = sum((event["quantity"] for event in found), Fraction(0))
    over = (activity["period_to"] or as_of) <= as_of
    return Fraction(activity["pool"]) / volume if over and volume else None


def profit(facts: Facts, as_of: dt.date, *, by: str, window: int = 365, months: int = 1) -> dict[Any, dict[str, Any]]:
    """Value of the dimension → revenue, discounts, cost of goods, margin, cost to serve, contribution and the shares."""
    since = as_of - dt.timedelta(days=window)
    cells: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    served: dict[Any, Fraction] = defaultdict(Fraction)
    for line in counted_lines(facts, since, as_of):
        place = {"order": line["order_id"], "product": line["product_id"]}
        event = {"customer": line["customer_id"], "day": line["ordered_on"], **place}
        cells[_key(facts, event, by, months)].append(line)
    for event in charges(facts, as_of):
        if event["day"] > since:
            key = _key(facts, event, by, months)
            served[key] += event["cost"]
            cells[key] += []
    return {key: _cell(facts, lines, served[key]) for key, lines in cells.items()}


def _key(facts: Facts, event: dict[str, Any], by: str, months: int) -> Any:
    order = next((o for o in facts["orders"] if o["id"] == event.get("order")), {})
    contact = next((c for c in facts["contacts"] if c["id"] == event["customer"]), {})
    if by == "period":
        return (event["day"].year * 12 + event["day"].month - 1) // months * months
    if by == "customer":
        return contact.get("code")
    if by == "product":
        return next((p["sku"] for p in facts["products"] if p["id"] == event.get("product")), None)
    if by == "manager":
        who = order.get("manager_id") or event.get("manager") or contact.get("manager_id")
        return next((m["code"] for m in facts["managers"] if m["id"] == who), None)
    return order.get(by) or contact.get(by)


def _cell(facts: Facts, lines: list[dict[str, Any]], served: Fraction) -> dict[str, Any]:
    costed = [(line, unit_cost(facts, line)) for line in lines]
    known = [(line, line["qty"] * cost) for line, cost in costed if cost is not None]
    revenue = sum((line["net"] for line in lines), Decimal(0))
    goods = sum((cost for _line, cost in known), Decimal(0)) if known or not lines else None
    base = sum((line["net"] for line, _cost in known), Decimal(0))
    margin = None if goods is None else base - goods
    priced = [line["qty"] * line["unit_price"] - line["net"] for line in lines if line["unit_price"] is not None]
    return {
        "revenue": revenue,
        "discounts": sum(priced, Decimal(0)) if priced else None,
        "cost_of_goods": goods,
        "margin": margin,
        "cost_to_serve": served,
        "contribution": None if margin is None else Fraction(margin) - served,
        "margin_share": Fraction(margin) / Fraction(base) if known and margin is not None and base > 0 else None,
        "cost_coverage": Fraction(base) / Fraction(revenue) if lines and revenue > 0 and base >= 0 else None,
    }
