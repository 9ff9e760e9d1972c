"""Opening the store: read-only for reading, one writer at a time, always under our own lock."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, StoreError
from crmcli.language import gettext as _
from crmcli.store import acknowledged, repair
from crmcli.store.acknowledged import Acknowledged, Tell, on_stderr
from crmcli.store.copies import clean, discard, make_private, put_in_place, synchronise, temporary_of, wal_of
from crmcli.store.database import CONFIG, connect, rows, scalar, transaction
from crmcli.store.folding import fold_wal
from crmcli.store.lock import locked
from crmcli.store.recognise import adopt_language, require, require_shape
from crmcli.store.refusals import BrokenWalError, InterruptedLateError, in_words, open_failure, undisturbed
from crmcli.store.spill import clean_spills, spill_folder

if TYPE_CHECKING:
    import duckdb

__all__ = ["open_to_migrate", "open_to_read", "open_to_write", "require", "rows", "scalar", "scratch", "transaction"]


@contextlib.contextmanager
def open_to_read(store: Path, *, wait: float, tell: Tell = on_stderr) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to an up-to-date store.

    Args:
        store: The file.
        wait: Seconds to wait for the lock.
        tell: Where to say that the store was repaired, or is older than it was known to be.

    Raises:
        StoreError: the store is missing, foreign, older, newer, damaged, or locked for longer than `wait` seconds.
    """
    require(store)
    deadline = time.monotonic() + wait
    while True:
        with locked(store, exclusive=False, wait=_left(deadline)) as lock, spill_folder() as spill:
            try:
                con = connect(store, read_only=True, deadline=deadline, spill=spill)
            except BrokenWalError as error:
                broken = error
            else:
                with contextlib.closing(con), in_words(store):
                    require_shape(con, store)
                    adopt_language(con)
                    acknowledged.compare(con, lock, store, tell)
                    yield con
                return
        with locked(store, exclusive=True, wait=_left(deadline)) as lock:
            # another command may have been quicker, and mended it already
            with contextlib.suppress(StoreError):
                connect(store, read_only=True).close()
                continue
            repair.mend_wal(store, broken, lock=lock, tell=tell)


