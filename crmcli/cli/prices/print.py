"""`crmcli pricelist print`: a price list to hand out, as PDF, HTML, workbook or text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.prices.options import OnOption, amount, day_of
from crmcli.cli.session import Session, say, session
from crmcli.errors import UsageError
from crmcli.language import current, ngettext
from crmcli.language import gettext as _

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    import duckdb

    from crmcli.documents.facts import PriceSheet
    from crmcli.rules.prices.pricing import Buyer

_FORMATS = "pdf, html, xlsx, csv, md, json"


def register(app: typer.Typer) -> None:
    """Put the command among those of `pricelist`."""
    app.command(
        "print",
        help=_("A price list to hand out: active products by category, with quantity breaks and validity."),
        epilog="crmcli pricelist print Wholesale --format pdf --output prices.pdf",
    )(print_list)


def print_list(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help=_("a price list"))] = None,
    customer: Annotated[
        str | None, typer.Option("--customer", "-c", metavar="CODE", help=_("the prices of this customer"))
    ] = None,
    group: Annotated[str | None, typer.Option("--group", metavar="NAME", help=_("the prices of this group"))] = None,
    segment: Annotated[
        str | None,
        typer.Option("--segment", metavar="NAME", help=_("the prices of a segment, or of customers with a tag")),
    ] = None,
    on: OnOption = "today",
    with_tax: Annotated[
        bool | None,
        typer.Option("--with-tax/--without-tax", help=_("turned by each product's own rate"), show_default=False),
    ] = None,
    breaks: Annotated[
        str | None, typer.Option("--breaks", metavar="N,N", help=_("quantities of the columns; made up without it"))
    ] = None,
    category: Annotated[
        str | None, typer.Option("--category", metavar="NAME", help=_("only this category and those below it"))
    ] = None,
    new_days: Annotated[
        int, typer.Option("--new-days", min=0, metavar="N", help=_("marked as new so many days after the launch"))
    ] = 180,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help=_("what it is called"))] = None,
    format: Annotated[
        str | None,
        typer.Option("--format", "-f", metavar="FORMAT", help=_("one of: %(formats)s") % {"formats": _FORMATS}),
    ] = None,
    output: options.OutputOption = None,
) -> None:
    """A price list to hand out."""
    from crmcli.cli.selling import document_format, put_document
    from crmcli.documents.price_sheet import SheetPlan
    from crmcli.documents.render import render
    from crmcli.documents.seller import load_seller, own_parts

    if name is None and customer is None and group is None and segment is None:
        raise UsageError(_("whose prices?"), "crmcli pricelist print NAME | --customer CODE | --group NAME")
    state = session(context)
    chosen = document_format(format, output, otherwise="pdf")
    with state.reading() as con:
        day = day_of(on, state.today)
        buyer, audience = _asked(con, name, customer, group, segment, day)
        plan = SheetPlan(
            title or "", audience, current(), load_seller(con, current()), day, with_tax, _breaks(breaks), new_days,
        )  # fmt: skip
        facts, parts = _facts(con, state, buyer, plan, category), own_parts(con)
    put_document(render(facts, chosen, parts=parts), chosen, output)


def _asked(
    con: duckdb.DuckDBPyConnection, name: str | None, customer: str | None, group: str | None, segment: str | None,
    on: dt.date,
) -> tuple[Buyer, str]:  # fmt: skip
    """Whose prices on a day, and for whom the list is in words."""
    from dataclasses import replace

    from crmcli.reports.segments.membership import priced_buyer, require_segment
    from crmcli.store.prices.lists import found_list

    buyer = priced_buyer(con, customer, on)
    if name is not None:
        buyer = replace(buyer, price_list=found_list(con, name).name)
    if group is not None:
        buyer = replace(buyer, group=group)
    if segment is not None:
        buyer = replace(buyer, segments=buyer.segments | require_segment(con, segment))
    return buyer, buyer.name or group or ""  # a segment is the owner's own word: no customer reads it


def _facts(
    con: duckdb.DuckDBPyConnection, state: Session, buyer: Buyer, plan: object, category: str | None
) -> PriceSheet:
    """The facts; products that nothing prices are told about on stderr, never on the list."""
    from dataclasses import replace

    from crmcli.documents.price_sheet import SheetPlan, price_sheet
    from crmcli.rules.prices.pricing import QtyMode, list_for
    from crmcli.store.prices.pricing import load_articles, load_book

    assert isinstance(plan, SheetPlan)
    book = load_book(con, plan.on)
    own = list_for(book, buyer, plan.on)
    if own is not None and own.qty_mode == QtyMode.TIERED:
        plan = replace(plan, notes=(_("Every unit has the price of its own place: the tenth that of “from 10”."),))
    articles = [
        one for one in load_articles(con, plan.on).values() if category is None or category in one.category_path
    ]
    facts = price_sheet(book, articles, buyer, plan)
    active = sum(one.active and (one.launched_on is None or one.launched_on <= plan.on) for one in articles)
    if missing := active - sum(len(products) for _title, products in facts.groups):
        words = ngettext(
            "%(count)s active product has no price and is left out", "%(count)s active products have no price and are left out", missing
        )  # fmt: skip
        say(words % {"count": missing})
    del state
    return facts


def _breaks(text: str | None) -> tuple[Decimal, ...]:
    """Quantities as typed: "1,10,100"; ascending, each once.

    Raises:
        UsageError: One is no quantity above zero.
    """
    if text is None:
        return ()
    found = sorted({amount(part, "--breaks") for part in text.replace(";", ",").split(",") if part.strip()})
    if not found or found[0] <= 0:
        raise UsageError(_("--breaks needs quantities above zero"), "--breaks 1,10,100")
    return tuple(found)
