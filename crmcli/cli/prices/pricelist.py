"""`crmcli pricelist`: price lists, their rules and discounts, what is wrong with them, and lists to hand out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, keeping, tell_step
from crmcli.cli.prices import discounts as price_discounts
from crmcli.cli.prices import print as price_print
from crmcli.cli.prices import rules as price_rules
from crmcli.cli.prices.options import FromOption, ToOption, read_fields
from crmcli.cli.program import program
from crmcli.cli.session import Session, session, show
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from crmcli.rules.prices.book import PriceList
    from crmcli.store.journal import Step

EXIT_FAULTS = 4

app = program(help=_("Price lists: their rules, discounts, faults, and lists to hand out."))
app.add_typer(price_rules.app, name="rule")
app.add_typer(price_discounts.app, name="discount")
price_print.register(app)

_NameArgument = Annotated[str, typer.Argument(metavar="NAME", help=_("as in: crmcli pricelist list"))]
_ParentOption = Annotated[
    str | None, typer.Option("--parent", metavar="NAME", help=_("the list asked where this one has no rule; or none"))
]
_CurrencyOption = Annotated[
    str | None, typer.Option("--currency", metavar="CODE", help=_("of its prices; the store's own without it"))
]
_TaxOption = Annotated[
    bool | None, typer.Option("--with-tax/--without-tax", help=_("whether its prices include tax"), show_default=False)
]
_DefaultOption = Annotated[
    bool | None,
    typer.Option("--default/--not-default", help=_("for customers without a list of their own"), show_default=False),
]
_ModeOption = Annotated[
    str | None,
    typer.Option(
        "--quantities",
        metavar="volume|tiered",
        help=_("volume: the break reached prices all of the quantity; tiered: each unit at the price of its place"),
    ),
]
_FeeOption = Annotated[
    str | None, typer.Option("--delivery-fee", metavar="N", help=_("what a delivery costs the customer"))
]
_FreeOption = Annotated[
    str | None, typer.Option("--free-delivery-from", metavar="N", help=_("baskets from this on are delivered free"))
]
_NoteOption = Annotated[str | None, typer.Option("--note", metavar="TEXT", help=_("a word of your own"))]


@app.command("add", help=_("Add a price list."), epilog="crmcli pricelist add Wholesale --parent Retail --without-tax")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("what it is called"))],
    parent: _ParentOption = None,
    currency: _CurrencyOption = None,
    valid_from: FromOption = None,
    valid_to: ToOption = None,
    with_tax: _TaxOption = None,
    default: _DefaultOption = None,
    quantities: _ModeOption = None,
    delivery_fee: _FeeOption = None,
    free_delivery_from: _FreeOption = None,
    note: _NoteOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Add a price list."""
    from crmcli.rules.prices.book import PriceList
    from crmcli.store.prices.lists import add_list
    from crmcli.store.seller import prices_include_tax

    state = session(context)
    fields = _fields(parent, currency, valid_from, valid_to, with_tax, default, quantities, delivery_fee, free_delivery_from, note)  # fmt: skip
    with keeping(state, dry_run=dry_run) as con:
        usual = {"currency": options.currency(con), "tax_included": prices_include_tax(con)}
        one = PriceList(**{"name": name.strip(), **usual, **fields})
        step = add_list(con, one, now=state.now, command=state.command)
    _told(state, one, _("Price list added"), step, dry_run=dry_run, format=format, output=output)


