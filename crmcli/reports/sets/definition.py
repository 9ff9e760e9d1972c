"""What a report set says, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One report of a set.

    Args:
        name: What it is called in the set and in file names; unique there.
        report: The report it runs.
        title: Heading instead of the report's own, in the owner's words; None: the report's.
        parameters: The report's options.
        where, sort, limit: As the options of `crmcli report`.
        formats: Formats to write, one file each.
        folder: Folder of its files below the set's, a pattern; "" for the set's own.
        file: Pattern of its file names.
        language: "en", "ru", or None for the language of the run.
        as_of: The day it looks from: a word of WORDS or a date.
        fail_if: Alerts.
        excel_safe: Whether texts of CSV files that a spreadsheet would run are guarded.
        line: Where it begins in the file.
    """

    name: str
    report: str
    title: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    where: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    limit: int | None = None
    formats: tuple[str, ...] = ("xlsx",)
    folder: str = ""
    file: str = "{as_of}-{name}.{ext}"
    language: str | None = None
    as_of: str = "today"
    fail_if: tuple[str, ...] = ()
    excel_safe: bool = False
    line: int = 1


@dataclass(frozen=True, slots=True)
class ReportSet:
    """A set as its file says.

    Args:
        name: What the log of runs calls it.
        path: The file, absolute.
        title: Heading of the index page; the name where none is given.
        folder: Where its files go, a pattern; relative to the folder of the set's file.
        index: Whether a page that lists the files is written, too.
        language: Of the index page; None: of the run.
        as_of: The day of the run, which the index and the log name.
        entries: Its reports, in order.
    """

    name: str
    path: Path
    title: str
    folder: str
    index: bool
    language: str | None
    as_of: str
    entries: tuple[Entry, ...]
