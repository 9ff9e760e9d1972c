"""Deals added, moved from stage to stage, won, lost, held, resumed and edited: each change of stage or status is one move."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, UsageError
from crmcli.language import gettext as _
from crmcli.rules.deals.stages import HOLD, LOST, OPEN, WON
from crmcli.rules.numbering import DEALS
from crmcli.store.connection import rows, scalar
from crmcli.store.deals.rows import COLUMNS, Deal
from crmcli.store.taken_numbers import free_number

if TYPE_CHECKING:
    from crmcli.rules.deals.stages import Stage
    from crmcli.store.journal import Writer

_MOVE = ("opportunity_id", "move_no", "moved_on", "from_stage", "to_stage", "status", "manager_id", "note")


@dataclass(frozen=True, slots=True)
class NewDeal:
    """A deal to be added; its fields are columns of opportunities."""

    customer_id: int
    name: str | None
    stage: str
    opened_on: dt.date
    amount: Decimal | None = None
    product_id: int | None = None
    manager_id: int | None = None
    expected_on: dt.date | None = None
    competitor: str | None = None
    campaign: str | None = None
    probability: Decimal | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One change of a deal.

    Args:
        to_stage: Its stage from then on.
        status: open, hold, won or lost from then on.
        on: The day.
        manager_id: Who did it.
        note: In their words.
    """

    to_stage: str
    status: str
    on: dt.date
    manager_id: int | None = None
    note: str | None = None


def add_deal(writer: Writer, new: NewDeal) -> tuple[int, str]:
    """Write a deal, open, with its entry; returns its id and number. Call inside a transaction.

    Raises:
        UsageError: It is expected before it was opened.
    """
    if new.expected_on is not None and new.expected_on < new.opened_on:
        raise UsageError(_("a deal cannot be expected before the day it was opened"))
    number = free_number(writer.con, "deals", DEALS, new.opened_on.year).text
    facts = {
        "opportunity_no": number, "status": OPEN,
        **{name: getattr(new, name) for name in new.__dataclass_fields__},
    }  # fmt: skip
    [deal_id] = writer.add("opportunities", COLUMNS, [[facts.get(name) for name in COLUMNS]])
    _write_move(writer, deal_id, None, Move(new.stage, OPEN, new.opened_on, new.manager_id))
    return deal_id, number


def move_deal(writer: Writer, deal: Deal, move: Move, also: Mapping[str, object] | None = None) -> None:
    """Put a deal into a stage and a status, and `also` other columns of it. Call inside a transaction.

    Raises:
        UsageError: The day is before its opening or its last move.
    """
    _require_day(writer, deal, move.on)
    closed_on = move.on if move.status in (WON, LOST) else None
    _write_move(writer, deal.id, deal.stage, move)
    edit_deal(writer, deal, {"stage": move.to_stage, "status": move.status, "closed_on": closed_on, **(also or {})})


def win_deal(
    writer: Writer, deal: Deal, stage: Stage, on: dt.date, *, amount: Decimal | None, note: str | None = None
) -> None:
    """Close a deal as won; `amount` in place of its own where given. Call inside a transaction.

    Raises:
        UsageError: As of `move_deal`.
    """
    move = Move(stage.name, WON, on, deal.manager_id, note)
    move_deal(writer, deal, move, {"lost_reason": None, **({} if amount is None else {"amount": amount})})


def lose_deal(
    writer: Writer,
    deal: Deal,
    stage: Stage,
    on: dt.date,
    *,
    reason: str,
    competitor: str | None,
    note: str | None = None,
) -> None:
    """Close a deal as lost; competitor None: there was none. Call inside a transaction.

    Raises:
        UsageError: As of `move_deal`.
    """
    move = Move(stage.name, LOST, on, deal.manager_id, note)
    move_deal(writer, deal, move, {"lost_reason": reason, "competitor": competitor})


