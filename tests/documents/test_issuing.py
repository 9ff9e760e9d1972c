"""Documents kept as issued, and found again to the byte."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crmcli.documents.facts import DocumentKind
from crmcli.documents.issuing import keep, load
from crmcli.documents.render import FORMATS, render
from crmcli.documents.seller import load_seller, own_parts
from crmcli.documents.words import own_template
from crmcli.errors import ConflictError, NotFoundError
from crmcli.store.connection import open_to_write, scalar, transaction
from crmcli.store.journal import begin, finish
from crmcli.store.seller import LOGO, set_details, set_parts
from crmcli.store.undo import undo
from tests.documents.made import offer, prices, statement
from tests.store.made import make

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb

    from crmcli.store.journal import Writer

NOW = dt.datetime(2026, 7, 1, 9)
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
OTHER = PICTURE.replace(b"rect", b"ellipse")


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    store = make(tmp_path / "crm.duckdb")
    with open_to_write(store, wait=5) as opened:
        yield opened


def step(con: duckdb.DuckDBPyConnection, do: Callable[[Writer], None]) -> int:
    with transaction(con):
        writer = begin(con)
        do(writer)
        return finish(writer, now=NOW, kind="test", command="test").number


def with_own(con: duckdb.DuckDBPyConnection) -> int:
    """A logo and words of the owner's; returns the step."""
    words = own_template("words.ru.toml").replace("Поставщик".encode(), "Продавец".encode())
    return step(
        con, lambda writer: set_parts(writer, {LOGO: ("logo.svg", PICTURE), "template:words.ru.toml": ("words", words)})
    )


def test_issued_documents_are_made_again_to_the_byte_after_everything_changed(con: duckdb.DuckDBPyConnection) -> None:
    with_own(con)
    step(
        con,
        lambda writer: set_details(
            writer, {"name": "ООО «Пример»", "account": "40702810000000000005", "bic": "049900001"}
        ),
    )
    parts = own_parts(con)
    facts = replace(offer("invoice"), seller=load_seller(con, "ru"))
    step(con, lambda writer: keep(writer, facts, parts=parts))
    before = {kind: render(facts, kind, parts=parts) for kind in FORMATS}
    assert "Продавец".encode() in before["html"]
    assert b"data:image/svg+xml" in before["html"]
    step(
        con,
        lambda writer: set_parts(
            writer, {LOGO: ("logo.svg", OTHER), "template:words.ru.toml": ("words", own_template("words.ru.toml"))}
        ),
    )
    step(con, lambda writer: set_details(writer, {"name": "ООО «Другой»"}))
    kept, kept_parts = load(con, DocumentKind.INVOICE, facts.number)
    assert kept == facts
    assert {kind: render(kept, kind, parts=kept_parts) for kind in FORMATS} == before
    assert render(kept, "html", parts=own_parts(con)) != before["html"]


def test_parts_are_kept_once_and_as_long_as_a_document_needs_them(con: duckdb.DuckDBPyConnection) -> None:
    own = with_own(con)
    facts = replace(offer(), seller=load_seller(con, "ru"))
    first = step(con, lambda writer: keep(writer, facts, parts=own_parts(con)))
    step(con, lambda writer: keep(writer, replace(facts, number="Q-2"), parts=own_parts(con)))
    assert scalar(con, "SELECT count(*) FROM document_parts") == 3  # logo, words, and the bundle of both documents
    for number in (first, own):
        with transaction(con):
            undo(con, number, now=NOW)
    kept, parts = load(con, DocumentKind.QUOTE, "Q-2")
    assert render(kept, "html", parts=parts).count("Продавец".encode()) == 1
    with pytest.raises(NotFoundError):
        load(con, DocumentKind.QUOTE, facts.number)


def test_nothing_is_issued_twice_and_revisions_stand_side_by_side(con: duckdb.DuckDBPyConnection) -> None:
    facts = offer()
    step(con, lambda writer: keep(writer, facts, parts={}))
    with pytest.raises(ConflictError):
        step(con, lambda writer: keep(writer, facts, parts={}))
    second = replace(facts, revision=2, terms=("New.",))
    step(con, lambda writer: keep(writer, second, parts={}))
    assert load(con, DocumentKind.QUOTE, facts.number)[0] == second
    assert load(con, DocumentKind.QUOTE, facts.number, 1)[0] == facts
    with pytest.raises(NotFoundError):
        load(con, DocumentKind.QUOTE, facts.number, 3)


def test_statements_and_price_lists_are_kept_too(con: duckdb.DuckDBPyConnection) -> None:
    step(con, lambda writer: keep(writer, statement(), parts={}, number="C-1 2026-03-31"))
    step(con, lambda writer: keep(writer, prices(), parts={}, number="dealers 2026-03"))
    assert load(con, DocumentKind.STATEMENT, "C-1 2026-03-31")[0] == statement()
    assert load(con, DocumentKind.PRICE_LIST, "dealers 2026-03")[0] == prices()


def test_a_seller_in_two_languages(con: duckdb.DuckDBPyConnection) -> None:
    step(
        con,
        lambda writer: set_details(
            writer, {"name": "ООО «Пример»", "name_en": "Sample LLC", "director": "П", "tax_id": "1"}
        ),
    )
    assert load_seller(con, "ru").party.name == "ООО «Пример»"
    english = load_seller(con, "en")
    assert english.party.name == "Sample LLC"
    assert english.party.details == (("Tax number", "1"),)
    assert english.signers == (("Director", "П"),)
    assert english.bank is None
