"""Touches: calls, visits, mails and the like with a customer, one row each; written as undoable steps."""

from __future__ import annotations

import datetime as dt
from dataclasses import astuple, dataclass
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
_COLUMNS = (
    "customer_id", "at", "channel", "direction", "manager_id", "kind", "subject", "minutes", "outcome", "campaign",
    "opportunity_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Touch:
    """One touch; its fields are columns of interactions, in the order of _COLUMNS."""

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
    (number,) = writer.add("interactions", (*_COLUMNS, "source"), [(*astuple(touch), SOURCE)])
    if step is not None:
        _do_step(writer, touch, number, step)
    return number


def _do_step(writer: Writer, touch: Touch, number: int, word: str) -> None:
    (step,) = find_steps(writer.con, [word])
    if step.customer_id != touch.customer_id:
        raise ConflictError(_("step %(step)s is of another customer's plan") % {"step": step.name})
    doing = Doing(touch.at.date(), touch.at, touch.minutes, touch.outcome, touch.manager_id, contact=False)
    do_steps(writer, [step], doing)
    writer.change("plan_steps", ("interaction_id",), [(step.id, number)])


def own_manager(con: duckdb.DuckDBPyConnection, customer_id: int) -> tuple[int, str] | None:
    """Id and name of the manager who looks after a contact; None where nobody does."""
    found = rows(
        con,
        "SELECT m.id, m.name FROM contacts AS c JOIN managers AS m ON m.id = c.manager_id WHERE c.id = $1",
        [customer_id],
    )
    return found[0] if found else None
