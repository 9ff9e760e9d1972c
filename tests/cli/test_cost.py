"""`crmcli cost` as the owner sees it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from crmcli.store.costing import DRIVERS
from tests.cli.program import Answer, crmcli
from tests.store.made import make

POOL = (
    "--driver",
    "order_line",
    "--pool",
    "600 000",
    "--from",
    "2025-07-01",
    "--to",
    "30.06.2026",
    "--capacity",
    "4000",
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """An empty store."""
    return make(tmp_path / "crm.duckdb", "EUR")


def listed(store: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(crmcli("cost", "list", "--format", "csv", store=store).out)))


def said(store: Path, *words: str) -> Answer:
    return crmcli("cost", *words, store=store)


def test_add_list_remove_and_undo(store: Path) -> None:
    added = said(store, "add", "Picking", *POOL, "--format", "csv")
    assert (added.code, added.err) == (0, "To take it back: crmcli undo 1\n")
    assert listed(store) == list(csv.DictReader(io.StringIO(added.out)))
    assert listed(store)[0] == {
        "name": "Picking", "driver": "order_line", "rate": "", "pool": "600000.0000", "period_from": "2025-07-01",
        "period_to": "2026-06-30", "capacity": "4000.0000",
    }  # fmt: skip
    assert said(store, "remove", "Picking").code == 0
    assert listed(store) == []
    assert crmcli("undo", store=store).code == 0
    assert len(listed(store)) == 1
    assert crmcli("undo", "1", store=store).code == 0
    assert listed(store) == []


def test_a_dry_run_shows_the_same_and_keeps_nothing(store: Path) -> None:
    dry = said(store, "add", "Picking", *POOL, "--dry-run", "--format", "csv")
    assert (dry.code, listed(store)) == (0, [])
    assert said(store, "add", "Picking", *POOL, "--format", "csv").out == dry.out
    assert said(store, "remove", "Picking", "--dry-run", "--format", "csv").out == dry.out
    assert len(listed(store)) == 1
    assert len(crmcli("log", "--format", "csv", store=store).out.splitlines()) == 2


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("add", "X", "--driver", "ordr", "--rate", "1"), 2),
        (("add", "X", "--driver", "order"), 2),
        (("add", "X", "--driver", "order", "--rate", "lots"), 2),
        (("add", "X", "--driver", "order", "--rate", "1.23456"), 2),
        (("add", "X", "--driver", "order", "--rate", "99999999999999999999"), 2),
        (("add", "X", "--driver", "order", "--pool", "5"), 2),
        (("add", "X", "--driver", "order", "--rate", "5", "--capacity", "9"), 2),
        (("remove", "Nothing"), 3),
        (("add", "Picking", *POOL), 4),
    ],
)
def test_refusals(store: Path, words: tuple[str, ...], code: int) -> None:
    assert said(store, "add", "Picking", *POOL).code == 0
    refused = said(store, *words)
    assert (refused.code, refused.out) == (code, "")
    assert refused.err.startswith("crmcli: ")
    assert len(listed(store)) == 1


def test_drivers_tell_what_each_counts() -> None:
    shown = list(csv.DictReader(io.StringIO(crmcli("cost", "drivers", "--format", "csv").out)))
    assert [row["driver"] for row in shown] == list(DRIVERS)
    assert all(row["counts"] for row in shown)


def test_a_missing_store_is_told(tmp_path: Path) -> None:
    assert said(tmp_path / "none.duckdb", "add", "X", "--driver", "order", "--rate", "1").code == 6
