"""Who sells, who buys, where to pay and who signs, as blocks of a page."""

from __future__ import annotations

from crmcli.documents.facts import Bank, Party, Seller
from crmcli.documents.page import BankForm, Block, Signing
from crmcli.documents.plain import one_line
from crmcli.documents.words import Words


def block(party: Party, role: str) -> Block:
    """A party with what there is to say of it."""
    details = ((one_line(label), one_line(value)) for label, value in party.details)
    return Block(role, one_line(party.name), tuple((label, value) for label, value in details if value))


def bank_form(seller: Seller) -> BankForm | None:
    """The payment form of a Russian invoice."""
    bank = seller.bank
    if bank is None:
        return None
    texts = (bank.name, bank.bic, bank.corr_account, bank.account, seller.tax_id, seller.tax_reason, seller.party.name)
    return BankForm(*map(one_line, texts))


def payment_lines(bank: Bank | None, words: Words) -> tuple[tuple[str, str], ...]:
    """Where to pay, label and value."""
    if bank is None:
        return ()
    lines = (
        (words["bank"], bank.name),
        (words["iban"], _in_fours(bank.iban)),
        (words["account"], bank.account),
        (words["swift"] if bank.iban and not bank.account else words["bic"], bank.bic),
        (words["corr_account"], bank.corr_account),
    )
    return tuple((label, one_line(value)) for label, value in lines if one_line(value))


def signing(seller: Seller, title: str = "") -> tuple[Signing, ...]:
    """Who signs for the seller; nothing where nobody does."""
    signers = tuple((one_line(role), one_line(name)) for role, name in seller.signers)
    return (Signing(title, signers),) if signers else ()


def _in_fours(iban: str) -> str:
    bare = "".join(iban.split())
    return " ".join(bare[at : at + 4] for at in range(0, len(bare), 4))
