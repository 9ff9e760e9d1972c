"""Products, their parts, categories and competitors' prices by hand: one undoable step each, refused where unsound."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import ConflictError, CrmError, NotFoundError, UsageError
from crmcli.rules.option_limits import ProductOption
from crmcli.rules.tree import below, in_rings, outline, ring, way_up
from crmcli.store.catalogue.categories import add_category, categories, move_category, remove_category
from crmcli.store.catalogue.competitors import SeenPrice, note_price, seen_prices
from crmcli.store.catalogue.parts import (
    DatedCost,
    Pack,
    dated_costs,
    load_options,
    packs,
    remove_parts,
    set_cost,
    set_options,
    set_pack,
)
from crmcli.store.catalogue.products import Product, add_product, edit_product, find_product, successors
from crmcli.store.check import check
from crmcli.store.connection import open_to_write, rows, transaction
from crmcli.store.undo import undo
from tests.store.made import NOW, contents

D = Decimal
DAY = dt.date(2026, 6, 1)
HOSE = Product("HOSE-20", "Hose", "Hoses", "m", D(240), D(120), D(20), DAY, None, True)
WRITTEN: dict[str, Any] = {"now": NOW, "command": "c"}


@pytest.fixture
def con(empty: Path) -> Any:
    """A writing connection to a store with two products."""
    with open_to_write(empty, wait=0) as con, transaction(con):
        add_product(con, HOSE, **WRITTEN)
        add_product(con, Product("HOSE-25", "Wider hose"), **WRITTEN)
        yield con


def test_everything_written_by_hand_is_one_step_that_can_be_taken_back(empty: Path) -> None:
    def write(con: duckdb.DuckDBPyConnection, number: int) -> Any:
        return (
            lambda: add_product(con, HOSE, **WRITTEN),
            lambda: edit_product(con, "hose-20", {"price": D(250), "unit": None}, **WRITTEN)[0],
            lambda: set_cost(con, "HOSE-20", DatedCost(DAY, D(130)), **WRITTEN),
            lambda: set_cost(con, "HOSE-20", DatedCost(DAY, D(131), "Maker"), **WRITTEN),
            lambda: set_pack(con, "HOSE-20", Pack("drum", D(50)), **WRITTEN),
            lambda: set_options(con, [ProductOption("colour", v, sku="HOSE-20") for v in ("red", "blue")], **WRITTEN),
            lambda: add_category(con, "Hoses", None, None, **WRITTEN),
            lambda: add_category(con, "Goods", None, "all", **WRITTEN),
            lambda: move_category(con, "Hoses", "Goods", **WRITTEN),
            lambda: remove_category(con, "Goods", **WRITTEN),
            lambda: note_price(con, SeenPrice("Rival", "HOSE-20", D(225), DAY), **WRITTEN),
            lambda: note_price(con, SeenPrice("Rival", "HOSE-20", D(226), DAY), **WRITTEN),
            lambda: remove_parts(con, "product_options", [{"name": "colour", "value": "red"}], **WRITTEN),
        )[number]()

    with open_to_write(empty, wait=0) as con:
        before = [contents(con)]
        for number in range(13):
            with transaction(con):
                step = write(con, number)
            assert step is not None, number
            assert check(con) == []
            assert contents(con) != before[-1]
            before.append(contents(con))
        for number in range(13, 0, -1):
            with transaction(con):
                undo(con, None, now=NOW)
            found = contents(con)
            assert {k: [r[:-1] for r in v] for k, v in found.items()} == {
                k: [r[:-1] for r in v] for k, v in before[number - 1].items()
            }


def test_writing_what_is_there_already_is_no_step(con: Any) -> None:
    for _time in range(2):
        steps = [
            edit_product(con, "HOSE-20", {"price": D(240)}, **WRITTEN)[0],
            set_cost(con, "HOSE-20", DatedCost(DAY, D(130)), **WRITTEN),
            set_pack(con, "HOSE-20", Pack("drum", D(50)), **WRITTEN),
            set_options(con, [ProductOption("cut", None, "fixed", D(5), D(1), sku="HOSE-20")], **WRITTEN),
            note_price(con, SeenPrice("Rival", "HOSE-20", D(225), DAY), **WRITTEN),
        ]
    assert steps == [None] * 5
    number, _product = find_product(con, "HOSE-20")
    assert dated_costs(con, number) == [DatedCost(DAY, D(130))]
    assert packs(con, number) == [Pack("drum", D(50))]
    assert [one.minimum for one in load_options(con)] == [1]
    assert len(seen_prices(con, sku="hose-20", competitor="rival")) == 1
    assert seen_prices(con, competitor="Other") == []


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"name": " "}, UsageError),
        ({"price": D(-1)}, UsageError),
        ({"cost": D(-1)}, UsageError),
        ({"tax_rate": D(101)}, UsageError),
        ({"sku": "OTHER"}, UsageError),
        ({"successor": "NOBODY"}, NotFoundError),
        ({"successor": "HOSE-20"}, ConflictError),
    ],
)
def test_an_unsound_product_is_refused(con: Any, change: dict[str, Any], error: type[CrmError]) -> None:
    with pytest.raises(error):
        edit_product(con, "HOSE-20", change, **WRITTEN)


def test_successors_form_a_chain_and_never_a_ring(con: Any) -> None:
    add_product(con, Product("HOSE-30", "Widest", successor=None), **WRITTEN)
    edit_product(con, "HOSE-20", {"successor": "HOSE-25"}, **WRITTEN)
    edit_product(con, "HOSE-25", {"successor": "HOSE-30"}, **WRITTEN)
    assert successors(con, "HOSE-20") == ("HOSE-20", "HOSE-25", "HOSE-30")
    with pytest.raises(ConflictError, match="HOSE-30 → HOSE-20 → HOSE-25 → HOSE-30"):
        edit_product(con, "HOSE-30", {"successor": "HOSE-20"}, **WRITTEN)


def test_a_product_is_found_in_any_letter_case_and_a_mistyped_one_gets_the_nearest(con: Any) -> None:
    assert find_product(con, "hose-20")[1] == HOSE
    with pytest.raises(NotFoundError) as refused:
        find_product(con, "HOSE-21")
    assert "HOSE-20" in str(refused.value.hint)
    with pytest.raises(ConflictError, match="HOSE-20 already"):
        add_product(con, Product("hose-20", "Twin"), **WRITTEN)
    con.execute("INSERT INTO products (id, sku, name, added_in, changed_in) VALUES (99, 'hose-20', 'Twin', 1, 1)")
    with pytest.raises(ConflictError, match="letter case"):
        find_product(con, "Hose-20")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda con: set_cost(con, "HOSE-20", DatedCost(DAY, D(-1)), **WRITTEN),
        lambda con: set_cost(con, "NONE", DatedCost(DAY, D(1)), **WRITTEN),
        lambda con: set_pack(con, "HOSE-20", Pack(" ", D(1)), **WRITTEN),
        lambda con: set_pack(con, "HOSE-20", Pack("box", D(0)), **WRITTEN),
        lambda con: set_options(con, [ProductOption("colour", "red")], **WRITTEN),
        lambda con: remove_parts(con, "product_packs", [{"name": "none"}], **WRITTEN),
        lambda con: note_price(con, SeenPrice(" ", "HOSE-20", D(1), DAY), **WRITTEN),
        lambda con: note_price(con, SeenPrice("R", "HOSE-20", D(0), DAY), **WRITTEN),
        lambda con: note_price(con, SeenPrice("R", "HOSE-20", D(1), dt.date(2027, 1, 1)), **WRITTEN),
        lambda con: note_price(con, SeenPrice("R", "NONE", D(1), DAY), **WRITTEN),
        lambda con: add_category(con, " ", None, None, **WRITTEN),
        lambda con: add_category(con, "A", "A", None, **WRITTEN),
        lambda con: add_category(con, "A", "Nowhere", None, **WRITTEN),
        lambda con: move_category(con, "Nowhere", None, **WRITTEN),
        lambda con: remove_category(con, "Hoses", **WRITTEN),
        lambda con: remove_category(con, "Nowhere", **WRITTEN),
    ],
)
def test_what_is_unsound_or_unknown_is_refused_and_leaves_no_step(con: Any, wrong: Any) -> None:
    before = rows(con, "SELECT count(*) FROM meta.steps")
    with pytest.raises(CrmError):
        wrong(con)
    assert rows(con, "SELECT count(*) FROM meta.steps") == before


def test_categories_are_an_outline_with_those_that_only_products_name(con: Any) -> None:
    add_category(con, "Goods", None, None, **WRITTEN)
    add_category(con, "Rubber", "Goods", None, **WRITTEN)
    add_category(con, "Air", "Goods", None, **WRITTEN)
    assert [(c.depth, c.name, c.products, c.below, c.listed) for c in categories(con)] == [
        (0, "Goods", 0, 0, True),
        (1, "Air", 0, 0, True),
        (1, "Rubber", 0, 0, True),
        (0, "Hoses", 1, 1, False),
    ]
    move_category(con, "Hoses", "Rubber", **WRITTEN)
    assert [(c.depth, c.name, c.below) for c in categories(con)] == [
        (0, "Goods", 1),
        (1, "Air", 0),
        (1, "Rubber", 1),
        (2, "Hoses", 1),
    ]
    with pytest.raises(ConflictError, match="Goods → Hoses → Rubber → Goods"):
        move_category(con, "Goods", "Hoses", **WRITTEN)
    assert move_category(con, "Hoses", "Rubber", **WRITTEN) is None
    remove_category(con, "Rubber", **WRITTEN)
    assert [(c.depth, c.name) for c in categories(con)] == [(0, "Goods"), (1, "Air"), (1, "Hoses")]


names = st.sampled_from("abcdefgh")


@given(st.dictionaries(names, st.none() | names))
def test_trees_and_rings(parents: dict[str, str | None]) -> None:
    rings = in_rings(parents)
    for name in parents:
        assert (name in rings) == bool(ring(parents, name))
        assert way_up(parents, name)[0] == name
        assert len(set(way_up(parents, name))) == len(way_up(parents, name))
    if not rings:
        listed = list(outline(parents))
        assert sorted(name for _depth, name in listed) == sorted(parents)
        for depth, name in listed:
            assert depth == len([one for one in way_up(parents, name) if one in parents]) - 1
            assert name in below(parents, way_up(parents, name))
