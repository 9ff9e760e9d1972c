"""Every measure once more, slow and obvious, from plain lists of dicts: what the SQL is compared with.

A fact is an order line: {"order", "customer" (code or None), "on", "status", "sku", "qty", "net", "unit_cost"}.
Products: sku → {"cost" (or None), "category", "costs" (day from which → cost, may be absent)}. Money is Decimal, exact; nothing here knows SQL.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

Line = dict[str, Any]
YEAR = 365
ZERO = Decimal(0)

GRID = {
    5: ("new", "potential_loyal", "potential_loyal", "champion", "champion"),
    4: ("promising", "potential_loyal", "potential_loyal", "loyal", "champion"),
    3: ("about_to_sleep", "need_attention", "need_attention", "loyal", "loyal"),
    2: ("hibernating", "hibernating", "at_risk", "at_risk", "cannot_lose"),
    1: ("lost", "lost", "at_risk", "cannot_lose", "cannot_lose"),
}


def counted(lines: list[Line], as_of: dt.date) -> list[Line]:
    """Lines of counted orders dated by as_of."""
    return [line for line in lines if line["on"] <= as_of and line["status"] not in {"draft", "cancelled"}]


def windowed(lines: list[Line], as_of: dt.date, window: int = YEAR) -> list[Line]:
    """Counted lines of (as_of − window, as_of]."""
    return [line for line in counted(lines, as_of) if line["on"] > as_of - dt.timedelta(days=window)]


def occasions(lines: list[Line], as_of: dt.date) -> dict[str, list[dt.date]]:
    """Days on which each customer has a counted order of positive total, in order; customers only."""
    totals: dict[tuple[str, str, dt.date], Decimal] = defaultdict(Decimal)
    for line in counted(lines, as_of):
        if line["customer"] is not None:
            totals[line["order"], line["customer"], line["on"]] += line["net"]
    days: dict[str, set[dt.date]] = defaultdict(set)
    for (_, customer, day), total in totals.items():
        if total > 0:
            days[customer].add(day)
    return {customer: sorted(found) for customer, found in days.items()}


def revenue(lines: list[Line], customer: str) -> Decimal:
    """Sum of net of one customer."""
    return sum((line["net"] for line in lines if line["customer"] == customer), ZERO)


def cost(line: Line, products: dict[str, dict[str, Any]]) -> Decimal | None:
    """Cost of goods of a line, None when unknown."""
    unit = line["unit_cost"]
    if unit is None and line["sku"] is not None:
        unit = cost_in_force(products[line["sku"]], line["on"])
    return None if unit is None else unit * line["qty"]


def cost_in_force(product: dict[str, Any], day: dt.date) -> Decimal | None:
    """Unit cost of a product on a day: the last dated one that begins by then, else the product's own."""
    begun = [first for first in product.get("costs", {}) if first <= day]
    known: Decimal | None = product["costs"][max(begun)] if begun else product["cost"]
    return known


def margin(lines: list[Line], products: dict[str, dict[str, Any]]) -> Decimal | None:
    """Net less cost over the lines whose cost is known; None when no line's is."""
    known = [line["net"] - found for line in lines if (found := cost(line, products)) is not None]
    return four_places(sum(known, ZERO)) if known else None


def four_places(value: Decimal) -> Decimal:
    """Four decimals, half away from zero."""
    return value.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def median(values: list[int]) -> Fraction | None:
    """The middle one, or the mean of the middle two."""
    if not values:
        return None
    ordered, middle = sorted(values), len(values) // 2
    return Fraction(ordered[middle]) if len(values) % 2 else Fraction(ordered[middle - 1] + ordered[middle], 2)


