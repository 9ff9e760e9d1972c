"""Stores for tests: made in a moment, filled by small imports, and read back as everything the owner can export."""

from __future__ import annotations

import atexit
import csv
import io
import shutil
import tempfile
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmcli.intake.entities import entities
from crmcli.intake.export import export
from crmcli.intake.profile import Rules
from crmcli.intake.run import Imported, run
from crmcli.intake.sources import Source
from crmcli.store import migrate as migrating
from crmcli.store.connection import open_to_write, transaction
from crmcli.store.schema import TABLES

if TYPE_CHECKING:
    import duckdb

NOW = datetime(2026, 7, 1, 9, 0)
Everything = dict[str, list[tuple[Any, ...]]]


def make(path: Path, currency: str = "RUB") -> Path:
    """An empty store: a copy of one that was made as every store is, once a process."""
    model = _model(currency, tuple(migration.hash for migration in migrating.known()))
    return _copy(model, path)


def _copy(model: Path, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    for part in model.parent.glob(f"{model.name}*"):
        shutil.copy(part, path.with_name(path.name + part.name.removeprefix(model.name)))
    return path


@cache
def _model(currency: str, _shape: tuple[str, ...]) -> Path:
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder) / "crm.duckdb"
    with open_to_write(path, wait=5, create=True) as con:
        migrating.migrate(con, now=NOW)
        with transaction(con):
            con.execute(
                "INSERT INTO meta.settings VALUES ('base_currency', $1), ('region', 'RU'), ('language', 'en')",
                [currency],
            )
    return path


def copied(store: Path, folder: Path) -> Path:
    """All files of a store, in another folder."""
    return _copy(store, folder / store.name)


def csv_file(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    """Rows as a CSV file."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), "utf-8")
    return path


def take(
    con: duckdb.DuckDBPyConnection, folder: Path, entity: str, *rows: dict[str, Any], now: datetime = NOW
) -> Imported:
    """One import of one entity, as one step: a command of its own, which finds no temp tables of another."""
    for kind, name in con.execute(
        "SELECT 'VIEW', view_name FROM duckdb_views() WHERE temporary AND NOT internal "
        "UNION ALL SELECT 'TABLE', table_name FROM duckdb_tables() WHERE temporary"
    ).fetchall():
        con.execute(f"DROP {kind} IF EXISTS {name}")
    path = csv_file(folder / f"{entity}.csv", rows)
    with transaction(con):
        return run(con, [Source(path, path.name)], Rules(entity=entity), now=now, command=f"take {entity}")


def fill(store: Path, customers: int = 2, lines: int = 4) -> Path:
    """Two steps: contacts, then orders."""
    with open_to_write(store, wait=5) as con:
        take(con, store.parent, "contacts", *({"code": f"C{i}", "name": f"Firm {i}"} for i in range(customers)))
        take(
            con, store.parent, "orders",
            *({"order_no": f"O{i}", "ordered_on": f"2026-0{1 + i % 6}-10", "customer": f"C{i % customers}", "sku": "S1", "qty": i + 1,
               "amount": f"{i + 1}.50"} for i in range(lines)),
        )  # fmt: skip
    return store


def filled(path: Path) -> Path:
    """A store with the two steps of `fill`: a copy of one that was made once a process."""
    return _copy(_filled(tuple(migration.hash for migration in migrating.known())), path)


@cache
def _filled(_shape: tuple[str, ...]) -> Path:
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return fill(make(Path(folder) / "crm.duckdb"))


def everything(con: duckdb.DuckDBPyConnection) -> Everything:
    """All exports: what the owner would say the store holds."""
    found = {}
    for name in entities():
        export(con, name)
        found[name] = con.execute("FROM exported").fetchall()
    return found


def contents(con: duckdb.DuckDBPyConnection) -> Everything:
    """All business rows as stored, their bookkeeping too."""
    return {table: con.execute(f"FROM {table} ORDER BY id").fetchall() for table in TABLES}


def bytes_of(store: Path) -> dict[str, bytes]:
    """A store's own files, the lock aside."""
    return {
        p.name: p.read_bytes()
        for p in sorted(store.parent.iterdir())
        if p.name.startswith(store.name) and p.suffix != ".lock"
    }
