"""A small store, made once and copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.store.made import fill, make


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two folders: an empty store and a filled one, with their WAL and lock file."""
    folder = tmp_path_factory.mktemp("models")
    for name in ("empty", "filled"):
        (folder / name).mkdir()
        make(folder / name / "crm.duckdb")
    fill(folder / "filled" / "crm.duckdb")
    return folder


@pytest.fixture
def empty(models: Path, tmp_path: Path) -> Path:
    """A store with nothing in it."""
    return copied(models / "empty", tmp_path)


@pytest.fixture
def store(models: Path, tmp_path: Path) -> Path:
    """A store with two customers and four orders, taken in by two steps."""
    return copied(models / "filled", tmp_path)


def copied(model: Path, folder: Path) -> Path:
    """All files of a model store."""
    for path in model.glob("crm.duckdb*"):
        shutil.copy(path, folder / path.name)
    return folder / "crm.duckdb"
