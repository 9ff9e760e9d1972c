"""Bad input gets one clear line and its exit code; never a traceback, and never a word on standard output."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import SAMPLE, crmcli
from tests.store.made import copied, make

ORDERS = "order_no,ordered_on,customer,sku,qty,amount\nA1,2026-01-05,C1,S1,2,10.50\nA2,2026-02-05,C2,S1,1,5.25\n"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return make(tmp_path / "s.duckdb")


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("taken")
    (folder / "orders.csv").write_text(ORDERS)
    store = make(folder / "s.duckdb")
    assert crmcli("import", "run", "orders.csv", store=store, folder=folder).code == 0
    return store


@pytest.fixture
def filled(taken: Path, tmp_path: Path) -> Path:
    return copied(taken, tmp_path)


CASES = {
    "unknown command": (["reprot"], 2, "Did you mean report"),
    "unknown option": (["report", "rfm", "--frobnicate"], 2, "--frobnicate"),
    "unknown report": (["report", "rmf"], 3, "Did you mean rfm"),
    "unknown column to sort by": (["report", "rfm", "--sort", "montary"], 2, "monetary"),
    "unknown column in a condition": (["report", "rfm", "--where", "montary>1"], 2, "monetary"),
    "unreadable condition": (["report", "rfm", "--where", "monetary >>> 1"], 2, ""),
    "no date": (["report", "rfm", "--as-of", "31.02.2026"], 2, "31.02.2026"),
    "no format": (["report", "rfm", "--format", "docx"], 2, "docx"),
    "an ending without a format": (["report", "rfm", "--output", "x.docx"], 2, "x.docx"),
    "no such folder": (["report", "rfm", "--output", "no/such/folder/x.csv"], 1, "no/such/folder"),
    "no such choice": (["report", "abc", "--by", "moon"], 2, "moon"),
    "missing argument": (["card"], 2, "CUSTOMER"),
    "unknown customer": (["card", "nobody at all"], 3, "nobody at all"),
    "unknown entity": (["export", "contatcs"], 2, "contacts"),
    "missing file": (["import", "run", "gone.csv"], 2, "gone.csv"),
    "pattern without a match": (["import", "run", "gone-*.csv"], 2, "gone-*.csv"),
    "nothing to undo": (["undo"], 3, "nothing to undo"),
    "no such step": (["undo", "99"], 3, "99"),
    "no such import": (["import", "show", "99"], 3, "99"),
    "no such backup": (["backup", "verify", "gone.backup"], 6, "gone.backup"),
    "language": (["--lang", "fr", "log"], 2, "fr"),
    "wait": (["--wait", "long", "log"], 2, "long"),
    "global option without a value": (["log", "--db"], 2, "--db"),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_words(name: str, store: Path, tmp_path: Path) -> None:
    arguments, code, said = CASES[name]
    answer = crmcli(*arguments, store=store, folder=tmp_path)
    assert answer.code == code, answer.err
    assert answer.out == ""
    assert said in answer.err
    assert "Traceback" not in answer.err
    assert len(answer.err.splitlines()) <= 2  # the sentence and the hint


def files(folder: Path) -> dict[str, tuple[Path, str]]:
    """Files no one can take in: name → (path, a word of the refusal)."""
    made = {
        "empty.csv": (b"", "empty"),
        "blank.csv": (b"\n\n   \n", ""),
        "binary.csv": (bytes(range(256)) * 40, ""),
        "zip.xlsx": (b"PK\x03\x04not a workbook at all", ""),
        "broken.gz": (gzip.compress(b"a,b\n1,2\n" * 1000)[:60], ""),
        "one_column.csv": (b"abc;def\nabc;def|x\n1;2,3\n", ""),
        "page.xls": (b"<html><body><table><tr><td>1</td></tr></table></body></html>", ""),
        "unknown.csv": (b"aaa,bbb\n1,2\n3,4\n", "aaa"),
    }
    found = {}
    for name, (data, word) in made.items():
        path = folder / name
        path.write_bytes(data)
        found[name] = (path, word)
    return found


@pytest.mark.parametrize(
    "name", ["empty.csv", "blank.csv", "binary.csv", "zip.xlsx", "broken.gz", "page.xls", "unknown.csv"]
)
def test_bad_files(name: str, store: Path, tmp_path: Path) -> None:
    path, word = files(tmp_path)[name]
    answer = crmcli("import", "run", path, store=store)
    assert answer.code == 2, answer.err
    assert name in answer.err
    assert word in answer.err
    assert "Traceback" not in answer.err
    assert crmcli("log", "--format", "csv", store=store).out.count("\n") == 1


def test_header_only_takes_in_nothing_and_says_so(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "heads.csv"
    path.write_text("order_no,ordered_on,customer,amount\n")
    answer = crmcli("import", "run", path, "--as", "orders", store=store)
    assert answer.code in (0, 2)
    assert "Traceback" not in answer.err
    assert crmcli("report", "totals", "--format", "csv", store=store).code == 0


def test_a_folder_is_no_file(store: Path, tmp_path: Path) -> None:
    answer = crmcli("import", "run", tmp_path, store=store)
    assert (answer.code, answer.out) == (2, "")
    assert "folder" in answer.err


def test_unknown_column_in_map(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS)
    answer = crmcli("import", "run", path, "--map", "qty=quantty", store=store)
    assert (answer.code, answer.out) == (2, "")
    assert "qty" in answer.err.splitlines()[1]


def test_every_stream_closed_or_full(filled: Path) -> None:
    base = [sys.executable, "-m", "crmcli"]
    env = {**os.environ, "CRMCLI_DB": str(filled), "LANG": "C.UTF-8"}
    for shell, codes in (
        ("{} report rfm --as-of 2026-07-01 --format csv | head -n 1", {0}),
        ("{} report rfm --as-of 2026-07-01 | true", {0}),
        ("{} report rfm --as-of 2026-07-01 >/dev/full", {1}),
        ("{} report rfm --as-of 2026-07-01 --format json >/dev/full", {1}),
        ("{} card C1 --as-of 2026-07-01 --format json >/dev/full", {1}),
        ("{} report rfm --as-of 2026-07-01 >&-", {0, 1}),
        ("{} report rfm --as-of 2026-07-01 2>&-", {0}),
        ("{} import run - <&-", {2}),
    ):
        done = subprocess.run(
            ["bash", "-c", shell.format(" ".join(base))], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode in codes, (shell, done.stderr)
        assert "Traceback" not in done.stderr, shell
        assert len(done.stderr.splitlines()) <= 3, (shell, done.stderr)


def test_an_ascii_terminal_never_stops_it(filled: Path, tmp_path: Path) -> None:
    hostile = tmp_path / "contacts.csv"
    hostile.write_text("code,name\nX1,Ёж 🦔 \u202e[red]boo[/red]\n", encoding="utf-8")
    plain = {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    assert crmcli("import", "run", hostile, "--as", "contacts", store=filled, env=plain).code == 0
    answer = crmcli("card", "X1", "--as-of", "2026-07-01", store=filled, env=plain)
    assert answer.code == 0, answer.err
    assert answer.out.isascii()
    assert crmcli("--lang", "ru", "report", "totals", store=filled, env=plain).code == 0


def test_a_store_kept_by_another_program_is_waited_for_and_named(filled: Path) -> None:
    code = f"import duckdb, time; c = duckdb.connect({str(filled)!r}); print('open', flush=True); time.sleep(30)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        answer = crmcli("log", "--wait", "0.3", store=filled)
        other.kill()
    assert answer.code == 6
    assert str(other.pid) in answer.err
    assert len(answer.err.splitlines()) <= 2


def test_missing_and_foreign_stores(tmp_path: Path) -> None:
    assert crmcli("log", store=tmp_path / "gone.duckdb").code == 6
    foreign = tmp_path / "foreign.duckdb"
    foreign.write_bytes((SAMPLE / "webshop_2025.csv").read_bytes())
    answer = crmcli("log", store=foreign)
    assert answer.code == 6
    assert "is not a crmcli store" in answer.err


def test_global_options_work_anywhere(filled: Path) -> None:
    first = crmcli("--db", filled, "--lang", "ru", "log")
    last = crmcli("log", "--lang=ru", "--db", filled)
    assert first == last
    assert first.code == 0


def test_no_colour_or_escape_reaches_a_pipe(filled: Path) -> None:
    answer = crmcli("report", "rfm", "--as-of", "2026-07-01", store=filled, env={"TERM": "xterm-256color"})
    assert "\x1b" not in answer.out
