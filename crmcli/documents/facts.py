"""What a document says, as data: every rendering is made from this and from nothing else.

Facts are stored as JSON when a document is issued (`crmcli.documents.stored`), so that it can be made again to the byte.
All amounts are Decimals in the document's currency, already rounded to its minor unit; unit prices may have more decimals.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class DocumentKind(StrEnum):
    """What a document is."""

    QUOTE = "quote"
    ORDER = "order"
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    STATEMENT = "statement"
    PRICE_LIST = "price_list"


@dataclass(frozen=True, slots=True)
class Party:
    """Who sells, or who buys; an empty text is not shown.

    Args:
        name: In full, as on a letter.
        details: More lines to print under the name, label (already in the document's language) and value: tax id,
            address, phone …, in order.
    """

    name: str
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Bank:
    """Where to pay: Russian accounts have account, bic and corr_account; European ones iban and bic."""

    name: str = ""
    account: str = ""
    bic: str = ""
    corr_account: str = ""
    iban: str = ""


@dataclass(frozen=True, slots=True)
class Seller:
    """The owner's own firm on a document.

    Args:
        party: Name and details.
        bank: Where to pay; None: no payment details and no code.
        tax_id, tax_reason: Numbers that payment codes need (ИНН, КПП); empty where there are none.
        signers: Role (in the document's language) and name of those who sign, in order.
        logo_hash: SHA-256 of the logo among the kept document parts; empty: none.
    """

    party: Party
    bank: Bank | None = None
    tax_id: str = ""
    tax_reason: str = ""
    signers: tuple[tuple[str, str], ...] = ()
    logo_hash: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a document.

    Args:
        number: As printed, from 1.
        sku: The seller's code; may be empty.
        name: What is sold.
        note: A second, smaller line: options, why it is suggested.
        qty, unit: How much; the unit may be empty.
        unit_price: For one unit before the discount.
        discount_pct: Percent off, or None.
        net, tax, gross: Money of the line.
        tax_rate: Percent, or None when no tax is stated.
        mark: "" an ordinary line; "suggested" and "new" are offered beside and are in no total; "delivery".
    """

    number: int
    sku: str
    name: str
    qty: Decimal
    unit: str
    unit_price: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal
    discount_pct: Decimal | None = None
    tax_rate: Decimal | None = None
    note: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class TaxLine:
    """Net and tax of all lines of one rate."""

    rate: Decimal | None
    net: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Offer:
    """Facts of a quote, order confirmation, invoice or credit note.

    Args:
        kind, number, revision: What it is and how it is called; revision 1 is not printed.
        language: "en" or "ru".
        issued_on: Its date.
        until_on: Valid until (quotes) or due (invoices); None: not stated.
        currency, digits: ISO code and decimals of its minor unit.
        seller, buyer: The parties.
        lines: All lines; those with a mark "suggested" or "new" are in no total.
        net, taxes, tax, gross: Totals of the lines that count.
        tax_included: Whether unit prices include the tax.
        tax_mode: "line" or "total": where tax was rounded.
        references: More facts of the heading, label and value, in the document's language.
        terms: Paragraphs below the totals.
        instalments: Day and amount of payments agreed, or nothing.
    """

    kind: DocumentKind
    number: str
    revision: int
    language: str
    issued_on: dt.date
    until_on: dt.date | None
    currency: str
    digits: int
    seller: Seller
    buyer: Party
    lines: tuple[Line, ...]
    net: Decimal
    taxes: tuple[TaxLine, ...]
    tax: Decimal
    gross: Decimal
    tax_included: bool
    tax_mode: str
    references: tuple[tuple[str, str], ...] = ()
    terms: tuple[str, ...] = ()
    instalments: tuple[tuple[dt.date, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a statement: what was billed (debit) or paid and credited (credit), and what is then owed."""

    on: dt.date
    document: str
    debit: Decimal
    credit: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """Facts of a statement of account: opening + Σ debit − Σ credit = closing; above zero the buyer owes."""

    language: str
    issued_on: dt.date
    since: dt.date
    until: dt.date
    currency: str
    digits: int
    seller: Seller
    buyer: Party
    opening: Decimal
    entries: tuple[Entry, ...]
    debit: Decimal
    credit: Decimal
    closing: Decimal


@dataclass(frozen=True, slots=True)
class PricedProduct:
    """One product of a price list: its price at each break of the list's (None: no price there)."""

    sku: str
    name: str
    unit: str
    prices: tuple[Decimal | None, ...]
    is_new: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class PriceSheet:
    """Facts of a price list for one customer, a group, or everyone.

    Args:
        title: What it is called.
        audience: For whom, in words; empty: everyone.
        valid_from, valid_to: First and last day; None: not stated.
        tax_included: Whether prices include tax; tax_note says so in words.
        breaks: Quantities from which the columns hold, ascending, the first is the smallest quantity.
        groups: Category and its products, in order.
    """

    language: str
    title: str
    audience: str
    issued_on: dt.date
    valid_from: dt.date | None
    valid_to: dt.date | None
    currency: str
    digits: int
    tax_included: bool
    seller: Seller
    breaks: tuple[Decimal, ...]
    groups: tuple[tuple[str, tuple[PricedProduct, ...]], ...]
    notes: tuple[str, ...] = ()
