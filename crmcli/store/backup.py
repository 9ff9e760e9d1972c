"""Copies of the store: one verified file each, and back again without losing what is there."""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, CrmError, StoreError
from crmcli.language import gettext as _
from crmcli.store.connection import CONFIG, require, rows, scalar, synchronise
from crmcli.store.lock import locked

if TYPE_CHECKING:
    import duckdb

_BACKUP_TABLE = "CREATE TABLE meta.backup (table_name VARCHAR, row_count BIGINT, digest VARCHAR, made_at TIMESTAMP)"


@dataclass(frozen=True, slots=True)
class Verified:
    """What a whole copy holds."""

    rows: int
    made_at: datetime


def create(store: Path, target: Path, *, wait: float, now: datetime, force: bool = False) -> int:
    """Copy a store into one file that needs no WAL, and read every value of it; returns the rows in it.

    Raises:
        ConflictError: something is at `target` already and `force` was not given.
        StoreError: the store is missing, foreign, damaged or locked.
        CrmError: the place cannot be written.
    """
    require(store)
    if target.exists() and not force:
        raise ConflictError(_("There is something at %(path)s already") % {"path": target}, _("--force replaces it"))
    temporary = target.with_name(f".{target.name}.tmp-{os.getpid()}")
    try:
        with locked(store, exclusive=False, wait=wait):
            copy_pair(store, temporary)
        _seal(temporary, now)
        found = verify(temporary)
        synchronise(temporary)
        temporary.replace(target)
    except OSError as error:
        raise CrmError(_("%(path)s cannot be written: %(reason)s") % {"path": target, "reason": error.strerror}) from None
    finally:
        _discard(temporary)
    return found.rows


def copy_pair(store: Path, copy: Path) -> None:
    """Copy a store and its WAL, which belong together. Call under the lock, with no connection open."""
    shutil.copyfile(store, copy)
    copy.chmod(0o600)
    wal = store.with_name(store.name + ".wal")
    if wal.exists():
        shutil.copyfile(wal, copy.with_name(copy.name + ".wal"))


def verify(file: Path) -> Verified:
    """Read every value of a copy and compare it with what was copied.

    Raises:
        StoreError: it is no backup, or it is damaged.
    """
    import duckdb

    require(file)
    try:
        con = duckdb.connect(f"duckdb:{file}", read_only=True, config=CONFIG)
        try:
            if not scalar(con, "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'meta' AND table_name = 'backup'"):
                raise StoreError(_("%(path)s is not a backup") % {"path": file}, _("Backups come from: crmcli backup create"))
            told = {name: (count, digest) for name, count, digest in rows(con, "SELECT table_name, row_count, digest FROM meta.backup")}
            found = _digests(con)
            made_at = scalar(con, "SELECT any_value(made_at) FROM meta.backup")
        finally:
            con.close()
    except duckdb.Error as error:
        reason = " ".join(str(error).split())[:160]
        raise StoreError(_("%(path)s is damaged: %(reason)s") % {"path": file, "reason": reason}) from error
    if wrong := sorted(name for name in told.keys() | found.keys() if told.get(name) != found.get(name)):
        raise StoreError(_("%(path)s is damaged: %(reason)s") % {"path": file, "reason": ", ".join(wrong)})
    return Verified(sum(count for count, _digest in found.values()), made_at)


def restore(file: Path, store: Path, *, wait: float, now: datetime) -> Path | None:
    """Put a verified copy in place of the store; returns where the store as it was is kept, if there was one.

    Raises:
        StoreError: the copy is damaged, or the store is locked.
        CrmError: the place cannot be written.
    """
    verify(file)
    store.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = store.with_name(f"{store.name}.tmp-{os.getpid()}")
    kept: Path | None = None
    try:
        with locked(store, exclusive=True, wait=wait):
            shutil.copyfile(file, fresh)
            fresh.chmod(0o600)
            _unseal(fresh)
            synchronise(fresh)
            if store.exists():
                kept = store.with_name(f"{store.name}.before-restore-{now:%Y%m%d-%H%M%S}")
                copy_pair(store, kept)
                synchronise(kept)
            # the WAL belongs to the file that goes; its copy is safe by now
            store.with_name(store.name + ".wal").unlink(missing_ok=True)
            fresh.replace(store)
            synchronise(store.parent)
    except OSError as error:
        raise CrmError(_("%(path)s cannot be written: %(reason)s") % {"path": store, "reason": error.strerror}) from None
    finally:
        _discard(fresh)
    return kept


def _seal(copy: Path, now: datetime) -> None:
    """Take the WAL into the copy and write down what every table holds."""
    import duckdb

    try:
        con = duckdb.connect(f"duckdb:{copy}", config=CONFIG)
        try:
            con.execute("DROP TABLE IF EXISTS meta.backup")
            con.execute(_BACKUP_TABLE)
            for name, (count, digest) in _digests(con).items():
                con.execute("INSERT INTO meta.backup VALUES ($1, $2, $3, $4)", [name, count, digest, now])
            con.execute("CHECKPOINT")
        finally:
            con.close()
    except duckdb.Error as error:
        reason = " ".join(str(error).split())[:160]
        raise StoreError(_("The store is damaged: %(reason)s") % {"reason": reason}) from error


def _unseal(copy: Path) -> None:
    import duckdb

    con = duckdb.connect(f"duckdb:{copy}", config=CONFIG)
    con.execute("DROP TABLE IF EXISTS meta.backup")
    con.execute("CHECKPOINT")
    con.close()


def _digests(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, str]]:
    """Rows and a hash over every value of every table but the backup's own, whatever the order of rows."""
    tables = rows(
        con,
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal "
        "AND (schema_name, table_name) <> ('meta', 'backup') ORDER BY ALL",
    )
    found = {}
    for schema, table in tables:
        count, digest = rows(con, f'SELECT count(*), sum(hash(t)::HUGEINT)::VARCHAR FROM "{schema}"."{table}" AS t')[0]  # noqa: S608
        found[f"{schema}.{table}"] = (int(count), str(digest))
    return found


def _discard(path: Path) -> None:
    for leftover in (path, path.with_name(path.name + ".wal")):
        with contextlib.suppress(OSError):
            leftover.unlink(missing_ok=True)
