"""Small stores made of plain facts, for tests: the same lists of dicts that the oracle reads."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb

from crmcli.reports import registry
from crmcli.reports.run import run
from crmcli.store.migrate import migrate
from crmcli.table import Figure

STEP = {"added_in": 1, "changed_in": 1}


@dataclass(eq=False)
class _Room:
    """A database of this process, and the connection by which it is lent."""

    base: duckdb.DuckDBPyConnection
    lent: duckdb.DuckDBPyConnection


_ROOMS: list[_Room] = []
_KEPT = 4  # of those that nobody holds any more


def empty_store() -> duckdb.DuckDBPyConnection:
    """A store in memory with the schema and nothing in it.

    A database whose connection nobody holds any more is made as new and lent again, by a new connection: to make
    another takes ten times as long. What was changed in other ways than by rows in its own tables is thrown away.
    """
    free = [room for room in _ROOMS if sys.getrefcount(room.lent) == 2]  # the room's own, and that of the question
    for room in free[_KEPT:]:
        _throw_away(room)
    for room in free[:_KEPT]:
        room.lent.close()
        if _made_as_new(room.base):
            room.lent = room.base.cursor()
            return room.lent
        _throw_away(room)
    base = duckdb.connect(":memory:", config={"threads": 1})  # the test workers share the processors
    base.execute(";".join(["CREATE SCHEMA meta", *_shape().values()]))
    _ROOMS.append(_Room(base, base.cursor()))
    return _ROOMS[-1].lent


def _throw_away(room: _Room) -> None:
    _ROOMS.remove(room)
    room.lent.close()
    room.base.close()


@cache
def _shape() -> dict[str, str]:
    """The statement that makes each table as the migrations leave it, once a process."""
    con = duckdb.connect(":memory:")
    migrate(con, now=dt.datetime(2025, 1, 1))
    return {name: sql for name, sql, _rows in _tables(con) if not name.startswith("history.")}


def _tables(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, int]]:
    """Name, statement, and how many rows it has or had, of every table but temporary ones."""
    return con.execute(
        "SELECT schema_name || '.' || table_name, sql, estimated_size FROM duckdb_tables() WHERE NOT temporary"
    ).fetchall()


def _made_as_new(con: duckdb.DuckDBPyConnection) -> bool:
    """Make every table anew that ever held a row; False where something else is not as it was made."""
    there = con.execute(
        "SELECT (SELECT list(database_name) FROM duckdb_databases() WHERE NOT internal), "
        "(SELECT list(schema_name) FROM duckdb_schemas() WHERE NOT internal), "
        "(SELECT count(*) FROM duckdb_views() WHERE NOT internal)"
    ).fetchall()
    tables = _tables(con)
    if there != [(["memory"], ["meta"], 0)] or {name: sql for name, sql, _rows in tables} != _shape():
        return False
    used = [(name, sql) for name, sql, rows in tables if rows]
    con.execute("".join(f"DROP TABLE {name}; {sql};" for name, sql in used) or "SELECT 1")
    return True


def insert(con: duckdb.DuckDBPyConnection, table: str, *rows: dict[str, Any]) -> None:
    """Rows into a table, columns by name; all rows have the same columns."""
    if not rows:
        return
    full = [{**row, **STEP} for row in rows]
    names = ", ".join(f'"{name}"' for name in full[0])
    marks = ", ".join([f"({', '.join('?' * len(full[0]))})"] * len(full))
    con.execute(f"INSERT INTO {table} ({names}) VALUES {marks}", [value for row in full for value in row.values()])


def line(customer: str | None, on: str | dt.date, net: str | int | Decimal = 100, **more: Any) -> dict[str, Any]:
    """One order line; the order is the customer's of that day unless said."""
    day = on if isinstance(on, dt.date) else dt.date.fromisoformat(on)
    return {
        "order": more.pop("order", f"{customer}/{day}"),
        "customer": customer,
        "on": day,
        "status": more.pop("status", "completed"),
        "sku": more.pop("sku", None),
        "qty": Decimal(str(more.pop("qty", 1))),
        "net": Decimal(str(net)),
        "unit_cost": more.pop("unit_cost", None),
        **more,
    }


