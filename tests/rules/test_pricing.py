"""Prices by hand: formulas to the last decimal, days at their borders, lists under lists, tax, currencies, refusals."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from crmcli.errors import ConflictError, UsageError
from crmcli.rules.prices.formula import Loss, StepKind
from crmcli.rules.prices.pricing import (
    Article,
    Buyer,
    Decision,
    Discount,
    PriceBook,
    PriceList,
    PriceRule,
    basket_discount,
    capped_percent,
    decide,
)

DAY = dt.date(2026, 5, 15)
TEA = Article(
    "T1", "Tea", category="Green", category_path=("Green", "Tea", "Food"), list_price=Decimal(100), cost=Decimal(60),
    competitor_low=Decimal("91.5"), competitor="Rival", tax_rate=Decimal(20),
)  # fmt: skip
ANN = Buyer("C1", "Ann", group="shops", segments=frozenset({"vip"}), price_list="Own")


def book(*rules: PriceRule, own: dict[str, Any] | None = None, more: tuple[PriceList, ...] = ()) -> PriceBook:
    return PriceBook((PriceList("Own", **(own or {})), *more), rules, on=DAY, currency="RUB")


def rule(number: str = "P1", **fields: Any) -> PriceRule:
    values = {
        name: Decimal(value) if isinstance(value, str) and name in MONEY else value for name, value in fields.items()
    }
    return PriceRule(**{"rule_no": number, "price_list": "Own", **values})


MONEY = {
    "qty_from",
    "qty_to",
    "price",
    "percent",
    "round_to",
    "surcharge",
    "floor_percent",
    "floor_price",
    "ceiling_price",
}


def ask(
    lists: PriceBook, qty: object = 1, *, on: dt.date = DAY, article: Article = TEA, buyer: Buyer = ANN
) -> Decision:
    return decide(lists, article, buyer, qty=Decimal(str(qty)), on=on, explain=True)


@pytest.mark.parametrize(
    ("fields", "price"),
    [
        ({"percent": "-7"}, "93"),
        ({"percent": "-33.3333"}, "66.6667"),
        ({"base": "cost", "percent": "45", "round_to": "10", "round_direction": "up", "surcharge": "-0.01"}, "89.99"),
        ({"base": "cost", "percent": "45", "round_to": "10", "round_direction": "down"}, "80"),
        ({"base": "fixed", "price": "25", "round_to": "10"}, "30"),
        ({"base": "fixed", "price": "24.9999", "round_to": "10"}, "20"),
        ({"base": "fixed", "price": "1.05", "round_to": "0.1"}, "1.1"),
        ({"base": "competitor_min", "percent": "-1"}, "90.585"),
        ({"percent": "-50", "floor_percent": "15"}, "69"),
        ({"percent": "-50", "floor_percent": "15", "floor_price": "70.5"}, "70.5"),
        ({"percent": "-50", "floor_percent": "15.5", "round_to": "0.5", "surcharge": "-0.01"}, "69.49"),
        ({"percent": "-50", "floor_percent": "15.5", "round_to": "5", "ceiling_price": "69.4"}, "69.3"),
        ({"percent": "50", "ceiling_price": "120"}, "120"),
        ({"percent": "-100"}, "0"),
        ({"base": "cost", "floor_percent": "33.33333"}, "80"),
    ],
)
def test_formulas(fields: dict[str, Any], price: str) -> None:
    found = ask(book(rule(**fields)))
    assert found.price == Decimal(price)
    assert found.rule_no == "P1"


def test_a_floor_is_rounded_up_so_that_a_price_is_never_below_it() -> None:
    article = replace(TEA, cost=Decimal("0.3333"))
    found = ask(book(rule(base="cost", percent="-50", floor_percent="33.33")), article=article)
    assert found.price == found.floor_price == Decimal("0.4444")  # 0.44438889


def test_the_floor_is_over_cost_and_cost_carries_tax_where_prices_do() -> None:
    lists = book(rule(percent="-90", floor_percent="10"), own={"tax_included": True})
    assert ask(lists).price == Decimal("79.2")  # 60 + 20 % tax, and 10 % on that
    assert [step.kind for step in ask(lists).steps] == [StepKind.LIST, StepKind.PERCENT, StepKind.FLOOR]
    by_cost = book(rule(base="cost", percent="50"), own={"tax_included": True})
    assert [(step.kind, step.price) for step in ask(by_cost).steps] == [
        (StepKind.COST, 60), (StepKind.COST_TAX, 72), (StepKind.PERCENT, 108)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "article", "reason"),
    [
        ({"base": "cost"}, {"cost": None}, Loss.NO_COST),
        ({"percent": "-5", "floor_percent": "0"}, {"cost": None}, Loss.NO_COST),
        ({"percent": "-5"}, {"list_price": None}, Loss.NO_LIST_PRICE),
        ({"base": "competitor_min"}, {"competitor_low": None}, Loss.NO_COMPETITOR),
        ({"floor_percent": "10", "ceiling_price": "65"}, {}, Loss.FLOOR_ABOVE_CEILING),
        ({"surcharge": "-100.01"}, {}, Loss.BELOW_ZERO),
        ({"active": False}, {}, Loss.INACTIVE),
        ({"sku": "T2"}, {}, Loss.OTHER_PRODUCT),
        ({"category": "Coffee"}, {}, Loss.OTHER_CATEGORY),
        ({"customer": "C2"}, {}, Loss.OTHER_CUSTOMER),
        ({"group": "dealers"}, {}, Loss.OTHER_GROUP),
        ({"segment": "new"}, {}, Loss.OTHER_SEGMENT),
        ({"qty_from": "10"}, {}, Loss.BELOW_QUANTITY),
        ({"qty_to": "0.5"}, {}, Loss.ABOVE_QUANTITY),
        ({"valid_from": dt.date(2026, 5, 16)}, {}, Loss.NOT_STARTED),
        ({"valid_to": dt.date(2026, 5, 14)}, {}, Loss.ENDED),
    ],
)
def test_a_rule_that_does_not_apply_says_why_and_the_next_one_is_asked(
    fields: dict[str, Any], article: dict[str, Any], reason: Loss
) -> None:
    found = ask(book(rule(**fields, priority=9), rule("P2", base="fixed", price="77")), article=replace(TEA, **article))
    assert (found.price, found.rule_no) == (77, "P2")
    assert [(lost.rule.rule_no, lost.reason, lost.would_be) for lost in found.losers] == [("P1", reason, None)]


def test_days_are_inclusive_outside_and_never_both_inside() -> None:
    one = rule(base="fixed", price="1", valid_from=dt.date(2026, 5, 1), valid_to=dt.date(2026, 5, 14))
    two = rule("P2", base="fixed", price="2", valid_from=dt.date(2026, 5, 15), valid_to=dt.date(2026, 5, 15))
    days = [dt.date(2026, 4, 30), dt.date(2026, 5, 1), dt.date(2026, 5, 14), DAY, dt.date(2026, 5, 16)]
    assert [ask(book(one, two), on=day).price for day in days] == [100, 1, 1, 2, 100]
    last = rule(base="fixed", price="3", valid_to=dt.date.max)
    assert ask(book(last), on=dt.date.max).price == 3


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ({"priority": 1}, {"customer": "C1", "sku": "T1", "qty_from": "1"}, Loss.PRIORITY),
        ({"customer": "C1"}, {"group": "shops", "segment": "vip", "sku": "T1"}, Loss.WHO),
        ({"group": "shops"}, {"segment": "VIP"}, Loss.WHO),
        ({"group": "shops", "segment": "vip"}, {"group": "shops", "sku": "T1"}, Loss.WHO),
        ({"sku": "T1"}, {"category": "Green", "qty_from": "1"}, Loss.WHAT),
        ({"category": "Green"}, {"category": "Tea"}, Loss.WHAT),
        ({"category": "Food"}, {}, Loss.WHAT),
        ({"qty_from": "1"}, {"qty_from": "0.5", "valid_from": DAY}, Loss.BREAK),
        ({"valid_from": DAY}, {}, Loss.START),
    ],
)
def test_what_goes_before_what(first: dict[str, Any], second: dict[str, Any], why: Loss) -> None:
    one, two = rule("P2", base="fixed", price="2", **first), rule("P1", base="fixed", price="1", **second)
    for lists in (book(one, two), book(two, one)):
        found = ask(lists)
        assert (found.price, found.rule_no) == (2, "P2")
        assert [(lost.reason, lost.name, lost.would_be) for lost in found.losers] == [(why, "P2", 1)]


def test_a_tie_is_refused_and_both_are_named() -> None:
    one, two = rule("P1", percent="-5"), rule("P2", percent="-5", note="the same")
    with pytest.raises(ConflictError, match="P1 and P2 of price list Own both fit T1") as refused:
        ask(book(two, one))
    assert "--priority" in str(refused.value.hint)
    assert ask(book(one, replace(two, active=False))).rule_no == "P1"
    assert ask(book(one, replace(two, base="cost")), article=replace(TEA, cost=None)).rule_no == "P1"


def test_parents_are_asked_in_turn_and_the_list_price_last() -> None:
    lists = (PriceList("Mother", parent="Grandmother"), PriceList("Grandmother"))
    far = rule("G1", price_list="Grandmother", base="fixed", price="50")
    near = rule("M1", price_list="Mother", base="fixed", price="60", qty_from="10")
    chained = book(far, near, own={"parent": "Mother"}, more=lists)
    assert [ask(chained, qty).rule_no for qty in (1, 10)] == ["G1", "M1"]
    assert [lost.reason for lost in ask(chained, 10).losers] == [Loss.PARENT_LIST]
    bare = ask(book())
    assert (bare.price, bare.rule_no, bare.price_list, bare.asked_list) == (100, None, None, "Own")
    assert ask(book(), article=replace(TEA, list_price=None)).price is None


def test_a_list_begun_with_another_pays_what_that_list_would() -> None:
    base = (rule("B1", price_list="Base", category="Tea", percent="-20", surcharge="-1"),)
    lists = book(rule(base="price_list", base_list="Base", percent="-10"), *base, more=(PriceList("Base"),))
    found = ask(lists)
    assert found.price == Decimal("71.1")
    assert [step.kind for step in found.steps[0].within] == [StepKind.LIST, StepKind.PERCENT, StepKind.SURCHARGE]
    assert ask(lists, article=replace(TEA, category_path=())).price == 90
    late = replace(lists, lists=(lists.lists[0], PriceList("Base", valid_to=dt.date(2026, 5, 14))))
    assert (ask(late).price, ask(late).losers[0].reason) == (100, Loss.BASE_LIST_NOT_VALID)


def test_rings_and_lists_that_are_not_there_are_refused_where_they_are_needed() -> None:
    ring = book(rule(base="price_list", base_list="B"), own={}, more=(PriceList("B", parent="Own"), PriceList("Free")))
    with pytest.raises(ConflictError, match="B → Own → B"):
        ask(ring)
    assert ask(ring, buyer=replace(ANN, price_list="Free")).price == 100
    with pytest.raises(ConflictError, match="Lost, which is not there"):
        ask(book(own={"parent": "Lost"}))
    with pytest.raises(ConflictError, match="has the price list Gone, which is not there"):
        ask(book(), buyer=replace(ANN, price_list="Gone"))
    assert ask(PriceBook(), buyer=replace(ANN, price_list="Gone")).price == 100


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"qty_from": "10", "qty_to": "9"}, "above its largest"),
        ({"valid_from": DAY, "valid_to": dt.date(2026, 5, 14)}, "ends before it begins"),
        ({"floor_price": "10", "ceiling_price": "9"}, "above its ceiling"),
        ({"base": "fixed"}, "without the price"),
        ({"base": "rubbish"}, "rubbish"),
        ({"round_to": "0"}, "not above zero"),
        ({"round_to": "1", "round_direction": "sideways"}, "sideways"),
    ],
)
def test_rules_that_make_no_sense_are_refused_at_use(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ConflictError, match=words):
        ask(book(rule(**fields)))
    assert ask(book(replace(rule(**fields), active=False))).price == 100


def test_two_defaults_on_one_day_are_refused_and_one_after_the_other_is_not() -> None:
    old = PriceList("2025", is_default=True, valid_to=dt.date(2026, 5, 14))
    new = PriceList("2026", is_default=True, valid_from=dt.date(2026, 5, 15))
    anyone = Buyer()
    assert ask(PriceBook((old, new)), buyer=anyone).asked_list == "2026"
    with pytest.raises(ConflictError, match="2025 and 2026"):
        ask(PriceBook((replace(old, valid_to=DAY), new)), buyer=anyone)


def test_a_parent_with_tax_is_brought_to_a_list_without_it() -> None:
    lists = book(rule("M1", price_list="Mother", base="fixed", price="100"), own={"parent": "Mother"},
                 more=(PriceList("Mother", tax_included=True),))  # fmt: skip
    assert ask(lists).price == Decimal("83.3333")
    assert ask(lists).steps[-1].kind is StepKind.TAX_OFF
    assert ask(lists, article=replace(TEA, tax_rate=None)).price == 100
    back = book(rule("M1", price_list="Mother", base="fixed", price="100"),
                own={"parent": "Mother", "tax_included": True}, more=(PriceList("Mother"),))  # fmt: skip
    assert ask(back).price == 120


def test_there_are_no_rates_between_currencies() -> None:
    lists = book(rule(percent="-5"), rule("P2", base="fixed", price="7", qty_from="5"), own={"currency": "EUR"})
    assert (ask(lists).price, ask(lists).currency, ask(lists).losers[0].reason) == (None, "EUR", Loss.OTHER_CURRENCY)
    assert ask(lists, 5).price == 7


def test_every_unit_has_the_price_of_its_place_in_a_tiered_list() -> None:
    rules = (rule(base="fixed", price="10"), rule("P2", base="fixed", price="9", qty_from="10"), rule("P3", base="fixed", price="7", qty_from="20"))  # fmt: skip
    lists = book(*rules, own={"qty_mode": "tiered"})
    found = ask(lists, "25.5")
    assert [(part.qty, part.price, part.rule_no) for part in found.parts] == [(9, 10, "P1"), (10, 9, "P2"), (Decimal("6.5"), 7, "P3")]  # fmt: skip
    assert (found.total, found.price) == (Decimal("225.5"), Decimal("8.8431"))
    assert ask(lists, 9).parts[0].qty == 9
    assert ask(lists, 10).total == 99
    assert ask(book(*rules), 10).total == 90


@pytest.mark.parametrize("qty", [0, -1, "NaN", "Infinity"])
def test_a_quantity_must_be_above_zero(qty: object) -> None:
    with pytest.raises(UsageError):
        ask(book(), qty)


def test_the_larger_of_volume_and_loyalty_counts() -> None:
    discounts = (
        Discount("B1", "volume", Decimal(1000), Decimal(3)),
        Discount("B2", "volume", Decimal(5000), Decimal(6)),
        Discount("B3", "loyalty", Decimal(10000), Decimal(5)),
        Discount("B4", "volume", Decimal(1), Decimal(90), price_list="Other"),
        Discount("B5", "volume", Decimal(1), Decimal(80), valid_to=dt.date(2026, 5, 14)),
        Discount("B6", "volume", Decimal(1), Decimal(70), active=False),
    )
    lists = PriceBook((PriceList("Own", parent="Mother"), PriceList("Mother"), PriceList("Other")), (), discounts)

    def earned(net: object, revenue: object) -> str | None:
        told = None if revenue is None else Decimal(str(revenue))
        found = basket_discount(lists, ANN, net=Decimal(str(net)), loyalty_revenue=told, on=DAY)
        return found.discount_no if found else None

    cases = {("999.99", 0): None, (1000, 0): "B1", (1000, 9999): "B1", (1000, 10000): "B3", (5000, 10000): "B2", (1000, None): "B1"}  # fmt: skip
    assert {case: earned(*case) for case in cases} == cases


def test_a_discount_leaves_the_floor_standing() -> None:
    assert capped_percent(Decimal(100), Decimal(97), Decimal(5)) == 3
    assert capped_percent(Decimal(100), Decimal(101), Decimal(5)) == 0
    assert capped_percent(Decimal(100), None, Decimal(5)) == 5
    part = capped_percent(Decimal(3), Decimal(2), Decimal(50))
    assert part == Decimal("33.3333")
    assert Decimal(3) * (100 - part) / 100 >= 2
