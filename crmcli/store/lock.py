"""The lock of our own around every open: a side file, shared for readers, exclusive for writers.

DuckDB's own lock fails at once instead of waiting, and DuckDB 2.0 reads the header before it locks, so that an
opener delayed in between loses another's committed work. Holding this lock first closes both (docs/decisions/0002).

The lock is the kernel's and dies with its process: a lock file left behind locks nothing. The file also holds who
writes now, for the message of those who wait, and the last acknowledged step (store/acknowledged.py).
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

WRITER_WIDTH = 16  # bytes at the start of the file that name the writer
NO_LOCK = -1


def lock_path(store: Path) -> Path:
    """Where the lock of a store lies: beside it."""
    return store.with_name(store.name + ".lock")


@contextlib.contextmanager
def locked(store: Path, *, exclusive: bool, wait: float) -> Iterator[int]:
    """Hold the store's lock, waiting up to `wait` seconds.

    Yields:
        The open descriptor of the lock file; NO_LOCK in a folder where nobody can write.

    Raises:
        StoreError: another process kept the lock for longer than `wait`, or the folder cannot be written.
    """
    descriptor = _open(lock_path(store), exclusive=exclusive)
    if descriptor == NO_LOCK:
        yield descriptor
        return
    signed = False
    try:
        _take(descriptor, store, exclusive=exclusive, wait=wait)
        if exclusive:
            _sign(descriptor, str(os.getpid()))
            signed = True
        yield descriptor
    finally:
        if signed:
            _sign(descriptor, "")
        os.close(descriptor)


def _open(path: Path, *, exclusive: bool) -> int:
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
            return NO_LOCK  # a read-only folder: nobody can be writing there
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
        except OSError as error:
            raise StoreError(
                _("%(path)s cannot be locked: %(reason)s") % {"path": lock_path(store), "reason": error.strerror},
                _("Keep the store on a disk of this computer"),
            ) from None
        else:
            return


def _sign(descriptor: int, writer: str) -> None:
    """Name the writer; only words for others depend on it, so a full disk does not stop anyone."""
    with contextlib.suppress(OSError):
        os.pwrite(descriptor, writer.ljust(WRITER_WIDTH).encode("ascii"), 0)


def _busy(descriptor: int, store: Path, wait: float) -> StoreError:
    holders = _holders(descriptor)
    who = _(" by process %(pid)s") % {"pid": ", ".join(holders)} if holders else ""
    return StoreError(
        _("%(store)s has been in use%(who)s for more than %(wait)g seconds")
        % {"store": store, "who": who, "wait": round(wait, 2)},
        _("Wait for the other command to end, or allow more time with --wait SECONDS"),
    )


def _holders(descriptor: int) -> list[str]:
    """Process numbers of those who hold the lock: from the kernel where it tells, else the writer that signed."""
    found = []
    with contextlib.suppress(OSError):
        inode = str(os.fstat(descriptor).st_ino)
        for line in Path("/proc/locks").read_text("ascii").splitlines():
            words = line.split()  # 1: FLOCK ADVISORY WRITE 4711 fd:01:131089 0 EOF
            if len(words) > 5 and words[1] == "FLOCK" and words[5].rpartition(":")[2] == inode:
                found.append(words[4])
    if not found:
        signed = os.pread(descriptor, WRITER_WIDTH, 0).decode("ascii", "replace").strip()
        found = [signed] if signed.isdigit() else []
    return sorted(found, key=int)[:3]
