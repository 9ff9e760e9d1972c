"""Goals of plans with the figures of their days, and goals that a template suggests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from crmcli.metrics.catalogue import install
from crmcli.numbers import rounded
from crmcli.reports.sections import named, sections
from crmcli.rules.plans.goals import MEASURES, Goal, Progress, progress
from crmcli.rules.plans.template import Suggestion
from crmcli.store.filling import fill
from crmcli.table import Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_DAY = dt.timedelta(1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days of a customer after `since` up to `until`, for figures."""

    customer_id: int
    since: dt.date
    until: dt.date


@dataclass(frozen=True, slots=True)
class Standing:
    """A goal on a day: the figure of the plan's days so far, and how it stands."""

    plan_id: int
    goal: Goal
    fact: Decimal | None
    progress: Progress


def figures(con: DuckDBPyConnection, spans: Sequence[Span]) -> list[dict[str, Decimal | None]]:
    """Each measure of `MEASURES` for each span, None: unknown; one reading for all of them."""
    if not spans:
        return []
    columns = {"customer_id": "INTEGER", "since": "DATE", "until": "DATE"}
    fill(con, "plan_spans", columns, [(place, *astuple(span)) for place, span in enumerate(spans)])
    sql = sections("plans", "plans")["figures"]
    install(con, sql)
    first, last = min(span.since for span in spans), max(span.until for span in spans)
    found = con.execute(sql, {"since": first, "until": last}).fetchall()
    return [dict(zip(MEASURES, row[1:], strict=True)) for row in found]


def standings(con: DuckDBPyConnection, as_of: dt.date, plan_id: int | None = None) -> list[Standing]:
    """Every goal, of one plan or of all, as it stands on a day."""
    sql = sections("plans", "plans")["goals"]
    found = con.execute(sql, named(sql, {"plan": plan_id})).fetchall()
    spans = [
        Span(customer, from_on - _DAY, max(_last(as_of, by_on, closed_on), from_on - _DAY))
        for *_rest, by_on, _note, from_on, customer, closed_on in found
    ]
    facts = figures(con, spans)
    answers = []
    for (_id, plan, measure, target, by_on, note, from_on, _customer, closed_on), fact in zip(
        found, facts, strict=True
    ):
        goal, last = Goal(measure, target, by_on, note), _last(as_of, by_on, closed_on)
        # a measure taken in from elsewhere may be one that nobody here can compute
        stands = progress(goal, fact.get(measure), from_on=from_on, by_on=by_on, as_of=last)
        answers.append(Standing(plan, goal, fact.get(measure) if last >= from_on else None, stands))
    return answers


def suggested(
    con: DuckDBPyConnection,
    customer_id: int,
    suggestions: Sequence[Suggestion],
    *,
    from_on: dt.date,
    to_on: dt.date,
    as_of: dt.date,
) -> tuple[Goal, ...]:
    """Goals of a template as figures; growth is over as many days before the plan as it has, up to the day of the look.

    A goal whose figure of before is unknown or nothing is left out: there is nothing to grow from.
    """  # fmt: skip
    last = min(from_on - _DAY, as_of)
    (before,) = figures(con, [Span(customer_id, last - (to_on - from_on) - _DAY, last)])
    goals = []
    for one in suggestions:
        target = one.target if one.target is not None else _grown(one, before)
        if target is not None and target > 0:
            goals.append(Goal(one.measure, target))
    return tuple(goals)


def _grown(one: Suggestion, before: Mapping[str, Decimal | None]) -> Decimal | None:
    fact = before[one.measure]
    if fact is None or one.growth is None or fact <= 0:
        return None
    grown = fact * (1 + one.growth / 100)
    if MEASURES[one.measure] is Kind.SHARE:
        return min(rounded(grown, 4), Decimal(1))
    # counts are whole, and amounts are said without their minor unit
    return grown.to_integral_value(ROUND_CEILING) if MEASURES[one.measure] is Kind.COUNT else rounded(grown, 0)


def _last(as_of: dt.date, by_on: dt.date, closed_on: dt.date | None) -> dt.date:
    """The last day a goal looks at."""
    return min(as_of, by_on, *((closed_on - _DAY,) if closed_on is not None and closed_on <= as_of else ()))
