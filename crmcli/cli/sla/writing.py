"""One step that changes calendars or policies, and how they stand then."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from crmcli.cli.keeping import stepped, told
from crmcli.cli.session import Session, show

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb

    from crmcli.store.journal import Writer
    from crmcli.table import Table

T = TypeVar("T")


def rewritten(
    state: Session,
    do: Callable[[Writer], T],
    look: Callable[[duckdb.DuckDBPyConnection], Table],
    *,
    dry_run: bool,
    format: str | None,
    output: str | None,
) -> T:
    """Do one writing step and show how things stand after it; what cannot be shown, or is a dry run, is not kept.

    Args:
        state: Of the run.
        do: Writes; what it returns is returned.
        look: The table to show, from inside the step.
        dry_run: Whether nothing is kept.
        format: Of the table.
        output: Where to.
    """

    def step(writer: Writer) -> T:
        done = do(writer)
        show(look(writer.con), format=format, output=output)
        return done

    done, kept = stepped(state, "sla", dry_run=dry_run, do=step)
    told(kept, dry_run=dry_run)
    return done
