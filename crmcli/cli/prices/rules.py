"""`crmcli pricelist rule`: rules of price lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, keeping, tell_step
from crmcli.cli.prices.options import FromOption, ToOption, read_fields
from crmcli.cli.program import program
from crmcli.cli.session import say, session, show
from crmcli.language import gettext as _

if TYPE_CHECKING:
    import duckdb

    from crmcli.rules.prices.book import PriceRule
    from crmcli.store.journal import Step

app = program(help=_("Rules of price lists: for what, for whom, from which quantity, and the formula."))

SkuOption = Annotated[str | None, typer.Option("--sku", metavar="SKU", help=_("for this product"))]
CategoryOption = Annotated[
    str | None, typer.Option("--category", metavar="NAME", help=_("for products in this category and those below it"))
]
CustomerOption = Annotated[str | None, typer.Option("--customer", metavar="CODE", help=_("for this customer"))]
GroupOption = Annotated[str | None, typer.Option("--group", metavar="NAME", help=_("for customers of this group"))]
SegmentOption = Annotated[
    str | None, typer.Option("--segment", metavar="NAME", help=_("for customers in this segment, or with this tag"))
]
QtyFromOption = Annotated[str | None, typer.Option("--qty-from", metavar="N", help=_("from this quantity on"))]
QtyToOption = Annotated[str | None, typer.Option("--qty-to", metavar="N", help=_("up to this quantity, included"))]
BaseOption = Annotated[
    str | None,
    typer.Option(
        "--base",
        metavar="BASE",
        help=_("what the formula begins with: fixed, list, cost, price_list or competitor_min"),
    ),
]
BaseListOption = Annotated[
    str | None, typer.Option("--base-list", metavar="NAME", help=_("begin with the price in this list"))
]
PriceOption = Annotated[str | None, typer.Option("--price", metavar="N", help=_("a fixed price"))]
PercentOption = Annotated[
    str | None, typer.Option("--percent", metavar="N", help=_("changes the base: -5 is five off, 20 a mark-up"))
]
RoundOption = Annotated[str | None, typer.Option("--round-to", metavar="N", help=_("to a multiple of this"))]
DirectionOption = Annotated[
    str | None, typer.Option("--round", metavar="WAY", help=_("nearest, up or down; nearest without it"))
]
SurchargeOption = Annotated[
    str | None, typer.Option("--surcharge", metavar="N", help=_("added after rounding; -0.01 makes 99.99"))
]
FloorPercentOption = Annotated[
    str | None, typer.Option("--floor-percent", metavar="N", help=_("never below cost and so many percent more"))
]
FloorOption = Annotated[str | None, typer.Option("--floor", metavar="N", help=_("never below this price"))]
CeilingOption = Annotated[str | None, typer.Option("--ceiling", metavar="N", help=_("never above this price"))]
PriorityOption = Annotated[
    int | None, typer.Option("--priority", metavar="N", help=_("the higher one wins before anything else is compared"))
]
ActiveOption = Annotated[
    bool | None, typer.Option("--active/--inactive", help=_("whether it is switched on"), show_default=False)
]
_NoteOption = Annotated[str | None, typer.Option("--note", metavar="TEXT", help=_("a word of your own"))]
_RuleArgument = Annotated[str, typer.Argument(metavar="RULE", help=_("its number, as in: crmcli pricelist show NAME"))]


@app.command(
    "add",
    help=_("Add a rule to a price list."),
    epilog="crmcli pricelist rule add Wholesale --category Tea --percent -7",
)
def add(
    context: typer.Context,
    price_list: Annotated[str, typer.Argument(metavar="LIST", help=_("as in: crmcli pricelist list"))],
    sku: SkuOption = None,
    category: CategoryOption = None,
    customer: CustomerOption = None,
    group: GroupOption = None,
    segment: SegmentOption = None,
    qty_from: QtyFromOption = None,
    qty_to: QtyToOption = None,
    valid_from: FromOption = None,
    valid_to: ToOption = None,
    base: BaseOption = None,
    base_list: BaseListOption = None,
    price: PriceOption = None,
    percent: PercentOption = None,
    round_to: RoundOption = None,
    round_direction: DirectionOption = None,
    surcharge: SurchargeOption = None,
    floor_percent: FloorPercentOption = None,
    floor_price: FloorOption = None,
    ceiling_price: CeilingOption = None,
    priority: PriorityOption = None,
    active: ActiveOption = None,
    note: _NoteOption = None,
    number: Annotated[
        str | None, typer.Option("--number", metavar="RULE", help=_("a number of your own; made up without it"))
    ] = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Add a rule to a price list."""
    from crmcli.rules.prices.book import PriceRule
    from crmcli.store.prices.rules import add_rules

    given = {name: value for name, value in locals().items() if name in FIELDS}
    fields = read_fields(given)
    rule = PriceRule(**{"rule_no": (number or "").strip(), "price_list": price_list, **_with_base(fields)})
    state = session(context)
    step, made = None, [rule]
    with keeping(state, dry_run=dry_run) as con:
        step, made = add_rules(con, [rule], now=state.now, command=state.command)
        _tell_nameless(con, fields.get("segment"))
    _told(made, _("Price rule added"), step, dry_run=dry_run, format=format, output=output)


