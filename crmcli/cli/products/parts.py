"""`crmcli product cost|pack|option`: what belongs to a product; without a value, what there is."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, SkuArgument, keeping, told
from crmcli.cli.session import Session, session, show
from crmcli.cli.typed import amount, day
from crmcli.errors import UsageError
from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.rules.option_limits import ProductOption

_COSTS = (
    Column("from_on", N_("From"), Kind.DATE),
    Column("cost", N_("Cost"), Kind.MONEY),
    Column("source", N_("Source"), Kind.TEXT),
)
_PACKS = (Column("name", N_("Pack"), Kind.TEXT), Column("qty", N_("Units"), Kind.QUANTITY))
_OPTIONS = (
    Column("option", N_("Option"), Kind.TEXT),
    Column("value", N_("Allowed"), Kind.TEXT),
    Column("charge", N_("Charge"), Kind.LEVEL),
    Column("amount", N_("Amount"), Kind.QUANTITY),
    Column("minimum", N_("Minimum"), Kind.QUANTITY),
    Column("maximum", N_("Maximum"), Kind.QUANTITY),
    Column("step", N_("Step"), Kind.QUANTITY),
    Column("holds_for", N_("Holds for"), Kind.TEXT),
)
_RemoveOption = Annotated[bool, typer.Option("--remove", help=_("take it out"))]


def register(app: typer.Typer) -> None:
    """Put the three commands under `product`."""
    app.command(
        "cost",
        help=_("Say what a product costs from a day on; without an amount, show its costs."),
        epilog="crmcli product cost HOSE-20 131.50 --from 2026-07-01",
    )(cost)
    app.command(
        "pack",
        help=_("Say how many units a pack holds; without a pack, show them."),
        epilog="crmcli product pack HOSE-20 drum 50",
    )(pack)
    app.command(
        "option",
        help=_("Allow a made-to-order option; without a name, show those that hold."),
        epilog="crmcli product option HOSE-20 length --charge per_unit --amount 12 --minimum 0.5 --maximum 50 --step 0.5",
    )(option)


def cost(
    context: typer.Context,
    sku: SkuArgument,
    value: Annotated[str | None, typer.Argument(metavar="[AMOUNT]", help=_("cost of one unit"))] = None,
    from_on: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help=_("first day it holds; today unless said"))
    ] = None,
    source: Annotated[str | None, typer.Option("--source", metavar="TEXT", help=_("where it is known from"))] = None,
    remove: _RemoveOption = False,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Say what a product costs from a day on, take that out, or show its costs."""
    from crmcli.store.catalogue.parts import DatedCost, dated_costs, remove_parts, set_cost
    from crmcli.store.catalogue.products import find_product

    state, name, first = session(context), sku.strip(), day(from_on)
    if remove and (value is not None or first is None):
        raise UsageError(_("name the day of the cost to take out"), "--remove --from 2026-07-01")
    step, writes = None, remove or value is not None
    with _opened(state, writes=writes, dry_run=dry_run) as con:
        number, _product = find_product(con, name)
        if remove:
            facts = {"product_id": number, "from_on": first}
            step = remove_parts(con, "product_costs", [facts], now=state.now, command=state.command)
        elif (told_cost := amount(value, _("cost"))) is not None:
            dated = DatedCost(first or state.today, told_cost, source.strip() or None if source else None)
            step = set_cost(con, name, dated, now=state.now, command=state.command)
        rows = [astuple(one) for one in dated_costs(con, number)]
        table = _table("product_costs", _("Costs of %(sku)s") % {"sku": name}, _COSTS, rows, con)
    show(table, format=format, output=output)
    if writes:
        told(step, dry_run=dry_run)


