"""The house in order: what is imported when, what is documented, what the lock holds."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs import make
from tests.structure import lock

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "crmcli").rglob("*.py"))
HEAVY = ("polars", "scipy", "numpy", "openpyxl", "xlsxwriter", "fastexcel", "babel", "jinja2", "pandas")


def loaded_by(*arguments: str, env: dict[str, str] | None = None) -> set[str]:
    """Top-level modules in a fresh process after one command."""
    code = (
        "import sys\nfrom crmcli.__main__ import main\nsys.argv = ['crmcli', *sys.argv[1:]]\n"
        "code = main()\nprint('\\n' + ' '.join({m.split('.')[0] for m in sys.modules}), file=sys.stderr)\nsys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, env=env, check=True)
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["report", "--help"]])
def test_help_and_version_load_nothing_heavy(arguments: list[str]) -> None:
    assert not loaded_by(*arguments) & {*HEAVY, "duckdb", "rich"}


def test_version_does_not_even_load_typer() -> None:
    assert "typer" not in loaded_by("--version")


def test_a_csv_report_loads_the_database_and_nothing_else_heavy(tmp_path: Path) -> None:
    store = str(tmp_path / "s.duckdb")
    subprocess.run([sys.executable, "-m", "crmcli", "--db", store, "init"], check=True, capture_output=True)
    loaded = loaded_by("--db", store, "report", "rfm", "--format", "csv")
    assert "duckdb" in loaded
    assert not loaded & {*HEAVY, "rich"}


def test_no_room_is_called_a_drawer() -> None:
    forbidden = {"utils", "common", "core", "helpers", "services", "base", "misc"}
    assert not [path for path in MODULES if path.stem in forbidden or path.parent.name in forbidden]


def imported_by(path: Path, known: dict[str, Path]) -> set[str]:
    """Modules of ours that a module imports anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names & known.keys()


def test_no_modules_import_each_other_in_a_circle() -> None:
    known = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in MODULES}
    left = {name: imported_by(path, known) - {name} for name, path in known.items()}
    while ground := [name for name, needs in left.items() if not needs & left.keys()]:
        for name in ground:
            del left[name]
    assert not left


def test_everything_public_is_documented() -> None:
    bare = []
    for path in MODULES:
        tree = ast.parse(path.read_text("utf-8"))
        if ast.get_docstring(tree) is None and tree.body:
            bare.append(str(path.relative_to(ROOT)))
        bare += [
            f"{path.relative_to(ROOT)}: {node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and ast.get_docstring(node) is None
        ]
    assert not bare


def test_only_the_store_connects_to_the_database() -> None:
    allowed = {"store"}
    guilty = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if "duckdb.connect(" in path.read_text("utf-8") and path.parent.name not in allowed
    ]
    assert not guilty


def test_reference_pages_are_up_to_date() -> None:
    stale = [name for name, text in make.pages().items() if (make.FOLDER / name).read_text("utf-8") != text]
    assert not stale, "run make docs"


def test_the_lock_is_up_to_date() -> None:
    assert lock.faults() == []


def test_the_lock_check_can_fail(tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").write_text("duckdb==1.0.0\n")
    (tmp_path / "requirements.build.in").write_text("")
    (tmp_path / "pyproject.toml").write_text(
        '[project]\ndependencies = ["duckdb>=2.0", "rich"]\n[project.optional-dependencies]\ndev = []\n'
    )
    assert lock.faults(tmp_path) == [
        "duckdb>=2.0 is not in the lock",
        "rich is not in the lock",
        "duckdb==1.0.0 has no hash",
    ]


def test_no_table_of_a_transaction_is_made_of_no_rows() -> None:
    """DuckDB 2.0.0 hides rows put in bulk into such a table until the commit; history tables are filled later only."""
    guilty = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if re.search(r"TABLE[^\"]*AS SELECT[^\"]*LIMIT 0", path.read_text("utf-8")) and path.name != "schema.py"
    ]
    assert not guilty
