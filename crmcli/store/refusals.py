"""DuckDB's words → one sentence of ours with a cure; and Ctrl-C, which DuckDB turns into an error of its own."""

from __future__ import annotations

import contextlib
import re
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

from crmcli.errors import CrmError, StoreError
from crmcli.language import gettext as _

_FULL = re.compile("No space left|failed to offload|max_temp_directory_size|not enough disk space", re.IGNORECASE)
_DENIED = re.compile("Permission denied|Read-only file system")
_NEWER = re.compile("version number|newer version|storage version")
_DAMAGE = re.compile(
    "checksum|corrupt|could not read|cannot read|truncat|serializ|invalid (?:block|wal)|invalidated|end of file",
    re.IGNORECASE,
)
_TORN_WAL = re.compile(r"Corrupt WAL file: entry at byte position (\d+)")
_STALE_WAL = re.compile(r"File checkpoint iteration: (\d+), WAL checkpoint iteration: (\d+)")


class InterruptedLateError(CrmError):
    """Ctrl-C came when the work was done and kept (exit 130)."""

    exit_code = 130


class BrokenWalError(StoreError):
    """The WAL of a store breaks off somewhere, or is of an earlier state of the file.

    Args:
        store: Which.
        text: DuckDB's words.
        readable: How many bytes of the WAL belong to the store; 0 when all of it is of an earlier state.
    """

    def __init__(self, store: Path, text: str, readable: int) -> None:
        like = damaged(store, text)
        super().__init__(like.message, like.hint)
        self.readable = readable


def open_failure(store: Path, text: str) -> CrmError:
    """Why a store cannot be opened or read."""
    if "Could not set lock" in text:
        pid = re.search(r"PID (\d+)", text)
        return StoreError(
            _("%(path)s is held open by another program (process %(pid)s)")
            % {"path": store, "pid": pid[1] if pid else "?"},
            _("Close that program, or allow more time with --wait SECONDS"),
        )
    if _NEWER.search(text):
        return StoreError(
            _("%(path)s was written by a newer version of the database") % {"path": store},
            _("Install the newest crmcli; the file has not been changed"),
        )
    if _FULL.search(text):
        return StoreError(
            _("No space is left where %(path)s lies") % {"path": store}, _("Free some space and try again")
        )
    if _DENIED.search(text):
        return StoreError(
            _("%(path)s cannot be written here") % {"path": store},
            _("Give yourself the right to write the file and its folder, or keep the store elsewhere with --db"),
        )
    return damaged(store, text)


def damaged(path: Path, text: str) -> StoreError:
    """A store or copy that cannot be read as what it should be."""
    return StoreError(
        _("%(path)s is damaged: %(reason)s") % {"path": path, "reason": brief(text)},
        _("Bring back the latest copy with: crmcli backup restore FILE"),
    )


def brief(text: str) -> str:
    """The first sentence of an error of DuckDB, without its stack and advice."""
    first = next((line for line in text.splitlines() if line.strip()), "?")
    return " ".join(first.split())[:160]


def readable_wal(text: str) -> int | None:
    """How much of the WAL can be used, if the WAL is what is wrong: up to its first broken entry, or nothing of it."""
    if found := _TORN_WAL.search(text):
        return int(found[1])
    if (found := _STALE_WAL.search(text)) and int(found[1]) > int(found[2]):
        return 0
    return None


@contextlib.contextmanager
def in_words(store: Path) -> Iterator[None]:
    """Errors of disk and file under a running command become one sentence; mistakes of our own SQL pass.

    Raises:
        StoreError: the store is damaged.
        CrmError: the disk is full.
        KeyboardInterrupt: Ctrl-C.
    """
    import duckdb

    try:
        yield
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except RuntimeError as error:
        if str(error) == "Query interrupted":
            raise KeyboardInterrupt from None
        raise
    except duckdb.Error as error:
        text = str(error)
        if _FULL.search(text):
            raise CrmError(
                _("No space is left on the disk; nothing of this command was kept"),
                _("Free some space and run it again"),
            ) from error
        broken = isinstance(error, (duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException))
        of_the_file = isinstance(error, duckdb.IOException) or type(error) is duckdb.Error
        if broken or (of_the_file and _DAMAGE.search(text)):
            raise open_failure(store, text) from error
        raise


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Let Ctrl-C fall into nothing while what cannot be taken back is being finished; it lasts well under a second."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) is None:
        yield
        return
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
