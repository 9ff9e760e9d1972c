"""Invoices, credit notes and statements of account: from the rows of the store to the facts of a document."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from crmcli.documents.facts import DocumentKind, Entry, Line, Offer, Party, Seller, Statement, TaxLine
from crmcli.documents.issuing import keep
from crmcli.documents.seller import load_seller, own_parts
from crmcli.documents.words import Words, load_words
from crmcli.errors import NotFoundError
from crmcli.language import gettext as _
from crmcli.language import spoken_in
from crmcli.store.accounts import Account
from crmcli.store.connection import rows
from crmcli.store.invoices.issuing import Bill, IssuedBill, issue

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.journal import Writer


def issue_bill(writer: Writer, bill: Bill, language: str) -> tuple[IssuedBill, Offer]:
    """Issue an invoice or credit note and keep its document, in one step. Call inside its transaction.

    Raises:
        ConflictError, UsageError: As of store.invoices.issue.
    """
    issued = issue(writer, bill)
    parts = own_parts(writer.con)
    facts = bill_facts(
        issued,
        seller=load_seller(writer.con, language),
        buyer=buyer_party(writer.con, bill.customer_id, load_words(language, parts)),
        language=language,
    )
    keep(writer, facts, parts=parts, customer_id=bill.customer_id)
    return issued, facts


def bill_facts(issued: IssuedBill, *, seller: Seller, buyer: Party, language: str) -> Offer:
    """What an invoice or credit note says; a credit note says how much is credited, so its figures are above zero."""
    bill = issued.bill
    is_note = bill.credits is not None
    sign = -1 if is_note else 1
    lines = tuple(
        Line(
            place, line.sku, line.description, sign * line.qty, line.unit, line.unit_price, sign * money.net, sign * money.tax,
            sign * money.gross, line.discount_pct, line.tax_rate, line.note,
        )
        for place, (line, money) in enumerate(zip(bill.lines, bill.totals.lines, strict=True), 1)
    )  # fmt: skip
    return Offer(
        kind=DocumentKind.CREDIT_NOTE if is_note else DocumentKind.INVOICE,
        number=issued.number,
        revision=1,
        language=language,
        issued_on=bill.on,
        until_on=bill.due_on,
        currency=bill.currency,
        digits=bill.digits,
        seller=seller,
        buyer=buyer,
        lines=lines,
        net=sign * bill.totals.net,
        taxes=tuple(TaxLine(part.rate, sign * part.net, sign * part.tax) for part in bill.totals.parts),
        tax=sign * bill.totals.tax,
        gross=sign * bill.totals.gross,
        tax_included=bill.tax_included,
        tax_mode=bill.tax_mode.value,
        references=spoken_in(language, partial(_references, bill)),
        instalments=tuple((part.due_on, part.amount) for part in bill.instalments),
    )


def account_facts(
    account: Account, *, seller: Seller, buyer: Party, currency: str, digits: int, language: str, today: dt.date
) -> Statement:
    """What a statement of account says.

    Args:
        account: Of the store.
        seller: Who made it out.
        buyer: Whose it is.
        currency: ISO code.
        digits: Decimals of its minor unit.
        language: "en" or "ru".
        today: The day it is made on.
    """
    kinds = {kind: spoken_in(language, partial(_, kind)) for kind in {one.kind for one in account.entries}}
    entries = tuple(
        Entry(one.on, f"{kinds[one.kind]} {one.number}".strip(), one.debit, one.credit, one.balance)
        for one in account.entries
    )
    return Statement(
        language, today, account.since, account.until, currency, digits, seller, buyer, account.opening, entries,
        account.debit, account.credit, account.closing,
    )  # fmt: skip


def buyer_party(con: duckdb.DuckDBPyConnection, customer_id: int, words: Words) -> Party:
    """A customer as documents name them, as they are today.

    Raises:
        NotFoundError: There is no such contact.
    """
    found = rows(
        con, "SELECT name, tax_id, address, city, country, phone, email FROM contacts WHERE id = $1", [customer_id]
    )
    if not found:
        raise NotFoundError(_("there is no such customer any more"))
    name, tax_id, address, city, country, phone, email = found[0]
    place = [address, *(part for part in (city, country) if part and part not in (address or ""))]
    details = (
        ("tax_id", tax_id), ("address", ", ".join(part for part in place if part)), ("phone", phone), ("email", email),
    )  # fmt: skip
    return Party(name, tuple((words[f"seller_{key}"], value) for key, value in details if value))


def _references(bill: Bill) -> tuple[tuple[str, str], ...]:
    """The order, and what a credit note corrects."""
    found = []
    if bill.credits is not None:
        found.append((_("Invoice"), bill.credits))
    if bill.order_no is not None:
        found.append((_("Order"), bill.order_no))
    return tuple(found)


def total_of(facts: Offer) -> Decimal:
    """What a document comes to in the books: below zero for a credit note."""
    return -facts.gross if facts.kind is DocumentKind.CREDIT_NOTE else facts.gross
