"""The language of a store: what `init` was told holds for it, until a run names another."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.cli.program import crmcli


@pytest.fixture(scope="module")
def russian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store made in Russian."""
    store = tmp_path_factory.mktemp("lang") / "crm.duckdb"
    assert crmcli("init", "--lang", "ru", store=store).code == 0
    return store


def _heading(store: Path, folder: Path, *more: str, env: dict[str, str] | None = None) -> str:
    said = crmcli("log", "--format", "md", *more, store=store, folder=folder, env=env)
    assert said.code == 0, said.err
    return said.out


def test_the_store_speaks_where_only_the_locale_does(russian: Path, tmp_path: Path) -> None:
    assert "Журнал" in _heading(russian, tmp_path)
    assert "Журнал" in _heading(russian, tmp_path, env={"LANG": "en_GB.UTF-8"})


def test_what_is_named_for_a_run_wins(russian: Path, tmp_path: Path) -> None:
    assert "Journal" in _heading(russian, tmp_path, "--lang", "en")
    assert "Journal" in _heading(russian, tmp_path, env={"CRMCLI_LANG": "en"})
    (tmp_path / "crmcli.toml").write_text('lang = "en"\n')
    assert "Journal" in _heading(russian, tmp_path)
    assert "Журнал" in _heading(russian, tmp_path, "--lang", "ru")


def test_every_way_of_opening_settles_it(russian: Path, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("code,name,city\nK,Kappa,Tver\n")
    for command in (["migrate"], ["import", "run", "c.csv"], ["check", "--format", "md"], ["undo"],
                    ["backup", "create", "copy.backup"], ["backup", "verify", "copy.backup"]):  # fmt: skip
        said = crmcli(*command, store=russian, folder=tmp_path)
        assert said.code == 0, said.err
        letters = said.err + said.out
        assert any("а" <= letter <= "я" for letter in letters), (command, letters)


def test_before_the_store_is_open_the_locale_decides(tmp_path: Path, russian: Path) -> None:
    assert "There is no store" in crmcli("log", store=tmp_path / "none.duckdb").err
    assert "Usage" in crmcli("log", "--help", store=russian).out
    assert "нет базы" in crmcli("log", store=tmp_path / "none.duckdb", env={"LANG": "ru_RU.UTF-8"}).err.lower()


def test_an_english_store_stays_english_under_a_russian_locale(tmp_path: Path) -> None:
    store = tmp_path / "crm.duckdb"
    assert crmcli("init", store=store).code == 0
    assert "Journal" in _heading(store, tmp_path, env={"LANG": "ru_RU.UTF-8"})


def test_help_does_not_load_the_database(russian: Path) -> None:
    program = "import sys; from crmcli.cli.app import run; run(['report', '--help']); sys.exit('duckdb' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], env={"CRMCLI_DB": str(russian)}, capture_output=True, check=False
    )
    assert done.returncode == 0


def test_an_import_is_summed_up_in_the_language_and_machines_read_english(russian: Path, tmp_path: Path) -> None:
    (tmp_path / "goods.csv").write_text("sku,name,price\nA-1,Cable,10\n")
    said = crmcli("import", "run", "goods.csv", "--format", "csv", store=russian, folder=tmp_path)
    assert said.code == 0, said.err
    assert "товары" in said.err
    assert "products" not in said.err
    assert ",products," in said.out
    assert "товары" in crmcli("import", "list", store=russian).out
    assert "товары (products)" in crmcli("import", "preview", "goods.csv", "--lang", "ru", folder=tmp_path).out


def test_a_check_that_stops_an_import_speaks_the_language(tmp_path: Path) -> None:
    store = tmp_path / "crm.duckdb"
    assert crmcli("init", "--lang", "ru", store=store).code == 0
    with duckdb.connect(str(store)) as con:  # what another program may do: a line that follows no order
        con.execute("INSERT INTO order_lines (id, order_id, ordered_on, counted, qty, net, added_in, changed_in) "
                    "VALUES (1, 99, DATE '2026-01-01', true, 1, 1, 1, 1)")  # fmt: skip
    (tmp_path / "o.csv").write_text("order_no,ordered_on,sku,qty,amount\n1,2026-01-05,A,1,1\n")
    said = crmcli("import", "run", "o.csv", store=store, folder=tmp_path)
    assert said.code == 4
    assert "строки заказов 1" in said.err
    assert "order_lines" not in said.err
