"""`crmcli contact prefer|require|preferences|end`: what a customer likes and needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.contacts.options import CustomerArgument
from crmcli.cli.keeping import DryRunOption, stepped, told
from crmcli.cli.selling import OnOption, day_of
from crmcli.cli.session import say, session, show
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from crmcli.reports.lookup import Party
    from crmcli.store.contacts.preferences import Preference
    from crmcli.store.journal import Writer

_TextArgument = Annotated[str, typer.Argument(metavar="TEXT", help=_("in your own words"))]
_SourceOption = Annotated[str | None, typer.Option("--source", metavar="TEXT", help=_("who said so"))]


def register(app: typer.Typer) -> None:
    """Add the commands to the group."""
    app.command(
        "prefer", help=_("Note what a customer likes; shown on the card and with every quote."),
        epilog="crmcli contact prefer 00056 'no deliveries before 10'",
    )(prefer)  # fmt: skip
    app.command(
        "require", help=_("Note what a customer needs; shown on the card and with every quote."),
        epilog="crmcli contact require 00056 'a certificate with each reel'",
    )(require)  # fmt: skip
    app.command(
        "preferences", help=_("What a customer likes and needs."), epilog="crmcli contact preferences 00056 --ended"
    )(list_preferences)
    app.command(
        "end", help=_("Let one preference or need hold no more."), epilog="crmcli contact end 00056 3 --on 2026-06-30"
    )(end)


def prefer(
    context: typer.Context,
    customer: CustomerArgument,
    text: _TextArgument,
    on: OnOption = None,
    source: _SourceOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Note what a customer likes."""
    _note(context, customer, "preference", text, on, source, dry_run=dry_run)


def require(
    context: typer.Context,
    customer: CustomerArgument,
    text: _TextArgument,
    on: OnOption = None,
    source: _SourceOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Note what a customer needs."""
    _note(context, customer, "need", text, on, source, dry_run=dry_run)


def list_preferences(
    context: typer.Context,
    customer: CustomerArgument,
    ended: Annotated[bool, typer.Option("--ended", help=_("also those that hold no more"))] = False,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """What a customer likes and needs."""
    from crmcli.reports.preferences import preference_table

    state = session(context)
    with state.reading() as con:
        day = state.today if as_of == "today" else options.settle_day(as_of, con, state)
        table = preference_table(con, customer, as_of=day, ended=ended)
    show(table, format=format, output=output)


def end(
    context: typer.Context,
    customer: CustomerArgument,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help=_("as in: crmcli contact preferences CUSTOMER"))],
    on: OnOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Let one preference or need hold no more."""
    from crmcli.reports.lookup import find_party
    from crmcli.store.contacts.preferences import end_preference

    state = session(context)
    day = day_of(on, state)

    def do(writer: Writer) -> tuple[Party, Preference]:
        party = find_party(writer.con, customer)
        return party, end_preference(writer, party.id, number, ended_on=day)

    (party, ended), step = stepped(state, "contact", dry_run=dry_run, do=do)
    say(_("Holds no more for %(name)s: %(text)s") % {"name": party.name, "text": ended.text})
    told(step, dry_run=dry_run)


def _note(
    context: typer.Context, customer: str, kind: str, text: str, on: str | None, source: str | None, *, dry_run: bool
) -> None:
    from crmcli.reports.lookup import find_party
    from crmcli.store.contacts.preferences import note_preference

    state = session(context)
    day = day_of(on, state)

    def do(writer: Writer) -> tuple[Party, int]:
        party = find_party(writer.con, customer)
        return party, note_preference(writer, party.id, kind=kind, text=text, noted_on=day, source=source)

    (party, number), step = stepped(state, "contact", dry_run=dry_run, do=do)
    said = (
        _("Noted for %(name)s as number %(number)s, a need: %(text)s")
        if kind == "need"
        else _("Noted for %(name)s as number %(number)s, a preference: %(text)s")
    )
    say(said % {"name": party.name, "number": number, "text": " ".join(text.split())})
    told(step, dry_run=dry_run)