@app.command("edit", help=_("Change a price list."), epilog="crmcli pricelist edit Wholesale --to 2026-12-31")
def edit(
    context: typer.Context,
    name: _NameArgument,
    parent: _ParentOption = None,
    currency: _CurrencyOption = None,
    valid_from: FromOption = None,
    valid_to: ToOption = None,
    with_tax: _TaxOption = None,
    default: _DefaultOption = None,
    quantities: _ModeOption = None,
    delivery_fee: _FeeOption = None,
    free_delivery_from: _FreeOption = None,
    note: _NoteOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Change a price list; what is not named stays, and none clears a field."""
    from crmcli.store.prices.lists import edit_list

    state = session(context)
    fields = _fields(parent, currency, valid_from, valid_to, with_tax, default, quantities, delivery_fee, free_delivery_from, note)  # fmt: skip
    price_rules.require_change(fields)
    with keeping(state, dry_run=dry_run) as con:
        step, one = edit_list(con, name, fields, now=state.now, command=state.command)
    _told(state, one, _("Price list changed"), step, dry_run=dry_run, format=format, output=output)


@app.command("drop", help=_("Remove a price list with its rules."), epilog="crmcli pricelist drop Wholesale")
def drop(
    context: typer.Context,
    name: _NameArgument,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Remove a price list with its rules."""
    from crmcli.store.prices.lists import drop_list

    state = session(context)
    with keeping(state, dry_run=dry_run) as con:
        step, one = drop_list(con, name, now=state.now, command=state.command)
    _told(state, one, _("Price list removed"), step, dry_run=dry_run, format=format, output=output)


@app.command("list", help=_("All price lists."))
def list_lists(
    context: typer.Context, format: options.FormatOption = None, output: options.OutputOption = None
) -> None:
    """All price lists."""
    from crmcli.cli.prices.tables import lists_table
    from crmcli.store.prices.pricing import price_lists, price_rules

    with session(context).reading() as con:
        found, rules, currency = price_lists(con), price_rules(con), options.currency(con)
    show(lists_table(found, rules, _("Price lists"), currency), format=format, output=output)


@app.command("show", help=_("The rules of a price list."), epilog="crmcli pricelist show Wholesale")
def show_list(
    context: typer.Context,
    name: _NameArgument,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """The rules of a price list, of its own."""
    from dataclasses import replace

    from crmcli.cli.prices.tables import rules_table
    from crmcli.rules.prices.words import days_words
    from crmcli.store.prices.lists import found_list
    from crmcli.store.prices.pricing import price_rules

    with session(context).reading() as con:
        one, own = found_list(con, name), options.currency(con)
        rules = [rule for rule in price_rules(con) if rule.price_list == name]
    table = rules_table(rules, _("Price list %(name)s") % {"name": name})
    facts = [
        _("Prices in %(currency)s, with tax.") if one.tax_included else _("Prices in %(currency)s, without tax."),
        _("Days: %(days)s.") if one.valid_from or one.valid_to else "",
        _("Where no rule applies, list %(parent)s is asked.") if one.parent else _("Where no rule applies, the product's own list price holds."),
    ]  # fmt: skip
    values = {"currency": one.currency or own, "days": days_words(one.valid_from, one.valid_to), "parent": one.parent}
    notes = tuple(fact % values for fact in facts if fact)
    show(replace(table, notes=notes), format=format, output=output)


@app.command(
    "check",
    help=_("Look for ties, rings, overlaps and other faults of prices; silent when there is none."),
    epilog="crmcli pricelist check --format csv",
)
def check(context: typer.Context, format: options.FormatOption = None, output: options.OutputOption = None) -> None:
    """Look for faults of prices; exit 4 when there are any."""
    from crmcli.cli.prices.tables import faults_table
    from crmcli.reports.segments.membership import priced_segments, segment_rules
    from crmcli.rules.prices.check import Surroundings, check_prices
    from crmcli.store.prices.pricing import category_parents, load_articles, load_book, load_buyers

    state = session(context)
    with state.reading() as con:
        book, parents = load_book(con, state.today), category_parents(con)
        articles = load_articles(con, state.today, refuse_rings=False)
        members = priced_segments(con, state.today)
        around = Surroundings(
            articles, load_buyers(con, members), parents, frozenset(members), tuple(segment_rules(con))
        )
    if found := check_prices(book, around):
        show(faults_table(found), format=format, output=output)
        raise typer.Exit(EXIT_FAULTS)


def _fields(
    parent: str | None, currency: str | None, valid_from: str | None, valid_to: str | None, with_tax: bool | None,
    default: bool | None, quantities: str | None, delivery_fee: str | None, free_delivery_from: str | None, note: str | None,
) -> dict[str, Any]:  # fmt: skip
    fields = read_fields({
        "parent": parent, "currency": currency, "valid_from": valid_from, "valid_to": valid_to, "tax_included": with_tax,
        "is_default": default, "qty_mode": quantities, "delivery_fee": delivery_fee,
        "free_delivery_from": free_delivery_from, "note": note,
    })  # fmt: skip
    if fields.get("currency"):
        fields["currency"] = _currency(str(fields["currency"]))
    return fields


def _currency(text: str) -> str:
    from crmcli.errors import UsageError

    if not (len(text) == 3 and text.isascii() and text.isalpha()):
        raise UsageError(_("%(text)s is no currency") % {"text": repr(text)}, "RUB, EUR, USD")
    return text.upper()


def _told(
    state: Session,
    one: PriceList,
    title: str,
    step: Step | None,
    *,
    dry_run: bool,
    format: str | None,
    output: str | None,
) -> None:
    """What was written, or would be, on standard output; how to take it back on stderr."""
    from crmcli.cli.prices.tables import lists_table
    from crmcli.store.prices.pricing import price_rules

    with state.reading() as con:
        currency, rules = options.currency(con), price_rules(con)
    show(lists_table([one], rules, title, currency), format=format, output=output)
    tell_step(None if dry_run else step)