def store_of(
    lines: list[dict[str, Any]],
    products: dict[str, dict[str, Any]] | None = None,
    con: duckdb.DuckDBPyConnection | None = None,
) -> duckdb.DuckDBPyConnection:
    """A store holding these lines, in a new database or in one that is emptied first.

    Ids run against the order of codes, so that nothing may be ordered by id.
    """
    con = con or empty_store()
    con.execute("BEGIN")
    for table in ("products", "product_costs", "contacts", "orders", "order_lines"):
        con.execute(f"TRUNCATE {table}")
    goods = {sku: number for number, sku in enumerate(sorted(products or {}, reverse=True), 1)}
    insert(con, "products", *(_product(number, sku, (products or {})[sku]) for sku, number in goods.items()))
    dated = [(goods[sku], *cost) for sku, facts in (products or {}).items() for cost in facts.get("costs", {}).items()]
    costs = [{"product_id": product, "from_on": day, "cost": cost} for product, day, cost in reversed(dated)]
    insert(con, "product_costs", *({"id": number, **row} for number, row in enumerate(costs, 1)))
    codes = sorted({fact["customer"] for fact in lines} - {None}, reverse=True)
    parties = {code: number for number, code in enumerate(codes, 1)}
    insert(con, "contacts", *({"id": number, "code": code, "name": f"Firm {code}"} for code, number in parties.items()))
    firsts = {fact["order"]: fact for fact in reversed(lines)}
    orders = {order_no: number for number, order_no in enumerate(firsts, 1)}
    insert(con, "orders", *(_order(orders[name], parties.get(fact["customer"]), fact) for name, fact in firsts.items()))
    numbered = enumerate(lines, 1)
    insert(con, "order_lines", *(_line(number, orders, parties, goods, fact) for number, fact in numbered))
    con.execute("COMMIT")
    return con


def _product(number: int, sku: str, facts: dict[str, Any]) -> dict[str, Any]:
    row = {"id": number, "sku": sku, "name": f"Product {sku}"}
    return {**row, "cost": facts["cost"], "category": facts["category"]}


def _order(number: int, party: int | None, fact: dict[str, Any]) -> dict[str, Any]:
    row = {"id": number, "order_no": fact["order"], "numbered_here": False, "ordered_on": fact["on"]}
    dates = {name: fact.get(name) for name in ("promised_on", "delivered_on")}
    return {**row, "customer_id": party, "status": fact["status"], **dates}


def _line(
    number: int, orders: dict[str, int], parties: dict[str, int], goods: dict[str, int], fact: dict[str, Any]
) -> dict[str, Any]:
    row = {"id": number, "order_id": orders[fact["order"]], "customer_id": parties.get(fact["customer"])}
    counted = fact["status"] not in {"draft", "cancelled"}
    goods_of = {"product_id": goods.get(fact["sku"]), "category": fact.get("category")}
    sums = {"qty": fact["qty"], "net": fact["net"], "unit_cost": fact["unit_cost"]}
    return {**row, "ordered_on": fact["on"], "counted": counted, **goods_of, **sums}


def answer(
    con: duckdb.DuckDBPyConnection, name: str, as_of: str | dt.date, currency: str = "EUR", **options: Any
) -> list[dict[str, Any]]:
    """Rows of a report as dicts; options are the report's own, or where, sort, limit and told."""
    day = as_of if isinstance(as_of, dt.date) else dt.date.fromisoformat(as_of)
    shared = {key: options.pop(key) for key in ("where", "sort", "limit", "told") if key in options}
    table = run(registry.find(name), con, as_of=day, parameters=options, currency=currency, **shared)
    names = [column.name for column in table.columns]
    rows = [[cell.text if isinstance(cell, Figure) else cell for cell in row] for row in table.rows.fetch()]
    return [dict(zip(names, row, strict=True)) for row in rows]
