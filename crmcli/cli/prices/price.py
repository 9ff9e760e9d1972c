"""`crmcli price`: what a customer pays, why, and what a change of rules would have done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.prices.options import CustomerOption, ListOption, OnOption, amount, day_of
from crmcli.cli.program import program
from crmcli.cli.session import session, show
from crmcli.language import gettext as _

if TYPE_CHECKING:
    import datetime as dt

    import duckdb

    from crmcli.rules.prices.pricing import Buyer

app = program(help=_("What a customer pays, why, and what a change of rules would do."))

_QtyOption = Annotated[str, typer.Option("--qty", "-q", metavar="N", help=_("for this quantity"))]


@app.command(
    "explain",
    help=_("Why a price is what it is: the winning rule, its formula step by step, and why each other rule lost."),
    epilog="crmcli price explain --customer 00042 --sku S1 --qty 12 --on 2026-07-01",
)
def explain(
    context: typer.Context,
    sku: Annotated[str, typer.Option("--sku", "-s", metavar="SKU", help=_("of this product"))],
    customer: CustomerOption = None,
    qty: _QtyOption = "1",
    on: OnOption = "today",
    price_list: ListOption = None,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Why a price is what it is."""
    from crmcli.cli.prices.explained import explained
    from crmcli.cli.sheets import show_all
    from crmcli.output.write import FOR_PEOPLE, TOGETHER, chosen_format
    from crmcli.rules.prices.pricing import decide
    from crmcli.store.prices.pricing import load_article, load_book

    state = session(context)
    day, asked = day_of(on, state.today), amount(qty, "--qty")
    with state.reading() as con:
        book, article = load_book(con, day), load_article(con, sku, day)
        buyer = _buyer(con, customer, price_list, day)
    decision = decide(book, article, buyer, qty=asked, on=day, explain=True)
    chosen = chosen_format(format, output)
    tables = explained(book, article, buyer, decision, qty=asked, on=day, machine=chosen not in FOR_PEOPLE)
    if chosen in TOGETHER:
        show_all(tables, format=format, output=output)
        return
    show(tables[-1], format=format, output=output)


@app.command(
    "list",
    help=_("Prices of products for one customer, with the rule that made each."),
    epilog="crmcli price list --customer 00042 --category Tea --qty 10",
)
def list_prices(
    context: typer.Context,
    skus: Annotated[
        list[str] | None, typer.Argument(metavar="SKU", help=_("these products; all active ones without it"))
    ] = None,
    customer: CustomerOption = None,
    qty: _QtyOption = "1",
    on: OnOption = "today",
    price_list: ListOption = None,
    category: Annotated[
        str | None, typer.Option("--category", metavar="NAME", help=_("only this category and those below it"))
    ] = None,
    limit: options.LimitOption = None,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Prices of products for one customer, with the rule that made each."""
    from crmcli.cli.prices.listed import listed, require_all
    from crmcli.store.prices.pricing import load_articles, load_book

    state = session(context)
    day, asked = day_of(on, state.today), amount(qty, "--qty")
    with state.reading() as con:
        book, buyer = load_book(con, day), _buyer(con, customer, price_list, day)
        articles = load_articles(con, day, skus or None)
    require_all(skus or (), articles)
    chosen = [one for one in articles.values() if skus or one.active]
    if category is not None:
        chosen = [one for one in chosen if category in one.category_path]
    show(listed(book, chosen, buyer, qty=asked, on=day, limit=limit), format=format, output=output)


@app.command(
    "simulate",
    help=_("What a change of rules would have done to the sales of the last year; nothing is written."),
    epilog="crmcli price simulate --rule P7 --set percent=-5",
)
def simulate_change(
    context: typer.Context,
    rule: Annotated[str | None, typer.Option("--rule", metavar="RULE", help=_("the rule that --set changes"))] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help=_("a field as it would be, such as percent=-5; without --rule a new rule; can be repeated"),
        ),
    ] = None,
    drop: Annotated[
        list[str] | None, typer.Option("--drop", metavar="RULE", help=_("without this rule; can be repeated"))
    ] = None,
    file: Annotated[
        str | None, typer.Option("--from", metavar="FILE", help=_("rules of a CSV or TOML file, over those there are"))
    ] = None,
    price_list: Annotated[
        str | None, typer.Option("--price-list", metavar="NAME", help=_("if customers had this price list"))
    ] = None,
    customer: Annotated[
        str | None, typer.Option("--customer", "-c", metavar="CODE", help=_("only sales to this customer"))
    ] = None,
    group: Annotated[str | None, typer.Option("--group", metavar="NAME", help=_("only sales to this group"))] = None,
    elasticity: Annotated[
        str | None,
        typer.Option(
            "--elasticity", metavar="N", help=_("percent more sold when the price rises by one, such as -1.2")
        ),
    ] = None,
    as_of: options.AsOfOption = "today",
    limit: options.LimitOption = None,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """What a change of rules would have done to the sales of the last year."""
    from dataclasses import replace

    from crmcli.cli.prices.changes import changed_book
    from crmcli.cli.prices.simulated import Asked, put
    from crmcli.errors import UsageError
    from crmcli.reports.price_effect import sales_of, simulate
    from crmcli.reports.segments.membership import members_on
    from crmcli.store.prices.lists import found_list
    from crmcli.store.prices.pricing import load_articles, load_book, load_buyer, load_buyers

    if not (rule or settings or drop or file or price_list):
        raise UsageError(
            _("nothing would change"), "--rule P7 --set percent=-5 | --drop P7 | --from FILE | --price-list NAME"
        )
    state = session(context)
    with state.reading() as con:
        day = options.settle_day(as_of, con, state)
        if customer is not None:
            load_buyer(con, customer)
        name = found_list(con, price_list).name if price_list is not None else None
        book, articles = load_book(con, day), load_articles(con, day)
        after = changed_book(book, rule=rule, settings=settings or (), drop=drop or (), file=file)
        named = sorted({one.segment for one in (*book.rules, *after.rules) if one.segment})
        buyers = load_buyers(con, members_on(con, named, day))
        sales, currency = sales_of(con, day), options.currency(con)
    chosen = [
        one
        for one in sales
        if customer in {None, one.customer}
        and (group is None or (one.customer and buyers[one.customer].group == group))
    ]
    told = None if elasticity is None else amount(elasticity, "--elasticity")
    found = simulate(
        book, after, chosen, articles=articles, buyers=buyers, elasticity=told, on=day,
        then=lambda buyer: buyer if name is None else replace(buyer, price_list=name),
    )  # fmt: skip
    put(found, Asked(day, currency, told, limit), format=format, output=output)


def _buyer(con: duckdb.DuckDBPyConnection, customer: str | None, price_list: str | None, on: dt.date) -> Buyer:
    """Who asks on a day; with --price-list as if that were the customer's list."""
    from dataclasses import replace

    from crmcli.reports.segments.membership import priced_buyer
    from crmcli.store.prices.lists import found_list

    buyer = priced_buyer(con, customer, on)
    return buyer if price_list is None else replace(buyer, price_list=found_list(con, price_list).name)
