"""Taking a step back: what it added goes, what it changed gets its old values, what was touched since stays.

An undo is a step like any other, so it can be taken back too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, NotFoundError
from crmcli.language import gettext as _
from crmcli.store.invoices.issuing import require_undoable
from crmcli.store.journal import Changes, Step, begin, finish, steps
from crmcli.store.orders.undoing import follow_quantities
from crmcli.store.taking_back import Kept, take_back
from crmcli.store.tickets.undoing import require_last_word

if TYPE_CHECKING:
    import duckdb

__all__ = ["Kept", "Undone", "undo"]


@dataclass(slots=True)
class Undone:
    """What an undo did."""

    target: Step
    step: Step
    changes: dict[str, Changes]
    kept: list[Kept] = field(default_factory=list)


def undo(con: duckdb.DuckDBPyConnection, number: int | None, *, now: datetime) -> Undone:
    """Take back step `number`, or the newest that still stands. Call inside a transaction.

    Raises:
        NotFoundError: there is no such step, or nothing to undo.
        ConflictError: the step has been undone already, issued an invoice that has to stay, or a ticket went on since.
    """
    journal = steps(con)
    target = _target(journal, number)
    require_undoable(con, target.number)
    require_last_word(con, target)
    writer = begin(con)
    kept = take_back(writer, target.number, _reached_back(journal, target.number))
    follow_quantities(writer)
    step = finish(writer, now=now, kind="undo", command=f"undo {target.number}", undoes=target.number)
    con.execute("UPDATE meta.steps SET undone_by = $1 WHERE step = $2", [step.number, target.number])
    if target.undoes is not None:
        con.execute("UPDATE meta.steps SET undone_by = NULL WHERE step = $1", [target.undoes])
    return Undone(target, step, writer.changes, kept)


def _target(journal: list[Step], number: int | None) -> Step:
    if number is None:
        standing = [s for s in journal if s.kind != "undo" and s.undone_by is None]
        if not standing:
            raise NotFoundError(_("There is nothing to undo"))
        return standing[0]
    for step in journal:
        if step.number == number:
            if step.undone_by is not None:
                raise ConflictError(
                    _("Step %(step)s has been undone already, by step %(by)s") % {"step": number, "by": step.undone_by},
                    _("To have it again: crmcli undo %(by)s") % {"by": step.undone_by},
                )
            return step
    raise NotFoundError(_("There is no step %(step)s") % {"step": number}, _("All steps: crmcli log"))


def _reached_back(journal: list[Step], target: int) -> list[int]:
    """Undos since `target` that took back something older than it: rows they wrote count as touched.

    An undo of something newer is no touch: it left the rows as they were before that.
    """
    return [s.number for s in journal if s.number > target and s.undone_by is None and (s.undoes or target) < target]
