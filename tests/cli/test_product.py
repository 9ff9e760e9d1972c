"""`crmcli product`, `category` and `competitor` as the owner sees them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.program import Answer, crmcli
from tests.store.made import copied, make


@pytest.fixture(scope="module")
def hose(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one hose, put in by the program."""
    path = make(tmp_path_factory.mktemp("hose") / "crm.duckdb", "EUR")
    words = ("--category", "Hoses", "--unit", "m", "--price", "240", "--cost", "1 20,5", "--tax-rate", "20%")
    assert said(path, "product", "add", "HOSE-20", "Hose 20 mm", *words, "--launched", "01.06.2026").code == 0
    return path


@pytest.fixture
def store(hose: Path, tmp_path: Path) -> Path:
    """A copy to write to."""
    return copied(hose, tmp_path)


def said(store: Path, *words: str) -> Answer:
    return crmcli(*words, store=store)


def listed(store: Path, *words: str) -> list[dict[str, str]]:
    answer = said(store, *words, "--format", "csv")
    assert answer.code == 0, answer.err
    return list(csv.DictReader(io.StringIO(answer.out)))


def test_add_edit_retire_and_undo(store: Path) -> None:
    assert listed(store, "product", "list") == [
        {
            "sku": "HOSE-20", "name": "Hose 20 mm", "category": "Hoses", "unit": "m", "price": "240.0000", "cost": "120.5000",
            "margin_share": "0.497916666667", "tax_rate": "20.0000", "launched_on": "2026-06-01", "is_new": "true",
            "successor": "", "active": "true",
        }
    ]  # fmt: skip
    edited = said(store, "product", "edit", "hose-20", "--price", "250", "--unit", "", "--format", "csv")
    assert (edited.code, edited.err) == (0, "To take it back: crmcli undo 2\n")
    assert said(store, "product", "edit", "HOSE-20", "--price", "250").err == "Nothing to change: it is so already\n"
    assert said(store, "product", "retire", "HOSE-20").code == 0
    (row,) = listed(store, "product", "list")
    assert (row["price"], row["unit"], row["active"]) == ("250.0000", "", "false")
    assert said(store, "undo", "2").code in (0, 4)
    assert said(store, "undo").code == 0
    assert listed(store, "product", "list", "--where", "active=true") != []


def test_a_dry_run_shows_the_same_and_keeps_nothing(store: Path) -> None:
    assert said(store, "category", "add", "Rubber").code == 0
    before = said(store, "log").out
    for words in (
        ("product", "add", "X", "Other"),
        ("product", "edit", "HOSE-20", "--price", "1"),
        ("product", "retire", "HOSE-20"),
        ("product", "cost", "HOSE-20", "99"),
        ("product", "pack", "HOSE-20", "drum", "50"),
        ("product", "option", "HOSE-20", "colour", "--value", "red"),
        ("category", "add", "Goods"),
        ("category", "move", "Hoses", "--under", "Rubber"),
        ("competitor", "price", "add", "Rival", "HOSE-20", "1"),
    ):
        answer = said(store, *words, "--dry-run")
        assert answer.code == 0, answer.err
        assert "Nothing was kept: this was a dry run" in answer.err
    assert said(store, "log").out == before


def test_parts_are_set_shown_and_removed(store: Path) -> None:
    assert said(store, "product", "cost", "HOSE-20", "131.50", "--from", "2026-05-01", "--source", "Maker").code == 0
    assert said(store, "product", "cost", "HOSE-20", "140").code == 0
    costs = listed(store, "product", "cost", "HOSE-20")
    assert [(row["from_on"], row["cost"]) for row in costs] == [("2026-05-01", "131.5000"), ("2026-07-01", "140.0000")]
    assert listed(store, "product", "list")[0]["cost"] == "140.0000"
    assert said(store, "product", "cost", "HOSE-20", "--remove").code == 2
    assert said(store, "product", "cost", "HOSE-20", "--remove", "--from", "2026-07-01").code == 0
    assert said(store, "product", "cost", "HOSE-20", "--remove", "--from", "2026-07-01").code == 3
    assert said(store, "product", "pack", "HOSE-20", "drum", "50").code == 0
    assert listed(store, "product", "pack", "HOSE-20") == [{"name": "drum", "qty": "50.0000"}]
    assert said(store, "product", "pack", "HOSE-20", "drum", "--remove").code == 0
    assert said(store, "product", "pack", "HOSE-20", "drum").code == 2
    words = ("length", "--charge", "per_unit", "--amount", "12", "--minimum", "0.5", "--maximum", "50", "--step", "0.5")
    assert said(store, "product", "option", "HOSE-20", *words).code == 0
    assert (
        said(store, "product", "option", "Hoses", "colour", "--category", "--value", "red", "--value", "blue").code == 0
    )
    found = listed(store, "product", "option", "HOSE-20")
    assert [(row["option"], row["value"], row["holds_for"]) for row in found] == [
        ("colour", "red", "Hoses"),
        ("colour", "blue", "Hoses"),
        ("length", "a number from 0.5 to 50 in steps of 0.5", "HOSE-20"),
    ]
    assert said(store, "product", "option", "Hoses", "colour", "--category", "--value", "red", "--remove").code == 0
    assert len(listed(store, "product", "option", "HOSE-20")) == 2
    assert said(store, "product", "option", "HOSE-20", "colour", "--charge", "free").code == 2