def quantile(values: list[Decimal], share: Fraction) -> Fraction:
    """Linear interpolation between the two nearest ranks."""
    ordered = [Fraction(value) for value in sorted(values)]
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def rhythm(lines: list[Line], as_of: dt.date) -> dict[str, dict[str, Any]]:
    """Expected gap, overdue ratio, departed and new, of every customer."""
    days = occasions(lines, as_of)
    own = {who: [(b - a).days for a, b in pairwise(found)] for who, found in days.items()}
    base = median([gap for gaps in own.values() for gap in gaps])
    answer = {}
    for who, found in days.items():
        middle, n = median(own[who]), len(own[who])
        expected = base if middle is None or base is None else (n * middle + 2 * base) / (n + 2)
        recency = (as_of - found[-1]).days
        answer[who] = {
            "occasions": len(found),
            "last_purchase_on": found[-1],
            "recency_days": recency,
            "expected_gap": expected,
            "overdue_ratio": None if expected is None else recency / expected,
            "departed": expected is not None and recency > 3 * expected and recency >= 30,
            "is_new": (as_of - found[0]).days <= 90,
        }
    return answer


def rfm(lines: list[Line], as_of: dt.date) -> dict[str, dict[str, Any]]:
    """Recency, frequency, monetary, their scores and the group, by customer."""
    days, facts = occasions(lines, as_of), counted(lines, as_of)
    recency = {who: (as_of - found[-1]).days for who, found in days.items()}
    frequency = {who: len(found) for who, found in days.items()}
    monetary = {who: revenue(facts, who) for who in days}
    answer = {}
    for who in days:
        r = _score(sum(other > recency[who] for other in recency.values()), len(days))
        f = _score(sum(other < frequency[who] for other in frequency.values()), len(days))
        m = _score(sum(other < monetary[who] for other in monetary.values()), len(days))
        fm = int(Fraction(f + m, 2) + Fraction(1, 2))
        answer[who] = {
            "last_purchase_on": days[who][-1],
            "recency_days": recency[who],
            "frequency": frequency[who],
            "monetary": monetary[who],
            "r": r,
            "f": f,
            "m": m,
            "rfm": f"{r}{f}{m}",
            "group": GRID[r][fm - 1],
        }
    return answer


def _score(worse: int, n: int) -> int:
    """Score of the rank that so many worse customers leave."""
    return 1 + (5 * worse) // n


def measures(lines: list[Line], products: dict[str, Any], as_of: dt.date, window: int, measure: str) -> dict[str, Any]:
    """Revenue or margin over the window (realised value: to date) of every party with a counted line in the window."""
    found = windowed(lines, as_of, window)
    parties = {line["customer"] for line in found} - {None}
    if measure == "value":
        found = counted(lines, as_of)
    if measure == "revenue":
        return {who: revenue(found, who) for who in parties}
    return {who: margin([line for line in found if line["customer"] == who], products) for who in parties}


def abc(
    lines: list[Line],
    products: dict[str, Any],
    as_of: dt.date,
    *,
    measure: str = "revenue",
    window: int = YEAR,
    clean: bool = True,
    a: Fraction = Fraction(4, 5),
    b: Fraction = Fraction(19, 20),
) -> list[dict[str, Any]]:
    """Rows of the ABC of customers: those classified first, by measure descending."""
    figures = measures(lines, products, as_of, window, measure)
    beats = rhythm(lines, as_of)
    positive = [figure for figure in figures.values() if figure is not None and figure > 0]
    limit = None
    if positive:
        q1, q3 = quantile(positive, Fraction(1, 4)), quantile(positive, Fraction(3, 4))
        limit = q3 + Fraction(3, 2) * (q3 - q1)
    reasons = {who: _set_aside(figure, beats.get(who), limit, clean=clean) for who, figure in figures.items()}
    rest = sorted((who for who in figures if reasons[who] is None), key=lambda who: (-figures[who], who))
    total = sum((figures[who] for who in rest), ZERO)
    rows, before = [], ZERO
    for who in rest:
        share = Fraction(figures[who]) / Fraction(total) if total > 0 else None
        rows.append(
            {
                "customer": who,
                "measure": figures[who],
                "share": share,
                "cumulative_share": (Fraction(before) + Fraction(figures[who])) / Fraction(total)
                if total > 0
                else None,
                "class": _class(figures[who], before, total, a, b),
                "set_aside": None,
            }
        )
        before += figures[who]
    for who in figures:
        if reasons[who] is not None:
            blank = dict.fromkeys(("share", "cumulative_share", "class"))
            rows.append({"customer": who, "measure": figures[who], **blank, "set_aside": reasons[who]})
    return rows


