"""The lock of our own around every open: a side file, shared for readers, exclusive for writers.

DuckDB's own lock fails at once instead of waiting, and DuckDB 2.0 reads the header before it locks, so that an
opener delayed in between loses another's committed work. Holding this lock first closes both (docs/decisions/0002).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

from crmcli.errors import StoreError
from crmcli.language import gettext as _


def lock_path(store: Path) -> Path:
    """Where the lock of a store lies: beside it."""
    return store.with_name(store.name + ".lock")


@contextlib.contextmanager
def locked(store: Path, *, exclusive: bool, wait: float) -> Iterator[int]:
    """Hold the store's lock, waiting up to `wait` seconds.

    Yields:
        The open descriptor of the lock file.

    Raises:
        StoreError: another process kept the lock for longer than `wait`, or the folder cannot be written.
    """
    descriptor = _open(lock_path(store), exclusive=exclusive)
    if descriptor is None:  # a read-only folder: nobody can be writing there
        yield -1
        return
    try:
        _take(descriptor, store, exclusive=exclusive, wait=wait)
        if exclusive:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _open(path: Path, *, exclusive: bool) -> int | None:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:
        raise StoreError(
            _("There is no folder %(folder)s") % {"folder": path.parent}, _("Make it, or name another file with --db")
        ) from None
    except OSError as error:
        if not exclusive:
            with contextlib.suppress(OSError):
                return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            return None
        raise StoreError(
            _("%(folder)s cannot be written: %(reason)s") % {"folder": path.parent, "reason": error.strerror},
            _("Give yourself the right to write there, or keep the store elsewhere with --db"),
        ) from None


def _take(descriptor: int, store: Path, *, exclusive: bool, wait: float) -> None:
    """Poll with small random pauses: fair enough for twenty processes, and a signal gets through."""
    deadline = time.monotonic() + wait
    how = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
    while True:
        try:
            fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise _busy(descriptor, store, wait) from None
            time.sleep(random.uniform(0.005, 0.03))  # noqa: S311  no secret
        else:
            return


def _busy(descriptor: int, store: Path, wait: float) -> StoreError:
    holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
    who = _(" by process %(pid)s") % {"pid": holder} if holder.isdigit() else ""
    return StoreError(
        _("%(store)s has been in use%(who)s for more than %(wait)g seconds")
        % {"store": store, "who": who, "wait": wait},
        _("Wait for the other command to end, or allow more time with --wait SECONDS"),
    )
