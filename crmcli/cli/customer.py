"""`crmcli card` and `crmcli timeline`: one customer."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli import options
from crmcli.cli.program import program
from crmcli.cli.session import session, show
from crmcli.language import gettext as _

CustomerArgument = Annotated[
    str, typer.Argument(metavar="CUSTOMER", help=_("code, tax id, e-mail or name, or a part of it"))
]

card = program()
timeline = program()


@card.command(help=_("Everything about one customer on one screen."), epilog="crmcli card 00042 --as-of 2026-06-30")
def show_card(
    context: typer.Context,
    customer: CustomerArgument,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Everything about one customer on one screen."""
    from crmcli.cli.sheets import show_all
    from crmcli.reports.card import card as answer

    state = session(context)
    with state.reading() as con:
        day = options.settle_day(as_of, con, state)
        show_all(answer(con, customer, as_of=day, currency=options.currency(con)), format=format, output=output)


@timeline.command(
    help=_("All that happened with one customer, in one order."), epilog="crmcli timeline 00042 --limit 20"
)
def show_timeline(
    context: typer.Context,
    customer: CustomerArgument,
    as_of: options.AsOfOption = "today",
    since: Annotated[str | None, typer.Option("--since", metavar="DATE", help=_("from this day on"))] = None,
    limit: options.LimitOption = None,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """All that happened with one customer, in one order."""
    from crmcli.reports.timeline import timeline as answer

    state = session(context)
    with state.reading() as con:
        day = options.settle_day(as_of, con, state)
        first = options.parse_day(since) if since else None
        show(
            answer(con, customer, as_of=day, limit=limit, since=first, currency=options.currency(con)),
            format=format,
            output=output,
        )
