"""`crmcli import read|preview|run|list|show|undo`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.import_options import (
    AsOption,
    DatesOption,
    DecimalOption,
    DelimiterOption,
    EncodingOption,
    FilesArgument,
    HeaderOption,
    KeepOption,
    LatestByOption,
    MapOption,
    MissingOption,
    ProfileOption,
    SetOption,
    SheetOption,
    ValueOption,
)
from crmcli.cli.keeping import DryRunOption
from crmcli.cli.program import program
from crmcli.cli.session import say, session, show
from crmcli.errors import UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from crmcli.intake.reading import Hints

app = program(help=_("Take in CSV, TSV, JSONL, Parquet, XLSX, XLS, XLSB and ODS files, also .gz, .zip and .xz."))  # fmt: skip


@app.command(
    help=_("Clean files: what intake makes of them before any mapping, as CSV."),
    epilog="crmcli import read messy.csv > clean.csv",
)
def read(
    files: Annotated[list[str], typer.Argument(metavar="FILE...|DIR", help=_("files, patterns, folders, or -"))],
    out_dir: Annotated[
        str | None, typer.Option("--out-dir", metavar="DIR", help=_("write one file each into DIR"))
    ] = None,
    format: Annotated[str, typer.Option("--format", "-f", metavar="csv", help=_("csv"))] = "csv",
    encoding: EncodingOption = None,
    delimiter: DelimiterOption = None,
    sheet: SheetOption = None,
    header_row: HeaderOption = None,
) -> None:
    """Clean files: what intake makes of them before any mapping."""
    from crmcli.intake.clean import clean
    from crmcli.intake.sources import sources

    if format != "csv":
        raise UsageError(_("import read writes csv only"), _("Other formats: import the file, then crmcli export"))
    hints = _hints(encoding, delimiter, sheet, header_row)
    with sources(files, folders=True) as found:
        if out_dir is None and len(found) > 1:
            raise UsageError(_("Several files cannot go to standard output"), _("Name a folder with --out-dir"))
        failed = 0
        for source in found:
            for message in clean(source, hints, Path(out_dir) if out_dir else None, sys.stdout):
                say(message.text)
                failed += message.failed
    if failed:
        raise typer.Exit(1 if failed < len(found) else 2)


@app.command(help=_("Show how a file would be taken in; writes nothing."), epilog="crmcli import preview sales.csv")
def preview(
    context: typer.Context,
    files: FilesArgument,
    entity: AsOption = None,
    maps: MapOption = None,
    sets: SetOption = None,
    values: ValueOption = None,
    profile: ProfileOption = None,
    encoding: EncodingOption = None,
    delimiter: DelimiterOption = None,
    decimal: DecimalOption = None,
    dates: DatesOption = None,
    sheet: SheetOption = None,
    header_row: HeaderOption = None,
    missing: MissingOption = None,
    latest_by: LatestByOption = None,
    keeps: KeepOption = None,
    limit: options.LimitOption = 5,
    format: options.FormatOption = None,
) -> None:
    """Show how a file would be taken in; writes nothing."""
    from crmcli.cli.rules import rules
    from crmcli.cli.sheets import show_all
    from crmcli.intake.preview import preview as look
    from crmcli.intake.sources import sources
    from crmcli.store.connection import scratch

    chosen = rules(profile, entity=entity, maps=maps, sets=sets, values=values, missing=missing, encoding=encoding, delimiter=delimiter,
                   decimal=decimal, dates=dates, sheet=sheet, header_row=header_row, latest_by=latest_by, keeps=keeps)  # fmt: skip
    with sources(files) as found, scratch() as con:
        tables = [t for source in found for t in look(con, source, chosen, now=session(context).now, limit=limit or 5)]
        show_all(tables, format=format, output=None)


@app.command(help=_("Take files in, as one undoable step; refused rows go to a file with the reason."),
             epilog="crmcli import run sales.csv --map 'Client No=customer'")  # fmt: skip
def run(
    context: typer.Context,
    files: FilesArgument,
    entity: AsOption = None,
    maps: MapOption = None,
    sets: SetOption = None,
    values: ValueOption = None,
    profile: ProfileOption = None,
    save_profile: Annotated[
        str | None,
        typer.Option(
            "--save-profile", metavar="FILE.toml", help=_("keep all that was told and found out, for --profile")
        ),
    ] = None,
    mode: Annotated[
        str | None,
        typer.Option(
            "--mode",
            metavar="upsert|create|update",
            help=_("create refuses rows that are there, update those that are not"),
        ),
    ] = None,
    empty: Annotated[
        str | None,
        typer.Option("--empty", metavar="skip|clear", help=_("an empty cell leaves the stored value, or clears it")),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help=_("refuse everything if any row is bad"))] = False,
    rejects: Annotated[
        str | None,
        typer.Option("--rejects", metavar="FILE", help=_("where refused rows go; NAME.rejects.csv unless told")),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("do everything but keep it"))] = False,
    encoding: EncodingOption = None,
    delimiter: DelimiterOption = None,
    decimal: DecimalOption = None,
    dates: DatesOption = None,
    sheet: SheetOption = None,
    header_row: HeaderOption = None,
    missing: MissingOption = None,
    latest_by: LatestByOption = None,
    keeps: KeepOption = None,
    unknown_customer: Annotated[
        str | None,
        typer.Option(
            "--unknown-customer",
            metavar="create|reject",
            help=_("make customers that are not in the store, or refuse their rows"),
        ),
    ] = None,
    ignore_unknown: Annotated[
        bool, typer.Option("--ignore-unknown", help=_("drop columns nobody knows instead of keeping them"))
    ] = False,
    drop_repeated_lines: Annotated[
        bool, typer.Option("--drop-repeated-lines", help=_("take identical lines of one order once"))
    ] = False,
    rounded: Annotated[
        bool, typer.Option("--round", help=_("round amounts to four decimals instead of refusing them"))
    ] = False,
    source: Annotated[
        str | None,
        typer.Option(
            "--source", metavar="NAME", help=_("whose rows these are; rows without a key repeat only within one source")
        ),
    ] = None,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Take files in, as one undoable step."""
    from crmcli.cli.rules import rules
    from crmcli.cli.taking import take

    chosen = rules(
        profile, entity=entity, maps=maps, sets=sets, values=values, missing=missing, encoding=encoding, delimiter=delimiter,
        decimal=decimal, dates=dates, sheet=sheet, header_row=header_row, mode=mode, empty=empty, strict=strict,
        unknown_customer=unknown_customer, ignore_unknown=ignore_unknown, drop_repeated_lines=drop_repeated_lines,
        round=rounded, source=source, latest_by=latest_by, keeps=keeps,
    )  # fmt: skip
    code = take(
        session(context),
        files,
        chosen,
        rejects=rejects,
        dry_run=dry_run,
        save_profile=save_profile,
        format=format,
        output=output,
    )
    raise typer.Exit(code)


