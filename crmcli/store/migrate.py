"""Migrations: numbered SQL files, each one transaction with its own row, after a copy of the store was made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.store.copies import copy_pair, synchronise, synchronise_pair, temporary_of, wal_of
from crmcli.store.database import rows, transaction
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
        import hashlib

        return hashlib.sha256(self.sql.encode()).hexdigest()


@cache
def known() -> tuple[Migration, ...]:
    """All migrations of this program, in order."""
    folder = Path(__file__).parent / "migrations"
    found = sorted((f for f in folder.iterdir() if re.fullmatch(r"\d{4}_\w+\.sql", f.name)), key=lambda f: f.name)
    return tuple(Migration(f.name.removesuffix(".sql"), f.read_text("utf-8")) for f in found)


def applied(con: duckdb.DuckDBPyConnection) -> list[str] | None:
    """Names of the migrations a store has, in order; None when it is no crmcli store."""
    import duckdb

    try:  # to ask the catalogue of all columns would take a hundred times as long
        columns = rows(con, "SELECT name FROM pragma_table_info('meta.migrations')")
    except duckdb.CatalogException:
        return None
    if columns != [("name",), ("hash",), ("applied_at",)]:
        return None
    return [name for (name,) in rows(con, "SELECT name FROM meta.migrations ORDER BY name")]


def missing(con: duckdb.DuckDBPyConnection) -> list[Migration]:
    """The migrations a store has not had yet, in order."""
    done = applied(con) or []
    return [migration for migration in known() if migration.name not in done]


def migrate(con: duckdb.DuckDBPyConnection, *, now: datetime) -> list[str]:
    """Bring a store up to date; each migration is one transaction. Returns the names of those run."""
    run = []
    for migration in missing(con):
        with transaction(con):
            con.execute(migration.sql)
            _keep_history(con)
            con.execute(
                "INSERT INTO meta.migrations VALUES ($name, $hash, $now)",
                {"name": migration.name, "hash": migration.hash, "now": now},
            )
        run.append(migration.name)
    return run


def _keep_history(con: duckdb.DuckDBPyConnection) -> None:
    """A history for every business table that a migration made."""
    there = {tuple(row) for row in rows(con, "SELECT schema_name, table_name FROM duckdb_tables()")}
    for table in TABLES:
        if ("main", table) in there and ("history", table) not in there:
            con.execute(history_sql(table))


def unkept_columns(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Business tables whose history lacks a column, or has them in another order: undo would lose values."""
    found = []
    for table in TABLES:
        own, kept = (
            [
                tuple(row)
                for row in rows(
                    con,
                    "SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = $1 AND table_name = $2 "
                    "ORDER BY column_index",
                    [schema, table],
                )
            ]
            for schema in ("main", "history")
        )
        if kept[2:] != own:
            found.append(table)
    return found


def keep_copy(store: Path, before: str) -> Path:
    """Copy the store and its WAL aside before a migration. Call under the lock, with no connection open.

    Args:
        store: The file.
        before: Name of the migration that comes next: a copy made before another one is left alone.
    """
    copy = store.with_name(f"{store.name}.before-{before}")
    making = temporary_of(store)
    copy_pair(store, making)
    synchronise_pair(making)
    if wal_of(making).exists():
        wal_of(making).replace(wal_of(copy))
    making.replace(copy)
    synchronise(store.parent)
    return copy