def _set_aside(
    figure: Decimal | None, beat: dict[str, Any] | None, limit: Fraction | None, *, clean: bool
) -> str | None:
    if clean and beat is not None:
        if beat["departed"]:
            return "departed"
        if beat["occasions"] == 1 and limit is not None and figure is not None and figure > limit:
            return "one_off_large"
        if beat["is_new"]:
            return "new"
    return "unknown_cost" if figure is None else None


def _class(figure: Decimal, before: Decimal, total: Decimal, a: Fraction, b: Fraction) -> str:
    if figure <= 0 or total <= 0:
        return "C"
    share = Fraction(before) / Fraction(total)
    return "A" if share < a else "B" if share < b else "C"


def months_back(day: dt.date, as_of: dt.date) -> int:
    """0 for the month that ends on as_of, 1 for the one before: months run from day to day, month ends fit."""
    last_of_month = (as_of + dt.timedelta(days=1)).day == 1
    whole = (as_of.year - day.year) * 12 + as_of.month - day.month
    return whole - (1 if not last_of_month and day.day > as_of.day else 0)


def xyz(lines: list[Line], as_of: dt.date, who: str, window: int = YEAR) -> str | None:
    """Regularity of a customer's monthly revenue; None without positive revenue."""
    months = max(1, round(window * 12 / YEAR))
    sums = [ZERO] * months
    for line in windowed(lines, as_of, window):
        if line["customer"] == who:
            sums[min(months_back(line["on"], as_of), months - 1)] += line["net"]
    total = Fraction(sum(sums, ZERO))
    if total <= 0:
        return None
    mean = total / months
    squared = sum((Fraction(value) - mean) ** 2 for value in sums) / months / mean**2
    return "X" if squared <= Fraction(1, 4) else "Y" if squared <= 1 else "Z"


def cohorts(lines: list[Line], as_of: dt.date) -> dict[dt.date, dict[str, Any]]:
    """Month of the first occasion → size, and how many had an occasion k months later."""
    days = occasions(lines, as_of)
    answer: dict[dt.date, dict[str, Any]] = {}
    for found in days.values():
        start = found[0].replace(day=1)
        cohort = answer.setdefault(start, {"size": 0, "active": defaultdict(int)})
        cohort["size"] += 1
        for k in {(day.year - start.year) * 12 + day.month - start.month for day in found}:
            cohort["active"][k] += 1
    return answer


def repeat_rate(lines: list[Line], as_of: dt.date) -> Fraction | None:
    """Customers with two occasions or more, of all customers."""
    days = occasions(lines, as_of)
    return Fraction(sum(len(found) > 1 for found in days.values()), len(days)) if days else None


def existing_share(lines: list[Line], as_of: dt.date, window: int = YEAR) -> Fraction | None:
    """Window revenue of customers whose first occasion precedes the window, of all window revenue."""
    days, found = occasions(lines, as_of), windowed(lines, as_of, window)
    start = as_of - dt.timedelta(days=window)
    total = sum((line["net"] for line in found), ZERO)
    old = sum((line["net"] for line in found if line["customer"] in days and days[line["customer"]][0] <= start), ZERO)
    return Fraction(old) / Fraction(total) if total else None


def money_at_stake(lines: list[Line], products: dict[str, Any], as_of: dt.date, who: str) -> Decimal:
    """Margin of the last 365 days, line by line; revenue where the cost of a line is unknown."""
    found = [line for line in windowed(lines, as_of) if line["customer"] == who]
    return four_places(sum((line["net"] - (cost(line, products) or ZERO) for line in found), ZERO))
