"""`crmcli deal add|edit`: a new deal, and what is known of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.contacts.options import CustomerArgument
from crmcli.cli.deals.options import (
    DealArgument,
    NoteOption,
    ensure_stages,
    head_of,
    known_word,
    past_day,
)
from crmcli.cli.keeping import DryRunOption, stepped, tell_step, told, written
from crmcli.cli.program import program
from crmcli.cli.session import say, session, show
from crmcli.cli.typed import amount, day, manager_of, tidy
from crmcli.errors import UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from decimal import Decimal

    import duckdb

    from crmcli.store.journal import Writer
    from crmcli.table import Table

app = program()
_AmountOption = Annotated[str | None, typer.Option("--amount", metavar="N", help=_("what it is worth when won"))]
_ProductOption = Annotated[str | None, typer.Option("--product", metavar="SKU", help=_("what it is about"))]
_ManagerOption = Annotated[
    str | None,
    typer.Option(
        "--manager", "-m", metavar="MANAGER", help=_("whose it is; else the customer's own manager, else you")
    ),
]
_ExpectedOption = Annotated[str | None, typer.Option("--expected", metavar="DATE", help=_("when it should be decided"))]
_CompetitorOption = Annotated[str | None, typer.Option("--competitor", metavar="NAME", help=_("who else is in for it"))]
_CampaignOption = Annotated[str | None, typer.Option("--campaign", metavar="NAME", help=_("campaign it came from"))]
_ProbabilityOption = Annotated[
    str | None,
    typer.Option(
        "--probability", metavar="P", help=_("your own chance of winning, such as 40%; goes before the learned one")
    ),
]
_NewOption = Annotated[bool, typer.Option("--new", help=_("the competitor is a new one, however near the name"))]


@app.command("add", help=_("Add a deal: whose, about what, how much."),
             epilog="crmcli deal add 00056 'Racks for the new store' --amount 480000 --expected 2026-12-20")  # fmt: skip
def add(
    context: typer.Context,
    customer: CustomerArgument,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help=_("what it is about, in a few words"))] = None,
    amount_: _AmountOption = None,
    product: _ProductOption = None,
    stage: Annotated[
        str | None, typer.Option("--stage", metavar="STAGE", help=_("where it begins; the first stage unless said"))
    ] = None,
    manager: _ManagerOption = None,
    expected: _ExpectedOption = None,
    opened: Annotated[
        str | None, typer.Option("--opened", metavar="DATE", help=_("its first day; today unless said"))
    ] = None,
    competitor: _CompetitorOption = None,
    campaign: _CampaignOption = None,
    probability: _ProbabilityOption = None,
    note: NoteOption = None,
    new: _NewOption = False,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Add a deal."""
    from crmcli.store.deals.moving import NewDeal, add_deal

    state = session(context)
    worth, expected_on, opened_on = _worth(amount_), day(expected), past_day(opened, state)
    chance = _chance(probability)

    def do(writer: Writer) -> tuple[str | None, str, Table]:
        con = writer.con
        begun = ensure_stages(writer)
        party, own = _party(con, customer)
        one = NewDeal(
            party, tidy(name), _first_stage(con, stage), opened_on, worth, _product(con, product),
            manager_of(con, manager) if manager else own or manager_of(con, None), expected_on,
            _rival(con, competitor, new=new), tidy(campaign), chance, tidy(note),
        )  # fmt: skip
        deal_id, number = add_deal(writer, one)
        return begun, number, head_of(con, deal_id, state)

    (begun, number, table), step = written(state, "deal", dry_run=dry_run, do=do)
    if begun:
        say(begun)
    show(table, format=format, output=output)
    say(_("Next: crmcli deal move %(deal)s STAGE, deal win, deal lose") % {"deal": number})
    tell_step(step)


@app.command("edit", help=_("Change what is known of a deal; an empty text takes a value away."),
             epilog="crmcli deal edit DL-2026-0001 --probability 60% --expected 2026-12-31")  # fmt: skip
