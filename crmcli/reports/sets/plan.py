"""What a run of a set will do: every report with its day and its files, settled before anything is written."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from crmcli.errors import CrmError, NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.reports import registry
from crmcli.reports.alerts.judging import check as check_alerts
from crmcli.reports.conditions import order_clause, where_clause
from crmcli.reports.sets.definition import Entry, ReportSet
from crmcli.reports.sets.naming import inside, marks_of
from crmcli.reports.values import settle_parameters

TODAY = "today"  # the page of the day is several tables, and no report of the registry
ENDINGS = {"table": "txt"}


@dataclass(frozen=True, slots=True)
class Job:
    """One report to make.

    Args:
        entry: What the set says of it.
        day: The day it looks from.
        files: Format and path of each file.
    """

    entry: Entry
    day: dt.date
    files: tuple[tuple[str, Path], ...]


def check(found: ReportSet, *, together: Sequence[str]) -> None:
    """Refuse reports, options, conditions and alerts that could not be run, before the store is opened.

    Args:
        found: The set.
        together: Formats that hold several tables, as the page of the day needs.

    Raises:
        CrmError: The first fault, with its line.
    """
    for entry in found.entries:
        try:
            if entry.report == TODAY:
                _check_today(entry, together)
            else:
                _check_report(entry)
        except CrmError as error:
            told = {"file": found.path, "line": entry.line, "name": entry.name, "message": error.message}
            message = _("%(file)s, line %(line)s, report %(name)s: %(message)s") % told
            raise type(error)(message, error.hint) from None


def chosen(found: ReportSet, names: Sequence[str]) -> tuple[Entry, ...]:
    """The entries of those names, all when none is named.

    Raises:
        NotFoundError: There is none of a name.
    """
    known = {entry.name.casefold(): entry for entry in found.entries}
    for name in names:
        if name.casefold() not in known:
            listed = [entry.name for entry in found.entries]
            hint = nearest(name, listed) or ", ".join(listed)
            raise NotFoundError(_("%(set)s has no report %(name)s") % {"set": found.path.name, "name": name}, hint)
    wanted = {name.casefold() for name in names}
    return tuple(entry for key, entry in known.items() if key in wanted or not wanted)


def plan(
    found: ReportSet, entries: Sequence[Entry], *, root: Path, settled: Callable[[str], dt.date]
) -> tuple[Job, ...]:
    """Every report of the run with its day and files.

    Args:
        found: The set.
        entries: Those of it to run.
        root: Folder of all files, absolute.
        settled: The day a word or date means.

    Raises:
        UsageError: Two reports would write the same file, or a file would lie outside the folder.
    """
    jobs = []
    taken: dict[str, str] = {}
    for entry in entries:
        day = settled(entry.as_of)
        marks = marks_of(found.name, day)
        files = tuple((one, _path(root, entry, one, marks)) for one in entry.formats)
        for _format, path in files:
            key = unicodedata.normalize("NFC", str(path)).casefold()
            if (other := taken.setdefault(key, entry.name)) != entry.name or sum(path == p for _f, p in files) > 1:
                told = {"file": path.name, "one": other, "two": entry.name}
                message = _("%(file)s would be written twice, by %(one)s and %(two)s") % told
                raise UsageError(message, _("use {name} and {ext} in file = …"))
        jobs.append(Job(entry, day, files))
    return tuple(jobs)


def _path(root: Path, entry: Entry, format: str, marks: Mapping[str, str]) -> Path:
    named = {**marks, "report": entry.report, "name": entry.name, "ext": ENDINGS.get(format, format)}
    return inside(root, entry.folder.format_map(marks), entry.file.format_map(named))


def _check_report(entry: Entry) -> None:
    report = registry.find(entry.report)
    settle_parameters(report.parameters, entry.parameters)
    if report.shape is None:  # else the columns are known only when it runs
        where_clause(entry.where, report.columns)
        order_clause(entry.sort, report.columns)
        check_alerts(entry.fail_if, report.columns)


def _check_today(entry: Entry, together: Sequence[str]) -> None:
    if entry.parameters or entry.where or entry.sort or entry.fail_if:
        raise UsageError(
            _("the page of the day takes no parameters, where, sort or fail_if"),
            _("set them on reports of their own"),
        )
    for one in entry.formats:
        if one not in together:
            message = _("Several tables cannot be one %(format)s file") % {"format": one}
            raise UsageError(message, _("Formats: %(formats)s") % {"formats": ", ".join(together)})
