"""Adoption and whitespace once more, slow and obvious, from rows of the tables as dicts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from statistics import median
from typing import Any

from tests.oracle_costs import Facts, counted_lines


def category(facts: Facts, line: dict[str, Any]) -> str | None:
    """Category of a line: its own, else its product's."""
    return line["category"] or next((p["category"] for p in facts["products"] if p["id"] == line["product_id"]), None)


def whitespace(
    facts: Facts, as_of: dt.date, *, window: int = 365, least_share: float = 0.3, least_peers: int = 5
) -> dict[tuple[str, str], dict[str, Any]]:
    """(customer code, category) → peers, those buying, and the expected amount."""
    spend: dict[int, dict[str | None, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for line in counted_lines(facts, as_of - dt.timedelta(days=window), as_of):
        if line["customer_id"] is not None:
            spend[line["customer_id"]][category(facts, line)] += line["net"]
    totals = {who: sum(parts.values(), Decimal(0)) for who, parts in spend.items()}
    buyers = {c["id"]: c for c in facts["contacts"] if totals.get(c["id"], 0) > 0}
    found = {}
    for who, contact in buyers.items():
        for kind in ("group", "industry", "all"):
            peers = [p for p, other in buyers.items() if p != who and (kind == "all" or other[kind] == contact[kind])]
            if kind == "all" or (contact[kind] is not None and len(peers) >= least_peers):
                break
        names = {name for peer in peers for name in spend[peer] if name is not None}
        for name in names - {name for name, amount in spend[who].items() if amount > 0}:
            buying = [peer for peer in peers if spend[peer][name] > 0]
            if not buying or len(buying) < least_share * len(peers):
                continue
            size = median(float(totals[peer]) for peer in buying)
            found[contact["code"], name] = {
                "peers_by": kind,
                "peers": len(peers),
                "peers_buying": len(buying),
                "expected_amount": median(float(spend[peer][name]) for peer in buying) * float(totals[who]) / size,
            }
    return found


def adoption(facts: Facts, as_of: dt.date, *, window: int = 365) -> dict[str, dict[str, Any]]:
    """SKU of a product launched in the window → its customers' first days, in order, and how many could have bought."""
    since = as_of - dt.timedelta(days=window)
    lines = [x for x in counted_lines(facts, dt.date.min, as_of) if x["net"] > 0 and x["qty"] > 0 and x["customer_id"]]
    codes = {contact["id"]: contact["code"] for contact in facts["contacts"]}
    found = {}
    for product in facts["products"]:
        if product["launched_on"] is None or not since < product["launched_on"] <= as_of:
            continue
        firsts: dict[int, dt.date] = {}
        for line in sorted(lines, key=lambda x: x["ordered_on"]):
            if line["product_id"] == product["id"]:
                firsts.setdefault(line["customer_id"], line["ordered_on"])
        able = {
            x["customer_id"] for x in lines if x["ordered_on"] > since and category(facts, x) == product["category"]
        }
        found[product["sku"]] = {
            "firsts": sorted((day, codes[who]) for who, day in firsts.items()),
            "able": len(able | firsts.keys()),
        }
    return found
