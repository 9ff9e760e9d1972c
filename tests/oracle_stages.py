"""Life cycle and growth once more, slow and obvious, from the lists of dicts that `tests.oracle` reads."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests import oracle
from tests.oracle import YEAR, ZERO, Line


def stages(
    lines: list[Line], as_of: dt.date, parties: dict[str, dict[str, Any]], window: int = YEAR
) -> dict[str, dict[str, Any]]:
    """Stage and figures of every prospect and customer.

    Args:
        parties: Code → {"role", "created_on"} (each or None) of every contact, also of those without a line.
    """
    beats, found = oracle.rhythm(lines, as_of), oracle.windowed(lines, as_of, window)
    classes = {row["customer"]: row["class"] for row in oracle.abc(lines, {}, as_of, window=window)}
    answer = {}
    for who, facts in parties.items():
        days = [line["on"] for line in lines if line["customer"] == who] + [facts["created_on"]]
        known = [day for day in days if day is not None]
        if known and min(known) > as_of:
            continue
        answer[who] = {
            "stage": _stage(beats.get(who), classes.get(who)),
            "occasions": beats[who]["occasions"] if who in beats else 0,
            "last_purchase_on": beats[who]["last_purchase_on"] if who in beats else None,
            "recency_days": beats[who]["recency_days"] if who in beats else None,
            "revenue": oracle.revenue(found, who),
            "class": classes.get(who),
        }
    return answer


def _stage(beat: dict[str, Any] | None, letter: str | None) -> str:
    if beat is None:
        return "attract"
    if beat["departed"]:
        return "reactivate"
    if beat["occasions"] < 3 or beat["is_new"]:
        return "retain"
    return "cherish" if letter == "A" else "grow"


def moves(then: dict[str, dict[str, Any]], now: dict[str, dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """(stage then, or entry; stage now) → customers, revenue then and now."""
    answer: dict[tuple[str, str], dict[str, Any]] = {}
    for who, facts in now.items():
        before = then.get(who)
        cell = answer.setdefault(
            (before["stage"] if before else "entry", facts["stage"]),
            {"customers": 0, "revenue_before": ZERO, "revenue": ZERO},
        )
        cell["customers"] += 1
        cell["revenue_before"] += before["revenue"] if before else ZERO
        cell["revenue"] += facts["revenue"]
    return answer


def growth(
    lines: list[Line], products: dict[str, dict[str, Any]], as_of: dt.date, window: int = YEAR
) -> dict[str, dict[str, Any]]:
    """This window against the one before, of every party with a counted line in either."""
    now, before = _both(lines, as_of, window)
    classes = {row["customer"]: row["class"] for row in oracle.abc(lines, products, as_of, window=window)}
    is_costed = any(oracle.cost(line, products) is not None for line in now + before)
    base_now, base_before = _categories(now, products), _categories(before, products)
    answer = {}
    for who in {line["customer"] for line in now + before} - {None}:
        mine, old = ([line for line in part if line["customer"] == who] for part in (now, before))
        one, two = oracle.revenue(mine, who), oracle.revenue(old, who)
        days, days_old = (len(oracle.occasions(part, as_of).get(who, ())) for part in (mine, old))
        margin, margin_old = (_margin(part, products, is_costed=is_costed) for part in (mine, old))
        label = _label(one, two)
        answer[who] = {
            "revenue": one,
            "revenue_before": two,
            "change": one - two,
            "change_pct": _relative(one, two),
            "margin": margin,
            "margin_before": margin_old,
            "margin_change": None if margin is None or margin_old is None else margin - margin_old,
            "margin_change_pct": None if margin is None or margin_old is None else _relative(margin, margin_old),
            "occasions": days,
            "occasions_before": days_old,
            "occasions_change": days - days_old,
            "occasions_change_pct": _relative(Decimal(days), Decimal(days_old)),
            "categories": len(_categories(mine, products)) if base_now else None,
            "depth": Fraction(len(_categories(mine, products)), len(base_now)) if base_now else None,
            "depth_before": Fraction(len(_categories(old, products)), len(base_before)) if base_before else None,
            "label": label,
            "stable_important": label == "stable" and classes.get(who) == "A",
        }
    return answer


def _both(lines: list[Line], as_of: dt.date, window: int) -> tuple[list[Line], list[Line]]:
    now = oracle.windowed(lines, as_of, window)
    return now, oracle.windowed(lines, as_of - dt.timedelta(days=window), window)


def _margin(part: list[Line], products: dict[str, Any], *, is_costed: bool) -> Decimal | None:
    return ZERO if not part and is_costed else oracle.margin(part, products)


def _categories(part: list[Line], products: dict[str, Any]) -> set[str]:
    named = {
        line.get("category") or (products[line["sku"]]["category"] if line["sku"] else None)
        for line in part
        if line["net"] > 0
    }
    return named - {None}


def _relative(now: Decimal, before: Decimal) -> Fraction | None:
    return Fraction(now - before) / Fraction(before) if before > 0 else None


def _label(now: Decimal, before: Decimal) -> str:
    if before == 0:
        return "new"
    if now == 0:
        return "lost"
    tenth = abs(before) / 10
    return "growing" if now - before > tenth else "declining" if now - before < -tenth else "stable"
