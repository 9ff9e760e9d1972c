"""`crmcli manager handover`: what one manager has passes to another, with everything open."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, stepped, told
from crmcli.cli.program import program
from crmcli.cli.session import say, session, show
from crmcli.errors import ConflictError, UsageError
from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.numbers import cell
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    import datetime as dt

    import duckdb

    from crmcli.store.journal import Writer
    from crmcli.store.managers.handover import Handover, Passed
    from crmcli.store.managers.managers import Manager

app = program()

_COLUMNS = (
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("account", N_("Account"), Kind.LEVEL, words=("yes", "no")),
    Column("deals", N_("Deals"), Kind.COUNT),
    Column("deals_amount", N_("Deals' amount"), Kind.MONEY),
    Column("tickets", N_("Tickets"), Kind.COUNT),
    Column("steps", N_("Plan steps"), Kind.COUNT),
    Column("lacking", N_("Not matched"), Kind.TEXT),
)
_LOAD = (
    Column("manager", N_("Manager"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("capacity_hours", N_("Hours a month"), Kind.QUANTITY),
    Column("hours_before", N_("Hours"), Kind.QUANTITY),
    Column("load_before", N_("Load"), Kind.SHARE),
    Column("hours_after", N_("Hours then"), Kind.QUANTITY),
    Column("load_after", N_("Load then"), Kind.SHARE, bar=True),
)


@app.command(
    "handover",
    help=_(
        "Hand over what a manager has to another: accounts, open deals, open tickets, steps of plans still to be done."
    ),
    epilog="crmcli manager handover M05 --to M06 --reason 'leaves the firm' --dry-run",
)
def handover(
    context: typer.Context,
    giver: Annotated[str, typer.Argument(metavar="FROM", help=_("code or name of who hands over"))],
    to: Annotated[str, typer.Option("--to", metavar="CODE", help=_("code or name of who receives"))],
    only: Annotated[
        str | None,
        typer.Option("--only", metavar="PARTS", help=_("some of: accounts, deals, tickets, steps; comma between")),
    ] = None,
    customer: Annotated[
        list[str] | None,
        typer.Option("--customer", metavar="CUSTOMER", help=_("only what is this customer's; can be repeated")),
    ] = None,
    cascade: Annotated[bool, typer.Option("--cascade", help=_("managers under FROM go under the other, too"))] = False,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help=_("why; kept in the journal"))] = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Hand over what a manager has to another."""
    from crmcli.metrics.catalogue import install
    from crmcli.reports.lookup import find_party
    from crmcli.store.managers.handover import Handover, hand_over, parts_named
    from crmcli.store.managers.managers import find_manager

    del reason  # the journal keeps the command with it
    state, parts = session(context), parts_named(only)

    def do(writer: Writer) -> tuple[Handover, list[Passed], list[str], Table]:
        con = writer.con
        install(con, "open_tickets( deals_on(")
        customers = tuple(find_party(con, word).id for word in customer) if customer else None
        terms = Handover(
            find_manager(con, giver), find_manager(con, to), parts, customers, state.today, cascade, state.now
        )
        if terms.giver[0] == terms.receiver[0]:
            raise UsageError(_("who hands over and who receives are the same"))
        if not terms.receiver[1].is_active:
            hint = _("To make them active: crmcli manager edit CODE --active")
            raise ConflictError(_("%(name)s is not active") % {"name": terms.receiver[1].name}, hint)
        before = _hours(con, terms, state.today)
        passed, moved = hand_over(writer, terms)
        return terms, passed, moved, _loads(terms, before, _hours(con, terms, state.today))

    (terms, passed, moved, loads), step = stepped(state, "handover", dry_run=dry_run, do=do)
    with state.reading() as con:
        table = _table(con, terms, passed, moved, loads, options.currency(con))
        show(table, format=format, output=output)
    _warn(loads)
    told(step, dry_run=dry_run)


def _hours(con: duckdb.DuckDBPyConnection, terms: Handover, day: dt.date) -> dict[int, Decimal]:
    """Hours a month of the two managers' accounts, as the report workload counts them."""
    from crmcli.reports.managers.hours import planned_hours

    found = planned_hours(con, day)
    return {number: found.get(number, Decimal(0)) for number in (terms.giver[0], terms.receiver[0])}


