"""What becomes of a quote: `quote revise`, `take`, `send`, `accept`, `reject`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, tell_step, written
from crmcli.cli.quotes import options as quote_options
from crmcli.cli.quotes.options import (
    DiscountOption,
    ItemOption,
    MarginOption,
    OverrideOption,
    PriceOption,
    QuoteArgument,
    TermsOption,
    ValidOption,
)
from crmcli.cli.selling import OnOption, day_of
from crmcli.cli.session import Session, say, session, show
from crmcli.errors import UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from crmcli.store.journal import Step, Writer
    from crmcli.store.quotes.rows import Quote

_TakenOption = Annotated[
    str | None, typer.Option("--lines", metavar="N,N", help=_("only these lines; offered ones too, if named"))
]
_RepriceOption = Annotated[bool, typer.Option("--reprice", help=_("price every line anew, by the prices of the day"))]
_LateOption = Annotated[bool, typer.Option("--late", help=_("although its last day is over"))]
_EmlOption = Annotated[
    str | None,
    typer.Option(
        "--eml", metavar="FILE", help=_("write the mail with the PDF there (a folder: named after it); nothing is sent")
    ),
]


def register(app: typer.Typer) -> None:
    """Add these commands to `crmcli quote`."""
    changed = _("A new revision of a quote.")
    app.command("revise", help=changed, epilog="crmcli quote revise Q-2026-0001 --item 010001:800 --valid 30")(revise)
    app.command("take", help=_("Put offered lines into the quote."), epilog="crmcli quote take Q-2026-0001 5 6")(take)
    app.command("send", help=_("Mark a quote as sent and freeze its document."),
                epilog="crmcli quote send Q-2026-0001 --eml quote.eml")(send)  # fmt: skip
    app.command("accept", help=_("Make an order of a quote."), epilog="crmcli quote accept Q-2026-0001")(accept)
    app.command("reject", help=_("Mark a quote as rejected, and why."),
                epilog="crmcli quote reject Q-2026-0001 --reason price")(reject)  # fmt: skip


def revise(
    context: typer.Context,
    number: QuoteArgument,
    item: ItemOption = None,
    price: PriceOption = None,
    discount: DiscountOption = None,
    reprice: _RepriceOption = False,
    on: OnOption = None,
    valid: ValidOption = None,
    terms: TermsOption = None,
    override: OverrideOption = None,
    with_margin: MarginOption = False,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """A new revision of a quote; --item SKU:0 takes a product out."""
    from crmcli.reports.segments.membership import priced_segments
    from crmcli.store.quotes.revising import Change, revised
    from crmcli.store.quotes.rows import load_quote
    from crmcli.store.quotes.shop import open_shop
    from crmcli.store.quotes.steps import revise_quote

    state = session(context)
    change = Change(
        quote_options.changes(item), quote_options.prices(price), quote_options.percent(discount), valid, terms, override,
        reprice=reprice,
    )  # fmt: skip

    def do(writer: Writer) -> tuple[Quote, str]:
        old = load_quote(writer.con, number)
        day = day_of(on, state)
        shop = open_shop(writer.con, day, priced_segments(writer.con, day))
        return _named(writer, revise_quote(writer, old, revised(shop, old, change)))

    (quote, customer), step = written(state, "quote", dry_run=dry_run, do=do)
    _tell(state, quote, customer, step, with_margin=with_margin, format=format, output=output)


def take(
    context: typer.Context,
    number: QuoteArgument,
    lines: Annotated[list[int], typer.Argument(metavar="LINE…", help=_("numbers of offered lines"))],
    override: OverrideOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Put offered lines into the quote: a draft is changed, one that was sent gets a new revision."""
    from crmcli.reports.segments.membership import priced_segments
    from crmcli.store.quotes.revising import taken
    from crmcli.store.quotes.rows import load_quote
    from crmcli.store.quotes.shop import open_shop
    from crmcli.store.quotes.steps import require_open, take_lines

    state = session(context)

    def do(writer: Writer) -> tuple[Quote, str]:
        old = load_quote(writer.con, number)
        require_open(old)
        shop = open_shop(writer.con, state.today, priced_segments(writer.con, state.today))
        fresh = taken(shop, old, lines, override)
        return _named(writer, take_lines(writer, old, fresh))

    (quote, customer), step = written(state, "quote", dry_run=dry_run, do=do)
    _tell(state, quote, customer, step, format=format, output=output)


