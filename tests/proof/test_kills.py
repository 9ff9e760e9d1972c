"""An import killed at many moments: the store opens, `check` is clean, and it is all there or not at all."""

from __future__ import annotations

import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from crmcli.store.connection import open_to_read, scalar
from crmcli.store.copies import wal_of
from crmcli.store.folding import fold_wal
from crmcli.store.lock import lock_path
from tests.cli.program import crmcli
from tests.store.crash import kill_after, start
from tests.store.made import contents, fill, make

ROWS = 200_000


def sales(path: Path, rows: int) -> Path:
    """A large file of order lines."""
    chance = random.Random(5)
    with path.open("w") as file:
        file.write("order_no,ordered_on,customer,sku,qty,amount\n")
        for i in range(rows):
            file.write(
                f"K{i // 4},2026-0{1 + i // 4 % 6}-1{i // 4 % 9},C{i // 4 % 997},S{chance.randrange(500)},{1 + i % 9},{chance.randrange(1, 99999)}.50\n"
            )
    return path


def renew(store: Path, whole: Path) -> None:
    """The store as it was before."""
    for path in store.parent.glob(store.name + "*"):
        path.unlink()
    for path in (store, wal_of(store), lock_path(store)):
        kept = whole / path.name
        if kept.exists():
            shutil.copyfile(kept, path)


def commit_began(store: Path, size: int, process: object, limit: float) -> None:
    """Until the WAL grows: COMMIT is writing, and folding comes next."""
    end = time.monotonic() + limit
    while time.monotonic() < end and process.poll() is None:  # type: ignore[attr-defined]
        wal = wal_of(store)
        if store.stat().st_size != size or (wal.exists() and wal.stat().st_size > 0):
            return
        time.sleep(0.001)


def killed_imports(store: Path, file: Path, times: int, seed: int) -> dict[str, int]:
    """Kill imports of one file, 35 % of them aimed at COMMIT and the folding after it; how they ended."""
    fold_wal(store, limit=0)
    whole = store.parent / "whole"
    whole.mkdir()
    for path in (store, lock_path(store)):
        shutil.copyfile(path, whole / path.name)
    began = time.monotonic()
    first, said = kill_after(start("import", "run", file, store=store), 300)
    assert first == 0, said
    lasts = time.monotonic() - began
    with open_to_read(store, wait=5) as con:
        after = scalar(con, "SELECT count(*) FROM order_lines")
    renew(store, whole)
    with open_to_read(store, wait=5) as con:
        before = scalar(con, "SELECT count(*) FROM order_lines")
    chance, ended = random.Random(seed), {"nothing": 0, "all": 0, "acknowledged": 0}
    for number in range(times):
        renew(store, whole)
        process = start("import", "run", file, store=store)
        if number % 20 < 7:
            commit_began(store, store.stat().st_size, process, lasts * 3)
            code, _said = kill_after(process, chance.uniform(0, 0.35 * lasts))
        else:
            code, _said = kill_after(process, chance.uniform(0, 1.05 * lasts))
        assert code in (0, -signal.SIGKILL)
        said = crmcli("check", store=store)
        assert (said.code, said.out, said.err) == (0, "", "")
        with open_to_read(store, wait=5, tell=pytest.fail) as con:
            found = scalar(con, "SELECT count(*) FROM order_lines")
        assert found in (before, after)
        assert code != 0 or found == after
        ended["acknowledged" if code == 0 else "all" if found == after else "nothing"] += 1
    return ended


def test_killed_at_random_moments(tmp_path: Path) -> None:
    store = fill(make(tmp_path / "crm.duckdb"))
    ended = killed_imports(store, sales(tmp_path / "sales.csv", ROWS), times=60, seed=3)
    print(ended)
    assert ended["nothing"] > 10


def test_migration_killed_at_random_moments(tmp_path: Path) -> None:
    from tests.store.test_migrate import BASE, kill_while_migrating

    store = fill(make(tmp_path / "crm.duckdb"))
    assert kill_while_migrating(store, times=50, seed=2) >= {BASE, BASE + 2}


def test_random_damage(tmp_path: Path) -> None:
    from tests.store.test_damage import fuzz

    store = fill(make(tmp_path / "crm.duckdb"), customers=50, lines=400)
    fold_wal(store, limit=0)
    fill(store, customers=60, lines=500)
    with open_to_read(store, wait=1) as con:
        assert contents(con)["orders"]
    counts = fuzz(store, times=60, seed=11)
    print(counts)
    assert counts["refused"] > 20
