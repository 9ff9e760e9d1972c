"""`crmcli payment`: money received and paid back, over invoices oldest first or as told; the rest is credit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, tell_step, written
from crmcli.cli.program import program
from crmcli.cli.selling import OnOption, day_of
from crmcli.cli.session import session, show
from crmcli.cli.typed import customer_of, parse_amount
from crmcli.errors import UsageError
from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.numbers import money
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from decimal import Decimal

    from crmcli.reports.lookup import Party
    from crmcli.rules.settling import Settled
    from crmcli.store.journal import Writer
    from crmcli.store.receipts import Applied

app = program(help=_("Payments: what customers paid, for which invoices, and what they have in advance."))

_DIVIDED = (
    Column("invoice", N_("Invoice"), Kind.CODE),
    Column("amount", N_("Amount"), Kind.MONEY),
)
_APPLIED = (
    Column("source", N_("From"), Kind.CODE),
    Column("invoice", N_("Invoice"), Kind.CODE),
    Column("paid_on", N_("Paid on"), Kind.DATE),
    Column("amount", N_("Amount"), Kind.MONEY),
)
_LIST = (
    Column("paid_on", N_("Paid on"), Kind.DATE),
    Column("receipt", N_("Receipt"), Kind.CODE),
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("amount", N_("Amount"), Kind.MONEY),
    Column("invoice", N_("Invoice"), Kind.CODE),
    Column("method", N_("Method"), Kind.TEXT),
)


@app.command("add", help=_("Money came: pays open invoices oldest first or as told, the rest is credit. Below zero: paid back."),
             epilog="crmcli payment add --from 00056 --amount 12000 --invoice INV-2026-00003=7000")  # fmt: skip
def add(
    context: typer.Context,
    customer: Annotated[
        str, typer.Option("--from", metavar="CUSTOMER", help=_("who paid: code, name, tax id or e-mail"))
    ],
    amount: Annotated[str, typer.Option("--amount", metavar="N", help=_("how much; below zero it is paid back"))],
    on: OnOption = None,
    method: Annotated[str | None, typer.Option("--method", metavar="TEXT", help=_("how, such as bank or cash"))] = None,
    invoice: Annotated[
        list[str] | None,
        typer.Option("--invoice", metavar="NO=AMOUNT", help=_("so much for this invoice; can be repeated")),
    ] = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Money came: pays open invoices oldest first or as told, the rest is credit. Below zero: paid back."""
    from crmcli.reports.lookup import find_party
    from crmcli.store.receipts import Receipt, add_receipt

    state = session(context)
    whole = parse_amount(amount, "--amount")
    told = _told(invoice or (), whole)

    def do(writer: Writer) -> tuple[Party, str, Settled, str]:
        party = find_party(writer.con, customer)
        receipt = Receipt(party.id, day_of(on, state), whole, (method or "").strip() or None)
        number, settled = add_receipt(writer, receipt, told or None)
        return party, number, settled, options.currency(writer.con)

    (party, number, settled, currency), step = written(state, "payment", dry_run=dry_run, do=do)
    rows: list[tuple[str | None, Decimal]] = [*settled.parts]
    if settled.rest:
        rows.append((None, settled.rest))
    named = {"number": number, "customer": f"{party.code} {party.name}", "day": day_of(on, state).isoformat()}
    table = Table(
        "payment", _("Receipt %(number)s of %(day)s, %(customer)s") % named, _DIVIDED, ListRows(rows),
        _headline(settled, whole, currency), {"amount": whole}, currency=currency,
    )  # fmt: skip
    show(table, format=format, output=output)
    tell_step(step)


@app.command(
    "apply", help=_("Give a customer's credit to the open invoices, oldest first."), epilog="crmcli payment apply 00056"
)
def apply(
    context: typer.Context,
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help=_("code, name, tax id or e-mail"))],
    on: OnOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Give a customer's credit to the open invoices, oldest first."""
    from crmcli.reports.lookup import find_party
    from crmcli.store.receipts import apply_credit

    state = session(context)

    def do(writer: Writer) -> tuple[Party, list[Applied], str]:
        party = find_party(writer.con, customer)
        return party, apply_credit(writer, party.id, day_of(on, state)), options.currency(writer.con)

    (party, done, currency), step = written(state, "payment", dry_run=dry_run, do=do)
    rows = [(one.source, one.invoice, one.paid_on, one.amount) for one in done]
    title = _("Credit applied, %(customer)s") % {"customer": f"{party.code} {party.name}"}
    notes = (_("Money keeps the day it came; a credit note counts from the day it is applied."),)
    totals = {"amount": sum((one.amount for one in done), parse_amount("0", ""))}
    show(
        Table("applied", title, _APPLIED, ListRows(rows), None, totals, notes, currency=currency),
        format=format,
        output=output,
    )
    tell_step(step)


@app.command(
    "list",
    help=_("Payments, newest first; those without an invoice are credit."),
    epilog="crmcli payment list --for 00056",
)
def list_payments(
    context: typer.Context,
    customer: Annotated[str | None, typer.Option("--for", metavar="CUSTOMER", help=_("of one customer"))] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, metavar="N", help=_("show the first N rows"))] = 50,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Payments, newest first; those without an invoice are credit."""
    from crmcli.store.invoices.lists import payments

    with session(context).reading() as con:
        whom = customer_of(con, customer)
        found, count = payments(con, customer_id=whom, limit=limit)
        currency = options.currency(con)
    found = [(*row[:-1], _("offset") if row[-1] == "offset" else row[-1]) for row in found]
    table = Table(
        "payments", _("Payments"), _LIST, ListRows(found), currency=currency, total_rows=count if count > len(found) else None,
        empty=_("No payments yet. Add one: crmcli payment add --from CUSTOMER --amount N"),
    )  # fmt: skip
    show(table, format=format, output=output)


def _told(words: list[str] | tuple[()], whole: Decimal) -> dict[str, Decimal]:
    """NO=AMOUNT as typed; without an amount, when one invoice is named, all of it."""
    found: dict[str, Decimal] = {}
    for word in words:
        number, equals, amount = word.rpartition("=")
        if not equals:
            number, amount = word, ""
        if not equals and len(words) > 1:
            raise UsageError(_("say how much is for each invoice"), "--invoice NO=AMOUNT")
        if number.strip() in found:
            raise UsageError(_("invoice %(number)s is named twice") % {"number": number.strip()})
        found[number.strip()] = parse_amount(amount, "--invoice") if equals else whole
    return found


def _headline(settled: Settled, whole: Decimal, currency: str) -> str:
    count, all_of_it = len(settled.parts), money(whole, currency)
    if not count:
        if whole < 0:
            return _("%(amount)s paid back from credit.") % {"amount": money(-whole, currency)}
        return _("%(amount)s came; no invoice is open, so it is credit.") % {"amount": all_of_it}
    values = {"amount": all_of_it, "count": count, "rest": money(settled.rest, currency)}
    if settled.rest:
        sentence = ngettext(
            "%(amount)s over %(count)s invoice; %(rest)s remain as credit.",
            "%(amount)s over %(count)s invoices; %(rest)s remain as credit.",
            count,
        )
        return sentence % values
    return ngettext("%(amount)s over %(count)s invoice.", "%(amount)s over %(count)s invoices.", count) % values
