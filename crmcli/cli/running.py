"""`crmcli report run` and `crmcli report runs`: report sets, as cron starts them, and the log of their runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from crmcli import numbers
from crmcli.cli import options
from crmcli.cli.alarm import EXIT_ALERT
from crmcli.cli.session import say, session, show
from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.reports.sets.runs import Run
from crmcli.table import Column, Kind, ListRows, Table

_COLUMNS = (
    Column("at", N_("When"), Kind.MOMENT),
    Column("set", N_("Set"), Kind.CODE),
    Column("as_of", N_("As of"), Kind.DATE),
    Column("files", N_("Files"), Kind.COUNT),
    Column("rows", N_("Rows"), Kind.COUNT),
    Column("seconds", N_("Seconds"), Kind.RATIO),
    Column("exit", N_("Exit"), Kind.COUNT),
    Column("remark", N_("Alerts and reasons"), Kind.TEXT),
)

SetArgument = Annotated[str, typer.Argument(metavar="SET.toml", help=_("the file that says which reports to make"))]
OutDirOption = Annotated[
    str | None, typer.Option("--out-dir", metavar="FOLDER", help=_("write there instead of the folder the set names"))
]
OnlyOption = Annotated[
    list[str] | None, typer.Option("--only", metavar="NAME", help=_("only this report of the set; can be repeated"))
]
DayOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help=_("the day of every report, instead of what the set says")),
]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help=_("name every file on stderr, also for cron"))]


def run_set(
    context: typer.Context,
    file: SetArgument,
    as_of: DayOption = None,
    out_dir: OutDirOption = None,
    only: OnlyOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Make the reports of a set; exit 10 when an alert fires."""
    from crmcli.cli.set_run import SetRun

    work = SetRun(session(context), Path(file), tuple(only or ()), verbose=verbose or _on_terminal())
    with work.logged():
        work.go(as_of, out_dir)
    if work.run.exit:
        raise typer.Exit(work.run.exit)


SetOption = Annotated[
    str | None, typer.Option("--set", metavar="NAME", help=_("only runs of this set: its name or its file"))
]
StaleOption = Annotated[
    str | None,
    typer.Option("--stale", metavar="AGE", help=_("exit with 10 if the newest good run is older: 90m, 36h, 2d, 1w")),
]


def list_runs(
    context: typer.Context,
    set_name: SetOption = None,
    stale: StaleOption = None,
    limit: options.LimitOption = None,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Runs of report sets, newest first; with --stale silent when none is overdue."""
    from crmcli.reports.sets.runs import parse_age, read
    from crmcli.store.connection import require

    state = session(context)
    age = parse_age(stale) if stale is not None else None
    require(state.settings.db)
    runs, unreadable = read(state.settings.db)
    name = _name(set_name) if set_name else None
    if unreadable:
        sentence = ngettext(
            "%(count)s line of the log cannot be read and is left out",
            "%(count)s lines of the log cannot be read and are left out",
            unreadable,
        )
        say(sentence % {"count": unreadable})
    chosen = [run for run in runs if name in (None, run.set)]
    if age is None or format or output:
        show(_table(chosen, limit), format=format, output=output)
    if age is not None:
        from crmcli.reports.sets.runs import stale as overdue

        found = overdue(chosen, age, now=state.now, named=name)
        for one, run in found.items():
            say(_words(one, run))
        if not chosen and name is None:
            say(_("No report set has run yet"))
        if found or not chosen:
            raise typer.Exit(EXIT_ALERT)


def _name(told: str) -> str:
    """The name of a set; a file's is what the file says, or how it is called."""
    if not told.endswith(".toml"):
        return told
    from crmcli.output.write import WRITERS
    from crmcli.reports.sets.reading import read_set

    return read_set(Path(told), formats=tuple(WRITERS)).name


def _table(runs: list[Run], limit: int | None) -> Table:
    rows = [_row(run) for run in runs[:limit]]
    return Table(
        name="runs",
        title=_("Runs of report sets"),
        columns=_COLUMNS,
        rows=ListRows(rows),
        empty=_("No report set has run yet; run one: crmcli report run SET.toml"),
        total_rows=len(runs),
    )


def _row(run: Run) -> tuple[object, ...]:
    from datetime import date

    try:
        day = date.fromisoformat(run.as_of or "")
    except ValueError:
        day = None
    only = [_("only %(names)s") % {"names": ", ".join(run.only)}] if run.only else []
    remark = "; ".join([*only, *([run.reason] if run.reason else []), *run.alerts])
    return (run.at, run.set, day, len(run.files), run.rows, run.seconds, run.exit, remark or None)


def _words(name: str, run: Run | None) -> str:
    if run is None:
        return _("%(set)s has never run well") % {"set": name}
    return _("%(set)s ran well last on %(when)s") % {"set": name, "when": numbers.cell(run.at, Kind.MOMENT)}


def _on_terminal() -> bool:
    return sys.stderr is not None and not sys.stderr.closed and sys.stderr.isatty()
