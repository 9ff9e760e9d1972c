"""A few processes on one store at once (the crowd: tests/proof/test_many.py)."""

from __future__ import annotations

from pathlib import Path

from tests.proof.test_many import crowd


def test_three_writers_and_two_readers(empty: Path, tmp_path: Path) -> None:
    crowd(empty, tmp_path, writers=3, readers=2)
