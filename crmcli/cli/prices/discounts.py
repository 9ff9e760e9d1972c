"""`crmcli pricelist discount`: discounts on whole baskets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, keeping, tell_step
from crmcli.cli.prices.options import FromOption, ToOption, amount, read_fields
from crmcli.cli.program import program
from crmcli.cli.session import Session, session, show
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from crmcli.rules.prices.book import Discount
    from crmcli.store.journal import Step

app = program(help=_("Discounts on whole baskets: volume, and loyalty; the larger one counts."))

_NumberArgument = Annotated[
    str, typer.Argument(metavar="DISCOUNT", help=_("its number, as in: crmcli pricelist discount list"))
]
_ListOption = Annotated[
    str | None,
    typer.Option("--price-list", metavar="NAME", help=_("only for customers of this list and of lists below it")),
]


@app.command(
    "add",
    help=_("Add a discount."),
    epilog="crmcli pricelist discount add --kind loyalty --from-amount 500000 --percent 3",
)
def add(
    context: typer.Context,
    kind: Annotated[
        str,
        typer.Option(
            "--kind", metavar="KIND", help=_("volume: by the basket; loyalty: by the revenue of the 365 days before")
        ),
    ],
    threshold: Annotated[str, typer.Option("--from-amount", metavar="N", help=_("from this amount on, before tax"))],
    percent: Annotated[str, typer.Option("--percent", metavar="N", help=_("how much is taken off"))],
    price_list: _ListOption = None,
    valid_from: FromOption = None,
    valid_to: ToOption = None,
    number: Annotated[
        str | None, typer.Option("--number", metavar="DISCOUNT", help=_("a number of your own; made up without it"))
    ] = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Add a discount."""
    from crmcli.rules.prices.book import Discount
    from crmcli.store.prices.discounts import add_discount

    fields = read_fields({"price_list": price_list, "valid_from": valid_from, "valid_to": valid_to})
    one = Discount(
        (number or "").strip(),
        kind.strip().lower(),
        amount(threshold, "--from-amount"),
        amount(percent, "--percent"),
        **fields,
    )
    state = session(context)
    with keeping(state, dry_run=dry_run) as con:
        step, one = add_discount(con, one, now=state.now, command=state.command)
    _told(state, one, _("Discount added"), step, dry_run=dry_run, format=format, output=output)


@app.command("edit", help=_("Change a discount."), epilog="crmcli pricelist discount edit B1 --percent 4")
def edit(
    context: typer.Context,
    discount: _NumberArgument,
    threshold: Annotated[
        str | None, typer.Option("--from-amount", metavar="N", help=_("from this amount on, before tax"))
    ] = None,
    percent: Annotated[str | None, typer.Option("--percent", metavar="N", help=_("how much is taken off"))] = None,
    price_list: _ListOption = None,
    valid_from: FromOption = None,
    valid_to: ToOption = None,
    active: Annotated[
        bool | None, typer.Option("--active/--inactive", help=_("whether it is switched on"), show_default=False)
    ] = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Change a discount; what is not named stays, and none clears a field."""
    from crmcli.cli.prices.rules import require_change
    from crmcli.store.prices.discounts import edit_discount

    fields = read_fields({
        "threshold": threshold, "percent": percent, "price_list": price_list, "valid_from": valid_from,
        "valid_to": valid_to, "active": active,
    })  # fmt: skip
    require_change(fields)
    state = session(context)
    with keeping(state, dry_run=dry_run) as con:
        step, one = edit_discount(con, discount, fields, now=state.now, command=state.command)
    _told(state, one, _("Discount changed"), step, dry_run=dry_run, format=format, output=output)


@app.command("drop", help=_("Remove a discount."), epilog="crmcli pricelist discount drop B1")
def drop(
    context: typer.Context,
    discount: _NumberArgument,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Remove a discount."""
    from crmcli.store.prices.discounts import drop_discount

    state = session(context)
    with keeping(state, dry_run=dry_run) as con:
        step, one = drop_discount(con, discount, now=state.now, command=state.command)
    _told(state, one, _("Discount removed"), step, dry_run=dry_run, format=format, output=output)


@app.command("list", help=_("All discounts on baskets."))
def list_discounts(
    context: typer.Context, format: options.FormatOption = None, output: options.OutputOption = None
) -> None:
    """All discounts on baskets."""
    from crmcli.cli.prices.tables import discounts_table
    from crmcli.store.prices.pricing import price_discounts

    with session(context).reading() as con:
        found, currency = price_discounts(con), options.currency(con)
    show(discounts_table(found, _("Discounts on baskets"), currency), format=format, output=output)


def _told(
    state: Session,
    one: Discount,
    title: str,
    step: Step | None,
    *,
    dry_run: bool,
    format: str | None,
    output: str | None,
) -> None:
    """What was written, or would be, on standard output; how to take it back on stderr."""
    from crmcli.cli.prices.tables import discounts_table

    with state.reading() as con:
        currency = options.currency(con)
    show(discounts_table([one], title, currency), format=format, output=output)
    tell_step(None if dry_run else step)
