"""A small store, made anew for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.made import fill, make


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A store with nothing in it."""
    return make(tmp_path / "crm.duckdb")


@pytest.fixture
def store(empty: Path) -> Path:
    """A store with two customers and four orders, taken in by two steps."""
    return fill(empty)
