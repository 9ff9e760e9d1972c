"""DuckDB's words → one sentence of ours with a cure; and Ctrl-C, which DuckDB turns into an error of its own."""

from __future__ import annotations

import contextlib
import re
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

from crmcli.errors import CrmError, StoreError
from crmcli.language import N_
from crmcli.language import gettext as _

_FULL = re.compile("No space left|failed to offload|max_temp_directory_size|not enough disk space", re.IGNORECASE)
_DENIED = re.compile("Permission denied|Read-only file system")
_NEWER = re.compile("version number|newer version|storage version")
_DAMAGE = re.compile(
    "checksum|corrupt|could not read|cannot read|truncat|serializ|invalid (?:block|wal)|invalidated|end of file",
    re.IGNORECASE,
)
# What damage DuckDB meets most, and what it means to an owner; any other in its own words.
_REASONS = (
    (re.compile(r"\bWAL\b"), N_("its list of last changes (WAL) cannot be read to its end")),
    (re.compile("checksum", re.IGNORECASE), N_("a part of it is not what was written (its checksum differs)")),
    (re.compile("could not read enough|end of file|truncat|read beyond|file is too small", re.IGNORECASE),
     N_("it ends too early")),
    (re.compile("not a valid DuckDB database file", re.IGNORECASE), N_("it does not begin as a database does")),
    (re.compile("serializ|Failed to deserialize", re.IGNORECASE), N_("what it holds makes no sense to the database")),
)  # fmt: skip
_TORN_WAL = re.compile(r"Corrupt WAL file: entry at byte position (\d+)")
_STALE_WAL = re.compile(r"File checkpoint iteration: (\d+), WAL checkpoint iteration: (\d+)")


class InterruptedLateError(CrmError):
    """Ctrl-C came when the work was done and kept (exit 130)."""

    exit_code = 130


class DamagedError(StoreError):
    """A store that cannot be read as what it should be.

    Args:
        store: Which.
        reason: Why, in a few words.
    """

    def __init__(self, store: Path, reason: str) -> None:
        super().__init__(
            _("%(path)s is damaged: %(reason)s") % {"path": store, "reason": reason},
            _("Bring back the latest copy with: crmcli backup restore FILE"),
        )
        self.reason = reason


class BrokenWalError(DamagedError):
    """The WAL of a store breaks off somewhere, or is of an earlier state of the file.

    Args:
        store: Which.
        text: DuckDB's words.
        readable: How many bytes of the WAL belong to the store; 0 when all of it is of an earlier state.
    """

    def __init__(self, store: Path, text: str, readable: int) -> None:
        super().__init__(store, brief(text))
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


def damaged(path: Path, text: str) -> DamagedError:
    """A store that cannot be read as what it should be."""
    return DamagedError(path, brief(text))


def damaged_copy(file: Path, reason: str) -> StoreError:
    """A copy that does not hold what was copied."""
    return StoreError(
        _("The backup %(path)s is damaged: %(reason)s") % {"path": file, "reason": reason},
        _("Take an older copy; the store has not been touched"),
    )


@contextlib.contextmanager
def about_copy(file: Path) -> Iterator[None]:
    """What DuckDB says of a damaged file, as said of a copy: bringing back a copy is no cure for one.

    Raises:
        StoreError: the copy is damaged.
    """
    try:
        yield
    except DamagedError as error:
        raise damaged_copy(file, error.reason) from error


def brief(text: str) -> str:
    """The first sentence of an error of DuckDB, without its stack and advice; the common ones in plain words."""
    for shape, words in _REASONS:
        if shape.search(text):
            return _(words)
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
