"""Cost activities: what serving a customer costs, one priced activity a row, written as undoable steps."""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, NotFoundError, UsageError
from crmcli.language import N_, nearest
from crmcli.language import gettext as _
from crmcli.store.connection import rows
from crmcli.store.journal import Step, begin, finish

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    import duckdb

# What each driver counts. A channel of interactions is written behind "interaction:".
DRIVERS = {
    "order": N_("one counted order; one below zero counts as a return instead"),
    "order_line": N_("one line of a counted order, returns included"),
    "shipment": N_("one counted order shipped"),
    "return": N_("one counted order whose total is below zero"),
    "invoice": N_("one invoice issued, drafts and cancelled ones left out"),
    "quote": N_("one offer made: an interaction of kind offer"),
    "ticket": N_("one ticket opened"),
    "ticket_minute": N_("one minute spent on a ticket; not recorded yet, so it charges nobody"),
    "interaction": N_("one visit, call, mail or other contact"),
    "interaction:CHANNEL": N_("one contact by that channel, such as interaction:visit"),
    "interaction_minute": N_("one minute of a contact, where minutes are recorded"),
    "credit_day": N_("amount open on invoices × days; its rate is the cost of capital a year, such as 0.18"),
}
COLUMNS = ("name", "driver", "rate", "pool", "period_from", "period_to", "capacity")
_CHANNEL = re.compile(r"interaction:\S.*")


@dataclass(frozen=True, slots=True)
class CostActivity:
    """One priced activity; its fields are the columns of the table, in the order of COLUMNS.

    Args:
        name: What is done, in the owner's words.
        driver: What it is counted by, a key of DRIVERS or interaction:CHANNEL.
        rate: Cost of one unit of the driver, base currency; or None and a pool.
        pool: Cost of the whole period, base currency.
        period_from, period_to: First and last day it holds; None: from the beginning, without an end.
        capacity: Units that the pool can do in its period (practical volume); None: as many as there were.
    """

    name: str
    driver: str
    rate: Decimal | None = None
    pool: Decimal | None = None
    period_from: dt.date | None = None
    period_to: dt.date | None = None
    capacity: Decimal | None = None


def require_sound(activity: CostActivity) -> None:
    """Refuse an activity that could charge nothing or nonsense.

    Raises:
        UsageError: No name, an unknown driver, not exactly one of rate and pool, a pool without its period, a capacity
            without a pool, an amount below zero, or a period that ends before it begins.
    """
    if not activity.name.strip():
        raise UsageError(_("a cost activity needs a name"))
    if activity.driver not in DRIVERS and not _CHANNEL.fullmatch(activity.driver):
        hint = nearest(activity.driver, list(DRIVERS)) or _("All drivers: crmcli cost drivers")
        raise UsageError(_("there is no driver %(driver)s") % {"driver": activity.driver}, hint)
    if activity.driver == "interaction:CHANNEL":
        raise UsageError(_("name the channel itself"), "interaction:visit, interaction:call")
    _require_price(activity)
    if activity.period_from and activity.period_to and activity.period_to < activity.period_from:
        raise UsageError(_("the period ends before it begins"))


def _require_price(activity: CostActivity) -> None:
    if (activity.rate is None) == (activity.pool is None):
        raise UsageError(_("give either --rate, the cost of one unit, or --pool, the cost of a period"))
    if activity.pool is not None and (activity.period_from is None or activity.period_to is None):
        raise UsageError(_("a pool needs its period"), "--from 2026-01-01 --to 2026-12-31")
    if activity.capacity is not None and activity.pool is None:
        raise UsageError(_("a capacity goes with --pool: the cost of one unit is pool ÷ capacity"))
    if any(amount is not None and amount < 0 for amount in (activity.rate, activity.pool)):
        raise UsageError(_("a cost cannot be below zero"))
    if activity.capacity is not None and activity.capacity <= 0:
        raise UsageError(_("a capacity must be more than zero"))


def cost_activities(con: duckdb.DuckDBPyConnection) -> list[CostActivity]:
    """All activities, by name and period."""
    names = ", ".join(COLUMNS)
    found = rows(con, f"SELECT {names} FROM cost_activities ORDER BY name, period_from NULLS FIRST, id")
    return [CostActivity(*row) for row in found]


def add_activity(con: duckdb.DuckDBPyConnection, activity: CostActivity, *, now: dt.datetime, command: str) -> Step:
    """Write one activity as one step. Call inside a transaction.

    Raises:
        UsageError: The activity is not sound.
        ConflictError: There is one of that name from that day on.
    """
    require_sound(activity)
    taken = [known for known in cost_activities(con) if known.name == activity.name]
    if any(known.period_from == activity.period_from for known in taken):
        raise ConflictError(
            _("there is a cost activity %(name)s from that day on already") % {"name": activity.name},
            _("Take it out first: crmcli cost remove NAME, or give another --from"),
        )
    writer = begin(con)
    writer.add("cost_activities", COLUMNS, [astuple(activity)])
    return finish(writer, now=now, kind="cost", command=command)


def remove_activity(
    con: duckdb.DuckDBPyConnection, name: str, period_from: dt.date | None, *, now: dt.datetime, command: str
) -> tuple[Step, list[CostActivity]]:
    """Remove the activity of a name, of several the one that begins on `period_from`, as one step.

    Returns the step and what was removed. Call inside a transaction.

    Raises:
        NotFoundError: There is none.
        ConflictError: There are several, and no day says which.
    """
    known = cost_activities(con)
    found = [one for one in known if one.name == name and period_from in (None, one.period_from)]
    if not found:
        hint = nearest(name, [one.name for one in known]) or _("All activities: crmcli cost list")
        raise NotFoundError(_("there is no cost activity %(name)s") % {"name": name}, hint)
    if len(found) > 1:
        days = ", ".join(str(one.period_from) for one in found)
        raise ConflictError(
            _("there are several cost activities %(name)s") % {"name": name},
            _("Say which with --from: %(days)s") % {"days": days},
        )
    writer = begin(con)
    gone = writer.ids("cost_activities", name=name, period_from=found[0].period_from)
    writer.drop("cost_activities", gone)
    return finish(writer, now=now, kind="cost", command=command), found
