"""`crmcli segment`: customers chosen by a rule that people can read."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, keeping, tell_step
from crmcli.cli.program import program
from crmcli.cli.segments import over_time
from crmcli.cli.segments.asking import NameArgument, all_rules, asked_on, named_segment
from crmcli.cli.session import say, session, show
from crmcli.errors import UsageError
from crmcli.language import N_, nearest, ngettext
from crmcli.language import gettext as _
from crmcli.numbers import cell
from crmcli.table import Column, Kind, ListRows, Table

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
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Save a rule under a name, or change the one that is there."""
    from crmcli.reports.segments.members import members
    from crmcli.reports.segments.ready import ready_rules
    from crmcli.store.segments import Segment, define

    state, segment = session(context), Segment(" ".join(name.split()), " ".join(rule.split()), note)
    if segment.name.lower() in ready_rules():
        raise UsageError(_("%(name)s is a ready-made segment; choose another name") % {"name": segment.name})
    with state.reading() as con:
        rules = all_rules(con) | {segment.name: segment.rule}
        asked = asked_on(con, state, segment.rule, as_of, rules)
        table = members(con, asked, title=_("Segment %(name)s") % {"name": segment.name}, limit=10)
        show(table, format=format, output=output)
    with keeping(state, dry_run=dry_run) as con:
        step = define(con, segment, now=state.now, command=state.command)
    tell_step(None if dry_run else step)


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
        day, rules = options.settle_day(as_of, con, state), all_rules(con)
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
    name: NameArgument,
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
        segment = named_segment(con, name)
        asked = asked_on(con, state, segment.rule, as_of, all_rules(con))
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
        asked = asked_on(con, state, rule, as_of, all_rules(con))
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
    name: NameArgument,
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
        segment = named_segment(con, name)
        members(con, asked_on(con, state, segment.rule, as_of, all_rules(con)), title="")
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
def drop_segment(context: typer.Context, name: NameArgument, dry_run: DryRunOption = False) -> None:
    """Remove a segment."""
    from crmcli.errors import ConflictError
    from crmcli.reports.segments.compiling import read
    from crmcli.rules.segments.tree import segments_of
    from crmcli.store.segments import drop, find_segment, segments

    state = session(context)
    with keeping(state, dry_run=dry_run) as con:
        found = find_segment(con, name)
        speaking = [
            one.name
            for one in segments(con)
            if found.name.casefold() in {other.casefold() for other in segments_of(read(one.rule))}
        ]
        if speaking:
            told = {"name": found.name, "others": ", ".join(speaking)}
            raise ConflictError(_("other segments speak of %(name)s: %(others)s") % told)
        step = drop(con, found.name, now=state.now, command=state.command)
    tell_step(None if dry_run else step)


app.add_typer(over_time.app)


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


def _counted(table: Table, count: int) -> Table:
    """The exported table after rows were taken out."""
    from dataclasses import replace

    from crmcli.store.stored import StoredRows

    assert isinstance(table.rows, StoredRows)
    return replace(table, rows=replace(table.rows, count=count))
