"""`crmcli touch`: a call, a visit, a mail or another touch with a customer, quick to type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.contacts.options import CustomerArgument
from crmcli.cli.keeping import DryRunOption, stepped, told
from crmcli.cli.program import program
from crmcli.cli.session import say, session
from crmcli.cli.typed import amount, tidy
from crmcli.language import gettext as _
from crmcli.settings import chosen

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    import duckdb

    from crmcli.reports.lookup import Party
    from crmcli.store.contacts.touches import Touch
    from crmcli.store.journal import Writer

app = program()


@dataclass(frozen=True, slots=True)
class _Typed:
    """A touch as typed, read as far as it goes without the store."""

    kind: str
    channel: str
    direction: str
    at: dt.datetime
    minutes: Decimal | None
    subject: str | None
    outcome: str | None
    campaign: str | None
    manager: str | None


@app.command(
    help=_("Note a touch with a customer: a call unless said otherwise; first letters are enough."),
    epilog="crmcli touch 00056 visit --minutes 40 --outcome 'asked for price' --at 'yesterday 14:30'",
)
def touch(
    context: typer.Context,
    customer: CustomerArgument,
    kind: Annotated[
        str,
        typer.Argument(metavar="[KIND]", help=_("call, visit, mail, message, meeting, offer, follow_up or complaint")),
    ] = "call",
    incoming: Annotated[
        bool, typer.Option("--in/--out", help=_("who turned to whom: the customer to us, or we to it"))
    ] = False,
    channel: Annotated[
        str | None,
        typer.Option(
            "--channel",
            metavar="WORD",
            help=_("phone, mail, messenger, visit, site or shop; goes with the kind unless said"),
        ),
    ] = None,
    minutes: options.MinutesOption = None,
    outcome: Annotated[str | None, typer.Option("--outcome", metavar="TEXT", help=_("what came of it"))] = None,
    subject: Annotated[str | None, typer.Option("--subject", metavar="TEXT", help=_("what it was about"))] = None,
    manager: Annotated[
        str | None,
        typer.Option(
            "--manager",
            metavar="CODE",
            help=_("who did it; you (setting me), or who looks after the customer, unless said"),
        ),
    ] = None,
    at: options.AtOption = "now",
    campaign: Annotated[
        str | None, typer.Option("--campaign", metavar="NAME", help=_("campaign it belongs to"))
    ] = None,
    step: Annotated[
        str | None, typer.Option("--step", metavar="PLAN/STEP", help=_("the step of a plan that is done by it"))
    ] = None,
    deal: Annotated[
        str | None, typer.Option("--deal", metavar="DEAL", help=_("the deal it was for, such as DL-2026-0001"))
    ] = None,
    dry_run: DryRunOption = False,
) -> None:
    """Note a touch with a customer."""
    from crmcli.store.contacts.touches import add_touch

    state = session(context)
    typed = _typed(state.now, kind, channel, at, minutes, subject, outcome, campaign, manager, incoming=incoming)

    def do(writer: Writer) -> str:
        party, one, name = _settled(writer.con, customer, typed, deal)
        add_touch(writer, one, step=step)
        return _sentence(writer.con, party, one, name, day=state.today)

    sentence, done = stepped(state, "touch", dry_run=dry_run, do=do)
    say(sentence)
    told(done, dry_run=dry_run)


def _typed(
    now: dt.datetime,
    kind: str,
    channel: str | None,
    at: str,
    minutes: str | None,
    subject: str | None,
    outcome: str | None,
    campaign: str | None,
    manager: str | None,
    *,
    incoming: bool,
) -> _Typed:
    """Everything that can be read before the store is opened.

    Raises:
        UsageError: Which cannot be read.
    """
    from crmcli.errors import UsageError
    from crmcli.intake.entities import entity, levels, normal_word
    from crmcli.rules.contacts.touching import CHANNELS, kind_of, moment_of

    fields = entity("interactions").fields
    settled = kind_of(kind, levels("interactions", fields["kind"]))
    ways = levels("interactions", fields["channel"])
    took = amount(minutes, "--minutes")
    if took is not None and took < 0:
        raise UsageError(_("%(name)s cannot be below zero") % {"name": "--minutes"})
    way = ways.get(normal_word(channel), channel.strip().lower()) if channel and channel.strip() else CHANNELS[settled]
    return _Typed(
        settled, way, "in" if incoming else "out", moment_of(at, now), took, tidy(subject), tidy(outcome), tidy(campaign),
        manager or chosen("me") or None,
    )  # fmt: skip


def _settled(
    con: duckdb.DuckDBPyConnection, customer: str, typed: _Typed, deal: str | None
) -> tuple[Party, Touch, str | None]:
    """Whom it was with, the touch, and the name of who did it."""
    from crmcli.reports.lookup import find_party
    from crmcli.store.contacts.touches import Touch, own_manager
    from crmcli.store.managers.managers import find_manager

    party = find_party(con, customer)
    if typed.manager:
        number, found = find_manager(con, typed.manager)
        who: tuple[int, str] | None = (number, found.name)
    else:
        who = own_manager(con, party.id)
    one = Touch(
        party.id, typed.at, typed.channel, typed.direction, who[0] if who else None, typed.kind, typed.subject, typed.minutes,
        typed.outcome, typed.campaign, _deal_of(con, party, deal),
    )  # fmt: skip
    return party, one, who[1] if who else None


def _deal_of(con: duckdb.DuckDBPyConnection, party: Party, word: str | None) -> int | None:
    """The deal a touch was for.

    Raises:
        NotFoundError: There is none.
        ConflictError: It is another customer's.
    """
    from crmcli.errors import ConflictError
    from crmcli.store.deals.rows import find_deal

    if word is None:
        return None
    found = find_deal(con, word)
    if found.customer_id not in (None, party.id):
        raise ConflictError(_("deal %(number)s is another customer's") % {"number": found.opportunity_no})
    return found.id


def _sentence(con: duckdb.DuckDBPyConnection, party: Party, one: Touch, name: str | None, *, day: dt.date) -> str:
    """What was noted, and when the customer is next due."""
    from crmcli.numbers import cell
    from crmcli.reports.next_due import next_due
    from crmcli.table import Kind

    words = [
        f"{party.name} ({party.code})", _(one.kind.replace("_", " ")), _(one.direction), cell(one.at, Kind.MOMENT),
        _("%(minutes)s min") % {"minutes": cell(one.minutes, Kind.QUANTITY)} if one.minutes is not None else None,
        name, one.subject, one.outcome,
    ]  # fmt: skip
    noted = _("Noted: %(what)s") % {"what": ", ".join(word for word in words if word)}
    return f"{noted}; {next_due(con, party.id, day=day)}"
