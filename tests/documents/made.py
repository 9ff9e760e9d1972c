"""Documents of invented firms, small and large, plain and hostile."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from crmcli.documents.facts import (
    Bank,
    DocumentKind,
    Entry,
    Line,
    Offer,
    Party,
    PricedProduct,
    PriceSheet,
    Seller,
    Statement,
    TaxLine,
)
from crmcli.rules.totals import Sold, TaxMode, reckon

DAY = dt.date(2026, 3, 12)
NAMES = {
    "ru": (
        "Кабель ВВГнг(А)-LS 3×2,5 мм², бухта 100 м",
        "Гофротруба 20 мм",
        "Муфта для кабеля с пластмассовой изоляцией",
    ),
    "en": ("Cable 3×2.5 mm², coil of 100 m", "Conduit 20 mm", "Joint for cables with plastic insulation"),
}
NUMBERS = {"quote": "Q-2026-0001", "order": "S-2026-0001", "invoice": "INV-2026-00001", "credit_note": "CN-2026-00001"}
HOSTILE = (
    '#set page(fill: red) #panic("x")',
    "$ sum $ [block] @ref <label> *bold* _it_ `raw` // comment /* c */",
    "{{ 7 * 7 }} {% for x in y %} {# c #}",
    '<script>alert(1)</script> <img src=x onerror="a"> &amp; <!--',
    "=1+1",
    "+CMD|' /C calc'!A0",
    "@SUM(A1)",
    "\x1b[31mred\x1b[0m \x00\x07 tab\there",
    "left\u202eright \u2066hidden\u2069 \u200bzero\ufeff",
    "%(date)s %s %d 100%",
    "../../etc/passwd \\input \\\\ \\u0041",
    "a|b|c \n| new | row |\r\n# heading",
    "x" * 5000,
    "слово " * 800,
    "👩‍👩‍👧 e\u0301 \U0001f1eb\U0001f1f7 مرحبا 漢字",
)


def seller(language: str = "ru", *, currency: str = "RUB") -> Seller:
    """A firm with everything a document can show."""
    if language == "ru":
        details = (("ИНН", "9999000165"), ("КПП", "999901001"), ("Адрес", "125009, г. Москва, ул. Примерная, д. 1"))
        bank = Bank("АО «Пример-Банк», г. Москва", "40702810000000000005", "049900001", "30101810100000000001")
        signers = (("Руководитель", "Примеров П. П."), ("Главный бухгалтер", "Образцова О. О."))
        return Seller(Party("ООО «Пример Кабель»", details), bank, "9999000165", "999901001", signers)
    bank = Bank("Sample Bank", "", "SAMPGB2LXXX", "", "GB72SAMP00000000000001") if currency == "EUR" else None
    return Seller(
        Party("Sample Fittings Ltd", (("Address", "1 Sample Street"),)), bank, "", "", (("Director", "J. Sample"),)
    )


def offer(
    kind: str = "quote",
    language: str = "ru",
    *,
    lines: int = 5,
    currency: str = "RUB",
    digits: int = 2,
    included: bool = True,
    mode: str = "total",
    rates: tuple[str, ...] | None = ("20",),
    discounts: bool = True,
    beside: bool = True,
    revision: int = 1,
) -> Offer:
    """A quote, order confirmation, invoice or credit note whose money is reckoned."""
    sold = [
        Sold(
            Decimal(3 + 7 * at % 11) / (2 if at % 5 == 4 else 1), Decimal("1234.56") / (at % 7 + 1) // Decimal("0.01") / 100,
            Decimal(5) if discounts and at % 3 == 0 else None, Decimal(rates[at % len(rates)]) if rates else None,
        )
        for at in range(lines)
    ]  # fmt: skip
    totals = reckon(sold, digits=digits, mode=TaxMode(mode), tax_included=included)
    made = [
        Line(at + 1, f"AB-{100 + at}", NAMES[language][at % 3], one.qty, "шт." if language == "ru" else "pcs", one.unit_price,
             money.net, money.tax, money.gross, one.discount_pct, one.tax_rate, "2,5 м" if at % 4 == 1 else "")
        for at, (one, money) in enumerate(zip(sold, totals.lines, strict=True))
    ]  # fmt: skip
    if beside:
        one = Sold(Decimal(10), Decimal("99.90"), None, sold[0].tax_rate if sold else None)
        money = reckon([one], digits=digits, mode=TaxMode(mode), tax_included=included).lines[0]
        made += [
            Line(lines + at, f"NN-{at}", NAMES[language][1], one.qty, "", one.unit_price, money.net, money.tax, money.gross,
                 None, one.tax_rate, "", mark)
            for at, mark in enumerate(("suggested", "new"), 1)
        ]  # fmt: skip
    half = totals.gross // 2
    return Offer(
        DocumentKind(kind), NUMBERS[kind], revision, language, DAY, dt.date(2026, 3, 26), currency, digits,
        seller(language, currency=currency),
        Party("ООО «Образец Строй»" if language == "ru" else "Example Builders LLC", (("", "5 Sample Avenue"),)),
        tuple(made), totals.net, tuple(TaxLine(part.rate, part.net, part.tax) for part in totals.parts), totals.tax,
        totals.gross, included, mode, (("Доставка", "бесплатно"),), ("Первое условие.", "Второе\nна двух строках."),
        ((dt.date(2026, 3, 26), half), (dt.date(2026, 4, 26), totals.gross - half)) if kind == "invoice" else (),
    )  # fmt: skip


def statement(language: str = "ru", *, entries: int = 6, opening: str = "1000.50") -> Statement:
    """A statement whose balances go on from the opening."""
    balance, made = Decimal(opening), []
    for at in range(entries):
        debit, credit = (Decimal(0), Decimal("900.05")) if at % 2 else (Decimal("1200.10") + at, Decimal(0))
        balance += debit - credit
        made.append(Entry(dt.date(2026, 1, 10) + dt.timedelta(days=at), f"INV-2026-{at:05}", debit, credit, balance))
    debited, credited = sum((one.debit for one in made), Decimal(0)), sum((one.credit for one in made), Decimal(0))
    return Statement(
        language, dt.date(2026, 4, 1), dt.date(2026, 1, 1), dt.date(2026, 3, 31), "RUB", 2, seller(language),
        Party("ООО «Образец Строй»"), Decimal(opening), tuple(made), debited, credited, balance,
    )  # fmt: skip


def prices(language: str = "ru", *, products: int = 24, breaks: int = 3, categories: int = 4) -> PriceSheet:
    """A price list with breaks, holes and new products."""
    groups = tuple(
        (
            f"Кабель {at + 1}",
            tuple(
                PricedProduct(f"KB-{at}{one:04}", f"Кабель 3×{one % 9},5 мм²", "м",
                              tuple(None if level == 1 and one % 5 == 0 else Decimal("120.55") + one - level for level in range(breaks)),
                              is_new=one % 7 == 3)
                for one in range(products // categories)
            ),
        )
        for at in range(categories)
    )  # fmt: skip
    return PriceSheet(
        language, "Прайс-лист", "Дилеры", DAY, DAY, dt.date(2026, 6, 30), "RUB", 2, True, seller(language),
        tuple(map(Decimal, (1, 10, 50, 100, 500, 1000, 5000)[:breaks])), groups, ("Самовывоз.",),
    )  # fmt: skip


def hostile_offer(text: str, kind: str = "invoice", language: str = "ru") -> Offer:
    """A document with one text in every field that takes text."""
    plain = offer(kind, language, lines=2)
    lines = tuple(replace(line, sku=text, name=text, unit=text, note=text) for line in plain.lines)
    firm = replace(
        plain.seller, party=Party(text, ((text, text),)), bank=Bank(text, text, text, text, text), tax_id=text, tax_reason=text,
        signers=((text, text),),
    )  # fmt: skip
    return replace(
        plain, number=text, lines=lines, seller=firm, buyer=Party(text, ((text, text), ("", text))), references=((text, text),),
        terms=(text, text), currency="RUB",
    )  # fmt: skip


def hostile_prices(text: str) -> PriceSheet:
    """A price list with one text in every field that takes text."""
    plain = prices(products=4, categories=2)
    groups = tuple(
        (text, tuple(replace(one, sku=text, name=text, unit=text, note=text) for one in group))
        for _t, group in plain.groups
    )
    return replace(
        plain,
        title=text,
        audience=text,
        groups=groups,
        notes=(text,),
        seller=replace(plain.seller, party=Party(text, ((text, text),))),
    )


def hostile_statement(text: str) -> Statement:
    """A statement with one text in every field that takes text."""
    plain = statement(entries=2)
    firm = replace(plain.seller, party=Party(text, ((text, text),)), signers=((text, text),))
    entries = tuple(replace(entry, document=text) for entry in plain.entries)
    return replace(plain, seller=firm, buyer=Party(text), entries=entries)
