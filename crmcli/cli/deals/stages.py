"""`crmcli deal stages`: the steps of a deal, listed, written anew from a file, or one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, stepped, told
from crmcli.cli.program import program
from crmcli.cli.session import session, show
from crmcli.cli.typed import read_text
from crmcli.errors import ConflictError, UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.store.journal import Writer
    from crmcli.table import Table

app = program(help=_("The stages of deals: order, outcome, chance, and after how many days a deal is rotting."))
_NameArgument = Annotated[str, typer.Argument(metavar="STAGE", help=_("its name"))]
_OutcomeOption = Annotated[str | None, typer.Option("--outcome", metavar="WORD", help=_("open, won or lost"))]
_ChanceOption = Annotated[
    str | None,
    typer.Option(
        "--probability", metavar="P", help=_("chance of winning from there, such as 40%; used until history tells")
    ),
]
_RotOption = Annotated[
    str | None,
    typer.Option(
        "--rot-days", metavar="N", help=_("days after which a deal in it is rotting; empty: learned from history")
    ),
]
_AfterOption = Annotated[str | None, typer.Option("--after", metavar="STAGE", help=_("the stage it comes behind"))]


@app.command("list", help=_("All stages with the deals in them."), epilog="crmcli deal stages list")
def list_stages(
    context: typer.Context,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """All stages with the deals in them."""
    from crmcli.reports.deals.standing import stages_table

    state = session(context)
    with state.reading() as con:
        on = state.today if as_of == "today" else options.settle_day(as_of, con, state)
        show(stages_table(con, on), format=format, output=output)


@app.command("start", help=_("Begin with a ready set of stages."), epilog="crmcli deal stages start")
def start(
    context: typer.Context,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Begin with a ready set of stages."""
    from crmcli.rules.deals.stages import ready_stages
    from crmcli.store.deals.stages import all_stages, set_stages

    def do(writer: Writer) -> None:
        if all_stages(writer.con):
            raise ConflictError(
                _("there are stages already"), _("To change them: crmcli deal stages edit, or set FILE")
            )
        set_stages(writer, ready_stages())

    _write(context, do, dry_run=dry_run, format=format, output=output)


@app.command("set", help=_("Write all stages anew from a CSV file with name, outcome, probability, rot_days, in their order."),
             epilog="crmcli deal stages set stages.csv")  # fmt: skip
def set_all(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help=_("a CSV file; - reads standard input"))],
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Write all stages anew."""
    from crmcli.rules.deals.stages import read_stages
    from crmcli.store.deals.stages import set_stages

    wanted = read_stages(read_text(file), file)

    def do(writer: Writer) -> None:
        set_stages(writer, wanted)

    _write(context, do, dry_run=dry_run, format=format, output=output)


@app.command(
    "add",
    help=_("Add a stage."),
    epilog="crmcli deal stages add Demo --after Qualified --probability 40% --rot-days 14",
)
def add(
    context: typer.Context,
    name: _NameArgument,
    outcome: _OutcomeOption = None,
    probability: _ChanceOption = None,
    rot_days: _RotOption = None,
    after: _AfterOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Add a stage."""
    from crmcli.rules.deals.stages import OPEN, Stage, read_probability, require_stage
    from crmcli.store.deals.stages import add_stage

    chance = read_probability(probability) if probability else None
    fresh = require_stage(Stage(name, 1, _outcome(outcome) or OPEN, chance, _days(rot_days)))

    def do(writer: Writer) -> None:
        from crmcli.cli.deals.options import ensure_stages

        ensure_stages(writer)
        add_stage(writer, fresh, after=after)

    _write(context, do, dry_run=dry_run, format=format, output=output)


@app.command("edit", help=_("Change a stage; a new name passes on to the deals in it."),
             epilog="crmcli deal stages edit Proposal --probability 55% --rot-days 10")  # fmt: skip
