"""Large regular files are left to the database; anything else is read here."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from crmcli.intake.reading import Hints, Reading
from crmcli.intake.text.plain import SMALLEST
from crmcli.intake.text.read import read_text

HEAD = "order_no,ordered_on,customer,amount\n"
BODY = "".join(
    f"SO-{i:06d},2024-{i % 12 + 1:02d}-{i % 28 + 1:02d},C-{i % 999:03d},{i % 977}.50\n" for i in range(130_000)
)


def read(folder: Path, content: bytes, name: str = "in.csv") -> Reading:
    path = folder / name
    path.write_bytes(content)
    return read_text(path, Hints(), origin=name)[0]


def test_regular_file(tmp_path: Path) -> None:
    assert len(BODY) > SMALLEST
    reading = read(tmp_path, (HEAD + BODY).encode())
    assert reading.plain is not None
    assert (reading.plain.delimiter, reading.plain.skip, reading.plain.quote) == (",", 1, '"')
    assert reading.headings == ("order_no", "ordered_on", "customer", "amount")
    assert len(reading.rows) == 0


def test_titles_are_skipped(tmp_path: Path) -> None:
    reading = read(tmp_path, ("Orders of 2024\n\n" + HEAD + BODY).encode("utf-8-sig"))
    assert reading.plain is not None
    assert reading.plain.skip == 3
    assert [d.kind for d in reading.dropped] == ["title", "blank"]


def test_packed_file_is_looked_at_to_its_end(tmp_path: Path) -> None:
    body = "".join(f"{line},{hash(line) & 0xFFFFFF}\n" for line in BODY.splitlines())
    packed = gzip.compress((HEAD.strip() + ",check\n" + body).encode(), 1)
    assert read(tmp_path, packed, "in.csv.gz").plain is not None
    totals = gzip.compress((HEAD.strip() + ",check\n" + body + "Total,,,55,66\n").encode(), 1)
    reading = read(tmp_path, totals, "in.csv.gz")
    assert (reading.plain, len(reading.rows), reading.dropped[0].kind) == (None, 130_000, "total")


@pytest.mark.parametrize(
    "end", ["Total,,,5000.50\n", "SO-1,2024-01-01\n", 'SO-1,2024-01-01,"C\n', "Source: our own books\n"]
)
def test_irregular_end(tmp_path: Path, end: str) -> None:
    reading = read(tmp_path, (HEAD + BODY + end).encode())
    assert reading.plain is None
    assert len(reading.rows) + sum(d.count for d in reading.dropped) == 130_001


def test_bytes_that_are_no_utf8_anywhere(tmp_path: Path) -> None:
    half = len(BODY) // 2
    assert read(tmp_path, (HEAD + BODY[:half]).encode() + b"\xff" + BODY[half:].encode()).plain is None


def test_not_when_forbidden(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text(HEAD + BODY, "utf-8")
    (reading,) = read_text(path, Hints(), origin="in.csv", plain_allowed=False)
    assert (reading.plain, len(reading.rows), reading.lines[-1]) == (None, 130_000, 130_001)


def test_only_blanks_that_are_somewhere_in_the_file_are_looked_for(tmp_path: Path) -> None:
    half = BODY.index("\n", len(BODY) // 2) + 1
    clean = read(tmp_path, (HEAD + BODY).encode()).plain
    assert clean is not None
    assert clean.blanks == ()
    spaced = read(tmp_path, (HEAD + BODY[:half] + "SO-A,2024-01-01,C-001\u00a0,1.50\n" + BODY[half:]).encode()).plain
    assert spaced is not None
    assert spaced.blanks == ("\u00a0",)
    quoted = read(tmp_path, (HEAD + BODY[:half] + 'SO-A,2024-01-01,"C-001",1.50\n' + BODY[half:]).encode()).plain
    assert quoted is not None
    assert quoted.blanks == ("\n", "\r")
