"""From what is wanted to the lines and totals of a quote, and what forbids to send it.

A line is priced once (`price_line`), guarded (`below_floor`), and summed up with the others (`sum_up`). Lines that are
only suggested are summed by themselves: they are in no total until they are taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.numbers import rounded
from crmcli.rules.totals import Sold, TaxMode, Totals, reckon

SUGGESTED, NEW, DELIVERY = "suggested", "new", "delivery"
OFFERED = (SUGGESTED, NEW)  # beside the quote, in no total
PRICE_DIGITS = 4
_HUNDRED = Decimal(100)
_LARGEST = Decimal(10) ** 13


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing a customer asks for.

    Args:
        sku: Of the product.
        qty: In its unit, above zero.
        options: Names and values chosen, for a product made to order.
        price: For one unit as the owner told it, in place of the price list's; None: what the list says.
        mark: None, SUGGESTED or NEW.
        note: Why it is suggested, in the language of the quote.
    """

    sku: str
    qty: Decimal
    options: tuple[tuple[str, str], ...] = ()
    price: Decimal | None = None
    mark: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line of a quote.

    Args:
        line_no: From 1.
        sku: Empty where there is no product (delivery).
        description: What is sold.
        qty, unit: How much.
        unit_price: For one unit before the discount, with or without tax as the quote says; at most four decimals.
        product_id: Of the store.
        list_price: Price before anything personal.
        fixed: What the line costs once, whatever the quantity; the discount does not touch it.
        discount_pct: Percent off.
        tax_rate: Percent; None: no tax is stated.
        net, tax: Money of the line in minor units.
        unit_cost: For one unit; None: unknown. Never on a document.
        rule_no: The price rule that decided; None: the plain list price, or one told by the owner.
        floor_price: The least one unit may cost after the discount, as the unit price with or without tax.
        override_reason: Why it may cost less.
        mark: None, SUGGESTED, NEW or DELIVERY.
        options: Names and values chosen.
        note: A second, smaller line.
    """

    line_no: int
    sku: str
    description: str
    qty: Decimal
    unit: str | None
    unit_price: Decimal
    product_id: int | None = None
    list_price: Decimal | None = None
    fixed: Decimal = Decimal(0)
    discount_pct: Decimal | None = None
    tax_rate: Decimal | None = None
    net: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    unit_cost: Decimal | None = None
    rule_no: str | None = None
    floor_price: Decimal | None = None
    override_reason: str | None = None
    mark: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    note: str = ""

    @property
    def gross(self) -> Decimal:
        """What the customer pays for the line."""
        return self.net + self.tax

    @property
    def counts(self) -> bool:
        """Whether the line is in the totals."""
        return self.mark not in OFFERED

    @property
    def cost(self) -> Decimal | None:
        """What the whole line costs the seller; None: unknown."""
        return None if self.unit_cost is None else rounded(self.unit_cost * self.qty, PRICE_DIGITS)


@dataclass(frozen=True, slots=True)
class Margin:
    """What is earned on lines whose cost is known.

    Args:
        net, cost: Of those lines.
        unknown_net: Net of lines whose cost is unknown: in neither.
    """

    net: Decimal
    cost: Decimal
    unknown_net: Decimal

    @property
    def amount(self) -> Decimal:
        """Net less cost."""
        return self.net - self.cost

    @property
    def share(self) -> Decimal | None:
        """Margin ÷ net, 0-1; None: nothing is known."""
        return self.amount / self.net if self.net else None


def require_sound(wanted: Wanted) -> None:
    """Refuse what cannot stand in a quote.

    Raises:
        UsageError: A quantity that is not above zero, a price below zero, too many decimals, or a number too large.
    """
    if wanted.qty <= 0:
        raise UsageError(_("%(sku)s: the quantity must be above zero") % {"sku": wanted.sku})
    for number in (wanted.qty, wanted.price):
        if number is not None and (abs(number) >= _LARGEST or number != rounded(number, PRICE_DIGITS)):
            raise UsageError(_("%(sku)s: at most four decimals and thirteen digits before them") % {"sku": wanted.sku})
    if wanted.price is not None and wanted.price < 0:
        raise UsageError(_("%(sku)s: a price cannot be below zero") % {"sku": wanted.sku})


def least_price(
    floor: Decimal | None,
    *,
    cost: Decimal | None,
    min_margin_percent: Decimal | None,
    tax_rate: Decimal | None,
    tax_included: bool,
) -> Decimal | None:
    """The least that one unit may cost: the rule's floor or cost ÷ (1 − least margin), whichever is higher.

    Args:
        floor: Of the price rule, with or without tax as prices are; None: it has none.
        cost: Of one unit, without tax.
        min_margin_percent: Least share of the net price that must be left over the cost; None: not asked for.
        tax_rate: Percent.
        tax_included: Whether prices include tax, so that the cost's floor must too.
    """
    if cost is None or min_margin_percent is None:
        return floor
    exact = cost * _HUNDRED / (_HUNDRED - min_margin_percent)
    if tax_included:
        exact *= (_HUNDRED + (tax_rate or 0)) / _HUNDRED
    own = exact.quantize(Decimal(1).scaleb(-PRICE_DIGITS), rounding=ROUND_CEILING)
    return own if floor is None else max(floor, own)


def price_after_discount(line: QuoteLine) -> Decimal:
    """What one unit costs in the end, not rounded."""
    return line.unit_price * (_HUNDRED - (line.discount_pct or 0)) / _HUNDRED


def below_floor(line: QuoteLine) -> bool:
    """Whether one unit costs less than it may."""
    return line.floor_price is not None and price_after_discount(line) < line.floor_price


def delivery_line(
    lines: Sequence[QuoteLine], description: str, *, fee: Decimal | None, free_from: Decimal | None
) -> QuoteLine | None:
    """The line for delivery, None when it is free or not charged.

    The threshold is held against the sum of the goods in the terms of the prices, after discounts; the tax is that of
    the goods that make up the most money, of equals the higher.
    """
    if not fee or missing_for_free_delivery(lines, free_from=free_from) == 0:
        return None
    sums: dict[Decimal | None, Decimal] = {}
    for line in lines:
        if line.counts:
            sums[line.tax_rate] = sums.get(line.tax_rate, Decimal(0)) + goods_amount([line])
    rate = max(sums, key=lambda rate: (sums[rate], rate or Decimal(-1)), default=None)
    return QuoteLine(0, "", description, Decimal(1), None, fee, list_price=fee, tax_rate=rate, mark=DELIVERY)


def missing_for_free_delivery(lines: Sequence[QuoteLine], *, free_from: Decimal | None) -> Decimal | None:
    """How much more the goods must come to for delivery to be free: 0 when it is; None: it never is."""
    return None if free_from is None else max(free_from - goods_amount(lines), Decimal(0))


def goods_amount(lines: Sequence[QuoteLine]) -> Decimal:
    """Sum of the goods that count, after discounts, in the terms of the prices, not rounded."""
    goods = [line for line in lines if line.counts and line.mark != DELIVERY]
    return sum((line.qty * price_after_discount(line) + line.fixed for line in goods), Decimal(0))


def sum_up(
    lines: Sequence[QuoteLine], *, digits: int, mode: TaxMode, tax_included: bool
) -> tuple[tuple[QuoteLine, ...], Totals]:
    """Number the lines (those only offered last), give each its net and tax, and add up those that count."""
    counted = [line for line in lines if line.counts]
    offered = [line for line in lines if not line.counts]
    totals = reckon([_sold(line) for line in counted], digits=digits, mode=mode, tax_included=tax_included)
    sums = list(totals.lines)
    for line in offered:
        sums += reckon([_sold(line)], digits=digits, mode=TaxMode.LINE, tax_included=tax_included).lines
    both = zip([*counted, *offered], sums, strict=True)
    numbered = tuple(replace(line, line_no=no, net=one.net, tax=one.tax) for no, (line, one) in enumerate(both, 1))
    return numbered, totals


def margin(lines: Sequence[QuoteLine]) -> Margin:
    """What is earned on the lines that count."""
    known = [(line.net, line.cost) for line in lines if line.counts and line.cost is not None]
    return Margin(
        sum((net for net, _cost in known), Decimal(0)),
        sum((cost for _net, cost in known if cost is not None), Decimal(0)),
        sum((line.net for line in lines if line.counts and line.cost is None), Decimal(0)),
    )


def _sold(line: QuoteLine) -> Sold:
    return Sold(line.qty, line.unit_price, line.discount_pct, line.tax_rate, line.fixed)
