"""Opening the store: read-only for reading, one writer at a time, always under our own lock."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmcli.errors import CrmError, StoreError
from crmcli.language import gettext as _
from crmcli.store.lock import locked

if TYPE_CHECKING:
    import duckdb

# The WAL may grow to this size before the store is rewritten; replaying as much costs about 60 ms at every open.
WAL_LIMIT = 2_000_000
_MAGIC = b"DUCK"
_MAGIC_AT = 8
CONFIG: dict[str, Any] = {
    "autoinstall_known_extensions": "false",  # a mistyped function must not reach for the network
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",  # or SQL would read Python variables named like tables
}


def rows(con: duckdb.DuckDBPyConnection, sql: str, parameters: Any = None) -> list[tuple[Any, ...]]:
    """Run a statement and fetch everything: an open result would make the next statement fail."""
    return con.execute(sql, parameters).fetchall()


def scalar(con: duckdb.DuckDBPyConnection, sql: str, parameters: Any = None) -> Any:
    """The first value of the first row, or None."""
    found = rows(con, sql, parameters)
    return found[0][0] if found else None


@contextlib.contextmanager
def open_to_read(store: Path, *, wait: float) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to an up-to-date store.

    Raises:
        StoreError: the store is missing, foreign, older, newer, damaged, or locked for longer than `wait` seconds.
    """
    require(store)
    with locked(store, exclusive=False, wait=wait), _temporary_folder() as spill:
        con = _connect(store, read_only=True, wait=wait, spill=spill)
        try:
            _require_shape(con, store)
            with _in_words(store):
                yield con
        finally:
            con.close()


@contextlib.contextmanager
def open_to_write(store: Path, *, wait: float, create: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """The only writing connection; what it commits is safe against a crash at any later moment.

    The connection never checkpoints into the file (a power cut inside a checkpoint can destroy it): commits go to
    the WAL, and once that is large a copy is checkpointed and renamed over the store.

    Raises:
        StoreError: as `open_to_read`, or the place cannot be written.
    """
    if not create:
        require(store)
    with locked(store, exclusive=True, wait=wait), _temporary_folder() as spill:
        if store.exists():
            _require_writable(store)
        con = _connect(store, read_only=False, wait=wait, spill=spill)
        try:
            _never_checkpoint(con)
            if not create:
                _require_shape(con, store)
            with _in_words(store):
                yield con
        finally:
            con.close()
            _make_private(store)
        fold_wal(store)


@contextlib.contextmanager
def open_to_migrate(store: Path, *, wait: float) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path | None]]:
    """A writing connection to a store of any age that is ours, and the copy of it that was made first.

    Raises:
        StoreError: as `open_to_write`, but an older store is welcome.
    """
    from crmcli.store.migrate import applied, keep_copy, known

    require(store)
    with locked(store, exclusive=True, wait=wait), _temporary_folder() as spill:
        _require_writable(store)
        con = _connect(store, read_only=True, wait=wait, spill=spill)
        done = applied(con)
        con.close()
        older = done is not None and len(done) < len(known())
        copy = keep_copy(store) if older else None
        con = _connect(store, read_only=False, wait=wait, spill=spill)
        try:
            _never_checkpoint(con)
            if not older:
                _require_shape(con, store)
            with _in_words(store):
                yield con, copy
        finally:
            con.close()
            _make_private(store)
        fold_wal(store)


def _never_checkpoint(con: duckdb.DuckDBPyConnection) -> None:
    """Commits go to the WAL only: no existing byte of the store is ever written over."""
    con.execute("SET wal_autocheckpoint = '1TB'")
    con.execute("SET auto_checkpoint_skip_wal_threshold = 1000000000000")
    con.execute("PRAGMA disable_checkpoint_on_shutdown")


@contextlib.contextmanager
def scratch() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory, for looking at files before anything is stored."""
    import duckdb

    with _temporary_folder() as spill:
        con = duckdb.connect(":memory:", config={**CONFIG, "temp_directory": str(spill)})
        try:
            yield con
        finally:
            con.close()


@contextlib.contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of the block or none of it: after any error DuckDB's COMMIT would answer OK and keep nothing."""
    con.execute("BEGIN TRANSACTION")
    try:
        yield
    except BaseException:
        with contextlib.suppress(Exception):
            con.execute("ROLLBACK")
        raise
    con.execute("COMMIT")


def require(store: Path) -> None:
    """Refuse what is certainly no store, before any other program's file is touched.

    Raises:
        StoreError: no such file, a directory, unreadable, or not a DuckDB file.
    """
    start = _MAGIC_AT + len(_MAGIC)
    try:
        with store.open("rb") as file:
            head = file.read(start)
    except FileNotFoundError:
        raise StoreError(
            _("There is no store at %(path)s") % {"path": store},
            _("Make one with: crmcli init, or name another with --db"),
        ) from None
    except IsADirectoryError:
        raise StoreError(_("%(path)s is a folder, not a store") % {"path": store}, _("Name the file with --db")) from None
    except OSError as error:
        raise StoreError(_("%(path)s cannot be read: %(reason)s") % {"path": store, "reason": error.strerror}) from None
    if head[_MAGIC_AT:] != _MAGIC:
        raise StoreError(
            _("%(path)s is not a crmcli store") % {"path": store},
            _("A CSV or Excel file is taken in with: crmcli import run FILE"),
        )


