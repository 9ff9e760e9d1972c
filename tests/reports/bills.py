"""Invoices and payments put into small stores, for tests: the lists of dicts that `tests.oracle_payments` reads."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import duckdb

from tests.reports.small_store import insert, store_of


def _day(value: str | dt.date | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def bill(customer: str, issued_on: str | dt.date, amount: str | int = 100, **more: Any) -> dict[str, Any]:
    """One invoice; its number is the customer's of that day unless said, due_on is unknown unless said."""
    return {
        "no": more.pop("no", f"{customer}/{issued_on}"),
        "customer": customer,
        "issued_on": _day(issued_on),
        "due_on": _day(more.pop("due_on", None)),
        "amount": Decimal(str(amount)),
        "status": more.pop("status", None),
    }


def payment(
    invoice: str | None, paid_on: str | dt.date, amount: str | int = 100, customer: str | None = None
) -> dict[str, Any]:
    """One payment; of the invoice's customer unless said."""
    who = customer or (invoice.split("/")[0] if invoice else None)
    return {"invoice": invoice, "customer": who, "paid_on": _day(paid_on), "amount": Decimal(str(amount))}


def books(
    bills: list[dict[str, Any]],
    paid: list[dict[str, Any]],
    lines: list[dict[str, Any]] | None = None,
    con: duckdb.DuckDBPyConnection | None = None,
) -> duckdb.DuckDBPyConnection:
    """A store with order lines, invoices and payments; in a new database or in one that is emptied first."""
    con = store_of(lines or [], None, con)
    con.execute("TRUNCATE invoices")
    con.execute("TRUNCATE payments")
    known = dict(con.execute("SELECT code, id FROM contacts").fetchall())
    codes = sorted({one["customer"] for one in [*bills, *paid]} - {None} - set(known), reverse=True)
    known |= {code: number for number, code in enumerate(codes, len(known) + 1)}
    insert(con, "contacts", *({"id": known[code], "code": code, "name": f"Firm {code}"} for code in codes))
    numbers = {one["no"]: number for number, one in enumerate(bills, 1)}
    insert(con, "invoices", *(_invoice(numbers, known, one) for one in bills))
    insert(con, "payments", *(_payment(number, numbers, known, one) for number, one in enumerate(paid, 1)))
    return con


def _invoice(numbers: dict[str, int], known: dict[str, int], one: dict[str, Any]) -> dict[str, Any]:
    own = {name: one[name] for name in ("issued_on", "due_on", "amount", "status")}
    return {"id": numbers[one["no"]], "invoice_no": one["no"], "customer_id": known[one["customer"]], **own}


def _payment(number: int, numbers: dict[str, int], known: dict[str, int], one: dict[str, Any]) -> dict[str, Any]:
    ids = {"id": number, "invoice_id": numbers.get(one["invoice"]), "customer_id": known.get(one["customer"])}
    return {**ids, "paid_on": one["paid_on"], "amount": one["amount"], "with_invoice": False}
