"""DuckDB itself: how this program connects, and how it asks."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmcli.store.refusals import BrokenWalError, open_failure, readable_wal, undisturbed

if TYPE_CHECKING:
    import duckdb

CONFIG: dict[str, Any] = {
    "autoinstall_known_extensions": "false",  # a mistyped function must not reach for the network
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",  # or SQL would read Python variables named like tables
}
# Commits go to the WAL only: no existing byte of the store is ever written over (docs/decisions/0003).
_NO_CHECKPOINT: dict[str, Any] = {"wal_autocheckpoint": "1TB", "auto_checkpoint_skip_wal_threshold": "1000000000000"}


def rows(con: duckdb.DuckDBPyConnection, sql: str, parameters: object = None) -> list[tuple[Any, ...]]:
    """Run a statement and fetch everything: an open result would make the next statement fail."""
    return con.execute(sql, parameters).fetchall()


def scalar(con: duckdb.DuckDBPyConnection, sql: str, parameters: object = None) -> Any:
    """The first value of the first row, or None."""
    found = rows(con, sql, parameters)
    return found[0][0] if found else None


def connect(
    store: Path, *, read_only: bool, deadline: float = 0, spill: Path | None = None, named: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """Connect, waiting for programs that do not know our lock; the prefix skips DuckDB's unlocked look at the header.

    A writing connection never checkpoints unless told to by statement.

    Args:
        store: The file; made where there is none.
        read_only: Whether nothing will be written.
        deadline: Until when to wait, by the monotonic clock.
        spill: A private folder for what does not fit into memory.
        named: The file to name in messages, where `store` is a copy of it in the making.

    Raises:
        StoreError: it cannot be opened.
        BrokenWalError: its WAL breaks off, or is of an earlier state.
    """
    import duckdb

    config = CONFIG if read_only else {**CONFIG, **_NO_CHECKPOINT}
    if spill is not None:
        config = {**config, "temp_directory": str(spill)}
    while True:
        try:
            con = duckdb.connect(f"duckdb:{store}", read_only=read_only, config=config)
        except (duckdb.Error, RuntimeError, MemoryError) as error:
            text = str(error)
            if "Could not set lock" in text and time.monotonic() < deadline:
                time.sleep(0.05)
                continue
            if (readable := readable_wal(text)) is not None:
                raise BrokenWalError(named or store, text, readable) from error
            raise open_failure(named or store, text) from error
        con.execute("SET enable_progress_bar = false")  # it would print into pipes
        if not read_only:
            con.execute("PRAGMA disable_checkpoint_on_shutdown")
        return con


@contextlib.contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of the block or none of it: after any error DuckDB's COMMIT would answer OK and keep nothing."""
    con.execute("BEGIN TRANSACTION")
    try:
        yield
        with undisturbed():  # an interrupted COMMIT would be kept, and reported as not kept
            con.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(Exception):
            con.execute("ROLLBACK")
        raise
