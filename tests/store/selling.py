"""A shop for tests of selling: two customers, three products, and the steps from an order to the money."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from crmcli.documents.bills import issue_bill
from crmcli.rules.numbering import CREDIT_NOTES, INVOICES
from crmcli.rules.totals import TaxMode
from crmcli.store.connection import open_to_write, rows, transaction
from crmcli.store.invoices.billing import Terms, bill_order
from crmcli.store.invoices.crediting import credit_lines, find_invoice
from crmcli.store.journal import Step, Writer, begin, finish
from crmcli.store.orders.adding import NewOrder, add_order
from crmcli.store.orders.making import Item, priced_lines
from crmcli.store.orders.returning import take_back_goods
from crmcli.store.orders.shipping import Parcel, deliver, ship
from crmcli.store.orders.states import find_order
from crmcli.store.receipts import Receipt, add_receipt
from tests.store.made import NOW, make, take

if TYPE_CHECKING:
    import duckdb

DAY = dt.date(2026, 7, 1)
T = TypeVar("T")


def shop(path: Path) -> Path:
    """A store with customers AB and CD and products at 10.00 (20 % tax), 0.105 (10 %) and 99.99 (no tax stated)."""
    make(path)
    with open_to_write(path, wait=5) as con:
        take(
            con, path.parent, "contacts", {"code": "AB", "name": "Alder & Birch <b>", "payment_terms_days": 14},
            {"code": "CD", "name": "=Cedar", "payment_terms_days": ""},
        )  # fmt: skip
        take(
            con, path.parent, "products", {"sku": "NAIL", "name": "Nails", "price": "10", "cost": "6", "tax_rate": "20"},
            {"sku": "WIRE", "name": "Wire [red]", "price": "0.105", "cost": "", "tax_rate": "10"},
            {"sku": "DOOR", "name": "Door", "price": "99.99", "cost": "50", "tax_rate": ""},
        )  # fmt: skip
    return path


def step(con: duckdb.DuckDBPyConnection, do: Callable[[Writer], T], command: str = "t") -> tuple[T, Step]:
    """One undoable step in a transaction of its own."""
    with transaction(con):
        writer = begin(con)
        done = do(writer)
        return done, finish(writer, now=NOW, kind="test", command=command)


def customer_id(con: duckdb.DuckDBPyConnection, code: str) -> int:
    """Id of a customer."""
    return int(rows(con, "SELECT id FROM contacts WHERE code = $1", [code])[0][0])


def order(writer: Writer, items: dict[str, str], code: str = "AB", on: dt.date = DAY, **more: object) -> str:
    """An order of items, sku → quantity; its number."""
    con = writer.con
    lines = priced_lines(con, code, [Item(sku, Decimal(qty)) for sku, qty in items.items()], on)
    return add_order(con, writer, NewOrder(customer_id(con, code), on, **more), lines).number  # type: ignore[arg-type]


def send(
    writer: Writer, number: str, goods: dict[int, str] | None = None, on: dt.date = DAY, *, over: bool = False,
    carrier: str | None = None,
) -> str:  # fmt: skip
    """A shipment; its number."""
    told = {line: Decimal(qty) for line, qty in goods.items()} if goods is not None else None
    return ship(writer, find_order(writer.con, number), told, Parcel(on, carrier), over=over)[0]


def arrive(writer: Writer, number: str, on: dt.date = DAY) -> None:
    """A shipment or order arrives."""
    deliver(writer, number, on)


def back(writer: Writer, number: str, goods: dict[int, str], on: dt.date = DAY) -> str:
    """Goods come back; number of the return order."""
    told = {line: Decimal(qty) for line, qty in goods.items()}
    return take_back_goods(writer, find_order(writer.con, number), told, on).number


def bill(
    writer: Writer, number: str, goods: dict[int, str] | None = None, on: dt.date = DAY, series: str = INVOICES,
    mode: TaxMode | None = None,
) -> str:  # fmt: skip
    """An invoice over lines of an order, or all that is left; its number."""
    state = find_order(writer.con, number)
    if goods is None:
        chosen = {line.number: line.standing.to_invoice for line in state.lines if line.standing.to_invoice}
    else:
        chosen = {line: Decimal(qty) for line, qty in goods.items()}
    made = bill_order(writer.con, state, chosen, Terms(on, series, None, mode))
    return issue_bill(writer, made, "en")[0].number


def note(writer: Writer, number: str, goods: dict[int, str], on: dt.date = DAY) -> str:
    """A credit note over lines of an invoice; its number."""
    told = {line: Decimal(qty) for line, qty in goods.items()}
    made = credit_lines(writer.con, find_invoice(writer.con, number), told, on=on, series=CREDIT_NOTES)
    return issue_bill(writer, made, "en")[0].number


def pay(writer: Writer, amount: str, code: str = "AB", on: dt.date = DAY, told: dict[str, str] | None = None) -> str:
    """A receipt; its number."""
    parts = {number: Decimal(part) for number, part in told.items()} if told else None
    return add_receipt(writer, Receipt(customer_id(writer.con, code), on, Decimal(amount)), parts)[0]