@app.command("list", help=_("All imports, newest first."))
def list_imports(context: typer.Context, limit: options.LimitOption = None, format: options.FormatOption = None,
                 output: options.OutputOption = None) -> None:  # fmt: skip
    """All imports, newest first."""
    from crmcli.store.imports import imports

    with session(context).reading() as con:
        show(imports(con, limit=limit), format=format, output=output)


@app.command("show", help=_("One import: its files, counts and the rules it was read by."))
def show_import(context: typer.Context, step: Annotated[int, typer.Argument(metavar="STEP", help=_("number of the step, as in: crmcli import list"))],
                format: options.FormatOption = None) -> None:  # fmt: skip
    """One import: its files, counts and rules."""
    from crmcli.cli.sheets import show_all
    from crmcli.store.imports import one_import

    with session(context).reading() as con:
        show_all(one_import(con, step), format=format, output=None)


@app.command(help=_("Take an import back: the newest, or step STEP."))
def undo(
    context: typer.Context,
    step: Annotated[
        int | None, typer.Argument(metavar="[STEP]", help=_("number of the step, as in: crmcli import list"))
    ] = None,
    dry_run: DryRunOption = False,
) -> None:
    """Take an import back: the newest, or step STEP."""
    from crmcli.cli.journal import undo_step
    from crmcli.store.imports import import_step

    with session(context).reading() as con:
        chosen = import_step(con, step)
    undo_step(context, chosen, dry_run=dry_run)


def _hints(encoding: str | None, delimiter: str | None, sheet: str | None, header_row: int | None) -> Hints:
    from crmcli.cli.rules import hints

    return hints(encoding, delimiter, sheet, header_row)
