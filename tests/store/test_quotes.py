"""Quotes in the store: made, read back whole, sent, revised, accepted into an order to the kopeck; all of it undoable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from crmcli.errors import ConflictError, CrmError, NotFoundError, UsageError
from crmcli.rules.quotes.quoting import QuoteLine, Wanted
from crmcli.store.check import check
from crmcli.store.connection import open_to_write, rows, scalar, transaction
from crmcli.store.journal import Writer, begin, finish
from crmcli.store.quotes.baskets.reading import companions, launched, usual_basket
from crmcli.store.quotes.listing import find_quotes
from crmcli.store.quotes.making import Wish, make_draft
from crmcli.store.quotes.revising import Change, revised, taken
from crmcli.store.quotes.rows import Quote, add_quotes, load_quote, revisions
from crmcli.store.quotes.shop import open_shop
from crmcli.store.quotes.steps import accept_quote, reject_quote, revise_quote, send_quote, take_lines
from crmcli.store.undo import undo
from tests.store.made import NOW, contents, take

D = Decimal
DAY = dt.date(2026, 6, 30)


@pytest.fixture
def con(empty: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A firm with goods, a list with delivery, a customer with three occasions, and others whose orders show pairs."""
    with open_to_write(empty, wait=0) as con:
        take(con, tmp_path, "contacts", {"code": "C1", "name": "Firm <b>1</b>"}, {"code": "C2", "name": "Other"})
        goods = ({"sku": s, "name": f"Thing {s}", "unit": "pc", "price": p, "cost": c, "tax_rate": 20, "category": "Things",
                  "launched_on": on} for s, p, c, on in GOODS)  # fmt: skip
        take(con, tmp_path, "products", *goods)
        take(con, tmp_path, "orders", *ORDERS)
        yield con


GOODS = (("A", "100", "60", ""), ("B", "19.99", "15", ""), ("E", "5", "1", ""), ("F", "7", "", ""), ("N", "30", "10", "2026-06-01"),
         ("U", "", "", ""))  # fmt: skip


def _order(number: str, on: str, customer: str, **qty: int) -> list[dict[str, object]]:
    return [
        {"order_no": number, "ordered_on": on, "customer": customer, "sku": sku, "qty": count, "amount": 10 * count}
        for sku, count in qty.items()
    ]


ORDERS = [
    *_order("1", "2026-01-10", "C1", A=2, B=1),
    *_order("2", "2026-02-10", "C1", A=5),
    *_order("3", "2026-02-10", "C1", A=4),
    *_order("4", "2026-03-10", "C1", A=3, F=1),
    *(line for n in range(6) for line in _order(f"p{n}", "2026-04-01", "C2", A=1, E=2 + n % 2)),
    *(line for n in range(6) for line in _order(f"q{n}", "2026-04-02", "C2", F=1)),
]


@contextmanager
def step(con: duckdb.DuckDBPyConnection) -> Iterator[Writer]:
    with transaction(con):
        writer = begin(con)
        yield writer
        finish(writer, now=NOW, kind="quote", command="test")


def made(con: duckdb.DuckDBPyConnection, *items: Wanted, **more: object) -> Quote:
    wish = Wish("C1", items or (Wanted("A", D(3)), Wanted("B", D(7))), **{"suggestions": False, **more})  # type: ignore[arg-type]
    with step(con) as writer:
        return add_quotes(writer, [make_draft(open_shop(con, DAY), wish).quote])[0]


def undone(con: duckdb.DuckDBPyConnection) -> None:
    with transaction(con):
        undo(con, None, now=NOW)


def price_list(con: duckdb.DuckDBPyConnection, **values: object) -> None:
    """A default price list; keys are its columns."""
    fields = {"name": "Retail", "tax_included": False, "is_default": True, "qty_mode": "volume", **values}
    with step(con) as writer:
        number = writer.reserve("price_lists", 1)
        marks = ", ".join(f'${place} AS "{name}"' for place, name in enumerate(fields, 2))
        con.execute(f"CREATE OR REPLACE TEMP TABLE l AS SELECT $1 AS id, {marks}", [number, *fields.values()])
        writer.insert("price_lists", tuple(fields), "l")


def test_what_was_written_is_read_back(con: duckdb.DuckDBPyConnection) -> None:
    quote = made(con, terms="Two\nparagraphs", note="<script>")
    assert quote.quote_no == "Q-2026-0001"
    assert load_quote(con, "q-2026-0001") == quote
    assert (quote.net, quote.tax) == (D("439.93"), D("87.99"))
    assert quote.valid_until == dt.date(2026, 7, 14)
    assert [line.unit_cost for line in quote.lines] == [D(60), D(15)]
    assert made(con).quote_no == "Q-2026-0002"
    assert not check(con)