@contextlib.contextmanager
def open_to_write(
    store: Path, *, wait: float, create: bool = False, tell: Tell = on_stderr
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The only writing connection; what it commits is safe against a crash at any later moment.

    The connection never checkpoints into the file (a power cut inside a checkpoint can destroy it): commits go to
    the WAL, and once that is large a copy is checkpointed and renamed over the store.

    Args:
        store: The file.
        wait: Seconds to wait for the lock.
        create: Make a new store, which is there only once the block has ended well.
        tell: Where to say that the store was repaired, or is older than it was known to be.

    Raises:
        StoreError: as `open_to_read`, or the place cannot be written.
        ConflictError: `create`, and something is there.
        InterruptedLateError: Ctrl-C after something was committed.
    """
    if create:
        with _making(store, wait=wait) as con:
            yield con
        return
    require(store)
    deadline = time.monotonic() + wait
    with _alone(store, deadline=deadline, tell=tell) as held:
        con = _connect_mending(store, read_only=False, held=held)
        with contextlib.closing(con), in_words(store):
            require_shape(con, store)
            adopt_language(con)
            make_private(store)
            acknowledged.compare(con, held.lock, store, tell)
            with _acknowledging(con, held.lock):
                yield con
        with undisturbed():
            fold_wal(store)


@contextlib.contextmanager
def open_to_migrate(
    store: Path, *, wait: float, tell: Tell = on_stderr
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path | None]]:
    """A writing connection to a store of any age that is ours, and the copy of it that was made first.

    Raises:
        StoreError: as `open_to_write`, but an older store is welcome.
    """
    from crmcli.store.migrate import keep_copy, missing

    require(store)
    deadline = time.monotonic() + wait
    with _alone(store, deadline=deadline, tell=tell) as held:
        con = _connect_mending(store, read_only=True, held=held)
        with contextlib.closing(con), in_words(store):
            require_shape(con, store, older_too=True)
            adopt_language(con)
            acknowledged.compare(con, held.lock, store, tell)
            to_do = missing(con)
        copy = keep_copy(store, to_do[0].name) if to_do else None
        con = _connect_mending(store, read_only=False, held=held)
        with contextlib.closing(con), in_words(store):
            make_private(store)
            yield con, copy
        with undisturbed():
            fold_wal(store)


@contextlib.contextmanager
def scratch() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory, for looking at files before anything is stored."""
    import duckdb

    with spill_folder() as spill:
        con = duckdb.connect(":memory:", config={**CONFIG, "temp_directory": str(spill)})
        with contextlib.closing(con), in_words(spill):
            con.execute("SET enable_progress_bar = false")
            yield con


@dataclass(frozen=True, slots=True)
class _Held:
    """What a writer holds while it works: the lock and a folder to spill into; and how long it may wait."""

    lock: int
    spill: Path
    deadline: float
    tell: Tell


@contextlib.contextmanager
def _alone(store: Path, *, deadline: float, tell: Tell) -> Iterator[_Held]:
    """The exclusive lock over a store that can be written, cleaned of what crashes left."""
    with locked(store, exclusive=True, wait=_left(deadline)) as lock, _private_files(), spill_folder() as spill:
        if not os.access(store, os.W_OK) or not os.access(store.parent, os.W_OK):
            raise open_failure(store, "Permission denied")
        clean(store)
        clean_spills()
        yield _Held(lock, spill, deadline, tell)


@contextlib.contextmanager
def _making(store: Path, *, wait: float) -> Iterator[duckdb.DuckDBPyConnection]:
    """A new store, made under another name: a crash leaves no half of one."""
    fresh = temporary_of(store)
    with locked(store, exclusive=True, wait=wait) as lock, _private_files(), spill_folder() as spill:
        if store.exists():
            raise ConflictError(
                _("There is something at %(path)s already") % {"path": store}, _("Name another file with --db")
            )
        clean(store)
        try:
            con = connect(fresh, read_only=False, spill=spill)
            with contextlib.closing(con), in_words(store):
                yield con
                con.execute("CHECKPOINT")
                first = acknowledged.newest(con)
            synchronise(fresh)
            if wal_of(store).exists():  # of a store that is gone; it may be the only trace of its last changes
                wal_of(store).replace(wal_of(store).with_suffix(".wal.left-over"))
            put_in_place(fresh, store)
            acknowledged.remember(lock, first)
        finally:
            discard(fresh)


@contextlib.contextmanager
def _acknowledging(con: duckdb.DuckDBPyConnection, lock: int) -> Iterator[None]:
    """Write down the newest step once it is committed, also when the command fails or is interrupted after that."""
    before = acknowledged.newest(con)
    try:
        yield
    except KeyboardInterrupt:
        if (kept := _remember_newer(con, lock, before)) is not None:
            raise InterruptedLateError(
                _("interrupted, but step %(step)s was kept") % {"step": kept.step},
                _("To take it back: crmcli undo %(step)s") % {"step": kept.step},
            ) from None
        raise
    except BaseException:
        with contextlib.suppress(Exception):
            _remember_newer(con, lock, before)
        raise
    with undisturbed():
        _remember_newer(con, lock, before)


def _remember_newer(con: duckdb.DuckDBPyConnection, lock: int, before: Acknowledged) -> Acknowledged | None:
    after = acknowledged.newest(con)
    if after == before:
        return None
    acknowledged.remember(lock, after)
    return after


def _connect_mending(store: Path, *, read_only: bool, held: _Held) -> duckdb.DuckDBPyConnection:
    """Connect, mending the WAL first where that is what is wrong."""
    try:
        return connect(store, read_only=read_only, deadline=held.deadline, spill=held.spill)
    except BrokenWalError as broken:
        repair.mend_wal(store, broken, lock=held.lock, tell=held.tell)
        return connect(store, read_only=read_only, deadline=held.deadline, spill=held.spill)


@contextlib.contextmanager
def _private_files() -> Iterator[None]:
    """What DuckDB creates meanwhile is the owner's alone from its first byte on."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())
