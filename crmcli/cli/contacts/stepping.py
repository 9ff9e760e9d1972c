"""One writing step that leaves no trace in the journal when it changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from crmcli.cli.keeping import keeping

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.cli.session import Session
    from crmcli.store.journal import Step, Writer

T = TypeVar("T")


def stepped(state: Session, kind: str, *, dry_run: bool, do: Callable[[Writer], T]) -> tuple[T, Step | None]:
    """Do one writing step; returns what `do` returned, and the step (None: it changed nothing). `told` tells of both."""
    from crmcli.store.journal import begin, finish

    with keeping(state, dry_run=dry_run) as con:
        writer = begin(con)
        done = do(writer)
        changed = any(c.created or c.updated or c.removed for c in writer.changes.values())
        step = finish(writer, now=state.now, kind=kind, command=state.command) if changed else None
    return done, step
