"""Price lists in the store: written as undoable steps, refused when they make no sense, read back as the engine needs them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crmcli.errors import ConflictError, CrmError, NotFoundError, UsageError
from crmcli.rules.prices.pricing import Discount, PriceList, PriceRule, decide
from crmcli.store.check import check
from crmcli.store.connection import open_to_write, rows, transaction
from crmcli.store.journal import begin, finish, steps
from crmcli.store.prices.discounts import add_discount, drop_discount, edit_discount
from crmcli.store.prices.lists import add_list, drop_list, edit_list
from crmcli.store.prices.pricing import (
    load_article,
    load_articles,
    load_book,
    load_buyer,
    load_buyers,
    load_loyalty_revenue,
    price_discounts,
    price_lists,
    price_rules,
)
from crmcli.store.prices.rules import add_rules, drop_rule, edit_rule
from crmcli.store.seller import set_details
from crmcli.store.undo import undo
from tests.store.made import NOW, take

if TYPE_CHECKING:
    import duckdb

DAY = dt.date(2026, 5, 15)
TOLD: dict[str, Any] = {"now": NOW, "command": "price"}
HOSTILE = "x'); DROP TABLE price_lists; --[red]\x1b[31m=1+1 {{ #set <script>../"


def shop(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Two products with costs of two days and competitors' prices, one customer with tags."""
    take(con, folder, "products", {"sku": "T1", "name": "Tea", "category": "Green", "price": "100", "cost": "60"},
         {"sku": "T2", "name": "Bare", "category": "", "price": "", "cost": ""})  # fmt: skip
    take(
        con,
        folder,
        "contacts",
        {"code": "C1", "name": "Ann", "group": "shops", "tags": "VIP, new; Old\tstreet", "price_list": "Own"},
    )
    take(con, folder, "competitor_prices",
         {"competitor": "A", "sku": "T1", "price": "90", "seen_on": "2026-01-05"},
         {"competitor": "A", "sku": "T1", "price": "95", "seen_on": "2026-05-15"},
         {"competitor": "A", "sku": "T1", "price": "1", "seen_on": "2026-05-16"},
         {"competitor": "B", "sku": "T1", "price": "94", "seen_on": "2026-02-05"},
         {"competitor": "C", "sku": "T1", "price": "2", "seen_on": "2025-05-15"})  # fmt: skip
    with transaction(con):
        for number, (day, cost) in enumerate([("2026-05-01", "61"), ("2026-05-15", "62"), ("2026-05-16", "63")], 1):
            con.execute("INSERT INTO product_costs BY NAME SELECT $1 AS id, (SELECT id FROM products WHERE sku = 'T1') AS product_id, $2::DATE AS from_on, $3::DECIMAL(18, 4) AS cost, 1 AS added_in, 1 AS changed_in", [number, day, cost])  # fmt: skip
        con.execute(
            "INSERT INTO categories BY NAME SELECT 1 AS id, 'Green' AS name, 'Tea' AS parent, 1 AS added_in, 1 AS changed_in"
        )


def state(con: duckdb.DuckDBPyConnection) -> tuple[Any, ...]:
    return price_lists(con), price_rules(con), price_discounts(con)


def test_everything_written_can_be_undone_step_by_step(empty: Path, tmp_path: Path) -> None:
    with open_to_write(empty, wait=0) as con:
        shop(con, tmp_path)
        jobs: list[Callable[[], object]] = [
            lambda: add_list(con, PriceList("Own", currency="RUB"), **TOLD),
            lambda: add_list(con, PriceList("Child", parent="Own", currency="RUB"), **TOLD),
            lambda: edit_list(con, "Child", {"valid_to": DAY, "parent": None}, **TOLD),
            lambda: add_rules(con, [PriceRule("", "Own", sku="T1", customer="C1", percent=Decimal("-5.25")), PriceRule("A9", "Own", base="fixed", price=Decimal(7))], **TOLD),
            lambda: edit_rule(con, "P1", {"qty_from": Decimal(10), "customer": None}, **TOLD),
            lambda: drop_rule(con, "A9", **TOLD),
            lambda: add_discount(con, Discount("", "volume", Decimal(1000), Decimal(3), price_list="Own"), **TOLD),
            lambda: edit_discount(con, "B1", {"percent": Decimal(4), "price_list": None}, **TOLD),
            lambda: drop_discount(con, "B1", **TOLD),
            lambda: drop_list(con, "Child", **TOLD),
        ]  # fmt: skip
        seen = [state(con)]
        for job in jobs:
            with transaction(con):
                job()
            assert state(con) != seen[-1]
            seen.append(state(con))
        assert check(con) == []
        assert price_rules(con) == (PriceRule("P1", "Own", sku="T1", qty_from=Decimal(10), percent=Decimal("-5.25")),)
        numbers = [step.number for step in steps(con) if step.kind == "price"]
        for number, before in zip(numbers, reversed(seen[:-1]), strict=True):
            with transaction(con):
                undo(con, number, now=NOW)
            assert state(con) == before


