"""The door: formats, places, failures."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crmcli.errors import CrmError, UsageError
from crmcli.output import write as door
from crmcli.output.write import WRITERS, chosen_format, write
from crmcli.table import Row, Table

PROGRAM = """
import sys
from crmcli.errors import CrmError
from crmcli.output.write import write
from crmcli.table import Column, Kind, ListRows, Table
table = Table("t", "T", (Column("a", "A", Kind.TEXT),), ListRows([("x" * 100,)] * int(sys.argv[2])))
try:
    write(table, format=sys.argv[1], output=None, stdout=sys.stdout.buffer)
except CrmError as error:
    print(error, file=sys.stderr)
    raise SystemExit(error.exit_code)
"""


def told(table: Table, form: str | None = None, **options: Any) -> bytes:
    stdout = io.BytesIO()
    write(table, format=form, output=None, stdout=stdout, **options)
    return stdout.getvalue()


@pytest.mark.parametrize(
    ("name", "output", "expected"),
    [
        (None, None, "table"), (None, "-", "table"), (None, "a.csv", "csv"), (None, "A.XLSX", "xlsx"),
        ("json", "a.csv", "json"), (None, "x.ndjson", "jsonl"), (None, "dir.csv/a.md", "md"), (None, "a.txt", "table"),
    ],
)  # fmt: skip
def test_the_format_is_named_or_told_by_the_ending(name: str | None, output: str | None, expected: str) -> None:
    assert chosen_format(name, output) == expected


@pytest.mark.parametrize(("name", "output"), [("docx", None), (None, "a.docx"), (None, "report"), ("", None)])
def test_unknown_formats_are_refused_with_the_choice(name: str | None, output: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        chosen_format(name, output)
    assert "parquet" in str(caught.value.hint)


@pytest.mark.parametrize("form", WRITERS)
def test_a_file_and_standard_output_get_the_same_bytes(table: Table, tmp_path: Path, form: str) -> None:
    path = tmp_path / "answer"
    write(table, format=form, output=str(path), stdout=None)
    assert path.read_bytes() == told(table, form) != b""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["answer"]


def test_an_old_file_stays_when_writing_fails(table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "answer.csv"
    path.write_text("old")

    def failing(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(door, "_writer", lambda _chosen: failing)
    with pytest.raises(CrmError, match=r"answer\.csv could not be written: No space left"):
        write(table, format=None, output=str(path), stdout=None)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_and_its_target_is_replaced(table: Table, tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old")
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "real.csv")
    write(table, format=None, output=str(link), stdout=None)
    assert link.is_symlink()
    assert (tmp_path / "real.csv").read_text().startswith("customer,")


def test_leftovers_of_killed_runs_are_removed_after_a_day(table: Table, tmp_path: Path) -> None:
    old, young = tmp_path / ".crmcli-writing-old", tmp_path / ".crmcli-writing-young"
    for room in (old, young):
        room.mkdir()
        (room / "file").write_text("part")
    os.utime(old, (1, 1))
    write(table, format=None, output=str(tmp_path / "a.csv"), stdout=None)
    assert (old.exists(), young.exists()) == (False, True)


def test_a_pipe_given_as_file_receives_the_bytes(table: Table, tmp_path: Path) -> None:
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    with subprocess.Popen(["cat", str(fifo)], stdout=subprocess.PIPE) as reader:
        write(table, format="csv", output=str(fifo), stdout=None)
        assert reader.stdout is not None
        assert reader.stdout.read() == told(table, "csv")
    assert stat.S_ISFIFO(fifo.stat().st_mode)


@pytest.mark.parametrize(
    ("output", "error", "words"),
    [("missing/a.csv", CrmError, "No such file"), (".", UsageError, "is a folder"), ("/proc/a.csv", CrmError, "/proc")],
)
def test_unwritable_places_are_one_sentence(  # three of them fixtures
    table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str, error: type[CrmError], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=words) as caught:
        write(table, format="csv", output=output, stdout=None)
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("form", ["xlsx", "parquet"])
def test_bytes_are_not_for_a_terminal(table: Table, terminal: Any, form: str) -> None:
    with pytest.raises(UsageError) as caught:
        write(table, format=form, output=None, stdout=terminal.stdout)
    assert caught.value.hint == "name a file with --output"


def test_a_terminal_gets_colours_and_its_width(table: Table, terminal: Any) -> None:
    write(table, format=None, output=None, stdout=terminal.stdout, environment={"COLUMNS": "60", "TERM": "xterm"})
    text = terminal.text()
    assert "\x1b[31mhigh" in text
    assert "A sample" in text


def test_no_color_means_no_escape_at_all(table: Table, terminal: Any) -> None:
    write(table, format=None, output=None, stdout=terminal.stdout, environment={"COLUMNS": "60", "NO_COLOR": "1"})
    assert "\x1b" not in terminal.text()


def test_a_closed_standard_output_is_one_sentence(table: Table) -> None:
    with pytest.raises(CrmError, match="standard output is closed"):
        write(table, format="csv", output=None, stdout=None)


class SelfWriting:
    """Rows that write themselves, as those in the database do."""

    def __init__(self, rows: list[Row], *, willing: bool = True) -> None:
        self.rows, self.willing, self.asked = rows, willing, list[str]()

    def __len__(self) -> int:
        return len(self.rows)

    def fetch(self) -> list[Row]:
        return self.rows

    def write(self, path: Path, extension: str) -> bool:
        self.asked.append(extension)
        if self.willing:
            path.write_bytes(b"by itself")
        return self.willing


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl", "parquet"])
def test_rows_write_themselves_where_they_can(table: Table, tmp_path: Path, form: str) -> None:
    rows = SelfWriting(table.rows.fetch())
    answer = replace(table, rows=rows)
    assert told(answer, form) == b"by itself"
    write(answer, format=form, output=str(tmp_path / "a"), stdout=None)
    assert (tmp_path / "a").read_bytes() == b"by itself"
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600
    assert rows.asked == [form, form]


def test_rows_that_cannot_are_fetched(table: Table) -> None:
    answer = replace(table, rows=SelfWriting(table.rows.fetch(), willing=False))
    assert told(answer, "csv") == told(table, "csv")


def test_guarded_texts_never_come_straight_from_the_rows(table: Table) -> None:
    rows = SelfWriting(table.rows.fetch())
    assert told(replace(table, rows=rows), "csv", excel_safe=True) == told(table, "csv")
    assert rows.asked == []


def test_after_the_reader_left_later_words_go_nowhere_quietly(table: Table) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as stdout:
        write(table, format="csv", output=None, stdout=stdout)
        stdout.write(b"an afterthought")
        stdout.flush()


def run(form: str, rows: int, shell: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = ["bash", "-o", "pipefail", "-c", f'"$0" -c "$1" {form} {rows} {shell}', sys.executable, PROGRAM]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **environment}, timeout=60
    )


@pytest.mark.parametrize("form", ["csv", "table", "json"])
def test_a_reader_that_leaves_is_no_error(form: str) -> None:
    done = run(form, 20_000, "| head -c 10 > /dev/null")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("form", ["csv", "table", "json", "xlsx"])
@pytest.mark.parametrize("rows", [1, 5_000])
def test_a_full_disk_is_one_sentence(form: str, rows: int) -> None:
    done = run(form, rows, "> /dev/full")
    assert done.returncode == 1
    assert done.stderr == "standard output could not be written: No space left on device\n"


@pytest.mark.parametrize("coding", ["ascii", "cp1251"])
def test_an_ascii_standard_output_never_fails(coding: str) -> None:
    done = run("table", 2, "", PYTHONIOENCODING=coding, PYTHONUTF8="0", LC_ALL="C")
    assert (done.returncode, done.stderr) == (0, "")
    assert "---" in done.stdout
