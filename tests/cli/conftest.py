"""A store with the sample firm in it, made once a run."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

import pytest

from tests.cli.program import SAMPLE, crmcli
from tests.store.made import copied

FILES = (
    "book.xlsx", "sales_1c_2023_2026.csv", "webshop_2025.csv", "invoices.csv", "tickets.csv", "visits.csv",
    "competitor_prices.csv", "costs.csv",
)  # fmt: skip


@pytest.fixture(scope="session")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample firm: book, sales, invoices, tickets, visits, competitors' prices and costs.

    Every test worker has a copy of its own of what the first of them took in.
    """
    own = tmp_path_factory.getbasetemp()
    room = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "sample-firm"
    with room.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not room.exists():
            making = room.with_suffix(".making")
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            _take_in(making / "firm.duckdb")
            making.rename(room)
    return copied(room / "firm.duckdb", tmp_path_factory.mktemp("firm"))


def _take_in(store: Path) -> None:
    assert crmcli("init", store=store).code == 0
    answer = crmcli("import", "run", *(SAMPLE / name for name in FILES), store=store)
    assert answer.code == 0, answer.err
