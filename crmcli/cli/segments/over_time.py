"""Segments over time and groups found: lists kept, who came and left, who moved where, clusters."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, tell_step
from crmcli.cli.program import program
from crmcli.cli.segments.asking import NameArgument, all_rules, asked_on, named_segment
from crmcli.cli.session import say, session, show
from crmcli.errors import UsageError
from crmcli.language import gettext as _

app = program()


@app.command(
    "snapshot",
    help=_("Keep who is in a segment now, so that the list stays as it was."),
    epilog="crmcli segment snapshot Sleeping",
)
def snapshot(
    context: typer.Context, name: NameArgument, as_of: options.AsOfOption = "today", dry_run: DryRunOption = False
) -> None:
    """Keep who is in a segment now, so that the list stays as it was."""
    from crmcli.reports.segments.members import MEMBERS, members
    from crmcli.store.connection import transaction
    from crmcli.store.segments import keep_members

    state = session(context)
    with state.writing() as con:
        segment = named_segment(con, name)
        asked = asked_on(con, state, segment.rule, as_of, all_rules(con))
        table = members(con, asked, title="")
        say(table.headline or "")
        if dry_run:
            say(_("Nothing was kept: this was a dry run"))
            return
        with transaction(con):
            step = keep_members(con, segment, MEMBERS, taken_on=asked.as_of, now=state.now, command=state.command)
    tell_step(step)


@app.command(
    "history", help=_("Who came into a segment and who left it."), epilog="crmcli segment history rfm-champion"
)
def segment_history(
    context: typer.Context,
    name: NameArgument,
    months: Annotated[int, typer.Option("--months", min=1, max=120, metavar="N", help=_("months back"))] = 12,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Who came into a segment and who left it."""
    from crmcli.reports.segments.history import history, month_ends

    state = session(context)
    with state.reading() as con:
        segment = named_segment(con, name)
        asked = asked_on(con, state, segment.rule, as_of, all_rules(con))
        table = history(con, asked, month_ends(asked.as_of, months), name=segment.name)
    show(table, format=format, output=output)


@app.command(
    "moves",
    help=_("Who moved from which segment to which since a day."),
    epilog="crmcli segment moves rfm --from 2026-01-01",
)
def segment_moves(
    context: typer.Context,
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME…", help=_("segments, the first that holds counts; or rfm, stage, abc, growth")),
    ],
    since: Annotated[str, typer.Option("--from", metavar="DATE", help=_("the day to compare with"))],
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Who moved from which segment to which since a day."""
    from crmcli.reports.segments.history import moves
    from crmcli.reports.segments.ready import FAMILIES, ready_rules

    state, start = session(context), options.parse_day(since)
    with state.reading() as con:
        named: dict[str, str] = {}
        for name in names:
            family = {k: rule for k, rule in ready_rules().items() if k.startswith(f"{name.lower()}-")}
            named |= family if name.lower() in FAMILIES else {(one := named_segment(con, name)).name: one.rule}
        asked = asked_on(con, state, next(iter(named.values())), as_of, all_rules(con))
        if start >= asked.as_of:
            raise UsageError(_("--from must be before the day that is asked for"))
        table = moves(con, asked, named, since=start)
    show(table, format=format, output=output)


@app.command(
    "cluster",
    help=_("Groups that customers fall into by themselves."),
    epilog="crmcli segment cluster --keep Kind",
)
def cluster_customers(
    context: typer.Context,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="FIELDS", help=_("number fields, comma between; or category: revenue in each")),
    ] = None,
    of: Annotated[str, typer.Option("--of", metavar="RULE", help=_("whom to group"))] = "purchases_365 > 0",
    groups: Annotated[
        int | None,
        typer.Option("--groups", min=2, max=20, metavar="N", help=_("so many groups; else chosen by silhouette")),
    ] = None,
    keep: Annotated[
        str | None, typer.Option("--keep", metavar="NAME", help=_("keep them as segments NAME 1, NAME 2 …"))
    ] = None,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Groups that customers fall into by themselves."""
    from crmcli.reports.segments.clusters import USUAL, cluster
    from crmcli.store.connection import transaction
    from crmcli.store.segments import keep_groups

    state, names = session(context), tuple(by.split(",")) if by else USUAL
    with state.writing() if keep else state.reading() as con:
        day, rules = options.settle_day(as_of, con, state), all_rules(con)
        table = cluster(con, of, rules, by=names, groups=groups, as_of=day, currency=options.currency(con))
        step = None
        if keep:
            with transaction(con):
                step = keep_groups(
                    con, " ".join(keep.split()), "cluster_answer", taken_on=day, now=state.now, command=state.command
                )
    show(table, format=format, output=output)
    if step is not None:
        say(_("Kept as %(name)s 1 to %(count)s; to take it back: crmcli undo %(step)s")
            % {"name": " ".join((keep or "").split()), "count": len(table.rows), "step": step.number})  # fmt: skip
