"""The account of one customer: what was billed and credited, what was paid and paid back, and what is owed after each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.language import N_
from crmcli.store.connection import rows

if TYPE_CHECKING:
    import duckdb

# What an entry is, as a word of the owner's.
INVOICE, CREDIT_NOTE, PAYMENT, REFUND = N_("Invoice"), N_("Credit note"), N_("Payment"), N_("Refund")
# As in metrics/payments: neither drafts nor cancelled invoices; a payment belongs to the customer of its invoice, where that is
# issued, else to who paid. Rows of one receipt on one day are one payment; what only moves credit adds up to nothing.
_SQL = """
WITH issued AS (
    SELECT id, invoice_no, customer_id, issued_on, amount FROM invoices
    WHERE issued_on <= $until
        AND NOT coalesce(regexp_matches(lower(status), '^(draft|cancel|void|annul|чернов|отмен|аннул)'), false)
),
paid AS (
    SELECT p.paid_on, coalesce(p.receipt_no, p.payment_no, '') AS number, p.amount,
        coalesce(p.receipt_no, '#' || p.id::VARCHAR) AS receipt, p.id
    FROM payments AS p LEFT JOIN issued AS i ON i.id = p.invoice_id LEFT JOIN invoices AS any_invoice ON any_invoice.id = p.invoice_id
    WHERE p.paid_on <= $until AND coalesce(i.customer_id, p.customer_id, any_invoice.customer_id) = $customer
),
entries AS (
    SELECT issued_on AS day, 1 AS place, invoice_no AS number, amount, id FROM issued WHERE customer_id = $customer AND amount <> 0
    UNION ALL
    SELECT paid_on, 2, number, -sum(amount), min(id) FROM paid GROUP BY paid_on, number, receipt HAVING sum(amount) <> 0
)
SELECT day, place, number, amount FROM entries ORDER BY day, place, number, id
"""


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """One entry: debit raises what the customer owes, credit lowers it; balance is what is owed then."""

    on: dt.date
    kind: str
    number: str
    debit: Decimal
    credit: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Account:
    """The account over a span of days, both included: opening + debit - credit = closing; above zero the customer owes."""

    since: dt.date
    until: dt.date
    opening: Decimal
    entries: tuple[AccountEntry, ...]
    debit: Decimal
    credit: Decimal
    closing: Decimal


def load_account(con: duckdb.DuckDBPyConnection, customer_id: int, *, since: dt.date, until: dt.date) -> Account:
    """The account of a customer.

    Args:
        con: A store.
        customer_id: Whose.
        since: First day; what was before is the opening balance.
        until: Last day.
    """
    opening = debit = credit = Decimal(0)
    entries = []
    for day, place, number, amount in rows(con, _SQL, {"customer": customer_id, "until": until}):
        if day < since:
            opening += amount
            continue
        up, down = max(amount, Decimal(0)), max(-amount, Decimal(0))
        debit, credit = debit + up, credit + down
        kind = (INVOICE if amount > 0 else CREDIT_NOTE) if place == 1 else (PAYMENT if amount < 0 else REFUND)
        entries.append(AccountEntry(day, kind, number, up, down, opening + debit - credit))
    return Account(since, until, opening, tuple(entries), debit, credit, opening + debit - credit)
