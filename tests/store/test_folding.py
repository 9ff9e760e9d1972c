"""Taking the WAL into the store: killed between any two of its steps, nothing acknowledged is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.store import folding
from crmcli.store.check import check
from crmcli.store.connection import open_to_read, open_to_write, scalar
from crmcli.store.copies import wal_of
from tests.store.crash import talking
from tests.store.made import contents

# For each n on standard input: a child that dies before the nth call among those that touch files; with n too large it
# does its work. Children are forked before any database is open, so nothing but that one import is shared by them.
DIE = """
import os, sys, pathlib
import duckdb
from crmcli.store.folding import fold_wal
count = 0
def dying(real):
    def call(*a, **k):
        global count
        count += 1
        if count == fatal:
            os._exit(9)
        return real(*a, **k)
    return call
for line in sys.stdin:
    fatal = int(line)
    child = os.fork()
    if not child:
        break
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
else:
    os._exit(0)
for place, name in ((os, "fsync"), (os, "open"), (os, "unlink"), (os, "replace"), (os, "listdir"), (os, "ftruncate"),
                    (pathlib.Path, "replace"), (pathlib.Path, "unlink"), (pathlib.Path, "chmod"), (pathlib.Path, "open")):
    setattr(place, name, dying(getattr(place, name)))
duckdb.connect = dying(duckdb.connect)
os._exit(0 if fold_wal(pathlib.Path(sys.argv[1]), limit=0) else 1)
"""


def state(store: Path) -> dict[str, list[tuple[object, ...]]]:
    with open_to_read(store, wait=5) as con:
        assert check(con) == []
        return contents(con)


def test_killed_between_any_two_steps(store: Path) -> None:
    before = state(store)
    assert wal_of(store).stat().st_size > 0
    pair = {path: path.read_bytes() for path in (store, wal_of(store))}
    with talking(DIE, store) as ask:
        for step in range(1, 60):
            for path, content in pair.items():
                path.write_bytes(content)
            code = int(ask(str(step)))
            assert code in (0, 9)
            assert state(store) == before, f"killed before call {step}"
            if code == 0:
                break
        else:
            pytest.fail("it never came to an end")
    assert step > 8  # the calls were met at all
    assert not wal_of(store).exists()


def test_file_renamed_and_old_wal_left(store: Path) -> None:
    """The moment after the rename: the WAL of the earlier file is known and dropped, by readers and writers."""
    before = state(store)
    old = wal_of(store).read_bytes()
    assert folding.fold_wal(store, limit=0)
    wal_of(store).write_bytes(old)
    assert state(store) == before
    with open_to_write(store, wait=5) as con:
        assert scalar(con, "SELECT count(*) FROM orders") == 4
    assert state(store) == before


def test_folds_only_past_the_limit(store: Path) -> None:
    size = wal_of(store).stat().st_size
    assert not folding.fold_wal(store, limit=size)
    assert wal_of(store).exists()
    assert folding.fold_wal(store, limit=size - 1)
    assert not folding.fold_wal(store, limit=0)


def test_full_disk_leaves_the_pair_as_it_was(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    before = (store.read_bytes(), wal_of(store).read_bytes())
    monkeypatch.setattr(folding, "copy_pair", full)
    assert not folding.fold_wal(store, limit=0)
    assert (store.read_bytes(), wal_of(store).read_bytes()) == before
    assert [p.name for p in store.parent.glob("*.tmp-*")] == []


def test_no_byte_of_the_store_is_written_over(store: Path, tmp_path: Path) -> None:
    """What a commit adds may stand behind the end of the file; what is there is never touched."""
    from tests.store.made import take

    before = store.read_bytes()
    with open_to_write(store, wait=5) as con:
        take(con, tmp_path, "contacts", *({"code": f"N{i}", "name": "x" * 50} for i in range(3000)))
        assert store.read_bytes()[: len(before)] == before
    assert len(before) > 4096
