"""Reasons in the owner's words: nothing of a library's own language reaches the screen."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from crmcli.intake.reasons import in_words
from tests.cli.program import crmcli
from tests.intake.admit.shop import Shop

TABLE = b"code,name,city\nK,Kappa,Tver\n" * 400
PACKED = gzip.compress(TABLE, mtime=0)  # the same in every process


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def _zipped() -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("a.csv"), TABLE, zipfile.ZIP_DEFLATED)
    return sink.getvalue()


def _flipped(data: bytes, *places: int) -> bytes:
    return bytes(byte ^ 255 if place in places else byte for place, byte in enumerate(data))


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv.gz", PACKED[:40], "it ends too early"),
        ("a.csv.gz", _flipped(PACKED, len(PACKED) - 6), "not what was packed"),
        ("a.zip", _flipped(_zipped(), 45, 50), "not what was packed"),
        ("a.parquet", b"PAR1 and nothing", "it is cut off, or not what its name says"),
        ("a.jsonl", b'{"code": 1}\n{"code": \n', "is no JSON"),
        ("a.xlsx", _zipped()[:100], "it is cut off, or not what its name says"),
    ],
    ids=["gz cut", "gz changed", "zip changed", "parquet", "jsonl", "xlsx cut"],
)
def test_a_broken_file_is_told_in_plain_words(shop: Shop, name: str, content: bytes, reason: str) -> None:
    (shop.folder / name).write_bytes(content)
    shop.expect(2, "import", "run", name)
    assert reason in shop.err
    assert "Error" not in shop.err


@pytest.mark.parametrize(
    ("toml", "reason"),
    [
        ("as = contacts\n", "line 1, column 6 cannot be understood"),
        ('as = "contacts', "it breaks off in the middle of a statement"),
        ("[map]\na = 'code'\n[map]\n", "line 3, column 5: this is said twice"),
    ],
)
def test_a_profile_that_is_no_toml_is_told_by_its_place(shop: Shop, toml: str, reason: str) -> None:
    shop.file("p.toml", toml)
    shop.file("c.csv", "code,name,city\nK,Kappa,Tver\n")
    shop.expect(2, "import", "run", "c.csv", "--profile", "p.toml")
    assert f"p.toml is no TOML: {reason}" in shop.err


def test_settings_that_are_no_toml_are_told_by_their_place(tmp_path: Path) -> None:
    (tmp_path / "crmcli.toml").write_text("wait = \n")
    said = crmcli("log", folder=tmp_path)
    assert said.code == 2
    assert "line 1, column 8 cannot be understood" in said.err


def test_an_uncommon_reason_stays_as_it_is_on_one_line() -> None:
    assert in_words("something\n else") == "something else"


def test_standard_input_has_a_name_in_every_language(tmp_path: Path) -> None:
    store = tmp_path / "crm.duckdb"
    assert crmcli("init", store=store).code == 0
    table = b"order_no,ordered_on,customer,qty,amount\n1,2026-01-05,K,x,1\n"
    said = crmcli("import", "run", "-", store=store, folder=tmp_path, stdin=table)
    assert said.code == 5
    assert "standard input, line 2" in said.err
    assert (tmp_path / "stdin.rejects.csv").exists()
    assert "standard input" in crmcli("import", "preview", "-", folder=tmp_path, stdin=table).out
