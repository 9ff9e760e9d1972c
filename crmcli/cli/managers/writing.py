"""Steps of commands on managers: one that changes nothing leaves no line in the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from crmcli.cli.keeping import keeping, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.cli.session import Session
    from crmcli.store.journal import Step, Writer

T = TypeVar("T")


def changed(state: Session, kind: str, *, dry_run: bool, do: Callable[[Writer], T]) -> tuple[T, Step | None]:
    """Do one writing step; what `do` returns, and the step: None where there was nothing to change.

    Args:
        state: Of the run.
        kind: Of the step, a word.
        dry_run: Whether nothing is kept.
        do: Writes.
    """
    from crmcli.store.journal import begin, finish

    with keeping(state, dry_run=dry_run) as con:
        writer, step = begin(con), None
        done = do(writer)
        if writer.changes:
            step = finish(writer, now=state.now, kind=kind, command=state.command)
    return done, step


def tell(step: Step | None, *, dry_run: bool) -> None:
    """What became of the step, on stderr: how to take it back, a dry run, or nothing to change."""
    told(step, dry_run=dry_run)
