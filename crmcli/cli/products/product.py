"""`crmcli product`: the catalogue, by hand: add, edit, list, show, successors, retire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, SkuArgument, keeping, told
from crmcli.cli.products import parts as product_parts
from crmcli.cli.products import views as product_views
from crmcli.cli.program import program
from crmcli.cli.session import Session, say, session, show
from crmcli.cli.typed import amount, day
from crmcli.language import N_, nearest
from crmcli.language import gettext as _
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.store.catalogue.products import Product
    from crmcli.store.journal import Step

app = program(help=_("Products: prices, costs by day, packs, made-to-order options, successors."))

_COLUMNS = (
    Column("sku", N_("SKU"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("category", N_("Category"), Kind.TEXT),
    Column("unit", N_("Unit"), Kind.TEXT),
    Column("price", N_("List price"), Kind.MONEY),
    Column("cost", N_("Undated cost"), Kind.MONEY),
    Column("tax_rate", N_("Tax, %"), Kind.QUANTITY),
    Column("launched_on", N_("Launched"), Kind.DATE),
    Column("successor", N_("Successor"), Kind.CODE),
    Column("active", N_("Active"), Kind.LEVEL),
    Column("warranty_months", N_("Warranty, months"), Kind.COUNT),
)
_NameOption = Annotated[str | None, typer.Option("--name", metavar="TEXT", help=_("another name"))]
_CategoryOption = Annotated[str | None, typer.Option("--category", metavar="TEXT", help=_("category it belongs to"))]
_UnitOption = Annotated[str | None, typer.Option("--unit", metavar="TEXT", help=_("what one is: pcs, m, kg"))]
_PriceOption = Annotated[str | None, typer.Option("--price", metavar="N", help=_("list price of one unit"))]
_CostOption = Annotated[
    str | None, typer.Option("--cost", metavar="N", help=_("cost of one unit, before its first dated cost"))
]
_TaxOption = Annotated[str | None, typer.Option("--tax-rate", metavar="PERCENT", help=_("VAT or the like, in percent"))]
_LaunchedOption = Annotated[str | None, typer.Option("--launched", metavar="DATE", help=_("first day on sale"))]
_SuccessorOption = Annotated[str | None, typer.Option("--successor", metavar="SKU", help=_("product that replaces it"))]

_WarrantyOption = Annotated[
    str | None, typer.Option("--warranty-months", metavar="N", help=_("months of warranty from the delivery"))
]


@app.command("add", help=_("Add a product."), epilog="crmcli product add HOSE-20 'Hose 20 mm' --unit m --price 240")
def add(
    context: typer.Context,
    sku: SkuArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("its name"))],
    category: _CategoryOption = None,
    unit: _UnitOption = None,
    price: _PriceOption = None,
    cost: _CostOption = None,
    tax_rate: _TaxOption = None,
    launched: _LaunchedOption = None,
    successor: _SuccessorOption = None,
    warranty_months: _WarrantyOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Add a product."""
    from crmcli.store.catalogue.products import Product, add_product

    state = session(context)
    given = _given(None, category, unit, price, cost, tax_rate, launched, successor) | _warranty(warranty_months)
    product = Product(sku.strip(), name.strip(), **given, active=True)
    with keeping(state, dry_run=dry_run) as con:
        step = add_product(con, product, now=state.now, command=state.command)
        _doubt_category(con, product)
    _written(state, product, _("Product added"), step, dry_run=dry_run, format=format, output=output)


