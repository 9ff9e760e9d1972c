"""The lock: readers share, a writer is alone, waiting is bounded and says for whom."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmcli.errors import StoreError
from crmcli.store.connection import open_to_read, open_to_write, scalar, transaction
from crmcli.store.lock import lock_path, locked
from tests.cli.program import crmcli
from tests.store.crash import ROOT, python

HOLD = """
import sys, time, pathlib
from crmcli.store.lock import locked
with locked(pathlib.Path(sys.argv[1]), exclusive=sys.argv[2] == "write", wait=5):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture(params=["write", "read"])
def holder(request: pytest.FixtureRequest, store: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(store), request.param],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_writer_waits_as_told_and_names_the_holder(store: Path, holder: subprocess.Popen[bytes]) -> None:
    began = time.monotonic()
    with pytest.raises(StoreError) as refused, open_to_write(store, wait=0.4):
        pass
    assert 0.4 <= time.monotonic() - began < 3
    assert refused.value.exit_code == 6
    assert f"in use by process {holder.pid} for more than 0.4 seconds" in refused.value.message
    assert "--wait" in str(refused.value.hint)


def test_a_reader_waits_for_a_writer_only(
    store: Path, holder: subprocess.Popen[bytes], request: pytest.FixtureRequest
) -> None:
    if request.node.callspec.params["holder"] == "read":
        with open_to_read(store, wait=0) as con:
            assert scalar(con, "SELECT count(*) FROM orders") == 4
    else:
        with pytest.raises(StoreError, match=f"process {holder.pid}"), open_to_read(store, wait=0.1):
            pass


def test_command_that_cannot_wait_exits_6_with_one_sentence(store: Path, holder: subprocess.Popen[bytes]) -> None:
    said = crmcli("undo", "--wait", "0.2", store=store)
    assert (said.code, said.out) == (6, "")
    assert len(said.err.splitlines()) == 2
    assert str(holder.pid) in said.err


def test_two_readers_at_once(store: Path) -> None:
    with open_to_read(store, wait=0):
        assert crmcli("log", "--wait", "0", store=store).code == 0


def test_lock_of_a_dead_process_locks_nothing(store: Path) -> None:
    dead = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(store), "write"],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert dead.stdout is not None
    dead.stdout.readline()
    dead.kill()
    dead.communicate()
    assert lock_path(store).read_bytes().startswith(str(dead.pid).encode())
    with open_to_write(store, wait=0):
        pass
    assert not lock_path(store).read_bytes()[:16].strip()


def test_lock_is_free_after_an_error(store: Path) -> None:
    with pytest.raises(ZeroDivisionError), open_to_write(store, wait=0):
        raise ZeroDivisionError
    with locked(store, exclusive=True, wait=0):
        pass


def test_foreign_program_on_the_file_is_waited_for_and_named(store: Path) -> None:
    """DuckDB's own shell does not know our lock."""
    code = "import duckdb, sys, time; c = duckdb.connect(sys.argv[1]); print('open', flush=True); time.sleep(float(sys.argv[2]))"
    foreign = subprocess.Popen([sys.executable, "-c", code, str(store), "60"], stdout=subprocess.PIPE)
    assert foreign.stdout is not None
    foreign.stdout.readline()
    said = crmcli("log", "--wait", "0.3", store=store)
    foreign.kill()
    foreign.communicate()
    assert said.code == 6
    assert f"held open by another program (process {foreign.pid})" in said.err
    brief = subprocess.Popen([sys.executable, "-c", code, str(store), "0.5"], stdout=subprocess.PIPE)
    assert brief.stdout is not None
    brief.stdout.readline()
    assert crmcli("log", "--wait", "30", store=store).code == 0
    brief.communicate()


def test_unlockable_place_is_one_sentence(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int, how: int) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(StoreError, match="cannot be locked: No locks available"), locked(store, exclusive=True, wait=0):
        pass


def test_files_are_private_whatever_the_umask(tmp_path: Path) -> None:
    code = """
import os, sys, pathlib
os.umask(0)
from tests.store.made import fill, make
from crmcli.store.backup import create
from crmcli.store.folding import fold_wal
from datetime import datetime
store = fill(make(pathlib.Path(sys.argv[1])))
create(store, store.with_name("copy.backup"), wait=1, now=datetime(2026, 1, 1))
"""
    done = python(code, tmp_path / "crm.duckdb")
    assert done.returncode == 0, done.stderr.decode()
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir() if not p.name.endswith(".csv")}
    assert modes == dict.fromkeys(["crm.duckdb", "crm.duckdb.wal", "crm.duckdb.lock", "copy.backup"], 0o600)


def test_leftovers_of_killed_commands_go_with_the_next_writer(store: Path) -> None:
    left = [store.with_name(store.name + end) for end in (".tmp-4711", ".tmp-4711.wal", ".tmp-1")]
    others = [
        store.with_name(name) for name in ("crm.duckdb.tmp-x", "other.duckdb.tmp-4711", "crm.duckdb.before-restore-1")
    ]
    for path in [*left, *others]:
        path.write_bytes(b"half")
    with open_to_read(store, wait=0):
        assert all(path.exists() for path in left)  # a reader changes nothing
    with open_to_write(store, wait=0):
        pass
    assert [path.exists() for path in left] == [False] * 3
    assert [path.exists() for path in others] == [True] * 3


def test_spill_folders_of_killed_commands_go_with_the_next_writer(store: Path, tmp_path: Path) -> None:
    from crmcli.store.spill import clean_spills, spill_folder

    with spill_folder() as used:
        assert stat.S_IMODE(used.stat().st_mode) == 0o700
        dead = Path(tempfile.mkdtemp(prefix="crmcli-spill-"))
        (dead / "names").write_text("Anna")
        clean_spills()
        assert (used.exists(), dead.exists()) == (True, False)
    assert not used.exists()


def test_read_only_folder_reads_and_says_how_to_write(store: Path) -> None:
    folder = store.parent
    bound: list[str] = []
    if os.getuid() == 0:  # root may write anywhere, unless it gives that up
        bound = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"]
        if shutil.which("setpriv") is None:
            pytest.skip("root, and no setpriv to give up root's rights")
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CRMCLI_DB": str(store), "CRMCLI_LANG": "en"}
    try:
        read, write = (
            subprocess.run(
                [*bound, sys.executable, "-m", "crmcli", *words], env=environment, capture_output=True, check=False
            )
            for words in (["log", "--format", "csv"], ["undo"])
        )
    finally:
        folder.chmod(0o755)
    assert (read.returncode, read.stderr) == (0, b"")
    assert read.stdout.count(b"\n") == 3
    assert write.returncode == 6
    assert b"cannot be written" in write.stderr
    assert b"--db" in write.stderr


def test_transaction_is_rolled_back_on_any_error(store: Path) -> None:
    """After an error COMMIT would answer OK and keep nothing: nothing goes on in a broken transaction."""
    with open_to_write(store, wait=0) as con:
        with pytest.raises(KeyboardInterrupt), transaction(con):  # noqa: PT012
            con.execute("DELETE FROM contacts")
            raise KeyboardInterrupt
        with pytest.raises(Exception, match="nowhere"), transaction(con):  # noqa: PT012
            con.execute("DELETE FROM contacts")
            con.execute("FROM nowhere")
        assert scalar(con, "SELECT count(*) FROM contacts") == 2
