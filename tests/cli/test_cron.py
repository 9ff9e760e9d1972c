"""The line for crontab and the units for systemd: run by sh as cron would, whatever the paths are called."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import ROOT, SAMPLE, crmcli
from tests.store.made import make

SET = '[set]\ntitle = "Every %n morning"\nformats = ["csv"]\nas_of = "2026-06-30"\n[[report]]\nreport = "rfm"\n'


def line_of(text: str) -> str:
    """The line of a crontab that runs something."""
    return next(line for line in text.splitlines() if re.match(r"\d", line))


def run_as_cron(line: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """What cron does with a line: five fields, then sh gets the rest up to a bare %, in the home folder, without PATH."""
    command = re.sub(r"(?<!\\)%.*", "", line.split(maxsplit=5)[5]).replace(r"\%", "%")
    environment = {"HOME": str(folder), "PATH": "/nowhere", "LANG": "C", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        ["/bin/sh", "-c", command], cwd=folder, env=environment, capture_output=True, timeout=120, check=False
    )


@pytest.mark.parametrize("name", ["plain", "with space", "it's 100%", 'a"b$HOME`id`', "Ночь; rm -rf ~", "-dash"])
def test_the_line_runs_as_cron_runs_it(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    make(folder / "s.duckdb")
    (folder / "set.toml").write_text(SET, "utf-8")
    said = crmcli("cron", "print", "set.toml", store=folder / "s.duckdb", folder=folder, env={"PYTHONPATH": str(ROOT)})
    assert (said.code, said.err) == (0, "")
    home = tmp_path / "home"
    home.mkdir()
    done = run_as_cron(line_of(said.out), home)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert {path.name for path in folder.iterdir()} >= {"2026-06-30-rfm.csv", "set.log"}
    assert (folder / "set.log").read_bytes() == b""
    assert (folder / "set.log").stat().st_mode & 0o777 == 0o600
    assert not list(home.iterdir())


def test_hours_and_days(tmp_path: Path) -> None:
    (tmp_path / "set.toml").write_text(SET, "utf-8")

    def fields(*more: str) -> list[str]:
        said = crmcli("cron", "print", "set.toml", *more, store=tmp_path / "s", folder=tmp_path)
        assert said.code == 0, said.err
        return line_of(said.out).split()[:5]

    assert fields() == ["0", "6", "*", "*", "*"]
    assert fields("--at", "23:59", "--weekdays") == ["59", "23", "*", "*", "1-5"]
    assert fields("--at", "7:05") == ["5", "7", "*", "*", "*"]


@pytest.mark.parametrize(
    "words", [["--at", "24:00"], ["--at", "6"], ["--at", "06:60"], ["--mailto", "a b@c.de"], ["--mailto", "x"],
              ["--mailto", "a@b\nMAILTO=c"], ["--mailto", "a@b.de", "--systemd"]],
)  # fmt: skip
def test_what_is_refused(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "set.toml").write_text(SET, "utf-8")
    said = crmcli("cron", "print", "set.toml", *words, folder=tmp_path)
    assert (said.code, said.out) == (2, "")


def test_a_faulty_set_is_refused_before_cron_meets_it(tmp_path: Path) -> None:
    (tmp_path / "set.toml").write_text(SET.replace("report =", "raport ="), "utf-8")
    said = crmcli("cron", "print", "set.toml", folder=tmp_path)
    assert (said.code, "line 6" in said.err) == (2, True)
    (tmp_path / "a\nb.toml").write_text(SET, "utf-8")
    assert crmcli("cron", "print", "a\nb.toml", folder=tmp_path).code == 2


def test_mail_instead_of_a_log(tmp_path: Path) -> None:
    (tmp_path / "set.toml").write_text(SET, "utf-8")
    said = crmcli("cron", "print", "set.toml", "--mailto", "owner@example.com", folder=tmp_path)
    assert "\nMAILTO=owner@example.com\n" in said.out
    assert ">>" not in said.out


def test_the_language_and_the_store_are_said_outright(tmp_path: Path) -> None:
    (tmp_path / "set.toml").write_text(SET, "utf-8")
    said = crmcli("--lang", "ru", "cron", "print", "set.toml", store=tmp_path / "my.duckdb", folder=tmp_path)
    assert f"--db {tmp_path}/my.duckdb --wait 900 --lang ru report run {tmp_path}/set.toml" in said.out
    assert Path(line_of(said.out).split()[7]).is_absolute()


def test_units_of_systemd(tmp_path: Path) -> None:
    folder = tmp_path / "it's 100% $HOME"
    folder.mkdir()
    (folder / "set.toml").write_text(SET, "utf-8")
    said = crmcli("cron", "print", "set.toml", "--systemd", "--weekdays", "--at", "06:30", folder=folder)
    assert "OnCalendar=Mon..Fri *-*-* 06:30:00" in said.out
    assert "Description=Every %%n morning" in said.out
    assert '100%% $$HOME/set.toml"' in said.out
    assert re.findall(r"^# ~/.*$", said.out, re.MULTILINE) == [
        "# ~/.config/systemd/user/crmcli-set.service", "# ~/.config/systemd/user/crmcli-set.timer"
    ]  # fmt: skip


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    said = crmcli("cron", "print", SAMPLE / "monday.toml", "--systemd", "--weekdays")
    service, timer = re.split(r"^# ~/\S+\n", said.out, flags=re.MULTILINE)[1:]
    (tmp_path / "crmcli-monday.service").write_text(service)
    (tmp_path / "crmcli-monday.timer").write_text(timer)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "crmcli-monday.timer")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "crmcli-monday" not in done.stderr, done.stderr


def test_the_sample_line(tmp_path: Path) -> None:
    said = crmcli("cron", "print", SAMPLE / "monday.toml", "--weekdays", store=tmp_path / "s.duckdb")
    assert line_of(said.out) == (
        f"0 6 * * 1-5 umask 077; {sys.executable} -m crmcli --db {tmp_path}/s.duckdb --wait 900 --lang en "
        f"report run {SAMPLE}/monday.toml >> {SAMPLE}/monday.log 2>&1"
    )
