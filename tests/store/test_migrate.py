"""Migrations: each whole or not at all, a copy kept, older and newer stores told apart."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crmcli.errors import StoreError
from crmcli.store import migrate as migrating
from crmcli.store.check import check
from crmcli.store.connection import open_to_migrate, open_to_read, open_to_write, rows, scalar
from crmcli.store.copies import wal_of
from crmcli.store.migrate import Migration, known, migrate, unkept_columns
from tests.store.made import NOW, bytes_of, contents, make

MORE = (
    Migration(
        "0090_ranks",
        "ALTER TABLE contacts ADD COLUMN rank INTEGER; ALTER TABLE history.contacts ADD COLUMN rank INTEGER; "
        "UPDATE contacts SET rank = id; CREATE TABLE ranks AS SELECT range AS id FROM range(200000)",
    ),
    Migration("0091_names", "UPDATE ranks SET id = id + 1; ALTER TABLE contacts RENAME COLUMN rank TO place; "
              "ALTER TABLE history.contacts RENAME COLUMN rank TO place"),
)  # fmt: skip
RUN = """
import sys, pathlib
from crmcli.store import migrate as migrating
from crmcli.store.connection import open_to_migrate
from tests.store.made import NOW
from tests.store.test_migrate import MORE
both = (*migrating.known(), *MORE)
migrating.known = lambda: both
print("ready", flush=True)
with open_to_migrate(pathlib.Path(sys.argv[1]), wait=5) as (con, copy):
    migrating.migrate(con, now=NOW)
"""


@pytest.fixture
def two_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that knows two migrations more."""
    both = (*known(), *MORE)
    monkeypatch.setattr(migrating, "known", lambda: both)


def shape(store: Path) -> tuple[int, set[str], int]:
    """Migrations a store has, its columns and tables that tell them apart."""
    import duckdb

    con = duckdb.connect(f"duckdb:{store}", read_only=True)
    try:
        columns = {c for (c,) in rows(con, "SELECT column_name FROM duckdb_columns() WHERE table_name = 'contacts'")}
        there = scalar(con, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'ranks'")
        lowest = scalar(con, "SELECT min(id) FROM ranks") if there else -1
        return int(scalar(con, "SELECT count(*) FROM meta.migrations")), columns & {"rank", "place"}, int(lowest)
    finally:
        con.close()


BASE = len(known())
SHAPES = {BASE: (BASE, set(), -1), BASE + 1: (BASE + 1, {"rank"}, 0), BASE + 2: (BASE + 2, {"place"}, 1)}


def test_older_store_is_refused_until_migrated(store: Path, two_more: None) -> None:
    before = bytes_of(store)
    for opening in (open_to_read, open_to_write):
        with pytest.raises(StoreError, match="written by an older crmcli") as refused, opening(store, wait=0):
            pass
        assert "crmcli migrate" in str(refused.value.hint)
    assert bytes_of(store) == before
    with open_to_migrate(store, wait=0) as (con, copy):
        assert migrate(con, now=NOW) == ["0090_ranks", "0091_names"]
        assert unkept_columns(con) == []
    assert copy is not None
    assert copy.name == "crm.duckdb.before-0090_ranks"
    assert {copy.name: copy.read_bytes(), wal_of(copy).name: wal_of(copy).read_bytes()} == {
        name.replace("crm.duckdb", copy.name): content for name, content in before.items()
    }
    assert copy.stat().st_mode & 0o777 == wal_of(copy).stat().st_mode & 0o777 == 0o600
    with open_to_migrate(store, wait=0) as (con, copy):
        assert (migrate(con, now=NOW), copy) == ([], None)
    with open_to_read(store, wait=0) as con:
        assert check(con) == []


def test_newer_store_is_refused_unchanged(store: Path) -> None:
    with open_to_write(store, wait=0) as con:
        con.execute("INSERT INTO meta.migrations VALUES ('9999_later', 'x', $1)", [NOW])
    before = bytes_of(store)
    for opening in (open_to_read, open_to_write, open_to_migrate):
        with pytest.raises(StoreError, match=r"newer crmcli \(it has 9999_later\)"), opening(store, wait=0):
            pass
    assert bytes_of(store) == before


def test_failing_migration_leaves_the_store_as_it_was(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_to_read(store, wait=0) as con:
        whole = contents(con)
    both = (*known(), MORE[0], Migration("0091_wrong", "DELETE FROM contacts; FROM nowhere"))
    monkeypatch.setattr(migrating, "known", lambda: both)
    with pytest.raises(Exception, match="nowhere"), open_to_migrate(store, wait=0) as (con, _copy):
        migrate(con, now=NOW)
    assert shape(store) == SHAPES[BASE + 1]
    monkeypatch.undo()
    before = store.with_name("crm.duckdb.before-0090_ranks")
    with open_to_read(before, wait=0) as con:
        assert contents(con) == whole


def migrating_process(store: Path) -> subprocess.Popen[bytes]:
    """A process that is about to migrate."""
    process = subprocess.Popen([sys.executable, "-c", RUN, str(store)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               cwd=Path(__file__).resolve().parents[2])  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def kill_while_migrating(store: Path, times: int, seed: int) -> set[int]:
    """Kill migrations at random moments of the time that a whole one takes; the numbers of migrations seen after it."""
    chance, seen = random.Random(seed), set()
    pair = {path: path.read_bytes() for path in (store, wal_of(store)) if path.exists()}
    lasts = 0.0
    for number in range(times + 1):
        wal_of(store).unlink(missing_ok=True)
        for path, content in pair.items():
            path.write_bytes(content)
        process, began = migrating_process(store), time.monotonic()
        if number:
            time.sleep(chance.uniform(0, 1.2 * lasts))
            process.send_signal(signal.SIGKILL)
        process.communicate()
        lasts = lasts or time.monotonic() - began
        found = shape(store)
        assert found == SHAPES[found[0] if number else BASE + 2]
        copy = store.with_name("crm.duckdb.before-0090_ranks")
        assert found[0] == BASE or shape(copy) == SHAPES[BASE]
        if number:
            seen.add(found[0])
    return seen


def test_killed_at_random_moments(store: Path) -> None:
    assert kill_while_migrating(store, times=5, seed=1) <= {BASE, BASE + 1, BASE + 2}


def test_a_store_of_the_first_shape_gets_a_capacity_and_keeps_its_costs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "known", lambda: known()[:1])
    store = make(tmp_path / "old.duckdb")
    with open_to_write(store, wait=0) as con:
        con.execute("BEGIN")
        con.execute(
            "INSERT INTO cost_activities (id, name, driver, rate, added_in, changed_in) VALUES (1, 'Visit', 'order', 5, 1, 1)"
        )
        con.execute("INSERT INTO history.cost_activities SELECT 2, 'update', * FROM cost_activities")
        con.execute("COMMIT")
    monkeypatch.undo()
    with open_to_migrate(store, wait=0) as (con, _copy):
        assert migrate(con, now=NOW)[0] == "0002_cost_capacity"
        assert unkept_columns(con) == []
        for table in ("cost_activities", "history.cost_activities"):
            assert rows(con, f"SELECT name, rate, capacity FROM {table}") == [("Visit", 5, None)]
