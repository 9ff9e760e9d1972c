"""`crmcli invoice`: invoices and credit notes issued, listed, shown and rendered as they were issued."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, tell_step, written
from crmcli.cli.program import program
from crmcli.cli.selling import (
    LanguageOption,
    LinesOption,
    OnOption,
    day_of,
    document_format,
    parse_lines,
    put_document,
    settled_language,
    tell_codeless,
)
from crmcli.cli.session import say, session, show
from crmcli.cli.typed import customer_of, parse_amount
from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.table import ListRows, Table

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.invoices.crediting import Invoice
    from crmcli.store.journal import Writer

app = program(help=_("Invoices and credit notes: issue, credit, list, show, render."))

_NumberArgument = Annotated[str, typer.Argument(metavar="INVOICE", help=_("number of the invoice or credit note"))]
_SeriesOption = Annotated[
    str | None,
    typer.Option("--series", metavar="NAME", help=_("of its number; numbers have no gaps within it and a year")),
]


@app.command("issue", help=_("Issue an invoice for an order; what is issued never changes."),
             epilog="crmcli invoice issue S-2026-0001 --shipped --terms 14")  # fmt: skip
def issue(  # each is an option
    context: typer.Context,
    order: Annotated[str, typer.Argument(metavar="ORDER", help=_("number of the order"))],
    line: LinesOption = None,
    shipped: Annotated[bool, typer.Option("--shipped", help=_("what was shipped and is not invoiced yet"))] = False,
    all_lines: Annotated[
        bool, typer.Option("--all", help=_("all that is not invoiced yet; so without any of these"))
    ] = False,
    on: OnOption = None,
    due: Annotated[str | None, typer.Option("--due", metavar="DATE", help=_("to be paid by"))] = None,
    terms: Annotated[
        int | None, typer.Option("--terms", metavar="DAYS", min=0, max=3650, help=_("to be paid within so many days"))
    ] = None,
    instalments: Annotated[
        int | None,
        typer.Option(
            "--instalments", metavar="N", min=1, help=_("in N equal parts a month apart, the first when it is due")
        ),
    ] = None,
    instalment: Annotated[
        list[str] | None,
        typer.Option(
            "--instalment", metavar="DATE=AMOUNT|PCT%", help=_("a part to be paid by that day; can be repeated")
        ),
    ] = None,
    tax_mode: Annotated[
        str | None,
        typer.Option("--tax-mode", metavar="line|total", help=_("where tax is rounded; as the quote says unless said")),
    ] = None,
    series: _SeriesOption = None,
    language: LanguageOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Issue an invoice for an order; what is issued never changes."""
    from crmcli.cli.invoices.making import Asked, issue_invoice
    from crmcli.cli.invoices.screens import invoice_table

    if sum((bool(line), shipped, all_lines)) > 1:
        raise UsageError(_("say one of --line, --shipped and --all"))
    if due and terms is not None:
        raise UsageError(_("say either --due or --terms"))
    if tax_mode not in (None, "line", "total"):
        raise UsageError(_("tax is rounded by line or in total"), "--tax-mode line|total")
    if instalments is not None and instalment:
        raise UsageError(_("say either --instalments or --instalment"))
    state = session(context)
    asked = Asked(
        parse_lines(line), shipped=shipped, on=day_of(on, state), due=options.parse_day(due) if due else None, terms=terms,
        instalments=instalments, told=tuple(instalment or ()), tax_mode=tax_mode, series=series,
    )  # fmt: skip

    def do(writer: Writer) -> tuple[Invoice, str]:
        return issue_invoice(writer, order, asked, settled_language(language)), options.currency(writer.con)

    (invoice, currency), step = written(state, "invoice", dry_run=dry_run, do=do)
    with state.reading() as con:
        parts = [] if dry_run else _instalments(con, invoice, currency)
    show(invoice_table(invoice, currency, parts, _("Invoice issued")), format=format, output=output)
    if asked.on > state.today:
        say(_("Its day has not come yet; no invoice of the series can be dated before it from now on"))
    if step is not None:
        say(_("To print it: crmcli invoice render %(number)s --output FILE.pdf") % {"number": invoice.number})
    tell_step(step)


@app.command("credit", help=_("Issue a credit note: takes back all of an invoice, some lines, or an amount with tax."),
             epilog="crmcli invoice credit INV-2026-00001 --line 1:2")  # fmt: skip
