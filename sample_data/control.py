"""Control sums of the sample: what anyone who takes the files in must find."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import Any

from sample_data.firm import dirty
from sample_data.firm.calendar import LAST_DAY
from sample_data.firm.chance import SEED
from sample_data.firm.interactions import interactions
from sample_data.firm.invoices import invoices
from sample_data.firm.managers import MANAGERS
from sample_data.firm.orders import Line, Order, orders, returns
from sample_data.firm.parties import TWICE_ENTERED, customers, outsiders
from sample_data.firm.products import products
from sample_data.firm.rivals import COST_ACTIVITIES, rival_prices
from sample_data.firm.tickets import tickets
from sample_data.firm.webshop import shop_orders

WINDOW_DAYS = 365
NEW_DAYS = 90
REST_DAYS = 30
DEPARTED_RATIO = 3


def everything() -> list[Order]:
    """Orders and returns of the sales file."""
    return [*orders(), *returns()]


def summed(lines: list[Line]) -> Decimal:
    """Sum of the line amounts, roubles."""
    return sum((line.amount for line in lines), Decimal(0))


def sales_sums() -> dict[str, Any]:
    """Lines, documents and money of the sales file."""
    lines = [line for order in everything() for line in order.lines]
    costed = [line for line in lines if line.unit_cost is not None]
    cost = sum((line.qty * line.unit_cost for line in costed if line.unit_cost is not None), Decimal(0))
    window_from = LAST_DAY - timedelta(days=WINDOW_DAYS)
    in_window = [line for order in everything() if order.ordered_on > window_from for line in order.lines]
    years: dict[str, Decimal] = defaultdict(Decimal)
    for order in everything():
        years[str(order.ordered_on.year)] += order.total
    return {
        "lines": len(lines),
        "orders": len(orders()),
        "returns": len(returns()),
        "counter_sales": sum(order.party is None for order in orders()),
        "customers": len({order.party.code for order in orders() if order.party}),
        "revenue": str(summed(lines)),
        "revenue_by_year": {year: str(total) for year, total in years.items()},
        "revenue_last_365_days": str(summed(in_window)),
        "returned": str(sum((order.total for order in returns()), Decimal(0))),
        "revenue_with_line_cost": str(summed(costed)),
        "margin_with_line_cost": f"{summed(costed) - cost:.4f}",
        "first_day": min(order.ordered_on for order in everything()).isoformat(),
        "last_day": max(order.ordered_on for order in everything()).isoformat(),
    }


def occasions() -> dict[str, list[date]]:
    """Customer code → the days with an order, ascending, each once."""
    days: dict[str, set[date]] = defaultdict(set)
    for order in orders():
        if order.party is not None:
            days[order.party.code].add(order.ordered_on)
    return {code: sorted(days[code]) for code in sorted(days)}


def rhythm_facts() -> dict[str, Any]:
    """Who is departed and who is new at the last day, by the definitions of the metrics, from the sales file alone."""
    bought = occasions()
    gaps = {code: [(b - a).days for a, b in pairwise(days)] for code, days in bought.items()}
    base_gap = median(gap for own in gaps.values() for gap in own)
    departed: list[str] = []
    for code, own in gaps.items():
        expected = (len(own) * (median(own) if own else 0) + 2 * base_gap) / (len(own) + 2)
        since = (LAST_DAY - bought[code][-1]).days
        if since / expected > DEPARTED_RATIO and since >= REST_DAYS:
            departed.append(code)
    return {
        "base_gap": base_gap,
        "occasions": sum(len(days) for days in bought.values()),
        "departed": departed,
        "new": [code for code, days in bought.items() if (LAST_DAY - days[0]).days <= NEW_DAYS],
        "bought_once": [code for code, days in bought.items() if len(days) == 1],
    }


def invoice_sums() -> dict[str, Any]:
    """Number and money of the invoices."""
    paid = [(one.amount, one.paid_amount) for one in invoices() if one.paid_amount is not None]
    return {
        "rows": len(invoices()),
        "amount": str(sum((one.amount for one in invoices()), Decimal(0))),
        "paid_amount": str(sum((part for _, part in paid), Decimal(0))),
        "open": len(invoices()) - len(paid),
        "part_paid": sum(part < amount for amount, part in paid),
    }


def shop_sums() -> dict[str, Any]:
    """Number and money of the online orders; revenue leaves the cancelled out."""
    counted = [order for order in shop_orders() if order.status != "cancelled"]
    return {
        "lines": sum(len(order.lines) for order in shop_orders()),
        "orders": len(shop_orders()),
        "cancelled": len(shop_orders()) - len(counted),
        "guest_orders": sum(not order.email for order in shop_orders()),
        "customers": len({order.email for order in shop_orders() if order.email}),
        "revenue": str(summed([line for order in counted for line in order.lines])),
    }


def dirty_lines() -> dict[str, list[int]]:
    """Verdict → physical lines of the dirty file on which such records begin."""
    found: dict[str, list[int]] = defaultdict(list)
    for line, record in dirty.numbered():
        found[record.verdict].append(line)
    return dict(found)


def control_sums() -> dict[str, Any]:
    """All control sums, ready for JSON: money as text, days as ISO."""
    return {
        "as_of": LAST_DAY.isoformat(),
        "seed": SEED,
        "currency": "RUB",
        "sales_1c_2023_2026.csv": sales_sums() | {"rhythm": rhythm_facts()},
        "book.xlsx": {
            "contacts": len(customers()) + len(outsiders()),
            "customers": len(customers()),
            "entered_twice": TWICE_ENTERED,
            "products": len(products()),
            "products_without_cost": sum(product.cost is None for product in products()),
            "managers": len(MANAGERS),
        },
        "webshop_2025.csv": shop_sums(),
        "invoices.csv": invoice_sums(),
        "tickets.csv": {"rows": len(tickets()), "unresolved": sum(one.resolved_at is None for one in tickets())},
        "visits.csv": {"rows": len(interactions()), "customers": len({one.customer for one in interactions()})},
        "competitor_prices.csv": {"rows": len(rival_prices())},
        "costs.csv": {"rows": len(COST_ACTIVITIES)},
        "dirty.csv": dirty_lines(),
    }


def control_text() -> str:
    """The control sums as JSON text."""
    return json.dumps(control_sums(), ensure_ascii=False, indent=2) + "\n"
