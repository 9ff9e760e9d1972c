"""`log` and `undo` as the owner sees them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.cli.program import crmcli
from tests.store.made import copied, make

BEFORE = "code,name,city\nA,Alpha,Omsk\nB,Beta,Perm\n"
AFTER = "code,name,city\nA,Alpha,Tomsk\nB,Beta,Perm\n"


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose contacts were taken in and then changed, through the program."""
    folder = tmp_path_factory.mktemp("taken")
    store = make(folder / "crm.duckdb")
    for name, text in (("one.csv", BEFORE), ("two.csv", AFTER)):
        (folder / name).write_text(text)
        assert crmcli("import", "run", name, "--as", "contacts", store=store, folder=folder).code == 0
    return store


@pytest.fixture
def store(taken: Path, tmp_path: Path) -> Path:
    """A copy to write to."""
    for name, text in (("one.csv", BEFORE), ("two.csv", AFTER)):
        (tmp_path / name).write_text(text)
    return copied(taken, tmp_path)


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def log(store: Path, *more: str) -> list[dict[str, str]]:
    said = crmcli("log", *more, "--format", "csv", store=store)
    assert (said.code, said.err) == (0, "")
    return table(said.out)


def exported(store: Path) -> str:
    return crmcli("export", "contacts", "--format", "csv", store=store).out


def test_log_lists_commands_newest_first(store: Path) -> None:
    found = log(store)
    assert [(r["step"], r["created"], r["updated"]) for r in found] == [("2", "0", "1"), ("1", "2", "0")]
    assert found[0]["command"] == "crmcli import run two.csv --as contacts"
    assert found[0]["done_at"].startswith("2026-07-01")
    assert [r["step"] for r in log(store, "--limit", "1")] == ["2"]


def test_log_of_a_step_shows_before_and_after(store: Path) -> None:
    assert log(store, "2") == [
        {"table": "contacts", "row": "A Alpha", "column": "city", "before": "Omsk", "after": "Tomsk"}
    ]
    assert log(store, "1") == []


def test_undo_brings_old_values_back_and_can_be_undone(store: Path) -> None:
    after = exported(store)
    said = crmcli("undo", store=store)
    assert (said.code, said.out) == (0, "")
    assert "Undone: step 2" in said.err
    assert "crmcli undo 3" in said.err
    assert "Omsk" in exported(store)
    assert [r["undone_by"] for r in log(store)] == ["", "3", ""]
    assert crmcli("undo", "3", store=store).code == 0
    assert exported(store) == after


def test_dry_run_says_the_same_and_writes_nothing(store: Path) -> None:
    before = exported(store)
    said = crmcli("undo", "--dry-run", store=store)
    assert said.code == 0
    assert "Nothing was written" in said.err
    assert (exported(store), len(log(store))) == (before, 2)


def test_out_of_order_names_what_stays(store: Path) -> None:
    said = crmcli("undo", "1", store=store)
    assert said.code == 0
    assert "contacts A Alpha: changed by a later step" in said.err
    assert "1 row stays" in said.err
    assert "B,Beta" not in exported(store)
    assert "A,Alpha" in exported(store)


@pytest.mark.parametrize(("words", "code", "sentence"), [(["99"], 3, "no step 99"), (["x"], 2, "x")])
def test_wrong_step(store: Path, words: list[str], code: int, sentence: str) -> None:
    said = crmcli("undo", *words, store=store)
    assert said.code == code
    assert sentence in said.err
    assert crmcli("log", "99", store=store).code == 3


def test_undone_twice_is_a_conflict(store: Path) -> None:
    assert crmcli("undo", "2", store=store).code == 0
    said = crmcli("undo", "2", store=store)
    assert said.code == 4
    assert "undone already" in said.err
    assert "crmcli undo 3" in said.err


def test_nothing_left_to_undo(store: Path) -> None:
    assert [crmcli("undo", store=store).code for _ in range(3)] == [0, 0, 3]
    assert exported(store).count("\n") == 1


def test_import_undo_takes_back_the_newest_import_only(store: Path) -> None:
    assert crmcli("import", "undo", store=store).code == 0
    assert "Omsk" in exported(store)
    assert crmcli("import", "undo", "3", store=store).code == 3  # an undo is no import


def test_hostile_names_do_no_harm(tmp_path: Path) -> None:
    store = make(tmp_path / "crm.duckdb")
    (tmp_path / "bad.csv").write_text("code,name\nA,\x1b[31mred [bold]x[/]\nB,'; DROP TABLE contacts; --\n")
    for name in ("a", "b"):
        (tmp_path / "bad.csv").write_text(
            f"code,name\nA,\x1b[31mred [bold]x[/nosuch] {name}\nB,'; DROP TABLE contacts; --{name}\n"
        )
        assert crmcli("import", "run", "bad.csv", "--as", "contacts", store=store, folder=tmp_path).code == 0
    said = crmcli("log", "2", store=store)
    assert said.code == 0
    assert "\x1b" not in said.out
    assert "[/nosuch]" in said.out
    said = crmcli("undo", "1", store=store)
    assert said.code == 0
    assert "\x1b" not in said.err
    assert exported(store).count("\n") == 3
