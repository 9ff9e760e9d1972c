"""Halves and undo of half a million real lines; tests/real does the same on a part of them."""

from __future__ import annotations

from pathlib import Path

from tests.intake.admit.shop import shared
from tests.real.test_online_retail import either_half_then_all, undo_leaves_no_trace


def test_either_half_then_all_is_all(tmp_path: Path) -> None:
    either_half_then_all(shared("online_retail", "online_retail.csv.gz"), tmp_path)


def test_undo_leaves_no_trace(tmp_path: Path) -> None:
    undo_leaves_no_trace(shared("online_retail", "online_retail.csv.gz"), tmp_path)
