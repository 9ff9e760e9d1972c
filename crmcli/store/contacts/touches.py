"""Touches: calls, visits, mails and the like with a customer, one row each; written as undoable steps."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError
from crmcli.language import gettext as _
from crmcli.store.connection import rows
from crmcli.store.plans.rows import find_steps
from crmcli.store.plans.steps import Doing, do_steps

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.journal import Writer

SOURCE = "touch"  # of the touches written here
_KINDS = {
    "customer_id": "INTEGER", "at": "TIMESTAMP", "channel": "VARCHAR", "direction": "VARCHAR", "manager_id": "INTEGER",
    "kind": "VARCHAR", "subject": "VARCHAR", "minutes": "DECIMAL(18, 4)", "outcome": "VARCHAR", "campaign": "VARCHAR",
    "opportunity_id": "INTEGER", "source": "VARCHAR",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Touch:
    """One touch; its fields are columns of interactions."""

    customer_id: int
    at: dt.datetime
    channel: str
    direction: str
    manager_id: int | None
    kind: str
    subject: str | None = None
    minutes: Decimal | None = None
    outcome: str | None = None
    campaign: str | None = None
    opportunity_id: int | None = None


def add_touch(writer: Writer, touch: Touch, *, step: str | None = None) -> int:
    """Write a touch; with `step`, such as P-2026-0001/3, that step of a plan is done by it. Returns the touch's id.

    Raises:
        NotFoundError, UsageError: There is no such step.
        ConflictError: It is another customer's, or settled already.
    """
    number = writer.reserve("interactions", 1)
    marks = ", ".join(f'${place}::{kind} AS "{column}"' for place, (column, kind) in enumerate(_KINDS.items(), 2))
    writer.con.execute(
        f"CREATE OR REPLACE TEMP TABLE touch_new AS SELECT $1::INTEGER AS id, {marks}",
        [number, touch.customer_id, touch.at, touch.channel, touch.direction, touch.manager_id, touch.kind, touch.subject,
         touch.minutes, touch.outcome, touch.campaign, touch.opportunity_id, SOURCE],
    )  # fmt: skip
    writer.insert("interactions", list(_KINDS), "touch_new")
    if step is not None:
        _do_step(writer, touch, number, step)
    return number


def _do_step(writer: Writer, touch: Touch, number: int, word: str) -> None:
    (step,) = find_steps(writer.con, [word])
    if step.customer_id != touch.customer_id:
        raise ConflictError(_("step %(step)s is of another customer's plan") % {"step": step.name})
    doing = Doing(touch.at.date(), touch.at, touch.minutes, touch.outcome, touch.manager_id, contact=False)
    do_steps(writer, [step], doing)
    writer.con.execute(
        "CREATE OR REPLACE TEMP TABLE touch_step AS SELECT $1::INTEGER AS id, $2::INTEGER AS interaction_id",
        [step.id, number],
    )
    writer.update("plan_steps", ["interaction_id"], "touch_step")


def own_manager(con: duckdb.DuckDBPyConnection, customer_id: int) -> tuple[int, str] | None:
    """Id and name of the manager who looks after a contact; None where nobody does."""
    found = rows(
        con,
        "SELECT m.id, m.name FROM contacts AS c JOIN managers AS m ON m.id = c.manager_id WHERE c.id = $1",
        [customer_id],
    )
    return found[0] if found else None