def pack(
    context: typer.Context,
    sku: SkuArgument,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help=_("of the pack: box, drum, pallet"))] = None,
    qty: Annotated[str | None, typer.Argument(metavar="[QTY]", help=_("units in it"))] = None,
    remove: _RemoveOption = False,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Say how many units a pack holds, take it out, or show the packs."""
    from crmcli.store.catalogue.parts import Pack, packs, remove_parts, set_pack
    from crmcli.store.catalogue.products import find_product

    if (name is None) != (qty is None) and not (remove and name):
        raise UsageError(_("a pack needs its name and the units in it"), "crmcli product pack SKU drum 50")
    state, step = session(context), None
    with _opened(state, writes=name is not None, dry_run=dry_run) as con:
        number, _product = find_product(con, sku.strip())
        if name is not None and remove:
            facts = {"product_id": number, "name": name.strip()}
            step = remove_parts(con, "product_packs", [facts], now=state.now, command=state.command)
        elif name is not None and (units := amount(qty, _("units"))) is not None:
            step = set_pack(con, sku.strip(), Pack(name.strip(), units), now=state.now, command=state.command)
        rows = [astuple(one) for one in packs(con, number)]
        table = _table("product_packs", _("Packs of %(sku)s") % {"sku": sku.strip()}, _PACKS, rows, con)
    show(table, format=format, output=output)
    if name is not None:
        told(step, dry_run=dry_run)


def option(
    context: typer.Context,
    target: Annotated[str, typer.Argument(metavar="SKU", help=_("SKU of the product; with --category a category"))],
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help=_("of the option: length, colour, winding"))
    ] = None,
    category: Annotated[bool, typer.Option("--category", help=_("it holds for the products of a category"))] = False,
    value: Annotated[
        list[str] | None, typer.Option("--value", metavar="TEXT", help=_("an allowed value; can be repeated"))
    ] = None,
    charge: Annotated[
        str, typer.Option("--charge", metavar="KIND", help=_("fixed: once a line; per_unit; percent of the price"))
    ] = "fixed",
    surcharge: Annotated[
        str | None, typer.Option("--amount", metavar="N", help=_("what is charged, nothing unless said"))
    ] = None,
    minimum: Annotated[
        str | None, typer.Option("--minimum", metavar="N", help=_("smallest number, as of a cut"))
    ] = None,
    maximum: Annotated[str | None, typer.Option("--maximum", metavar="N", help=_("largest number"))] = None,
    step: Annotated[
        str | None, typer.Option("--step", metavar="N", help=_("numbers between go in these steps"))
    ] = None,
    remove: _RemoveOption = False,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Allow a made-to-order option of a product or category, take it out, or show those that hold."""
    from crmcli.rules.option_limits import ProductOption
    from crmcli.store.catalogue.parts import remove_parts, set_options

    state, owner, done = session(context), target.strip(), None
    bounds = (amount(minimum, "--minimum"), amount(maximum, "--maximum"), amount(step, "--step"))
    with _opened(state, writes=name is not None, dry_run=dry_run) as con:
        holder = _holder(con, owner, is_category=category)
        if name is not None and remove:
            key = {**holder["key"], "name": name.strip()}
            parts = [{**key, "value": one.strip()} for one in value] if value else [key]
            done = remove_parts(con, "product_options", parts, now=state.now, command=state.command)
        elif name is not None:
            extra = amount(surcharge, "--amount") or _zero()
            wanted: list[str | None] = [one.strip() for one in value] if value else [None]
            made = [ProductOption(name.strip(), one, charge, extra, *bounds, **holder["of"]) for one in wanted]
            done = set_options(con, made, now=state.now, command=state.command)
        rows = [_option_row(one) for one in _holding(con, state, owner, is_category=category)]
        table = _table("product_options", _("Options of %(sku)s") % {"sku": owner}, _OPTIONS, rows, con)
    show(table, format=format, output=output)
    if name is not None:
        told(done, dry_run=dry_run)


def _zero() -> Any:
    from decimal import Decimal

    return Decimal(0)


def _holder(con: Any, owner: str, *, is_category: bool) -> dict[str, Mapping[str, Any]]:
    """Of whom an option is, as the rule and as the table say it."""
    from crmcli.store.catalogue.products import find_product

    if is_category:
        return {"of": {"category": owner}, "key": {"product_id": None, "category": owner}}
    number, product = find_product(con, owner)
    return {"of": {"sku": product.sku}, "key": {"product_id": number}}


def _holding(con: Any, state: Session, owner: str, *, is_category: bool) -> Sequence[ProductOption]:
    """The options that hold for a product, or those of a category itself."""
    from crmcli.rules.options import effective
    from crmcli.store.catalogue.parts import load_options
    from crmcli.store.catalogue.products import find_product
    from crmcli.store.prices.pricing import load_article

    known = load_options(con)
    if is_category:
        return [one for one in known if one.sku is None and one.category == owner]
    article = load_article(con, find_product(con, owner)[1].sku, state.today)
    return effective(known, article.sku, article.category_path)


def _option_row(one: ProductOption) -> tuple[Any, ...]:
    from crmcli.rules.option_limits import allowed

    bounds = (one.minimum, one.maximum, one.step)
    return (one.name, allowed([one]), one.charge, one.amount, *bounds, one.sku or one.category)


def _opened(state: Session, *, writes: bool, dry_run: bool) -> Any:
    return keeping(state, dry_run=dry_run) if writes else state.reading()


def _table(name: str, title: str, columns: tuple[Column, ...], rows: Sequence[tuple[Any, ...]], con: Any) -> Table:
    return Table(name, title, columns, ListRows(rows), empty=_("There are none yet."), currency=options.currency(con))
