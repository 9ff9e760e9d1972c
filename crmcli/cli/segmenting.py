"""`crmcli segment`: customers chosen by a rule that people can read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.program import program
from crmcli.cli.session import Session, say, session, show
from crmcli.errors import UsageError
from crmcli.language import N_, nearest, ngettext
from crmcli.language import gettext as _
from crmcli.numbers import cell
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    import duckdb

    from crmcli.reports.segments.members import Asked
    from crmcli.store.segments import Segment

app = program(help=_("Customers chosen by a rule, such as: revenue_365 > 100000 and last_purchase < 60d."))

_LIST = (
    Column("segment", N_("Segment"), Kind.TEXT),
    Column("customers", N_("Customers"), Kind.COUNT, bar=True),
    Column("rule", N_("Rule"), Kind.TEXT),
    Column("note", N_("Note"), Kind.TEXT),
)
_FIELDS = (
    Column("field", N_("Field"), Kind.CODE),
    Column("kind", N_("Kind"), Kind.TEXT),
    Column("meaning", N_("What it is"), Kind.TEXT),
    Column("words", N_("Words"), Kind.TEXT),
)
_NameArgument = Annotated[str, typer.Argument(metavar="NAME", help=_("as in: crmcli segment list"))]
_DryRunOption = Annotated[bool, typer.Option("--dry-run", help=_("show what would happen and write nothing"))]
_ExplainOption = Annotated[bool, typer.Option("--explain", help=_("show how many meet each condition of the rule"))]
_FOR = {"mail": "consent_mail", "call": "consent_call"}


@app.command(
    "define",
    help=_("Save a rule under a name, or change the one that is there."),
    epilog="crmcli segment define Sleeping 'revenue_365 > 100000 and last_purchase > 60d'",
)
def define_segment(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("how the segment is called"))],
    rule: Annotated[str, typer.Argument(metavar="RULE", help=_("who is in it; all fields: crmcli segment fields"))],
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help=_("what it is for"))] = None,
    as_of: options.AsOfOption = "today",
    dry_run: _DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Save a rule under a name, or change the one that is there."""
    from crmcli.reports.segments.members import members
    from crmcli.reports.segments.ready import ready_rules
    from crmcli.store.connection import transaction
    from crmcli.store.segments import Segment, define

    state, segment = session(context), Segment(" ".join(name.split()), " ".join(rule.split()), note)
    if segment.name.lower() in ready_rules():
        raise UsageError(_("%(name)s is a ready-made segment; choose another name") % {"name": segment.name})
    with state.reading() as con:
        rules = _rules(con) | {segment.name: segment.rule}
        asked = _asked(con, state, segment.rule, as_of, rules)
        table = members(con, asked, title=_("Segment %(name)s") % {"name": segment.name}, limit=10)
        show(table, format=format, output=output)
    if dry_run:
        say(_("Nothing was kept: this was a dry run"))
        return
    with state.writing() as con, transaction(con):
        step = define(con, segment, now=state.now, command=state.command)
    say(_("To take it back: crmcli undo %(step)s") % {"step": step.number})