def test_one_product_on_one_screen(store: Path) -> None:
    said(store, "product", "add", "HOSE-25", "Wider", "--price", "280")
    said(store, "product", "successor", "HOSE-20", "hose-25")
    said(store, "product", "cost", "HOSE-20", "130")
    said(store, "competitor", "price", "add", "Rival", "HOSE-20", "225", "--on", "2026-06-30")
    found = json.loads(said(store, "product", "show", "HOSE-20", "--format", "json").out)
    assert set(found) == {"product", "cost_history", "successors", "competitors"}
    shown = said(store, "product", "show", "HOSE-20").out.replace("\u00a0", " ")
    assert "The list price leaves 45.8 % over cost. Lowest competitor: Rival at €225.00" in shown
    assert "Wider" in shown
    assert "replaces" in said(store, "product", "show", "HOSE-25").out
    chain = listed(store, "product", "successor", "HOSE-20")
    assert [row["sku"] for row in chain] == ["HOSE-20", "HOSE-25"]
    assert said(store, "product", "successor", "HOSE-25", "HOSE-20").code == 4
    assert said(store, "product", "successor", "HOSE-20", "").code == 0
    refused = said(store, "product", "show", "HOSE-2")
    assert (refused.code, "Did you mean" in refused.err) == (3, True)


def test_the_list_knows_the_tree_what_is_new_and_conditions(store: Path) -> None:
    said(store, "category", "add", "Goods")
    said(store, "category", "move", "Hoses", "--under", "Goods")
    said(store, "product", "add", "CLIP", "Clip", "--category", "Clips", "--price", "1")
    assert [row["sku"] for row in listed(store, "product", "list", "--category", "goods")] == ["HOSE-20"]
    assert [row["sku"] for row in listed(store, "product", "list", "--new")] == ["HOSE-20"]
    assert [row["sku"] for row in listed(store, "product", "list", "--where", "price<100")] == ["CLIP"]
    assert [row["sku"] for row in listed(store, "product", "list", "--sort", "-price")] == ["HOSE-20", "CLIP"]
    assert said(store, "product", "list", "--where", "colour=red").code == 2
    assert said(store, "product", "edit", "CLIP").code == 2
    doubted = said(store, "product", "edit", "CLIP", "--category", "Hosess")
    assert "Did you mean Hoses" in doubted.err


def test_categories_are_drawn_as_a_tree_and_refuse_rings(store: Path) -> None:
    for words in (("Goods",), ("Rubber", "--under", "Goods"), ("Air", "--under", "Goods"), ("Thin", "--under", "Air")):
        assert said(store, "category", "add", *words).code == 0
    shown = said(store, "category", "list").out
    tree = ["Goods", "├─ Air", "│  └─ Thin", "└─ Rubber", "Hoses"]
    assert [line.split("  0")[0].rstrip() for line in shown.splitlines() if any(name in line for name in tree)][0:4]
    for line in tree:
        assert line in shown
    assert [row["parent"] for row in listed(store, "category", "list")] == ["", "Goods", "Air", "Goods", ""]
    refused = said(store, "category", "move", "Goods", "--under", "Thin")
    assert (refused.code, "Goods → Thin → Air → Goods" in refused.err) == (4, True)
    assert said(store, "category", "remove", "Hoses").code == 4
    assert said(store, "category", "remove", "Air").code == 0


def test_prices_of_competitors_by_hand(store: Path) -> None:
    assert said(store, "competitor", "price", "add", "Rival Ltd", "hose-20", "225", "--source", "web").code == 0
    doubted = said(store, "competitor", "price", "add", "Rival Ldt", "HOSE-20", "215,50", "--on", "30.06.2026")
    assert "Did you mean Rival Ltd?" in doubted.err
    rows = listed(store, "competitor", "price", "list")
    assert [(row["competitor"], row["price"], row["seen_on"]) for row in rows] == [
        ("Rival Ltd", "225.0000", "2026-07-01"),
        ("Rival Ldt", "215.5000", "2026-06-30"),
    ]
    assert len(listed(store, "competitor", "price", "list", "--competitor", "rival ltd")) == 1
    assert said(store, "competitor", "price", "list", "--competitor", "Nobody").code == 3
    for wrong in ("0", "-1", "x", "", "1.00001", "inf"):
        assert said(store, "competitor", "price", "add", "--", "R", "HOSE-20", wrong).code == 2
    assert said(store, "competitor", "price", "add", "R", "HOSE-20", "1", "--on", "2027-01-01").code == 2
    (row,) = listed(store, "report", "competitors")
    assert (row["position"], row["lowest"], row["competitors"]) == ("above", "215.5000", "2")


def test_hostile_names_are_printed_as_text(store: Path) -> None:
    name = "[red]=1+1\x1b[31m<script>{{x}}'); DROP TABLE products; --"
    assert said(store, "product", "add", name, name, "--category", name).code == 0
    assert said(store, "category", "add", name).code == 0
    assert said(store, "competitor", "price", "add", name, name, "5").code == 0
    for words in (
        ("product", "show", name),
        ("product", "list"),
        ("category", "list"),
        ("competitor", "price", "list"),
    ):
        shown = said(store, *words)
        assert shown.code == 0, shown.err
        assert "\x1b" not in shown.out
        assert "[red]=1+1" in shown.out
