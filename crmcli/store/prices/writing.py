"""Price lists, rules and discounts written as undoable steps; what makes no sense by itself is refused."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from crmcli.errors import ConflictError, NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.rules.prices.book import Discount, PriceList, PriceRule
from crmcli.rules.prices.faults import discount_faults, list_faults, rule_faults
from crmcli.store.connection import rows, scalar
from crmcli.store.journal import Step, begin, finish
from crmcli.store.prices.pricing import (
    DISCOUNT_COLUMNS,
    LIST_COLUMNS,
    RULE_HEAD,
    RULE_TAIL,
    price_discounts,
    price_lists,
    price_rules,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import duckdb

    from crmcli.rules.prices.faults import Fault

RULE_COLUMNS = (*RULE_HEAD, "product_id", "customer_id", *RULE_TAIL)
_TYPES = {
    "valid_from": "DATE", "valid_to": "DATE", "tax_included": "BOOLEAN", "is_default": "BOOLEAN", "active": "BOOLEAN",
    "product_id": "INTEGER", "customer_id": "INTEGER", "priority": "INTEGER",
    **dict.fromkeys(
        ("delivery_fee", "free_delivery_from", "qty_from", "qty_to", "price", "percent", "round_to", "surcharge",
         "floor_percent", "floor_price", "ceiling_price", "threshold"),
        "DECIMAL(18, 4)",
    ),
}  # fmt: skip


def add_list(con: duckdb.DuckDBPyConnection, one: PriceList, *, now: dt.datetime, command: str) -> Step:
    """Write a price list as one step. Call inside a transaction.

    Raises:
        UsageError: It makes no sense by itself.
        NotFoundError: There is no such parent.
        ConflictError: There is one of that name.
    """
    if not one.name.strip():
        raise UsageError(_("a price list needs a name"))
    if any(known.name == one.name for known in price_lists(con)):
        raise ConflictError(
            _("there is a price list %(name)s already") % {"name": one.name}, _("To change it: crmcli pricelist edit")
        )
    _require_list(con, one)
    return _written(con, "price_lists", LIST_COLUMNS, [asdict(one)], now=now, command=command)


def edit_list(
    con: duckdb.DuckDBPyConnection, name: str, changes: Mapping[str, Any], *, now: dt.datetime, command: str
) -> tuple[Step, PriceList]:
    """Change fields of a price list as one step; returns it as it is then. Call inside a transaction."""
    one = replace(found_list(con, name), **changes)
    _require_list(con, one)
    number = scalar(con, "SELECT id FROM price_lists WHERE name = $1", [name])
    row = {"id": number, **asdict(one)}
    return _changed(con, "price_lists", LIST_COLUMNS, row, now=now, command=command), one


def drop_list(con: duckdb.DuckDBPyConnection, name: str, *, now: dt.datetime, command: str) -> tuple[Step, PriceList]:
    """Remove a price list with its rules as one step. Call inside a transaction.

    Raises:
        ConflictError: A list, rule, discount or customer leans on it.
    """
    one = found_list(con, name)
    leaning = rows(
        con,
        "SELECT name FROM price_lists WHERE parent = $1 "
        "UNION ALL SELECT price_list || ' / ' || rule_no FROM price_rules WHERE base_list = $1 AND price_list <> $1 "
        "UNION ALL SELECT discount_no FROM price_discounts WHERE price_list = $1 "
        "UNION ALL SELECT code FROM contacts WHERE price_list = $1 ORDER BY ALL LIMIT 1",
        [name],
    )
    if leaning:
        raise ConflictError(
            _("price list %(name)s is still needed by %(other)s") % {"name": name, "other": leaning[0][0]},
            _("Give those another one first"),
        )
    writer = begin(con)
    for table, column in (("price_rules", "price_list"), ("price_lists", "name")):
        con.execute(f"CREATE OR REPLACE TEMP TABLE price_gone AS SELECT id FROM {table} WHERE {column} = $1", [name])
        writer.remove(table, "SELECT id FROM price_gone")
    return finish(writer, now=now, kind="price", command=command), one


def add_rules(
    con: duckdb.DuckDBPyConnection, given: Sequence[PriceRule], *, now: dt.datetime, command: str
) -> tuple[Step, list[PriceRule]]:
    """Write rules as one step; an empty rule_no gets a number that was never used. Call inside a transaction.

    Raises:
        UsageError: One makes no sense by itself.
        NotFoundError: There is no such list, product or customer.
        ConflictError: There is one of that number.
    """
    writer = begin(con)
    first = writer.reserve("price_rules", len(given))
    taken = {rule.rule_no for rule in price_rules(con)}
    made: list[PriceRule] = []
    for number, rule in enumerate(given, first):
        if rule.rule_no in taken:
            raise ConflictError(_("there is a price rule %(rule)s already") % {"rule": rule.rule_no})
        named = rule if rule.rule_no else replace(rule, rule_no=_free(f"P{number}", taken))
        taken.add(named.rule_no)
        made.append(named)
    _source(con, RULE_COLUMNS, [{"id": n, **_rule_row(con, rule)} for n, rule in enumerate(made, first)])
    writer.insert("price_rules", RULE_COLUMNS, "price_source")
    return finish(writer, now=now, kind="price", command=command), made


def edit_rule(
    con: duckdb.DuckDBPyConnection, rule_no: str, changes: Mapping[str, Any], *, now: dt.datetime, command: str
) -> tuple[Step, PriceRule]:
    """Change fields of a rule as one step; returns it as it is then. Call inside a transaction."""
    rule = replace(found_rule(con, rule_no), **changes)
    number = scalar(con, "SELECT id FROM price_rules WHERE rule_no = $1", [rule_no])
    row = {"id": number, **_rule_row(con, rule)}
    return _changed(con, "price_rules", RULE_COLUMNS, row, now=now, command=command), rule


def drop_rule(
    con: duckdb.DuckDBPyConnection, rule_no: str, *, now: dt.datetime, command: str
) -> tuple[Step, PriceRule]:
    """Remove a rule as one step. Call inside a transaction."""
    rule = found_rule(con, rule_no)
    return _dropped(con, "price_rules", "rule_no", rule_no, now=now, command=command), rule


def add_discount(
    con: duckdb.DuckDBPyConnection, one: Discount, *, now: dt.datetime, command: str
) -> tuple[Step, Discount]:
    """Write a discount as one step; an empty number gets one that was never used. Call inside a transaction."""
    _require(discount_faults(one))
    if one.price_list:
        found_list(con, one.price_list)
    taken = {known.discount_no for known in price_discounts(con)}
    if one.discount_no in taken:
        raise ConflictError(_("there is a discount %(number)s already") % {"number": one.discount_no})
    writer = begin(con)
    number = writer.reserve("price_discounts", 1)
    named = one if one.discount_no else replace(one, discount_no=_free(f"B{number}", taken))
    _source(con, DISCOUNT_COLUMNS, [{"id": number, **asdict(named)}])
    writer.insert("price_discounts", DISCOUNT_COLUMNS, "price_source")
    return finish(writer, now=now, kind="price", command=command), named


def edit_discount(
    con: duckdb.DuckDBPyConnection, number: str, changes: Mapping[str, Any], *, now: dt.datetime, command: str
) -> tuple[Step, Discount]:
    """Change fields of a discount as one step; returns it as it is then. Call inside a transaction."""
    one = replace(found_discount(con, number), **changes)
    _require(discount_faults(one))
    if one.price_list:
        found_list(con, one.price_list)
    row = {"id": scalar(con, "SELECT id FROM price_discounts WHERE discount_no = $1", [number]), **asdict(one)}
    return _changed(con, "price_discounts", DISCOUNT_COLUMNS, row, now=now, command=command), one


def drop_discount(
    con: duckdb.DuckDBPyConnection, number: str, *, now: dt.datetime, command: str
) -> tuple[Step, Discount]:
    """Remove a discount as one step. Call inside a transaction."""
    one = found_discount(con, number)
    return _dropped(con, "price_discounts", "discount_no", number, now=now, command=command), one


def found_list(con: duckdb.DuckDBPyConnection, name: str) -> PriceList:
    """The price list of a name.

    Raises:
        NotFoundError: There is none.
    """
    known = {one.name: one for one in price_lists(con)}
    if name not in known:
        hint = nearest(name, list(known)) or _("All price lists: crmcli pricelist list")
        raise NotFoundError(_("there is no price list %(name)s") % {"name": name}, hint)
    return known[name]


def found_rule(con: duckdb.DuckDBPyConnection, rule_no: str) -> PriceRule:
    """The rule of a number.

    Raises:
        NotFoundError: There is none.
    """
    known = {rule.rule_no: rule for rule in price_rules(con)}
    if rule_no not in known:
        hint = nearest(rule_no, list(known)) or _("All rules of a list: crmcli pricelist show NAME")
        raise NotFoundError(_("there is no price rule %(rule)s") % {"rule": rule_no}, hint)
    return known[rule_no]


def found_discount(con: duckdb.DuckDBPyConnection, number: str) -> Discount:
    """The discount of a number.

    Raises:
        NotFoundError: There is none.
    """
    known = {one.discount_no: one for one in price_discounts(con)}
    if number not in known:
        hint = nearest(number, list(known)) or _("All discounts: crmcli pricelist discount list")
        raise NotFoundError(_("there is no discount %(number)s") % {"number": number}, hint)
    return known[number]


def _require(faults: Sequence[Fault]) -> None:
    for fault in faults:
        raise UsageError(fault.words)


def _require_list(con: duckdb.DuckDBPyConnection, one: PriceList) -> None:
    """Refuse a list that makes no sense, or whose parents lead back to it."""
    _require(list_faults(one))
    if one.parent:
        found_list(con, one.parent)
    parents = {known.name: known.parent for known in price_lists(con)}
    way, name = [one.name], one.parent
    while name and name not in way:
        way.append(name)
        name = parents.get(name)
    if name == one.name:
        raise ConflictError(
            _("price lists lean on each other in a ring: %(ring)s") % {"ring": " → ".join([*way, one.name])},
            _("Give it another parent"),
        )


def _rule_row(con: duckdb.DuckDBPyConnection, rule: PriceRule) -> dict[str, Any]:
    """A rule as its table has it; refuses one that makes no sense or names what is not there."""
    _require(rule_faults(rule))
    for name in (rule.price_list, rule.base_list):
        if name:
            found_list(con, name)
    row = asdict(rule)
    row["product_id"] = _number(con, "products", "sku", rule.sku, _("there is no product %(name)s"))
    row["customer_id"] = _number(con, "contacts", "code", rule.customer, _("there is no customer %(name)s"))
    return row


def _number(con: duckdb.DuckDBPyConnection, table: str, column: str, name: str | None, words: str) -> int | None:
    if not name:
        return None
    known = {str(key): int(number) for key, number in rows(con, f"SELECT {column}, id FROM {table} ORDER BY id")}
    if name not in known:
        raise NotFoundError(words % {"name": name}, nearest(name, list(known)))
    return known[name]


def _free(name: str, taken: set[str]) -> str:
    """A number nobody took by hand."""
    while name in taken:
        name += "a"
    return name


def _source(con: duckdb.DuckDBPyConnection, columns: Sequence[str], given: Sequence[Mapping[str, Any]]) -> None:
    """The temp table `price_source` of rows with id and columns; values are parameters only."""
    kinds = ", ".join(f'"{column}" {_TYPES.get(column, "VARCHAR")}' for column in columns)
    con.execute(f"CREATE OR REPLACE TEMP TABLE price_source (id INTEGER, {kinds})")
    for row in given:
        values = [row["id"], *(row[column] for column in columns)]
        marks = ", ".join(f"${place}" for place in range(1, len(values) + 1))
        con.execute(f"INSERT INTO price_source VALUES ({marks})", values)


def _written(
    con: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    given: Sequence[Mapping[str, Any]],
    *,
    now: dt.datetime,
    command: str,
) -> Step:
    writer = begin(con)
    first = writer.reserve(table, len(given))
    _source(con, columns, [{"id": number, **row} for number, row in enumerate(given, first)])
    writer.insert(table, columns, "price_source")
    return finish(writer, now=now, kind="price", command=command)


def _changed(
    con: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    row: Mapping[str, Any],
    *,
    now: dt.datetime,
    command: str,
) -> Step:
    writer = begin(con)
    _source(con, columns, [row])
    writer.update(table, columns, "price_source")
    return finish(writer, now=now, kind="price", command=command)


def _dropped(
    con: duckdb.DuckDBPyConnection, table: str, column: str, name: str, *, now: dt.datetime, command: str
) -> Step:
    writer = begin(con)
    con.execute(f"CREATE OR REPLACE TEMP TABLE price_gone AS SELECT id FROM {table} WHERE {column} = $1", [name])
    writer.remove(table, "SELECT id FROM price_gone")
    return finish(writer, now=now, kind="price", command=command)
