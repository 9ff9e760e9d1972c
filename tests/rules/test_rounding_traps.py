"""Totals that other programs are known to get wrong, or two ways at once; each must come out here as said.

Where they come from: odoo/odoo issues 37896 (6527.80 or 6527.81), 155833 (37.98 or 38.00), 190500, 265433, 36675, 14054;
frappe/erpnext issues 38137 and pull request 42523.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from crmcli.rules.totals import Sold, TaxMode, Totals, reckon

BOTH = pytest.mark.parametrize("mode", list(TaxMode))


def totals(
    *lines: tuple[str, str, str | None, str | None], mode: TaxMode, digits: int = 2, tax_included: bool = False
) -> Totals:
    """Totals of lines of quantity, unit price, discount and rate; the promise of all documents holds for each."""
    sold = [
        Sold(Decimal(qty), Decimal(price), Decimal(off) if off else None, Decimal(rate) if rate else None)
        for qty, price, off, rate in lines
    ]
    made = reckon(sold, digits=digits, mode=mode, tax_included=tax_included)
    assert sum(line.net for line in made.lines) == made.net
    assert sum(line.tax for line in made.lines) == made.tax == sum(part.tax for part in made.parts)
    assert made.net + made.tax == made.gross
    return made


@BOTH
def test_one_line_costs_the_same_in_both_ways(mode: TaxMode) -> None:
    """16 × 348.35 less 4 % at 22 %: the net is rounded first (5350.66), so the tax is 1177.15, never 1177.14."""
    made = totals(("16", "348.35", "4", "22"), mode=mode)
    assert (made.net, made.tax, made.gross) == (Decimal("5350.66"), Decimal("1177.15"), Decimal("6527.81"))


@BOTH
def test_ten_of_one_product_on_one_line(mode: TaxMode) -> None:
    """10 × 3.60 at 5.5 %: the tax is that of the line, 1.98, in both ways."""
    assert totals(("10", "3.60", None, "5.5"), mode=mode).gross == Decimal("37.98")


def test_ten_lines_of_one_product() -> None:
    """Line by line each 3.60 bears 0.20 (38.00); over the document the ten bear 1.98 (37.98): the document says which."""
    lines = [("1", "3.60", None, "5.5")] * 10
    by_line = totals(*lines, mode=TaxMode.LINE)
    assert by_line.gross == Decimal("38.00")
    assert {line.tax for line in by_line.lines} == {Decimal("0.20")}
    by_rate = totals(*lines, mode=TaxMode.TOTAL)
    assert by_rate.gross == Decimal("37.98")
    assert sorted(line.tax for line in by_rate.lines) == [Decimal("0.19")] * 2 + [Decimal("0.20")] * 8


@BOTH
def test_prices_with_tax_stay_what_they_are(mode: TaxMode) -> None:
    """3.80 with 5.5 % within: ten of them cost 38.00 whether on one line or on ten, as the price says."""
    assert totals(("10", "3.80", None, "5.5"), mode=mode, tax_included=True).gross == Decimal("38.00")
    assert totals(*[("1", "3.80", None, "5.5")] * 10, mode=mode, tax_included=True).gross == Decimal("38.00")


@BOTH
def test_a_price_with_three_decimals(mode: TaxMode) -> None:
    """13 × 0.105 is 1.365: a binary 0.105 would fall short of the half and give 1.36; a price rounded first, 1.43 (or 1.30)."""
    assert round(13 * 0.105, 2) != 1.37 or 13 * 0.105 != 1.365
    assert totals(("13", "0.105", None, None), mode=mode).net == Decimal("1.37")
    assert totals(("-13", "0.105", None, None), mode=mode).net == Decimal("-1.37")
    assert totals(("13", "0.105", None, "20"), mode=mode).gross == Decimal("1.64")


@BOTH
def test_halves_go_away_from_zero(mode: TaxMode) -> None:
    """1091.50 at 15 % is 163.725: the tax and the part of its rate are the same 163.73."""
    made = totals(("1", "1091.50", None, "15"), mode=mode)
    assert made.tax == made.parts[0].tax == Decimal("163.73")


def test_the_net_is_the_sum_of_the_lines_shown() -> None:
    """12.12 × 12.12 and 0.50 at 23 %; 2 × 100.5 yen: what stands on the lines adds up to what stands below."""
    made = totals(("1", "0.5", None, "23"), ("12.12", "12.12", None, "23"), mode=TaxMode.TOTAL)
    assert (made.net, made.tax, made.gross) == (Decimal("147.39"), Decimal("33.90"), Decimal("181.29"))
    assert totals(("1", "100.5", None, None), ("1", "100.5", None, None), mode=TaxMode.TOTAL, digits=0).net == 202


def test_two_lines_at_one_rate() -> None:
    """55.55 and 11.11 at 23 %: 15.34 line by line (12.78 + 2.56), 15.33 over the document."""
    lines = (("1", "55.55", None, "23"), ("1", "11.11", None, "23"))
    assert totals(*lines, mode=TaxMode.LINE).tax == Decimal("15.34")
    assert totals(*lines, mode=TaxMode.TOTAL).tax == Decimal("15.33")


@BOTH
def test_tax_within_prices_does_not_change_what_is_paid(mode: TaxMode) -> None:
    """90 and 55 with 5 % within come to 145, not 144.99."""
    assert totals(("1", "90", None, "5"), ("1", "55", None, "5"), mode=mode, tax_included=True).gross == 145


def test_a_half_that_lines_make_up_only_together() -> None:
    """12.5 + 12.5 − 0.001 with 20 % in it hold 4.1665 of tax; thirds cut off line by line add up to less than that half."""
    lines = [("1", "12.5", None, "20"), ("1", "12.5", None, "20"), ("-0.04", "0.0125", None, "20")]
    assert totals(*lines, mode=TaxMode.TOTAL, digits=3, tax_included=True).tax == Decimal("4.167")
