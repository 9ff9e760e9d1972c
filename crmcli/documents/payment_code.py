"""What a payment code (QR) says: ST00012 for roubles (GOST R 56042-2014), EPC069-12 for euro.

Nothing where the bank's data is missing or wrong in form, for other currencies, and for amounts a code cannot carry:
`missing` says why.
"""

from __future__ import annotations

import re
from decimal import Decimal

from crmcli.documents.facts import Bank, DocumentKind, Offer, Seller
from crmcli.documents.plain import one_line
from crmcli.language import gettext as _
from crmcli.rules.check_digits import is_iban

_CURRENCIES = ("RUB", "EUR")  # that there is a standard of payment codes for
_MOST_EURO = Decimal("999999999.99")
_MOST_ROUBLES = Decimal(10) ** 16 - Decimal(1)
_NAME_ST, _BANK_ST, _PURPOSE_ST = 160, 45, 210  # characters GOST allows
_NAME_EPC, _PURPOSE_EPC, _BYTES_EPC = 70, 140, 331


def payload(seller: Seller, amount: Decimal, currency: str, purpose: str) -> str:
    """The text of the code; empty where there can be none (see `missing`)."""
    if missing(seller, amount, currency):
        return ""
    return _epc(seller, amount, purpose) if currency.upper() == "EUR" else _gost(seller, amount, purpose)


def missing_for(facts: Offer) -> str:
    """Why a document to be paid bears no code; empty where it does, and where none belongs (credit notes, other currencies)."""
    if facts.kind is DocumentKind.CREDIT_NOTE or facts.currency.upper() not in _CURRENCIES:
        return ""
    return missing(facts.seller, facts.gross, facts.currency)


def missing(seller: Seller, amount: Decimal, currency: str) -> str:
    """Why there is no payment code, as a sentence in the owner's language; empty where there is one."""
    if currency.upper() not in _CURRENCIES:
        return _("no payment code: there is a standard for roubles and euro only")
    if amount <= 0:
        return _("no payment code: there is nothing to pay")
    is_euro = currency.upper() == "EUR"
    if amount > (_MOST_EURO if is_euro else _MOST_ROUBLES):
        return _("no payment code: the amount is too large for it")
    bank = seller.bank or Bank()
    return _missing_iban(bank) if is_euro else _missing_account(bank)


def _missing_iban(bank: Bank) -> str:
    if not bank.iban:
        return _("no payment code: the IBAN is missing: crmcli seller set iban …")
    return "" if is_iban(bank.iban) else _("no payment code: the check digits of the IBAN are wrong")


def _missing_account(bank: Bank) -> str:
    if one_line(bank.name) and _only(r"[0-9]{20}", bank.account) and _only(r"[0-9]{9}", bank.bic):
        return ""
    return _("no payment code: it needs bank, account (20 digits) and bic (9 digits): crmcli seller set …")


def _gost(seller: Seller, amount: Decimal, purpose: str) -> str:
    """Fields in the order of the standard; the separator cannot be part of a value."""
    bank = seller.bank
    assert bank is not None
    fields = [
        ("Name", _cut(seller.party.name, _NAME_ST)),
        ("PersonalAcc", _only(r"[0-9]{20}", bank.account)),
        ("BankName", _cut(bank.name, _BANK_ST)),
        ("BIC", _only(r"[0-9]{9}", bank.bic)),
        ("CorrespAcc", _only(r"\d{20}", bank.corr_account) or "0"),
        ("Sum", str(int(amount * 100))),
        ("Purpose", _cut(purpose, _PURPOSE_ST)),
        ("PayeeINN", _only(r"\d{10}|\d{12}", seller.tax_id)),
        ("KPP", _only(r"[0-9A-Z]{9}", seller.tax_reason)),
    ]
    return "ST00012|" + "|".join(f"{name}={_value(value)}" for name, value in fields if value)


def _only(form: str, text: str) -> str:
    """The text without blanks where it has the form; else nothing, as a code of nonsense would pay nobody."""
    bare = re.sub(r"\s", "", text)
    return bare if re.fullmatch(form, bare, re.ASCII) else ""


def _value(text: str) -> str:
    return one_line(text).replace("|", "/").replace("=", "-")


def _epc(seller: Seller, amount: Decimal, purpose: str) -> str:
    """Version 002, UTF-8, unstructured remittance; cut by words of bytes until the standard's 331 hold it."""
    bank = seller.bank
    assert bank is not None
    iban, bic = re.sub(r"\s", "", bank.iban).upper(), re.sub(r"\s", "", bank.bic).upper()
    bic = bic if re.fullmatch(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", bic) else ""
    name, why = _cut(seller.party.name, _NAME_EPC), _cut(purpose, _PURPOSE_EPC)
    while True:
        lines = ["BCD", "002", "1", "SCT", bic, name, iban, f"EUR{amount:.2f}", "", "", why]
        text = "\n".join(lines)
        if len(text.encode()) <= _BYTES_EPC or not why:
            return text
        why = why[:-1].rstrip()


def _cut(text: str, most: int) -> str:
    return one_line(text)[:most].rstrip()