def send(
    context: typer.Context,
    number: QuoteArgument,
    on: OnOption = None,
    eml: _EmlOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Mark a quote as sent and freeze its document; nothing goes over the network."""
    from crmcli.cli.quotes.facts import current_facts
    from crmcli.cli.quotes.mail import put_mail
    from crmcli.cli.quotes.told import tell_nameless
    from crmcli.documents.issuing import keep
    from crmcli.store.quotes.rows import load_quote
    from crmcli.store.quotes.steps import send_quote

    state = session(context)

    def do(writer: Writer) -> tuple[Quote, str]:
        quote = send_quote(writer, load_quote(writer.con, number), on=day_of(on, state))
        tell_nameless(writer.con)
        facts, parts = current_facts(writer.con, quote)
        keep(writer, facts, parts=parts, customer_id=quote.customer_id)
        if eml is not None and not dry_run:
            put_mail(writer.con, quote, facts, parts, target=eml)
        return _named(writer, quote)

    (quote, customer), step = written(state, "quote", dry_run=dry_run, do=do)
    _tell(state, quote, customer, step, format=format, output=output)


def accept(
    context: typer.Context,
    number: QuoteArgument,
    lines: _TakenOption = None,
    on: OnOption = None,
    late: _LateOption = False,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Make an order of a quote: all lines that count, or some."""
    from crmcli.cli.deals.quoted import win_by_quote
    from crmcli.store.quotes.rows import load_quote
    from crmcli.store.quotes.steps import accept_quote

    state, chosen = session(context), _numbers(lines)

    def do(writer: Writer) -> tuple[Quote, str]:
        quote = load_quote(writer.con, number)
        accepted, order = accept_quote(writer, quote, on=day_of(on, state), lines=chosen, late=late)
        win_by_quote(writer, accepted, order.id, state)
        return _named(writer, accepted)

    (quote, customer), step = written(state, "quote", dry_run=dry_run, do=do)
    say(_("Order %(order)s made of quote %(number)s") % {"order": quote.order_no, "number": quote.quote_no})
    _tell(state, quote, customer, step, format=format, output=output)


def reject(
    context: typer.Context,
    number: QuoteArgument,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("why: price, delivery, went elsewhere …"))],
    on: OnOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Mark a quote as rejected, and why."""
    from crmcli.store.quotes.rows import load_quote
    from crmcli.store.quotes.steps import reject_quote

    state = session(context)

    def do(writer: Writer) -> tuple[Quote, str]:
        quote = load_quote(writer.con, number)
        return _named(writer, reject_quote(writer, quote, reason=reason, on=day_of(on, state)))

    (quote, customer), step = written(state, "quote", dry_run=dry_run, do=do)
    _tell(state, quote, customer, step, format=format, output=output)


def _named(writer: Writer, quote: Quote) -> tuple[Quote, str]:
    from crmcli.cli.quotes.told import customer_name

    return quote, customer_name(writer.con, quote.customer_id)


def _tell(
    state: Session,
    quote: Quote,
    customer: str,
    step: Step | None,
    *,
    with_margin: bool = False,
    format: str | None,
    output: str | None,
) -> None:
    from crmcli.cli.quotes.screens import quote_table

    show(quote_table(quote, customer=customer, day=state.today, with_margin=with_margin), format=format, output=output)
    tell_step(step)


def _numbers(text: str | None) -> list[int] | None:
    """Line numbers as typed: "1,3".

    Raises:
        UsageError: Anything else.
    """
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts):
        raise UsageError(_("%(text)s names no lines") % {"text": repr(text)}, "--lines 1,3")
    return [int(part) for part in parts]
