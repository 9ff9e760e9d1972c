"""`crmcli order`: orders made, shipped, delivered, brought back, called off, and those that are late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.alarm import FailIfOption, raise_alarm
from crmcli.cli.keeping import DryRunOption, parse_amount, tell_step, written
from crmcli.cli.program import program
from crmcli.cli.selling import LinesOption, OnOption, day_of, parse_lines
from crmcli.cli.session import say, session, show
from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.table import ListRows, Table

if TYPE_CHECKING:
    from decimal import Decimal

    from crmcli.store.journal import Writer
    from crmcli.store.orders.making import Item
    from crmcli.store.orders.states import OrderState

app = program(help=_("Orders: add, ship, deliver, take back, cancel; which are late."))

_OrderArgument = Annotated[str, typer.Argument(metavar="ORDER", help=_("number of the order"))]


@app.command("add", help=_("Add an order."), epilog="crmcli order add --for 00056 --item CAB-10:50 --item BOX-1:2@120")
def add(  # each is an option
    context: typer.Context,
    customer: Annotated[
        str | None, typer.Option("--for", metavar="CUSTOMER", help=_("who buys: code, name, tax id or e-mail"))
    ] = None,
    item: Annotated[
        list[str] | None,
        typer.Option(
            "--item", metavar="SKU:QTY[@PRICE]", help=_("what, how much, and a price before tax; can be repeated")
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


@app.command("ship", help=_("Ship an order: all that is left of it, or so much of some lines."),
             epilog="crmcli order ship S-2026-0001 --line 1:20 --carrier Courier --tracking 123")  # fmt: skip
def ship(
    context: typer.Context,
    number: _OrderArgument,
    what: Annotated[
        str | None, typer.Argument(metavar="[all]", help=_("all that is left; the same without --line"))
    ] = None,
    line: LinesOption = None,
    on: OnOption = None,
    carrier: Annotated[str | None, typer.Option("--carrier", metavar="NAME", help=_("who carries it"))] = None,
    tracking: Annotated[str | None, typer.Option("--tracking", metavar="CODE", help=_("number of theirs"))] = None,
    over: Annotated[bool, typer.Option("--over", help=_("let more leave than was ordered"))] = False,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Ship an order: all that is left of it, or so much of some lines."""
    from crmcli.store.orders.shipping import Parcel
    from crmcli.store.orders.shipping import ship as send
    from crmcli.store.orders.states import find_order

    if what not in (None, "all") or (what and line):
        raise UsageError(_("say either all or --line N:QTY"))
    state, chosen = session(context), parse_lines(line)
    parcel = Parcel(day_of(on, state), (carrier or "").strip() or None, (tracking or "").strip() or None)

    def do(writer: Writer) -> tuple[OrderState, str, str]:
        order = find_order(writer.con, number)
        goods = _filled(order, chosen, "to_ship") if chosen else None
        shipment, _goods = send(writer, order, goods, parcel, over=over)
        return find_order(writer.con, order.number), shipment, options.currency(writer.con)

    (order, shipment, currency), step = written(state, "ship", dry_run=dry_run, do=do)
    _show_order(order, currency, _("Shipment %(number)s") % {"number": shipment}, format, output)
    tell_step(step)


@app.command("deliver", help=_("Goods arrived: a shipment, or all that is on its way of an order."),
             epilog="crmcli order deliver S-2026-0001 --on 2026-06-12")  # fmt: skip
def deliver(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="SHIPMENT|ORDER", help=_("number of a shipment or an order"))],
    on: OnOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Goods arrived: a shipment, or all that is on its way of an order."""
    from crmcli.store.orders.shipping import deliver as arrive
    from crmcli.store.orders.states import find_order

    state = session(context)

    def do(writer: Writer) -> tuple[OrderState, str]:
        order, _shipments = arrive(writer, number, day_of(on, state))
        return find_order(writer.con, order.number), options.currency(writer.con)

    (order, currency), step = written(state, "deliver", dry_run=dry_run, do=do)
    _show_order(order, currency, _("Delivered"), format, output)
    tell_step(step)


@app.command("return", help=_("Goods come back: makes a return order with lines below zero."),
             epilog="crmcli order return S-2026-0001 --line 1:2 --reason damaged")  # fmt: skip
def take_back(
    context: typer.Context,
    number: _OrderArgument,
    line: LinesOption = None,
    on: OnOption = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help=_("why"))] = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Goods come back: makes a return order with lines below zero."""
    from crmcli.store.orders.shipping import take_back_goods
    from crmcli.store.orders.states import find_order

    state, chosen = session(context), parse_lines(line)
    if not chosen:
        raise UsageError(_("say what comes back"), "--line N:QTY")

    def do(writer: Writer) -> tuple[OrderState, str]:
        order = find_order(writer.con, number)
        goods = _filled(order, chosen, "returnable")
        added = take_back_goods(writer, order, goods, day_of(on, state), reason=(reason or "").strip() or None)
        return find_order(writer.con, added.number), options.currency(writer.con)

    (order, currency), step = written(state, "return", dry_run=dry_run, do=do)
    _show_order(order, currency, _("Return"), format, output)
    if step is not None:
        say(_("If it was invoiced, issue a credit note: crmcli invoice credit INVOICE --line N:QTY"))
    tell_step(step)


@app.command("cancel", help=_("Call off what was not shipped; refused where that is invoiced."),
             epilog="crmcli order cancel S-2026-0001")  # fmt: skip
def cancel(
    context: typer.Context,
    number: _OrderArgument,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Call off what was not shipped; refused where that is invoiced."""
    from crmcli.store.orders.shipping import cancel as call_off
    from crmcli.store.orders.states import find_order

    state = session(context)

    def do(writer: Writer) -> tuple[OrderState, str]:
        call_off(writer, find_order(writer.con, number))
        return find_order(writer.con, number), options.currency(writer.con)

    (order, currency), step = written(state, "cancel", dry_run=dry_run, do=do)
    _show_order(order, currency, _("Called off"), format, output)
    tell_step(step)


@app.command(
    "show",
    help=_("One order: how far each line is, its shipments and invoices."),
    epilog="crmcli order show S-2026-0001",
)
def show_order(
    context: typer.Context,
    number: _OrderArgument,
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
    from crmcli.reports.lookup import find_party
    from crmcli.store.orders.lists import list_orders as found_orders

    if status is not None and status not in STATUSES:
        raise UsageError(_("there is no status %(name)s") % {"name": repr(status)}, ", ".join(STATUSES))
    with session(context).reading() as con:
        whom = find_party(con, customer).id if customer else None
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
    from crmcli.reports.lookup import find_party

    state = session(context)
    with state.reading() as con:
        day = options.settle_day(as_of, con, state)
        whom = find_party(con, customer).id if customer else None
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


def _filled(order: OrderState, chosen: dict[int, Decimal | None], side: str) -> dict[int, Decimal]:
    """Quantities as said; a line without one with all there is of that side."""
    from crmcli.store.orders.states import find_line

    return {
        number: qty if qty is not None else getattr(find_line(order, number).standing, side)
        for number, qty in chosen.items()
    }


def _show_order(order: OrderState, currency: str, title: str, format: str | None, output: str | None) -> None:
    from crmcli.cli.orders.screens import order_table

    show(order_table(order, currency, title=title), format=format, output=output)
