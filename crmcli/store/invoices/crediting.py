"""Credit notes: what of an issued invoice is taken back, by lines or by an amount. Nothing is written here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.numbers import minor_digits, rounded
from crmcli.rules.fulfilment import plain
from crmcli.rules.totals import LineSum, TaxMode, TaxPart, Totals
from crmcli.store.connection import rows, scalar
from crmcli.store.invoices.issuing import Bill, BillLine

if TYPE_CHECKING:
    import duckdb

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line of an invoice, and what of it was credited by lines of credit notes (all three above zero)."""

    line: BillLine
    net: Decimal
    tax: Decimal
    credited_qty: Decimal
    credited_net: Decimal
    credited_tax: Decimal


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice as it stands.

    Args:
        amount, tax_amount: With tax; and the tax, None where an imported one does not say.
        paid: What came for it; credited: Σ of its credit notes, above zero.
        issued_here: It bears a number of ours and cannot change.
        credits: The invoice that it corrects.
    """

    id: int
    number: str
    customer_id: int
    customer: str
    customer_name: str
    order_no: str | None
    issued_on: dt.date
    due_on: dt.date | None
    amount: Decimal
    tax_amount: Decimal | None
    status: str | None
    issued_here: bool
    credits: str | None
    paid: Decimal
    credited: Decimal
    lines: tuple[BilledLine, ...] = ()


_FIND = """
SELECT i.id, i.invoice_no, i.customer_id, c.code, c.name, i.order_no, i.issued_on, i.due_on, i.amount, i.tax_amount, i.status,
    i.number IS NOT NULL, i.credits,
    coalesce((SELECT sum(p.amount) FROM payments AS p WHERE p.invoice_id = i.id), 0),
    coalesce((SELECT -sum(k.amount) FROM invoices AS k WHERE k.credits = i.invoice_no), 0)
FROM invoices AS i JOIN contacts AS c ON c.id = i.customer_id WHERE i.invoice_no = $1
"""
_LINES = """
WITH credited AS (
    SELECT l.line_no, -sum(l.qty) AS qty, -sum(l.net) AS net, -sum(l.tax) AS tax
    FROM invoices AS k JOIN invoice_lines AS l ON l.invoice_id = k.id WHERE k.credits = $number GROUP BY l.line_no
)
SELECT l.line_no, l.order_line_id, l.product_id, coalesce(p.sku, ''), l.description, coalesce(l.unit, ''), l.qty, l.unit_price,
    l.discount_pct, l.tax_rate, l.net, l.tax, coalesce(c.qty, 0), coalesce(c.net, 0), coalesce(c.tax, 0)
