"""Price lists written as undoable steps; one that makes no sense, or leans on itself, is refused."""

from __future__ import annotations

from dataclasses import asdict, astuple, replace
from typing import TYPE_CHECKING, Any

from crmcli.errors import ConflictError, UsageError
from crmcli.language import gettext as _
from crmcli.rules.prices.book import PriceList
from crmcli.rules.prices.faults import list_faults
from crmcli.rules.tree import ring
from crmcli.store.connection import rows
from crmcli.store.journal import Step, begin, finish
from crmcli.store.prices.pricing import LIST_COLUMNS, price_lists
from crmcli.store.prices.steps import changed, dropped, found, require_sound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import duckdb


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
    writer = begin(con)
    writer.add("price_lists", LIST_COLUMNS, [astuple(one)])
    return finish(writer, now=now, kind="price", command=command)


def edit_list(
    con: duckdb.DuckDBPyConnection, name: str, changes: Mapping[str, Any], *, now: dt.datetime, command: str
) -> tuple[Step, PriceList]:
    """Change fields of a price list as one step; returns it as it is then. Call inside a transaction."""
    one = replace(found_list(con, name), **changes)
    _require_list(con, one)
    return changed(con, "price_lists", name, asdict(one), now=now, command=command), one


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
    tables = (("price_rules", "price_list"), ("price_lists", "name"))
    return dropped(con, name, tables, now=now, command=command), one


def found_list(con: duckdb.DuckDBPyConnection, name: str) -> PriceList:
    """The price list of a name.

    Raises:
        NotFoundError: There is none.
    """
    return found(
        {one.name: one for one in price_lists(con)}, name,
        missing=_("there is no price list %(name)s") % {"name": name},
        otherwise=_("All price lists: crmcli pricelist list"),
    )  # fmt: skip


def _require_list(con: duckdb.DuckDBPyConnection, one: PriceList) -> None:
    """Refuse a list that makes no sense, or whose parents lead back to it."""
    require_sound(list_faults(one))
    if one.parent:
        found_list(con, one.parent)
    parents = {known.name: known.parent for known in price_lists(con)} | {one.name: one.parent}
    if found_ring := ring(parents, one.name):
        raise ConflictError(
            _("price lists lean on each other in a ring: %(ring)s") % {"ring": " → ".join(found_ring)},
            _("Give it another parent"),
        )
