"""Stores made of whole shops, for proofs that need one: where the files are, how they are taken in, the last day."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
SAMPLE = ROOT / "sample_data"


def sample_firm(room: Path) -> tuple[Path, dt.date]:
    """The sample firm's own files."""
    store = room / "sample.duckdb"
    _crmcli(store, "init", "--currency", "RUB")
    for files in (["book.xlsx"], ["sales_1c_2023_2026.csv"], ["webshop_2025.csv", "invoices.csv", "costs.csv"]):
        _crmcli(store, "import", "run", *(str(SAMPLE / name) for name in files))
    return store, dt.date(2026, 6, 30)


def online_retail(room: Path) -> tuple[Path, dt.date] | None:
    """The gift wholesaler; None where its file is not there."""
    path, store = SHARED / "online_retail" / "online_retail.csv.gz", room / "retail.duckdb"
    if not path.exists():
        return None
    from tests.real.test_online_retail import MAPS

    _crmcli(store, "init", "--currency", "GBP")
    _crmcli(store, "import", "run", str(path), *MAPS)
    return store, dt.date(2011, 12, 9)


def superstore(room: Path) -> tuple[Path, dt.date] | None:
    """The office supplies shop; None where its file is not there."""
    path, store = SHARED / "superstore" / "Sample - Superstore.csv", room / "superstore.duckdb"
    if not path.exists():
        return None
    _crmcli(store, "init", "--currency", "USD")
    _crmcli(
        store,
        "import",
        "run",
        str(path),
        "--map",
        "Discount=discount_pct*100",
        "--rejects",
        str(room / "rejects.csv"),
        code=5,
    )
    return store, dt.date(2022, 12, 30)


def _crmcli(store: Path, *arguments: str, code: int = 0) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "crmcli", "--db", str(store), *arguments], capture_output=True, check=False
    )
    assert done.returncode == code, done.stderr.decode()