def hold_deal(writer: Writer, deal: Deal, on: dt.date, *, note: str | None = None) -> None:
    """Put a deal on hold in the stage it is in. Call inside a transaction.

    Raises:
        UsageError: As of `move_deal`.
        ConflictError: It has no stage.
    """
    if not deal.stage:
        raise ConflictError(
            _("deal %(deal)s has no stage yet") % {"deal": deal.opportunity_no},
            _("Give it one: crmcli deal move %(deal)s STAGE") % {"deal": deal.opportunity_no},
        )
    move_deal(writer, deal, Move(deal.stage, HOLD, on, deal.manager_id, note))


def resume_deal(
    writer: Writer, deal: Deal, stage: str, on: dt.date, *, ended: str | None, note: str | None = None
) -> None:
    """Open a deal again. Call inside a transaction.

    One that ended before moves were kept gets its ending as a move of its own, so that the past stays as it was.

    Args:
        writer: Of the step.
        deal: On hold or over.
        stage: Where it goes on.
        on: The day.
        ended: won or lost, where it was over.
        note: In the owner's words.

    Raises:
        UsageError: The day is before its end, or as of `move_deal`.
    """
    if ended is not None and deal.closed_on is not None:
        if on < deal.closed_on:
            words = {"deal": deal.opportunity_no, "day": deal.closed_on.isoformat()}
            raise UsageError(_("deal %(deal)s was closed on %(day)s, later than that") % words)
        if not _moves(writer, deal.id):
            _write_move(writer, deal.id, deal.stage, Move(deal.stage or stage, ended, deal.closed_on, deal.manager_id))
    move_deal(writer, deal, Move(stage, OPEN, on, deal.manager_id, note))


def edit_deal(writer: Writer, deal: Deal, columns: Mapping[str, object]) -> None:
    """Set columns of a deal; nothing is written where all are so already. Call inside a transaction."""
    changed = {name: value for name, value in columns.items() if getattr(deal, name) != value}
    if changed:
        writer.change("opportunities", tuple(changed), [(deal.id, *changed.values())])


def last_open_stage(writer: Writer, deal: Deal) -> str | None:
    """The stage a deal was in before its last ending; None where no move tells."""
    sql = (
        "SELECT from_stage FROM deal_moves WHERE opportunity_id = $1 AND status IN ('won', 'lost') "
        "AND from_stage IS DISTINCT FROM to_stage ORDER BY move_no DESC LIMIT 1"
    )
    found = scalar(writer.con, sql, [deal.id])
    return None if found is None else str(found)


def last_day(writer: Writer, deal: Deal) -> dt.date | None:
    """The day before which nothing can be noted of a deal: its opening, or its last move; None where neither is known."""
    last = scalar(writer.con, "SELECT max(moved_on) FROM deal_moves WHERE opportunity_id = $1", [deal.id])
    return max((one for one in (last, deal.opened_on) if one is not None), default=None)


def _require_day(writer: Writer, deal: Deal, on: dt.date) -> None:
    last = last_day(writer, deal)
    if last is None or on >= last:
        return
    words = {"deal": deal.opportunity_no, "day": last.isoformat()}
    if last == deal.opened_on:
        raise UsageError(_("deal %(deal)s was opened on %(day)s, later than that") % words)
    raise UsageError(
        _("deal %(deal)s moved on %(day)s, later than that") % words,
        _("To change what was noted, take that step back first: crmcli log"),
    )


def _moves(writer: Writer, deal_id: int) -> int:
    return len(rows(writer.con, "SELECT 1 FROM deal_moves WHERE opportunity_id = $1", [deal_id]))


def _write_move(writer: Writer, deal_id: int, from_stage: str | None, move: Move) -> None:
    sql = "SELECT coalesce(max(move_no), 0) FROM deal_moves WHERE opportunity_id = $1"
    number = 1 + int(scalar(writer.con, sql, [deal_id]))
    to_stage, status, on, manager_id, note = astuple(move)
    writer.add("deal_moves", _MOVE, [(deal_id, number, on, from_stage, to_stage, status, manager_id, note)])
