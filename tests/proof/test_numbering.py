"""A thousand invoices issued by four processes, many of them killed: unique numbers without a gap, nothing lost."""

from __future__ import annotations

from pathlib import Path

from tests.store.issuing import issue_at_once


def test_a_thousand_invoices_by_four_processes_with_kills(tmp_path: Path) -> None:
    assert issue_at_once(tmp_path, invoices=1000, processes=4, kills=60, seed=7) > 20
