"""Categories, dated costs, packs, options and prices of lists: taken in once, known again, refused where unsound."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crmcli.intake.export import export
from crmcli.intake.mapping import guess_entity
from crmcli.store.check import check
from crmcli.store.connection import open_to_write, rows, transaction
from crmcli.store.undo import undo
from tests.store.made import NOW, contents, make, take

FILES: dict[str, list[dict[str, Any]]] = {
    "categories": [
        {"Категория": "Hoses", "Входит в": "Goods", "Примечание": "n"},
        {"Категория": "Drums", "Входит в": "Goods", "Примечание": ""},
    ],
    "product_costs": [
        {"Артикул": "H1", "Дата": "2026-01-01", "Себестоимость": "10.5", "Поставщик": "Maker"},
        {"Артикул": "H1", "Дата": "2026-03-01", "Себестоимость": "12", "Поставщик": ""},
    ],
    "product_packs": [{"sku": "H1", "Упаковка": "drum", "В упаковке": "50"}],
    "product_options": [
        {"sku": "H1", "Category": "", "Option": "colour", "Value": "red", "Surcharge": "5", "Charge": "percent"},
        {"sku": "", "Category": "Goods", "Option": "colour", "Value": "white", "Surcharge": "", "Charge": ""},
    ],
    "price_rules": [
        {"Price list": "Dealers", "SKU": "H1", "Price": "90", "From qty": "", "Customer": ""},
        {"Price list": "Dealers", "SKU": "H1", "Price": "80", "From qty": "10", "Customer": ""},
        {"Price list": "Shops", "SKU": "H1", "Price": "85", "From qty": "", "Customer": "C1"},
    ],
}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return make(tmp_path / "s.duckdb")


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_recognised_taken_once_undone_and_comes_back_from_its_own_export(
    store: Path, tmp_path: Path, name: str
) -> None:
    found, _rivals = guess_entity(list(FILES[name][0]))
    assert found is not None
    assert found.name == name
    with open_to_write(store, wait=0) as con:
        blank = contents(con)
        first = take(con, tmp_path, name, *FILES[name])
        assert (first.rejected, first.taken[0].created) == (0, len(FILES[name]))
        kept = contents(con)
        assert take(con, tmp_path, name, *FILES[name]).step is None
        cursor = export(con, name)
        names = [column.name for column in cursor.columns]
        listed = [dict(zip(names, row, strict=True)) for row in cursor.rows.fetch()]
        assert take(con, tmp_path, name, *listed).step is None
        assert contents(con) == kept
        assert check(con) == []
        with transaction(con):
            undo(con, None, now=NOW)
        assert contents(con) == blank


def test_a_new_value_under_the_same_key_is_an_update(store: Path, tmp_path: Path) -> None:
    with open_to_write(store, wait=0) as con:
        for name, given in FILES.items():
            take(con, tmp_path, name, *given)
        take(con, tmp_path, "product_costs", {"sku": "H1", "from_on": "2026-03-01", "cost": "13"})
        take(con, tmp_path, "product_packs", {"sku": "H1", "pack": "drum", "pack_qty": "60"})
        take(con, tmp_path, "product_options", {"sku": "H1", "option": "colour", "value": "red", "amount": "6"})
        take(con, tmp_path, "price_rules", {"price_list": "Dealers", "sku": "H1", "qty_from": "10", "price": "79"})
        assert rows(con, "SELECT cost, source FROM product_costs ORDER BY from_on") == [(10.5, "Maker"), (13, None)]
        assert rows(con, "SELECT name, qty FROM product_packs") == [("drum", 60)]
        options = rows(con, "SELECT value, charge, amount FROM product_options ORDER BY id")
        assert options == [("red", "percent", 6), ("white", "fixed", 0)]
        prices = rows(con, "SELECT rule_no, price_list, qty_from, price, base FROM price_rules ORDER BY rule_no")
        assert prices == [
            ("P1", "Dealers", None, 90, "fixed"),
            ("P2", "Dealers", 10, 79, "fixed"),
            ("P3", "Shops", None, 85, "fixed"),
        ]
        assert rows(con, "SELECT name, tax_included, is_default, qty_mode FROM price_lists ORDER BY id") == [
            ("Dealers", False, False, "volume"),
            ("Shops", False, False, "volume"),
        ]


def test_rules_with_their_own_number_keep_it_and_others_are_counted_on(store: Path, tmp_path: Path) -> None:
    with open_to_write(store, wait=0) as con:
        take(
            con,
            tmp_path,
            "price_rules",
            {
                "rule_no": "P12345",
                "price_list": "A",
                "sku": "H1",
                "price": "1",
                "percent": "",
                "base": "",
                "category": "",
            },
            {
                "rule_no": "",
                "price_list": "A",
                "sku": "",
                "price": "",
                "percent": "-5",
                "base": "list",
                "category": "Hoses",
            },
            {
                "rule_no": "mine",
                "price_list": "A",
                "sku": "",
                "price": "",
                "percent": "20",
                "base": "cost",
                "category": "",
            },
        )
        take(con, tmp_path, "price_rules", {"rule_no": "mine", "price_list": "A", "percent": "21"})
        found = rows(con, 'SELECT rule_no, base, "percent", priority, active FROM price_rules ORDER BY id')
        assert found == [
            ("P12345", "fixed", None, 0, True),
            ("P12346", "list", -5, 0, True),
            ("mine", "cost", 21, 0, True),
        ]


@pytest.mark.parametrize(
    ("name", "row", "reason"),
    [
        ("categories", {"name": "A", "parent": "A"}, "under itself"),
        ("categories", {"name": "Goods", "parent": "Hoses"}, "under itself"),
        ("product_costs", {"sku": "H1", "from_on": "2026-01-01", "cost": "-1"}, "below zero"),
        ("product_costs", {"sku": "H1", "from_on": "", "cost": "1"}, "missing"),
        ("product_packs", {"sku": "H1", "pack": "box", "pack_qty": "0"}, "more than zero"),
        ("product_options", {"sku": "", "option": "n", "value": "v"}, "one product, or to one category"),
        ("product_options", {"sku": "H1", "option": "n", "minimum": "9", "maximum": "1"}, "above the maximum"),
        ("product_options", {"sku": "H1", "option": "n", "step": "0"}, "more than zero"),
        ("product_options", {"sku": "H1", "option": "n", "value": "v", "minimum": "1"}, "not with a value"),
        ("price_rules", {"price_list": "A", "sku": "H1", "price": ""}, "neither price nor percent"),
        ("price_rules", {"price_list": "A", "sku": "H1", "price": "-1"}, "below zero"),
        (
            "price_rules",
            {"price_list": "A", "price": "1", "valid_from": "2026-02-01", "valid_to": "2026-01-01"},
            "ends before it begins",
        ),
        ("price_rules", {"price_list": "A", "percent": "1", "base": "price_list"}, "base_list"),
    ],
)
def test_an_unsound_row_is_refused_with_its_reason(
    store: Path, tmp_path: Path, name: str, row: dict[str, Any], reason: str
) -> None:
    with open_to_write(store, wait=0) as con:
        take(con, tmp_path, "categories", *FILES["categories"])
        found = take(con, tmp_path, name, row)
        assert found.rejected == 1
        assert reason in " ".join(problem.reason for _r, _u, rejects in found.rejects for problem in rejects)
        assert check(con) == []


@pytest.mark.parametrize(
    ("headings", "name"),
    [
        (("Артикул", "Наименование", "Цена"), "products"),
        (("sku", "name", "qty", "price"), "products"),
        (("SKU", "Name", "Price", "Price list"), "price_rules"),
        (("date", "sku", "qty", "price", "cost"), "orders"),
        (("Дата", "Товар", "Количество", "Цена", "Вид цены"), "orders"),
        (("code", "name", "price_list"), "contacts"),
    ],
)
def test_files_of_before_are_taken_for_what_they_were(headings: tuple[str, ...], name: str) -> None:
    found, rivals = guess_entity(headings)
    assert found is not None, rivals
    assert found.name == name
    assert guess_entity(("name", "colour")) == (None, [])


def test_a_cost_activity_needs_no_period(store: Path, tmp_path: Path) -> None:
    with open_to_write(store, wait=0) as con:
        row = {"name": "Visit", "driver": "interaction:visit", "rate": "10"}
        assert take(con, tmp_path, "cost_activities", row).taken[0].created == 1
        assert take(con, tmp_path, "cost_activities", row).step is None
        take(con, tmp_path, "cost_activities", {**row, "rate": "11"})
        assert rows(con, "SELECT name, period_from, rate FROM cost_activities") == [("Visit", None, 11)]


def test_hostile_names_stay_names(store: Path, tmp_path: Path) -> None:
    name = "x'); DROP TABLE price_rules; --[red]{{=1+1"
    with open_to_write(store, wait=0) as con:
        take(con, tmp_path, "categories", {"name": name, "parent": f"{name}/../p"})
        take(con, tmp_path, "price_rules", {"price_list": name, "category": name, "group": name, "price": "1"})
        take(con, tmp_path, "product_options", {"category": name, "option": name, "value": name})
        assert rows(con, 'SELECT price_list, category, "group" FROM price_rules') == [(name,) * 3]
        assert rows(con, "SELECT name FROM categories ORDER BY length(name)") == [(name,), (f"{name}/../p",)]
