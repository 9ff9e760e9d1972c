"""What belongs to a product: its costs by day, the packs it comes in, and its made-to-order options."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

from crmcli.errors import NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.rules.option_limits import ProductOption
from crmcli.rules.options import require_sound
from crmcli.store.catalogue.products import find_product
from crmcli.store.connection import rows
from crmcli.store.journal import Step, begin, finish

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    import duckdb

# Table → what tells its rows apart, and what else it says.
_COLUMNS = {
    "product_costs": (("product_id", "from_on"), ("cost", "source")),
    "product_packs": (("product_id", "name"), ("qty",)),
    "product_options": (
        ("product_id", "category", "name", "value"), ("charge", "amount", "minimum", "maximum", "step"),
    ),
}  # fmt: skip


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
    writer = begin(con)
    gone = [writer.ids(table, **facts) for facts in parts]
    if not all(gone):
        raise NotFoundError(_("there is nothing of that kind to remove"))
    writer.drop(table, [number for ids in gone for number in ids])
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
    writer, (keys, said) = begin(con), _COLUMNS[table]
    names = ", ".join(f'"{column}"' for column in said)
    for row in facts:
        key, values = ([row[column] for column in columns] for columns in (keys, said))
        known = writer.ids(table, **dict(zip(keys, key, strict=True)))
        if not known:
            writer.add(table, (*keys, *said), [(*key, *values)])
        elif rows(con, f"SELECT {names} FROM {table} WHERE id = $1", known[:1]) != [tuple(values)]:
            writer.change(table, said, [(known[0], *values)])
    return finish(writer, now=now, kind="product", command=command) if writer.changes else None
