"""Each check of prices and the catalogue fires on what it is there for, and on nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from crmcli.store.check import check, checks
from crmcli.store.connection import open_to_write
from crmcli.store.findings import worded
from tests.store.made import make

if TYPE_CHECKING:
    import duckdb

LIST: dict[str, Any] = {"tax_included": False, "is_default": False, "qty_mode": "volume"}
RULE: dict[str, Any] = {"base": "list", "priority": 0, "active": True}
OPTION: dict[str, Any] = {"charge": "fixed", "amount": 0}
NAMES = ("category_rings", "option_bounds", "price_list_rings", "price_references", "successor_rings")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_to_write(make(tmp_path_factory.mktemp("checked") / "s.duckdb"), wait=5) as con:
        yield con


@pytest.fixture
def con(store: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    store.execute("BEGIN")
    yield store
    store.execute("ROLLBACK")


def put(con: duckdb.DuckDBPyConnection, table: str, **facts: Any) -> None:
    """One raw row."""
    row = {
        "id": con.execute(f"SELECT count(*) + 1 FROM {table}").fetchall()[0][0],
        **facts,
        "added_in": 1,
        "changed_in": 1,
    }
    columns = ", ".join(f'${place} AS "{name}"' for place, name in enumerate(row, 1))
    con.execute(f"INSERT INTO {table} BY NAME SELECT {columns}", list(row.values()))


def found(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return [(one.check, one.what) for one in check(con) if one.check in NAMES]


def test_categories_inside_themselves(con: duckdb.DuckDBPyConnection) -> None:
    for name, parent in (("Root", None), ("Tea", "Root"), ("Green", "Tea"), ("Stray", "Gone")):
        put(con, "categories", name=name, parent=parent)
    assert found(con) == []
    for name, parent in (("A", "B"), ("B", "A"), ("Self", "Self"), ("Below", "A")):
        put(con, "categories", name=name, parent=parent)
    assert found(con) == [("category_rings", f"category {name}: lies inside itself") for name in ("A", "B", "Self")]


def test_price_lists_that_lean_on_themselves(con: duckdb.DuckDBPyConnection) -> None:
    put(con, "price_lists", name="Own", **LIST)
    put(con, "price_lists", name="Child", parent="Own", **LIST)
    assert found(con) == []
    put(con, "price_lists", name="A", parent="B", **LIST)
    put(con, "price_lists", name="B", parent="A", **LIST)
    put(con, "price_lists", name="Below", parent="A", **LIST)
    words = "is its own parent by way of others"
    assert found(con) == [("price_list_rings", f"price_list {name}: {words}") for name in ("A", "B")]


def test_products_that_succeed_themselves(con: duckdb.DuckDBPyConnection) -> None:
    for sku, successor in (("Old", "New"), ("New", None), ("Lost", "Gone")):
        put(con, "products", sku=sku, name=sku, successor=successor)
    assert found(con) == []
    for sku, successor in (("X", "Y"), ("Y", "Z"), ("Z", "X")):
        put(con, "products", sku=sku, name=sku, successor=successor)
    words = "is its own successor by way of others"
    assert found(con) == [("successor_rings", f"product {sku}: {words}") for sku in "XYZ"]


def test_options_nobody_can_choose(con: duckdb.DuckDBPyConnection) -> None:
    put(con, "product_options", name="length", minimum=1, maximum=5, step="0.1", **OPTION)
    put(con, "product_options", name="colour", value="red", **OPTION)
    assert found(con) == []
    put(con, "product_options", name="cut", minimum=6, maximum=5, **OPTION)
    put(con, "product_options", name="step", step=0, **OPTION)
    put(con, "product_options", name="back", step=-1, **OPTION)
    put(con, "product_options", name="deep", minimum=-1, maximum=5, **OPTION)
    assert sorted(found(con)) == [
        ("option_bounds", "option back: its step is not above zero"),
        ("option_bounds", "option cut: its minimum is above its maximum"),
        ("option_bounds", "option deep: its bounds are below zero"),
        ("option_bounds", "option step: its step is not above zero"),
    ]


def test_lists_that_prices_speak_of_and_are_not_there(con: duckdb.DuckDBPyConnection) -> None:
    put(con, "price_lists", name="Own", **LIST)
    put(con, "price_rules", rule_no="P1", price_list="Own", **RULE)
    put(con, "price_rules", rule_no="P2", price_list="Own", **{**RULE, "base": "price_list"}, base_list="Own")
    assert found(con) == []
    put(con, "price_rules", rule_no="P3", price_list="Own", **{**RULE, "base": "price_list"}, base_list="Gone")
    put(con, "price_rules", rule_no="P4", price_list="Gone", **RULE)
    put(con, "price_lists", name="Child", parent="Gone", **LIST)
    put(con, "price_discounts", discount_no="B1", kind="volume", threshold=1, percent=1, price_list="Gone", active=True)
    assert sorted(found(con)) == [
        ("price_references", "price_discount B1: its price list is not there"),
        ("price_references", "price_list Child: its parent is not there"),
        ("price_references", "price_rule P3: the list it begins with is not there"),
        ("price_references", "price_rule P4: its price list is not there"),
    ]


def test_none_stops_an_import_and_all_are_words_of_the_owner() -> None:
    own = {one.name: one for one in checks() if one.name in NAMES}
    assert set(own) == set(NAMES)
    assert not any(one.stops_import for one in own.values())
    assert worded("price_list Own: its parent is not there") == "price list Own: its parent is not there"
