"""One wanted thing becomes priced lines, or a reason why it cannot be quoted."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from crmcli.rules.option_limits import ProductOption
from crmcli.rules.prices.pricing import Article, Buyer, PriceBook, PriceList, PriceRule
from crmcli.rules.quotes.pricing import Counter, Refused, discounted, price_wanted, settle_terms
from crmcli.rules.quotes.quoting import QuoteLine, Wanted

D = Decimal
DAY = dt.date(2026, 6, 30)
ROPE = Article("R", "Rope", "m", list_price=D(10), cost=D(6), tax_rate=D(20), id=7)


def counter(*rules: PriceRule, article: Article = ROPE, **listing: object) -> Counter:
    lists = (PriceList("L", is_default=True, **listing),) if listing or rules else ()  # type: ignore[arg-type]
    book, buyer = PriceBook(lists, rules, (), DAY, "RUB"), Buyer("C1", id=1)
    options = {"R": (ProductOption("cut", None, "fixed", D(50), minimum=D("0.5"), sku="R"),)}
    return Counter(book, buyer, settle_terms(book, buyer, currency=None), {"R": article}, options)


def priced(counter: Counter, **wanted: object) -> tuple[QuoteLine, ...]:
    found = price_wanted(counter, Wanted(**{"sku": "R", "qty": D(15), **wanted}))  # type: ignore[arg-type]
    assert not isinstance(found, Refused)
    return found


def test_without_a_list_the_catalogue_prices() -> None:
    (line,) = priced(counter())
    assert (line.unit_price, line.list_price, line.unit_cost, line.tax_rate, line.product_id) == (
        D(10),
        D(10),
        D(6),
        D(20),
        7,
    )


def test_a_tiered_list_makes_a_line_a_tier_and_a_fee_is_charged_once() -> None:
    many = PriceRule("2", "L", sku="R", qty_from=D(10), percent=D(-10))
    found = priced(counter(many, qty_mode="tiered"), options=(("cut", "2"),))
    assert [(one.qty, one.unit_price, one.fixed, one.rule_no) for one in found] == [
        (D(9), D(10), D(50), None), (D(6), D(9), D(0), "2"),
    ]  # fmt: skip
    assert sum(one.qty * one.unit_price for one in found) == D(144)
    (whole,) = priced(counter(many))
    assert (whole.qty, whole.unit_price) == (D(15), D(9))


def test_a_price_told_keeps_the_floor_of_the_rule() -> None:
    rule = PriceRule("1", "L", sku="R", percent=D(-5), floor_percent=D(10))
    (line,) = priced(counter(rule), price=D(4))
    assert (line.unit_price, line.rule_no, line.floor_price) == (D(4), None, D("6.6"))


@pytest.mark.parametrize(
    ("article", "wanted", "word"),
    [
        (ROPE, Wanted("X", D(1)), "no such product"),
        (Article("R", active=False, successor="S"), Wanted("R", D(1)), "successor is S"),
        (Article("R", active=False), Wanted("R", D(1)), "no longer sold"),
        (Article("R"), Wanted("R", D(1)), "--price R=AMOUNT"),
        (ROPE, Wanted("R", D(1), options=(("cut", "0.1"),)), "below the minimum"),
        (ROPE, Wanted("R", D(1), options=(("colour", "red"),)), "no option"),
    ],
)
def test_what_cannot_be_quoted_says_why(article: Article, wanted: Wanted, word: str) -> None:
    found = price_wanted(counter(article=article), wanted)
    assert isinstance(found, Refused)
    assert word in found.reason


def test_another_currency_has_no_prices_costs_or_fees() -> None:
    book = PriceBook((PriceList("L", is_default=True, delivery_fee=D(5)),), (), (), DAY, "RUB")
    terms = settle_terms(book, Buyer("C1"), currency="EUR")
    assert (terms.is_own, terms.delivery_fee) == (False, None)
    foreign = Counter(book, Buyer("C1"), terms, {"R": ROPE})
    refused = price_wanted(foreign, Wanted("R", D(1)))
    assert isinstance(refused, Refused)
    assert "RUB" in refused.reason
    (line,) = priced(foreign, price=D(3))
    assert (line.list_price, line.unit_cost, line.floor_price) == (None, None, None)


def test_a_capped_discount_stops_at_a_tenth_above_the_floor() -> None:
    line = QuoteLine(1, "R", "Rope", D(1), "m", D(100), floor_price=D("95.74"))
    assert discounted(line, D(10), is_capped=True).discount_pct == D("4.2")
    assert discounted(line, D(3), is_capped=True).discount_pct == D(3)
    assert discounted(line, D(10), is_capped=False).discount_pct == D(10)
    at_floor = QuoteLine(1, "R", "Rope", D(1), "m", D("95.74"), floor_price=D("95.74"))
    assert discounted(at_floor, D(10), is_capped=True).discount_pct is None
