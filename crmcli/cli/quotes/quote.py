"""`crmcli quote`: offers from a basket, a file, the usual basket or a deal; sent, revised, accepted into orders."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, tell_step, written
from crmcli.cli.program import program
from crmcli.cli.quotes import fate as quote_fate
from crmcli.cli.quotes import options as quote_options
from crmcli.cli.quotes.batch import batch
from crmcli.cli.quotes.options import (
    CurrencyOption,
    DeliveryOption,
    DiscountOption,
    DocumentFormatOption,
    FileOption,
    ItemOption,
    MarginOption,
    OverrideOption,
    PriceOption,
    QuoteArgument,
    RevisionOption,
    SuggestionsOption,
    TaxModeOption,
    TermsOption,
    UsualOption,
    ValidOption,
)
from crmcli.cli.selling import LanguageOption, OnOption
from crmcli.cli.session import say, session, show
from crmcli.cli.typed import customer_of
from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest

if TYPE_CHECKING:
    from crmcli.cli.quotes.told import Told
    from crmcli.store.journal import Writer

app = program(help=_("Quotes: made from a basket, a file, the usual basket or a deal; sent, revised, accepted."))


@app.command("new", help=_("Make a quote."), epilog="crmcli quote new --for 00056 --usual --item 010001:500")
def new(
    context: typer.Context,
    customer: Annotated[
        str | None, typer.Option("--for", metavar="CUSTOMER", help=_("whom: a code, name, tax id or e-mail"))
    ] = None,
    item: ItemOption = None,
    from_file: FileOption = None,
    usual: UsualOption = False,
    deal: Annotated[
        str | None, typer.Option("--deal", metavar="N", help=_("the deal it is for; brings its customer and product"))
    ] = None,
    on: OnOption = None,
    valid: ValidOption = None,
    language: LanguageOption = None,
    currency: CurrencyOption = None,
    tax_mode: TaxModeOption = None,
    manager: Annotated[
        str | None, typer.Option("--manager", metavar="CODE", help=_("who signs; the customer's unless said"))
    ] = None,
    terms: TermsOption = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help=_("for yourself, on no document"))] = None,
    discount: DiscountOption = None,
    price: PriceOption = None,
    override: OverrideOption = None,
    suggestions: SuggestionsOption = True,
    delivery: DeliveryOption = True,
    with_margin: MarginOption = False,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Make a quote."""
    from crmcli.cli.quotes.told import tell_draft, told_quote
    from crmcli.cli.quotes.wish import Asked, make

    state = session(context)
    asked = Asked(
        customer=customer, items=quote_options.items(item, from_file), usual=usual, deal=deal,
        on=options.parse_day(on) if on else state.today, valid_days=valid,
        currency=quote_options.currency(currency), tax_mode=quote_options.tax_mode(tax_mode), manager=manager, terms=terms,
        note=note, discount=quote_options.percent(discount), prices=quote_options.prices(price), override=override,
        suggestions=suggestions, delivery=delivery,
    )  # fmt: skip

    def do(writer: Writer) -> Told:
        return make(writer, replace(asked, language=quote_options.language(language)))  # the store may have its own

    told, step = written(state, "quote", dry_run=dry_run, do=do)
    tell_draft(told)
    show(told_quote(told, with_margin=with_margin, day=state.today), format=format, output=output)
    if step is not None:
        say(_("To look at it: crmcli quote render %(number)s --output FILE") % {"number": told.quote.quote_no})
    tell_step(step)


@app.command("show", help=_("One quote with its lines, totals and revisions."), epilog="crmcli quote show Q-2026-0001")
def show_quote(
    context: typer.Context,
    number: QuoteArgument,
    revision: RevisionOption = None,
    with_margin: MarginOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """One quote with its lines, totals and revisions."""
    from crmcli.cli.quotes.screens import quote_table
    from crmcli.cli.quotes.told import customer_name
    from crmcli.reports.preferences import wishes
    from crmcli.store.quotes.rows import load_quote, revisions

    state = session(context)
    with state.reading() as con:
        quote = load_quote(con, number, revision)
        table = quote_table(
            quote, customer=customer_name(con, quote.customer_id), day=state.today, with_margin=with_margin,
            revisions=revisions(con, quote.quote_no), notes=wishes(con, quote.customer_id, day=state.today),
        )  # fmt: skip
    show(table, format=format, output=output)


@app.command("list", help=_("All quotes, newest first."), epilog="crmcli quote list --status sent")
def list_quotes(
    context: typer.Context,
    status: Annotated[
        str | None,
        typer.Option("--status", metavar="STATUS", help=_("draft, sent, accepted, rejected, replaced or expired")),
    ] = None,
    customer: Annotated[str | None, typer.Option("--customer", metavar="CUSTOMER", help=_("only this one's"))] = None,
    every: Annotated[bool, typer.Option("--all-revisions", help=_("replaced revisions too"))] = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """All quotes, newest first."""
    from crmcli.cli.quotes.screens import list_table
    from crmcli.reports.relationships.worth import worths
    from crmcli.store.quotes.listing import find_quotes
    from crmcli.store.quotes.rows import STATUSES

    if status is not None and status not in STATUSES:
        hint = nearest(status, list(STATUSES)) or ", ".join(STATUSES)
        raise UsageError(_("there is no status %(status)s") % {"status": repr(status)}, hint)
    state = session(context)
    with state.reading() as con:
        whom = customer_of(con, customer)
        found = find_quotes(con, day=state.today, status=status, customer_id=whom, every_revision=every)
        table = list_table(found, options.currency(con), worths(con, {one.customer for one in found}, state.today))
    show(table, format=format, output=output)


@app.command("render", help=_("The document of a quote."),
             epilog="crmcli quote render Q-2026-0001 --format pdf")  # fmt: skip
def render_quote(
    context: typer.Context,
    number: QuoteArgument,
    revision: RevisionOption = None,
    format: DocumentFormatOption = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help=_("where to; - for standard output; unless said, a file named after it"),
        ),
    ] = None,
) -> None:
    """The document of a quote."""
    from crmcli.cli.quotes.facts import facts_of
    from crmcli.cli.quotes.told import file_name, tell_nameless
    from crmcli.cli.selling import document_format, put_document, tell_codeless
    from crmcli.documents.render import render
    from crmcli.store.quotes.rows import load_quote

    chosen = document_format(format, output, otherwise="pdf")
    with session(context).reading() as con:
        quote = load_quote(con, number, revision)
        facts, parts = facts_of(con, quote)
        name = file_name(con, quote, chosen)
        tell_nameless(con)
    put_document(render(facts, chosen, parts=parts), chosen, output or name)
    tell_codeless(facts)


quote_fate.register(app)
app.command(
    "batch",
    help=_("Personal quotes for many customers in one step."),
    epilog="crmcli quote batch --group Монтажники --usual --out-dir quotes --format pdf",
)(batch)
