"""A simulated change of prices as tables: the sums, then customers and products by how much it changes for them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli import numbers
from crmcli.cli.session import show
from crmcli.cli.sheets import show_all
from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.rules.prices.formula import to_four
from crmcli.rules.prices.words import signed
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.reports.price_effect import Effect, Simulation
    from crmcli.table import Row

_TOP = 10
_SUMS = (
    Column("measure", N_("Measure"), Kind.LEVEL),
    Column("before", N_("As it was"), Kind.MONEY),
    Column("after", N_("As it would be"), Kind.MONEY),
    Column("change", N_("Change"), Kind.MONEY),
    Column("change_share", N_("Change, share"), Kind.SHARE),
)
_MONEY = (
    Column("revenue", N_("Revenue"), Kind.MONEY),
    Column("revenue_after", N_("Revenue after"), Kind.MONEY),
    Column("change", N_("Change"), Kind.MONEY),
    Column("change_share", N_("Change, share"), Kind.SHARE),
    Column("margin", N_("Margin"), Kind.MONEY),
    Column("margin_after", N_("Margin after"), Kind.MONEY),
)
_CUSTOMERS = (Column("customer", N_("Customer"), Kind.CODE), Column("name", N_("Name"), Kind.TEXT), *_MONEY)
_PRODUCTS = (Column("sku", N_("SKU"), Kind.CODE), Column("name", N_("Name"), Kind.TEXT), *_MONEY)
# The measures of the first table.
MEASURES = (N_("revenue"), N_("margin"))


@dataclass(frozen=True, slots=True)
class Asked:
    """How a simulation was asked for."""

    on: dt.date
    currency: str
    elasticity: Decimal | None
    limit: int | None


def put(found: Simulation, asked: Asked, *, format: str | None, output: str | None) -> None:
    """Everything where the format holds several tables; else the customers, all of them."""
    from crmcli.output.write import FOR_PEOPLE, TOGETHER, chosen_format

    chosen = chosen_format(format, output)
    most = asked.limit or (_TOP if chosen in FOR_PEOPLE else None)
    customers = _table("customers", _("Customers"), _CUSTOMERS, found.customers, asked, most)
    if chosen not in TOGETHER:
        show(customers, format=format, output=output)
        return
    products = _table("products", _("Products"), _PRODUCTS, found.products, asked, most)
    show_all([_sums(found, asked), customers, products], format=format, output=output)


def _sums(found: Simulation, asked: Asked) -> Table:
    total = found.total
    rows = [
        ("revenue", *_change(total.revenue, total.revenue_after)),
        ("margin", *_change(total.margin, total.margin_after)),
    ]
    title = _("A change of price rules on the sales of the 365 days to %(on)s") % {
        "on": numbers.cell(asked.on, Kind.DATE)
    }
    return Table(
        "price_effect", title, _SUMS, ListRows(rows), headline=_headline(found, asked), notes=_notes(found, asked),
        currency=asked.currency,
    )  # fmt: skip


def _change(before: Decimal, after: Decimal) -> tuple[Decimal, Decimal, Decimal, float | None]:
    kept = to_four(after)
    return before, kept, kept - before, float(kept / before - 1) if before > 0 else None


def _headline(found: Simulation, asked: Asked) -> str:
    if not found.products:
        return _("It would have changed nothing: no line sold in the year is touched by it.")
    total = found.total
    values = {
        "revenue": _difference(total.revenue_after - total.revenue, asked.currency),
        "margin": _difference(total.margin_after - total.margin, asked.currency),
        "customers": len(found.customers),
        "products": len(found.products),
    }
    return (
        ngettext(
            "Revenue %(revenue)s, margin %(margin)s: it touches %(customers)s customer and %(products)s products.",
            "Revenue %(revenue)s, margin %(margin)s: it touches %(customers)s customers and %(products)s products.",
            len(found.customers),
        )
        % values
    )


def _difference(amount: Decimal, currency: str) -> str:
    kept = numbers.rounded(amount, numbers.minor_digits(currency))
    sign = signed(Decimal(-1 if kept < 0 else 1))[0]
    return sign + numbers.money(abs(kept), currency)


def _notes(found: Simulation, asked: Asked) -> tuple[str, ...]:
    notes = [
        _(
            "Nothing was written; both sets of rules are taken as of that day, with the costs and list prices of that day."
        )
    ]
    if asked.elasticity is None:
        notes.append(_("It assumes that the same quantities are sold; --elasticity -1.2 lets them follow the price."))
    else:
        notes.append(
            _("Quantities follow the price: each is multiplied by (new price ÷ old price) ^ %(power)s.")
            % {"power": format(asked.elasticity, "f")}
        )
    notes.append(
        _("What was really paid changes as the price does, so discounts given by hand stay; returns are left out.")
    )
    if found.total.costed != found.total.revenue and found.total.revenue > 0:
        share = numbers.cell(float(found.total.costed / found.total.revenue), Kind.SHARE)
        notes.append(_("The margin is of the %(share)s of revenue whose cost is known.") % {"share": share})
    if found.unpriced:
        notes.append(
            _("Lines of %(revenue)s have no price by one of the two sets of rules, and stay as they were.")
            % {"revenue": numbers.money(found.unpriced, asked.currency)}
        )
    return tuple(notes)


def _table(
    name: str, title: str, columns: tuple[Column, ...], effects: Mapping[str | None, Effect] | Mapping[str, Effect],
    asked: Asked, most: int | None,
) -> Table:  # fmt: skip
    """Who or what it changes most for, first."""
    order = sorted(
        effects.items(), key=lambda pair: (-abs(pair[1].revenue_after - pair[1].revenue), str(pair[0] or ""))
    )
    rows: list[Row] = [_row(code, effect) for code, effect in order[:most]]
    return Table(
        name, title, columns, ListRows(rows), empty=_("none is touched"), currency=asked.currency,
        total_rows=len(order) if most is not None and most < len(order) else None,
        notes=(_("Only lines that the change touches are counted here."),) if rows else (),
    )  # fmt: skip


def _row(code: str | None, effect: Effect) -> Row:
    name = effect.name or (None if code else _("sales without a customer"))
    known = effect.costed > 0
    return (
        code, name, *_change(effect.revenue, effect.revenue_after),
        effect.margin if known else None, to_four(effect.margin_after) if known else None,
    )  # fmt: skip
