"""Copies: whole, verified, brought back to the byte, and nothing lost on the way."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from crmcli.errors import ConflictError, CrmError, StoreError
from crmcli.store import backup
from crmcli.store.check import check
from crmcli.store.connection import open_to_read, open_to_write
from crmcli.store.copies import wal_of
from crmcli.store.undo import undo
from tests.store.made import NOW, bytes_of, contents, everything, take

AWKWARD = [
    "NULL",
    "\\N",
    "",
    "a\nb",
    "a\tb",
    '"',
    "'; DROP TABLE contacts; --",
    "=1+1",
    "Ёж ₽ 🦔",
    "\u202eabc",
    "x" * 5000,
    "1e5",
    "0042",
]


@pytest.fixture
def awkward(store: Path, tmp_path: Path) -> Path:
    """A store with texts that copies made by way of CSV would change."""
    with open_to_write(store, wait=0) as con:
        take(
            con,
            tmp_path,
            "contacts",
            *({"code": f"A{i}", "name": f"n{i}", "note": text} for i, text in enumerate(AWKWARD)),
        )
        con.execute("UPDATE contacts SET note = '' WHERE code = 'A2'")
    return store


def test_there_and_back(awkward: Path, tmp_path: Path) -> None:
    with open_to_read(awkward, wait=0) as con:
        whole, told = contents(con), everything(con)
    copy = tmp_path / "copy.backup"
    count = backup.create(awkward, copy, wait=0, now=NOW)
    found = backup.verify(copy)
    assert (found.rows, found.made_at) == (count, NOW)
    assert not wal_of(copy).exists()
    with open_to_write(awkward, wait=0) as con:
        undo(con, None, now=NOW)
    spoilt = bytes_of(awkward)
    kept = backup.restore(copy, awkward, wait=0, now=NOW)
    with open_to_read(awkward, wait=0, tell=pytest.fail) as con:
        assert (contents(con), everything(con)) == (whole, told)
        assert check(con) == []
        assert con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'backup'").fetchone() == (0,)
    assert kept is not None
    assert [kept.read_bytes(), wal_of(kept).read_bytes()] == [spoilt["crm.duckdb"], spoilt["crm.duckdb.wal"]]
    assert not wal_of(awkward).exists()


def test_backup_of_a_backup_restored_verifies(store: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "1.backup", tmp_path / "2.backup"
    backup.create(store, one, wait=0, now=NOW)
    backup.restore(one, store, wait=0, now=NOW)
    assert backup.create(store, two, wait=0, now=NOW) == backup.verify(one).rows == backup.verify(two).rows


def test_restore_twice_in_a_second_keeps_both(store: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.backup"
    backup.create(store, copy, wait=0, now=NOW)
    kept = {backup.restore(copy, store, wait=0, now=NOW) for _ in range(3)}
    assert len(kept) == 3


def test_restore_where_there_is_nothing(store: Path, tmp_path: Path) -> None:
    copy, elsewhere = tmp_path / "copy.backup", tmp_path / "new" / "folder" / "crm.duckdb"
    backup.create(store, copy, wait=0, now=NOW)
    assert backup.restore(copy, elsewhere, wait=0, now=NOW) is None
    with open_to_read(elsewhere, wait=0, tell=pytest.fail) as con:
        assert contents(con)["orders"]


def test_restore_replaces_a_damaged_store_and_its_memory(store: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.backup"
    backup.create(store, copy, wait=0, now=NOW)
    with open_to_write(store, wait=0) as con:
        take(con, tmp_path, "contacts", {"code": "Z", "name": "Later"})
    store.write_bytes(b"\0" * 5000)
    kept = backup.restore(copy, store, wait=0, now=NOW)
    assert kept is not None
    assert kept.read_bytes() == b"\0" * 5000
    with open_to_read(store, wait=0, tell=pytest.fail) as con:
        assert check(con) == []


def test_existing_target_is_refused(store: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.backup"
    target.write_text("mine")
    with pytest.raises(ConflictError, match="something at"):
        backup.create(store, target, wait=0, now=NOW)
    assert target.read_text() == "mine"
    backup.create(store, target, wait=0, now=NOW, force=True)
    backup.verify(target)
    for wrong in (store, tmp_path / "link"):
        if wrong != store:
            wrong.symlink_to(store)
        with pytest.raises(ConflictError, match="the store itself"):
            backup.create(store, wrong, wait=0, now=NOW, force=True)
        with pytest.raises(ConflictError, match="the store itself"):
            backup.restore(wrong, store, wait=0, now=NOW)


def test_truncated_copy_is_found(store: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.backup"
    backup.create(store, copy, wait=0, now=NOW)
    content = copy.read_bytes()
    before = bytes_of(store)
    for length in (0, 5, 4096, 12288, len(content) // 2, len(content) - 1):
        copy.write_bytes(content[:length])
        with pytest.raises(StoreError):
            backup.verify(copy)
        with pytest.raises(StoreError):
            backup.restore(copy, store, wait=0, now=NOW)
    assert bytes_of(store) == before


def test_flipped_byte_is_found_or_without_effect(store: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.backup"
    backup.create(store, copy, wait=0, now=NOW)
    content = copy.read_bytes()
    found = 0
    for at in range(4100, len(content), len(content) // 25):
        copy.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with contextlib.suppress(StoreError):
            backup.verify(copy)
            continue
        found += 1
    assert found > 5


def test_changed_rows_are_found(store: Path, tmp_path: Path) -> None:
    import duckdb

    copy = tmp_path / "copy.backup"
    backup.create(store, copy, wait=0, now=NOW)
    con = duckdb.connect(f"duckdb:{copy}")
    con.execute("UPDATE contacts SET name = 'Other' WHERE code = 'C0'")
    con.close()
    with pytest.raises(StoreError, match=r"damaged: main\.contacts"):
        backup.verify(copy)


def test_no_backup_is_said(store: Path) -> None:
    with pytest.raises(StoreError, match=r"crm\.duckdb\.wal lies beside it"):
        backup.verify(store)


def test_failed_copy_leaves_nothing(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(backup, "copy_pair", full)
    with pytest.raises(CrmError, match="cannot be written: No space left"):
        backup.create(store, tmp_path / "copy.backup", wait=0, now=NOW)
    assert [p.name for p in tmp_path.iterdir() if "backup" in p.name] == []
    with pytest.raises(CrmError, match="cannot be written: No such file"):
        backup.create(store, tmp_path / "no" / "folder" / "copy.backup", wait=0, now=NOW)


def test_leftovers_of_a_killed_backup_go_with_the_next(store: Path, tmp_path: Path) -> None:
    left = [tmp_path / name for name in ("a.backup.tmp-99999999", "a.backup.tmp-99999999.wal")]
    others = [tmp_path / name for name in (f"b.backup.tmp-{os.getppid()}", "notes.tmp-99999999")]
    for path in [*left, *others]:
        path.write_bytes(b"half")
    backup.create(store, tmp_path / "copy.backup", wait=0, now=NOW)
    assert [path.exists() for path in [*left, *others]] == [False, False, True, True]
