"""Workbooks of several sheets, and names of files and sheets as evidence: what is taken, what is left out and told."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from crmcli.intake.entities import entities, entity
from crmcli.intake.naming import named_by
from tests.intake.admit.shop import Shop

CONTACTS = [["code", "name", "city"], ["K", "Kappa", "Tver"], ["L", "Lambda", "Omsk"]]
PRODUCTS = [["sku", "name", "price"], ["A-1", "Cable", 10]]
NOTES = [["Remember to call the printer"], ["and the bank"]]
PLAN = [["Quarter", "Plan", "Fact"], ["Q1", 10, 9], ["Q2", 11, 12]]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def book(shop: Shop, name: str = "book.xlsx", **sheets: list[list[object]]) -> str:
    """A workbook of these sheets."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made.save(shop.folder / name)
    return name


def test_a_sheet_that_fits_nothing_is_left_out_and_told(shop: Shop) -> None:
    file = book(shop, Clients=CONTACTS, Plan=PLAN, Goods=PRODUCTS)
    counts = shop.take(file)
    assert (counts["created"], [row["entity"] for row in shop.taken]) == (3, ["contacts", "products"])
    told = next(line for line in shop.err.splitlines() if "book.xlsx!Plan" in line)
    assert "Quarter, Plan, Fact" in told
    shown = shop.expect(0, "import", "show", "1")
    assert "book.xlsx!Plan" in shown
    assert "fit nothing" in shown
    assert "Plan" not in shop.expect(0, "import", "list")
    assert "book.xlsx!Plan" in shop.preview(file)


def test_notes_and_empty_sheets_are_left_out_and_told(shop: Shop) -> None:
    file = book(shop, Clients=CONTACTS, Notes=NOTES, Blank=[])
    assert shop.take(file)["created"] == 2
    assert "book.xlsx!Notes" in shop.err
    assert "sheets without data are not read: Blank" in shop.err
    shown = shop.expect(0, "import", "show", "1")
    assert "book.xlsx!Notes" in shown
    assert "Blank" in shown


def test_a_told_entity_that_one_sheet_lacks_is_taken_from_the_others(shop: Shop) -> None:
    file = book(shop, Clients=CONTACTS, Plan=PLAN)
    assert shop.take(file, "--as", "contacts")["created"] == 2
    assert "book.xlsx!Plan: not read: nothing in it is the code, name of contacts" in shop.err


def test_none_that_fits_is_refused_and_so_is_any_with_strict(shop: Shop) -> None:
    shop.expect(2, "import", "run", book(shop, Plan=PLAN, Notes=NOTES))
    assert "fit nothing" in shop.err
    shop.expect(2, "import", "run", book(shop, Clients=CONTACTS, Plan=PLAN), "--strict")
    shop.expect(2, "import", "run", book(shop, Clients=CONTACTS, Plan=PLAN), "--sheet", "Plan")
    assert shop.one("SELECT count(*) FROM contacts") == 0


def test_a_profile_reads_the_sheets_it_names_only(shop: Shop) -> None:
    file = book(shop, Clients=CONTACTS, Goods=PRODUCTS, Plan=PLAN)
    shop.file("p.toml", '[sheets.clients]\nas = "contacts"\n')
    assert shop.take(file, "--profile", "p.toml")["created"] == 2
    assert [row["file"] for row in shop.taken] == ["book.xlsx!Clients"]
    assert "book.xlsx!Goods: not read: the profile names other sheets" in shop.err
    assert shop.take(file, "--profile", "p.toml", "--sheet", "Goods")["created"] == 1  # asked for by name


def test_a_profile_that_names_a_sheet_too_many_says_so(shop: Shop) -> None:
    file = book(shop, Clients=CONTACTS, Goods=PRODUCTS)
    shop.file("p.toml", '[sheets.Clients]\nas = "contacts"\n[sheets.Deals]\nas = "opportunities"\n')
    assert shop.take(file, "--profile", "p.toml")["created"] == 2
    assert "book.xlsx!Deals: the profile names it, but there is no such sheet" in shop.err
    shop.expect(2, "import", "run", file, "--profile", "p.toml", "--strict")
    shop.file("none.toml", '[sheets.Deals]\nas = "opportunities"\n')
    shop.expect(2, "import", "run", file, "--profile", "none.toml")
    assert "Clients, Goods" in shop.err


def test_a_saved_profile_of_a_book_with_a_sheet_left_out_reads_it_again(shop: Shop) -> None:
    file = book(shop, Clients=CONTACTS, Plan=PLAN, Goods=PRODUCTS)
    shop.take(file, "--save-profile", "p.toml")
    again = shop.take(file, "--profile", "p.toml")
    assert (again["unchanged"], again["created"]) == (3, 0)


@pytest.mark.parametrize(
    ("name", "taken"),
    [("customers.csv", "contacts"), ("товары.csv", "products"), ("2026-01_Менеджеры.csv", "managers")],
)
def test_the_name_of_a_file_decides_between_entities_that_fit_alike(shop: Shop, name: str, taken: str) -> None:
    file = shop.file(name, "code,name\nK,Kappa\n")
    shop.take(file)
    assert [row["entity"] for row in shop.taken] == [taken]
    preview = shop.preview(file)
    assert taken in preview
    assert f"the name decides: {name}" in preview


def test_a_sheet_s_name_comes_before_the_file_s(shop: Shop) -> None:
    file = book(shop, "managers.xlsx", Товары=[["code", "name"], ["A-1", "Cable"]])
    shop.take(file)
    assert [row["entity"] for row in shop.taken] == ["products"]


def test_a_name_says_nothing_against_the_headings(shop: Shop) -> None:
    shop.take(shop.file("managers.csv", "code,name,city,industry,tax_id\nK,Kappa,Tver,Trade,7700000000\n"))
    assert [row["entity"] for row in shop.taken] == ["contacts"]
    shop.expect(2, "import", "run", shop.file("list.csv", "code,name\nM,Mu\n"))
    assert "--as" in shop.err


@pytest.mark.parametrize(
    ("origin", "found"),
    [
        ("in/customers 2026.csv.gz", "contacts"),
        ("a.zip:items.csv", "products"),
        ("customers.xlsx!Sheet1", "contacts"),
        ("customers.xlsx!Goods", "products"),
        ("goods of customers.csv", None),  # it speaks of both
        ("customersandmore.csv", None),
        ("stdin", None),
    ],
)
def test_words_of_a_name(origin: str, found: str | None) -> None:
    named = named_by(origin, [entity("contacts"), entity("managers"), entity("products")])
    assert (named[0].name if named else None) == found


def test_no_two_entities_are_called_the_same() -> None:
    names = [name for one in entities().values() for name in one.names]
    assert len(names) == len(set(names))
    assert all(one.names for one in entities().values())
