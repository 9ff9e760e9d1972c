"""`crmcli plan add|close|template`: one more step, an end before its time, and what plans are made from."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, keeping, told
from crmcli.cli.plans.options import PlanArgument, made_tables
from crmcli.cli.program import program
from crmcli.cli.selling import OnOption, day_of, put_document
from crmcli.cli.session import session, show
from crmcli.language import gettext as _

app = program()


@app.command(
    "add",
    help=_("Put one more step into a plan."),
    epilog='crmcli plan add P-2026-0001 "2026-12-10 visit 60min: new catalogue"',
)
def add(
    context: typer.Context,
    number: PlanArgument,
    steps: Annotated[list[str], typer.Argument(metavar="STEP…", help=_('such as "2026-12-10 visit 60min: subject"'))],
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Put one more step into a plan."""
    from crmcli.cli.plans.doing import settled
    from crmcli.cli.plans.typed import parse_step
    from crmcli.store.journal import begin, finish
    from crmcli.store.plans.making import add_steps
    from crmcli.store.plans.rows import find_plan, find_steps

    state, touches = session(context), [parse_step(step) for step in steps]
    with keeping(state, dry_run=dry_run) as con:
        writer, plan = begin(con), find_plan(con, number)
        places = add_steps(writer, plan, touches, today=state.today)
        step = finish(writer, now=state.now, kind="plan", command=state.command)
        table = settled(con, find_steps(con, [f"{plan.plan_no}/{place}" for place in places]), state.today)
        show(table, format=format, output=output)
    told(step, dry_run=dry_run)


@app.command("close", help=_("End a plan before its time; what is still open in it is dropped."),
             epilog='crmcli plan close P-2026-0001 --note "sold their firm"')  # fmt: skip
def close(
    context: typer.Context,
    number: PlanArgument,
    on: OnOption = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help=_("why"))] = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """End a plan before its time; what is still open in it is dropped."""
    from crmcli.store.journal import begin, finish
    from crmcli.store.plans.making import close_plan
    from crmcli.store.plans.rows import find_plan

    state = session(context)
    with keeping(state, dry_run=dry_run) as con:
        writer = begin(con)
        plan = find_plan(con, number)
        close_plan(writer, plan, on=day_of(on, state), reason=(note or "").strip() or None)
        step = finish(writer, now=state.now, kind="plan", command=state.command)
        show(made_tables(con, state, plan.id)[0], format=format, output=output)
    told(step, dry_run=dry_run)


@app.command("template", help=_("The template of a level as TOML, to start an own one."),
             epilog="crmcli plan template partnership --output ours.toml")  # fmt: skip
def template(
    level: Annotated[
        str, typer.Argument(metavar="LEVEL", help=_("basic, reactive, accountable, proactive or partnership"))
    ],
    output: options.OutputOption = None,
) -> None:
    """The template of a level as TOML, to start an own one."""
    from crmcli.rules.plans.template import ready_template, written_template

    put_document(written_template(ready_template(level)).encode(), "toml", output)
