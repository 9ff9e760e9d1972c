"""What commands that write a few rows share: a dry run, one step in the journal, how to take it back."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from crmcli.cli.session import Session, say
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import duckdb

    from crmcli.store.journal import Step, Writer

T = TypeVar("T")
DryRunOption = Annotated[bool, typer.Option("--dry-run", help=_("show what would happen and write nothing"))]
SkuArgument = Annotated[str, typer.Argument(metavar="SKU", help=_("SKU of the product"))]


class _DryRunError(Exception):
    """Leaves the transaction without keeping it."""


@contextmanager
def keeping(state: Session, *, dry_run: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    """A transaction on the store that is kept when the block ends well, and in a dry run never."""
    from crmcli.store.connection import transaction

    with state.writing() as con, suppress(_DryRunError), transaction(con):
        yield con
        if dry_run:
            raise _DryRunError


def written(state: Session, kind: str, *, dry_run: bool, do: Callable[[Writer], T]) -> tuple[T, Step | None]:
    """Do one writing step, and with `dry_run` leave no trace of it.

    Args:
        state: Of the run.
        kind: Of the step, a word.
        dry_run: Whether nothing is kept.
        do: Writes; what it returns is returned, with the step (None: nothing was kept).
    """
    from crmcli.store.journal import begin, finish

    with keeping(state, dry_run=dry_run) as con:
        writer = begin(con)
        done = do(writer)
        step = finish(writer, now=state.now, kind=kind, command=state.command)
    return done, None if dry_run else step


def stepped(state: Session, kind: str, *, dry_run: bool, do: Callable[[Writer], T]) -> tuple[T, Step | None]:
    """Do one writing step that leaves no line in the journal when it changes nothing.

    Args:
        state: Of the run.
        kind: Of the step, a word.
        dry_run: Whether nothing is kept.
        do: Writes.

    Returns:
        What `do` returned, and the step as it is, or in a dry run would be (None: it changed nothing). `told` tells of both.
    """
    from crmcli.store.journal import begin, finish

    with keeping(state, dry_run=dry_run) as con:
        writer = begin(con)
        done = do(writer)
        changed = any(c.created or c.updated or c.removed for c in writer.changes.values())
        step = finish(writer, now=state.now, kind=kind, command=state.command) if changed else None
    return done, step


def told(step: Step | None, *, dry_run: bool) -> None:
    """What became of the step, on stderr."""
    if step is None:
        say(_("Nothing to change: it is so already"))
    else:
        tell_step(None if dry_run else step)


def tell_step(step: Step | None) -> None:
    """How to take it back, or that nothing was kept; on stderr."""
    if step is None:
        say(_("Nothing was kept: this was a dry run"))
    else:
        say(_("To take it back: crmcli undo %(step)s") % {"step": step.number})
