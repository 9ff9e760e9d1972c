"""`crmcli deal list|show|rotting`: which deals there are, one of them, and which need a hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.alarm import EXIT_ALERT
from crmcli.cli.deals.options import DealArgument, ManagerOption, SilentOption
from crmcli.cli.program import program
from crmcli.cli.session import session, show
from crmcli.cli.typed import customer_of, manager_named
from crmcli.errors import NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest

if TYPE_CHECKING:
    import duckdb

    from crmcli.reports.deals.listing import Which

app = program()
_SILENT = 30  # as reports.deals.weighing.SILENT_DAYS; loading that would make --help slow


@app.command("list", help=_("Deals open or on hold, the dearest by chance first; with --all those over, too."),
             epilog="crmcli deal list --stage proposal --manager M1")  # fmt: skip
def list_deals(
    context: typer.Context,
    customer: options.CustomerOption = None,
    manager: ManagerOption = None,
    stage: Annotated[str | None, typer.Option("--stage", metavar="STAGE", help=_("only in this stage"))] = None,
    state_: Annotated[
        str | None, typer.Option("--state", metavar="WORD", help=_("only open, hold, won, lost or unknown ones"))
    ] = None,
    product: Annotated[str | None, typer.Option("--product", metavar="SKU", help=_("only about this product"))] = None,
    rotting_only: Annotated[bool, typer.Option("--rotting", help=_("only rotting ones"))] = False,
    every: Annotated[bool, typer.Option("--all", help=_("those won, lost or closed, too"))] = False,
    silent: SilentOption = _SILENT,
    as_of: options.AsOfOption = "today",
    limit: options.LimitOption = None,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Deals open or on hold."""
    from dataclasses import replace

    from crmcli.reports.deals.listing import deals_table

    state = session(context)
    with state.reading() as con:
        on = options.settle_day(as_of, con, state)
        which = replace(
            _whose(con, customer, manager), stage=_stage(con, stage), outcome=_outcome(state_), sku=_sku(con, product),
            rotting=rotting_only, over=every,
        )  # fmt: skip
        table = deals_table(con, which, on, currency=options.currency(con), silent=silent, limit=limit)
        show(table, format=format, output=output)


@app.command("show", help=_("One deal: its chance and why, days in each stage, touches, quotes."),
             epilog="crmcli deal show DL-2026-0001")  # fmt: skip
def show_deal(
    context: typer.Context,
    number: DealArgument,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """One deal."""
    from crmcli.cli.sheets import show_all
    from crmcli.reports.deals.sheet import deal_tables
    from crmcli.store.deals.rows import find_deal

    state = session(context)
    with state.reading() as con:
        on = options.settle_day(as_of, con, state)
        deal = find_deal(con, number)
        tables = deal_tables(con, deal, on, currency=options.currency(con))
        if not tables:
            words = {"deal": deal.opportunity_no, "day": on.isoformat()}
            raise NotFoundError(_("deal %(deal)s was not known on %(day)s") % words)
        show_all(tables, format=format, output=output)


@app.command("rotting", help=_("Open deals too long in their stage or too long without a touch, the dearest first."),
             epilog="crmcli deal rotting --manager M1 --fail-if-any")  # fmt: skip
def rotting(
    context: typer.Context,
    customer: options.CustomerOption = None,
    manager: ManagerOption = None,
    silent: SilentOption = _SILENT,
    fail_if_any: Annotated[
        bool, typer.Option("--fail-if-any", help=_("exit code 10 when a deal is rotting, for cron"))
    ] = False,
    as_of: options.AsOfOption = "today",
    limit: options.LimitOption = None,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Open deals that need a hand."""
    from crmcli.reports.deals.listing import rotting_table

    state = session(context)
    with state.reading() as con:
        on = options.settle_day(as_of, con, state)
        whose = _whose(con, customer, manager)
        table, count = rotting_table(con, whose, on, currency=options.currency(con), silent=silent, limit=limit)
        show(table, format=format, output=output)
    if fail_if_any and count:
        raise typer.Exit(EXIT_ALERT)


def _whose(con: duckdb.DuckDBPyConnection, customer: str | None, manager: str | None) -> Which:
    from crmcli.reports.deals.listing import Which

    return Which(customer_of(con, customer), manager_named(con, manager))


def _stage(con: duckdb.DuckDBPyConnection, word: str | None) -> str | None:
    """A stage by its name, also one that deals are or were in and nobody has defined."""
    from crmcli.reports.deals.standing import seen_stages
    from crmcli.store.connection import rows
    from crmcli.store.deals.stages import all_stages, find_stage

    if word is None:
        return None
    past = rows(con, "SELECT DISTINCT unnest([from_stage, to_stage]) FROM deal_moves")
    loose = [one.name for one in seen_stages(con)] + [str(name) for (name,) in past if name]
    defined = {stage.name.casefold() for _id, stage in all_stages(con)}
    named = {name.casefold(): name for name in loose if name.casefold() not in defined}
    return named.get(word.strip().casefold()) or find_stage(con, word).name


def _outcome(word: str | None) -> str | None:
    from crmcli.reports.deals.listing import OUTCOME_WORDS

    if word is None or word.strip().lower() in OUTCOME_WORDS:
        return word and word.strip().lower()
    hint = nearest(word, list(OUTCOME_WORDS)) or ", ".join(OUTCOME_WORDS)
    raise UsageError(_("a deal is never %(word)s") % {"word": repr(word)}, hint)


def _sku(con: duckdb.DuckDBPyConnection, word: str | None) -> str | None:
    from crmcli.store.catalogue.products import find_product

    return find_product(con, word.strip())[1].sku if word else None
