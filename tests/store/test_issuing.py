"""Numbers stay gapless while processes issue at once and some are killed; the long form is in tests/proof."""

from __future__ import annotations

from pathlib import Path

from tests.store.issuing import issue_at_once


def test_numbers_are_gapless_with_two_processes_and_kills(tmp_path: Path) -> None:
    assert issue_at_once(tmp_path, invoices=40, processes=2, kills=3, seed=1) <= 3