def test_notes_options_and_fixed_amounts_survive(con: duckdb.DuckDBPyConnection) -> None:
    line = QuoteLine(
        1, "A", "x'); DROP TABLE quotes; --\x1b[31m", D(1), None, D("0.105"), product_id=1, fixed=D("49.99"),
        options=(("länge", "2,5"), ("=1+1", "</script>")), note="{{ 7 * 7 }}",
    )  # fmt: skip
    with step(con) as writer:
        add_quotes(writer, [Quote(1, DAY, None, "RUB", "ru", "line", tax_included=False, lines=(line,))])
    assert load_quote(con, "Q-2026-0001").lines == (line,)


def test_nobody_knows_the_number(con: duckdb.DuckDBPyConnection) -> None:
    made(con)
    with pytest.raises(NotFoundError) as caught:
        load_quote(con, "Q-2026-0010")
    assert "Q-2026-0001" in str(caught.value.hint)
    with pytest.raises(NotFoundError):
        load_quote(con, "Q-2026-0001", 2)


def test_undo_of_a_quote_leaves_no_trace(con: duckdb.DuckDBPyConnection) -> None:
    before = contents(con)
    made(con)
    undone(con)
    assert contents(con) == before
    assert made(con).quote_no == "Q-2026-0001"


def test_open_quotes_expire_after_their_last_day(con: duckdb.DuckDBPyConnection) -> None:
    quote = made(con)
    last = dt.date(2026, 7, 14)
    assert [quote.status_on(last), quote.status_on(last + dt.timedelta(days=1))] == ["draft", "expired"]
    assert [row.status for row in find_quotes(con, day=last)] == ["draft"]
    assert not find_quotes(con, day=last, status="expired")
    (row,) = find_quotes(con, day=last + dt.timedelta(days=1), status="expired")
    assert (row.gross, row.lines, row.customer) == (quote.net + quote.tax, 2, "C1")


@pytest.mark.parametrize("included", [False, True])
def test_the_order_has_the_net_of_the_quote(con: duckdb.DuckDBPyConnection, included: bool) -> None:
    price_list(con, tax_included=included)
    quote = made(con, discount=D("3.3"), tax_mode="total")
    with step(con) as writer:
        accepted, order = accept_quote(writer, quote, on=DAY)
    assert accepted == load_quote(con, quote.quote_no)
    assert (accepted.status, accepted.order_no) == ("accepted", order.number)
    net = scalar(con, "SELECT sum(l.net) FROM order_lines AS l JOIN orders AS o ON o.id = l.order_id WHERE o.order_no = $1",
                 [order.number])  # fmt: skip
    assert net == quote.net
    found = rows(con, "SELECT qty, unit_price, discount_pct, unit_cost, tax_rate, line_no FROM order_lines "
                      "WHERE order_id = $1 ORDER BY id", [order.id])  # fmt: skip
    for (qty, price, off, *rest), line in zip(found, quote.lines, strict=True):
        assert rest == [line.unit_cost, line.tax_rate, line.line_no]
        assert abs(qty * price * (100 - off) / 100 - line.net) < D("0.01")
    assert not check(con)
    undone(con)
    assert load_quote(con, quote.quote_no) == quote
    assert not scalar(con, "SELECT count(*) FROM orders WHERE order_no = $1", [order.number])


def test_some_lines_are_accepted(con: duckdb.DuckDBPyConnection) -> None:
    quote = made(con)
    with pytest.raises(NotFoundError), step(con) as writer:
        accept_quote(writer, quote, on=DAY, lines=[1, 7])
    with step(con) as writer:
        _quote, order = accept_quote(writer, quote, on=DAY, lines=[2])
    assert rows(con, "SELECT net, line_no FROM order_lines WHERE order_id = $1", [order.id]) == [(D("139.93"), 2)]


def test_expired_decided_and_early_are_refused(con: duckdb.DuckDBPyConnection) -> None:
    quote, late = made(con, valid_days=3), dt.date(2026, 7, 4)
    for refused, on, error in (
        (accept_quote, late, ConflictError),
        (send_quote, late, ConflictError),
        (accept_quote, dt.date(2026, 6, 29), UsageError),
    ):
        with pytest.raises(error), step(con) as writer:
            refused(writer, quote, on=on)  # type: ignore[operator]
    with pytest.raises(UsageError), step(con) as writer:
        reject_quote(writer, quote, reason="  ", on=DAY)
    with step(con) as writer:
        accepted, _order = accept_quote(writer, quote, on=late, late=True)
    for refused in (accept_quote, send_quote):
        with pytest.raises(ConflictError), step(con) as writer:
            refused(writer, accepted, on=late)  # type: ignore[operator]
    with pytest.raises(ConflictError), step(con) as writer:
        revise_quote(writer, accepted, accepted)


