"""Price rules written as undoable steps; one that makes no sense, or names what is not there, is refused."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from crmcli.errors import ConflictError, NotFoundError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.rules.prices.book import PriceRule
from crmcli.rules.prices.faults import rule_faults
from crmcli.store.connection import rows
from crmcli.store.journal import Step, begin, finish
from crmcli.store.prices.lists import found_list
from crmcli.store.prices.pricing import RULE_HEAD, RULE_TAIL, price_rules
from crmcli.store.prices.steps import changed, dropped, found, free, require_sound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import duckdb

RULE_COLUMNS = (*RULE_HEAD, "product_id", "customer_id", *RULE_TAIL)


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
        named = rule if rule.rule_no else replace(rule, rule_no=free(f"P{number}", taken))
        taken.add(named.rule_no)
        made.append(named)
    writer.add("price_rules", RULE_COLUMNS, [tuple(_rule_row(con, rule).values()) for rule in made], first=first)
    return finish(writer, now=now, kind="price", command=command), made


def edit_rule(
    con: duckdb.DuckDBPyConnection, rule_no: str, changes: Mapping[str, Any], *, now: dt.datetime, command: str
) -> tuple[Step, PriceRule]:
    """Change fields of a rule as one step; returns it as it is then. Call inside a transaction."""
    rule = replace(found_rule(con, rule_no), **changes)
    return changed(con, "price_rules", rule_no, _rule_row(con, rule), now=now, command=command), rule


def drop_rule(
    con: duckdb.DuckDBPyConnection, rule_no: str, *, now: dt.datetime, command: str
) -> tuple[Step, PriceRule]:
    """Remove a rule as one step. Call inside a transaction."""
    rule = found_rule(con, rule_no)
    return dropped(con, rule_no, (("price_rules", "rule_no"),), now=now, command=command), rule


def found_rule(con: duckdb.DuckDBPyConnection, rule_no: str) -> PriceRule:
    """The rule of a number.

    Raises:
        NotFoundError: There is none.
    """
    return found(
        {rule.rule_no: rule for rule in price_rules(con)}, rule_no,
        missing=_("there is no price rule %(rule)s") % {"rule": rule_no},
        otherwise=_("All rules of a list: crmcli pricelist show NAME"),
    )  # fmt: skip


def _rule_row(con: duckdb.DuckDBPyConnection, rule: PriceRule) -> dict[str, Any]:
    """A rule as its table has it; refuses one that makes no sense or names what is not there."""
    require_sound(rule_faults(rule))
    for name in (rule.price_list, rule.base_list):
        if name:
            found_list(con, name)
    row = asdict(rule)
    row["product_id"] = _number(con, "products", "sku", rule.sku, _("there is no product %(name)s"))
    row["customer_id"] = _number(con, "contacts", "code", rule.customer, _("there is no customer %(name)s"))
    return {column: row[column] for column in RULE_COLUMNS}


def _number(con: duckdb.DuckDBPyConnection, table: str, column: str, name: str | None, words: str) -> int | None:
    if not name:
        return None
    known = {str(key): int(number) for key, number in rows(con, f"SELECT {column}, id FROM {table} ORDER BY id")}
    if name not in known:
        raise NotFoundError(words % {"name": name}, nearest(name, list(known)))
    return known[name]
