"""What payment codes say, and that the picture says it."""

from __future__ import annotations

import zlib
from dataclasses import replace
from decimal import Decimal

import pytest
import segno

from crmcli.documents.facts import Bank, Offer, Party, Seller
from crmcli.documents.payment_code import missing, payload
from crmcli.documents.pictures import code_picture
from crmcli.documents.render import page_of
from tests.documents.made import HOSTILE, offer, seller

SUM = Decimal("17082.34")


def test_roubles() -> None:
    assert payload(seller(), SUM, "RUB", "Оплата по счёту 1") == (
        "ST00012|Name=ООО «Пример Кабель»|PersonalAcc=40702810000000000005|BankName=АО «Пример-Банк», г. Москва|BIC=049900001"
        "|CorrespAcc=30101810100000000001|Sum=1708234|Purpose=Оплата по счёту 1|PayeeINN=9999000165|KPP=999901001"
    )


def test_euro() -> None:
    assert payload(seller("en", currency="EUR"), Decimal("1234.5"), "EUR", "Invoice 1") == (
        "BCD\n002\n1\nSCT\nSAMPGB2LXXX\nSample Fittings Ltd\nGB72SAMP00000000000001\nEUR1234.50\n\n\nInvoice 1"
    )


def test_none_for_others_and_without_bank_data() -> None:
    euro = seller("en", currency="EUR")
    cases: list[tuple[Seller, Decimal, str]] = [
        (seller(), SUM, "USD"),
        (seller(), Decimal(0), "RUB"),
        (seller(), Decimal(-1), "RUB"),
        (replace(seller(), bank=None), SUM, "RUB"),
        (replace(seller(), bank=Bank("b", "4070281", "049900001")), SUM, "RUB"),
        (replace(seller(), bank=Bank("", "40702810000000000005", "049900001")), SUM, "RUB"),
        (seller(), SUM, "EUR"),
        (replace(euro, bank=Bank(iban="GB72SAMP00000000000002")), SUM, "EUR"),
        (euro, Decimal(10) ** 9, "EUR"),
    ]
    for firm, amount, currency in cases:
        assert payload(firm, amount, currency, "x") == ""
        assert missing(firm, amount, currency).startswith("no payment code")
    assert missing(seller(), SUM, "RUB") == ""


@pytest.mark.parametrize("text", HOSTILE)
def test_no_field_can_add_another(text: str) -> None:
    firm = replace(seller(), party=Party(text), tax_id=text, tax_reason=text)
    said = payload(firm, SUM, "RUB", text)
    assert [part.partition("=")[0] for part in said.split("|")[1:]][:7] == [
        "Name", "PersonalAcc", "BankName", "BIC", "CorrespAcc", "Sum", "Purpose",
    ]  # fmt: skip
    assert said.count("|Sum=") == 1
    assert said.count("=") <= 9
    euro = payload(replace(seller("en", currency="EUR"), party=Party(text)), SUM, "EUR", text)
    assert euro.count("\n") == 10
    assert len(euro.encode()) <= 331
    code_picture(said, "svg")


def pixels(png: bytes) -> list[list[bool]]:
    """Rows of a picture of one bit a pixel, True: dark."""
    width = int.from_bytes(png[16:20])
    at, packed = 8, b""
    while at < len(png):
        length, kind = int.from_bytes(png[at : at + 4]), png[at + 4 : at + 8]
        packed += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    raw, size = zlib.decompress(packed), 1 + (width + 7) // 8
    rows: list[bytes] = []
    for start in range(0, len(raw), size):
        row = raw[start + 1 : start + size]
        assert raw[start] in (0, 2)  # as it is, or less the row above
        above = rows[-1] if raw[start] else bytes(size - 1)
        rows.append(bytes((one + other) % 256 for one, other in zip(row, above, strict=True)))
    return [[not row[place // 8] >> (7 - place % 8) & 1 for place in range(width)] for row in rows]


def test_the_picture_is_the_code_of_the_text() -> None:
    text = payload(seller(), SUM, "RUB", "Оплата")
    picture = pixels(code_picture(text, "png"))
    wanted = [
        [bool(module) for module in row]
        for row in segno.make(text, error="m", micro=False, encoding="utf-8", boost_error=False).matrix
    ]
    assert [[row[(2 + at) * 6 + 3] for at in range(len(wanted))] for row in picture[2 * 6 + 3 :: 6]][
        : len(wanted)
    ] == wanted
    assert code_picture(text, "svg") == code_picture(text, "svg")


def test_only_documents_to_be_paid_carry_one() -> None:
    def code(facts: Offer) -> str:
        return page_of(facts).code

    assert "Sum=" in code(offer("invoice"))
    assert code(offer("invoice")).count("Purpose=Оплата по счёту INV-2026-00001 от 12.03.2026. В т.ч. НДС") == 1
    assert "Без НДС" in code(offer("invoice", rates=None))
    assert code(offer("credit_note")) == ""
    assert code(offer("quote", "en", currency="USD")) == ""
    assert code(offer("quote", "en", currency="EUR")).startswith("BCD")
