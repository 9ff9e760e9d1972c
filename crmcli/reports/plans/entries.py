"""Steps of plans as facts for a calendar."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.metrics.catalogue import install
from crmcli.reports.plans.listing import Whose
from crmcli.reports.sections import named, sections

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class StepEntry:
    """A step with what a calendar needs; `sequence` counts its changes, `changed_at` is that of the last one."""

    plan_no: str
    step_no: int
    customer: str | None
    name: str | None
    phone: str | None
    due_on: dt.date
    channel: str | None
    subject: str | None
    minutes: Decimal | None
    state: str
    outcome: str | None
    done_on: dt.date | None
    sequence: int
    changed_at: dt.datetime | None
    manager: str | None


def calendar_entries(
    con: DuckDBPyConnection, whose: Whose, as_of: dt.date, *, since: dt.date | None = None, until: dt.date | None = None
) -> list[StepEntry]:
    """Steps due from `since` to `until` (None: without end), settled ones too, by day; states are those of as_of.

    How often a step was changed is always that of now: calendars must see it rise.
    """
    sql = sections("plans", "plans")["entries"]
    install(con, sql)
    values = {
        "as_of": as_of,
        "since": since,
        "until": until,
        "customer": whose.customer_id,
        "manager": whose.manager_id,
    }
    return [StepEntry(*row) for row in con.execute(sql, named(sql, values)).fetchall()]
