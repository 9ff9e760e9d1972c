"""`crmcli keyaccount select|list|history|pick|picks`: who is chosen, by the rule and by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, stepped, tell_step, told
from crmcli.cli.program import program
from crmcli.cli.segments.asking import all_rules
from crmcli.cli.session import say, session, show
from crmcli.cli.typed import day
from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.numbers import cell
from crmcli.table import Kind

if TYPE_CHECKING:
    from crmcli.reports.lookup import Party
    from crmcli.store.journal import Writer
    from crmcli.table import Table

app = program()

_SIDES = ("in", "out", "rule")


@app.command(
    "select",
    help=_("Choose the key accounts by the rule, and keep who comes in and who leaves."),
    epilog="crmcli keyaccount select --dry-run",
)
def select_accounts(
    context: typer.Context,
    as_of: options.AsOfOption = "today",
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Choose the key accounts by the rule, and keep who comes in and who leaves."""
    from crmcli.reports.keys.facts import read_rule_text
    from crmcli.reports.keys.selecting import select
    from crmcli.store.keys.rules import rule_in_force
    from crmcli.store.keys.stays import keep_selection

    state = session(context)

    def keep(writer: Writer) -> Table:
        con = writer.con
        on, rules = options.settle_day(as_of, con, state), all_rules(con)
        if on > state.today and not dry_run:
            message = _("%(day)s has not come yet; key accounts are chosen by what is known")
            raise UsageError(message % {"day": cell(on, Kind.DATE)}, _("look without keeping: --dry-run"))
        version = rule_in_force(con, on)
        rule = read_rule_text(version.rule, rules)
        found = select(con, rule, rules, as_of=on, currency=options.currency(con), version=version)
        if not dry_run:
            keep_selection(writer, found.members, found.leaving, as_of=on)
        return found.table

    table, step = stepped(state, "keyaccount", dry_run=dry_run, do=keep)
    show(table, format=format, output=output)
    if dry_run:
        tell_step(None)
    else:
        told(step, dry_run=False)


@app.command(
    "list", help=_("Who is a key account, since when and why."), epilog="crmcli keyaccount list --as-of 2026-01-31"
)
def list_accounts(
    context: typer.Context,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Who is a key account, since when and why."""
    from crmcli.reports.keys.listing import members_listed

    state = session(context)
    with state.reading() as con:
        on = options.settle_day(as_of, con, state)
        show(members_listed(con, as_of=on, currency=options.currency(con)), format=format, output=output)


@app.command("history", help=_("Who came in and who left, by day."), epilog="crmcli keyaccount history 00056")
def history(
    context: typer.Context,
    customer: Annotated[
        str | None, typer.Argument(metavar="CUSTOMER", help=_("a code, a tax id, an e-mail address or a name"))
    ] = None,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Who came in and who left, by day."""
    from crmcli.reports.keys.listing import history_listed
    from crmcli.reports.lookup import find_party

    state = session(context)
    with state.reading() as con:
        party = find_party(con, customer) if customer is not None else None
        on = options.settle_day(as_of, con, state)
        show(history_listed(con, as_of=on, party=party), format=format, output=output)


@app.command("pick", help=_("Pick a customer in or out by hand, or leave them to the rule again."),
             epilog="crmcli keyaccount pick 00056 in --reason 'opens doors in the north' --until 2026-12-31")  # fmt: skip
def pick(
    context: typer.Context,
    customer: Annotated[
        str, typer.Argument(metavar="CUSTOMER", help=_("a code, a tax id, an e-mail address or a name"))
    ],
    side: Annotated[str, typer.Argument(metavar="in|out|rule", help=_("in, out, or as the rule says"))],
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help=_("why; for in and out"))] = None,
    since: Annotated[str | None, typer.Option("--from", metavar="DATE", help=_("first day; today if not said"))] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help=_("last day; until changed if not said"))
    ] = None,
    dry_run: DryRunOption = False,
) -> None:
    """Pick a customer in or out by hand, or leave them to the rule again."""
    from crmcli.reports.lookup import find_party
    from crmcli.store.keys.picks import Pick, end_pick, write_pick

    state, word = session(context), side.strip().lower()
    if word not in _SIDES:
        raise UsageError(_("a customer is picked in, out, or left to the rule"), nearest(word, list(_SIDES)))
    why = " ".join((reason or "").split())
    if word != "rule" and not why:
        raise UsageError(_("say why: --reason TEXT"), _("whoever reads the list next year will want to know"))
    first, last = day(since) or state.today, day(until)
    if last is not None and (word == "rule" or last < first):
        raise UsageError(_("--until is the last day of a pick, and not before its first"))

    def keep(writer: Writer) -> tuple[Party, bool]:
        party = find_party(writer.con, customer)
        if word == "rule":
            return party, end_pick(writer, party.id, first)
        return party, write_pick(writer, Pick(party.id, word, first, last, why))

    (party, is_new), step = stepped(state, "keyaccount", dry_run=dry_run, do=keep)
    if is_new:
        words = {"name": party.name, "code": party.code, "day": cell(first, Kind.DATE)}
        sentence = {
            "in": _("%(name)s (%(code)s) is picked in from %(day)s on"),
            "out": _("%(name)s (%(code)s) is picked out from %(day)s on"),
            "rule": _("%(name)s (%(code)s) is left to the rule from %(day)s on"),
        }[word]
        say(f"{sentence % words}. {_('It takes effect with: crmcli keyaccount select')}")
    told(step, dry_run=dry_run)


@app.command("picks", help=_("Who is picked by hand."), epilog="crmcli keyaccount picks")
def picks(
    context: typer.Context,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Who is picked by hand."""
    from crmcli.reports.keys.listing import picks_listed

    state = session(context)
    with state.reading() as con:
        show(picks_listed(con, as_of=options.settle_day(as_of, con, state)), format=format, output=output)