def test_a_revision_replaces_and_keeps_what_was_not_touched(con: duckdb.DuckDBPyConnection) -> None:
    old = made(con, discount=D(5))
    with step(con) as writer:
        old = send_quote(writer, old, on=DAY)
    with transaction(con):
        con.execute("UPDATE products SET price = 1000 WHERE sku = 'B'")  # a new price does not reach what was offered
    change = Change(items=(Wanted("A", D(0)), Wanted("E", D(10))), valid_days=2)
    with step(con) as writer:
        new = revise_quote(writer, old, revised(open_shop(con, DAY), old, change))
    assert (new.quote_no, new.revision, new.status, new.sent_on) == (old.quote_no, 2, "draft", None)
    assert [(one.sku, one.unit_price, one.discount_pct) for one in new.lines] == [
        ("B", D("19.99"), D(5)),
        ("E", D(5), None),
    ]
    assert new.valid_until == dt.date(2026, 7, 2)
    assert load_quote(con, old.quote_no) == new
    assert load_quote(con, old.quote_no, 1) == replace(old, status="replaced")
    assert [(no, status) for no, _on, status, _gross in revisions(con, old.quote_no)] == [(1, "replaced"), (2, "draft")]
    assert [row.revision for row in find_quotes(con, day=DAY)] == [2]
    assert len(find_quotes(con, day=DAY, every_revision=True)) == 2
    repriced = revised(open_shop(con, DAY), new, Change(reprice=True))
    assert [one.unit_price for one in repriced.lines] == [D(1000), D(5)]
    undone(con)
    assert load_quote(con, old.quote_no) == old


def test_a_revision_of_nothing_or_of_strangers_is_refused(con: duckdb.DuckDBPyConnection) -> None:
    old, shop = made(con), open_shop(con, DAY)
    nothing = Change(items=(Wanted("A", D(0)), Wanted("B", D(0))))
    for change, error in (
        (nothing, UsageError),
        (Change(items=(Wanted("E", D(0)),)), NotFoundError),
        (Change(prices={"E": D(1)}), UsageError),
        (Change(items=(Wanted("none", D(1)),)), ConflictError),
    ):
        with pytest.raises(error):
            revised(shop, old, change)


def test_the_usual_basket_is_what_a_third_of_occasions_have(con: duckdb.DuckDBPyConnection) -> None:
    found = usual_basket(con, 1, DAY)
    # three occasions; two orders of one day are one: A was bought on all with 2, 9, 3, B and F on one each
    assert [(one.sku, one.qty, one.bought_on, one.occasions) for one in found] == [
        ("A", D(3), 3, 3), ("B", D(1), 1, 3), ("F", D(1), 1, 3),
    ]  # fmt: skip
    assert [one.sku for one in usual_basket(con, 1, dt.date(2026, 1, 31))] == ["A", "B"]
    assert usual_basket(con, 1, dt.date(2025, 1, 1)) == ()


def test_what_goes_together_and_what_is_new(con: duckdb.DuckDBPyConnection) -> None:
    (pair,) = companions(con, ["A"], DAY)
    # 16 orders; A in 10, E in 6, both in 6: lift 6 · 16 / (10 · 6)
    assert (pair.sku, pair.orders, pair.share, round(pair.lift, 6)) == ("E", 6, 0.6, 1.6)
    assert pair.qty == D(3)
    assert companions(con, ["F"], DAY) == ()
    assert [one.sku for one in launched(con, 1, DAY, without=[])] == ["N"]
    assert launched(con, 1, DAY, without=["N"]) == ()
    assert launched(con, 1, dt.date(2026, 10, 30), without=[]) == ()


def test_suggestions_are_marked_and_in_no_total_until_taken(con: duckdb.DuckDBPyConnection) -> None:
    quote = made(con, Wanted("A", D(3)), suggestions=True)
    assert [(one.sku, one.mark) for one in quote.lines] == [("A", None), ("E", "suggested"), ("N", "new")]
    assert quote.net == D(300)
    with step(con) as writer:
        drafted = take_lines(writer, quote, taken(open_shop(con, DAY), quote, [3]))
    assert (drafted.revision, drafted.net) == (1, D(330))
    assert load_quote(con, quote.quote_no) == drafted
    assert not check(con)
    undone(con)
    assert load_quote(con, quote.quote_no) == quote
    with pytest.raises(NotFoundError):
        taken(open_shop(con, DAY), quote, [1])
    with step(con) as writer:
        _accepted, order = accept_quote(writer, quote, on=DAY, lines=[1, 2])
    assert scalar(con, "SELECT sum(net) FROM order_lines WHERE order_id = $1", [order.id]) == D(315)