def _loads(terms: Handover, before: dict[int, Decimal], after: dict[int, Decimal]) -> Table:
    rows = [
        (
            one.code,
            one.name,
            one.capacity_hours,
            before[number],
            _share(before[number], one),
            after[number],
            _share(after[number], one),
        )
        for number, one in (terms.giver, terms.receiver)
    ]
    return Table("loads", _("Loads now and then"), _LOAD, ListRows(rows))


def _share(hours: Decimal, manager: Manager) -> float | None:
    return float(hours / manager.capacity_hours) if manager.capacity_hours else None


def _table(
    con: duckdb.DuckDBPyConnection, terms: Handover, passed: list[Passed], moved: list[str], loads: Table, currency: str
) -> Table:
    lacking = _lacking(con, terms.receiver[1], [one.customer for one in passed if one.is_account and one.customer])
    rows = [
        (one.customer, one.name or _("(without a customer)"), "yes" if one.is_account else "no", one.deals, one.deals_amount,
         one.tickets, one.steps, lacking.get(one.customer or ""))
        for one in passed
    ]  # fmt: skip
    totals: dict[str, int | Decimal] = {
        "deals": sum(one.deals for one in passed),
        "deals_amount": sum((one.deals_amount for one in passed), Decimal(0)),
        "tickets": sum(one.tickets for one in passed),
        "steps": sum(one.steps for one in passed),
    }
    notes = []
    if moved:
        notes.append(_("Now under %(name)s: %(codes)s.") % {"name": terms.receiver[1].name, "codes": ", ".join(moved)})
    if lacking:
        sentence = ngettext(
            "%(count)s account needs what %(name)s has not.",
            "%(count)s accounts need what %(name)s has not.",
            len(lacking),
        )
        notes.append(sentence % {"count": len(lacking), "name": terms.receiver[1].name})
    empty = _("%(name)s has nothing of that kind to hand over.") % {"name": terms.giver[1].name}
    return Table(
        "handover", _("Handover from %(giver)s to %(receiver)s") % _names(terms), _COLUMNS, ListRows(rows),
        headline=_headline(terms, passed, totals) if passed else None, totals=totals if passed else {}, notes=tuple(notes),
        empty=empty, currency=currency, beside=(loads,),
    )  # fmt: skip


def _names(terms: Handover) -> dict[str, str]:
    return {"giver": terms.giver[1].name, "receiver": terms.receiver[1].name}


def _headline(terms: Handover, passed: list[Passed], totals: dict[str, int | Decimal]) -> str:
    words = {name: cell(count, Kind.COUNT) for name, count in totals.items() if name != "deals_amount"}
    accounts = cell(sum(one.is_account for one in passed), Kind.COUNT)
    sentence = _(
        "To %(receiver)s pass: accounts %(accounts)s, open deals %(deals)s, open tickets %(tickets)s, plan steps %(steps)s."
    )
    return sentence % {**words, **_names(terms), "accounts": accounts}


def _lacking(con: duckdb.DuckDBPyConnection, receiver: Manager, customers: list[str]) -> dict[str, str]:
    """Customer → what it needs that the receiver has not, in words."""
    from crmcli.rules.assigning.fitting import Account, fit
    from crmcli.rules.assigning.fitting import Manager as Fitted
    from crmcli.rules.assigning.lists import words_of
    from crmcli.store.managers.handover import unmatched

    one = Fitted(receiver.code, receiver.name, receiver.role, receiver.region, receiver.skills, receiver.languages)
    found = {}
    for code, skills, languages in unmatched(con, customers):
        account = Account(code, code, skills=words_of(skills), languages=words_of(languages))
        if lacks := fit(account, one).lacks:
            found[code] = ", ".join(lacks)
    return found


def _warn(loads: Table) -> None:
    """That the receiver has more than they can do, on stderr."""
    _code, name, capacity, _before, _load, after, share = loads.rows.fetch()[-1]
    if share is not None and share > 1:
        words = {"name": name, "hours": cell(after - capacity, Kind.QUANTITY), "load": cell(share, Kind.SHARE)}
        say(_("%(name)s is over capacity then: %(hours)s h a month too many (%(load)s)") % words)