def credit(
    context: typer.Context,
    number: _NumberArgument,
    line: LinesOption = None,
    amount: Annotated[
        str | None, typer.Option("--amount", metavar="N", help=_("an amount with tax, without goods"))
    ] = None,
    on: OnOption = None,
    series: _SeriesOption = None,
    language: LanguageOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Issue a credit note: takes back all of an invoice, some lines, or an amount with tax."""
    from crmcli.cli.invoices.making import issue_credit
    from crmcli.cli.invoices.screens import invoice_table

    if line and amount:
        raise UsageError(_("say either --line or --amount"))
    state, chosen = session(context), parse_lines(line)
    told = parse_amount(amount, "--amount") if amount else None

    def do(writer: Writer) -> tuple[Invoice, str]:
        note = issue_credit(
            writer, number, chosen, told, on=day_of(on, state), series=series, language=settled_language(language)
        )
        return note, options.currency(writer.con)

    (note, currency), step = written(state, "credit", dry_run=dry_run, do=do)
    show(invoice_table(note, currency, [], _("Credit note issued")), format=format, output=output)
    if step is not None:
        say(_("To set it against open invoices: crmcli payment apply %(customer)s") % {"customer": note.customer})
    tell_step(step)


@app.command(
    "list", help=_("Invoices and credit notes, newest first."), epilog="crmcli invoice list --for 00056 --open"
)
def list_invoices(
    context: typer.Context,
    customer: Annotated[str | None, typer.Option("--for", metavar="CUSTOMER", help=_("of one customer"))] = None,
    order: Annotated[str | None, typer.Option("--order", metavar="ORDER", help=_("of one order"))] = None,
    open_only: Annotated[bool, typer.Option("--open", help=_("only those with something to pay"))] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, metavar="N", help=_("show the first N rows"))] = 50,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Invoices and credit notes, newest first."""
    from crmcli.cli.invoices.screens import LIST
    from crmcli.store.invoices.lists import invoices

    state = session(context)
    with state.reading() as con:
        whom = customer_of(con, customer)
        found, count = invoices(con, customer_id=whom, order=order, open_only=open_only, today=state.today, limit=limit)
        currency = options.currency(con)
    table = Table(
        "invoices", _("Invoices"), LIST, ListRows(found), empty=_("No such invoices. Issue one: crmcli invoice issue ORDER"),
        currency=currency, total_rows=count if count > len(found) else None,
    )  # fmt: skip
    show(table, format=format, output=output)


@app.command(
    "show",
    help=_("One invoice or credit note: lines, instalments, payments."),
    epilog="crmcli invoice show INV-2026-00001",
)
def show_invoice(
    context: typer.Context,
    number: _NumberArgument,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """One invoice or credit note: lines, instalments, payments."""
    from crmcli.cli.invoices.screens import invoice_table, payments_table
    from crmcli.store.invoices.crediting import find_invoice

    with session(context).reading() as con:
        invoice, currency = find_invoice(con, number), options.currency(con)
        beside = [*_instalments(con, invoice, currency), payments_table(con, invoice, currency)]
    show(invoice_table(invoice, currency, [part for part in beside if len(part.rows)]), format=format, output=output)


@app.command("render", help=_("The document as it was issued, to the byte: pdf, html, xlsx, md, json or csv."),
             epilog="crmcli invoice render INV-2026-00001 --output invoice.pdf")  # fmt: skip
def render_invoice(
    context: typer.Context,
    number: _NumberArgument,
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help=_("one of: %(formats)s") % {"formats": "pdf, html, xlsx, md, json, csv"},
        ),
    ] = None,
    output: options.OutputOption = None,
) -> None:
    """The document as it was issued, to the byte: pdf, html, xlsx, md, json or csv."""
    from crmcli.documents.facts import DocumentKind
    from crmcli.documents.issuing import load
    from crmcli.documents.render import render
    from crmcli.errors import ConflictError
    from crmcli.store.invoices.crediting import find_invoice

    chosen = document_format(format, output, otherwise="md")
    with session(context).reading() as con:
        invoice = find_invoice(con, number)
        if not invoice.issued_here:
            raise ConflictError(
                _("%(number)s was not issued here, so there is no document of it") % {"number": invoice.number}
            )
        kind = DocumentKind.CREDIT_NOTE if invoice.credits else DocumentKind.INVOICE
        facts, parts = load(con, kind, invoice.number)
    put_document(render(facts, chosen, parts=parts), chosen, output)
    tell_codeless(facts)


def _instalments(con: duckdb.DuckDBPyConnection, invoice: Invoice, currency: str) -> list[Table]:
    from crmcli.cli.invoices.screens import instalments_table

    table = instalments_table(con, invoice, currency)
    return [table] if len(table.rows) else []
