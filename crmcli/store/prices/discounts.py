"""Discounts on whole baskets written as undoable steps."""

from __future__ import annotations

from dataclasses import asdict, astuple, replace
from typing import TYPE_CHECKING, Any

from crmcli.errors import ConflictError
from crmcli.language import gettext as _
from crmcli.rules.prices.book import Discount
from crmcli.rules.prices.faults import discount_faults
from crmcli.store.journal import Step, begin, finish
from crmcli.store.prices.lists import found_list
from crmcli.store.prices.pricing import DISCOUNT_COLUMNS, price_discounts
from crmcli.store.prices.steps import changed, dropped, found, free, require_sound

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import duckdb


def add_discount(
    con: duckdb.DuckDBPyConnection, one: Discount, *, now: dt.datetime, command: str
) -> tuple[Step, Discount]:
    """Write a discount as one step; an empty number gets one that was never used. Call inside a transaction."""
    require_sound(discount_faults(one))
    if one.price_list:
        found_list(con, one.price_list)
    taken = {known.discount_no for known in price_discounts(con)}
    if one.discount_no in taken:
        raise ConflictError(_("there is a discount %(number)s already") % {"number": one.discount_no})
    writer = begin(con)
    number = writer.reserve("price_discounts", 1)
    named = one if one.discount_no else replace(one, discount_no=free(f"B{number}", taken))
    writer.add("price_discounts", DISCOUNT_COLUMNS, [astuple(named)], first=number)
    return finish(writer, now=now, kind="price", command=command), named


def edit_discount(
    con: duckdb.DuckDBPyConnection, number: str, changes: Mapping[str, Any], *, now: dt.datetime, command: str
) -> tuple[Step, Discount]:
    """Change fields of a discount as one step; returns it as it is then. Call inside a transaction."""
    one = replace(found_discount(con, number), **changes)
    require_sound(discount_faults(one))
    if one.price_list:
        found_list(con, one.price_list)
    return changed(con, "price_discounts", number, asdict(one), now=now, command=command), one


def drop_discount(
    con: duckdb.DuckDBPyConnection, number: str, *, now: dt.datetime, command: str
) -> tuple[Step, Discount]:
    """Remove a discount as one step. Call inside a transaction."""
    one = found_discount(con, number)
    return dropped(con, number, (("price_discounts", "discount_no"),), now=now, command=command), one


def found_discount(con: duckdb.DuckDBPyConnection, number: str) -> Discount:
    """The discount of a number.

    Raises:
        NotFoundError: There is none.
    """
    return found(
        {one.discount_no: one for one in price_discounts(con)}, number,
        missing=_("there is no discount %(number)s") % {"number": number},
        otherwise=_("All discounts: crmcli pricelist discount list"),
    )  # fmt: skip
