"""`crmcli order`: orders made, shipped, delivered, brought back, called off, and those that are late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.alarm import FailIfOption, raise_alarm
from crmcli.cli.keeping import DryRunOption, tell_step, written
from crmcli.cli.orders import moving
from crmcli.cli.orders.moving import OrderArgument
from crmcli.cli.program import program
from crmcli.cli.selling import OnOption, day_of
from crmcli.cli.session import session, show
from crmcli.cli.typed import customer_of, parse_amount
from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.table import ListRows, Table

if TYPE_CHECKING:
    from decimal import Decimal

    from crmcli.store.journal import Writer
    from crmcli.store.orders.making import Item
    from crmcli.store.orders.states import OrderState

app = program(help=_("Orders: add, ship, deliver, take back, cancel; which are late."))


@app.command("add", help=_("Add an order."), epilog="crmcli order add --for 00056 --item CAB-10:50 --item BOX-1:2@120")
def add(  # each is an option
    context: typer.Context,
    customer: Annotated[
        str | None, typer.Option("--for", metavar="CUSTOMER", help=_("who buys: code, name, tax id or e-mail"))
    ] = None,
    item: Annotated[
        list[str] | None,
        typer.Option(
            "--item",
            metavar="SKU:QTY[@PRICE]",
            help=_("what, how much, and a price, with tax or without as the customer's prices are; can be repeated"),
        ),
    ] = None,
    on: OnOption = None,
    promised: Annotated[str | None, typer.Option("--promised", metavar="DATE", help=_("promised for this day"))] = None,
    from_quote: Annotated[
        str | None, typer.Option("--from-quote", metavar="QUOTE", help=_("accept this quote and take its lines"))
    ] = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Add an order."""
    from crmcli.cli.orders.making import add_priced, from_a_quote
    from crmcli.cli.orders.screens import order_table
    from crmcli.store.orders.states import find_order

    state = session(context)
    day = day_of(on, state)
    promised_on = options.parse_day(promised) if promised else None
    if promised_on is not None and promised_on < day:
        raise UsageError(_("an order cannot be promised for a day before its own"))
    if from_quote is not None and (item or customer):
        raise UsageError(_("a quote brings its customer and lines: leave out --for and --item"))
    items = [parse_item(word) for word in item or ()]
    if from_quote is None and (customer is None or not items):
        raise UsageError(_("say who buys what: --for CUSTOMER --item SKU:QTY"), "--from-quote QUOTE")

    def do(writer: Writer) -> tuple[OrderState, str]:
        if from_quote is not None:
            number = from_a_quote(writer, from_quote, on=day, promised_on=promised_on)
        else:
            assert customer is not None
            number = add_priced(writer, customer, items, on=day, promised_on=promised_on)
        return find_order(writer.con, number), options.currency(writer.con)

    (order, currency), step = written(state, "order", dry_run=dry_run, do=do)
    show(order_table(order, currency, title=_("Order added")), format=format, output=output)
    tell_step(step)


moving.register(app)


@app.command(
    "show",
    help=_("One order: how far each line is, its shipments and invoices."),
    epilog="crmcli order show S-2026-0001",
)
def show_order(
    context: typer.Context,
    number: OrderArgument,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """One order: how far each line is, its shipments and invoices."""
    from crmcli.cli.orders.screens import invoices_table, order_table, shipments_table
    from crmcli.store.orders.shipping import contents_of, shipments_of
    from crmcli.store.orders.states import find_order

    with session(context).reading() as con:
        order, currency = find_order(con, number), options.currency(con)
        sent = shipments_of(con, order.id)
        parts = [shipments_table(order, sent, contents_of(con, sent)), invoices_table(con, order, currency)]
    show(order_table(order, currency, [part for part in parts if len(part.rows)]), format=format, output=output)


@app.command("list", help=_("Orders, newest first."), epilog="crmcli order list --for 00056 --status confirmed")
def list_orders(
    context: typer.Context,
    customer: Annotated[str | None, typer.Option("--for", metavar="CUSTOMER", help=_("of one customer"))] = None,
    status: Annotated[str | None, typer.Option("--status", metavar="STATUS", help=_("only of this status"))] = None,
    open_only: Annotated[
        bool, typer.Option("--open", help=_("only those not delivered, completed or cancelled"))
    ] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, metavar="N", help=_("show the first N rows"))] = 50,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Orders, newest first."""
    from crmcli.cli.orders.screens import LIST, STATUSES
    from crmcli.store.orders.lists import list_orders as found_orders

    if status is not None and status not in STATUSES:
        raise UsageError(_("there is no status %(name)s") % {"name": repr(status)}, ", ".join(STATUSES))
    with session(context).reading() as con:
        whom = customer_of(con, customer)
        found, count = found_orders(con, customer_id=whom, status=status, open_only=open_only, limit=limit)
        currency = options.currency(con)
    table = Table(
        "orders", _("Orders"), LIST, ListRows(found), empty=_("No such orders. Add one: crmcli order add --for CUSTOMER --item SKU:QTY"),
        currency=currency, total_rows=count if count > len(found) else None,
    )  # fmt: skip
    show(table, format=format, output=output)


@app.command("late", help=_("Orders promised for a day before, and not arrived; --fail-if 'rows > 0' ends with 10."),
             epilog="crmcli order late --fail-if 'max(days_late) > 7'")  # fmt: skip
def late(
    context: typer.Context,
    as_of: options.AsOfOption = "today",
    customer: Annotated[str | None, typer.Option("--for", metavar="CUSTOMER", help=_("of one customer"))] = None,
    limit: options.LimitOption = None,
    fail_if: FailIfOption = None,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Orders promised for a day before, and not arrived; --fail-if 'rows > 0' ends with 10."""
    from crmcli.cli.orders.late import late_table
    from crmcli.reports.alerts.judging import judge

    state = session(context)
    with state.reading() as con:
        day = options.settle_day(as_of, con, state)
        whom = customer_of(con, customer)
        table = late_table(con, day, customer_id=whom, currency=options.currency(con), limit=limit)
        verdicts = judge(tuple(fail_if or ()), table)
        show(table, format=format, output=output)
    raise_alarm(verdicts)


def parse_item(word: str) -> Item:
    """SKU:QTY[@PRICE] as typed; one of it when no quantity is said.

    Raises:
        UsageError: Something else.
    """
    from crmcli.store.orders.making import Item

    told, at, price = word.rpartition("@") if "@" in word.rpartition(":")[2] else (word, "", "")
    sku, colon, qty = told.rpartition(":")
    if not colon:
        sku, qty = told, "1"
    if not sku.strip():
        raise UsageError(
            _("%(word)s is no item") % {"word": repr(word)}, _("Say it as --item SKU:QTY or --item SKU:QTY@PRICE")
        )
    amount: Decimal | None = parse_amount(price, "--item") if at else None
    return Item(sku.strip(), parse_amount(qty, "--item"), amount)
