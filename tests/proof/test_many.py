"""Twenty processes on one store: all end well, nothing is lost."""

from __future__ import annotations

from pathlib import Path

from crmcli.store.check import check
from crmcli.store.connection import open_to_read, scalar
from crmcli.store.journal import steps
from tests.store.crash import start
from tests.store.made import make


def crowd(store: Path, folder: Path, writers: int, readers: int) -> None:
    """Start all at once; each must end with 0 within --wait 60, and every import must be there."""
    processes = []
    for number in range(max(writers, readers)):
        if number < writers:
            file = folder / f"{number}.csv"
            file.write_text("code,name\n" + "".join(f"W{number}-{i},Firm\n" for i in range(20)))
            processes.append(
                start("import", "run", file, "--as", "contacts", "--wait", "60", store=store, folder=folder)
            )
        if number < readers:
            processes.append(start("log", "--format", "csv", "--wait", "60", store=store, folder=folder))
    said = [(p.communicate(timeout=180)[1], p.returncode) for p in processes]
    assert [code for _text, code in said] == [0] * len(processes), [text for text, code in said if code]
    with open_to_read(store, wait=5) as con:
        assert scalar(con, "SELECT count(*) FROM contacts") == 20 * writers
        assert [s.number for s in steps(con)] == list(range(writers, 0, -1))
        assert check(con) == []


def test_twenty_writers_and_readers(tmp_path: Path) -> None:
    store = make(tmp_path / "crm.duckdb")
    crowd(store, tmp_path, writers=20, readers=20)
