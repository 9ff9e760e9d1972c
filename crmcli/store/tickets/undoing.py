"""A thread is taken back from its end: what happened later goes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import ConflictError
from crmcli.language import gettext as _
from crmcli.store.connection import rows

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.journal import Step

# Steps after $target that wrote to, or took from, the thread of a ticket it wrote to. A step taken back again is no step, and
# taking back something newer than the target left all as it was.
_SINCE = """
WITH touched AS (
    SELECT ticket_id, added_in AS step FROM ticket_events
    UNION SELECT ticket_id, added_in FROM history.ticket_events
    UNION SELECT ticket_id, in_step FROM history.ticket_events
)
SELECT ticket.ticket_no, later.step
FROM touched AS later
JOIN meta.steps AS done ON done.step = later.step
JOIN tickets AS ticket ON ticket.id = later.ticket_id
WHERE later.step > $target AND done.undone_by IS NULL AND coalesce(done.undoes, 0) < $target
    AND later.ticket_id IN (SELECT ticket_id FROM touched WHERE step = $target)
ORDER BY later.step DESC, ticket.ticket_no LIMIT 1
"""
_OURS = ("ticket", "undo")  # kinds of steps: a handover or an import goes back as far as it can


def require_last_word(con: duckdb.DuckDBPyConnection, target: Step) -> None:
    """Refuse to take a step out of the middle of a thread.

    Raises:
        ConflictError: Something was written to the same ticket since; the hint names the step to take back first.
    """
    if target.kind not in _OURS:
        return
    for ticket, later in rows(con, _SINCE, {"target": target.number}):
        raise ConflictError(
            _("%(ticket)s went on since, in step %(later)s") % {"ticket": ticket, "later": later},
            _("Take that back first: crmcli undo %(later)s") % {"later": later},
        )
