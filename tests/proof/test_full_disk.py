"""A disk that fills up: one clear line, everything acknowledged kept."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmcli.store.check import check
from crmcli.store.connection import open_to_read
from tests.cli.program import crmcli
from tests.proof.test_kills import sales
from tests.store.made import contents, fill, make


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small file system can be mounted here: {mounted.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def free(place: Path) -> int:
    found = os.statvfs(place)
    return found.f_bavail * found.f_bsize


@pytest.mark.parametrize("left", [3_000_000, 1_500_000, 600_000, 200_000, 40_000, 0])
def test_import_on_a_full_disk(small: Path, tmp_path: Path, left: int) -> None:
    store = fill(make(small / "crm.duckdb"))
    with open_to_read(store, wait=0) as con:
        before = contents(con)
    (small / "other").write_bytes(b"x" * max(0, free(small) - left))
    said = crmcli("import", "run", sales(tmp_path / "sales.csv", 120_000), store=store, folder=tmp_path)
    assert said.code not in (0, 130), said
    assert "Traceback" not in said.err
    assert "space" in said.err
    assert len(said.err.strip().splitlines()) <= 3
    (small / "other").unlink()
    with open_to_read(store, wait=0, tell=pytest.fail) as con:
        assert check(con) == []
        assert contents(con) == before
    small_file = tmp_path / "one.csv"
    small_file.write_text("code,name\nZ,After\n")
    assert crmcli("import", "run", small_file, "--as", "contacts", store=store, folder=tmp_path).code == 0


def test_small_steps_until_it_is_full(small: Path, tmp_path: Path) -> None:
    store = make(small / "crm.duckdb")
    (small / "other").write_bytes(b"x" * (free(small) - 900_000))
    kept = 0
    for number in range(60):
        file = tmp_path / "part.csv"
        file.write_text(
            "code,name,note\n" + "".join(f"C{number}-{i},Firm,{os.urandom(100).hex()}\n" for i in range(200))
        )
        said = crmcli("import", "run", file, "--as", "contacts", store=store, folder=tmp_path)
        if said.code != 0:
            assert "space" in said.err
            break
        kept += 200
    else:
        pytest.fail("it never filled up")
    for _ in range(2):  # once full, once with room again
        with open_to_read(store, wait=0, tell=pytest.fail) as con:
            assert check(con) == []
            assert len(contents(con)["contacts"]) == kept
        (small / "other").unlink(missing_ok=True)


def test_backup_to_a_full_disk(small: Path, tmp_path: Path) -> None:
    store = fill(make(tmp_path / "crm.duckdb"))
    (small / "other").write_bytes(b"x" * free(small))
    said = crmcli("backup", "create", small / "copy.backup", store=store)
    assert said.code != 0
    assert "Traceback" not in said.err
    assert [p.name for p in small.iterdir()] == ["other"]
    assert crmcli("check", store=store).code == 0
