"""What belongs to a product: its costs by day, the packs it comes in, and its made-to-order options."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

from crmcli.errors import NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.rules.option_limits import ProductOption
from crmcli.rules.options import require_sound
from crmcli.store.catalogue.products import find_product, stage_row
from crmcli.store.connection import rows
from crmcli.store.journal import Step, begin, finish

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    import duckdb

_MONEY = "DECIMAL(18, 4)"
_KINDS = {
    "product_costs": {"product_id": "INTEGER", "from_on": "DATE", "cost": _MONEY, "source": "VARCHAR"},
    "product_packs": {"product_id": "INTEGER", "name": "VARCHAR", "qty": _MONEY},
    "product_options": {
        "product_id": "INTEGER", "category": "VARCHAR", "name": "VARCHAR", "value": "VARCHAR", "charge": "VARCHAR",
        "amount": _MONEY, "minimum": _MONEY, "maximum": _MONEY, "step": _MONEY,
    },
}  # fmt: skip
_KEYS = {
    "product_costs": ("product_id", "from_on"),
    "product_packs": ("product_id", "name"),
    "product_options": ("product_id", "category", "name", "value"),
}


@dataclass(frozen=True, slots=True)
class DatedCost:
    """What a product costs from a day on, in the store's currency."""

    from_on: dt.date
    cost: Decimal
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Pack:
    """A way a product is packed: `qty` of its units in one."""

    name: str
    qty: Decimal


def dated_costs(con: duckdb.DuckDBPyConnection, product_id: int) -> list[DatedCost]:
    """The costs of a product, earliest first."""
    sql = "SELECT from_on, cost, source FROM product_costs WHERE product_id = $1 ORDER BY from_on, id"
    return [DatedCost(*row) for row in rows(con, sql, [product_id])]


def packs(con: duckdb.DuckDBPyConnection, product_id: int) -> list[Pack]:
    """The packs of a product, smallest first."""
    sql = "SELECT name, qty FROM product_packs WHERE product_id = $1 ORDER BY qty, name, id"
    return [Pack(*row) for row in rows(con, sql, [product_id])]


def load_options(con: duckdb.DuckDBPyConnection) -> tuple[ProductOption, ...]:
    """All options of all products and categories; `rules.options.effective` picks those of one product."""
    return tuple(
        ProductOption(*row)
        for row in rows(
            con,
            'SELECT t.name, t.value, t.charge, t.amount, t.minimum, t.maximum, t."step", t.category, p.sku '
            "FROM product_options AS t LEFT JOIN products AS p ON p.id = t.product_id ORDER BY t.name, t.id",
        )
    )


def set_cost(
    con: duckdb.DuckDBPyConnection, sku: str, cost: DatedCost, *, now: dt.datetime, command: str
) -> Step | None:
    """Write what a product costs from a day on; a cost of that very day is replaced. None: it was so already.

    Raises:
        NotFoundError: There is no such product.
        UsageError: Below zero.
    """
    if cost.cost < 0:
        raise UsageError(_("a cost cannot be below zero"))
    number, _product = find_product(con, sku)
    facts = {"product_id": number, "from_on": cost.from_on, "cost": cost.cost, "source": cost.source}
    return _put(con, "product_costs", [facts], now=now, command=command)


def set_pack(con: duckdb.DuckDBPyConnection, sku: str, pack: Pack, *, now: dt.datetime, command: str) -> Step | None:
    """Write how many units a pack holds. None: it was so already.

    Raises:
        NotFoundError: There is no such product.
        UsageError: No name, or nothing in it.
    """
    if not pack.name.strip() or pack.qty <= 0:
        raise UsageError(_("a pack needs a name and more than zero units"))
    number, _product = find_product(con, sku)
    facts = {"product_id": number, "name": pack.name, "qty": pack.qty}
    return _put(con, "product_packs", [facts], now=now, command=command)


def set_options(
    con: duckdb.DuckDBPyConnection, options: Sequence[ProductOption], *, now: dt.datetime, command: str
) -> Step | None:
    """Write options of a product or category, several values in one step. None: all was so already.

    Raises:
        NotFoundError: There is no such product.
        UsageError: One is not sound.
    """
    for option in options:
        require_sound(option)
    facts = [_option_facts(con, option) for option in options]
    return _put(con, "product_options", facts, now=now, command=command)


def remove_parts(
    con: duckdb.DuckDBPyConnection, table: str, parts: Sequence[Mapping[str, Any]], *, now: dt.datetime, command: str
) -> Step:
    """Take out the rows of one of the three tables in which all facts of one of `parts` hold, as one step.

    Raises:
        NotFoundError: One of them is not there.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE parts_gone (id INTEGER)")
    for facts in parts:  # the columns are ours
        same = " AND ".join(f'"{column}" IS NOT DISTINCT FROM ${place}' for place, column in enumerate(facts, 1))
        found = rows(con, f"SELECT id FROM {table} WHERE {same}", list(facts.values()))
        if not found:
            raise NotFoundError(_("there is nothing of that kind to remove"))
        con.executemany("INSERT INTO parts_gone VALUES ($1)", found)
    writer = begin(con)
    writer.remove(table, "SELECT id FROM parts_gone")
    return finish(writer, now=now, kind="product", command=command)


def _option_facts(con: duckdb.DuckDBPyConnection, option: ProductOption) -> dict[str, Any]:
    names = ("name", "value", "charge", "amount", "minimum", "maximum", "step", "category", "sku")
    facts = dict(zip(names, astuple(option), strict=True))
    sku = facts.pop("sku")
    return {**facts, "product_id": None if sku is None else find_product(con, sku)[0]}


def _put(
    con: duckdb.DuckDBPyConnection, table: str, facts: Sequence[Mapping[str, Any]], *, now: dt.datetime, command: str
) -> Step | None:
    """Rows added, or changed where one of the same key is there."""
    writer, kinds, keys = begin(con), _KINDS[table], _KEYS[table]
    same = " AND ".join(f'"{column}" IS NOT DISTINCT FROM ${place}' for place, column in enumerate(keys, 1))
    names = ", ".join(f'"{column}"' for column in kinds)
    for row in facts:
        known = rows(con, f"SELECT id, {names} FROM {table} WHERE {same}", [row[column] for column in keys])
        if known and known[0][1:] == tuple(row[column] for column in kinds):
            continue
        number = known[0][0] if known else writer.reserve(table, 1)
        stage_row(con, "part_written", kinds, row, number)
        if known:
            writer.update(table, [column for column in kinds if column not in keys], "part_written")
        else:
            writer.insert(table, list(kinds), "part_written")
    return finish(writer, now=now, kind="product", command=command) if writer.changes else None
