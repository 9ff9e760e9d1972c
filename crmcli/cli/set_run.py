"""A run of a report set: its turn, the store, every report to its files, the alerts, the line in the log."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.cli import options
from crmcli.cli.alarm import EXIT_ALERT
from crmcli.cli.session import Session, say
from crmcli.errors import CrmError, UsageError
from crmcli.language import gettext as _
from crmcli.reports.sets.definition import ReportSet
from crmcli.reports.sets.runs import Run, append

if TYPE_CHECKING:
    import duckdb

    from crmcli.reports.sets.index import Listed
    from crmcli.reports.sets.making import Made
    from crmcli.reports.sets.plan import Job

EXIT_INTERRUPTED = 130


@dataclass(slots=True)
class SetRun:
    """A run under way.

    Args:
        state: The session.
        file: The set's file.
        only: The reports to make; () for all.
        verbose: Whether every file is named on stderr.
        run: What will be its line of the log.
        listed: What the index page will list.
    """

    state: Session
    file: Path
    only: tuple[str, ...]
    verbose: bool
    run: Run = field(init=False)
    listed: list[Listed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.run = Run(at=self.state.now, set=self.file.stem, path=str(self.file.absolute()), only=self.only)

    @contextmanager
    def logged(self) -> Iterator[None]:
        """Write the run down however it ends; its refusals pass on."""
        began = time.monotonic()
        try:
            yield
        except CrmError as error:
            from crmcli.cli.russian import explained

            self.run = replace(self.run, exit=error.exit_code, reason=explained(error.message))
            raise
        except KeyboardInterrupt:
            self.run = replace(self.run, exit=EXIT_INTERRUPTED, reason=_("interrupted"))
            raise
        except Exception as error:
            self.run = replace(self.run, exit=1, reason=type(error).__name__)
            raise
        finally:
            self._log(time.monotonic() - began)

    def go(self, as_of: str | None, out_dir: str | None) -> None:
        """Read the set, wait for its turn and for the store, and make every report of one and the same state."""
        from crmcli.output.write import TOGETHER, WRITERS
        from crmcli.reports.sets import plan
        from crmcli.reports.sets.naming import marks_of, set_folder
        from crmcli.reports.sets.reading import read_set
        from crmcli.reports.sets.turn import turn

        found = read_set(self.file, formats=tuple(WRITERS))
        self.run = replace(self.run, set=found.name)
        plan.check(found, together=tuple(TOGETHER))
        entries = plan.chosen(found, self.only)
        with turn(self.file, wait=self.state.settings.wait), self.state.reading() as con:
            settled = _Days(as_of, con, self.state)
            day = settled(found.as_of)
            self.run = replace(self.run, as_of=day.isoformat())
            marks = marks_of(found.name, day)
            root = set_folder(
                "." if out_dir else found.folder, marks, beside=Path(out_dir or found.path.parent).absolute()
            )
            jobs = plan.plan(found, entries, root=root, settled=settled)
            for job in jobs:
                self._try(job, con)
            if found.index and not self.only:
                self._write_index(found, root, day)

    def _try(self, job: Job, con: duckdb.DuckDBPyConnection) -> None:
        """One report; one that cannot be made does not keep the others from being made."""
        from crmcli.reports.sets.making import forget, spoken

        try:
            with spoken(job.entry.language):
                self._make(job, con)
        except CrmError as error:
            self._fail(job, error.message, error.hint, error.exit_code)
        except Exception as error:  # noqa: BLE001  # a fault of one report is no reason to make none
            message = _("something went wrong that should not (%(kind)s)") % {"kind": type(error).__name__}
            told = _("try it by itself: crmcli --debug report %(report)s") % {"report": job.entry.report}
            self._fail(job, message, told, 1)
        finally:
            forget(con)

    def _fail(self, job: Job, message: str, hint: str | None, code: int) -> None:
        """Say and note that one report could not be made; the first failure decides the exit code."""
        from crmcli.cli.russian import explained

        sentence = f"{job.entry.name}: {explained(message)}"
        say(f"crmcli: {self.file.name}: {sentence}")
        if hint:
            say(f"  {hint}")
        code = self.run.exit if self.run.exit not in (0, EXIT_ALERT) else code
        self.run = replace(self.run, exit=code, reason="; ".join(filter(None, (self.run.reason, sentence))))

    def _make(self, job: Job, con: duckdb.DuckDBPyConnection) -> None:
        from crmcli.output.write import FOR_PEOPLE
        from crmcli.reports.sets.index import Listed
        from crmcli.reports.sets.making import make

        beside = any(one in FOR_PEOPLE for one, _path in job.files)
        made = make(job, con, currency=options.currency(con), beside=beside)
        for one, path in job.files:
            _write(made, job, one, path)
            self._talk(str(path))
        alerts = tuple(str(verdict) for verdict in made.verdicts if verdict.fired is not False)
        for alert in alerts:
            say(f"{self.file.name}: {job.entry.name}: {alert}")
        fired = any(verdict.fired for verdict in made.verdicts)
        files = tuple(path for _one, path in job.files)
        self.listed.append(Listed(made.tables[0].title, made.tables[0].headline, files, alerts))
        self.run = replace(
            self.run,
            files=(*self.run.files, *map(str, files)),
            rows=self.run.rows + made.rows,
            alerts=(*self.run.alerts, *(f"{job.entry.name}: {alert}" for alert in alerts)),
            exit=self.run.exit or (EXIT_ALERT if fired else 0),
        )

    def _write_index(self, found: ReportSet, root: Path, day: date) -> None:
        from crmcli.output.destination import replacing
        from crmcli.reports.sets import index
        from crmcli.reports.sets.making import spoken
        from crmcli.reports.sets.naming import inside

        target = inside(root, "", index.NAME)
        with spoken(found.language):
            content = index.page(found.title, day, self.listed, folder=root)
        _make_folder(root)
        with replacing(str(target)) as fresh:
            fresh.write_bytes(content)
        self.run = replace(self.run, files=(*self.run.files, str(target)))
        self._talk(str(target))

    def _talk(self, message: str) -> None:
        if self.verbose:
            say(message)

    def _log(self, seconds: float) -> None:
        """Add the run to the log beside the store; a log that cannot be written fails no report."""
        if not self.state.settings.db.is_file():
            return
        try:
            append(self.state.settings.db, replace(self.run, seconds=round(seconds, 3)), wait=self.state.settings.wait)
        except CrmError as error:
            say(error.message)


@dataclass(slots=True)
class _Days:
    """The days that words of a set mean, each settled once."""

    given: str | None
    con: duckdb.DuckDBPyConnection
    state: Session
    known: dict[str, date] = field(default_factory=dict)

    def __call__(self, word: str) -> date:
        from crmcli.reports.sets.days import relative_day

        told = self.given or word
        if told not in self.known:
            day = relative_day(told, self.state.today)
            self.known[told] = day or options.settle_day(told, self.con, self.state)
        return self.known[told]


def _write(made: Made, job: Job, format: str, path: Path) -> None:
    from crmcli.output.write import write, write_tables

    _make_folder(path.parent)
    if len(made.tables) == 1:
        write(made.tables[0], format=format, output=str(path), stdout=None, excel_safe=job.entry.excel_safe)
    else:
        write_tables(made.tables, title=job.entry.title, format=format, output=str(path), stdout=None)


def _make_folder(folder: Path) -> None:
    from crmcli.output.destination import blaming

    if folder.exists() and not folder.is_dir():
        raise UsageError(_("%(file)s is no folder") % {"file": folder})
    with blaming(str(folder)):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
