"""What is to be billed: from the lines of an order to an invoice, from an invoice to a credit note. Nothing is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, UsageError
from crmcli.language import gettext as _
from crmcli.numbers import minor_digits, rounded
from crmcli.rules.fulfilment import CANCELLED, DRAFT, require_billable
from crmcli.rules.settling import Instalment
from crmcli.rules.totals import Sold, TaxMode, line_sum, reckon
from crmcli.store.connection import rows, scalar
from crmcli.store.invoices.issuing import Bill, BillLine
from crmcli.store.orders.states import OrderLine, OrderState, find_line, require_quantity

if TYPE_CHECKING:
    import duckdb

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a bill is made out.

    Args:
        on: Its day.
        series: Of its number.
        due_on: None: by the customer's terms, else without a due date.
        tax_mode: None: as the quote of the order says, else line by line.
    """

    on: dt.date
    series: str
    due_on: dt.date | None = None
    tax_mode: TaxMode | None = None


@dataclass(frozen=True, slots=True)
class _Quoted:
    """How an order was agreed: by its quote, or by prices with tax in them; of its lines what was agreed for them."""

    tax_mode: TaxMode
    tax_included: bool
    lines: Mapping[tuple[int, int | None], _Agreed]


@dataclass(frozen=True, slots=True)
class _Agreed:
    """Price of one unit, discount, and amount of so much of a line; with the tax in them where that is included."""

    price: Decimal
    discount_pct: Decimal | None
    amount: Decimal
    qty: Decimal


def bill_order(
    con: duckdb.DuckDBPyConnection, order: OrderState, quantities: Mapping[int, Decimal], terms: Terms
) -> Bill:
    """The bill over these quantities of an order's lines, by line number.

    Raises:
        ConflictError: Cancelled, a return, without a customer, nothing to bill, or more than there is.
        UsageError: Its total is not above zero.
    """
    _require_payable(order, terms.on)
    if not quantities:
        raise ConflictError(_("nothing of order %(order)s is left to invoice") % {"order": order.number})
    quoted = _quoted(con, order)
    mode = terms.tax_mode or quoted.tax_mode
    currency = _currency(con, order)
    digits = minor_digits(currency)
    lines, sold = [], []
    for place, (number, qty) in enumerate(sorted(quantities.items()), 1):
        line = find_line(order, number)
        require_billable(line.standing, require_quantity(qty, line.label), name=line.label)
        one = _sold(line, qty, quoted.lines.get((number, line.product_id)), digits)
        sold.append(one)
        lines.append(
            BillLine(
                place, line.id, line.product_id, line.sku, line.name, line.unit, qty, one.unit_price, one.discount_pct,
                one.tax_rate,
            )
        )  # fmt: skip
    totals = reckon(sold, digits=digits, mode=mode, tax_included=quoted.tax_included)
    if totals.gross <= 0:
        raise UsageError(_("an invoice must come to more than nothing"), _("What goes back is a credit note"))
    assert order.customer_id is not None
    due_on = terms.due_on or _by_terms(con, order.customer_id, terms.on)
    return Bill(
        order.customer_id, order.number, terms.on, due_on, terms.series, currency, digits, tuple(lines), totals, mode,
        quoted.tax_included,
    )  # fmt: skip


def in_instalments(bill: Bill, parts: tuple[Instalment, ...]) -> Bill:
    """The bill paid in parts: it is due when the last of them is."""
    from dataclasses import replace

    return replace(bill, instalments=parts, due_on=max(part.due_on for part in parts))


def _require_payable(order: OrderState, on: dt.date) -> None:
    if order.status in (CANCELLED, DRAFT):
        raise ConflictError(
            _("order %(order)s is %(status)s and cannot be invoiced")
            % {"order": order.number, "status": _(order.status)}
        )
    if order.returns is not None:
        raise ConflictError(
            _("%(order)s is a return") % {"order": order.number},
            _("Credit the invoice of order %(first)s: crmcli invoice credit INVOICE") % {"first": order.returns},
        )
    if order.customer_id is None:
        raise ConflictError(_("order %(order)s has no customer to invoice") % {"order": order.number})
    if on < order.ordered_on:
        raise UsageError(
            _("an invoice cannot be dated before its order, %(day)s") % {"day": order.ordered_on.isoformat()}
        )


