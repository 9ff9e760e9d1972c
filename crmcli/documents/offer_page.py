"""Quotes, order confirmations, invoices and credit notes as pages."""

from __future__ import annotations

from decimal import Decimal

from crmcli.documents.facts import DocumentKind, Line, Offer, TaxLine
from crmcli.documents.figures import amount, day, long_day, money, price, quantity
from crmcli.documents.measure import fitted
from crmcli.documents.page import Cell, Column, Grid, Group, Page, Row, Shape, Total, Value
from crmcli.documents.parties import bank_form, block, payment_lines, signing
from crmcli.documents.payment_code import payload
from crmcli.documents.plain import one_line, paragraph
from crmcli.documents.spelling import spell
from crmcli.documents.words import Words

BESIDE = frozenset({"suggested", "new"})


def offer_page(facts: Offer, words: Words) -> Page:
    """The page of a quote, order confirmation, invoice or credit note."""
    grid, offered, is_wide = _grids(facts, words)
    form = bank_form(facts.seller) if _has_form(facts) else None
    code = _code(facts, words)
    return Page(
        kind=facts.kind.value,
        language=facts.language,
        title=offer_title(facts, words),
        subtitles=(words.say("revision", revision=facts.revision),) if facts.revision > 1 else (),
        seller=block(facts.seller.party, words["seller_offer"]),
        buyer=block(facts.buyer, words["buyer_offer"]),
        heading=_heading(facts, words),
        form=form,
        grid=grid,
        totals=_totals(facts, words),
        sentences=_sentences(facts, len(grid.rows), words),
        offered=offered,
        instalments=_instalments(facts, words),
        payment=() if form or not _is_payable(facts) else payment_lines(facts.seller.bank, words),
        code=code,
        code_title=words["code_st" if code.startswith("ST") else "code_epc"] if code else "",
        terms=tuple(text for text in map(paragraph, facts.terms) if text),
        signings=signing(facts.seller),
        currency=one_line(facts.currency),
        digits=facts.digits,
        is_wide=is_wide,
        words=words.layout(),
    )


def offer_title(facts: Offer, words: Words) -> str:
    """What the document is called: kind, number and day."""
    return words.say(facts.kind.value, number=one_line(facts.number), date=long_day(facts.issued_on, facts.language))


def _is_payable(facts: Offer) -> bool:
    return facts.kind is not DocumentKind.CREDIT_NOTE


def _has_form(facts: Offer) -> bool:
    bank = facts.seller.bank
    is_invoice = facts.kind is DocumentKind.INVOICE and facts.language == "ru"
    return is_invoice and bank is not None and bool(bank.account and bank.bic)


def _heading(facts: Offer, words: Words) -> tuple[tuple[str, str], ...]:
    until = () if facts.until_on is None else (
        (words[f"until_{facts.kind.value}"], day(facts.until_on, facts.language)),
    )  # fmt: skip
    return (*until, *((one_line(label), one_line(value)) for label, value in facts.references if one_line(value)))


def _grids(facts: Offer, words: Words) -> tuple[Grid, Grid | None, bool]:
    """The lines that count, those offered beside in the same columns, and whether a sheet has to lie on its side."""
    columns = _columns(facts, words)
    counted = tuple(_row(facts, line, columns, words) for line in facts.lines if line.mark not in BESIDE)
    beside = tuple(_row(facts, line, columns, words) for line in facts.lines if line.mark in BESIDE)
    sized, is_wide = fitted(columns, [*counted, *beside], free="name")
    grid = Grid(sized, (Group("", counted),), empty=words["no_lines"])
    offered = Grid(sized, (Group("", beside),), words["offered"], words["offered_note"]) if beside else None
    return grid, offered, is_wide


def _columns(facts: Offer, words: Words) -> tuple[Column, ...]:
    """Only columns that have something to say."""
    taxed = any(line.tax_rate is not None for line in facts.lines)
    sort = "" if not taxed else "_tax" if facts.tax_included else "_net"
    columns = [Column("number", words["number"], Shape.COUNT)]
    if any(line.sku.strip() for line in facts.lines):
        columns.append(Column("sku", words["sku"], Shape.TEXT))
    columns += [Column("name", words["name"], Shape.TEXT), Column("qty", words["qty"], Shape.QUANTITY)]
    if any(line.unit.strip() for line in facts.lines):
        columns.append(Column("unit", words["unit"], Shape.TEXT))
    columns.append(Column("unit_price", words[f"unit_price{sort}"], Shape.PRICE))
    if any(line.discount_pct for line in facts.lines):
        columns.append(Column("discount_pct", words["discount"], Shape.PERCENT))
    amount_column = Column("amount", words[f"amount{sort}"], Shape.MONEY)
    tax_columns = [Column("tax_rate", words["tax_rate"], Shape.PERCENT)] if taxed else []
    if taxed and facts.tax_mode == "line":
        tax_columns.append(Column("tax", words["tax_amount"], Shape.MONEY))
    if not facts.tax_included:  # what is taxed comes before what is put on top of it
        return (*columns, amount_column, *tax_columns)
    return (*columns, *tax_columns, amount_column)


def _row(facts: Offer, line: Line, columns: tuple[Column, ...], words: Words) -> Row:
    mark = words[f"mark_{line.mark}"] if line.mark in BESIDE else ""
    return Row(tuple(_cell(facts, line, column.key, words) for column in columns), one_line(line.note), mark)


