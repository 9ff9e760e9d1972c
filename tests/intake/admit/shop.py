"""A small business at its desk: files in a folder, a store beside them, the program run on both."""

from __future__ import annotations

import contextlib
import csv
import io
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from crmcli.cli.app import run
from crmcli.store.connection import open_to_read, rows
from tests.store.made import make

NOW = "2026-07-01 09:00:00"
DATA = Path(__file__).resolve().parents[3] / ".." / "shared" / "data"


def shared(*parts: str) -> Path:
    """A file of the shared real data; the test is skipped where there is none."""
    path = DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no {'/'.join(parts)} beside the project")
    return path.resolve()


@dataclass
class Shop:
    """One store and the folder commands run in; `out` and `err` are what the last command said."""

    folder: Path
    out: str = ""
    err: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.own.mkdir(parents=True, exist_ok=True)
        make(self.store)

    @property
    def own(self) -> Path:
        """Its folder for temporary files: the store clears what crashed runs left in the common one, and others run."""
        return self.folder / "tmp"

    @property
    def store(self) -> Path:
        return self.folder / "shop.duckdb"

    def file(self, name: str, text: str, encoding: str = "utf-8") -> str:
        """Write a file into the folder; returns its name."""
        (self.folder / name).write_bytes(text.encode(encoding))
        return name

    def run(self, *arguments: str | Path) -> int:
        """Run one command; its exit code."""
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
        words = [*map(str, arguments), "--db", str(self.store), "--lang", "en"]
        environment = mock.patch.dict(os.environ, {"CRMCLI_TODAY": NOW, "TMPDIR": str(self.own)})
        with contextlib.chdir(self.folder), environment, mock.patch("tempfile.tempdir", str(self.own)):  # noqa: SIM117
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = run(words)
        for stream in (out, err):
            stream.flush()
        self.out, self.err = (s.buffer.getvalue().decode("utf-8") for s in (out, err))  # type: ignore[attr-defined]
        return code

    def expect(self, code: int, *arguments: str | Path) -> str:
        """Run one command, which must end so; returns stdout."""
        got = self.run(*arguments)
        assert got == code, f"{arguments}: exit {got}, wanted {code}\n{self.err}\n{self.out}"
        assert "Traceback" not in self.err
        return self.out

    def take(self, *arguments: str | Path, code: int = 0) -> dict[str, Any]:
        """`import run`: the counts over all its tables; each table's own are in `taken`."""
        self.expect(code, "import", "run", *arguments, "--format", "csv")
        self.taken = list(csv.DictReader(io.StringIO(self.out)))
        counts = ("rows_read", "admitted", "created", "updated", "unchanged", "rejected")
        total = {name: sum(int(row[name]) for row in self.taken) for name in counts}
        assert total["rows_read"] == total["admitted"] + total["rejected"]
        return total

    def preview(self, *arguments: str | Path, code: int = 0) -> str:
        """`import preview` as text."""
        return self.expect(code, "import", "preview", *arguments)

    def export(self, entity: str) -> list[dict[str, str]]:
        """Rows of an entity as `export` writes them."""
        return list(csv.DictReader(io.StringIO(self.exported(entity))))

    def exported(self, entity: str) -> str:
        """The bytes of an export as text."""
        return self.expect(0, "export", entity)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the store answers."""
        with open_to_read(self.store, wait=5) as con:
            return rows(con, sql)

    def one(self, sql: str) -> Any:
        """The first value the store answers."""
        return self.rows(sql)[0][0]

    def mend(self, name: str, **changes: str) -> int:
        """Replace cell texts in a rejects file (all columns but our own); returns how many rows it has."""
        path = self.folder / name
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = list(csv.DictReader(file))
        for row in table:
            for heading in row:
                if not heading.startswith("crmcli_"):
                    row[heading] = changes.get(row[heading], row[heading])
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(table[0]))
            writer.writeheader()
            writer.writerows(table)
        return len(table)


def money(shop: Shop) -> Any:
    """Revenue: counted lines, net."""
    return shop.one("SELECT sum(net) FROM order_lines WHERE counted")