def test_numbers_of_dropped_rules_are_never_used_again(empty: Path) -> None:
    with open_to_write(empty, wait=0) as con, transaction(con):
        add_list(con, PriceList("Own"), **TOLD)
        assert (
            add_rules(con, [PriceRule("", "Own"), PriceRule("P3", "Own", qty_from=Decimal(2))], **TOLD)[1][0].rule_no
            == "P1"
        )
        drop_rule(con, "P1", **TOLD)
        assert add_rules(con, [PriceRule("", "Own")], **TOLD)[1][0].rule_no == "P3a"


@pytest.mark.parametrize(
    ("job", "error"),
    [
        (lambda con: add_list(con, PriceList(" "), **TOLD), UsageError),
        (lambda con: add_list(con, PriceList("Own"), **TOLD), ConflictError),
        (lambda con: add_list(con, PriceList("New", parent="Gone"), **TOLD), NotFoundError),
        (lambda con: add_list(con, PriceList("New", qty_mode="odd"), **TOLD), UsageError),
        (lambda con: edit_list(con, "Own", {"parent": "Own"}, **TOLD), ConflictError),
        (lambda con: edit_list(con, "Own", {"parent": "Child"}, **TOLD), ConflictError),
        (lambda con: edit_list(con, "Gone", {"note": "x"}, **TOLD), NotFoundError),
        (lambda con: drop_list(con, "Own", **TOLD), ConflictError),
        (lambda con: add_rules(con, [PriceRule("", "Gone")], **TOLD), NotFoundError),
        (lambda con: add_rules(con, [PriceRule("", "Own", sku="T9")], **TOLD), NotFoundError),
        (lambda con: add_rules(con, [PriceRule("", "Own", customer="C9")], **TOLD), NotFoundError),
        (lambda con: add_rules(con, [PriceRule("", "Own", base="price_list", base_list="Gone")], **TOLD), NotFoundError),
        (lambda con: add_rules(con, [PriceRule("", "Own", base="fixed")], **TOLD), UsageError),
        (lambda con: add_rules(con, [PriceRule("X", "Own"), PriceRule("X", "Own")], **TOLD), ConflictError),
        (lambda con: edit_rule(con, "P9", {"note": "x"}, **TOLD), NotFoundError),
        (lambda con: drop_rule(con, "P9", **TOLD), NotFoundError),
        (lambda con: add_discount(con, Discount("", "odd", Decimal(1), Decimal(1)), **TOLD), UsageError),
        (lambda con: add_discount(con, Discount("", "volume", Decimal(1), Decimal(1), price_list="Gone"), **TOLD), NotFoundError),
        (lambda con: edit_discount(con, "B9", {"percent": Decimal(1)}, **TOLD), NotFoundError),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(empty: Path, job: Any, error: type[CrmError]) -> None:
    with open_to_write(empty, wait=0) as con:
        with transaction(con):
            add_list(con, PriceList("Own"), **TOLD)
            add_list(con, PriceList("Child", parent="Own"), **TOLD)
        before = state(con)
        with pytest.raises(error), transaction(con):
            job(con)
        assert state(con) == before


def test_articles_and_buyers_as_prices_see_them_on_a_day(empty: Path, tmp_path: Path) -> None:
    with open_to_write(empty, wait=0) as con:
        shop(con, tmp_path)
        days = {"2026-04-30": 60, "2026-05-01": 61, "2026-05-14": 61, "2026-05-15": 62, "2026-05-17": 63}
        assert {day: load_article(con, "T1", dt.date.fromisoformat(day)).cost for day in days} == days
        tea = load_article(con, "T1", DAY)
        assert (tea.category_path, tea.competitor_low, tea.competitor) == (("Green", "Tea"), 94, "B")
        assert load_article(con, "T1", dt.date(2026, 2, 1)).competitor_low == 2  # still within 365 days of it
        assert load_article(con, "T1", dt.date(2028, 1, 1)).competitor_low is None
        bare = load_articles(con, DAY)["T2"]
        assert (bare.list_price, bare.cost, bare.category_path, bare.active) == (None, None, (), True)
        ann = load_buyer(con, "C1")
        assert (ann.group, ann.price_list, ann.segments) == ("shops", "Own", {"vip", "new", "old", "street"})
        assert load_buyers(con) == {"C1": ann}
        assert load_buyer(con, None).code == ""
        with pytest.raises(NotFoundError):
            load_buyer(con, "C2")
        with pytest.raises(NotFoundError):
            load_article(con, "T9", DAY)


def test_categories_in_a_ring_are_refused_at_use(empty: Path, tmp_path: Path) -> None:
    with open_to_write(empty, wait=0) as con:
        shop(con, tmp_path)
        with transaction(con):
            con.execute(
                "INSERT INTO categories BY NAME SELECT 2 AS id, 'Tea' AS name, 'Green' AS parent, 1 AS added_in, 1 AS changed_in"
            )
        with pytest.raises(ConflictError, match="Green → Tea → Green"):
            load_articles(con, DAY)
        assert load_articles(con, DAY, refuse_rings=False)["T1"].category_path == ("Green", "Tea")
        assert load_articles(con, DAY, ["T2"])["T2"].category_path == ()


def test_loyalty_is_the_counted_revenue_of_a_year(empty: Path, tmp_path: Path) -> None:
    with open_to_write(empty, wait=0) as con:
        shop(con, tmp_path)
        lines = [("2025-05-15", "1", "completed"), ("2025-05-16", "10", "completed"), ("2026-05-15", "100", "completed"),
                 ("2026-05-16", "1000", "completed"), ("2026-01-01", "-3", "completed"), ("2026-01-02", "5000", "draft")]  # fmt: skip
        take(con, tmp_path, "orders", *({"order_no": f"O{n}", "ordered_on": day, "customer": "C1", "sku": "T1", "qty": 1, "amount": amount, "status": status} for n, (day, amount, status) in enumerate(lines)))  # fmt: skip
        buyer = load_buyer(con, "C1")
        assert buyer.id is not None
        assert load_loyalty_revenue(con, buyer.id, DAY) == 107
        assert load_loyalty_revenue(con, 99, DAY) == 0


def test_hostile_names_are_kept_as_they_are_and_priced(empty: Path, tmp_path: Path) -> None:
    with open_to_write(empty, wait=0) as con:
        shop(con, tmp_path)
        with transaction(con):
            add_list(con, PriceList(HOSTILE, note=HOSTILE), **TOLD)
            add_rules(
                con,
                [PriceRule(HOSTILE, HOSTILE, category="Green", segment="street", percent=Decimal(-1), note=HOSTILE)],
                **TOLD,
            )
        book = load_book(con, DAY)
        assert (book.lists[0].name, book.rules[0].rule_no, book.currency) == (HOSTILE, HOSTILE, "RUB")
        buyer = replace(load_buyer(con, "C1"), price_list=HOSTILE)
        assert decide(book, load_article(con, "T1", DAY), buyer, qty=Decimal(1), on=DAY).price == 99
        assert rows(con, "SELECT count(*) FROM price_lists") == [(1,)]


def test_a_product_without_a_rate_has_the_sellers_and_its_floor_carries_it(empty: Path, tmp_path: Path) -> None:
    with open_to_write(empty, wait=5) as con:
        shop(con, tmp_path)
        take(con, tmp_path, "products", {"sku": "T3", "name": "Reduced", "price": "10", "cost": "9", "tax_rate": "10"})
        with transaction(con):
            add_list(con, PriceList("Own", tax_included=True), **TOLD)
            add_rules(con, [PriceRule("P1", "Own", percent=Decimal(-90), floor_percent=Decimal(0))], **TOLD)
            writer = begin(con)
            set_details(writer, {"tax_rate": "20"})
            finish(writer, now=NOW, kind="seller", command="seller set")
        book, buyer, articles = load_book(con, DAY), load_buyer(con, "C1"), load_articles(con, DAY)
        assert [articles[sku].tax_rate for sku in ("T1", "T3")] == [Decimal(20), Decimal(10)]
        prices = [decide(book, articles[sku], buyer, qty=Decimal(1), on=DAY).price for sku in ("T1", "T3")]
        assert prices == [Decimal("74.4"), Decimal("9.9")]  # 62 × 1.2, 9 × 1.1
