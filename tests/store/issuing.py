"""Several processes that issue invoices into one store at once, some of them killed at any moment."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from crmcli.store.check import check
from crmcli.store.connection import open_to_read, open_to_write, rows, scalar
from tests.store.selling import bill, order, shop, step

ROOT = Path(__file__).resolve().parents[2]
_WORKER = """
import random, sys, time
from pathlib import Path
from crmcli.errors import StoreError
from crmcli.store.connection import open_to_write, scalar
from tests.store.selling import bill, step

store, number, target = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
while True:
    try:
        with open_to_write(store, wait=30, tell=lambda _words: None) as con:
            if scalar(con, "SELECT count(*) FROM invoices") >= target:
                break
            issued = step(con, lambda writer: bill(writer, number, {1: "1"}))[0]
    except StoreError as error:  # the lock is nobody's by right: another was quicker for long
        if "in use" not in error.message:
            raise
        continue
    print(issued, flush=True)
    time.sleep(random.random() / 10)  # let the others have the lock
"""


def issue_at_once(folder: Path, *, invoices: int, processes: int, kills: int, seed: int) -> int:
    """Let processes issue until there are so many invoices, killing some; asserts that nothing was lost or taken twice.

    Returns how many were killed.
    """
    chance, store = random.Random(seed), shop(folder / "crm.duckdb")
    with open_to_write(store, wait=5) as con:
        number = step(con, lambda writer: order(writer, {"NAIL": str(invoices * 2)}))[0]
        first = step(con, lambda writer: bill(writer, number, {1: "1"}))[0]
    told, killed = [first], 0
    logs: list[Path] = []
    running: list[subprocess.Popen[bytes]] = []
    begun: list[subprocess.Popen[bytes]] = []

    def begin() -> None:
        log = folder / f"log{len(logs)}"
        logs.append(log)
        with log.open("wb") as out:
            running.append(
                subprocess.Popen(
                    [sys.executable, "-c", _WORKER, str(store), number, str(invoices)], cwd=ROOT, stdout=out,
                    stdin=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)},
                )
            )  # fmt: skip
            begun.append(running[-1])

    for _ in range(processes):
        begin()
    while running:
        time.sleep(chance.uniform(0.5, 5))
        running = [one for one in running if one.poll() is None]
        assert all(one.poll() in (None, 0, -9) for one in begun)
        if running and killed < kills:
            victim = running.pop(chance.randrange(len(running)))
            victim.kill()
            killed += victim.wait() != 0
            begin()
    for log in logs:
        told += [
            line for line in log.read_text().splitlines() if line.endswith(tuple("0123456789")) and len(line) == 14
        ]
    _require_gapless(store, told, invoices)
    return killed


def _require_gapless(store: Path, told: list[str], invoices: int) -> None:
    with open_to_read(store, wait=60, tell=lambda _words: None) as con:
        numbers = [number for (number,) in rows(con, "SELECT invoice_no FROM invoices ORDER BY number")]
        assert numbers == [f"INV-2026-{count:05d}" for count in range(1, len(numbers) + 1)]
        assert len(numbers) >= invoices
        assert len(told) == len(set(told))
        assert set(told) <= set(numbers)
        assert scalar(con, "SELECT count(*) FROM documents") == len(numbers)
        assert not check(con)