def fold_wal(store: Path, *, limit: int = WAL_LIMIT) -> bool:
    """Take a large WAL into the store: checkpoint a copy, then rename it over. Call under the exclusive lock.

    A crash at any point leaves either the old pair of file and WAL or the new file; DuckDB sees from the WAL's own
    header that it belongs to an earlier file and drops it.
    """
    import duckdb

    wal = store.with_name(store.name + ".wal")
    if not wal.exists() or wal.stat().st_size <= limit:
        return False
    copy = store.with_name(f"{store.name}.tmp-{os.getpid()}")
    copy_wal = copy.with_name(copy.name + ".wal")
    try:
        shutil.copyfile(store, copy)
        shutil.copyfile(wal, copy_wal)
        con = duckdb.connect(f"duckdb:{copy}", config=CONFIG)
        con.execute("CHECKPOINT")
        con.close()
        synchronise(copy)
        copy.chmod(0o600)
        copy.replace(store)
        wal.unlink(missing_ok=True)
        synchronise(store.parent)
    except (OSError, duckdb.Error):
        return False  # the pair of file and WAL is whole; the next writer tries again
    else:
        return True
    finally:
        copy.unlink(missing_ok=True)
        copy_wal.unlink(missing_ok=True)


def synchronise(path: Path) -> None:
    """Make a file or folder survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _connect(store: Path, *, read_only: bool, wait: float, spill: Path) -> duckdb.DuckDBPyConnection:
    """Connect, waiting for programs that do not know our lock; the prefix skips DuckDB's unlocked look at the header."""
    import duckdb

    deadline = time.monotonic() + wait
    config = {**CONFIG, "temp_directory": str(spill)}
    while True:
        try:
            con = duckdb.connect(f"duckdb:{store}", read_only=read_only, config=config)
        except duckdb.Error as error:
            if "Could not set lock" in str(error) and time.monotonic() < deadline:
                time.sleep(0.05)
                continue
            raise _open_failure(store, str(error)) from error
        con.execute("SET enable_progress_bar = false")  # it would print into pipes
        return con


def _open_failure(store: Path, text: str) -> CrmError:
    """DuckDB's words → ours."""
    if "Could not set lock" in text:
        pid = re.search(r"PID (\d+)", text)
        return StoreError(
            _("%(path)s is held open by another program (process %(pid)s)")
            % {"path": store, "pid": pid[1] if pid else "?"},
            _("Close that program, or allow more time with --wait SECONDS"),
        )
    if "version number" in text or "newer version" in text or "storage version" in text:
        return StoreError(
            _("%(path)s was written by a newer version of the database") % {"path": store},
            _("Install the newest crmcli; the file has not been changed"),
        )
    if "No space left" in text:
        return StoreError(_("No space is left where %(path)s lies") % {"path": store}, _("Free some space and try again"))
    if "Permission denied" in text or "Read-only file system" in text:
        return StoreError(
            _("%(path)s cannot be written here") % {"path": store},
            _("Give yourself the right to write the file and its folder, or keep the store elsewhere with --db"),
        )
    reason = " ".join(text.split())
    return StoreError(
        _("%(path)s is damaged: %(reason)s") % {"path": store, "reason": reason[:160]},
        _("Bring back the latest copy with: crmcli backup restore FILE"),
    )


@contextlib.contextmanager
def _in_words(store: Path) -> Iterator[None]:
    """Errors of the disk under a running command become one sentence; everything else passes."""
    import duckdb

    try:
        yield
    except (duckdb.IOException, duckdb.FatalException, duckdb.OperationalError) as error:
        text = str(error)
        if "No space left" in text or "failed to offload" in text.lower():
            raise CrmError(
                _("No space is left on the disk; nothing of this command was kept"),
                _("Free some space and run it again"),
            ) from error
        raise _open_failure(store, text) from error


def _require_writable(store: Path) -> None:
    if not os.access(store, os.W_OK) or not os.access(store.parent, os.W_OK):
        raise _open_failure(store, "Permission denied")


def _require_shape(con: duckdb.DuckDBPyConnection, store: Path) -> None:
    """The store must have exactly the migrations this program knows.

    Raises:
        StoreError: no crmcli store, an older or a newer one.
    """
    from crmcli.store.migrate import applied, known

    done = applied(con)
    if done is None:
        raise StoreError(
            _("%(path)s is a DuckDB file, but not a crmcli store") % {"path": store}, _("Name another with --db")
        )
    names: Sequence[str] = [migration.name for migration in known()]
    if unknown := [name for name in done if name not in names]:
        raise StoreError(
            _("%(path)s was written by a newer crmcli (it has %(name)s)") % {"path": store, "name": unknown[0]},
            _("Install the newest crmcli; the file has not been changed"),
        )
    if len(done) < len(names):
        raise StoreError(
            _("%(path)s was written by an older crmcli") % {"path": store},
            _("Bring it up to date with: crmcli migrate (a copy is kept)"),
        )


def _make_private(store: Path) -> None:
    for path in (store, store.with_name(store.name + ".wal")):
        with contextlib.suppress(OSError):
            path.chmod(0o600)


@contextlib.contextmanager
def _temporary_folder() -> Iterator[Path]:
    """A private folder for what the database spills; removed at the end, and on the next run after a crash."""
    folder = Path(tempfile.mkdtemp(prefix="crmcli-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
