"""`crmcli competitor price`: what competitors ask for our products, noted by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, SkuArgument, keeping, told
from crmcli.cli.program import program
from crmcli.cli.session import session, show
from crmcli.cli.typed import amount, day
from crmcli.language import N_, nearest
from crmcli.language import gettext as _
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.store.catalogue.competitors import SeenPrice

app = program(help=_("Competitors and what they ask; compared by: crmcli report competitors."))
price = program(help=_("Prices of competitors for our products, each with the day it was seen."))
app.add_typer(price, name="price")

_COLUMNS = (
    Column("competitor", N_("Competitor"), Kind.TEXT),
    Column("sku", N_("SKU"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("price", N_("Price"), Kind.MONEY),
    Column("seen_on", N_("Seen"), Kind.DATE),
    Column("source", N_("Source"), Kind.TEXT),
)
_EMPTY = N_(
    "No price of a competitor is known; note one: crmcli competitor price add COMPETITOR SKU PRICE, or take a file in: "
    "crmcli import run FILE --as competitor_prices"
)


@price.command(
    "add",
    help=_("Note what a competitor asks; a price of the same day is replaced."),
    epilog="crmcli competitor price add 'Rival Ltd' HOSE-20 225 --on 2026-06-30 --source 'their web shop'",
)
def add(
    context: typer.Context,
    competitor: Annotated[str, typer.Argument(metavar="COMPETITOR", help=_("whose price it is"))],
    sku: SkuArgument,
    asked: Annotated[str, typer.Argument(metavar="PRICE", help=_("for one unit, in the store's currency"))],
    seen_on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help=_("day it was seen; today unless said"))
    ] = None,
    source: Annotated[str | None, typer.Option("--source", metavar="TEXT", help=_("where it was seen"))] = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Note what a competitor asks."""
    from crmcli.cli.session import say
    from crmcli.errors import UsageError
    from crmcli.store.catalogue.competitors import SeenPrice, competitor_names, note_price
    from crmcli.store.catalogue.products import find_product

    state, number = session(context), amount(asked, _("price"))
    if number is None:
        raise UsageError(_("a competitor's price must be more than zero"))
    seen = SeenPrice(
        competitor.strip(), sku.strip(), number, day(seen_on) or state.today, (source or "").strip() or None
    )
    with keeping(state, dry_run=dry_run) as con:
        known = competitor_names(con)
        _number, product = find_product(con, seen.sku)
        seen = replace(seen, sku=product.sku)
        step = note_price(con, seen, now=state.now, command=state.command)
        currency = options.currency(con)
    show(_table([(*_facts(seen, product.name),)], _("Price noted"), currency), format=format, output=output)
    if seen.competitor not in known and (hint := nearest(seen.competitor, known)):
        say(_("A competitor not known so far. %(hint)s") % {"hint": hint})
    told(step, dry_run=dry_run)


@price.command("list", help=_("Prices noted, newest first."), epilog="crmcli competitor price list --sku HOSE-20")
def list_prices(
    context: typer.Context,
    sku: Annotated[str | None, typer.Option("--sku", metavar="SKU", help=_("of this product only"))] = None,
    competitor: Annotated[
        str | None, typer.Option("--competitor", metavar="NAME", help=_("of this competitor only"))
    ] = None,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Prices noted, newest first."""
    from crmcli.errors import NotFoundError
    from crmcli.store.catalogue.competitors import competitor_names, seen_prices

    with session(context).reading() as con:
        found, known, currency = (
            seen_prices(con, competitor=competitor, sku=sku),
            competitor_names(con),
            options.currency(con),
        )
    if competitor is not None and competitor.casefold() not in {name.casefold() for name in known}:
        hint = nearest(competitor, known) or ", ".join(known[:12]) or None
        raise NotFoundError(_("no price of %(name)s is known") % {"name": competitor}, hint)
    show(_table(found, _("Prices of competitors"), currency), format=format, output=output)


def _facts(seen: SeenPrice, name: str) -> tuple[object, ...]:
    return seen.competitor, seen.sku, name, seen.price, seen.seen_on, seen.source


def _table(rows: Sequence[tuple[object, ...]], title: str, currency: str) -> Table:
    return Table("competitor_prices", title, _COLUMNS, ListRows(rows), empty=_(_EMPTY), currency=currency)
