"""`crmcli plan done|skip|move`: settle steps of plans, or give them another day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, keeping, told
from crmcli.cli.plans.options import StepArgument
from crmcli.cli.program import program
from crmcli.cli.selling import OnOption, day_of
from crmcli.cli.session import Session, session, show
from crmcli.cli.typed import manager_named, parse_amount
from crmcli.errors import UsageError
from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import duckdb

    from crmcli.store.plans.rows import PlanStep
    from crmcli.store.plans.steps import Doing

app = program()
_MOST_MINUTES = 10_000
_STEPS = (
    Column("step", N_("Step"), Kind.CODE),
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("channel", N_("Channel"), Kind.LEVEL),
    Column("subject", N_("Subject"), Kind.TEXT),
    Column("due_on", N_("Due on"), Kind.DATE),
    Column("state", N_("State"), Kind.LEVEL),
    Column("done_on", N_("Done on"), Kind.DATE),
    Column("next_due_on", N_("Next on"), Kind.DATE),
)
StepsArgument = Annotated[
    list[str], typer.Argument(metavar="STEP…", help=_("plan and step, such as P-2026-0001/3; several at once"))
]


@app.command("done", help=_("Mark steps as done, and keep the contact that did them."),
             epilog='crmcli plan done P-2026-0001/3 --minutes 15 --outcome "wants the new catalogue"')  # fmt: skip
def done(
    context: typer.Context,
    steps: StepsArgument,
    on: OnOption = None,
    minutes: Annotated[
        str | None, typer.Option("--minutes", metavar="N", help=_("what each took; as planned unless said"))
    ] = None,
    outcome: Annotated[str | None, typer.Option("--outcome", metavar="TEXT", help=_("what came of it"))] = None,
    manager: Annotated[
        str | None,
        typer.Option("--manager", "-m", metavar="MANAGER", help=_("who did it; the customer's own unless said")),
    ] = None,
    no_contact: Annotated[
        bool, typer.Option("--no-contact", help=_("keep no contact, as one was noted already"))
    ] = False,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Mark steps as done, and keep the contact that did them."""
    from dataclasses import replace

    from crmcli.store.journal import begin, finish
    from crmcli.store.plans.rows import find_steps
    from crmcli.store.plans.steps import do_steps

    state = session(context)
    asked = _doing(state, on, minutes, outcome, contact=not no_contact)
    with keeping(state, dry_run=dry_run) as con:
        writer, found = begin(con), find_steps(con, steps)
        manager_id = manager_named(con, manager)
        do_steps(writer, found, replace(asked, manager_id=manager_id))
        step = finish(writer, now=state.now, kind="plan", command=state.command)
        table = settled(con, found, state.today)
        show(table, format=format, output=output)
    told(step, dry_run=dry_run)


@app.command(
    "skip", help=_("Mark steps as not to be done."), epilog='crmcli plan skip P-2026-0001/4 --reason "on holiday"'
)
def skip(
    context: typer.Context,
    steps: StepsArgument,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("why"))],
    on: OnOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Mark steps as not to be done."""
    from crmcli.store.journal import begin, finish
    from crmcli.store.plans.rows import find_steps
    from crmcli.store.plans.steps import skip_steps

    state = session(context)
    with keeping(state, dry_run=dry_run) as con:
        writer, found = begin(con), find_steps(con, steps)
        skip_steps(writer, found, on=_past(on, state), reason=reason)
        step = finish(writer, now=state.now, kind="plan", command=state.command)
        table = settled(con, found, state.today)
        show(table, format=format, output=output)
    told(step, dry_run=dry_run)


@app.command("move", help=_("Give a step another day; with --follow later ones of its channel move along."),
             epilog="crmcli plan move P-2026-0001/5 2026-12-17 --follow")  # fmt: skip
def move(
    context: typer.Context,
    step: StepArgument,
    to: Annotated[str, typer.Argument(metavar="DATE", help=_("its new day"))],
    follow: Annotated[
        bool, typer.Option("--follow", help=_("open steps of the same channel after it move by as many days"))
    ] = False,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help=_("the day this was decided; today unless said"))
    ] = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Give a step another day; with --follow later ones of its channel move along."""
    from crmcli.store.journal import begin, finish
    from crmcli.store.plans.making import require_within
    from crmcli.store.plans.rows import find_plan, find_steps
    from crmcli.store.plans.steps import move_step

    state, due_on = session(context), options.parse_day(to)
    with keeping(state, dry_run=dry_run) as con:
        writer = begin(con)
        (found,) = find_steps(con, [step])
        plan = find_plan(con, found.plan_no)
        require_within(due_on, plan.from_on, plan.last_on)
        moved = move_step(writer, found, due_on, on=_past(on, state), until=plan.last_on, follow=follow)
        written = finish(writer, now=state.now, kind="plan", command=state.command)
        table = settled(con, [one.step for one in moved], state.today)
        show(table, format=format, output=output)
    told(written, dry_run=dry_run)


def settled(con: duckdb.DuckDBPyConnection, steps: Sequence[PlanStep], day: dt.date) -> Table:
    """Steps as they stand after a command, in its order, each with the next open day of its plan."""
    from crmcli.reports.plans.sheet import steps_now

    found = {row[0]: row for row in steps_now(con, [step.id for step in steps], day)}
    return Table("plan_steps", _("Steps"), _STEPS, ListRows([found[step.name] for step in steps if step.name in found]))


def _doing(state: Session, on: str | None, minutes: str | None, outcome: str | None, *, contact: bool) -> Doing:
    """How steps were done, as typed."""
    import datetime as dt

    from crmcli.store.plans.steps import Doing

    day = _past(on, state)
    took = parse_amount(minutes, "--minutes") if minutes is not None else None
    if took is not None and not 0 <= took <= _MOST_MINUTES:
        raise UsageError(_("--minutes makes no sense"))
    at = state.now if day == state.today else dt.datetime.combine(day, dt.time())
    return Doing(day, at, took, (outcome or "").strip() or None, contact=contact)


def _past(on: str | None, state: Session) -> dt.date:
    """A day as typed, today without one.

    Raises:
        UsageError: It is to come.
    """
    day = day_of(on, state)
    if day > state.today:
        raise UsageError(_("%(day)s is to come: what is not done yet cannot be noted") % {"day": day.isoformat()})
    return day
