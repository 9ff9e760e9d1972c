"""The built wheel is the whole program: SQL, migrations, checks, data of intake and translations are inside."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = (".sql", ".toml", ".mo", ".py", ".html", ".css", ".js")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder), str(ROOT)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return next(folder.glob("*.whl"))


def test_every_data_file_is_in_the_wheel(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "crmcli").rglob("*")
        if path.suffix in DATA and "__pycache__" not in path.parts
    }
    assert wanted <= inside
    assert any(name.endswith("migrations/0001_start.sql") for name in inside)
    assert any(name.endswith("crmcli.mo") for name in inside)


def test_nothing_else_is_in_the_wheel(wheel: Path) -> None:
    folders = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in folders if not name.endswith(".dist-info")} == {"crmcli"}


def test_the_installed_wheel_does_the_main_job(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(target), str(wheel)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    script = target / "bin" / "crmcli"
    env = {**os.environ, "PYTHONPATH": str(target), "CRMCLI_DB": str(tmp_path / "s.duckdb"), "LANG": "C.UTF-8"}

    def crmcli(*words: str) -> str:
        command = [sys.executable, str(script), *words]
        done = subprocess.run(command, cwd=tmp_path, env=env, check=True, capture_output=True, text=True, timeout=120)
        return done.stdout

    where = subprocess.run(
        [sys.executable, "-c", "import crmcli; print(crmcli.__file__)"],
        cwd=tmp_path,
        env=env,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert str(target) in where
    assert crmcli("--version").startswith("crmcli ")
    crmcli("init")
    crmcli("import", "run", str(ROOT / "sample_data" / "book.xlsx"), str(ROOT / "sample_data" / "webshop_2025.csv"))
    assert "customer,name," in crmcli("report", "rfm", "--as-of", "latest", "--format", "csv")
    assert "Клиент" in crmcli("--lang", "ru", "report", "value", "--as-of", "latest")
    crmcli("check")
