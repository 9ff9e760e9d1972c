"""Where bytes go: a file that appears whole or not at all, or standard output that may close at any time."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from crmcli.errors import CrmError, UsageError
from crmcli.language import gettext as _

_PREFIX = ".crmcli-writing-"
_STALE_SECONDS = 86_400  # what a killed run left behind; younger ones may belong to a run still at work


@contextmanager
def replacing(target: str) -> Iterator[Path]:
    """A path to write a new file at; it takes the target's place when the block ends well, else nothing changes.

    The file is flushed to the disk and readable by its owner only. A pipe or device as target receives the bytes.

    Raises:
        UsageError: The target is a folder.
        CrmError: The place cannot be written to.
    """
    with blaming(target):
        if Path(target).is_dir():
            raise UsageError(_("%(file)s is a folder") % {"file": target}, _("name a file in it"))
        special = Path(target).exists() and not stat.S_ISREG(Path(target).stat().st_mode)
        final = Path(target) if special else Path(os.path.realpath(target))  # a link stays, its target is replaced
        room = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=None if special else final.parent))
    try:
        fresh = room / "file"
        with blaming(target):
            yield fresh
            if special:
                _pour(fresh, final)
            else:
                _settle(fresh, final)
    finally:
        shutil.rmtree(room, ignore_errors=True)


@contextmanager
def blaming(name: str) -> Iterator[None]:
    """Turn what the system refuses within the block into one sentence about this file."""
    try:
        yield
    except OSError as error:
        sentence = _("%(file)s could not be written: %(reason)s")
        hint = _("make the folder first") if isinstance(error, FileNotFoundError) else None
        raise CrmError(sentence % {"file": name, "reason": error.strerror or str(error)}, hint) from error


@contextmanager
def speaking(stdout: BinaryIO | None) -> Iterator[BinaryIO]:
    """Standard output for the block: flushed at its end; a reader that left, as `head` does, is no error.

    Raises:
        CrmError: It is closed, or its disk is full.
    """
    if stdout is None:
        raise CrmError(_("standard output is closed"))
    try:
        yield stdout
        stdout.flush()
    except BrokenPipeError:
        _silence(stdout)
    except OSError as error:
        _silence(stdout)
        sentence = _("standard output could not be written: %(reason)s")
        raise CrmError(sentence % {"reason": error.strerror or str(error)}) from error


def _settle(fresh: Path, final: Path) -> None:
    """Make the file lasting, then give it its name."""
    fresh.chmod(0o600)
    with fresh.open("rb+") as file:
        os.fsync(file.fileno())
    fresh.replace(final)
    _sweep(final.parent)
    with suppress(OSError):  # not every file system lets a folder be flushed
        folder = os.open(final.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _pour(fresh: Path, special: Path) -> None:
    with suppress(BrokenPipeError), fresh.open("rb") as source, special.open("wb") as sink:
        shutil.copyfileobj(source, sink)


def _sweep(folder: Path) -> None:
    """Remove what killed runs left in this folder a day ago or earlier."""
    for room in folder.glob(_PREFIX + "*"):
        with suppress(OSError):
            if time.time() - room.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(room, ignore_errors=True)


def _silence(stdout: BinaryIO) -> None:
    """Let the interpreter's own last flush go nowhere instead of failing a second time."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stdout.fileno())
        os.close(nowhere)
