"""Steps of plans: done, skipped, moved, as part of a step of the journal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, UsageError
from crmcli.language import gettext as _
from crmcli.rules.plans.cadence import working_day
from crmcli.rules.plans.channels import WAYS
from crmcli.store.connection import rows, scalar
from crmcli.store.plans.rows import PlanStep, open_steps, require_to_do

if TYPE_CHECKING:
    from crmcli.store.journal import Writer

_CONTACT = (
    "customer_id", "at", "channel", "direction", "manager_id", "kind", "subject", "minutes", "outcome", "source",
)  # fmt: skip
SOURCE = "plan"  # of the contacts written here
_DAY = dt.timedelta(1)


@dataclass(frozen=True, slots=True)
class Doing:
    """How steps were done.

    Args:
        on: The day.
        at: The moment of the contact.
        minutes: What each took; None: as planned.
        outcome: What came of it.
        manager_id: Who did it; None: who looks after the customer.
        contact: Whether to write the contact that did it, too.
    """

    on: dt.date
    at: dt.datetime
    minutes: Decimal | None = None
    outcome: str | None = None
    manager_id: int | None = None
    contact: bool = True


@dataclass(frozen=True, slots=True)
class Moved:
    """A step and the day it has now; None: there was no room left for it in the plan, so it is skipped."""

    step: PlanStep
    due_on: dt.date | None


def do_steps(writer: Writer, steps: Sequence[PlanStep], doing: Doing) -> None:
    """Mark steps as done, each with the contact that did it. Call inside a transaction.

    Raises:
        ConflictError: One was settled before, or its plan was closed.
    """
    for step in steps:
        require_to_do(step, doing.on)
    managers = _managers(writer, steps, doing.manager_id)
    contacts: Sequence[int | None] = [None] * len(steps)
    if doing.contact:
        listed = [_contact(step, doing, managers[step.customer_id]) for step in steps]
        contacts = writer.add("interactions", _CONTACT, listed)
    done = [
        (step.id, doing.on, managers[step.customer_id], contact, doing.outcome)
        for step, contact in zip(steps, contacts, strict=True)
    ]
    writer.change("plan_steps", ("done_on", "manager_id", "interaction_id", "outcome"), done)


def skip_steps(writer: Writer, steps: Sequence[PlanStep], *, on: dt.date, reason: str) -> None:
    """Mark steps as not to be done. Call inside a transaction.

    Raises:
        UsageError: No reason.
        ConflictError: One was settled before, or its plan was closed.
    """
    if not reason.strip():
        raise UsageError(_("say why it is skipped"), "--reason TEXT")
    for step in steps:
        require_to_do(step, on)
    writer.change("plan_steps", ("skipped_on", "outcome"), [(step.id, on, reason.strip()) for step in steps])


def move_step(
    writer: Writer, step: PlanStep, due_on: dt.date, *, on: dt.date, until: dt.date, follow: bool = False
) -> list[Moved]:
    """Give a step another day; with `follow`, open steps of the same channel after it move by as many days.

    Those that follow stay off weekends; what would come after the end of the plan is skipped.

    Args:
        writer: Of the caller's step.
        step: To be moved.
        due_on: Its new day, within the plan.
        on: The day this was decided.
        until: Last day of the plan.
        follow: Whether later ones come along.

    Raises:
        ConflictError: The step was settled, its plan closed, or it has that day already.
    """
    require_to_do(step, on)
    if due_on == step.due_on:
        raise ConflictError(
            _("step %(step)s is due on %(day)s already") % {"step": step.name, "day": due_on.isoformat()}
        )
    moved = [Moved(step, due_on)]
    if follow:
        days = due_on - step.due_on
        for later in open_steps(writer.con, step.plan_id, step.channel, step.due_on):
            day = working_day(later.due_on + days) if dt.date.max - later.due_on > days else until + _DAY
            if later.id != step.id and day != later.due_on:
                moved.append(Moved(later, day if day <= until else None))
    _write_moves(writer, [(one.step, one.due_on) for one in moved if one.due_on is not None], on)
    if gone := [one.step for one in moved if one.due_on is None]:
        reason = _("no room left in the plan once %(step)s was moved") % {"step": step.name}
        skip_steps(writer, gone, on=on, reason=reason)
    return moved


def _write_moves(writer: Writer, moved: Sequence[tuple[PlanStep, dt.date]], on: dt.date) -> None:
    plan_id = moved[0][0].plan_id
    last = int(scalar(writer.con, "SELECT coalesce(max(move_no), 0) FROM plan_moves WHERE plan_id = $1", [plan_id]))
    listed = [(plan_id, step.step_no, number, on, due_on) for number, (step, due_on) in enumerate(moved, last + 1)]
    writer.add("plan_moves", ("plan_id", "step_no", "move_no", "moved_on", "due_on"), listed)
    writer.change("plan_steps", ("due_on",), [(step.id, due_on) for step, due_on in moved])


def _managers(writer: Writer, steps: Sequence[PlanStep], told: int | None) -> dict[int, int | None]:
    """Who did it, by customer."""
    if told is not None:
        return {step.customer_id: told for step in steps}
    ids = ", ".join(f"{step.customer_id:d}" for step in steps) or "NULL"
    found: dict[int, int | None] = dict.fromkeys((step.customer_id for step in steps), None)
    return found | dict(rows(writer.con, f"SELECT id, manager_id FROM contacts WHERE id IN ({ids})"))


def _contact(step: PlanStep, doing: Doing, manager_id: int | None) -> tuple[object, ...]:
    way = WAYS.get(step.channel or "")
    minutes = step.minutes if doing.minutes is None else doing.minutes
    channel, kind = (way.channel, way.kind) if way else (step.channel, step.channel)
    return (step.customer_id, doing.at, channel, "out", manager_id, kind, step.subject, minutes, doing.outcome, SOURCE)
