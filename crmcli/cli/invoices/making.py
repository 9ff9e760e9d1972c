"""How `invoice issue` and `invoice credit` make out a bill from what was typed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.cli.options import parse_day
from crmcli.errors import ConflictError, UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from crmcli.rules.settling import Instalment
    from crmcli.store.invoices.crediting import Invoice
    from crmcli.store.invoices.issuing import Bill
    from crmcli.store.journal import Writer
    from crmcli.store.orders.states import OrderState

INVOICE_SERIES, CREDIT_SERIES, TAX_MODE = "invoice_series", "credit_series", "tax_mode"  # details of the seller


@dataclass(frozen=True, slots=True)
class Asked:
    """What `invoice issue` was told; chosen is empty where no line was named."""

    chosen: dict[int, Decimal | None]
    shipped: bool
    on: dt.date
    due: dt.date | None
    terms: int | None
    instalments: int | None
    told: tuple[str, ...]
    tax_mode: str | None
    series: str | None


def issue_invoice(writer: Writer, number: str, asked: Asked, language: str) -> Invoice:
    """Issue an invoice for an order; returns it as it stands."""
    from crmcli.documents.bills import issue_bill
    from crmcli.rules.numbering import INVOICES
    from crmcli.rules.totals import TaxMode
    from crmcli.store.invoices.billing import Terms, bill_order
    from crmcli.store.invoices.crediting import find_invoice
    from crmcli.store.orders.states import find_order
    from crmcli.store.seller import load_details

    con = writer.con
    order, details = find_order(con, number), load_details(con)
    due = asked.due or (asked.on + dt.timedelta(days=asked.terms) if asked.terms is not None else None)
    series = asked.series or details.get(INVOICE_SERIES) or INVOICES
    bill = bill_order(
        con, order, _quantities(order, asked.chosen, shipped=asked.shipped),
        Terms(asked.on, series, due, TaxMode(asked.tax_mode) if asked.tax_mode else None),
    )  # fmt: skip
    issued, _facts = issue_bill(writer, _in_parts(bill, asked), language)
    return find_invoice(con, issued.number)


def issue_credit(
    writer: Writer,
    number: str,
    chosen: dict[int, Decimal | None],
    amount: Decimal | None,
    *,
    on: dt.date,
    series: str | None,
    language: str,
) -> Invoice:
    """Issue a credit note on an invoice; returns it as it stands."""
    from crmcli.documents.bills import issue_bill
    from crmcli.rules.numbering import CREDIT_NOTES
    from crmcli.store.invoices.crediting import credit_amount, credit_lines, find_invoice, what_is_left
    from crmcli.store.seller import load_details

    con = writer.con
    invoice = find_invoice(con, number)
    chosen_series = series or load_details(con).get(CREDIT_SERIES) or CREDIT_NOTES
    left = what_is_left(invoice)
    if chosen:
        quantities = {line: qty if qty is not None else left.get(line, Decimal(0)) for line, qty in chosen.items()}
        bill = credit_lines(con, invoice, quantities, on=on, series=chosen_series)
    elif amount is None and left:
        bill = credit_lines(con, invoice, left, on=on, series=chosen_series)
    else:
        whole = invoice.amount - invoice.credited
        if amount is None and whole <= 0:
            raise ConflictError(_("nothing of invoice %(number)s is left to credit") % {"number": invoice.number})
        words = _("Reduction on invoice %(number)s") % {"number": invoice.number}
        bill = credit_amount(con, invoice, amount or whole, on=on, series=chosen_series, words=words)
    issued, _facts = issue_bill(writer, bill, language)
    return find_invoice(con, issued.number)


def _in_parts(bill: Bill, asked: Asked) -> Bill:
    """The bill with the instalments asked for."""
    from crmcli.rules.settling import equal_instalments, told_instalments
    from crmcli.store.invoices.billing import in_instalments

    parts: tuple[Instalment, ...]
    if asked.instalments is not None:
        first = bill.due_on or bill.on
        parts = equal_instalments(bill.totals.gross, asked.instalments, first, digits=bill.digits)
    elif asked.told:
        parts = told_instalments(bill.totals.gross, [_part(word) for word in asked.told], digits=bill.digits)
    else:
        return bill
    return in_instalments(bill, parts)


def _part(word: str) -> tuple[dt.date, Decimal, bool]:
    """DATE=AMOUNT or DATE=PCT% as typed."""
    from crmcli.cli.typed import parse_amount

    day, equals, number = word.partition("=")
    if not equals or not number.strip():
        raise UsageError(_("%(word)s is no instalment") % {"word": repr(word)}, "--instalment 2026-08-01=50%")
    percent = number.strip().endswith("%")
    return parse_day(day), parse_amount(number.strip().removesuffix("%"), "--instalment"), percent


def _quantities(order: OrderState, chosen: dict[int, Decimal | None], *, shipped: bool) -> dict[int, Decimal]:
    """What is to be invoiced of an order: as said, what was shipped, or all that is not invoiced yet."""
    from crmcli.store.orders.states import find_line

    if chosen:
        return {
            number: qty if qty is not None else find_line(order, number).standing.to_invoice
            for number, qty in chosen.items()
        }
    side = "shipped_to_invoice" if shipped else "to_invoice"
    left = {line.number: getattr(line.standing, side) for line in order.lines}
    return {number: qty for number, qty in left.items() if qty}
