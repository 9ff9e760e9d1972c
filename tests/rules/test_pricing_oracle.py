"""Prices against an independent slow computation, over invented books: order of rules, formulas, tiers, floors."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crmcli.errors import ConflictError
from crmcli.rules.prices.breaks import price_ladder
from crmcli.rules.prices.formula import Loss
from crmcli.rules.prices.pricing import Article, Buyer, PriceBook, PriceList, PriceRule, decide
from tests.rules.price_oracle import TieError, price_in

DAY = dt.date(2026, 5, 15)
SHIFTED = [DAY + dt.timedelta(days=shift) for shift in (-30, -1, 0, 1, 30)]
DAYS = st.sampled_from([None, *SHIFTED])
PATHS = {"Cable": ("Cable", "Goods"), "Thin cable": ("Thin cable", "Cable", "Goods"), None: ()}


def some(*values: object) -> st.SearchStrategy[object]:
    return st.sampled_from([None, None, *values])


def seldom(*values: object) -> st.SearchStrategy[object]:
    """Mostly nothing, so that many rules fit the same question and their order matters."""
    return st.sampled_from([*[None] * (4 * len(values)), *values])


def number(low: int, high: int, places: int = 4) -> st.SearchStrategy[Decimal]:
    return st.decimals(low, high, allow_nan=False, allow_infinity=False, places=places)


@st.composite
def rules(draw: st.DrawFn, place: int) -> PriceRule:
    base = draw(st.sampled_from(["fixed", "list", "cost", "list", "price_list", "competitor_min"]))
    price_list = draw(st.sampled_from(["Own", "Own", "Own", "Parent"]))
    return PriceRule(
        f"P{place}", price_list,
        sku=draw(seldom("S1", "S2")), category=draw(some("Cable", "Thin cable", "Goods")),
        customer=draw(seldom("C1")), group=draw(seldom("dealers", "shops")), segment=draw(seldom("VIP", "new")),
        qty_from=draw(some(Decimal(1), Decimal(5), Decimal(10))), qty_to=draw(seldom(Decimal(9), Decimal(20))),
        valid_from=draw(seldom(*SHIFTED)), valid_to=draw(seldom(*SHIFTED)),
        base=base, base_list="Base" if base == "price_list" else None,
        price=draw(number(0, 500)) if base == "fixed" else None,
        percent=draw(st.none() | number(-60, 90, 2)),
        round_to=draw(seldom(Decimal("0.05"), Decimal(1), Decimal("0.3"), Decimal(10))),
        round_direction=draw(some("up", "down", "nearest")), surcharge=draw(seldom(Decimal("-0.01"), Decimal(3))),
        floor_percent=draw(some(Decimal(0), Decimal("12.5"))), floor_price=draw(seldom(Decimal(40))),
        ceiling_price=draw(seldom(Decimal(90), Decimal(30))),
        priority=draw(st.sampled_from([0, 0, 0, 1])), active=draw(st.sampled_from([True, True, True, False])),
    )  # fmt: skip


@st.composite
def books(draw: st.DrawFn) -> PriceBook:
    count = draw(st.integers(0, 7))
    made = tuple(draw(rules(place)) for place in range(count))
    made = tuple(
        one for one in made
        if not (one.valid_from and one.valid_to and one.valid_from > one.valid_to)
        and not (one.qty_from and one.qty_to and one.qty_from > one.qty_to)
        and not (one.floor_price and one.ceiling_price and one.floor_price > one.ceiling_price)
    )  # fmt: skip
    lists = (
        PriceList("Own", parent="Parent", is_default=True),
        PriceList("Parent", valid_to=draw(DAYS)),
        PriceList("Base", valid_to=draw(DAYS)),
    )
    base = (PriceRule("B1", "Base", category="Cable", percent=Decimal(-10)), PriceRule("B2", "Base", sku="S1", price=Decimal(70), base="fixed"))  # fmt: skip
    return PriceBook(lists, (*made, *base), on=DAY)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    category = draw(st.sampled_from(["Thin cable", "Thin cable", "Cable", None]))
    money = number(0, 300) | st.sampled_from([None, Decimal("33.3333")])
    return Article(
        draw(st.sampled_from(["S1", "S2", "S3"])), category=category, category_path=PATHS[category], list_price=draw(money),
        cost=draw(money), competitor_low=draw(money),
    )  # fmt: skip


@st.composite
def buyers(draw: st.DrawFn) -> Buyer:
    return Buyer(
        draw(st.sampled_from(["C1", "C2"])), group=draw(some("dealers", "shops")),
        segments=frozenset(draw(st.sets(st.sampled_from(["vip", "new"])))),
    )  # fmt: skip


QTY = st.sampled_from([Decimal(text) for text in ("0.5", "1", "4.9999", "5", "9", "9.5", "10", "20", "20.0001", "100")])


def asked(book: PriceBook, article: Article, buyer: Buyer, qty: Decimal) -> object:
    try:
        found = decide(book, article, buyer, qty=qty, on=DAY)
    except ConflictError as refused:
        return "tie" if "nothing puts one before the other" in refused.message else refused.message
    return found.price, found.rule_no


def expected(book: PriceBook, article: Article, buyer: Buyer, qty: Decimal) -> object:
    try:
        return price_in(book.lists[0], book, article, buyer, qty, DAY)
    except TieError:
        return "tie"


@settings(max_examples=250)
@given(books(), articles(), buyers(), QTY)
def test_the_engine_and_the_oracle_agree(book: PriceBook, article: Article, buyer: Buyer, qty: Decimal) -> None:
    assert asked(book, article, buyer, qty) == expected(book, article, buyer, qty)


@st.composite
def fixed_books(draw: st.DrawFn) -> PriceBook:
    """Rules that all work, and differ in few conditions: only their order decides."""
    made = [
        PriceRule(
            f"P{place}", "Own", base="fixed", price=Decimal(place + 1), sku=draw(some("S1")),
            category=draw(st.sampled_from([None, "Goods", "Cable", "Thin cable"])), group=draw(seldom("dealers")),
            segment=draw(seldom("VIP")), qty_from=draw(seldom(Decimal(1), Decimal(5))), valid_from=draw(seldom(DAY)),
            priority=draw(st.sampled_from([0, 0, 0, 1])),
        )
        for place in range(draw(st.integers(2, 4)))
    ]  # fmt: skip
    return PriceBook((PriceList("Own", is_default=True),), tuple(made), on=DAY)


THIN = Article("S1", category="Thin cable", category_path=PATHS["Thin cable"], list_price=Decimal(100))


@settings(max_examples=250)
@given(fixed_books())
def test_where_every_rule_works_only_their_order_decides(book: PriceBook) -> None:
    buyer = Buyer("C1", group="dealers", segments=frozenset({"vip"}))
    assert asked(book, THIN, buyer, Decimal(9)) == expected(book, THIN, buyer, Decimal(9))


@settings(max_examples=80)
@given(books(), articles(), buyers(), QTY, st.randoms(use_true_random=False))
def test_the_order_in_which_rules_were_made_never_matters(
    book: PriceBook, article: Article, buyer: Buyer, qty: Decimal, random: object
) -> None:
    shuffled = list(book.rules)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    again = replace(book, rules=tuple(shuffled), lists=book.lists)
    assert asked(book, article, buyer, qty) == asked(again, article, buyer, qty)


@settings(max_examples=80)
@given(books(), articles(), buyers(), QTY)
def test_floor_and_ceiling_of_the_winner_hold_and_losers_are_all_there(
    book: PriceBook, article: Article, buyer: Buyer, qty: Decimal
) -> None:
    try:
        found = decide(book, article, buyer, qty=qty, on=DAY, explain=True)
    except ConflictError:
        assume(False)
    rule = next((one for one in book.rules if one.rule_no == found.rule_no), None)
    if rule is not None:
        assert found.price is not None
        assert found.price >= 0
        if rule.floor_price is not None:
            assert found.price >= rule.floor_price
        if rule.floor_percent is not None:
            assert article.cost is not None
            assert found.price * 100 >= article.cost * (100 + rule.floor_percent)
        if rule.ceiling_price is not None:
            assert found.price <= rule.ceiling_price
    others = {one.rule_no for one in book.rules if one.price_list != "Base"} - {found.rule_no}
    assert {lost.rule.rule_no for lost in found.losers} == others
    for lost in found.losers:
        could = lost.reason in {Loss.PARENT_LIST, Loss.PRIORITY, Loss.WHO, Loss.WHAT, Loss.BREAK, Loss.START}
        assert (lost.would_be is not None) == could


@settings(max_examples=80)
@given(
    books(), articles(), buyers(), st.integers(1, 25), st.sampled_from([Decimal(0), Decimal("0.5"), Decimal("0.0001")])
)
def test_a_tiered_total_is_the_sum_over_units(
    book: PriceBook, article: Article, buyer: Buyer, whole: int, rest: Decimal
) -> None:
    tiered = replace(book, lists=(replace(book.lists[0], qty_mode="tiered"), *book.lists[1:]))
    units = [(Decimal(place), Decimal(1)) for place in range(1, whole + 1)]
    units += [(Decimal(whole + 1), rest)] if rest else []
    prices = [(expected(book, article, buyer, place), share) for place, share in units]
    if any(price == "tie" for price, _share in prices):
        assert asked(tiered, article, buyer, whole + rest) == "tie"
        return
    found = decide(tiered, article, buyer, qty=whole + rest, on=DAY)
    if any(price[0] is None for price, _share in prices):  # type: ignore[index]
        assert found.price is None
        assert found.parts == ()
        return
    total = sum((price[0] * share for price, share in prices), Decimal(0))  # type: ignore[index]
    assert found.total == total == sum((part.qty * part.price for part in found.parts), Decimal(0))
    assert sum((part.qty for part in found.parts), Decimal(0)) == whole + rest
    assert found.price is not None
    assert abs(found.price - total / (whole + rest)) <= Decimal("0.00005")


@settings(max_examples=60)
@given(books(), articles(), buyers())
def test_a_ladder_is_the_price_at_each_break(book: PriceBook, article: Article, buyer: Buyer) -> None:
    breaks = tuple(Decimal(text) for text in ("0.5", "1", "5", "9", "9.5", "10", "20", "21"))
    one_by_one = [asked(book, article, buyer, qty) for qty in breaks]
    if "tie" not in one_by_one:
        ladder = price_ladder(book, article, buyer, breaks=breaks, on=DAY)
        assert [(one.price, one.rule_no) for one in ladder] == one_by_one