@app.command("list", help=_("All segments, with how many are in each."))
def list_segments(
    context: typer.Context,
    ready: Annotated[bool, typer.Option("--ready", help=_("ready-made ones, too"))] = False,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """All segments, with how many are in each."""
    from crmcli.metrics.catalogue import install
    from crmcli.reports.segments.compiling import compiled, read
    from crmcli.reports.segments.ready import ready_rules
    from crmcli.store.segments import Segment, segments

    state = session(context)
    with state.reading() as con:
        day, rules = options.settle_day(as_of, con, state), _rules(con)
        listed = segments(con)
        listed += [Segment(name, rule, _("ready-made")) for name, rule in ready_rules().items()] if ready else []
        rows = []
        for one in listed:
            selection = compiled(read(one.rule), rules, as_of=day)
            install(con, selection.sql)
            count = con.execute(f"SELECT count(*) FROM ({selection.sql})", selection.values).fetchall()[0][0]
            rows.append((one.name, count, one.rule, one.note))
    empty = _("No segments yet; define one: crmcli segment define NAME RULE, or see crmcli segment list --ready")
    show(Table("segments", _("Segments"), _LIST, ListRows(rows), empty=empty), format=format, output=output)


@app.command("show", help=_("Who is in a segment."), epilog="crmcli segment show rfm-at_risk --limit 20")
def show_segment(
    context: typer.Context,
    name: _NameArgument,
    as_of: options.AsOfOption = "today",
    limit: options.LimitOption = None,
    explain: _ExplainOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Who is in a segment."""
    from crmcli.reports.segments.members import explained, members

    state = session(context)
    with state.reading() as con:
        segment = _segment(con, name)
        asked = _asked(con, state, segment.rule, as_of, _rules(con))
        if explain:
            show(explained(con, asked), format=format, output=output)
            return
        title = _("Segment %(name)s: %(rule)s") % {"name": segment.name, "rule": segment.rule}
        show(members(con, asked, title=title, limit=limit), format=format, output=output)


@app.command(
    "preview",
    help=_("Who would meet a rule; writes nothing."),
    epilog="crmcli segment preview 'region = North and rfm in (champion, loyal)' --explain",
)
def preview(
    context: typer.Context,
    rule: Annotated[str, typer.Argument(metavar="RULE", help=_("who is in it; all fields: crmcli segment fields"))],
    as_of: options.AsOfOption = "today",
    limit: options.LimitOption = 20,
    explain: _ExplainOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Who would meet a rule; writes nothing."""
    from crmcli.reports.segments.members import explained, members

    state = session(context)
    with state.reading() as con:
        asked = _asked(con, state, rule, as_of, _rules(con))
        if explain:
            show(explained(con, asked), format=format, output=output)
            return
        show(members(con, asked, title=_("Who meets the rule"), limit=limit), format=format, output=output)


@app.command(
    "export",
    help=_("The contacts of a segment as a file that can be taken in again."),
    epilog="crmcli segment export Sleeping --for mail --output sleeping.csv",
)
def export_segment(
    context: typer.Context,
    name: _NameArgument,
    purpose: Annotated[
        str | None, typer.Option("--for", metavar="PURPOSE", help=_("mail or call: only those who agreed to it"))
    ] = None,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
    excel_safe: options.ExcelSafeOption = False,
) -> None:
    """The contacts of a segment as a file that can be taken in again."""
    from crmcli.intake.export import export
    from crmcli.reports.segments.members import MEMBERS, members

    if purpose is not None and purpose not in _FOR:
        raise UsageError(
            _("there is no purpose %(purpose)s") % {"purpose": purpose}, nearest(purpose, list(_FOR)) or "mail, call"
        )
    state = session(context)
    with state.reading() as con:
        segment = _segment(con, name)
        members(con, _asked(con, state, segment.rule, as_of, _rules(con)), title="")
        agreed = f"WHERE {_FOR[purpose]}" if purpose else ""
        table = export(con, "contacts")
        con.execute(
            f"DELETE FROM exported WHERE code NOT IN (SELECT customer FROM {MEMBERS}) "
            f"OR code NOT IN (SELECT code FROM contacts {agreed})"
        )
        everyone, left = con.execute(
            f"SELECT (SELECT count(*) FROM {MEMBERS}), (SELECT count(*) FROM exported)"
        ).fetchall()[0]
        show(_counted(table, left), format=format or ("csv" if output is None else None), output=output,
             excel_safe=excel_safe)  # fmt: skip
    if everyone > left:
        say(
            ngettext(
                "%(count)s contact was left out, who has not agreed",
                "%(count)s contacts were left out, who have not agreed",
                everyone - left,
            )
            % {"count": cell(everyone - left, Kind.COUNT)}
        )


@app.command("drop", help=_("Remove a segment."), epilog="crmcli segment drop Sleeping")
def drop_segment(context: typer.Context, name: _NameArgument, dry_run: _DryRunOption = False) -> None:
    """Remove a segment."""
    from crmcli.errors import ConflictError
    from crmcli.reports.segments.compiling import read
    from crmcli.rules.segments.tree import segments_of
    from crmcli.store.connection import transaction
    from crmcli.store.segments import drop, find_segment, segments

    state = session(context)
    with state.reading() as con:
        found = find_segment(con, name)
        speaking = [
            one.name
            for one in segments(con)
            if found.name.casefold() in {other.casefold() for other in segments_of(read(one.rule))}
        ]
    if speaking:
        told = {"name": found.name, "others": ", ".join(speaking)}
        raise ConflictError(_("other segments speak of %(name)s: %(others)s") % told)
    if dry_run:
        say(_("Nothing was removed: this was a dry run"))
        return
    with state.writing() as con, transaction(con):
        step = drop(con, found.name, now=state.now, command=state.command)
    say(_("To take it back: crmcli undo %(step)s") % {"step": step.number})


@app.command(
    "snapshot",
    help=_("Keep who is in a segment now, so that the list stays as it was."),
    epilog="crmcli segment snapshot Sleeping",
)
def snapshot(
    context: typer.Context, name: _NameArgument, as_of: options.AsOfOption = "today", dry_run: _DryRunOption = False
) -> None:
    """Keep who is in a segment now, so that the list stays as it was."""
    from crmcli.reports.segments.members import MEMBERS, members
    from crmcli.store.connection import transaction
    from crmcli.store.segments import keep_members

    state = session(context)
    with state.writing() as con:
        segment = _segment(con, name)
        asked = _asked(con, state, segment.rule, as_of, _rules(con))
        table = members(con, asked, title="")
        say(table.headline or "")
        if dry_run:
            say(_("Nothing was kept: this was a dry run"))
            return
        with transaction(con):
            step = keep_members(con, segment, MEMBERS, taken_on=asked.as_of, now=state.now, command=state.command)
    say(_("To take it back: crmcli undo %(step)s") % {"step": step.number})


@app.command(
    "history", help=_("Who came into a segment and who left it."), epilog="crmcli segment history rfm-champion"
)
def segment_history(
    context: typer.Context,
    name: _NameArgument,
    months: Annotated[int, typer.Option("--months", min=1, max=120, metavar="N", help=_("months back"))] = 12,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Who came into a segment and who left it."""
    from crmcli.reports.segments.history import history, month_ends

    state = session(context)
    with state.reading() as con:
        segment = _segment(con, name)
        asked = _asked(con, state, segment.rule, as_of, _rules(con))
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
            named |= family if name.lower() in FAMILIES else {(one := _segment(con, name)).name: one.rule}
        asked = _asked(con, state, next(iter(named.values())), as_of, _rules(con))
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
        day, rules = options.settle_day(as_of, con, state), _rules(con)
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


@app.command("fields", help=_("Everything a rule may ask of a customer."))
def list_fields(format: options.FormatOption = None, output: options.OutputOption = None) -> None:
    """Everything a rule may ask of a customer."""
    from crmcli.reports.segments.fields import fields

    rows = [
        (field.name, _(_KINDS[field.kind]), _(field.meaning), ", ".join(field.words)) for field in fields().values()
    ]
    notes = (_('Tests: = != < <= > >=, ~ (contains), in (a, b), between a and b, is empty, in segment "NAME"; and, or, not.'),
             _("Days: 2026-01-31, or so long ago: 60d, 8w, 6m, 1y. Shares: 20%."))  # fmt: skip
    show(Table("fields", _("Fields of a rule"), _FIELDS, ListRows(rows), notes=notes), format=format, output=output)


_KINDS = {
    "number": N_("number"), "share": N_("share"), "date": N_("date"), "text": N_("text"), "word": N_("word"),
    "flag": N_("yes or no"), "tags": N_("several words"),
}  # fmt: skip


def _rules(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Rules of all segments by name, ready-made ones among them."""
    from crmcli.reports.segments.ready import ready_rules
    from crmcli.store.segments import segments

    return ready_rules() | {one.name: one.rule for one in segments(con)}


def _segment(con: duckdb.DuckDBPyConnection, name: str) -> Segment:
    """A saved or a ready-made segment.

    Raises:
        NotFoundError: There is none of that name.
    """
    from crmcli.reports.segments.ready import ready_rules
    from crmcli.store.segments import Segment, find_segment

    ready = ready_rules().get(name.lower().replace(" ", "_"))
    return Segment(name.lower().replace(" ", "_"), ready) if ready else find_segment(con, name)


def _asked(con: duckdb.DuckDBPyConnection, state: Session, rule: str, as_of: str, rules: dict[str, str]) -> Asked:
    from crmcli.reports.segments.compiling import read
    from crmcli.reports.segments.members import Asked

    text = " ".join(rule.split())
    day: dt.date = options.settle_day(as_of, con, state)
    return Asked(text, read(text), rules, day, options.currency(con))


def _counted(table: Table, count: int) -> Table:
    """The exported table after rows were taken out."""
    from dataclasses import replace

    from crmcli.store.stored import StoredRows

    assert isinstance(table.rows, StoredRows)
    return replace(table, rows=replace(table.rows, count=count))
