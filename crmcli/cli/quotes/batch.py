"""`crmcli quote batch`: personal quotes for a whole segment in one step, each as a file; who got none, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, tell_step, written
from crmcli.cli.quotes import options as quote_options
from crmcli.cli.quotes.options import (
    CurrencyOption,
    DeliveryOption,
    DiscountOption,
    FileOption,
    ItemOption,
    OverrideOption,
    PriceOption,
    SuggestionsOption,
    TaxModeOption,
    TermsOption,
    UsualOption,
    ValidOption,
)
from crmcli.cli.selling import LanguageOption, OnOption, document_format
from crmcli.cli.session import session, show
from crmcli.errors import CrmError, UsageError
from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from crmcli.cli.quotes.audience import Addressee
    from crmcli.store.journal import Writer
    from crmcli.store.quotes.making import Wish
    from crmcli.store.quotes.rows import Quote

_COLUMNS = (
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("quote_no", N_("Quote"), Kind.CODE),
    Column("lines", N_("Lines"), Kind.COUNT),
    Column("gross", N_("To pay"), Kind.MONEY),
    Column("reason", N_("None, because"), Kind.TEXT),
    Column("file", N_("File"), Kind.TEXT),
)


@dataclass(frozen=True, slots=True)
class _Made:
    """What became of one addressee: a quote and its file, or a reason."""

    whom: Addressee
    quote: Quote | None = None
    file: str | None = None
    reason: str | None = None


def batch(
    context: typer.Context,
    segment: Annotated[
        str | None, typer.Option("--segment", metavar="NAME|RULE", help=_("a segment by name, or a rule as typed"))
    ] = None,
    group: Annotated[str | None, typer.Option("--group", metavar="GROUP", help=_("a group of contacts"))] = None,
    customers: Annotated[
        str | None,
        typer.Option("--customers", metavar="FILE", help=_("a file with a column of codes, or codes with commas")),
    ] = None,
    item: ItemOption = None,
    from_file: FileOption = None,
    usual: UsualOption = False,
    out_dir: Annotated[str, typer.Option("--out-dir", metavar="DIR", help=_("the folder of the documents"))] = "quotes",
    document: Annotated[
        str, typer.Option("--format", "-f", metavar="FORMAT", help=_("of the documents: pdf, html, xlsx, md or json"))
    ] = "pdf",
    on: OnOption = None,
    valid: ValidOption = None,
    language: LanguageOption = None,
    currency: CurrencyOption = None,
    tax_mode: TaxModeOption = None,
    terms: TermsOption = None,
    discount: DiscountOption = None,
    price: PriceOption = None,
    override: OverrideOption = None,
    suggestions: SuggestionsOption = True,
    delivery: DeliveryOption = True,
    dry_run: DryRunOption = False,
    output: options.OutputOption = None,
) -> None:
    """Personal quotes for many customers in one step."""
    from crmcli.cli.quotes.audience import audience
    from crmcli.store.quotes.making import Wish

    state = session(context)
    day = options.parse_day(on) if on else state.today
    chosen = document_format(document, None, otherwise="pdf")
    wish = Wish(
        "", quote_options.items(item, from_file), usual, valid, "en",
        quote_options.currency(currency), quote_options.tax_mode(tax_mode), terms, None, None, None,
        quote_options.percent(discount), override, suggestions=suggestions, delivery=delivery,
        prices=quote_options.prices(price),
    )  # fmt: skip
    if not wish.items and not usual:
        raise UsageError(_("a quote needs something to offer"), "--item SKU:QTY, --from FILE, --usual")

    def do(writer: Writer) -> tuple[list[_Made], str]:
        whom = audience(writer.con, segment=segment, group=group, customers=customers, day=day)
        place = None if dry_run else Path(out_dir)
        spoken = replace(wish, language=quote_options.language(language))  # the store may have its own
        return _make_all(writer, whom, spoken, day, format=chosen, place=place), options.currency(writer.con)

    (made, own), step = written(state, "quote batch", dry_run=dry_run, do=do)
    show(_table(made, own), output=output)
    tell_step(step)


def _make_all(
    writer: Writer, whom: Sequence[Addressee], wish: Wish, day: dt.date, *, format: str, place: Path | None
) -> list[_Made]:
    """Drafts of all, written at once, then their files; a file that cannot be written takes everything back."""
    from crmcli.output.progress import Progress
    from crmcli.reports.segments.membership import priced_segments
    from crmcli.store.quotes.rows import add_quotes
    from crmcli.store.quotes.shop import open_shop

    shop = open_shop(writer.con, day, priced_segments(writer.con, day))
    with Progress(_("making quotes"), len(whom)) as progress:
        drafts = []
        for one in whom:
            drafts.append(_draft(shop, wish, one))
            progress.advance(1)
    written_ = iter(add_quotes(writer, [draft for draft in drafts if not isinstance(draft, str)]))
    made = [
        _Made(one, reason=draft) if isinstance(draft, str) else _Made(one, next(written_))
        for one, draft in zip(whom, drafts, strict=True)
    ]
    return made if place is None else _put_all(writer, made, format, place)


def _draft(shop: object, wish: Wish, whom: Addressee) -> Quote | str:
    """A quote, or why there is none."""
    from dataclasses import replace

    from crmcli.store.quotes.making import make_draft
    from crmcli.store.quotes.shop import Shop

    assert isinstance(shop, Shop)
    if whom.refused:
        return whom.refused
    try:
        return make_draft(shop, replace(wish, code=whom.code, manager_id=whom.manager_id)).quote
    except CrmError as error:
        return error.message


def _put_all(writer: Writer, made: Sequence[_Made], format: str, place: Path) -> list[_Made]:
    from crmcli.cli.quotes.facts import current_facts
    from crmcli.cli.quotes.told import file_name
    from crmcli.documents.render import render
    from crmcli.output.destination import blaming, replacing
    from crmcli.output.progress import Progress

    with blaming(str(place)):
        place.mkdir(parents=True, exist_ok=True)
    put: list[_Made] = []
    with Progress(_("writing documents"), len(made)) as progress, ExitStack() as undoing:
        for one in made:
            if one.quote is None:
                put.append(one)
                continue
            facts, parts = current_facts(writer.con, one.quote)
            target = place / file_name(writer.con, one.quote, format)
            with replacing(str(target)) as fresh:
                fresh.write_bytes(render(facts, format, parts=parts))
            undoing.callback(target.unlink, missing_ok=True)
            put.append(_Made(one.whom, one.quote, str(target)))
            progress.advance(1)
        undoing.pop_all()  # all are written: none goes back
    return put


def _table(made: Sequence[_Made], own: str) -> Table:
    quotes = [one.quote for one in made if one.quote is not None]
    alike = {quote.currency for quote in quotes}
    rows = [
        (
            one.whom.code, one.whom.name, one.quote.quote_no if one.quote else None,
            sum(line.counts for line in one.quote.lines) if one.quote else None,
            one.quote.net + one.quote.tax if one.quote else None, one.reason,
            one.file,
        )
        for one in made
    ]  # fmt: skip
    totals = {"gross": sum((quote.net + quote.tax for quote in quotes), Decimal(0))} if len(alike) == 1 else {}
    without = len(made) - len(quotes)
    headline = ngettext("%(count)s quote made", "%(count)s quotes made", len(quotes)) % {"count": len(quotes)}
    if without:
        words = {"count": without}
        headline += "; " + ngettext("%(count)s customer got none", "%(count)s customers got none", without) % words
    return Table(
        "quote_batch", _("Quotes made"), _COLUMNS, ListRows(rows), headline=headline + ".", totals=totals,
        empty=_("Nobody is meant"), currency=alike.pop() if len(alike) == 1 else own,
    )  # fmt: skip
