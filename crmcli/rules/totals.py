"""From lines to the totals of a document, so that the lines always add up to what is printed below them.

Tax is rounded in one of two ways, and a document says which (`TaxMode`): line by line, or once for each rate over the
whole document. The two differ by a few minor units (two lines of 18.99 at 5.26 % …), and accountants of different
countries insist on one or the other. Either way the lines carry the tax they were given, and Σ lines = totals exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from crmcli.numbers import rounded

_HUNDRED = Decimal(100)


class TaxMode(StrEnum):
    """Where tax is rounded to the minor unit of the currency."""

    LINE = "line"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Sold:
    """What one line asks for.

    Args:
        qty: In the product's unit; negative on a credit.
        unit_price: For one unit; with or without tax as the document says, with as many decimals as it was agreed.
        discount_pct: Percent off, 0–100; None: nothing off.
        tax_rate: Percent, such as 20; None: no tax is stated on this line (which is not the same as 0 %).
        fixed: What the line costs once, whatever the quantity (a cutting fee); the discount does not touch it.
    """

    qty: Decimal
    unit_price: Decimal
    discount_pct: Decimal | None = None
    tax_rate: Decimal | None = None
    fixed: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class LineSum:
    """The money of one line, in minor units of the currency: net + tax = gross."""

    net: Decimal
    tax: Decimal
    gross: Decimal


@dataclass(frozen=True, slots=True)
class TaxPart:
    """All lines of one rate together; rate None: lines on which no tax is stated."""

    rate: Decimal | None
    net: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """The money of a document: Σ lines.net = net, Σ parts.tax = tax, net + tax = gross."""

    lines: tuple[LineSum, ...]
    parts: tuple[TaxPart, ...]
    net: Decimal
    tax: Decimal
    gross: Decimal


def reckon(lines: Sequence[Sold], *, digits: int, mode: TaxMode, tax_included: bool) -> Totals:
    """Sum a document up.

    Args:
        lines: As sold.
        digits: Decimals of the currency's minor unit: 0, 2 or 3.
        mode: Where tax is rounded.
        tax_included: Whether unit prices include the tax.

    Returns:
        Totals whose lines are in the order given. With the tax included, what the customer pays for a line is its
        rounded price and the tax is taken out of it; else the tax is put on top. Halves round away from zero.
    """
    amounts = [_amount(line, digits) for line in lines]
    rates = sorted({line.tax_rate for line in lines}, key=lambda rate: (rate is None, rate or 0))
    taxes = [Decimal(0)] * len(lines)
    for rate in rates:
        places = [place for place, line in enumerate(lines) if line.tax_rate == rate]
        own = [amounts[place] for place in places]
        exact = [_tax(amount, rate, tax_included=tax_included) for amount in own]
        # of the sum, not the sum of them: quotients cut off at 28 digits would miss a half that they make up together
        whole = _tax(sum(own, Decimal(0)), rate, tax_included=tax_included)
        for place, tax in zip(places, _share(exact, whole, digits, mode), strict=True):
            taxes[place] = tax
    sums = tuple(
        LineSum(amount - tax, tax, amount) if tax_included else LineSum(amount, tax, amount + tax)
        for amount, tax in zip(amounts, taxes, strict=True)
    )
    parts = tuple(_part(rate, lines, sums) for rate in rates)
    net, tax = sum((one.net for one in sums), Decimal(0)), sum((one.tax for one in sums), Decimal(0))
    return Totals(sums, parts, net, tax, net + tax)


def line_sum(line: Sold, *, digits: int, tax_included: bool) -> LineSum:
    """The money of one line by itself; arguments as of `reckon`."""
    return reckon([line], digits=digits, mode=TaxMode.LINE, tax_included=tax_included).lines[0]


def _amount(line: Sold, digits: int) -> Decimal:
    """Quantity × price less the discount, rounded once."""
    off = _HUNDRED - (line.discount_pct or 0)
    return rounded(line.qty * line.unit_price * off / _HUNDRED + line.fixed, digits)


def _tax(amount: Decimal, rate: Decimal | None, *, tax_included: bool) -> Decimal:
    if not rate:
        return Decimal(0)
    return amount * rate / (_HUNDRED + rate) if tax_included else amount * rate / _HUNDRED


def _share(exact: Sequence[Decimal], whole: Decimal, digits: int, mode: TaxMode) -> list[Decimal]:
    """Taxes of lines of one rate in minor units; in mode TOTAL they add up to the whole, rounded.

    The difference goes, a unit each, to the lines that rounding took furthest the other way (largest remainder), of
    equals to the first.
    """
    near = [rounded(tax, digits) for tax in exact]
    if mode is TaxMode.LINE:
        return near
    unit = Decimal(1).scaleb(-digits)
    missing = int((rounded(whole, digits) - sum(near, Decimal(0))) / unit)
    step = unit if missing > 0 else -unit
    by_need = sorted(range(len(exact)), key=lambda place: ((near[place] - exact[place]) * step, place))
    for place in by_need[: abs(missing)]:
        near[place] += step
    return near


def _part(rate: Decimal | None, lines: Sequence[Sold], sums: Sequence[LineSum]) -> TaxPart:
    own = [one for line, one in zip(lines, sums, strict=True) if line.tax_rate == rate]
    return TaxPart(rate, sum((one.net for one in own), Decimal(0)), sum((one.tax for one in own), Decimal(0)))
