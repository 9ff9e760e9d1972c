"""Each time an answer was given, one row."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from crmcli.store.journal import Writer

_USE = ("answer_id", "version", "used_at", "agent_id", "ticket_id")


def note_use(
    writer: Writer, answer_id: int, version: int, at: dt.datetime, agent_id: int | None, ticket_id: int | None
) -> int:
    """Count one use of a wording; returns the row's id. Call inside a transaction.

    Args:
        writer: Of the step.
        answer_id: Of the answer.
        version: Of its wording that was given.
        at: When.
        agent_id: The manager who gave it; None: unknown.
        ticket_id: Where; None: outside of tickets.
    """
    [number] = writer.add("answer_uses", _USE, [(answer_id, version, at, agent_id, ticket_id)])
    return number