def edit(
    context: typer.Context,
    name: _NameArgument,
    new_name: Annotated[str | None, typer.Option("--name", metavar="NAME", help=_("its new name"))] = None,
    outcome: _OutcomeOption = None,
    probability: _ChanceOption = None,
    rot_days: _RotOption = None,
    place: Annotated[
        int | None, typer.Option("--place", min=1, max=50, metavar="N", help=_("its place, from 1"))
    ] = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Change a stage."""
    from dataclasses import replace

    from crmcli.rules.deals.stages import OPEN, read_probability
    from crmcli.store.deals.stages import edit_stage, find_stage

    if all(one is None for one in (new_name, outcome, probability, rot_days, place)):
        raise UsageError(_("say what to change"), "crmcli deal stages edit --help")

    def do(writer: Writer) -> None:
        old = find_stage(writer.con, name)
        new = replace(old, name=new_name or old.name, stage_no=place or old.stage_no)
        if outcome is not None and (word := _outcome(outcome)) is not None and word != old.outcome:
            new = replace(new, outcome=word, probability=None, rot_days=None if word != OPEN else old.rot_days)
        if probability is not None:
            new = replace(new, probability=read_probability(probability) if probability.strip() else None)
        if rot_days is not None:
            new = replace(new, rot_days=_days(rot_days))
        edit_stage(writer, old, new)

    _write(context, do, dry_run=dry_run, format=format, output=output)


@app.command("remove", help=_("Take a stage out; no deal may be in it."), epilog="crmcli deal stages remove Demo")
def remove(
    context: typer.Context,
    name: _NameArgument,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Take a stage out."""
    from crmcli.store.deals.stages import find_stage, remove_stage

    def do(writer: Writer) -> None:
        remove_stage(writer, find_stage(writer.con, name))

    _write(context, do, dry_run=dry_run, format=format, output=output)


@app.command(
    "adopt",
    help=_("Take over the stages that deals came with and nobody has defined."),
    epilog="crmcli deal stages adopt",
)
def adopt(
    context: typer.Context,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Take over the stages that deals came with."""
    from crmcli.reports.deals.standing import seen_stages
    from crmcli.store.deals.stages import adopted, all_stages, set_stages

    def do(writer: Writer) -> None:
        seen = seen_stages(writer.con)
        if not seen:
            raise ConflictError(_("every stage that deals are in is defined already"))
        set_stages(writer, adopted([stage for _id, stage in all_stages(writer.con)], seen))

    _write(context, do, dry_run=dry_run, format=format, output=output)


def _write(
    context: typer.Context, do: Callable[[Writer], None], *, dry_run: bool, format: str | None, output: str | None
) -> None:
    """One step on the stages, and all of them then."""
    from crmcli.reports.deals.standing import stages_table

    state = session(context)

    def change(writer: Writer) -> Table:
        do(writer)
        return stages_table(writer.con, state.today)

    table, step = stepped(state, "deal stages", dry_run=dry_run, do=change)
    show(table, format=format, output=output)
    told(step, dry_run=dry_run)


def _outcome(word: str | None) -> str | None:
    """An outcome as typed, also as translated."""
    from crmcli.language import messages_read_as
    from crmcli.rules.deals.stages import OUTCOMES

    if word is None:
        return None
    typed = word.strip().lower()
    found = [message for message in (typed, *messages_read_as(typed)) if message in OUTCOMES]
    if not found:
        raise UsageError(
            _("%(text)s is no outcome") % {"text": repr(word)},
            _("one of: %(outcomes)s") % {"outcomes": ", ".join(OUTCOMES)},
        )
    return found[0]


def _days(text: str | None) -> int | None:
    if not text or not text.strip():
        return None
    if not text.strip().isascii() or not text.strip().isdigit() or len(text.strip()) > 5:
        raise UsageError(_("%(text)s is no number of days") % {"text": repr(text)})
    return int(text)