@app.command("edit", help=_("Change a rule."), epilog="crmcli pricelist rule edit P7 --percent -8 --to none")
def edit(
    context: typer.Context,
    rule: _RuleArgument,
    sku: SkuOption = None,
    category: CategoryOption = None,
    customer: CustomerOption = None,
    group: GroupOption = None,
    segment: SegmentOption = None,
    qty_from: QtyFromOption = None,
    qty_to: QtyToOption = None,
    valid_from: FromOption = None,
    valid_to: ToOption = None,
    base: BaseOption = None,
    base_list: BaseListOption = None,
    price: PriceOption = None,
    percent: PercentOption = None,
    round_to: RoundOption = None,
    round_direction: DirectionOption = None,
    surcharge: SurchargeOption = None,
    floor_percent: FloorPercentOption = None,
    floor_price: FloorOption = None,
    ceiling_price: CeilingOption = None,
    priority: PriorityOption = None,
    active: ActiveOption = None,
    note: _NoteOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Change a rule; what is not named stays, and none clears a field."""
    from crmcli.store.prices.rules import edit_rule

    fields = read_fields({name: value for name, value in locals().items() if name in FIELDS})
    require_change(fields)
    state = session(context)
    with keeping(state, dry_run=dry_run) as con:
        step, changed = edit_rule(con, rule, fields, now=state.now, command=state.command)
        _tell_nameless(con, fields.get("segment"))
    _told([changed], _("Price rule changed"), step, dry_run=dry_run, format=format, output=output)


@app.command("drop", help=_("Remove a rule."), epilog="crmcli pricelist rule drop P7")
def drop(
    context: typer.Context,
    rule: _RuleArgument,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Remove a rule."""
    from crmcli.store.prices.rules import drop_rule

    state = session(context)
    with keeping(state, dry_run=dry_run) as con:
        step, gone = drop_rule(con, rule, now=state.now, command=state.command)
    _told([gone], _("Price rule removed"), step, dry_run=dry_run, format=format, output=output)


# Fields of a rule that the command line can set.
FIELDS = (
    "sku", "category", "customer", "group", "segment", "qty_from", "qty_to", "valid_from", "valid_to", "base", "base_list",
    "price", "percent", "round_to", "round_direction", "surcharge", "floor_percent", "floor_price", "ceiling_price",
    "priority", "active", "note",
)  # fmt: skip


def require_change(fields: dict[str, Any]) -> None:
    """Refuse an edit that names nothing to change."""
    from crmcli.errors import UsageError

    if not fields:
        raise UsageError(
            _("nothing to change was named"), _("Help: %(command)s --help") % {"command": "crmcli pricelist"}
        )


def _with_base(fields: dict[str, Any]) -> dict[str, Any]:
    """The base that the other options mean, where none is named: a price is fixed, a base list is one."""
    if "base" in fields:
        return fields
    base = "fixed" if fields.get("price") is not None else "price_list" if fields.get("base_list") else "list"
    return {**fields, "base": base}


def _tell_nameless(con: duckdb.DuckDBPyConnection, segment: str | None) -> None:
    """A word about a segment that is neither one nor a tag yet: the rule is kept, and reaches nobody until it is."""
    from crmcli.reports.segments.membership import is_known, nameless

    if segment and not is_known(con, segment):
        message, hint = nameless(con, segment)
        say(f"{message}. {hint}")


def _told(
    rules: list[PriceRule], title: str, step: Step | None, *, dry_run: bool, format: str | None, output: str | None
) -> None:
    """What was written, or would be, on standard output; how to take it back on stderr."""
    from crmcli.cli.prices.tables import rules_table

    show(rules_table(rules, title), format=format, output=output)
    tell_step(None if dry_run else step)
