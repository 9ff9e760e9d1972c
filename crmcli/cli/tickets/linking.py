"""`crmcli ticket link|replace`: which goods or which other ticket it is about, their warranty, and the order that replaces them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption
from crmcli.cli.program import program
from crmcli.cli.session import say, session
from crmcli.cli.tickets.options import AtOption, TicketArgument, acted
from crmcli.cli.typed import moment, parse_amount
from crmcli.errors import UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    from crmcli.store.journal import Writer
    from crmcli.store.tickets.acts import Done
    from crmcli.store.tickets.rows import Ticket

app = program()
QtyOption = Annotated[
    str | None, typer.Option("--qty", metavar="N", help=_("how many are replaced; all of the line unless said"))
]
DraftOption = Annotated[bool, typer.Option("--draft", help=_("leave the order of the replacement a draft"))]


@app.command(
    "link",
    help=_("Say what a ticket is about: a line of an order (and whether its warranty holds), or an earlier ticket."),
    epilog="crmcli ticket link T-2026-0001 --order S-2026-0001 --line 2",
)
def link(
    context: typer.Context,
    number: TicketArgument,
    order: Annotated[str | None, typer.Option("--order", metavar="ORDER", help=_("the order it is about"))] = None,
    line: Annotated[int | None, typer.Option("--line", metavar="N", help=_("the line of that order"))] = None,
    ticket: Annotated[
        str | None, typer.Option("--ticket", metavar="TICKET", help=_("the earlier ticket that it repeats or follows"))
    ] = None,
    warranty: Annotated[
        bool, typer.Option("--warranty", help=_("say whether the warranty holds, whatever its kind"))
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help=_("order the goods once more, for nothing"))] = False,
    qty: QtyOption = None,
    at: AtOption = "now",
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Say what a ticket is about."""
    if line is not None and order is None:
        raise UsageError(_("--line needs --order"))
    if order is None and ticket is None and not replace:
        raise UsageError(_("say what it is about"), "--order ORDER --line N, --ticket TICKET, --replace")
    state = session(context)
    when, count = moment(at, state), _qty(qty)
    said: list[str] = []

    def do(writer: Writer, found: Ticket) -> Done:
        from crmcli.store.tickets.linking import link_line, link_ticket
        from crmcli.store.tickets.rows import find_ticket

        done = None
        if order is not None:
            done = link_line(writer, found, order, line, at=when)
            said.extend(_warranty(writer, done, when.date(), asked=warranty))
        if ticket is not None:
            done = link_ticket(writer, done.after if done else found, find_ticket(writer.con, ticket), at=when)
        if replace:
            done = _replaced(writer, done.after if done else found, count, when, said)
        assert done is not None
        return done

    acted(state, number, do, dry_run=dry_run, format=format, output=output)
    for sentence in said:
        say(sentence)


@app.command(
    "replace",
    help=_("Order the goods of a ticket once more, for nothing; the order is linked with it."),
    epilog="crmcli ticket replace T-2026-0001 --qty 1",
)
def replace(
    context: typer.Context,
    number: TicketArgument,
    qty: QtyOption = None,
    draft: DraftOption = False,
    at: AtOption = "now",
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Order the goods of a ticket once more, for nothing."""
    state = session(context)
    when, count = moment(at, state), _qty(qty)
    said: list[str] = []

    def do(writer: Writer, found: Ticket) -> Done:
        return _replaced(writer, found, count, when, said, draft=draft)

    acted(state, number, do, dry_run=dry_run, format=format, output=output)
    for sentence in said:
        say(sentence)


def _qty(text: str | None) -> Decimal | None:
    return parse_amount(text, "--qty") if text is not None else None


def _warranty(writer: Writer, done: Done, on: dt.date, *, asked: bool) -> list[str]:
    from crmcli.reports.tickets.warranties import goods_named, warranty_told

    goods = goods_named(writer.con, done.after.order_line_id)
    told = warranty_told(writer.con, goods, on, asked=asked or done.after.kind == "warranty")
    return [_("Warranty: %(told)s") % {"told": told}] if told else []


def _replaced(
    writer: Writer, ticket: Ticket, qty: Decimal | None, at: dt.datetime, said: list[str], *, draft: bool = False
) -> Done:
    from crmcli.store.tickets.linking import replace_goods

    done, added = replace_goods(writer, ticket, qty=qty, at=at, draft=draft)
    said.extend(_warranty(writer, done, at.date(), asked=True))
    said.append(
        _("Order %(order)s replaces the goods, for nothing: crmcli order ship %(order)s") % {"order": added.number}
    )
    return done
