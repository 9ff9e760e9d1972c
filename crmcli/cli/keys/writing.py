"""A writing step that leaves no line in the journal where there was nothing to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from crmcli.cli.keeping import keeping
from crmcli.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.store.journal import Step, Writer

T = TypeVar("T")


def changed(state: Session, *, dry_run: bool, do: Callable[[Writer], T]) -> tuple[T, Step | None]:
    """Do one writing step; in a dry run nothing of it is kept.

    Args:
        state: Of the run.
        dry_run: Whether nothing is kept.
        do: Writes.

    Returns:
        What `do` returned, and the step as it is, or in a dry run would be; None: there was nothing to change.
    """
    from crmcli.store.journal import begin, finish

    step = None
    with keeping(state, dry_run=dry_run) as con:
        writer = begin(con)
        done = do(writer)
        if writer.changes:
            step = finish(writer, now=state.now, kind="keyaccount", command=state.command)
    return done, step
