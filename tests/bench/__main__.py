"""What commands cost beside what an owner would use instead: whole processes in turn, medians, ratios.

Reports run on a shop of a million lines and 100,000 customers who buy as customers do, each beside a bare script of the SQL
it asks; those that fit models beside report rfm as well. Fitting runs beside lifetimes where that can be imported.

`make bench`, or `python -m tests.bench [--folder DIR] [--runs N] [--large]`; --large adds ten million lines.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import files
from tests.bench.bare import MODELLED, plain, prepared, script, watched, watched_due
from tests.bench.fitting import compare as compare_fits
from tests.bench.running import run, runner

PYTHON = sys.executable
DAY = "2025-01-01"
CRMCLI = str(Path(PYTHON).parent / "crmcli")
BARE = """
import csv, sys, duckdb
con = duckdb.connect(sys.argv[1], read_only=True)
con.execute(open(sys.argv[2]).read())
con.execute("COPY answer TO '" + sys.argv[3] + "' (HEADER)")
sys.stdout.write(open(sys.argv[3]).read())
"""
TYPED = (
    "import duckdb, sys; con = duckdb.connect(sys.argv[1]); "
    "con.execute('CREATE TABLE t AS SELECT * FROM read_csv(?)', [sys.argv[2]]); con.close()"
)
FASTEXCEL = "import fastexcel, sys; fastexcel.read_excel(sys.argv[1]).load_sheet(0)"


@dataclass
class Case:
    """Ours beside theirs; `bound` is the ratio of wall times that must hold."""

    name: str
    ours: list[str]
    theirs: list[str]
    bound: str
    before: list[list[str]] = field(default_factory=list)
    fresh: tuple[str, ...] = ()
    first: Callable[[dict[str, str]], None] = lambda _environment: None


def compare(case: Case, runs: int, environment: dict[str, str]) -> str:
    """One line of the table."""
    ours, theirs = [], []
    case.first(environment)
    for _turn in range(runs + 1):
        for path in case.fresh:
            for leftover in Path(path).parent.glob(Path(path).name + "*"):
                leftover.unlink()
        for command in case.before:
            run(command, environment)
        ours.append(run(case.ours, environment))
        theirs.append(run(case.theirs, environment))
    ours, theirs = ours[1:], theirs[1:]  # the first pair warms the disk cache
    wall = [statistics.median(cost.wall for cost in side) for side in (ours, theirs)]
    cpu = [statistics.median(cost.cpu for cost in side) for side in (ours, theirs)]
    ratio = statistics.median(a.wall / b.wall for a, b in zip(ours, theirs, strict=True))
    peak = max(cost.peak for cost in ours)
    return f"{case.name:38} {wall[0]:8.3f} {wall[1]:8.3f} {ratio:7.2f} {cpu[0] / cpu[1]:7.2f} {peak:8.0f}  {case.bound}"


def cases(folder: Path) -> list[Case]:
    """Everything the first release promises."""
    store, typed, lite = str(folder / "bench.duckdb"), str(folder / "bare.duckdb"), str(folder / "lite.db")
    million, book = str(files.orders(folder, 1_000_000)), str(files.workbook(folder, 200_000))
    init = [[CRMCLI, "init"]]
    ours = [CRMCLI, "import", "run", million]
    return [
        Case("--version / python -c pass", [CRMCLI, "--version"], [PYTHON, "-c", "pass"], "≤ 2"),
        Case("--help / python -c pass", [CRMCLI, "--help"], [PYTHON, "-c", "pass"], "≤ 10"),
        Case(
            "completion / python -c pass",
            ["env", "_CRMCLI_COMPLETE=complete_bash", "COMP_WORDS=crmcli rep", "COMP_CWORD=1", CRMCLI],
            [PYTHON, "-c", "pass"],
            "≤ 10",
        ),
        Case(
            "import 1M / duckdb typed table", ours, [PYTHON, "-c", TYPED, typed, million], "≤ 4", init, (store, typed)
        ),
        Case(
            "import 1M / sqlite-utils insert",
            ours,
            [str(Path(PYTHON).parent / "sqlite-utils"), "insert", lite, "t", million, "--csv"],
            "≤ 0.05",
            init,
            (store, lite),
        ),
        Case(
            "import xlsx 200k × 12 / fastexcel",
            [CRMCLI, "import", "run", book],
            [PYTHON, "-c", FASTEXCEL, book],
            "≤ 3",
            init,
            (store,),
        ),
        Case("undo 1M / import 1M", [CRMCLI, "undo"], ours, "< 1", [*init, ours], (store,)),
        due_tickets(folder),
        *[on_shop(folder, name, "bare script", "≤ 1.5") for name in (*plain(), *prepared())],
        *[on_shop(folder, name, "rfm", "≤ 4") for name in MODELLED],
    ]


def on_shop(folder: Path, name: str, beside: str, bound: str) -> Case:
    """A report on the shop beside a bare script with the same SQL, or beside report rfm."""
    ours = report(folder, name)
    theirs = report(folder, "rfm") if beside == "rfm" else bare(folder, name)

    def first(environment: dict[str, str]) -> None:
        stock(folder, environment)
        if beside != "rfm":
            sql = script(name, DAY) if name in plain() else watched(name, folder / "shop.duckdb", DAY)
            (folder / f"{name}.sql").write_text(sql, "utf-8")

    return Case(f"{name} 1M csv / {beside}", ours, theirs, bound, first=first)


def due_tickets(folder: Path) -> Case:
    """`ticket due` over a million tickets, 20,000 of them open, beside a bare script with the same SQL."""
    store, moment = folder / "desk.duckdb", dt.datetime(2026, 5, 29, 12)

    def first(environment: dict[str, str]) -> None:
        if not store.exists():
            own = {**environment, "CRMCLI_DB": str(store)}
            run([CRMCLI, "init"], own)
            run([CRMCLI, "sla", "start", "--country", "RU", "--zone", "Europe/Moscow"], own)
            files.desk(store, 1_000_000)
        (folder / "due.sql").write_text(watched_due(store, moment), "utf-8")

    ours = [CRMCLI, "--db", str(store), "ticket", "due", "--at", str(moment), "--format", "csv"]
    theirs = [PYTHON, "-c", BARE, str(store), str(folder / "due.sql"), str(folder / "due.csv")]
    return Case("ticket due 1M csv / bare script", ours, theirs, "≤ 1.5", first=first)


def stock(folder: Path, environment: dict[str, str]) -> None:
    """The store of the shop, made once a folder."""
    store = folder / "shop.duckdb"
    if not store.exists():
        own = {**environment, "CRMCLI_DB": str(store)}
        run([CRMCLI, "init"], own)
        run([CRMCLI, "import", "run", str(files.shop(folder, 100_000))], own)


def report(folder: Path, name: str) -> list[str]:
    """A report of the shop as CSV."""
    return [CRMCLI, "--db", str(folder / "shop.duckdb"), "report", name, "--as-of", DAY, "--format", "csv"]


def bare(folder: Path, name: str) -> list[str]:
    """The program that runs a bare script."""
    return [PYTHON, "-c", BARE, str(folder / "shop.duckdb"), str(folder / f"{name}.sql"), str(folder / f"{name}.csv")]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="crmcli-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    runner().submit(int).result()  # now, while this process is small
    environment = {**os.environ, "CRMCLI_DB": str(folder / "bench.duckdb"), "LANG": "C.UTF-8"}
    print(f"{'ours / theirs':38} {'ours s':>8} {'theirs s':>8} {'ratio':>7} {'cpu':>7} {'MiB':>8}  wanted")
    for case in cases(folder):
        if given.only in case.name:
            print(compare(case, given.runs, environment), flush=True)
    if given.only in "fitting":
        print(compare_fits(1_000_000), flush=True)
    if given.large:
        init, store = [CRMCLI, "init"], str(folder / "bench.duckdb")
        ten, one = (str(files.orders(folder, n)) for n in (10_000_000, 1_000_000))
        walls = []
        for path in (one, ten):
            for leftover in folder.glob("bench.duckdb*"):
                leftover.unlink()
            run(init, environment)
            walls.append(run([CRMCLI, "import", "run", path], environment))
        print(f"{'import 10M / import 1M':38} {walls[1].wall:8.3f} {walls[0].wall:8.3f} {walls[1].wall / walls[0].wall:7.2f} "
              f"{walls[1].cpu / walls[0].cpu:7.2f} {walls[1].peak:8.0f}  ≤ 12")  # fmt: skip
        del store
    if given.folder is None:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
