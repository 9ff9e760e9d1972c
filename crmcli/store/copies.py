"""Files of the store as files: copied privately, made safe against a power cut, cleaned up after a crash.

Never while a connection of this process is open on them: DuckDB's own lock dies with any other close of the file.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from pathlib import Path

_BLOCK = 1 << 20


def wal_of(store: Path) -> Path:
    """The write-ahead log that belongs to a store; the two are one."""
    return store.with_name(store.name + ".wal")


def temporary_of(store: Path) -> Path:
    """A name beside the store for a file in the making. Only holders of the exclusive lock make one."""
    return store.with_name(f"{store.name}.tmp-{os.getpid()}")


def copy_private(source: Path, target: Path) -> None:
    """Copy a file for the owner's eyes only from its first byte on; what was at `target` goes."""
    target.unlink(missing_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with source.open("rb") as read, os.fdopen(descriptor, "wb") as write:
        shutil.copyfileobj(read, write, _BLOCK)


def copy_pair(store: Path, copy: Path) -> None:
    """Copy a store and its WAL, which belong together. Call under the lock, with no connection open."""
    copy_private(store, copy)
    wal = wal_of(store)
    if wal.exists():
        copy_private(wal, wal_of(copy))
    else:
        wal_of(copy).unlink(missing_ok=True)


def make_private(store: Path) -> None:
    """Take the rights of others away, where somebody gave them."""
    for path in (store, wal_of(store)):
        with contextlib.suppress(OSError):
            path.chmod(0o600)


def synchronise(path: Path) -> None:
    """Make a file or folder survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def synchronise_pair(store: Path) -> None:
    """Make a store and its WAL survive a power cut."""
    synchronise(store)
    if wal_of(store).exists():
        synchronise(wal_of(store))


def put_in_place(fresh: Path, store: Path) -> None:
    """Rename a whole, synchronised store over another, whose WAL goes with it.

    A crash in between leaves the new file beside the WAL of the old one. DuckDB knows it by its header and refuses;
    the next open drops it (store/repair.py).
    """
    fresh.replace(store)
    synchronise(store.parent)
    wal_of(store).unlink(missing_ok=True)
    synchronise(store.parent)


def discard(copy: Path) -> None:
    """Remove a copy and its WAL, if they are there."""
    for leftover in (copy, wal_of(copy)):
        with contextlib.suppress(OSError):
            leftover.unlink(missing_ok=True)


def clean_copies(folder: Path) -> None:
    """Remove backups in the making whose command is dead."""
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):  # noqa: PTH208  as below
            found = re.fullmatch(r".+\.backup\.tmp-(\d+)(\.wal)?", name)
            if found and not _is_alive(int(found[1])):
                (folder / name).unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def clean(store: Path) -> None:
    """Remove what killed commands left in the making. Call under the exclusive lock: nobody is making any now."""
    prefix = f"{store.name}.tmp-"
    with contextlib.suppress(OSError):
        for name in os.listdir(store.parent):  # noqa: PTH208  faster than Path objects for every file of a folder
            number = name.removeprefix(prefix).removesuffix(".wal")
            if name.startswith(prefix) and number.isdigit():
                store.with_name(name).unlink(missing_ok=True)