def test_what_cannot_be_quoted_is_named(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(ConflictError) as caught:
        made(con, Wanted("A", D(1)), Wanted("U", D(1)), Wanted("zzz", D(1)))
    assert "U: no price" in caught.value.message
    assert "zzz: there is no such product" in caught.value.message
    assert made(con, Wanted("U", D(2), price=D("1.005"))).net == D("2.01")
    with pytest.raises(CrmError):
        made(con, Wanted("A", D(1)), prices={"B": D(1)})
    with pytest.raises(ConflictError):
        made(con, Wanted("A", D(1)), currency="EUR")
    euro = made(con, Wanted("A", D(1)), currency="EUR", prices={"A": D(9)})
    assert (euro.currency, euro.lines[0].unit_cost, euro.lines[0].list_price) == ("EUR", None, None)


def test_a_line_below_its_floor_needs_a_reason(con: duckdb.DuckDBPyConnection) -> None:
    with step(con) as writer:
        con.execute("CREATE OR REPLACE TEMP TABLE d AS SELECT 1 AS id, 'min_margin_percent' AS \"key\", '25' AS value")
        writer.insert("seller_details", ("key", "value"), "d")
    assert made(con, Wanted("A", D(1)), discount=D(20)).lines[0].floor_price == D(80)
    with pytest.raises(ConflictError, match="floor"):
        made(con, Wanted("A", D(1)), discount=D("20.01"))
    quote = made(con, Wanted("A", D(1)), Wanted("E", D(1)), discount=D("20.01"), override=" old friend ")
    assert [one.override_reason for one in load_quote(con, quote.quote_no).lines] == ["old friend", None]
    with pytest.raises(ConflictError):
        revised(open_shop(con, DAY), quote, Change(discount=D(50), items=(Wanted("B", D(1)),)))


def test_an_earned_discount_ends_at_the_floor(con: duckdb.DuckDBPyConnection) -> None:
    with step(con) as writer:
        con.execute(
            "CREATE OR REPLACE TEMP TABLE d AS SELECT 1 AS id, 'V1' AS discount_no, 'volume' AS kind, 100 AS threshold, "
            "10 AS percent, true AS active"
        )
        writer.insert("price_discounts", ("discount_no", "kind", "threshold", "percent", "active"), "d")
        con.execute(
            "CREATE OR REPLACE TEMP TABLE d AS SELECT 1 AS id, 'min_margin_percent' AS \"key\", '37.33' AS value"
        )
        writer.insert("seller_details", ("key", "value"), "d")
    quote = made(con, Wanted("A", D(1)), Wanted("E", D(1)))
    # A may not go below 60 / 0.6267 = 95.74, which leaves 4.26 %: a tenth of a percent is given, not more
    assert [one.discount_pct for one in quote.lines] == [D("4.2"), D(10)]
    assert [one.discount_pct for one in made(con, Wanted("E", D(1))).lines] == [None]
    assert [one.sku for one in revised(open_shop(con, DAY), quote, Change(items=(Wanted("A", D(2)),))).lines] == [
        "A",
        "E",
    ]


def test_delivery_is_free_from_a_threshold(con: duckdb.DuckDBPyConnection) -> None:
    price_list(con, delivery_fee=D(50), free_delivery_from=D(400))
    quote = made(con, Wanted("A", D(3)))
    assert [(one.mark, one.net, one.tax, one.product_id) for one in quote.lines][1] == ("delivery", D(50), D(10), None)
    assert quote.net == D(350)
    free = revised(open_shop(con, DAY), quote, Change(items=(Wanted("A", D(4)),)))
    assert [one.mark for one in free.lines] == [None]
    assert made(con, Wanted("A", D(3)), delivery=False).net == D(300)


def test_many_quotes_of_one_step_have_numbers_of_their_own(con: duckdb.DuckDBPyConnection) -> None:
    quote = made(con)
    later = replace(quote, quote_no="", quoted_on=dt.date(2027, 1, 1))
    with step(con) as writer:
        numbers = [
            one.quote_no
            for one in add_quotes(writer, [replace(quote, quote_no=""), later, replace(quote, quote_no="")])
        ]
    assert numbers == ["Q-2026-0002", "Q-2027-0001", "Q-2026-0003"]
    assert not check(con)
