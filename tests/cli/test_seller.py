"""`crmcli seller` as the owner sees it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.cli.program import Answer, crmcli
from tests.store.made import make

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """An empty store."""
    return make(tmp_path / "crm.duckdb")


def said(store: Path, *words: str | Path) -> Answer:
    return crmcli("seller", *words, store=store)


def details(store: Path) -> dict[str, str]:
    shown = said(store, "show", "--format", "csv")
    return {row["key"]: row["value"] for row in csv.DictReader(io.StringIO(shown.out))}


def test_set_change_unset_and_undo(store: Path) -> None:
    assert "Nothing is set yet" in said(store, "show").out
    answer = said(store, "set", "Name", " Sample Fittings Ltd ", "--format", "csv")
    assert (answer.code, answer.err) == (0, "To take it back: crmcli undo 1\n")
    assert said(store, "set", "name", "Sample Cables Ltd").code == 0
    assert said(store, "set", "tax_rate", "20 %").code == 0
    assert details(store) == {"name": "Sample Cables Ltd", "tax_rate": "20"}
    assert said(store, "unset", "tax_rate").code == 0
    assert details(store) == {"name": "Sample Cables Ltd"}
    for wanted in (
        {"name": "Sample Cables Ltd", "tax_rate": "20"},
        {"name": "Sample Cables Ltd"},
        {"name": "Sample Fittings Ltd"},
        {},
    ):
        assert crmcli("undo", store=store).code == 0
        assert details(store) == wanted


def test_a_dry_run_keeps_nothing(store: Path) -> None:
    answer = said(store, "set", "name", "Sample", "--dry-run")
    assert "Sample" in answer.out
    assert answer.err == "Nothing was kept: this was a dry run\n"
    assert details(store) == {}
    assert "crmcli seller" not in crmcli("log", store=store).out


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [
        ("nmae", "x", "Did you mean name"),
        ("tax_mode", "both", "line, total"),
        ("tax_rate", "120", "0 to 100"),
        ("tax_rate", "NaN", "0 to 100"),
        ("quote_valid_days", "1.5", "days"),
        ("prices_include_tax", "maybe", "yes, no"),
        ("invoice_series", "../x", "series"),
        ("name", "  ", "nothing"),
        ("name", "x" * 5000, "characters"),
    ],
)
def test_what_cannot_be_is_refused(store: Path, key: str, value: str, word: str) -> None:
    answer = said(store, "set", key, value)
    assert answer.code == 2
    assert word in answer.err
    assert details(store) == {}


@pytest.mark.parametrize(
    ("key", "wrong", "right"),
    [("tax_id", "9999000166", "9999000165"), ("iban", "GB72SAMP00000000000002", "GB72SAMP00000000000001"),
     ("bic", "12", "049900001"), ("email", "nobody", "a@b.example")],
)  # fmt: skip
def test_check_digits_are_told_not_refused(store: Path, key: str, wrong: str, right: str) -> None:
    answer = said(store, "set", key, wrong)
    assert answer.code == 0
    assert answer.err.startswith(f"{key}: ")
    assert said(store, "show").err.startswith(f"{key}: ")
    assert f"{key}: " not in said(store, "set", key, right).err


def test_hostile_values_are_shown_as_they_are(store: Path) -> None:
    value = "[red]=1+1\x1b[31m <b>"
    assert said(store, "set", "address", value).code == 0
    assert "[red]=1+1\\u001b[31m <b>" in said(store, "show").out
    assert details(store)["address"] == value


def test_a_logo_is_looked_at_and_taken_back(store: Path, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.svg", tmp_path / "bad.svg"
    good.write_text(LOGO)
    bad.write_text(LOGO.replace("<rect", '<script>alert(1)</script><rect onload="x"'))
    assert said(store, "logo", bad).code == 2
    assert said(store, "logo", tmp_path / "none.png").code == 3
    assert said(store, "logo", good, "--dry-run").code == 0
    assert details(store) == {}
    assert said(store, "logo", good).code == 0
    assert list(details(store)) == ["logo"]
    assert crmcli("undo", store=store).code == 0
    assert details(store) == {}
    assert crmcli("check", store=store).code == 0


def test_templates_are_written_out_changed_and_used(store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert said(store, "template", "export", folder).code == 0
    names = ["briefing.html", "briefing.typ", "page.html", "page.typ", "words.en.toml", "words.ru.toml"]
    assert sorted(file.name for file in folder.iterdir()) == names
    assert said(store, "template", "export", folder).code == 2
    words = folder / "words.en.toml"
    words.write_text(words.read_text(encoding="utf-8").replace('"Seller"', '"Vendor"'), encoding="utf-8")
    answer = said(store, "template", "use", folder)
    assert answer.code == 0, answer.err
    assert "Yours: words.en.toml" in answer.err
    assert list(details(store)) == ["template:words.en.toml"]
    (folder / "page.html").write_text("{{ page.nothing.at_all }}")
    assert said(store, "template", "use", folder).code == 1
    assert said(store, "template", "use", tmp_path / "nowhere").code == 3
    assert said(store, "template", "drop").code == 0
    assert details(store) == {}
    assert said(store, "template", "drop").code == 3


def test_all_keys_are_listed_in_russian_too(store: Path) -> None:
    assert "quote_valid_days" in said(store, "keys").out
    assert crmcli("--lang", "ru", "seller", "keys", store=store).code == 0
