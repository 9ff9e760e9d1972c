"""Damage of every kind: one sentence, exit 6, no byte changed, never silently wrong."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
from pathlib import Path

import duckdb
import pytest

from crmcli.errors import StoreError
from crmcli.store.acknowledged import Acknowledged, remember
from crmcli.store.check import check
from crmcli.store.connection import open_to_read, open_to_write, transaction
from crmcli.store.copies import wal_of
from crmcli.store.folding import fold_wal
from crmcli.store.lock import lock_path
from tests.store.made import NOW, bytes_of, contents, take

Contents = dict[str, list[tuple[object, ...]]]


def damaged_or_same(store: Path, whole: Contents) -> str:
    """Open and check a damaged store: "refused", "told" or "same"; anything else is a failure."""
    told: list[str] = []
    now: Contents | None = None
    with contextlib.suppress(StoreError), open_to_read(store, wait=1, tell=told.append) as con:
        found = check(con)
        now = contents(con)
    if now is None:
        return "refused"
    if now == whole:
        return "same"
    assert told or found, "silently wrong"
    return "told"


def harm(path: Path, chance: random.Random) -> None:
    """One bit flipped, a page zeroed, or the end cut off."""
    content = bytearray(path.read_bytes())
    at = chance.randrange(len(content))
    kind = chance.choice(["flip", "flip", "zero", "cut"])
    if kind == "flip":
        content[at] ^= 1 << chance.randrange(8)
    elif kind == "zero":
        content[at : at + 512] = bytes(len(content[at : at + 512]))
    else:
        del content[at:]
    path.write_bytes(content)


def fuzz(store: Path, times: int, seed: int) -> dict[str, int]:
    """Harm store or WAL many times; how often it was refused, told, or did not matter."""
    chance = random.Random(seed)
    with open_to_read(store, wait=1) as con:
        whole = contents(con)
    keep = store.parent / "whole"
    keep.mkdir()
    files = [p for p in (store, wal_of(store), lock_path(store)) if p.exists()]
    for path in files:
        shutil.copyfile(path, keep / path.name)
    counts = {"refused": 0, "told": 0, "same": 0}
    for _ in range(times):
        for path in files:
            shutil.copyfile(keep / path.name, path)
        harm(chance.choice(files[:2]), chance)
        counts[damaged_or_same(store, whole)] += 1
    return counts


def test_random_damage_is_never_silently_wrong(store: Path, tmp_path: Path) -> None:
    fold_wal(store, limit=0)
    with open_to_write(store, wait=1) as con:
        take(con, tmp_path, "contacts", {"code": "Z", "name": "Last"})
    counts = fuzz(store, times=12, seed=7)
    assert counts["refused"] > 0


def test_full_reading_finds_a_damaged_block_nobody_asks_for(store: Path, tmp_path: Path) -> None:
    with open_to_write(store, wait=1) as con:
        take(
            con,
            tmp_path,
            "contacts",
            *({"code": f"N{i}", "name": random.Random(i).randbytes(40).hex()} for i in range(20_000)),
        )
    fold_wal(store, limit=0)
    content = bytearray(store.read_bytes())
    # data blocks come after the three headers and the metadata block
    for at in range(3 * 262144 // 2, len(content), 100_000):
        content[at] ^= 255
    store.write_bytes(content)
    with pytest.raises(StoreError, match="is damaged"), open_to_read(store, wait=0) as con:
        check(con)


def test_torn_wal_is_cut_and_said(store: Path, tmp_path: Path) -> None:
    """A power cut in the middle of a command: its half entry goes, all acknowledged steps stay."""
    with open_to_read(store, wait=0) as con:
        whole = contents(con)
    acknowledged = lock_path(store).read_bytes()
    length = wal_of(store).stat().st_size
    with open_to_write(store, wait=0) as con:
        take(con, tmp_path, "contacts", {"code": "Z", "name": "Half written"})
    lock_path(store).write_bytes(acknowledged)
    torn = wal_of(store).read_bytes()
    outcomes = set()
    for end in range(length + 1, len(torn), max(1, (len(torn) - length) // 12)):
        for tail in (b"", bytes(64)):
            wal_of(store).write_bytes(torn[:end] + tail)
            told: list[str] = []
            with open_to_read(store, wait=0, tell=told.append) as con:
                assert contents(con) == whole
                assert check(con) == []
            outcomes.add(bool(told))
            if told:
                assert "cut off" in told[0]
                assert store.with_name(store.name + ".wal.torn").read_bytes() == torn[:end] + tail
    assert True in outcomes


def test_broken_wal_with_acknowledged_steps_is_left_alone(store: Path) -> None:
    content = bytearray(wal_of(store).read_bytes())
    content[len(content) // 2] ^= 255
    wal_of(store).write_bytes(content)
    before = bytes_of(store)
    for opening in (open_to_read, open_to_write):
        with pytest.raises(StoreError, match=r"is damaged: .*WAL") as refused, opening(store, wait=0):
            pass
        assert "backup restore" in str(refused.value.hint)
    assert bytes_of(store) == before


def test_lost_wal_is_told_until_something_new_is_written(store: Path, tmp_path: Path) -> None:
    wal_of(store).unlink()
    for _ in range(2):
        told: list[str] = []
        with open_to_read(store, wait=0, tell=told.append):
            pass
        assert "step 2 of 2026-07-01" in told[0]
        assert "the newest is step 0" in told[0]
    told = []
    with open_to_write(store, wait=0, tell=told.append) as con:
        take(con, tmp_path, "contacts", {"code": "Z", "name": "New"})
    assert told
    told = []
    with open_to_read(store, wait=0, tell=told.append):
        pass
    assert told == []


def test_swapped_file_with_as_many_steps_is_told(store: Path) -> None:
    descriptor = os.open(lock_path(store), os.O_RDWR)
    remember(descriptor, Acknowledged(2, "2026-06-30 23:59:00"))
    os.close(descriptor)
    told: list[str] = []
    with open_to_read(store, wait=0, tell=told.append):
        pass
    assert told


def test_dry_run_leaves_the_memory_alone(store: Path, tmp_path: Path) -> None:
    before = lock_path(store).read_bytes()
    with open_to_write(store, wait=0) as con, pytest.raises(ZeroDivisionError), transaction(con):  # noqa: PT012
        con.execute("INSERT INTO meta.steps VALUES (9, $1, 'x', 'x', 0, 0, 0, NULL, NULL)", [NOW])
        raise ZeroDivisionError
    assert lock_path(store).read_bytes() == before


def test_foreign_duckdb_file_and_its_wal_are_left_as_they_are(tmp_path: Path) -> None:
    foreign = tmp_path / "theirs.duckdb"
    con = duckdb.connect(str(foreign))
    con.execute("PRAGMA disable_checkpoint_on_shutdown")
    con.execute("CREATE TABLE t AS SELECT 1 AS a")
    con.close()
    assert wal_of(foreign).exists()
    foreign.chmod(0o644)
    before = bytes_of(foreign)
    for opening in (open_to_read, open_to_write):
        with pytest.raises(StoreError, match="not a crmcli store"), opening(foreign, wait=0):
            pass
    wal_of(foreign).write_bytes(before["theirs.duckdb.wal"][:-3])
    torn = bytes_of(foreign)
    with pytest.raises(StoreError), open_to_write(foreign, wait=0):
        pass
    assert bytes_of(foreign) == torn
    assert foreign.stat().st_mode & 0o777 == 0o644
