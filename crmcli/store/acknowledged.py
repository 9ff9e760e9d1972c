"""What the store was last known to hold, kept beside it: a lost WAL or a swapped file does not pass in silence.

A store whose WAL is gone opens without a word, only older. So every writing command leaves the number and moment of
its step in the lock file, and every open compares.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.language import gettext as _
from crmcli.store.lock import NO_LOCK, WRITER_WIDTH

if TYPE_CHECKING:
    import duckdb

Tell = Callable[[str], None]

_WIDTH = 48


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The newest step of a store: its number, 0 in a new store, and its moment."""

    step: int
    done_at: str


def newest(con: duckdb.DuckDBPyConnection) -> Acknowledged:
    """The newest step in a store's journal."""
    found = con.execute("SELECT step, done_at::VARCHAR FROM meta.steps ORDER BY step DESC LIMIT 1").fetchall()
    return Acknowledged(*found[0]) if found else Acknowledged(0, "-")


def remembered(lock: int) -> Acknowledged | None:
    """What the lock file says; None where it says nothing."""
    if lock == NO_LOCK:
        return None
    text = os.pread(lock, _WIDTH, WRITER_WIDTH).decode("ascii", "replace").split(maxsplit=1)
    if len(text) != 2 or not text[0].isdigit():
        return None
    return Acknowledged(int(text[0]), text[1].strip())


def remember(lock: int, what: Acknowledged) -> None:
    """Write it down, safe against a power cut; where that fails, the next comparison is only weaker."""
    record = f"{what.step} {what.done_at}"[: _WIDTH - 1].ljust(_WIDTH - 1) + "\n"
    with contextlib.suppress(OSError):
        os.pwrite(lock, record.encode("ascii"), WRITER_WIDTH)
        os.fsync(lock)


def is_older(con: duckdb.DuckDBPyConnection, known: Acknowledged) -> bool:
    """Whether a store lacks a step it was known to hold, or has another in its place."""
    if known.step == 0:
        return False
    there = con.execute("SELECT done_at::VARCHAR FROM meta.steps WHERE step = $1", [known.step]).fetchall()
    return not there or there[0][0] != known.done_at


def compare(con: duckdb.DuckDBPyConnection, lock: int, store: Path, tell: Tell) -> None:
    """Tell the owner when the store is not the one, or older than the one, that was written last."""
    known = remembered(lock)
    if known is not None and is_older(con, known):
        tell(
            _(
                "%(store)s is not as the last command left it: step %(known)s of %(day)s is missing, the newest is step %(newest)s"
            )
            % {"store": store, "known": known.step, "day": known.done_at[:16], "newest": newest(con).step}
        )
        tell("  " + _("Was the file replaced, or its .wal lost? Bring back a copy with: crmcli backup restore FILE"))


def on_stderr(message: str) -> None:
    """One line on stderr, control characters made visible."""
    line = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in message)
    if sys.stderr is not None and not sys.stderr.closed:
        encoding = sys.stderr.encoding or "utf-8"
        with contextlib.suppress(OSError):
            sys.stderr.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
