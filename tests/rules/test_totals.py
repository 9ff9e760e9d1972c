"""Lines always add up to the totals, and the totals are what an accountant reckons by hand."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.rules.totals import Sold, TaxMode, reckon

D = Decimal
RATES = st.sampled_from([None, D(0), D(5), D("7.7"), D(10), D(20), D("5.26")])
SOLD = st.builds(
    Sold,
    qty=st.decimals(-1000, 1000, places=3),
    unit_price=st.decimals(0, 10_000, places=4),
    discount_pct=st.none() | st.decimals(0, 100, places=2),
    tax_rate=RATES,
    fixed=st.sampled_from([D(0), D("12.5")]),
)


def by_hand(value: Fraction, digits: int) -> Decimal:
    """Halves away from zero, by whole numbers alone."""
    scaled = abs(value) * 10**digits
    whole = int(scaled + Fraction(1, 2))
    return D(whole if value >= 0 else -whole).scaleb(-digits)


def amount_by_hand(line: Sold, digits: int) -> Decimal:
    price = Fraction(line.qty) * Fraction(line.unit_price) * (100 - Fraction(line.discount_pct or 0)) / 100
    return by_hand(price + Fraction(line.fixed), digits)


@given(st.lists(SOLD, max_size=12), st.sampled_from([0, 2, 3]), st.sampled_from(TaxMode), st.booleans())
def test_lines_add_up_to_totals(lines: list[Sold], digits: int, mode: TaxMode, tax_included: bool) -> None:
    totals = reckon(lines, digits=digits, mode=mode, tax_included=tax_included)
    assert sum((one.net for one in totals.lines), D(0)) == totals.net
    assert sum((one.tax for one in totals.lines), D(0)) == totals.tax
    assert sum((one.gross for one in totals.lines), D(0)) == totals.gross == totals.net + totals.tax
    assert sum((part.net for part in totals.parts), D(0)) == totals.net
    assert sum((part.tax for part in totals.parts), D(0)) == totals.tax
    for line, one in zip(lines, totals.lines, strict=True):
        assert (one.gross if tax_included else one.net) == amount_by_hand(line, digits)
        assert one == type(one)(*(round(value, digits) for value in (one.net, one.tax, one.gross)))


@given(st.lists(SOLD, max_size=12), st.sampled_from([0, 2, 3]), st.sampled_from(TaxMode), st.booleans())
def test_tax_is_rounded_where_the_document_says(
    lines: list[Sold], digits: int, mode: TaxMode, tax_included: bool
) -> None:
    totals = reckon(lines, digits=digits, mode=mode, tax_included=tax_included)
    unit = D(1).scaleb(-digits)
    for part in totals.parts:
        rate = Fraction(part.rate or 0)
        own = [(line, one) for line, one in zip(lines, totals.lines, strict=True) if line.tax_rate == part.rate]
        share = rate / (100 + rate) if tax_included else rate / 100
        exact = [Fraction(amount_by_hand(line, digits)) * share for line, _one in own]
        if mode is TaxMode.TOTAL:
            assert part.tax == by_hand(sum(exact, Fraction(0)), digits)
        for (_line, one), tax in zip(own, exact, strict=True):
            limit = Fraction(unit) / 2 if mode is TaxMode.LINE else Fraction(unit)
            assert abs(Fraction(one.tax) - tax) <= limit


def test_order_of_lines_changes_no_total() -> None:
    lines = [Sold(D(n), D("0.37"), tax_rate=D(20)) for n in range(1, 9)]
    ahead = reckon(lines, digits=2, mode=TaxMode.TOTAL, tax_included=False)
    back = reckon(lines[::-1], digits=2, mode=TaxMode.TOTAL, tax_included=False)
    assert (ahead.net, ahead.tax) == (back.net, back.tax)


@pytest.mark.parametrize(
    ("mode", "tax"),
    [(TaxMode.LINE, D("0.03")), (TaxMode.TOTAL, D("0.04"))],
)
def test_three_small_lines_differ_by_mode(mode: TaxMode, tax: Decimal) -> None:
    lines = [Sold(D(1), D("0.06"), tax_rate=D(20))] * 3  # 0.012 each, 0.036 together
    assert reckon(lines, digits=2, mode=mode, tax_included=False).tax == tax


def test_halves_go_away_from_zero_and_no_float_is_near() -> None:
    one = reckon([Sold(D(13), D("0.105"))], digits=2, mode=TaxMode.LINE, tax_included=False)
    assert one.net == D("1.365").quantize(D("0.01"), ROUND_HALF_UP) == D("1.37")
    back = reckon([Sold(D(-13), D("0.105"))], digits=2, mode=TaxMode.LINE, tax_included=False)
    assert back.net == D("-1.37")


def test_no_tax_stated_is_not_zero_percent() -> None:
    lines = [Sold(D(1), D(5)), Sold(D(1), D(5), tax_rate=D(0))]
    totals = reckon(lines, digits=2, mode=TaxMode.LINE, tax_included=False)
    assert [part.rate for part in totals.parts] == [D(0), None]


def test_nothing_sold_is_nothing_owed() -> None:
    totals = reckon([], digits=2, mode=TaxMode.TOTAL, tax_included=True)
    assert (totals.net, totals.tax, totals.gross, totals.parts) == (0, 0, 0, ())
