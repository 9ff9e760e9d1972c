"""Made-to-order options: the nearest level wins, only what is allowed is charged, and refusals say what is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import ConflictError, UsageError
from crmcli.rules.option_limits import ProductOption, allowed
from crmcli.rules.options import charge, effective, require_sound

D = Decimal
LENGTH = ProductOption("length", None, "per_unit", D(10), D("0.5"), D(50), D("0.5"), sku="HOSE")
RED = ProductOption("colour", "red", "percent", D(5), sku="HOSE")
BLUE = ProductOption("colour", "Navy blue", "percent", D("-2.5"), sku="HOSE")
DRUM = ProductOption("winding", "wooden drum", "fixed", D(900), sku="HOSE")
ALL = (LENGTH, RED, BLUE, DRUM)


def test_every_kind_of_charge_lands_where_it_belongs() -> None:
    found = charge(ALL, {"Length": "2,5", "colour": "RED", "winding": "wooden drum"}, D(200), D(3))
    assert (found.unit_price, found.fixed, found.total) == (D("235.0000"), D(900), D("1605.0000"))
    assert found.note == "length: 2.5, colour: red, winding: wooden drum"
    assert [part.adds for part in found.parts] == [D(25), D(10), D(900)]


def test_nothing_chosen_changes_nothing() -> None:
    found = charge(ALL, {}, D("19.99"), D(2))
    assert (found.unit_price, found.fixed, found.note, found.total) == (D("19.99"), D(0), "", D("39.98"))


@pytest.mark.parametrize(
    ("chosen", "message", "hint"),
    [
        ({"lenght": "2"}, "no option lenght", "Did you mean length?"),
        ({"weight": "2"}, "no option weight", "Its options: length, colour, winding"),
        ({"colour": "rad"}, "colour cannot be rad", "Did you mean red? Allowed: red or Navy blue"),
        ({"colour": "green"}, "colour cannot be green", "Allowed: red or Navy blue"),
        ({"length": "long"}, "length cannot be long", "Allowed: a number from 0.5 to 50 in steps of 0.5"),
        ({"length": "0.25"}, "below the minimum of 0.5", "from 0.5 to 50"),
        ({"length": "-1"}, "below the minimum of 0.5", "from 0.5 to 50"),
        ({"length": "50.5"}, "above the maximum of 50", "from 0.5 to 50"),
        ({"length": "1.7"}, "length 1.7 is between the steps", "Nearest: 1.5 or 2. Allowed"),
        ({"length": "1.00001"}, "length cannot be", "Allowed"),
        ({"length": "inf"}, "length cannot be inf", "Allowed"),
        ({"colour": "red", "Colour": "navy blue"}, "chosen twice", None),
        ({"[red]=1+1\x1b": "x"}, "no option", "Its options"),
    ],
)
def test_what_is_not_allowed_is_refused_with_what_is(chosen: dict[str, str], message: str, hint: str | None) -> None:
    with pytest.raises(ConflictError) as refused:
        charge(ALL, chosen, D(100), D(1))
    assert message in refused.value.message
    assert (refused.value.hint is None) if hint is None else (hint in (refused.value.hint or ""))


def test_a_product_without_options_says_so_and_a_price_never_falls_below_zero() -> None:
    with pytest.raises(ConflictError, match="has none"):
        charge((), {"colour": "red"}, D(1), D(1))
    with pytest.raises(ConflictError, match="below zero"):
        charge([ProductOption("size", "small", "per_unit", D(-5), sku="P")], {"size": "small"}, D(1), D(1))


def test_the_nearest_level_takes_the_whole_option() -> None:
    own = ProductOption("colour", "red", sku="HOSE")
    others = [
        ProductOption("Colour", "white", category="Hoses"),
        ProductOption("colour", "black", category="Goods"),
        ProductOption("length", category="Goods"),
        ProductOption("cut", "straight", category="Hoses"),
        ProductOption("colour", "pink", sku="OTHER"),
        ProductOption("gift", "yes", category="Toys"),
    ]
    path = ("Hoses", "Goods")
    assert {(o.name, o.value) for o in effective([*others, own], "HOSE", path)} == {
        ("colour", "red"),
        ("length", None),
        ("cut", "straight"),
    }
    assert {o.value for o in effective(others, "HOSE", path) if o.name.casefold() == "colour"} == {"white"}
    assert {o.value for o in effective(others, "HOSE", ("Goods",)) if o.name == "colour"} == {"black"}
    assert effective(others, "HOSE") == ()


def test_what_may_be_chosen_is_named_and_long_lists_are_cut() -> None:
    many = [ProductOption("n", f"v{i}") for i in range(30)]
    assert allowed([RED, BLUE, LENGTH]) == "red, Navy blue or a number from 0.5 to 50 in steps of 0.5"
    assert allowed(many).endswith("v11 or …")
    assert allowed([ProductOption("n")]) == "any number above zero"
    assert allowed([ProductOption("n", minimum=D(2))]) == "a number from 2"
    assert allowed([ProductOption("n", maximum=D(2))]) == "a number up to 2"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"charge": "free"},
        {"sku": None},
        {"category": "Hoses"},
        {"value": "red"},
        {"value": " ", "minimum": None, "maximum": None, "step": None},
        {"minimum": D(60)},
        {"minimum": D(-1)},
        {"step": D(0)},
        {"charge": "percent", "amount": D(-100)},
        {"amount": D(10) ** 14},
    ],
)
def test_an_unsound_option_is_refused(wrong: dict[str, Any]) -> None:
    require_sound(LENGTH)
    fields = {name: getattr(LENGTH, name) for name in LENGTH.__slots__}
    with pytest.raises(UsageError):
        require_sound(ProductOption(**{**fields, **wrong}))


money = st.decimals(0, 10**6, places=4)


@given(money, st.decimals(0, 1000, places=2), st.integers(-99, 300), st.integers(1, 10**6))
def test_a_charge_is_linear_in_its_parts(price: Decimal, each: Decimal, percent: int, steps: int) -> None:
    cut = ProductOption("cut", None, "per_unit", each, step=D("0.0001"), sku="P")
    finish = ProductOption("finish", "matt", "percent", D(percent), sku="P")
    length = steps * D("0.0001")
    found = charge([cut, finish], {"cut": f"{length:f}", "finish": "matt"}, price, D(7))
    assert abs(found.unit_price - (price + each * length + price * percent / 100)) <= D("0.00005")
    assert found.total == 7 * found.unit_price


@given(st.decimals(0, 100, places=2), st.integers(1, 400), st.integers(0, 30), st.decimals(-5, 200, places=2))
def test_a_measured_number_is_taken_exactly_when_it_lies_on_a_step(
    low: Decimal, hundredths: int, count: int, number: Decimal
) -> None:
    step = D(hundredths) / 100
    option = ProductOption("n", None, "fixed", D(1), low, low + count * step, step, sku="P")
    on_a_step = {low + k * step for k in range(count + 1)} - {D(0)}
    if number in on_a_step:
        assert charge([option], {"n": f"{number:f}"}, D(1), D(1)).fixed == 1
        return
    with pytest.raises(ConflictError) as refused:
        charge([option], {"n": f"{number:f}"}, D(1), D(1))
    assert "Allowed" in (refused.value.hint or "")
