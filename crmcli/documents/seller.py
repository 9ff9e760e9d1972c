"""The owner's firm as documents need it, made of the details kept in the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from crmcli.documents.facts import Bank, Party, Seller
from crmcli.documents.words import Words, load_words
from crmcli.store.issued import load_part
from crmcli.store.seller import LOGO, load_details

if TYPE_CHECKING:
    import duckdb

TEMPLATE = "template:"  # a detail template:NAME holds the hash of the owner's own template of that name
_SHOWN = ("tax_id", "kpp", "ogrn", "address", "phone", "email", "website")
_SIGNERS = ("director", "accountant")


def load_seller(con: duckdb.DuckDBPyConnection, language: str) -> Seller:
    """The owner's firm on a document in a language, "en" or "ru"; an empty name where none is set."""
    details = load_details(con)
    return seller_of(details, load_words(language, own_parts(con, details)), language)


def seller_of(details: Mapping[str, str], words: Words, language: str) -> Seller:
    """A seller of details by key; one said for the language (name_en) goes before the one for all."""

    def said(key: str) -> str:
        return details.get(f"{key}_{language}") or details.get(key) or ""

    shown = tuple((words[f"seller_{key}"], said(key)) for key in _SHOWN if said(key))
    signers = tuple((words[f"seller_{key}"], said(key)) for key in _SIGNERS if said(key))
    name = details.get(f"full_name_{language}") or details.get(f"name_{language}") or said("full_name") or said("name")
    bank = Bank(*map(said, ("bank", "account", "bic", "corr_account", "iban")))
    return Seller(
        Party(name, shown), bank if bank.account or bank.iban else None, said("tax_id"), said("kpp"), signers,
        details.get(LOGO, ""),
    )  # fmt: skip


def own_parts(con: duckdb.DuckDBPyConnection, details: Mapping[str, str] | None = None) -> dict[str, bytes]:
    """The owner's own templates and words by file name, and "logo", as they are today: what `render` takes as parts."""
    known = load_details(con) if details is None else details
    parts = {
        key.removeprefix(TEMPLATE): load_part(con, value) for key, value in known.items() if key.startswith(TEMPLATE)
    }
    return parts | ({"logo": load_part(con, known[LOGO])} if known.get(LOGO) else {})