def _quoted(con: duckdb.DuckDBPyConnection, order: OrderState) -> _Quoted:
    """How an order was agreed; without a quote its lines say it, and tax is rounded line by line."""
    found = rows(
        con,
        "SELECT id, tax_mode, tax_included FROM quotes WHERE quote_no = $1 ORDER BY status = 'accepted' DESC, revision DESC",
        [order.quote_no],
    )
    if order.quote_no is None or not found:
        return _told_by_lines(con, order)
    quote, mode, included = found[0]
    lines = rows(
        con,
        "SELECT line_no, product_id, unit_price, discount_pct, net, tax, qty FROM quote_lines WHERE quote_id = $1",
        [quote],
    )
    known = {
        (no, product): _Agreed(price, off, net + tax if included else net, many)
        for no, product, price, off, net, tax, many in lines
    }
    return _Quoted(TaxMode(mode), bool(included), known)


def _told_by_lines(con: duckdb.DuckDBPyConnection, order: OrderState) -> _Quoted:
    """Prices with tax where every line keeps one that its net follows from; else before tax."""
    digits = minor_digits(_currency(con, order))
    agreed: dict[tuple[int, int | None], _Agreed] = {}
    for line in order.lines:
        if line.price_with_tax is None:
            return _Quoted(TaxMode.LINE, tax_included=False, lines={})
        sold = Sold(line.standing.ordered, line.price_with_tax, line.discount_pct, line.tax_rate)
        money = line_sum(sold, digits=digits, tax_included=True)
        if money.net != line.net:  # changed since by an import, which knows no price with tax
            return _Quoted(TaxMode.LINE, tax_included=False, lines={})
        agreed[line.number, line.product_id] = _Agreed(sold.unit_price, sold.discount_pct, money.gross, sold.qty)
    return _Quoted(TaxMode.LINE, tax_included=bool(agreed), lines=agreed)


def _currency(con: duckdb.DuckDBPyConnection, order: OrderState) -> str:
    return order.currency or str(scalar(con, "SELECT value FROM meta.settings WHERE key = 'base_currency'") or "")


def _sold(line: OrderLine, qty: Decimal, quoted: _Agreed | None, digits: int) -> Sold:
    """So much of a line at its price; what the line comes to beside quantity × price is billed in proportion.

    A line whose price does not explain its amount (a discount in money, rounding elsewhere) is billed at the price
    that does, unless it was quoted: then the difference is what its options cost once.
    """
    ordered = line.standing.ordered
    price, discount, amount = line.unit_price, line.discount_pct, line.net
    if quoted is not None:
        price, discount, amount = quoted.price, quoted.discount_pct, quoted.amount
        if quoted.qty and quoted.qty != ordered:  # what was called off is not billed
            amount = amount * ordered / quoted.qty
    if price is None or (quoted is None and _at(price, discount, ordered, digits) != rounded(amount, digits)):
        price, discount = (rounded(amount / ordered, 4) if ordered else _ZERO), None
    beside = rounded(amount, digits) - _at(price, discount, ordered, digits)
    before = line.standing.invoiced
    fixed = _ZERO
    if beside and ordered:
        fixed = rounded(beside * (before + qty) / ordered, digits) - rounded(beside * before / ordered, digits)
    return Sold(qty, price, discount, line.tax_rate, fixed)


def _at(price: Decimal, discount: Decimal | None, qty: Decimal, digits: int) -> Decimal:
    return rounded(qty * price * (_HUNDRED - (discount or _ZERO)) / _HUNDRED, digits)


def _by_terms(con: duckdb.DuckDBPyConnection, customer: int, on: dt.date) -> dt.date | None:
    days = scalar(con, "SELECT payment_terms_days FROM contacts WHERE id = $1", [customer])
    return on + dt.timedelta(days=int(days)) if days is not None and 0 <= days <= 3650 else None
