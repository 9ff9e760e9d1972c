"""Copies of the store: one verified file each, and back again without losing what is there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, CrmError, StoreError
from crmcli.language import gettext as _
from crmcli.store import acknowledged
from crmcli.store.acknowledged import Tell, on_stderr
from crmcli.store.connection import require, rows, scalar
from crmcli.store.copies import (
    clean,
    clean_copies,
    copy_pair,
    copy_private,
    discard,
    put_in_place,
    synchronise,
    synchronise_pair,
    temporary_of,
    wal_of,
)
from crmcli.store.database import connect
from crmcli.store.folding import checkpoint
from crmcli.store.lock import locked
from crmcli.store.reading import Held, held
from crmcli.store.recognise import adopt_language, require_copy, require_shape
from crmcli.store.refusals import BrokenWalError, about_copy, damaged_copy, in_words
from crmcli.store.repair import mend_wal

if TYPE_CHECKING:
    import duckdb

# duckdb: a later version may hash otherwise; then only the counts can be compared.
_BACKUP_TABLE = (
    "CREATE TABLE meta.backup (table_name VARCHAR, row_count BIGINT, digest VARCHAR, made_at TIMESTAMP, duckdb VARCHAR)"
)


@dataclass(frozen=True, slots=True)
class Verified:
    """What a whole copy holds."""

    rows: int
    made_at: datetime


def create(
    store: Path, target: Path, *, wait: float, now: datetime, force: bool = False, tell: Tell = on_stderr
) -> int:
    """Copy a store into one file that needs no WAL, and read every value of it; returns the rows in it.

    Raises:
        ConflictError: something is at `target` already and `force` was not given, or it is the store itself.
        StoreError: the store is missing, foreign, damaged or locked.
        CrmError: the place cannot be written.
    """
    require(store)
    if target.exists() and target.samefile(store):
        raise ConflictError(_("%(path)s is the store itself") % {"path": target}, _("Name another file"))
    if target.exists() and not force:
        raise ConflictError(_("There is something at %(path)s already") % {"path": target}, _("--force replaces it"))
    making = temporary_of(target)
    clean_copies(target.parent)
    with _in_place_words(target):
        try:
            _copy_whole(store, making, wait=wait, now=now, tell=tell)
            found = verify(making)
            making.replace(target)
            synchronise(target.parent)
        finally:
            discard(making)
    return found.rows


def verify(file: Path) -> Verified:
    """Read every value of a copy and compare it with what was copied.

    Raises:
        StoreError: it is no backup, or it is damaged.
    """
    require_copy(file)
    if wal_of(file).exists():
        raise StoreError(
            _("%(path)s was opened and changed by another program: %(wal)s lies beside it")
            % {"path": file, "wal": wal_of(file).name}
        )
    with about_copy(file), contextlib.closing(connect(file, read_only=True)) as con, in_words(file):
        if not scalar(con, "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'meta' AND table_name = 'backup'"):
            raise StoreError(
                _("%(path)s is not a backup") % {"path": file}, _("Copies are made with: crmcli backup create")
            )
        adopt_language(con)
        told = _told(con)
        found = held(con)
        made_at = scalar(con, "SELECT any_value(made_at) FROM meta.backup")
        if scalar(con, "SELECT any_value(duckdb) <> version() FROM meta.backup"):
            told, found = ({name: Held(one.rows, "") for name, one in all_.items()} for all_ in (told, found))
    if wrong := sorted(name for name in told.keys() | found.keys() if told.get(name) != found.get(name)):
        raise damaged_copy(file, ", ".join(wrong))
    return Verified(sum(one.rows for one in found.values()), made_at)


def restore(file: Path, store: Path, *, wait: float, now: datetime) -> Path | None:
    """Put a verified copy in place of the store; returns where the store as it was is kept, if there was one.

    Raises:
        StoreError: the copy is damaged, or the store is locked.
        ConflictError: the copy is the store itself.
        CrmError: the place cannot be written.
    """
    if store.exists() and file.exists() and file.samefile(store):
        raise ConflictError(_("%(path)s is the store itself") % {"path": file}, _("Name another file"))
    verify(file)
    kept: Path | None = None
    with _in_place_words(store):
        store.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with locked(store, exclusive=True, wait=wait) as lock:
            clean(store)
            fresh = temporary_of(store)
            try:
                copy_private(file, fresh)
                newest = _unseal(fresh)
                kept = _keep(store, now) if store.exists() else None
                # another store's WAL must never meet this file; its copy is safe by now
                wal_of(store).unlink(missing_ok=True)
                put_in_place(fresh, store)
                acknowledged.remember(lock, newest)
            finally:
                discard(fresh)
    return kept


def _copy_whole(store: Path, making: Path, *, wait: float, now: datetime, tell: Tell) -> None:
    """One file with all that store and WAL hold, the WAL mended first where that is needed."""
    try:
        with locked(store, exclusive=False, wait=wait) as lock:
            copy_pair(store, making)
            _seal(making, store, now, lock, tell)
    except BrokenWalError as broken:
        with locked(store, exclusive=True, wait=wait) as lock:
            mend_wal(store, broken, lock=lock, tell=tell)
            copy_pair(store, making)
            _seal(making, store, now, lock, tell)


def _keep(store: Path, now: datetime) -> Path:
    """The store as it is, whole or damaged, under a name that is free."""
    name = f"{store.name}.before-restore-{now:%Y%m%d-%H%M%S}"
    kept, number = store.with_name(name), 1
    while kept.exists():
        number += 1
        kept = store.with_name(f"{name}-{number}")
    copy_pair(store, kept)
    synchronise_pair(kept)
    return kept


def _seal(copy: Path, store: Path, now: datetime, lock: int, tell: Tell) -> None:
    """Take the WAL into the copy and write down what every table holds."""
    with contextlib.closing(connect(copy, read_only=False, named=store)) as con, in_words(store):
        require_shape(con, store, older_too=True)
        adopt_language(con)
        acknowledged.compare(con, lock, store, tell)
        con.execute("DROP TABLE IF EXISTS meta.backup")
        found = held(con)
        con.execute(_BACKUP_TABLE)
        for name, one in found.items():
            con.execute("INSERT INTO meta.backup VALUES ($1, $2, $3, $4, version())", [name, one.rows, one.digest, now])
    checkpoint(copy)


def _unseal(copy: Path) -> acknowledged.Acknowledged:
    with contextlib.closing(connect(copy, read_only=False)) as con, in_words(copy):
        con.execute("DROP TABLE IF EXISTS meta.backup")
        newest = acknowledged.newest(con)
    checkpoint(copy)
    return newest


def _told(con: duckdb.DuckDBPyConnection) -> dict[str, Held]:
    return {
        name: Held(count, digest)
        for name, count, digest in rows(con, "SELECT table_name, row_count, digest FROM meta.backup")
    }


@contextlib.contextmanager
def _in_place_words(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise CrmError(_("%(path)s cannot be written: %(reason)s") % {"path": path, "reason": reason}) from error