def _cell(facts: Offer, line: Line, key: str, words: Words) -> Cell:
    language, digits = facts.language, facts.digits
    made: dict[str, tuple[str, Value]] = {
        "number": (str(line.number), line.number),
        "sku": (one_line(line.sku), one_line(line.sku)),
        "name": (one_line(line.name), one_line(line.name)),
        "unit": (one_line(line.unit), one_line(line.unit)),
        "qty": (quantity(line.qty, language), line.qty),
        "unit_price": (price(line.unit_price, digits, language), line.unit_price),
        "discount_pct": (_rate(line.discount_pct or None, language, words, ""), line.discount_pct or None),
        "tax_rate": (_rate(line.tax_rate, language, words, words["untaxed"]), line.tax_rate),
        "tax": (amount(line.tax, digits, language), line.tax),
    }
    if key in made:
        return Cell(*made[key])
    value = line.gross if facts.tax_included else line.net
    return Cell(amount(value, digits, language), value)


def _rate(value: Decimal | None, language: str, words: Words, none: str) -> str:
    return none if value is None else percent(value, language, words)


def percent(value: Decimal, language: str, words: Words) -> str:
    """A rate: "20 %"."""
    return words.say("percent", rate=quantity(value, language))


def _totals(facts: Offer, words: Words) -> tuple[Total, ...]:
    """Subtotal, tax by rate, and what is to be paid."""

    def line(label: str, value: Decimal) -> Total:
        return Total(label, amount(value, facts.digits, facts.language), value)

    strong = words[f"total_{facts.kind.value}"]
    last = Total(strong, money(facts.gross, facts.currency, facts.digits, facts.language), facts.gross, is_strong=True)
    taxed = any(part.rate is not None for part in facts.taxes)
    if not taxed:
        return (Total(words["untaxed"], "–", None), last)
    taxes = tuple(line(_tax_label(facts, part, words), part.tax) for part in facts.taxes if part.rate is not None)
    rest = tuple(_untaxed(facts, part, words) for part in facts.taxes if part.rate is None)
    if facts.tax_included:
        return (line(words["subtotal"], facts.gross), *taxes, *rest, last)
    return (line(words["subtotal_net"], facts.net), *taxes, *rest, last)


def _tax_label(facts: Offer, part: TaxLine, words: Words) -> str:
    assert part.rate is not None
    rate = percent(part.rate, facts.language, words)
    key = "tax_within" if facts.tax_included else "tax_part"
    if len(facts.taxes) == 1:
        return words.say(key, rate=rate)
    return words.say(f"{key}_of", rate=rate, net=amount(part.net, facts.digits, facts.language))


def _untaxed(facts: Offer, part: TaxLine, words: Words) -> Total:
    label = words.say("untaxed_of", net=amount(part.net, facts.digits, facts.language))
    return Total(label, "–", None)


def _sentences(facts: Offer, count: int, words: Words) -> tuple[str, ...]:
    """How many lines, the total in words, and the tax within it."""
    said = spell(facts.gross, one_line(facts.currency), facts.digits, facts.language)
    whole = money(facts.gross, facts.currency, facts.digits, facts.language)
    sentences = [
        words.say("count", count=count, amount=whole),
        words.say(f"words_{facts.kind.value}", words=said) + ".",
    ]
    rated = [part for part in facts.taxes if part.rate is not None]
    sentences.append(_tax_sentence(facts, rated, words))
    if count > 1 and rated:
        sentences.append(words["tax_line" if facts.tax_mode == "line" else "tax_total"])
    return tuple(sentences)


def _tax_sentence(facts: Offer, rated: list[TaxLine], words: Words) -> str:
    if not rated:
        return words["untaxed"] + "."
    said = (
        (
            percent(part.rate or Decimal(0), facts.language, words),
            money(part.tax, facts.currency, facts.digits, facts.language),
        )
        for part in rated
    )
    labels = ("tax_within", *["tax_part"] * (len(rated) - 1))
    return (
        "; ".join(f"{words.say(label, rate=rate)}: {tax}" for label, (rate, tax) in zip(labels, said, strict=True))
        + "."
    )


def _instalments(facts: Offer, words: Words) -> Grid | None:
    if not facts.instalments:
        return None
    columns = (Column("due_on", words["due_on"], Shape.DATE, 40), Column("amount", words["amount"], Shape.MONEY, 46))
    rows = tuple(
        Row((Cell(day(on, facts.language), on), Cell(amount(value, facts.digits, facts.language), value)))
        for on, value in facts.instalments
    )
    return Grid(columns, (Group("", rows),), words["instalments"])


def _code(facts: Offer, words: Words) -> str:
    if not _is_payable(facts):
        return ""
    taxed = any(part.rate is not None for part in facts.taxes)
    tax = (
        words.say("purpose_tax", amount=amount(facts.tax, facts.digits, facts.language))
        if taxed
        else words["purpose_untaxed"]
    )
    purpose = words.say(
        f"purpose_{facts.kind.value}",
        number=one_line(facts.number), date=day(facts.issued_on, facts.language), tax=tax,
    )  # fmt: skip
    return payload(facts.seller, facts.gross, facts.currency, purpose)
