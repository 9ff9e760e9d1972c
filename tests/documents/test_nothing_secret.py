"""What goes out of the house says nothing of what goods cost, what is earned on them, how low a price may fall, or by which rule.

One sale is made from quote to statement with figures and words that occur nowhere else; each document is rendered in every
format and taken apart, and none of them may be found. A PDF is looked at by what its typesetter was given, which is more
than it prints, and as it is.
"""

from __future__ import annotations

import dataclasses
import email
import email.policy
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crmcli.cli.quotes.facts import current_facts
from crmcli.cli.quotes.mail import put_mail
from crmcli.cli.quotes.screens import quote_table
from crmcli.documents import facts as documents
from crmcli.documents import paper
from crmcli.documents.bills import account_facts, buyer_party
from crmcli.documents.facts import DocumentKind
from crmcli.documents.issuing import keep, load
from crmcli.documents.price_sheet import SheetPlan, price_sheet
from crmcli.documents.render import FORMATS, render
from crmcli.documents.seller import load_seller, own_parts
from crmcli.documents.words import load_words
from crmcli.rules.prices.book import Discount, PriceList, PriceRule
from crmcli.rules.quotes.quoting import Wanted, margin
from crmcli.store.accounts import load_account
from crmcli.store.connection import open_to_write, rows, transaction
from crmcli.store.prices.discounts import add_discount
from crmcli.store.prices.lists import add_list
from crmcli.store.prices.pricing import load_articles, load_book, load_buyer
from crmcli.store.prices.rules import add_rules
from crmcli.store.quotes.making import Wish, make_draft
from crmcli.store.quotes.rows import Quote, add_quotes, load_quote
from crmcli.store.quotes.shop import open_shop
from crmcli.store.quotes.steps import accept_quote, send_quote
from crmcli.store.seller import set_details
from tests.store.made import NOW, make, take
from tests.store.selling import DAY, bill, customer_id, note, pay, step

if TYPE_CHECKING:
    import duckdb

    from crmcli.documents.stored import Facts
    from crmcli.store.journal import Writer

D = Decimal
COST, FLOOR = D("61.7319"), D("77.9341")
WORDS = ("QZLIST", "QZRULE", "QZNOTE", "QZWHY", "QZMEMO", "QZRIVAL", "QZDISCOUNT", "QZSEGMENT", "QZTAG")
Papers = dict[str, tuple["Facts", Mapping[str, bytes]]]


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("secret")
    with open_to_write(make(folder / "crm.duckdb"), wait=5) as con:
        take(
            con,
            folder,
            "contacts",
            {"code": "AB", "name": "Alder", "tags": "QZTAG", "email": "ab@x.test", "price_list": "QZLIST"},
        )
        take(con, folder, "products", {"sku": "NAIL", "name": "Nails", "category": "Iron", "price": "100", "cost": str(COST), "tax_rate": "20"},
             {"sku": "DOOR", "name": "Door", "category": "Wood", "price": "50", "cost": str(COST), "tax_rate": "20"})  # fmt: skip
        take(
            con,
            folder,
            "competitor_prices",
            {"competitor": "QZRIVAL", "sku": "NAIL", "price": "93.1717", "seen_on": "2026-06-30"},
        )
        priced(con)
        yield con


def priced(con: duckdb.DuckDBPyConnection) -> None:
    """Rules with everything that is nobody's business."""
    told: dict[str, Any] = {"now": NOW, "command": "t"}
    rule = PriceRule(
        "QZRULE",
        "QZLIST",
        sku="NAIL",
        segment="QZTAG",
        percent=D(-7),
        floor_percent=D("1.37"),
        floor_price=FLOOR,
        note="QZNOTE",
    )
    other = PriceRule(
        "QZRULE2", "QZLIST", category="Wood", base="competitor_min", percent=D(-1), floor_price=FLOOR, note="QZNOTE"
    )
    with transaction(con):
        add_list(con, PriceList("QZLIST", currency="RUB", is_default=True, note="QZNOTE"), **told)
        add_rules(con, [rule, other], **told)
        add_discount(con, Discount("QZDISCOUNT", "volume", D(1), D("1.5")), **told)
    step(con, lambda w: set_details(w, {"min_margin_percent": "12.34", "name": "Seller", "tax_rate": "20"}))


def quoted(writer: Writer) -> Quote:
    wish = Wish("AB", (Wanted("NAIL", D(13)), Wanted("DOOR", D(3))), discount=D(30), override="QZWHY", note="QZMEMO")
    quote = add_quotes(writer, [make_draft(open_shop(writer.con, DAY), wish).quote])[0]
    sent = send_quote(writer, quote, on=DAY)
    facts, parts = current_facts(writer.con, sent)
    keep(writer, facts, parts=parts, customer_id=sent.customer_id)
    return sent


@pytest.fixture(scope="module")
def quote(con: duckdb.DuckDBPyConnection) -> Quote:
    return step(con, quoted)[0]


