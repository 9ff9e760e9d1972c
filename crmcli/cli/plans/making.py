"""`crmcli keyaccount plan`: make a relationship plan, or show the one there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, keeping, tell_step
from crmcli.cli.plans.options import made_tables, sheet_of
from crmcli.cli.program import program
from crmcli.cli.session import Session, say, session
from crmcli.cli.typed import day, read_text
from crmcli.errors import UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    import datetime as dt

    from crmcli.rules.plans.template import Template

app = program()
_YEAR = 365
_OTHERWISE = "accountable"  # level of a plan where none is said and none can be recommended


@app.command(
    "plan",
    help=_("Make a relationship plan from a template: goals, touches, steps; without options, show the one there is."),
    epilog='crmcli keyaccount plan 00056 --level partnership --goal revenue=500000 --touch "call every 30d 20min: needs"',
)
def plan(
    context: typer.Context,
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help=_("code, name, tax id or e-mail"))],
    level: Annotated[
        str | None,
        typer.Option(
            "--level",
            metavar="LEVEL",
            help=_("basic, reactive, accountable, proactive, partnership; else as recommended"),
        ),
    ] = None,
    template: Annotated[
        str | None, typer.Option("--template", metavar="FILE", help=_("an own template, see crmcli plan template"))
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help=_("its first day; today unless said"))
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help=_("its last day; a year unless said"))
    ] = None,
    goal: Annotated[
        list[str] | None,
        typer.Option("--goal", metavar="GOAL", help=_("revenue=500000; instead of the template's; can be repeated")),
    ] = None,
    touch: Annotated[
        list[str] | None,
        typer.Option(
            "--touch",
            metavar="TOUCH",
            help=_('"call every 30d 20min: subject", instead of the template\'s by that channel; can be repeated'),
        ),
    ] = None,
    step: Annotated[
        list[str] | None,
        typer.Option("--step", metavar="STEP", help=_('"2026-12-10 visit: subject"; can be repeated')),
    ] = None,
    bare: Annotated[bool, typer.Option("--bare", help=_("only what is said here, nothing of the template"))] = False,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help=_("in your own words"))] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help=_("close the plan there is on the new one's first day"))
    ] = False,
    dry_run: DryRunOption = False,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Make a relationship plan, or show the one there is."""
    from crmcli.cli.plans.typed import parse_all
    from crmcli.cli.sheets import show_all
    from crmcli.reports.lookup import find_party
    from crmcli.reports.plans.drafting import Wish, draft
    from crmcli.reports.relationships.relating import recommended_level
    from crmcli.rules.plans.template import ready_template
    from crmcli.store.journal import begin, finish
    from crmcli.store.plans.making import make_plan
    from crmcli.store.plans.rows import live_plan

    state = session(context)
    said = any((level, template, since, until, goal, touch, step, bare, note, replace, dry_run))
    if not said:
        with state.reading() as con:
            on = options.settled_day(as_of, con, state)
            if as_of != "today" or live_plan(con, find_party(con, customer).id, on) is not None:
                show_all(sheet_of(con, customer, on), format=format, output=output)
                return
    if as_of != "today":
        raise UsageError(_("--as-of is for showing a plan; a new one begins on --from"))
    goals, touches, steps = parse_all(goal or (), touch or (), step or ())
    from_on, to_on = _days(since, until, state)
    own = _own_template(template, level)
    with keeping(state, dry_run=dry_run) as con:
        party = find_party(con, customer)
        recommended = None if own else recommended_level(con, party.id, state.today)
        chosen = own or ready_template(recommended or _OTHERWISE)
        wish = Wish(chosen, from_on, to_on, goals, touches, steps, bare=bare, note=(note or "").strip() or None)
        writer = begin(con)
        made = make_plan(writer, draft(con, party.id, wish, state.today), today=state.today, replace=replace)
        kept = finish(writer, now=state.now, kind="plan", command=state.command)
        show_all(
            made_tables(con, state, made.plan_id), format=format, output=output
        )  # what cannot be shown is not kept
    if own is None:
        say(_told_level(recommended))
    if made.replaced:
        words = {"old": made.replaced, "day": from_on.isoformat(), "plan": made.plan_no}
        say(_("%(old)s ends on %(day)s, the first day of %(plan)s") % words)
    tell_step(None if dry_run else kept)


def _days(since: str | None, until: str | None, state: Session) -> tuple[dt.date, dt.date]:
    """First and last day; a year unless said."""
    import datetime as dt

    first, last = day(since) or state.today, day(until)
    if last is None:
        last = dt.date.max if dt.date.max - first < dt.timedelta(_YEAR) else first + dt.timedelta(_YEAR - 1)
    return first, last


def _own_template(file: str | None, level: str | None) -> Template | None:
    """The template of a file or of a level; None where neither is said.

    Raises:
        UsageError: No such level, or a file that cannot be read.
    """
    from dataclasses import replace

    from crmcli.rules.plans.template import level_of, read_template, ready_template

    if file is not None:
        found = read_template(read_text(file), file)
        return replace(found, level=level_of(level)) if level else found
    return ready_template(level) if level else None


def _told_level(level: str | None) -> str:
    if level is None:
        sentence = _("No level can be recommended yet, so the plan is for %(level)s; choose one with --level")
        return sentence % {"level": _(_OTHERWISE)}
    return _("Level as report relationships recommends it: %(level)s") % {"level": _(level)}
