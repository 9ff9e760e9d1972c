"""`crmcli product list` and `show`: the catalogue as the owner looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from crmcli.cli import options
from crmcli.cli.keeping import SkuArgument
from crmcli.cli.session import Session, session, show
from crmcli.language import gettext as _

if TYPE_CHECKING:
    import datetime as dt


def register(app: typer.Typer) -> None:
    """Put the two commands under `product`."""
    app.command(
        "list", help=_("All products, or those asked for."), epilog="crmcli product list --category Hoses --new"
    )(list_products)
    app.command("show", help=_("Everything about one product on one screen."), epilog="crmcli product show HOSE-20")(
        show_product
    )


def list_products(
    context: typer.Context,
    category: Annotated[
        str | None, typer.Option("--category", metavar="TEXT", help=_("this category and what lies under it"))
    ] = None,
    new: Annotated[bool, typer.Option("--new", help=_("launched in the last 90 days"))] = False,
    where: options.WhereOption = None,
    sort: options.SortOption = None,
    limit: options.LimitOption = None,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
    excel_safe: options.ExcelSafeOption = False,
) -> None:
    """All products, or those asked for."""
    from crmcli.reports.product_list import product_list

    state = session(context)
    with state.reading() as con:
        table = product_list(
            con,
            as_of=_day(as_of, state, con),
            currency=options.currency(con),
            category=category,
            new_only=new,
            where=where or (),
            sort=sort or (),
            limit=limit,
        )
        show(table, format=format, output=output, excel_safe=excel_safe)


def show_product(
    context: typer.Context,
    sku: SkuArgument,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Everything about one product on one screen."""
    from crmcli.cli.sheets import show_all
    from crmcli.reports.product_sheet import product_sheet

    state = session(context)
    with state.reading() as con:
        tables = product_sheet(con, sku.strip(), as_of=_day(as_of, state, con), currency=options.currency(con))
        show_all(tables, format=format, output=output)


def _day(text: str, state: Session, con: Any) -> dt.date:
    """The day a catalogue is looked at; costs and prices hold today, however old the last sale."""
    return state.today if text == "today" else options.settle_day(text, con, state)
