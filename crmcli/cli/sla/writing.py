"""One step that changes calendars or policies; nothing is in the journal where there was nothing to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from crmcli.cli.keeping import keeping, told

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb

    from crmcli.cli.session import Session
    from crmcli.store.journal import Writer
    from crmcli.table import Table

T = TypeVar("T")


def rewritten(
    state: Session,
    *,
    dry_run: bool,
    do: Callable[[Writer], T],
    look: Callable[[duckdb.DuckDBPyConnection, T], Table],
    put: Callable[[Table], None],
) -> T:
    """Do one writing step and show how things stand after it; in a dry run nothing of it is kept.

    Args:
        state: Of the run.
        dry_run: Whether nothing is kept.
        do: Writes.
        look: The table to show, from inside the step and what `do` returned.
        put: Shows it.
    """
    from crmcli.store.journal import begin, finish

    step = None
    with keeping(state, dry_run=dry_run) as con:
        writer = begin(con)
        done = do(writer)
        if writer.changes:
            step = finish(writer, now=state.now, kind="sla", command=state.command)
        put(look(con, done))
    told(step, dry_run=dry_run)
    return done
