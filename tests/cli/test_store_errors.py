"""Everything that can be wrong with a store, as its owner meets it: one sentence, a cure, exit 6, nothing changed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from crmcli.store.connection import open_to_write
from crmcli.store.copies import wal_of
from crmcli.store.folding import fold_wal
from tests.cli.program import crmcli
from tests.store.made import NOW, bytes_of, filled

COMMANDS = (["log"], ["undo"], ["backup", "create", "copy.backup"], ["check"], ["migrate"])


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with two steps."""
    return filled(tmp_path / "crm.duckdb")


def missing(store: Path) -> None:
    store.unlink()
    wal_of(store).unlink()


def folder(store: Path) -> None:
    missing(store)
    store.mkdir()


def text(store: Path) -> None:
    store.write_text("code;name\nC1;Firm\n")


def empty(store: Path) -> None:
    store.write_bytes(b"")


def foreign(store: Path) -> None:
    missing(store)
    con = duckdb.connect(str(store))
    con.execute("CREATE SCHEMA meta; CREATE TABLE meta.migrations AS SELECT 1 AS a")
    con.close()


def newer(store: Path) -> None:
    with open_to_write(store, wait=0) as con:
        con.execute("INSERT INTO meta.migrations VALUES ('9999_later', 'x', $1)", [NOW])


def newer_database(store: Path) -> None:
    fold_wal(store, limit=0)
    content = bytearray(store.read_bytes())
    content[12] = 250  # the storage version stands after the checksum and "DUCK"
    store.write_bytes(content)


def header(store: Path) -> None:
    content = bytearray(store.read_bytes())
    content[4096:12288] = bytes(8192)
    store.write_bytes(content)


def block(store: Path) -> None:
    fold_wal(store, limit=0)
    content = bytearray(store.read_bytes())
    content[12288:] = bytes(b ^ 85 for b in content[12288:])
    store.write_bytes(content)


def truncated(store: Path) -> None:
    fold_wal(store, limit=0)
    store.write_bytes(store.read_bytes()[:20_000])


def flipped_wal(store: Path) -> None:
    content = bytearray(wal_of(store).read_bytes())
    content[len(content) // 3] ^= 4
    wal_of(store).write_bytes(content)


def garbage_wal(store: Path) -> None:
    wal_of(store).write_bytes(b"garbage" * 999)


CASES: list[tuple[Callable[[Path], None], str]] = [
    (missing, "There is no store at"),
    (folder, "is a folder"),
    (text, "is not a crmcli store"),
    (empty, "is not a crmcli store"),
    (foreign, "not a crmcli store"),
    (newer, "written by a newer crmcli"),
    (newer_database, "newer version of the database|is damaged"),
    (header, "is damaged"),
    (block, "is damaged"),
    (truncated, "is damaged"),
    (flipped_wal, "is damaged"),
]


@pytest.mark.parametrize(("harm", "sentence"), CASES, ids=[harm.__name__ for harm, _ in CASES])
def test_one_sentence_exit_6_nothing_changed(store: Path, harm: Callable[[Path], None], sentence: str) -> None:
    harm(store)
    before = {} if store.is_dir() else bytes_of(store)
    for command in (
        COMMANDS[:1] if harm in (missing, folder, text, empty) else COMMANDS if harm is header else COMMANDS[:3]
    ):
        said = crmcli(*command, store=store, folder=store.parent)
        assert (said.code, said.out) == (6, ""), (command, said)
        first, *rest = said.err.splitlines()
        assert re.search(sentence, first), said.err
        assert first.startswith("crmcli: ")
        assert str(store) in first
        assert len(rest) == 1, said.err  # the cure
        assert "Traceback" not in said.err
    assert ({} if store.is_dir() else bytes_of(store)) == before
    assert not (store.parent / "copy.backup").exists()


def test_damage_met_while_reading_is_said_too(store: Path, tmp_path: Path) -> None:
    """A file cut in the middle opens; a report that meets the hole says so."""
    from crmcli.store.connection import open_to_read
    from tests.store.made import take

    with open_to_write(store, wait=0) as con:
        take(con, tmp_path, "contacts", *({"code": f"N{i}", "name": f"{i * 7919:x}" * 9} for i in range(20_000)))
    fold_wal(store, limit=0)
    with open_to_read(store, wait=0):
        pass
    content = store.read_bytes()
    store.write_bytes(content[:12288] + bytes(b ^ 1 if at % 50_000 < 9 else b for at, b in enumerate(content[12288:])))
    said = crmcli("check", store=store)
    assert (said.code, said.out) == (6, "")
    assert "is damaged" in said.err


def test_lost_wal_is_a_warning_on_stderr(store: Path) -> None:
    fold_wal(store, limit=0)
    shutil.copyfile(store, store.with_name("old"))
    with open_to_write(store, wait=0) as con:
        con.execute("INSERT INTO meta.steps VALUES (3, $1, 'import', 'x', 0, 0, 0, NULL, NULL)", [NOW])
    wal_of(store).unlink()
    said = crmcli("log", "--format", "csv", store=store)
    assert said.code == 0
    assert said.out.count("\n") == 3
    assert "step 3 of 2026-07-01 09:00 is missing, the newest is step 2" in said.err


def test_wal_that_is_none_is_told_and_nothing_written(store: Path) -> None:
    """DuckDB takes garbage for an empty WAL and opens an older store without a word."""
    garbage_wal(store)
    before = bytes_of(store)
    said = crmcli("log", store=store)
    assert said.code == 0
    assert "step 2 of 2026-07-01 09:00 is missing" in said.err
    assert bytes_of(store) == before


def test_torn_wal_is_mended_by_the_next_command(store: Path) -> None:
    with wal_of(store).open("ab") as wal:
        wal.write(wal_of(store).read_bytes()[-40:-3] * 5)
    said = crmcli("log", "--format", "csv", store=store)
    again = crmcli("log", "--format", "csv", store=store)
    assert (said.code, again.code, again.err) == (0, 0, "")
    assert said.out == again.out
    assert said.out.count("\n") == 3


def test_init_refuses_what_is_there(store: Path) -> None:
    before = bytes_of(store)
    said = crmcli("init", store=store)
    assert said.code == 4
    assert "something at" in said.err
    assert bytes_of(store) == before


def test_init_killed_leaves_nothing_that_stops_the_next(tmp_path: Path) -> None:
    from tests.store.crash import kill_after, start

    store = tmp_path / "new.duckdb"
    for tenth in range(1, 6):
        code, _said = kill_after(start("init", store=store), 0.1 * tenth)
        if code == 0:
            break
        if store.exists():
            assert crmcli("check", store=store).code == 0
            break
    said = crmcli("init", store=store)
    assert said.code == (4 if store.exists() and "already" in said.err else 0)
    assert crmcli("check", store=store).code == 0
    assert list(tmp_path.glob("*.tmp-*")) == []


def test_init_beside_the_wal_of_a_lost_store(store: Path) -> None:
    """The WAL may be the only trace of the last changes: it is put aside, not mixed in, not thrown away."""
    wal = wal_of(store).read_bytes()
    store.unlink()
    assert crmcli("init", store=store).code == 0
    assert crmcli("check", store=store).code == 0
    assert store.with_name("crm.duckdb.wal.left-over").read_bytes() == wal
