"""Processes that end early: Ctrl-C, SIGTERM and SIGKILL leave the store as it was, and say so where they can."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from crmcli.store.check import check
from crmcli.store.connection import open_to_read, open_to_write, scalar, transaction
from crmcli.store.journal import begin, finish, steps
from crmcli.store.refusals import InterruptedLateError
from tests.proof.test_kills import killed_imports, sales
from tests.store.crash import kill_after, start
from tests.store.made import NOW, contents

# some seconds, not for ever
SLOW = "SELECT sum(a.range * b.range) FROM range(20000) AS a, range(60000) AS b"


def test_ctrl_c_in_a_query_is_one_and_rolls_back(store: Path) -> None:
    """DuckDB makes an error of its own out of it."""
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt), open_to_write(store, wait=0) as con, transaction(con):  # noqa: PT012
        con.execute("DELETE FROM contacts")
        con.execute(SLOW).fetchall()
    with open_to_read(store, wait=0) as con:
        assert scalar(con, "SELECT count(*) FROM contacts") == 2


def test_ctrl_c_after_the_commit_says_what_was_kept(store: Path) -> None:
    with pytest.raises(InterruptedLateError, match="step 3 was kept") as late, open_to_write(store, wait=0) as con:  # noqa: PT012
        with transaction(con):
            finish(begin(con), now=NOW, kind="x", command="x")
        raise KeyboardInterrupt
    assert late.value.exit_code == 130
    assert late.value.hint == "To take it back: crmcli undo 3"
    with open_to_read(store, wait=0, tell=pytest.fail) as con:
        assert steps(con)[0].number == 3


def test_ctrl_c_during_commit_is_too_late(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Con:
        """Gets the signal while it commits."""

        def __init__(self) -> None:
            self.said: list[str] = []

        def execute(self, sql: str) -> None:
            if sql == "COMMIT":
                os.kill(os.getpid(), signal.SIGINT)
            self.said.append(sql)

    con = Con()
    with transaction(con):  # type: ignore[arg-type]
        pass
    assert con.said == ["BEGIN TRANSACTION", "COMMIT"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_import_interrupted(store: Path, tmp_path: Path, number: int, code: int) -> None:
    file = sales(tmp_path / "sales.csv", 60_000)
    with open_to_read(store, wait=0) as con:
        before = contents(con)
    ends = set()
    for wait in (0.8, 1.1, 1.5):
        ended, said = kill_after(start("import", "run", file, store=store, folder=tmp_path), wait, number)
        if ended == 0:
            break
        if ended == -signal.SIGINT and not said.strip():
            continue  # a slow machine: the signal met the interpreter before any code of ours
        ends.add(ended)
        if number == signal.SIGINT:
            assert "Traceback" not in said
        with open_to_read(store, wait=0, tell=pytest.fail) as con:
            assert check(con) == []
            if contents(con) != before:
                assert "nothing was kept" not in said  # the commit was over; at most its report was cut short
                break
        if number == signal.SIGINT:
            assert len(said.strip().splitlines()) <= 2
    assert ends <= {code}


def test_import_killed_at_a_few_moments(store: Path, tmp_path: Path) -> None:
    killed_imports(store, sales(tmp_path / "sales.csv", 20_000), times=3, seed=1)
