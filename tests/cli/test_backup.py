"""`backup create | verify | restore` as the owner types them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import crmcli
from tests.store.made import bytes_of, filled


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with two steps."""
    return filled(tmp_path / "crm.duckdb")


def test_there_and_back(store: Path, tmp_path: Path) -> None:
    before = crmcli("export", "orders", "--format", "csv", store=store).out
    assert crmcli("backup", "create", "copy.backup", store=store, folder=tmp_path).code == 0
    assert "is whole" in crmcli("backup", "verify", "copy.backup", store=store, folder=tmp_path).err
    assert crmcli("undo", store=store).code == 0
    assert crmcli("export", "orders", "--format", "csv", store=store).out != before
    said = crmcli("backup", "restore", "copy.backup", store=store, folder=tmp_path)
    assert (said.code, said.out) == (0, "")
    kept = next(tmp_path.glob("crm.duckdb.before-restore-*[0-9]"))
    assert str(kept) in said.err
    assert crmcli("export", "orders", "--format", "csv", store=store).out == before
    assert crmcli("check", store=store) == crmcli("check", store=kept)  # both are whole, and silent
    assert crmcli("check", store=store).err == ""


def test_name_of_the_day(store: Path) -> None:
    assert crmcli("backup", "create", store=store).code == 0
    assert store.with_name("crm-2026-07-01-090000.backup").exists()


def test_existing_target_is_refused(store: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.backup"
    target.write_text("mine")
    said = crmcli("backup", "create", target, store=store)
    assert said.code == 4
    assert target.read_text() == "mine"
    assert crmcli("backup", "create", target, "--force", store=store).code == 0
    assert crmcli("backup", "verify", target, store=store).code == 0


@pytest.mark.parametrize("harm", ["flip", "cut", "text", "missing", "empty"])
def test_damaged_copy_is_refused_and_the_store_left_alone(store: Path, tmp_path: Path, harm: str) -> None:
    target = tmp_path / "copy.backup"
    assert crmcli("backup", "create", target, store=store).code == 0
    content = target.read_bytes()
    changed = {
        "flip": content[:20480] + bytes(b ^ 255 for b in content[20480:]),
        "cut": content[: len(content) // 2],
        "text": b"code,name\n" * 9,
        "empty": b"",
    }
    target.write_bytes(changed.get(harm, b""))
    if harm == "missing":
        target.unlink()
    before = bytes_of(store)
    for command in ("verify", "restore"):
        said = crmcli("backup", command, target, store=store)
        assert (said.code, said.out) == (6, "")
        assert said.err.startswith("crmcli: ")
        assert len(said.err.splitlines()) <= 2
        assert "store at" not in said.err  # it is the copy that is missing, not the store
        assert "import run" not in said.err
        assert "backup restore" not in said.err  # no cure for a copy
        assert {"missing": "There is no backup", "text": "is not a backup", "empty": "is not a backup"}.get(
            harm, "The backup"
        ) in said.err
    assert bytes_of(store) == before


def test_a_folder_and_a_store_of_another_kind_are_no_backups(store: Path, tmp_path: Path) -> None:
    import duckdb

    foreign = tmp_path / "foreign.duckdb"
    duckdb.connect(str(foreign)).close()
    for target in (tmp_path, foreign):
        said = crmcli("backup", "restore", target, store=store)
        assert said.code == 6
        assert "backup" in said.err
        assert "not a store" not in said.err
        assert "--db" not in said.err
