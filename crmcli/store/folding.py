"""Taking a large WAL into the store without ever writing over a byte of it (docs/decisions/0003)."""

from __future__ import annotations

from pathlib import Path

from crmcli.store.copies import copy_pair, discard, put_in_place, synchronise, temporary_of, wal_of
from crmcli.store.database import connect

# The WAL may grow to this size before the store is rewritten; replaying as much costs about 60 ms at every open.
WAL_LIMIT = 2_000_000


def fold_wal(store: Path, *, limit: int = WAL_LIMIT) -> bool:
    """Checkpoint a copy of the store and its WAL, then rename it over. Call under the exclusive lock, closed.

    A crash at any point leaves either the old pair of file and WAL or the new file, perhaps with the old WAL beside it.

    Returns:
        Whether it was done; where it was not, the pair is whole and the next writer tries again.
    """
    import duckdb

    from crmcli.errors import StoreError

    wal = wal_of(store)
    if not wal.exists() or wal.stat().st_size <= limit:
        return False
    copy = temporary_of(store)
    try:
        copy_pair(store, copy)
        checkpoint(copy)
        put_in_place(copy, store)
    except (OSError, duckdb.Error, RuntimeError, StoreError):
        return False
    else:
        return True
    finally:
        discard(copy)


def checkpoint(copy: Path) -> None:
    """Take the WAL of a copy into it and make the file safe against a power cut.

    Raises:
        StoreError, duckdb.Error, OSError: it cannot be done; the copy is of no use.
    """
    con = connect(copy, read_only=False)
    try:
        con.execute("CHECKPOINT")
    finally:
        con.close()
    synchronise(copy)