@pytest.fixture(scope="module")
def papers(con: duckdb.DuckDBPyConnection, quote: Quote) -> Papers:
    """Every document of one sale by its kind."""
    order = step(con, lambda w: accept_quote(w, quote, on=DAY)[1].number)[0]
    invoice = step(con, lambda w: bill(w, order))[0]
    credit = step(con, lambda w: note(w, invoice, {1: "2"}))[0]
    step(con, lambda w: pay(w, "100"))
    seller, parts, owner = load_seller(con, "en"), own_parts(con), customer_id(con, "AB")
    book, buyer = load_book(con, DAY), load_buyer(con, "AB")
    account = account_facts(
        load_account(con, owner, since=DAY, until=DAY), seller=seller, buyer=buyer_party(con, owner, load_words("en", parts)),
        currency="RUB", digits=2, language="en", today=DAY,
    )  # fmt: skip
    sheet = price_sheet(book, load_articles(con, DAY).values(), buyer, SheetPlan("", "Alder", "en", seller, DAY))
    return {
        "quote": load(con, DocumentKind.QUOTE, quote.quote_no, quote.revision), "draft": current_facts(con, quote),
        "invoice": load(con, DocumentKind.INVOICE, invoice), "credit_note": load(con, DocumentKind.CREDIT_NOTE, credit),
        "statement": (account, parts), "price_list": (sheet, parts),
    }  # fmt: skip


def secrets(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Words and figures that must not be found, figures as any format may write them."""
    known = load_quote(con, "Q-2026-0001")
    earned = margin(known.lines)
    assert earned.share is not None
    figures = {COST, FLOOR, D("93.1717"), D("12.34"), D("1.37"), earned.amount, earned.cost, earned.share * 100}
    figures |= {line.cost for line in known.lines if line.cost is not None}
    figures |= {line.net - line.cost for line in known.lines if line.cost is not None}
    figures |= {line.floor_price for line in known.lines if line.floor_price is not None}
    figures |= {cost for (cost,) in rows(con, "SELECT DISTINCT unit_cost FROM order_lines WHERE unit_cost IS NOT NULL")}
    spelled = {f"{abs(figure):,.{digits}f}" for figure in figures for digits in (2, 3, 4)}
    found = {*WORDS, *(text.replace(",", gap).replace(".", point) for text in spelled for gap in ("", ",", " ", "\u00a0", "\u202f")
                       for point in ".,")}  # fmt: skip
    return {text for text in found if len(text) >= 5}


def texts(content: bytes, format: str) -> Iterator[str]:
    """Everything that stands in a file, its parts unpacked."""
    if format == "xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            for name in parts.namelist():
                yield name
                yield parts.read(name).decode("utf-8", "replace").split("<pageMargins")[0]  # "margin" of the paper
        return
    yield content.decode("utf-8", "replace")
    if format == "json":
        yield json.dumps(json.loads(content), ensure_ascii=False)


def found_in(text: str, wanted: set[str]) -> set[str]:
    folded = text.casefold()
    return {secret for secret in wanted if secret.casefold() in folded}


def test_the_search_finds_what_is_there(con: duckdb.DuckDBPyConnection, quote: Quote) -> None:
    """The owner's own screen shows them all, so the words and figures looked for are the right ones."""
    shown = quote_table(load_quote(con, quote.quote_no), customer="Alder", day=DAY, with_margin=True)
    cells = "\n".join(str(cell) for row in shown.rows.fetch() for cell in row) + str(shown)
    told = found_in(cells, secrets(con))
    assert "61.7319" in told
    assert len(told) > 3


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("kind", ["quote", "draft", "invoice", "credit_note", "statement", "price_list"])
def test_no_document_tells(
    con: duckdb.DuckDBPyConnection, papers: Papers, kind: str, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[bytes] = []
    real = paper.compiled

    def watched(files: Mapping[str, bytes], *rest: Any, **more: Any) -> bytes:
        given.extend(files.values())
        return real(files, *rest, **more)

    monkeypatch.setattr(paper, "compiled", watched)
    facts, parts = papers[kind]
    content = render(facts, format, parts=parts)
    assert bool(given) == (format == "pdf")
    wanted = secrets(con)
    for text in [*texts(content, format), *(one.decode("utf-8", "replace") for one in given)]:
        assert not found_in(text, wanted)
    goods = "\n".join([*texts(content, format), *(one.decode("utf-8", "replace") for one in given)])
    assert kind == "statement" or "Nails" in goods, "the document does speak of the goods"


@pytest.mark.parametrize("part", ["text/plain", "application/pdf"])
def test_no_letter_tells(
    con: duckdb.DuckDBPyConnection, papers: Papers, quote: Quote, tmp_path: Path, part: str
) -> None:
    facts, parts = papers["quote"]
    assert isinstance(facts, documents.Offer)
    put_mail(con, quote, facts, parts, target=str(tmp_path / "offer.eml"))
    letter = email.message_from_bytes((tmp_path / "offer.eml").read_bytes(), policy=email.policy.default)
    wanted = secrets(con)
    assert not found_in(str(letter.items()), wanted)
    bodies = [one for one in letter.walk() if one.get_content_type() == part]
    assert bodies
    for one in bodies:
        payload = one.get_payload(decode=True)
        assert isinstance(payload, bytes)
        assert not found_in(payload.decode("utf-8", "replace"), wanted)


def test_documents_as_kept_tell_nothing_either(con: duckdb.DuckDBPyConnection, papers: Papers) -> None:
    assert papers
    kept = rows(con, "SELECT kind, facts FROM documents")
    assert {kind for kind, _facts in kept} == {"quote", "invoice", "credit_note"}
    for _kind, facts in kept:
        assert not found_in(facts, secrets(con))


def test_facts_have_no_place_for_a_secret() -> None:
    """A field of that sort, added one day, would go out with every document."""
    shapes = [one for one in vars(documents).values() if dataclasses.is_dataclass(one)]
    names = {field.name for shape in shapes for field in dataclasses.fields(shape)}
    assert {"unit_price", "gross", "balance"} <= names
    for name in names:
        assert not any(
            word in name for word in ("cost", "margin", "floor", "rule", "override", "segment", "profit", "competitor")
        ), name
