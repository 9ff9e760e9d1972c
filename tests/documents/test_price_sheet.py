"""Price lists to hand out, as facts: which products, in which order, at which breaks, until when, with which tax."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crmcli.documents.facts import Party, PriceSheet, Seller
from crmcli.documents.price_sheet import MOST_BREAKS, SheetPlan, price_sheet
from crmcli.documents.render import FORMATS, render
from crmcli.rules.prices.pricing import Article, Buyer, PriceBook, PriceList, PriceRule, decide

DAY = dt.date(2026, 5, 15)
PLAN = SheetPlan("", "", "en", Seller(Party("Sample Seller")), DAY)
OWN = PriceList("Own", currency="RUB", is_default=True)
RULES = (
    PriceRule("P1", "Own", category="Green", percent=Decimal(-5), qty_from=Decimal(10)),
    PriceRule("P2", "Own", sku="B1", base="fixed", price=Decimal("12.3456"), qty_to=Decimal(4)),
)


def article(sku: str, category: str | None = "Green", **fields: Any) -> Article:
    path = () if category is None else (category, "Tea")
    return Article(sku, **{"name": f"Name {sku}", "unit": "kg", "category": category, "category_path": path, "list_price": Decimal(100), "tax_rate": Decimal(20), **fields})  # fmt: skip


def sheet(
    *articles: Article, rules: tuple[PriceRule, ...] = RULES, lists: tuple[PriceList, ...] = (OWN,), **plan: Any
) -> PriceSheet:
    return price_sheet(PriceBook(lists, rules, on=DAY, currency="RUB"), articles, Buyer(), replace(PLAN, **plan))


def shown(facts: PriceSheet) -> dict[str, list[tuple[str, tuple[Decimal | None, ...]]]]:
    return {title: [(one.sku, one.prices) for one in products] for title, products in facts.groups}


def test_products_stand_by_category_and_those_not_sold_are_left_out() -> None:
    facts = sheet(
        article("G2", name="b"), article("G1", name="C"), article("B1", "Black"), article("N1", None), article("X1", active=False),
        article("X2", list_price=None), article("X3", launched_on=dt.date(2026, 5, 16)),
    )  # fmt: skip
    assert facts.breaks == (1, 5, 10)
    assert shown(facts) == {
        "Tea / Black": [("B1", (Decimal("12.3456"), 100, 100))],
        "Tea / Green": [("G2", (100, 100, 95)), ("G1", (100, 100, 95))],
        "": [("N1", (100, 100, 100))],
    }
    assert (facts.currency, facts.digits, facts.tax_included, facts.valid_from, facts.valid_to) == (
        "RUB",
        2,
        False,
        DAY,
        None,
    )


def test_new_products_are_marked_for_so_many_days() -> None:
    days = {"A": DAY, "B": DAY - dt.timedelta(days=180), "C": DAY - dt.timedelta(days=181), "D": None}
    for count, new in ((180, {"A", "B"}), (0, {"A"})):
        facts = sheet(*(article(sku, launched_on=day) for sku, day in days.items()), new_days=count)
        assert {one.sku for _title, products in facts.groups for one in products if one.is_new} == new


def test_tax_is_turned_by_each_products_own_rate() -> None:
    products = (article("A"), article("B", tax_rate=Decimal(10)), article("C", tax_rate=None))
    assert [one[1][0] for one in shown(sheet(*products, tax_included=True))["Tea / Green"]] == [120, 110, 100]
    lists = (replace(OWN, tax_included=True),)
    taken = sheet(*products, lists=lists, tax_included=False)
    assert [one[1][0] for one in shown(taken)["Tea / Green"]] == [Decimal("83.33"), Decimal("90.91"), 100]
    assert sheet(*products, lists=lists).tax_included


def test_it_holds_until_the_first_list_or_rule_ends_or_begins() -> None:
    ends, begins = dt.date(2026, 6, 30), dt.date(2026, 6, 10)
    assert sheet(article("A"), lists=(replace(OWN, valid_to=ends),)).valid_to == ends
    later = PriceRule("P9", "Own", valid_from=begins, percent=Decimal(-1))
    assert sheet(article("A"), rules=(later,), lists=(replace(OWN, valid_to=ends),)).valid_to == dt.date(2026, 6, 9)
    over = PriceRule("P9", "Own", valid_to=dt.date(2026, 5, 14))
    assert sheet(article("A"), rules=(over,)).valid_to is None


def test_columns_are_as_told_or_the_first_few() -> None:
    many = tuple(PriceRule(f"P{n}", "Own", percent=Decimal(-n), qty_from=Decimal(n)) for n in range(2, 30))
    assert len(sheet(article("A"), rules=many).breaks) == MOST_BREAKS
    facts = sheet(article("A"), rules=many, breaks=(Decimal(5), Decimal(29)))
    assert shown(facts)["Tea / Green"][0][1] == (95, 71)


def test_a_tiered_list_shows_the_price_of_the_unit() -> None:
    rule = PriceRule("P1", "Own", percent=Decimal(-50), qty_from=Decimal(10))
    facts = sheet(article("A"), rules=(rule,), lists=(replace(OWN, qty_mode="tiered"),))
    assert shown(facts)["Tea / Green"][0][1] == (100, 50)


def test_an_empty_catalogue_and_hostile_names_render_in_every_format() -> None:
    name = "=1+1 <script>alert(1)</script> #set page() {{ x }} \x1b[31m ../"
    for facts in (sheet(), sheet(article(name, name, name=name, unit=name), title=name, audience=name)):
        for format_ in FORMATS:
            made = render(facts, format_)
            assert made
            if format_ == "html":
                assert b"<script>alert" not in made


@given(
    st.lists(st.decimals(0, 5000, places=4), min_size=1, max_size=5),
    st.sampled_from([Decimal(1), Decimal(9), Decimal(10)]),
)
def test_what_is_printed_is_what_is_asked(prices: list[Decimal], qty: Decimal) -> None:
    articles = [article(f"S{place}", list_price=price) for place, price in enumerate(prices)]
    book = PriceBook((OWN,), RULES, on=DAY, currency="RUB")
    facts = price_sheet(book, articles, Buyer(), replace(PLAN, breaks=(qty,)))
    found = {one.sku: one.prices[0] for _title, products in facts.groups for one in products}
    assert found == {one.sku: decide(book, one, Buyer(), qty=qty, on=DAY).price for one in articles}
