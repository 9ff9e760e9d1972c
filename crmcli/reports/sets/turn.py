"""One run of a set at a time: a second one waits, or both would write the same files from different states."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crmcli.errors import StoreError, UsageError
from crmcli.language import gettext as _

_PAUSE_SECONDS = 0.05


@contextmanager
def turn(path: Path, *, wait: float) -> Iterator[None]:
    """Hold the kernel's lock on the set's own file: no file is left behind, and it dies with the process.

    Raises:
        StoreError: Another run of the set took longer than `wait` seconds.
        UsageError: The file cannot be opened.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        told = {"file": path, "reason": error.strerror}
        raise UsageError(_("Report set %(file)s cannot be read: %(reason)s") % told) from None
    try:
        _take(descriptor, path, wait)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path, wait: float) -> None:
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                told = {"file": path, "wait": round(wait, 2)}
                raise StoreError(
                    _("Another run of %(file)s has been at work for more than %(wait)g seconds") % told,
                    _("Wait for it to end, or allow more time with --wait SECONDS"),
                ) from None
            time.sleep(_PAUSE_SECONDS)
        except OSError:
            return  # a file system without locks: better a run than none
        else:
            return
