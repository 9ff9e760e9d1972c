"""Goods of an order on their way: `order ship`, `deliver`, `return`, and `cancel` of what was not shipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, tell_step, written
from crmcli.cli.selling import LinesOption, OnOption, day_of, parse_lines
from crmcli.cli.session import say, session, show
from crmcli.errors import UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from decimal import Decimal

    from crmcli.store.journal import Writer
    from crmcli.store.orders.states import OrderState

OrderArgument = Annotated[str, typer.Argument(metavar="ORDER", help=_("number of the order"))]


def register(app: typer.Typer) -> None:
    """Put these commands among those of `order`."""
    app.command(
        "ship",
        help=_("Ship an order: all that is left of it, or so much of some lines."),
        epilog="crmcli order ship S-2026-0001 --line 1:20 --carrier Courier --tracking 123",
    )(ship)
    app.command(
        "deliver",
        help=_("Goods arrived: a shipment, or all that is on its way of an order."),
        epilog="crmcli order deliver S-2026-0001 --on 2026-06-12",
    )(deliver)
    app.command(
        "return",
        help=_("Goods come back: makes a return order with lines below zero."),
        epilog="crmcli order return S-2026-0001 --line 1:2 --reason damaged",
    )(take_back)
    app.command(
        "cancel",
        help=_("Call off what was not shipped; refused where that is invoiced."),
        epilog="crmcli order cancel S-2026-0001",
    )(cancel)


def ship(
    context: typer.Context,
    number: OrderArgument,
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


def take_back(
    context: typer.Context,
    number: OrderArgument,
    line: LinesOption = None,
    on: OnOption = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help=_("why"))] = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Goods come back: makes a return order with lines below zero."""
    from crmcli.store.orders.returning import take_back_goods
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


def cancel(
    context: typer.Context,
    number: OrderArgument,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Call off what was not shipped; refused where that is invoiced."""
    from crmcli.store.orders.returning import cancel as call_off
    from crmcli.store.orders.states import find_order

    state = session(context)

    def do(writer: Writer) -> tuple[OrderState, str]:
        call_off(writer, find_order(writer.con, number))
        return find_order(writer.con, number), options.currency(writer.con)

    (order, currency), step = written(state, "cancel", dry_run=dry_run, do=do)
    _show_order(order, currency, _("Called off"), format, output)
    tell_step(step)


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
