"""Faults of prices: each is named, and what is sound is silent."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.rules.prices.check import FaultKind, Surroundings, check_prices
from crmcli.rules.prices.pricing import Article, Buyer, Discount, PriceBook, PriceList, PriceRule
from crmcli.rules.rings import rings

OWN = PriceList("Own", currency="RUB", is_default=True)
AROUND = Surroundings(
    {
        "T1": Article(
            "T1", category="Green", category_path=("Green", "Tea"), list_price=Decimal(100), cost=Decimal(60)
        ),
        "T2": Article("T2", category="Black", category_path=("Black", "Tea"), list_price=Decimal(10), cost=Decimal(9)),
    },
    {
        "C1": Buyer("C1", group="shops", segments=frozenset({"vip", "new"})),
        "C2": Buyer("C2", segments=frozenset({"old"})),
    },
    {"Green": "Tea", "Black": "Tea"},
)
JUNE, JULY = (dt.date(2026, 6, 1), dt.date(2026, 6, 30)), (dt.date(2026, 7, 1), dt.date(2026, 7, 31))


def rule(number: str, **fields: Any) -> PriceRule:
    return PriceRule(**{"rule_no": number, "price_list": "Own", "percent": Decimal(-5), **fields})


def faults(*rules: PriceRule, lists: tuple[PriceList, ...] = (OWN,), around: Surroundings = AROUND,
           discounts: tuple[Discount, ...] = ()) -> list[tuple[str, str, str]]:  # fmt: skip
    found = check_prices(PriceBook(lists, rules, discounts, currency="RUB"), around)
    return [(fault.kind.value, fault.rule or fault.price_list, fault.other) for fault in found]


def test_what_is_sound_is_silent() -> None:
    sound = (
        rule("P1"), rule("P2", category="Tea"), rule("P3", category="Green"), rule("P4", sku="T1"), rule("P5", customer="C1"),
        rule("P6", qty_from=Decimal(10), percent=Decimal(-6)), rule("P7", group="shops", segment="VIP"),
        rule("P8", category="Black", valid_from=JUNE[0], valid_to=JUNE[1]),
        rule("P9", category="Black", valid_from=JULY[0], valid_to=JULY[1]),
        rule("P10", category="Black"),
    )  # fmt: skip
    assert faults(*sound, discounts=(Discount("B1", "volume", Decimal(1), Decimal(1)), Discount("B2", "volume", Decimal(2), Decimal(2)))) == []  # fmt: skip
    assert faults() == []
    assert check_prices(PriceBook(), Surroundings()) == ()


@pytest.mark.parametrize(
    ("one", "other", "ties"),
    [
        ({}, {}, True),
        ({"category": "Tea"}, {"category": "Tea", "percent": Decimal(-9)}, True),
        ({"category": "Tea"}, {"category": "Green"}, False),
        ({"segment": "vip"}, {"segment": "new"}, True),  # C1 has both
        ({"segment": "vip"}, {"segment": "old"}, False),
        ({"segment": "vip"}, {"segment": "VIP"}, True),
        ({"qty_to": Decimal(9)}, {"qty_to": Decimal(20)}, True),
        ({"qty_from": Decimal(10)}, {"qty_to": Decimal(9)}, False),
        ({"valid_to": JUNE[1]}, {"valid_to": JULY[1]}, True),
        ({"valid_to": JUNE[1]}, {"valid_from": JULY[0]}, False),
        ({"priority": 1}, {}, False),
        ({"active": False}, {}, False),
    ],
)
def test_ties(one: dict[str, Any], other: dict[str, Any], ties: bool) -> None:
    found = faults(rule("P1", **one), rule("P2", **other))
    assert (("tie", "P1", "P2") in found) == ties


def test_overlapping_periods_are_named_and_a_promotion_inside_a_standing_price_is_not() -> None:
    early = rule("P1", valid_from=JUNE[0], valid_to=JULY[0])
    assert faults(early, rule("P2", valid_from=JUNE[1], valid_to=JULY[1])) == [("overlap", "P1", "P2")]
    assert faults(early, rule("P2")) == []
    defaults = (OWN, replace(OWN, name="Two", valid_from=JUNE[0]))
    assert faults(lists=defaults) == [("overlap", "Own", "Two")]


def test_ladders_on_which_more_costs_more() -> None:
    low, high = rule("P1", percent=Decimal(-9)), rule("P2", percent=Decimal(-8), qty_from=Decimal(10))
    assert faults(low, high) == [("ladder", "P2", "P1")]
    assert faults(low, replace(high, percent=Decimal(-9))) == []
    fixed = [rule(f"P{at}", base="fixed", price=Decimal(price), percent=None, qty_from=Decimal(at)) for at, price in ((1, 50), (10, 51))]  # fmt: skip
    assert faults(*fixed) == [("ladder", "P10", "P1")]
    by_floor = rule("P2", percent=Decimal(-20), qty_from=Decimal(10), floor_percent=Decimal(10))
    found = check_prices(PriceBook((OWN,), (low, by_floor), currency="RUB"), AROUND)
    assert [fault.kind for fault in found] == [FaultKind.LADDER]
    assert "T2" in found[0].words  # 9 × 1.1 = 9.9 against 9.1; T1 falls from 91 to 80


def test_references_to_what_is_not_there() -> None:
    assert faults(rule("P1", sku="T9", category="Milk", customer="C9")) == [
        ("unknown", "P1", "C9"), ("unknown", "P1", "Milk"), ("unknown", "P1", "T9"),
    ]  # fmt: skip
    assert ("unknown", "P1", "Gone") in faults(rule("P1", base="price_list", base_list="Gone"))
    assert ("unknown", "P1", "Gone") in faults(rule("P1", price_list="Gone"))
    assert faults(lists=(replace(OWN, parent="Gone"),)) == [("unknown", "Own", "Gone")]
    around = replace(AROUND, buyers={"C1": Buyer("C1", price_list="Gone")})
    assert faults(around=around) == [("unknown", "Gone", "C1")]
    assert faults(around=around, lists=()) == []
    discount = Discount("B1", "volume", Decimal(1), Decimal(1), price_list="Gone")
    assert faults(discounts=(discount,)) == [("unknown", "B1", "Gone")]


def test_minimum_above_maximum() -> None:
    turned = rule("P1", qty_from=Decimal(9), qty_to=Decimal(8), valid_from=JUNE[1], valid_to=JUNE[0],
                  floor_price=Decimal(2), ceiling_price=Decimal(1))  # fmt: skip
    assert faults(turned).count(("min_above_max", "P1", "")) == 3
    assert faults(lists=(replace(OWN, valid_from=JUNE[1], valid_to=JUNE[0]),)) == [("min_above_max", "Own", "")]


def test_currencies_that_do_not_meet() -> None:
    euro = PriceList("Euro", currency="EUR", parent="Own")
    assert faults(lists=(OWN, euro)) == [("currency", "Euro", "Own")]
    assert faults(lists=(replace(OWN, currency=None),)) == [("currency", "Own", "")]
    assert faults(rule("P1", price_list="Euro"), lists=(OWN, replace(euro, parent=None))) == [("currency", "P1", "")]


def test_rules_that_never_win() -> None:
    strong = rule("P1", base="fixed", price=Decimal(5), percent=None, priority=1, category="Tea")
    assert faults(strong, rule("P2", sku="T1")) == [("never_wins", "P2", "P1")]
    assert faults(strong, rule("P2")) == []
    assert faults(replace(strong, floor_percent=Decimal(1)), rule("P2", sku="T1")) == []
    assert faults(rule("P1", group="nobody")) == [("never_wins", "P1", "")]
    assert faults(rule("P1", segment="nobody")) == [("unknown", "P1", "nobody")]
    ended = replace(OWN, valid_to=JUNE[0])
    assert faults(rule("P1", valid_from=JULY[0]), lists=(ended,)) == [("never_wins", "P1", "")]


def test_discounts() -> None:
    ladder = (Discount("B1", "loyalty", Decimal(1), Decimal(5)), Discount("B2", "loyalty", Decimal(9), Decimal(4)))
    assert faults(discounts=ladder) == [("ladder", "B2", "B1")]
    wrong = Discount("B1", "sometimes", Decimal(-1), Decimal(101), valid_from=JUNE[1], valid_to=JUNE[0])
    assert len(faults(discounts=(wrong,))) == 4


def test_rings_of_lists_and_categories_are_named_once() -> None:
    lists = (replace(OWN, parent="B"), PriceList("B", currency="RUB"), PriceList("C", currency="RUB", parent="C"))
    over = rule("P1", price_list="B", base="price_list", base_list="Own", percent=None)
    around = replace(AROUND, parents={"Green": "Tea", "Tea": "Green"})
    found = [fault for fault in faults(over, lists=lists, around=around) if fault[0] == "ring"]
    assert found == [("ring", "", "Green"), ("ring", "B", "Own"), ("ring", "C", "C")]


def in_ring(graph: dict[str, tuple[str, ...]], node: str) -> bool:
    """Whether a walk from a node ever comes back to it, by looking down every road."""

    def walk(here: str, seen: tuple[str, ...]) -> bool:
        return any(
            other == node or (other not in seen and walk(other, (*seen, other))) for other in graph.get(here, ())
        )

    return walk(node, ())


@given(
    st.dictionaries(st.sampled_from("ABCDEF"), st.lists(st.sampled_from("ABCDEFG"), max_size=3, unique=True).map(tuple))
)
def test_rings_are_those_that_a_walk_finds(graph: dict[str, tuple[str, ...]]) -> None:
    found = rings(graph)
    assert {node for ring in found for node in ring} == {node for node in graph if in_ring(graph, node)}
    for ring in found:
        assert len(set(ring)) == len(ring)
        assert all(other in graph[one] for one, other in zip(ring, (*ring[1:], ring[0]), strict=True))
    assert len({frozenset(ring) for ring in found}) <= len(found)
