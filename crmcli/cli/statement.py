"""`crmcli statement`: the account of one customer, as a table or as a document to be signed (акт сверки)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.program import program
from crmcli.cli.selling import LanguageOption, put_document, settled_language
from crmcli.cli.session import session, show
from crmcli.errors import UsageError
from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.numbers import minor_digits, money
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from crmcli.reports.lookup import Party
    from crmcli.store.accounts import Account

app = program()

_COLUMNS = (
    Column("on", N_("Date"), Kind.DATE),
    Column("kind", N_("Kind"), Kind.LEVEL),
    Column("document", N_("Document"), Kind.CODE),
    Column("debit", N_("Charged"), Kind.MONEY),
    Column("credit", N_("Paid or credited"), Kind.MONEY),
    Column("balance", N_("Balance"), Kind.MONEY),
)
_PAPERS = ("pdf", "html", "md")  # formats that are the document to be signed; the others are the table
_FORMATS = "table, pdf, html, xlsx, csv, json"


@app.command(help=_("The account of a customer: what was billed, credited and paid, and what is owed."),
             epilog="crmcli statement 00056 --from 2026-01-01 --to 2026-06-30 --output statement.pdf")  # fmt: skip
def statement(
    context: typer.Context,
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help=_("code, name, tax id or e-mail"))],
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help=_("first day; the 1st of January unless said"))
    ] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DATE", help=_("last day; today unless said"))] = None,
    language: LanguageOption = None,
    format: Annotated[
        str | None,
        typer.Option("--format", "-f", metavar="FORMAT", help=_("one of: %(formats)s") % {"formats": _FORMATS}),
    ] = None,
    output: options.OutputOption = None,
) -> None:
    """The account of a customer: what was billed, credited and paid, and what is owed."""
    from crmcli.reports.lookup import find_party
    from crmcli.store.accounts import load_account

    state = session(context)
    last = options.parse_day(until) if until else state.today
    first = options.parse_day(since) if since else dt.date(last.year, 1, 1)
    if first > last:
        raise UsageError(_("the statement ends before it begins"))
    ending = output.rpartition(".")[2].lower() if output and "." in output else ""
    chosen = (format or ending or "table").lower()
    with state.reading() as con:
        party = find_party(con, customer)
        account = load_account(con, party.id, since=first, until=last)
        currency = options.currency(con)
        if chosen in (*_PAPERS, "htm", "xlsx"):
            from crmcli.documents.bills import account_facts, buyer_party
            from crmcli.documents.render import render
            from crmcli.documents.seller import load_seller, own_parts
            from crmcli.documents.words import load_words

            tongue, parts = settled_language(language), own_parts(con)
            facts = account_facts(
                account, seller=load_seller(con, tongue), buyer=buyer_party(con, party.id, load_words(tongue, parts)),
                currency=currency, digits=minor_digits(currency), language=tongue, today=state.today,
            )  # fmt: skip
            paper = "html" if chosen == "htm" else chosen
            put_document(render(facts, paper, parts=parts), paper, output)
            return
    show(_table(party, account, currency), format=format, output=output)


def _table(party: Party, account: Account, currency: str) -> Table:
    opening = (account.since, "opening", None, None, None, account.opening)
    rows = [
        (
            one.on,
            one.kind.lower().replace(" ", "_"),
            one.number or None,
            one.debit or None,
            one.credit or None,
            one.balance,
        )
        for one in account.entries
    ]
    title = _("Account of %(customer)s, %(since)s to %(until)s") % {
        "customer": f"{party.code} {party.name}", "since": account.since.isoformat(), "until": account.until.isoformat(),
    }  # fmt: skip
    totals = {"debit": account.debit, "credit": account.credit, "balance": account.closing}
    notes = (
        _("Neither drafts nor cancelled invoices; a credit note counts from its day, a payment from the day it came."),
    )
    return Table(
        "statement", title, _COLUMNS, ListRows([opening, *rows]), _closing(party, account, currency), totals, notes,
        currency=currency,
    )  # fmt: skip


def _closing(party: Party, account: Account, currency: str) -> str:
    """What is owed at the end, in words."""
    values = {"day": account.until.isoformat(), "customer": party.name, "amount": money(abs(account.closing), currency)}
    if account.closing > 0:
        return _("On %(day)s %(customer)s owes %(amount)s.") % values
    if account.closing < 0:
        return _("On %(day)s %(customer)s has %(amount)s to the good.") % values
    return _("On %(day)s nothing is owed on either side.") % values


KINDS = (N_("opening"), N_("invoice"), N_("credit note"), N_("payment"), N_("refund"))  # words of the column kind