FROM invoice_lines AS l LEFT JOIN products AS p ON p.id = l.product_id LEFT JOIN credited AS c USING (line_no)
WHERE l.invoice_id = $id ORDER BY l.line_no
"""


def find_invoice(con: duckdb.DuckDBPyConnection, number: str) -> Invoice:
    """An invoice or credit note by its number, with its lines (imported ones have none).

    Raises:
        NotFoundError: There is none.
    """
    from dataclasses import replace

    number = number.strip()
    found = rows(con, _FIND, [number])
    if not found:
        like = rows(
            con,
            "SELECT invoice_no FROM invoices WHERE jaro_winkler_similarity(invoice_no, $1) > 0.8 "
            "ORDER BY jaro_winkler_similarity(invoice_no, $1) DESC, invoice_no LIMIT 20",
            [number],
        )
        hint = nearest(number, [str(one) for (one,) in like]) or _("All invoices: crmcli invoice list")
        raise NotFoundError(_("there is no invoice %(number)s") % {"number": number}, hint)
    invoice = Invoice(*found[0])
    lines = rows(con, _LINES, {"number": number, "id": invoice.id})
    return replace(invoice, lines=tuple(BilledLine(BillLine(*row[:10]), *row[10:]) for row in lines))


def credit_lines(
    con: duckdb.DuckDBPyConnection, invoice: Invoice, quantities: Mapping[int, Decimal], *, on: dt.date, series: str
) -> Bill:
    """The credit note over these quantities of an invoice's lines, by line number, above zero.

    All goes of a line together credit exactly what it came to.

    Raises:
        ConflictError: More than was invoiced and not credited yet.
        NotFoundError: No such line.
    """
    _require_creditable(invoice, on)
    known = {one.line.number: one for one in invoice.lines}
    digits = minor_digits(_currency(con))
    lines, sums = [], []
    for number, qty in sorted(quantities.items()):
        if number not in known:
            raise NotFoundError(
                _("invoice %(invoice)s has no line %(line)s") % {"invoice": invoice.number, "line": number},
                _("Its lines: %(lines)s") % {"lines": ", ".join(map(str, known))} if known else None,
            )
        one = known[number]
        left = abs(one.line.qty) - abs(one.credited_qty)
        if qty <= 0 or qty > left:
            raise ConflictError(
                _("%(line)s: %(qty)s cannot be credited; not credited yet are %(left)s")
                % {"line": f"{number} {one.line.sku or one.line.description}", "qty": plain(qty), "left": plain(left)}
            )
        sign = 1 if one.line.qty > 0 else -1
        lines.append(_turned(one.line, -qty * sign))
        sums.append(_credited(one, qty, digits))
    return _note(con, invoice, lines, sums, on=on, series=series)


def credit_amount(
    con: duckdb.DuckDBPyConnection, invoice: Invoice, amount: Decimal, *, on: dt.date, series: str, words: str
) -> Bill:
    """The credit note over an amount with tax, shared among the rates of the invoice as they are.

    Raises:
        ConflictError: More than was invoiced and not credited yet.
        UsageError: Nothing, or more decimals than the currency has.
    """
    _require_creditable(invoice, on)
    digits = minor_digits(_currency(con))
    if amount <= 0 or amount != rounded(amount, digits):
        raise UsageError(_("%(amount)s cannot be credited") % {"amount": plain(amount)})
    parts = _by_rate(invoice)
    whole = sum((net + tax for _rate, net, tax in parts), _ZERO)
    first = max((one.line.number for one in invoice.lines), default=0) + 1
    lines, sums, reached = [], [], _ZERO
    for place, (rate, net, tax) in enumerate(parts):
        gross = rounded(amount * (net + tax + reached) / whole, digits) - rounded(amount * reached / whole, digits)
        reached += net + tax
        if gross == 0:
            continue
        share = rounded(gross * tax / (net + tax), digits)
        lines.append(BillLine(first + place, None, None, "", words, "", Decimal(-1), gross - share, None, rate))
        sums.append(LineSum(share - gross, -share, -gross))
    return _note(con, invoice, lines, sums, on=on, series=series)


def what_is_left(invoice: Invoice) -> dict[int, Decimal]:
    """By line what was not credited yet, where lines say all of it (no amount was credited besides)."""
    by_lines = sum((one.credited_net + one.credited_tax for one in invoice.lines), _ZERO)
    if not invoice.lines or by_lines != invoice.credited:
        return {}
    left = {one.line.number: abs(one.line.qty) - abs(one.credited_qty) for one in invoice.lines}
    return {number: qty for number, qty in left.items() if qty > 0}


def _require_creditable(invoice: Invoice, on: dt.date) -> None:
    if invoice.credits is not None or invoice.amount <= 0:
        raise ConflictError(_("%(number)s is a credit note itself") % {"number": invoice.number})
    if on < invoice.issued_on:
        raise UsageError(
            _("a credit note cannot be dated before its invoice, %(day)s") % {"day": invoice.issued_on.isoformat()}
        )


def _credited(one: BilledLine, qty: Decimal, digits: int) -> LineSum:
    """Money of so much of a line, below zero: what is due with it less what earlier credit notes took."""
    before, whole = abs(one.credited_qty), abs(one.line.qty)
    if before + qty == whole:
        net, tax = one.net - one.credited_net, one.tax - one.credited_tax
    else:
        net = rounded(one.net * (before + qty) / whole, digits) - one.credited_net
        tax = rounded(one.tax * (before + qty) / whole, digits) - one.credited_tax
    return LineSum(-net, -tax, -net - tax)


def _turned(line: BillLine, qty: Decimal) -> BillLine:
    from dataclasses import replace

    return replace(line, qty=qty)


def _by_rate(invoice: Invoice) -> list[tuple[Decimal | None, Decimal, Decimal]]:
    """Rate, net and tax of an invoice; of an imported one all at no stated rate."""
    if not invoice.lines:
        tax = invoice.tax_amount or _ZERO
        return [(None, invoice.amount - tax, tax)]
    rates = sorted({one.line.tax_rate for one in invoice.lines}, key=lambda rate: (rate is None, rate or _ZERO))
    parts = [
        (
            rate,
            sum((one.net for one in invoice.lines if one.line.tax_rate == rate), _ZERO),
            sum((one.tax for one in invoice.lines if one.line.tax_rate == rate), _ZERO),
        )
        for rate in rates
    ]
    return [part for part in parts if part[1] + part[2] > 0]


def _note(
    con: duckdb.DuckDBPyConnection,
    invoice: Invoice,
    lines: Sequence[BillLine],
    sums: Sequence[LineSum],
    *,
    on: dt.date,
    series: str,
) -> Bill:
    net, tax = sum((one.net for one in sums), _ZERO), sum((one.tax for one in sums), _ZERO)
    if net + tax >= 0:
        raise ConflictError(_("nothing of invoice %(number)s is left to credit") % {"number": invoice.number})
    if -(net + tax) > invoice.amount - invoice.credited:
        raise ConflictError(
            _("%(amount)s is more than the %(left)s of invoice %(number)s not credited yet")
            % {"amount": plain(-net - tax), "left": plain(invoice.amount - invoice.credited), "number": invoice.number}
        )
    rates = sorted({line.tax_rate for line in lines}, key=lambda rate: (rate is None, rate or _ZERO))
    paired = list(zip(lines, sums, strict=True))
    parts = tuple(
        TaxPart(
            rate,
            sum((one.net for line, one in paired if line.tax_rate == rate), _ZERO),
            sum((one.tax for line, one in paired if line.tax_rate == rate), _ZERO),
        )
        for rate in rates
    )
    currency = _currency(con)
    totals = Totals(tuple(sums), parts, net, tax, net + tax)
    mode, included = _made_out(con, invoice)
    return Bill(
        invoice.customer_id, invoice.order_no, on, None, series, currency, minor_digits(currency), tuple(lines), totals, mode,
        included, credits=invoice.number,
    )  # fmt: skip


def _made_out(con: duckdb.DuckDBPyConnection, invoice: Invoice) -> tuple[TaxMode, bool]:
    """Tax mode of the quote behind the invoice's order and whether its prices include tax."""
    found = rows(
        con,
        "SELECT q.tax_mode, q.tax_included FROM orders AS o JOIN quotes AS q USING (quote_no) WHERE o.order_no = $1 "
        "ORDER BY q.status = 'accepted' DESC, q.revision DESC LIMIT 1",
        [invoice.order_no],
    )
    return (TaxMode(found[0][0]), bool(found[0][1])) if found else (TaxMode.LINE, False)


def _currency(con: duckdb.DuckDBPyConnection) -> str:
    return str(scalar(con, "SELECT value FROM meta.settings WHERE key = 'base_currency'") or "")
