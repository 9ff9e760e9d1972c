"""The report of tickets once more, slow and obvious, from rows of the table as dicts; tickets without threads."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from typing import Any

from scipy import stats

Ticket = dict[str, Any]
OPENS, SHUTS = dt.time(9), dt.time(18)  # Monday to Friday
Z = stats.norm.ppf(0.975)


def worked(start: dt.datetime, end: dt.datetime) -> float:
    """Minutes of work between two moments, day by day."""
    day, total = start.date(), 0.0
    while day <= end.date():
        if day.weekday() < 5:
            first, last = max(start, dt.datetime.combine(day, OPENS)), min(end, dt.datetime.combine(day, SHUTS))
            total += max(0.0, (last - first).total_seconds() / 60)
        day += dt.timedelta(days=1)
    return total


def quantile(values: list[float], share: float) -> float | None:
    """Linear between the two nearest; None of nothing."""
    if not values:
        return None
    ordered, place = sorted(values), share * (len(values) - 1)
    low, high = math.floor(place), math.ceil(place)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def share(answers: list[bool | None]) -> float | None:
    """Of those known."""
    known = [answer for answer in answers if answer is not None]
    return sum(known) / len(known) if known else None


def mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def seen(ticket: Ticket, end: dt.datetime, promise: tuple[int, int] | None) -> Ticket:
    """What is known of a ticket at a moment."""

    def by_then(name: str) -> dt.datetime | None:
        return ticket[name] if ticket[name] is not None and ticket[name] <= end else None

    answered, resolved, closed = by_then("first_response_at"), by_then("resolved_at"), by_then("closed_at")
    told = ticket["resolved_at"] is None and ticket["closed_at"] is None and ticket["status"] in ("closed", "resolved")
    is_open = resolved is None and closed is None and not told
    opened = ticket["opened_at"]
    until = end if is_open else min((at for at in (resolved, closed) if at is not None), default=None)
    used = None if until is None else worked(opened, until)
    answer = None if answered is None else worked(opened, answered)
    kept_answer = kept_solution = None
    if promise is not None:
        if answer is not None:
            kept_answer = answer <= promise[0]
        elif is_open and used is not None and used > promise[0]:
            kept_answer = False
        if used is not None and (not is_open or used > promise[1]):
            kept_solution = used <= promise[1]
    return {
        **ticket, "is_open": is_open, "answered": answered, "resolved": resolved, "closed": closed, "answer": answer,
        "used": used, "kept_answer": kept_answer, "kept_solution": kept_solution,
    }  # fmt: skip


def group_of(ticket: Ticket, by: str) -> Any:
    if by == "none":
        return "all"
    if by == "month":
        return ticket["opened_at"].date().replace(day=1)
    if by in ("customer", "agent"):
        return ticket[by]
    return (ticket[by] or "").strip().lower() or "unknown"


def tickets(
    rows: list[Ticket], as_of: dt.date, *, by: str = "none", window: int = 365, promise: tuple[int, int] | None = None
) -> dict[Any, dict[str, Any]]:
    """Group → its figures; scores are of a scale from 1 to 5."""
    end = dt.datetime.combine(as_of, dt.time.max)
    first = dt.datetime.combine(as_of - dt.timedelta(days=window - 1), dt.time.min)
    there = [seen(row, end, promise) for row in rows if row["opened_at"] <= end]
    there = [one for one in there if one["opened_at"] >= first or one["is_open"]]
    if not any(one["resolved"] for one in there):
        there = [{**one, "resolved": one["closed"]} for one in there]
    groups: dict[Any, list[Ticket]] = defaultdict(list)
    for one in there:
        groups[group_of(one, by)].append(one)
    return {name: _figures(own, first, as_of) for name, own in groups.items()}


def _figures(own: list[Ticket], first: dt.datetime, as_of: dt.date) -> dict[str, Any]:
    new = [one for one in own if one["opened_at"] >= first]
    settled = [one for one in new if not one["is_open"]]
    done = [one for one in settled if one["resolved"] is not None]
    answers = [one["answer"] / 60 for one in new if one["answer"] is not None]
    solutions = [one["used"] / 60 for one in done]
    clock = [(one["resolved"] - one["opened_at"]).total_seconds() / 3600 for one in done]
    days = [(one["closed"] - one["opened_at"]).total_seconds() / 86400 for one in new if one["closed"] is not None]
    waiting = [one for one in own if one["is_open"]]
    hands = [float(one["reassigned"]) for one in settled if one["reassigned"] is not None]
    return {
        "tickets": len(new), "answered": sum(one["answered"] is not None for one in new), "resolved": len(done),
        "open": len(waiting),
        "oldest_days": max(((as_of - one["opened_at"].date()).days for one in waiting), default=None),
        "response_median": quantile(answers, 0.5), "response_p90": quantile(answers, 0.9),
        "resolution_median": quantile(solutions, 0.5), "resolution_p90": quantile(solutions, 0.9),
        "resolution_clock_median": quantile(clock, 0.5), "resolution_clock_p90": quantile(clock, 0.9),
        "resolution_clock_mean": mean(clock), "close_days_median": quantile(days, 0.5), "close_days_mean": mean(days),
        "response_kept": share([one["kept_answer"] for one in new]),
        "resolution_kept": share([one["kept_solution"] for one in new]),
        "sla_kept_told": share([one["sla_kept"] for one in settled]),
        "reopened_share": share([None if one["reopened"] is None else one["reopened"] > 0 for one in settled]),
        "reassigned_share": share([hand > 0 for hand in hands]), "reassigned_mean": mean(hands),
        **_scores([float(one["csat"]) for one in settled if one["csat"] is not None]),
        **_promoters([one["nps"] for one in settled if one["nps"] is not None]),
    }  # fmt: skip


def _scores(scores: list[float]) -> dict[str, Any]:
    found = {"csat": mean(scores), "csat_low": None, "csat_high": None, "csat_count": len(scores)}
    if len(set(scores)) < 2:
        return found
    low, high = stats.ttest_1samp(scores, 0).confidence_interval(0.95)
    return {**found, "csat_low": max(1.0, low), "csat_high": min(5.0, high)}


def _promoters(scores: list[int]) -> dict[str, Any]:
    n = len(scores)
    found = {"nps": None, "nps_low": None, "nps_high": None, "nps_count": n}
    if not n:
        return found
    up, down = sum(score >= 9 for score in scores), sum(score <= 6 for score in scores)
    more, less = (up + 0.75) / (n + 3), (down + 0.75) / (n + 3)
    reach = Z * math.sqrt((more + less - (more - less) ** 2) / (n + 3))
    ends = {"nps_low": 100 * (more - less - reach), "nps_high": 100 * (more - less + reach)}
    return {**found, "nps": 100 * (up - down) / n, **ends}
