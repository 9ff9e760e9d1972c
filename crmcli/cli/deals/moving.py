"""`crmcli deal move|hold|resume`: a deal goes on, or waits; each is one step that can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.deals.options import (
    DealArgument,
    NoteOption,
    OnOption,
    past_day,
    require_running,
)
from crmcli.cli.deals.step import change
from crmcli.cli.keeping import DryRunOption
from crmcli.cli.program import program
from crmcli.cli.session import session
from crmcli.cli.typed import manager_of, tidy
from crmcli.errors import ConflictError, UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from crmcli.reports.deals.standing import Standing
    from crmcli.store.deals.rows import Deal
    from crmcli.store.journal import Writer

app = program()


@app.command("move", help=_("Move a deal to another stage; first letters of it are enough."),
             epilog="crmcli deal move DL-2026-0001 proposal --note 'wants it by Christmas'")  # fmt: skip
def move(
    context: typer.Context,
    number: DealArgument,
    stage: Annotated[str, typer.Argument(metavar="STAGE", help=_("its name, its first letters, or its number"))],
    on: OnOption = None,
    note: NoteOption = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="MANAGER", help=_("who did it; you (setting me) unless said"))
    ] = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Move a deal to another stage."""
    from crmcli.rules.deals.stages import HOLD, LOST, OPEN, WON
    from crmcli.store.deals.moving import Move, move_deal
    from crmcli.store.deals.stages import find_stage

    state = session(context)
    day = past_day(on, state)

    def do(writer: Writer, deal: Deal, found: Standing) -> None:
        require_running(deal, found)
        to = find_stage(writer.con, stage)
        words = {"deal": deal.opportunity_no, "stage": to.name}
        if to.outcome == WON:
            raise UsageError(_("stage %(stage)s is for deals won") % words, f"crmcli deal win {deal.opportunity_no}")
        if to.outcome == LOST:
            hint = f"crmcli deal lose {deal.opportunity_no} --reason WHY --competitor WHO|none"
            raise UsageError(_("stage %(stage)s is for deals lost, which have a reason") % words, hint)
        if (deal.stage or "").strip().casefold() == to.name.casefold():
            if found.outcome == HOLD:
                raise ConflictError(
                    _("deal %(deal)s is in %(stage)s, on hold") % words, f"crmcli deal resume {deal.opportunity_no}"
                )
            raise ConflictError(_("deal %(deal)s is in %(stage)s already") % words)
        who = manager_of(writer.con, by) or deal.manager_id
        move_deal(writer, deal, Move(to.name, OPEN, day, who, tidy(note)))

    change(state, number, day, do, dry_run=dry_run, format=format, output=output)


@app.command("hold", help=_("Put a deal on hold: it stays in its stage, and in no forecast."),
             epilog="crmcli deal hold DL-2026-0001 --note 'budget frozen until spring'")  # fmt: skip
def hold(
    context: typer.Context,
    number: DealArgument,
    on: OnOption = None,
    note: NoteOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Put a deal on hold."""
    from crmcli.rules.deals.stages import HOLD
    from crmcli.store.deals.moving import hold_deal

    state = session(context)
    day = past_day(on, state)

    def do(writer: Writer, deal: Deal, found: Standing) -> None:
        require_running(deal, found)
        if found.outcome == HOLD:
            raise ConflictError(_("deal %(deal)s is on hold already") % {"deal": deal.opportunity_no})
        hold_deal(writer, deal, day, note=tidy(note))

    change(state, number, day, do, dry_run=dry_run, format=format, output=output)


@app.command("resume", help=_("Go on with a deal that was on hold, or open one again that was over."),
             epilog="crmcli deal resume DL-2026-0001 negotiation")  # fmt: skip
def resume(
    context: typer.Context,
    number: DealArgument,
    stage: Annotated[
        str | None, typer.Argument(metavar="[STAGE]", help=_("where it goes on; where it was unless said"))
    ] = None,
    on: OnOption = None,
    note: NoteOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Go on with a deal."""
    from crmcli.rules.deals.stages import OPEN
    from crmcli.store.deals.moving import last_open_stage, resume_deal
    from crmcli.store.deals.stages import find_stage

    state = session(context)
    day = past_day(on, state)

    def do(writer: Writer, deal: Deal, found: Standing) -> None:
        words = {"deal": deal.opportunity_no}
        if found.outcome == OPEN:
            raise ConflictError(_("deal %(deal)s is open already") % words)
        where = stage or (last_open_stage(writer, deal) if found.is_over else deal.stage)
        if not where:
            raise UsageError(
                _("say the stage where deal %(deal)s goes on") % words,
                f"crmcli deal resume {deal.opportunity_no} STAGE",
            )
        to = find_stage(writer.con, where)
        if to.outcome != OPEN:
            raise UsageError(
                _("stage %(stage)s ends a deal: say one where it goes on") % {"stage": to.name},
                f"crmcli deal resume {deal.opportunity_no} STAGE",
            )
        resume_deal(writer, deal, to.name, day, ended=found.outcome if found.is_over else None, note=tidy(note))

    change(state, number, day, do, dry_run=dry_run, format=format, output=output)
