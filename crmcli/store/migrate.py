"""Migrations: numbered SQL files, each one transaction with its own row, after a copy of the store was made."""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.store.connection import rows, scalar, transaction
from crmcli.store.schema import TABLES, history_sql

if TYPE_CHECKING:
    from datetime import datetime

    import duckdb


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered step of the store's shape."""

    name: str
    sql: str

    @property
    def hash(self) -> str:
        """What was run, to see later whether the file was changed."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


@cache
def known() -> tuple[Migration, ...]:
    """All migrations of this program, in order."""
    folder = files("crmcli.store") / "migrations"
    found = sorted((f for f in folder.iterdir() if re.fullmatch(r"\d{4}_\w+\.sql", f.name)), key=lambda f: f.name)
    return tuple(Migration(f.name.removesuffix(".sql"), f.read_text("utf-8")) for f in found)


def applied(con: duckdb.DuckDBPyConnection) -> list[str] | None:
    """Names of the migrations a store has, in order; None when it is no crmcli store."""
    there = scalar(
        con, "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'meta' AND table_name = 'migrations'"
    )
    if not there:
        return None
    return [name for (name,) in rows(con, "SELECT name FROM meta.migrations ORDER BY name")]


def migrate(con: duckdb.DuckDBPyConnection, *, now: datetime) -> list[str]:
    """Bring a store up to date; each migration is one transaction. Returns the names of those run."""
    done = applied(con) or []
    run = []
    for migration in known():
        if migration.name in done:
            continue
        with transaction(con):
            con.execute(migration.sql)
            if migration.name.startswith("0001_"):
                for table in TABLES:
                    con.execute(history_sql(table))
            con.execute(
                "INSERT INTO meta.migrations VALUES ($name, $hash, $now)",
                {"name": migration.name, "hash": migration.hash, "now": now},
            )
        run.append(migration.name)
    return run


def keep_copy(store: Path) -> Path | None:
    """Copy the store and its WAL aside before a migration. Call under the lock, with no connection open."""
    if not store.exists():
        return None
    copy = store.with_name(store.name + ".before-migration")
    shutil.copyfile(store, copy)
    copy.chmod(0o600)
    wal = store.with_name(store.name + ".wal")
    if wal.exists():
        shutil.copyfile(wal, copy.with_name(copy.name + ".wal"))
    return copy
