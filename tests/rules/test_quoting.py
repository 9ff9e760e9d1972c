"""Quotes as arithmetic: lines add up in every currency and both ways of rounding, floors guard, delivery ends being free."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import UsageError
from crmcli.rules.quotes.quoting import (
    DELIVERY,
    NEW,
    SUGGESTED,
    QuoteLine,
    Wanted,
    below_floor,
    delivery_line,
    goods_amount,
    least_price,
    margin,
    missing_for_free_delivery,
    price_after_discount,
    require_sound,
    sum_up,
)
from crmcli.rules.totals import TaxMode

D = Decimal
NUMBERS = st.decimals("0.0001", "99999", places=4)
RATES = st.sampled_from([None, D(0), D(10), D(20), D("5.26"), D("7.7")])
LINES = st.builds(
    QuoteLine,
    line_no=st.just(0),
    sku=st.text(min_size=1, max_size=3),
    description=st.just("x"),
    qty=NUMBERS,
    unit=st.just("pc"),
    unit_price=NUMBERS,
    discount_pct=st.sampled_from([None, D(3), D("12.5"), D(100)]),
    fixed=st.sampled_from([D(0), D("49.99")]),
    tax_rate=RATES,
    unit_cost=st.one_of(st.none(), NUMBERS),
    mark=st.sampled_from([None, None, SUGGESTED, NEW, DELIVERY]),
)
GIVEN = given(
    lines=st.lists(LINES, min_size=1, max_size=8),
    digits=st.sampled_from([0, 2, 3]),
    mode=st.sampled_from(list(TaxMode)),
    tax_included=st.booleans(),
)


def line(sku: str = "A", qty: str = "1", price: str = "100", **more: object) -> QuoteLine:
    return QuoteLine(0, sku, sku, D(qty), "pc", D(price), **more)  # type: ignore[arg-type]


def slow(exact: Fraction, digits: int) -> Decimal:
    """Halves away from zero, by whole numbers alone."""
    scaled = abs(exact) * 10**digits
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    whole += rest * 2 >= scaled.denominator
    return (D(whole) if exact >= 0 else -D(whole)).scaleb(-digits)


def amount_of(one: QuoteLine, digits: int) -> Decimal:
    off = 1 - Fraction(one.discount_pct or 0) / 100
    return slow(Fraction(one.qty) * Fraction(one.unit_price) * off + Fraction(one.fixed), digits)


@GIVEN
def test_lines_that_count_add_up(lines: list[QuoteLine], digits: int, mode: TaxMode, tax_included: bool) -> None:
    summed, totals = sum_up(lines, digits=digits, mode=mode, tax_included=tax_included)
    counted = [one for one in summed if one.counts]
    assert sum((one.net for one in counted), D(0)) == totals.net
    assert sum((one.tax for one in counted), D(0)) == totals.tax
    assert sum((one.gross for one in counted), D(0)) == totals.gross == totals.net + totals.tax
    for one in summed:
        kept = one.gross if tax_included else one.net
        assert kept == amount_of(one, digits)
        assert one.net == one.net.quantize(D(1).scaleb(-digits), ROUND_HALF_UP)


@GIVEN
def test_tax_is_rounded_where_it_is_said(
    lines: list[QuoteLine], digits: int, mode: TaxMode, tax_included: bool
) -> None:
    summed, totals = sum_up(lines, digits=digits, mode=mode, tax_included=tax_included)
    by_rate: dict[Decimal, list[tuple[Fraction, Decimal]]] = {}
    for one in summed:
        if one.counts and one.tax_rate:
            rate = Fraction(one.tax_rate)
            share = rate / (100 + rate) if tax_included else rate / 100
            by_rate.setdefault(one.tax_rate, []).append((Fraction(amount_of(one, digits)) * share, one.tax))
    for taxes in by_rate.values():
        if mode is TaxMode.LINE:
            assert all(slow(exact, digits) == tax for exact, tax in taxes)
        assert mode is TaxMode.LINE or slow(sum((e for e, _t in taxes), Fraction(0)), digits) == sum(
            t for _e, t in taxes
        )
    assert totals.tax == sum((tax for taxes in by_rate.values() for _e, tax in taxes), D(0))


@GIVEN
def test_what_is_only_offered_changes_nothing(
    lines: list[QuoteLine], digits: int, mode: TaxMode, tax_included: bool
) -> None:
    counted = [one for one in lines if one.counts]
    summed, totals = sum_up(lines, digits=digits, mode=mode, tax_included=tax_included)
    alone, same = sum_up(counted, digits=digits, mode=mode, tax_included=tax_included)
    assert totals == same
    assert summed[: len(counted)] == alone
    assert [one.line_no for one in summed] == list(range(1, len(lines) + 1))


@GIVEN
def test_margin_leaves_out_what_it_does_not_know(
    lines: list[QuoteLine], digits: int, mode: TaxMode, tax_included: bool
) -> None:
    summed, totals = sum_up(lines, digits=digits, mode=mode, tax_included=tax_included)
    earned = margin(summed)
    assert earned.net + earned.unknown_net == totals.net
    known = [one for one in summed if one.counts and one.unit_cost is not None]
    slow_cost = sum((slow(Fraction(one.qty) * Fraction(one.unit_cost or 0), 4) for one in known), D(0))
    assert earned.amount == sum((one.net for one in known), D(0)) - slow_cost


@pytest.mark.parametrize(
    ("prices", "rate", "mode", "net", "tax"),
    [
        (["18.99", "18.99"], "5.26", TaxMode.LINE, "37.98", "2.00"),
        (["13|0.105"], None, TaxMode.LINE, "1.37", "0.00"),
        (["0.05", "0.05", "0.05"], "10", TaxMode.LINE, "0.15", "0.03"),
        (["0.05", "0.05", "0.05"], "10", TaxMode.TOTAL, "0.15", "0.02"),
    ],
)
def test_known_traps(prices: list[str], rate: str | None, mode: TaxMode, net: str, tax: str) -> None:
    made = []
    for text in prices:
        qty, _bar, price = text.rpartition("|")
        made.append(line(qty=qty or "1", price=price, tax_rate=D(rate) if rate else None))
    _lines, totals = sum_up(made, digits=2, mode=mode, tax_included=False)
    assert (totals.net, totals.tax) == (D(net), D(tax))


def test_the_least_margin_is_a_share_of_the_net() -> None:
    assert least_price(None, cost=D(75), min_margin_percent=D(25), tax_rate=None, tax_included=False) == D(100)
    assert least_price(None, cost=D(75), min_margin_percent=D(25), tax_rate=D(20), tax_included=True) == D(120)
    assert least_price(D(130), cost=D(75), min_margin_percent=D(25), tax_rate=D(20), tax_included=True) == D(130)
    assert least_price(D(5), cost=None, min_margin_percent=D(25), tax_rate=None, tax_included=False) == D(5)
    up = least_price(None, cost=D(1), min_margin_percent=D(70), tax_rate=None, tax_included=False)
    assert up == D("3.3334")


def test_the_floor_guards_the_price_after_the_discount() -> None:
    assert not below_floor(line(price="100", floor_price=D(90), discount_pct=D(10)))
    assert below_floor(line(price="100", floor_price=D(90), discount_pct=D("10.0001")))
    assert price_after_discount(line(price="0.105", discount_pct=D(50))) == D("0.0525")


def test_delivery_is_charged_below_the_threshold_and_taxed_as_most_goods() -> None:
    goods = [line(price="600", tax_rate=D(20)), line("B", price="300", tax_rate=D(10)), line("C", mark=SUGGESTED)]
    made = delivery_line(goods, "Delivery", fee=D(250), free_from=D(1000))
    assert made is not None
    assert (made.unit_price, made.tax_rate, made.mark) == (D(250), D(20), DELIVERY)
    assert missing_for_free_delivery(goods, free_from=D(1000)) == D(100)
    assert goods_amount([*goods, made]) == D(900)
    assert delivery_line(goods, "Delivery", fee=D(250), free_from=D(900)) is None
    assert delivery_line(goods, "Delivery", fee=None, free_from=None) is None
    assert missing_for_free_delivery(goods, free_from=None) is None


@pytest.mark.parametrize(
    "wrong", [{"qty": D(0)}, {"qty": D(-1)}, {"qty": D("0.00001")}, {"qty": D(10) ** 14}, {"price": D(-1)}]
)
def test_nonsense_is_refused(wrong: dict[str, Decimal]) -> None:
    with pytest.raises(UsageError):
        require_sound(Wanted(**{"sku": "A", "qty": D(1), **wrong}))  # type: ignore[arg-type]
