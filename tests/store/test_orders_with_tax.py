"""Orders from price lists with tax: what was agreed with the customer is what is invoiced, to the kopeck; revenue is before tax."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crmcli.numbers import rounded
from crmcli.rules.prices.book import PriceList, PriceRule
from crmcli.rules.quotes.quoting import Wanted
from crmcli.rules.totals import TaxMode
from crmcli.store.check import check
from crmcli.store.connection import open_to_write, rows, scalar, transaction
from crmcli.store.invoices.billing import Terms, bill_order
from crmcli.store.invoices.crediting import find_invoice
from crmcli.store.journal import begin, finish
from crmcli.store.orders.adding import NewOrder, add_order
from crmcli.store.orders.making import Item, priced_lines
from crmcli.store.orders.returning import cancel
from crmcli.store.orders.states import find_order
from crmcli.store.prices.lists import add_list
from crmcli.store.prices.rules import add_rules
from crmcli.store.quotes.making import Wish, make_draft
from crmcli.store.quotes.rows import add_quotes
from crmcli.store.quotes.shop import open_shop
from crmcli.store.quotes.steps import accept_quote
from crmcli.store.seller import set_details
from crmcli.store.undo import undo
from tests.store.made import NOW
from tests.store.selling import DAY, bill, customer_id, order, send, shop, step

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.journal import Writer

D = Decimal
PRICES = {"NAIL": "6.53", "WIRE": "0.105", "DOOR": "18.99"}
RATES = {"NAIL": D(20), "WIRE": D(10), "DOOR": None}


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shop(tmp_path_factory.mktemp("bare") / "crm.duckdb")


@pytest.fixture(scope="module")
def made(bare: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = copy(bare, tmp_path_factory.mktemp("taxed"))
    with open_to_write(path, wait=5) as con:
        retail(con, PRICES)
    return path


@pytest.fixture
def con(made: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_to_write(copy(made, tmp_path), wait=5) as opened:
        yield opened


def copy(store: Path, folder: Path) -> Path:
    """A store of its own for a test."""
    for path in store.parent.glob("crm.duckdb*"):
        shutil.copy(path, folder / path.name)
    return folder / "crm.duckdb"


def retail(con: duckdb.DuckDBPyConnection, prices: Mapping[str, str], *more: PriceRule, mode: str = "volume") -> None:
    """A default price list with tax in its prices."""
    with transaction(con):
        add_list(
            con,
            PriceList("Retail", currency="RUB", tax_included=True, is_default=True, qty_mode=mode),
            now=NOW,
            command="t",
        )
        fixed = [PriceRule("", "Retail", sku=sku, base="fixed", price=D(price)) for sku, price in prices.items()]
        add_rules(con, [*fixed, *more], now=NOW, command="t")


def amount_of(con: duckdb.DuckDBPyConnection, invoice: str) -> D:
    return find_invoice(con, invoice).amount


def invoiced(con: duckdb.DuckDBPyConnection, items: dict[str, str]) -> tuple[str, D]:
    number = step(con, lambda w: order(w, items))[0]
    return number, amount_of(con, step(con, lambda w: bill(w, number))[0])


@pytest.mark.parametrize("items", [{"NAIL": "1000"}, {"NAIL": "7", "WIRE": "13", "DOOR": "2"}, {"WIRE": "1234.5678"}])
def test_an_invoice_comes_to_the_prices_agreed(con: duckdb.DuckDBPyConnection, items: dict[str, str]) -> None:
    number, gross = invoiced(con, items)
    agreed = {sku: rounded(D(PRICES[sku]) * D(qty), 2) for sku, qty in items.items()}
    assert gross == sum(agreed.values())  # 6.53 × 1000 is 6530.00, and not the 6529.97 that 5.4417 × 1.2 comes to
    revenue = sum(pay - rounded(pay * (RATES[sku] or 0) / (100 + (RATES[sku] or 0)), 2) for sku, pay in agreed.items())
    assert scalar(con, "SELECT sum(net) FROM order_lines") == revenue
    assert [line.price_with_tax for line in find_order(con, number).lines] == [D(PRICES[sku]) for sku in items]
    assert not check(con)


@settings(max_examples=10, deadline=None)
@given(
    prices=st.tuples(*[st.decimals("0.0001", "9999.9999", places=4)] * 3),
    qtys=st.tuples(*[st.decimals("0.001", "5000", places=3)] * 3),
)
def test_gross_is_the_sum_of_rounded_lines_whatever_the_prices(
    made: Path, prices: tuple[D, ...], qtys: tuple[D, ...]
) -> None:
    told = dict(zip(PRICES, zip(prices, qtys, strict=True), strict=True))
    agreed = sum(rounded(price * qty, 2) for price, qty in told.values())
    assume(agreed > 0)
    with open_to_write(made, wait=5) as con:
        con.execute("BEGIN")
        writer = begin(con)
        lines = priced_lines(con, "AB", [Item(sku, qty, price) for sku, (price, qty) in told.items()], DAY)
        state = find_order(con, add_order(con, writer, NewOrder(customer_id(con, "AB"), DAY), lines).number)
        bill_made = bill_order(
            con, state, {line.number: line.standing.ordered for line in state.lines}, Terms(DAY, "A")
        )
        con.execute("ROLLBACK")
    assert bill_made.totals.gross == agreed
    assert bill_made.totals.net == sum(line.net for line in lines)  # what revenue counts


def test_parts_and_what_is_called_off_keep_the_price_agreed(con: duckdb.DuckDBPyConnection) -> None:
    number = step(con, lambda w: order(w, {"NAIL": "10"}))[0]
    assert amount_of(con, step(con, lambda w: bill(w, number, {1: "3"}))[0]) == D("19.59")
    step(con, lambda w: send(w, number, {1: "7"}))
    step(con, lambda w: cancel(w, find_order(w.con, number)))
    assert amount_of(con, step(con, lambda w: bill(w, number))[0]) == D("26.12")  # the other 4 of 7
    assert scalar(con, "SELECT net FROM order_lines") == D("45.71") - rounded(D("45.71") / 6, 2)
    assert not check(con)


def test_a_tiered_list_makes_a_line_of_each_tier(bare: Path, tmp_path: Path) -> None:
    with open_to_write(copy(bare, tmp_path), wait=5) as con:
        more = PriceRule("", "Retail", sku="NAIL", base="fixed", price=D("5.11"), qty_from=D(10))
        retail(con, {"NAIL": "6.53"}, more, mode="tiered")
        number, gross = invoiced(con, {"NAIL": "13"})
        assert [(line.standing.ordered, line.price_with_tax) for line in find_order(con, number).lines] == [
            (D(9), D("6.53")), (D(4), D("5.11"))]  # fmt: skip
        assert gross == D("58.77") + D("20.44")


def test_a_price_told_is_as_the_customers_prices_are(con: duckdb.DuckDBPyConnection) -> None:
    def told(writer: Writer) -> str:
        lines = priced_lines(con, "AB", [Item("NAIL", D(3), D("9.99"))], DAY)
        return add_order(con, writer, NewOrder(customer_id(con, "AB"), DAY), lines).number

    number = step(con, told)[0]
    assert amount_of(con, step(con, lambda w: bill(w, number))[0]) == D("29.97")
    assert rows(con, "SELECT unit_price, price_with_tax, net FROM order_lines") == [(D("8.325"), D("9.99"), D("24.97"))]


def test_prices_of_the_catalogue_with_tax_count_where_there_is_no_list(bare: Path, tmp_path: Path) -> None:
    with open_to_write(copy(bare, tmp_path), wait=5) as con:
        with transaction(con):
            writer = begin(con)
            set_details(writer, {"prices_include_tax": "yes"})
            finish(writer, now=NOW, kind="seller", command="t")
        number, gross = invoiced(con, {"NAIL": "3"})
        assert (gross, find_order(con, number).lines[0].net) == (D(30), D(25))


def test_lines_changed_by_hand_since_are_billed_as_they_are(con: duckdb.DuckDBPyConnection) -> None:
    number = step(con, lambda w: order(w, {"NAIL": "10"}))[0]
    con.execute("UPDATE order_lines SET net = 50, amount = 50")
    assert amount_of(con, step(con, lambda w: bill(w, number))[0]) == 60


@pytest.mark.parametrize("mode", list(TaxMode))
def test_of_a_quoted_order_only_what_was_not_called_off_is_billed(
    con: duckdb.DuckDBPyConnection, mode: TaxMode
) -> None:
    def quoted(writer: Writer) -> str:
        wish = Wish("AB", (Wanted("NAIL", D(10)),), suggestions=False, tax_mode=mode)
        quote = add_quotes(writer, [make_draft(open_shop(con, DAY), wish).quote])[0]
        return accept_quote(writer, quote, on=DAY)[1].number

    number = step(con, quoted)[0]
    step(con, lambda w: send(w, number, {1: "4"}))
    step(con, lambda w: cancel(w, find_order(w.con, number)))
    assert amount_of(con, step(con, lambda w: bill(w, number))[0]) == D("26.12")
    assert not check(con)


def test_the_price_agreed_comes_back_with_an_undo(con: duckdb.DuckDBPyConnection) -> None:
    number, added = step(con, lambda w: order(w, {"NAIL": "10"}))
    before = rows(con, "SELECT * FROM order_lines")
    with transaction(con):
        away = undo(con, added.number, now=NOW)
    assert not rows(con, "SELECT * FROM orders WHERE order_no = $1", [number])
    with transaction(con):
        undo(con, away.step.number, now=NOW)
    kept = rows(con, "SELECT * FROM order_lines")
    assert [row[-1] for row in kept] == [row[-1] for row in before] == [D("6.53")]
