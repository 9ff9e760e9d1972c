"""A price list as a page: products by category, a column for each quantity from which a price holds."""

from __future__ import annotations

from crmcli.documents.facts import PricedProduct, PriceSheet
from crmcli.documents.figures import long_day, price, quantity
from crmcli.documents.measure import fitted
from crmcli.documents.page import Cell, Column, Grid, Group, Page, Row, Shape
from crmcli.documents.parties import block
from crmcli.documents.plain import one_line, paragraph
from crmcli.documents.words import Words


def price_page(facts: PriceSheet, words: Words) -> Page:
    """The page of a price list."""
    columns = _columns(facts, words)
    has_unit = any(column.key == "unit" for column in columns)
    groups = tuple(
        Group(
            one_line(title) or words["other"],
            tuple(_row(facts, product, words, has_unit=has_unit) for product in products),
        )
        for title, products in facts.groups
    )
    sized, is_wide = fitted(columns, [row for group in groups for row in group.rows], free="name")
    count = sum(len(group.rows) for group in groups)
    return Page(
        kind="price_list",
        language=facts.language,
        title=one_line(facts.title) or words["price_list"],
        subtitles=(words.say("price_list_date", date=long_day(facts.issued_on, facts.language)),),
        seller=block(facts.seller.party, words["seller_offer"]),
        heading=((words["for_whom"], one_line(facts.audience)),) if one_line(facts.audience) else (),
        grid=Grid(sized, groups, empty=words["no_lines"]),
        notes=_notes(facts, words),
        sentences=(words.say("products_count", count=count),),
        currency=one_line(facts.currency),
        digits=facts.digits,
        is_wide=is_wide,
        words=words.layout(),
    )


def _columns(facts: PriceSheet, words: Words) -> tuple[Column, ...]:
    products = [product for _title, group in facts.groups for product in group]
    fixed = [Column("sku", words["sku"], Shape.TEXT), Column("name", words["name"], Shape.TEXT)]
    if any(product.unit.strip() for product in products):
        fixed.append(Column("unit", words["unit"], Shape.TEXT))
    if len(facts.breaks) == 1:
        return (*fixed, Column("price", words["price"], Shape.PRICE))
    prices = (
        Column(
            f"from_{quantity(at, 'en').replace(',', '')}",
            words.say("from_qty", qty=quantity(at, facts.language)),
            Shape.PRICE,
        )
        for at in facts.breaks
    )
    return (*fixed, *prices)


def _row(facts: PriceSheet, product: PricedProduct, words: Words, *, has_unit: bool) -> Row:
    texts = (product.sku, product.name, product.unit) if has_unit else (product.sku, product.name)
    cells = [Cell(text, text) for text in map(one_line, texts)]
    prices = [
        Cell("–") if one is None else Cell(price(one, facts.digits, facts.language), one) for one in product.prices
    ]
    return Row((*cells, *prices), one_line(product.note), words["new"] if product.is_new else "")


def _notes(facts: PriceSheet, words: Words) -> tuple[str, ...]:
    """What holds for all prices: currency, tax, validity; then the owner's own."""
    key = "prices_with_tax" if facts.tax_included else "prices_without_tax"
    notes = [words.say(key, currency=one_line(facts.currency))]
    since = long_day(facts.valid_from, facts.language) if facts.valid_from else ""
    until = long_day(facts.valid_to, facts.language) if facts.valid_to else ""
    if since or until:
        key = "valid_from_to" if since and until else "valid_from" if since else "valid_to"
        notes.append(words.say(key, since=since, until=until))
    return (*notes, *(text for text in map(paragraph, facts.notes) if text))