def edit(
    context: typer.Context,
    number: DealArgument,
    name: Annotated[str | None, typer.Option("--name", metavar="TEXT", help=_("what it is about"))] = None,
    customer: Annotated[str | None, typer.Option("--customer", "-c", metavar="CUSTOMER", help=_("whose it is"))] = None,
    amount_: _AmountOption = None,
    product: _ProductOption = None,
    manager: Annotated[
        str | None, typer.Option("--manager", "-m", metavar="MANAGER", help=_("whose it is now"))
    ] = None,
    expected: _ExpectedOption = None,
    competitor: _CompetitorOption = None,
    campaign: _CampaignOption = None,
    probability: Annotated[
        str | None,
        typer.Option(
            "--probability", metavar="P", help=_("your own chance of winning, such as 40%, or learned to go back")
        ),
    ] = None,
    note: NoteOption = None,
    new: _NewOption = False,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Change what is known of a deal."""
    from crmcli.store.deals.moving import edit_deal
    from crmcli.store.deals.rows import find_deal

    state = session(context)
    if all(
        one is None
        for one in (name, customer, amount_, product, manager, expected, competitor, campaign, probability, note)
    ):
        raise UsageError(_("say what to change"), "crmcli deal edit --help")

    def do(writer: Writer) -> Table:
        con, changes = writer.con, dict[str, object]()
        deal = find_deal(con, number)
        if customer is not None:
            changes["customer_id"] = _party(con, customer)[0]
        if amount_ is not None:
            changes["amount"] = _worth(amount_)
        if product is not None:
            changes["product_id"] = _product(con, product)
        if manager is not None:
            changes["manager_id"] = manager_of(con, manager) if manager else None
        if expected is not None:
            changes["expected_on"] = day(expected)
        if competitor is not None:
            changes["competitor"] = _rival(con, competitor, new=new)
        if probability is not None:
            changes["probability"] = None if probability.strip().casefold() in ("", "learned") else _chance(probability)
        texts = {"name": name, "campaign": campaign, "note": note}
        edit_deal(writer, deal, {**changes, **{key: tidy(text) for key, text in texts.items() if text is not None}})
        return head_of(con, deal.id, state)

    table, step = stepped(state, "deal", dry_run=dry_run, do=do)
    show(table, format=format, output=output)
    told(step, dry_run=dry_run)


def _worth(text: str | None) -> Decimal | None:
    """An amount as typed.

    Raises:
        UsageError: No number, or one below zero.
    """
    number = amount(text, "--amount")
    if number is not None and number < 0:
        raise UsageError(_("%(name)s cannot be below zero") % {"name": "--amount"})
    return number


def _chance(text: str | None) -> Decimal | None:
    from crmcli.rules.deals.stages import read_probability

    return read_probability(text) if text else None


def _party(con: duckdb.DuckDBPyConnection, word: str) -> tuple[int, int | None]:
    """A customer's id, and that of who looks after it."""
    from crmcli.reports.lookup import find_party
    from crmcli.store.contacts.touches import own_manager

    party = find_party(con, word)
    own = own_manager(con, party.id)
    return party.id, own[0] if own else None


def _product(con: duckdb.DuckDBPyConnection, sku: str | None) -> int | None:
    from crmcli.store.catalogue.products import find_product

    return find_product(con, sku.strip())[0] if sku and sku.strip() else None


def _rival(con: duckdb.DuckDBPyConnection, word: str | None, *, new: bool) -> str | None:
    from crmcli.store.deals.rows import known_competitors

    if not word or not word.strip():
        return None
    return known_word(word, known_competitors(con), name="--competitor", new=new)


def _first_stage(con: duckdb.DuckDBPyConnection, word: str | None) -> str:
    """The stage a deal begins in.

    Raises:
        NotFoundError: There is none of that name.
        UsageError: Deals in it are over.
    """
    from crmcli.rules.deals.stages import OPEN
    from crmcli.store.deals.stages import ending_stage, find_stage

    if not word:
        return ending_stage(con, OPEN).name
    found = find_stage(con, word)
    if found.outcome != OPEN:
        raise UsageError(
            _("a deal cannot begin in stage %(name)s, which ends it") % {"name": found.name},
            _("Add it open, then: crmcli deal win, or crmcli deal lose"),
        )
    return found.name