@app.command(
    "edit", help=_("Change a product; '' clears a field."), epilog="crmcli product edit HOSE-20 --price 255 --unit ''"
)
def edit(
    context: typer.Context,
    sku: SkuArgument,
    name: _NameOption = None,
    category: _CategoryOption = None,
    unit: _UnitOption = None,
    price: _PriceOption = None,
    cost: _CostOption = None,
    tax_rate: _TaxOption = None,
    launched: _LaunchedOption = None,
    successor: _SuccessorOption = None,
    active: Annotated[bool | None, typer.Option("--active/--inactive", help=_("whether it is on sale"))] = None,
    warranty_months: _WarrantyOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Change a product."""
    from crmcli.errors import UsageError

    given = _given(name, category, unit, price, cost, tax_rate, launched, successor) | _warranty(warranty_months)
    changes = given | ({} if active is None else {"active": active})
    if not changes:
        raise UsageError(_("nothing to change was named"), "--name --category --unit --price --cost --tax-rate …")
    _edited(session(context), sku, changes, _("Product changed"), dry_run=dry_run, format=format, output=output)


@app.command("retire", help=_("Take a product off sale."), epilog="crmcli product retire HOSE-20 --successor HOSE-25")
def retire(
    context: typer.Context,
    sku: SkuArgument,
    successor: _SuccessorOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Take a product off sale."""
    changes = {"active": False, **({"successor": successor.strip() or None} if successor is not None else {})}
    _edited(session(context), sku, changes, _("Product retired"), dry_run=dry_run, format=format, output=output)


@app.command(
    "successor",
    help=_("Name the product that replaces another; without one, show the chain; '' clears it."),
    epilog="crmcli product successor HOSE-20 HOSE-25",
)
def successor(
    context: typer.Context,
    sku: SkuArgument,
    replaced_by: Annotated[str | None, typer.Argument(metavar="[SUCCESSOR]", help=_("SKU that replaces it"))] = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Name the product that replaces another, or show the chain."""
    from crmcli.reports.product_list import successor_chain
    from crmcli.store.catalogue.products import find_product

    state = session(context)
    if replaced_by is None:
        with state.reading() as con:
            show(successor_chain(con, sku.strip(), currency=options.currency(con)), format=format, output=output)
        return
    wanted = replaced_by.strip() or None
    if wanted is not None:
        with state.reading() as con:
            wanted = find_product(con, wanted)[1].sku
    title = _("Successor named") if wanted else _("Successor cleared")
    _edited(state, sku, {"successor": wanted}, title, dry_run=dry_run, format=format, output=output)


product_views.register(app)
product_parts.register(app)


def _given(
    name: str | None,
    category: str | None,
    unit: str | None,
    price: str | None,
    cost: str | None,
    tax_rate: str | None,
    launched: str | None,
    successor: str | None,
) -> dict[str, Any]:
    """Column → value of the options that were given; an empty text clears."""
    texts = {"name": name, "category": category, "unit": unit, "successor": successor}
    numbers = {"price": price, "cost": cost, "tax_rate": tax_rate}
    found: dict[str, Any] = {column: text.strip() or None for column, text in texts.items() if text is not None}
    if name is not None:
        found["name"] = name.strip()
    for column, text in numbers.items():
        if text is not None:
            found[column] = amount(text, f"--{column.replace('_', '-')}")
    return found if launched is None else {**found, "launched_on": day(launched)}


def _warranty(months: str | None) -> dict[str, Any]:
    """Months of warranty as typed; an empty text clears.

    Raises:
        UsageError: No whole number.
    """
    from crmcli.errors import UsageError

    if months is None:
        return {}
    number = amount(months, "--warranty-months")
    if number is not None and (number != number.to_integral_value() or not 0 <= number < 10**6):
        raise UsageError(_("months of warranty are a whole number"), "--warranty-months 24")
    return {"warranty_months": None if number is None else int(number)}


def _edited(
    state: Session,
    sku: str,
    changes: Mapping[str, Any],
    title: str,
    *,
    dry_run: bool,
    format: str | None,
    output: str | None,
) -> None:
    from crmcli.store.catalogue.products import edit_product

    with keeping(state, dry_run=dry_run) as con:
        step, _before, after = edit_product(con, sku.strip(), changes, now=state.now, command=state.command)
        if "category" in changes:
            _doubt_category(con, after)
    _written(state, after, title, step, dry_run=dry_run, format=format, output=output)


def _doubt_category(con: Any, product: Product) -> None:
    """A category that only this product names may be a slip of the pen, if another is nearly called so."""
    from crmcli.store.catalogue.categories import categories

    found = {one.name: one for one in categories(con)}
    own = found.pop(product.category or "", None)
    if own is not None and not own.listed and own.products == 1 and (hint := nearest(own.name, list(found))):
        say(_("A category not known so far. %(hint)s") % {"hint": hint})


def _written(
    state: Session,
    product: Product,
    title: str,
    step: Step | None,
    *,
    dry_run: bool,
    format: str | None,
    output: str | None,
) -> None:
    """The product as it is now, or would be; and how to take it back."""
    from dataclasses import astuple

    with state.reading() as con:
        currency = options.currency(con)
    show(
        Table("product", title, _COLUMNS, ListRows([astuple(product)]), currency=currency), format=format, output=output
    )
    told(step, dry_run=dry_run)
