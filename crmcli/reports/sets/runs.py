"""The log of runs of report sets: one JSON object a line, beside the store, as reading never writes the store."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from crmcli.errors import CrmError, UsageError
from crmcli.language import gettext as _
from crmcli.store.lock import locked

_GOOD = frozenset({0, 10})  # exit codes of runs that wrote all their files
_AGE = re.compile(r"(\d{1,5})\s*([mhdw])", re.IGNORECASE)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a set.

    Args:
        at: When it began, local time.
        set: Name of the set.
        path: The set's file.
        as_of: The day it looked from, ISO; None when it did not come so far.
        only: The reports it was restricted to; () for all.
        files: Files written.
        rows: Rows in its answers.
        seconds: How long it took.
        exit: Its exit code.
        alerts: What fired or could not be known, one sentence each.
        reason: Why it failed, or None.
    """

    at: dt.datetime
    set: str
    path: str
    as_of: str | None = None
    only: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    rows: int = 0
    seconds: float = 0.0
    exit: int = 0
    alerts: tuple[str, ...] = ()
    reason: str | None = None

    @property
    def is_good(self) -> bool:
        """Whether all reports of the set were written."""
        return self.exit in _GOOD and not self.only


def log_path(store: Path) -> Path:
    """Where the log of a store's runs lies: beside it."""
    return store.with_name(store.name + ".runs.jsonl")


def append(store: Path, run: Run, *, wait: float) -> None:
    """Add a run to the log; a line a crash left torn stays alone.

    Raises:
        CrmError: The log cannot be written.
    """
    path = log_path(store)
    line = json.dumps({**asdict(run), "at": run.at.isoformat(sep=" ")}) + "\n"
    with locked(path, exclusive=True, wait=wait):
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "ab") as file:
                end = os.fstat(descriptor).st_size
                torn = end > 0 and os.pread(descriptor, 1, end - 1) != b"\n"
                file.write((b"\n" if torn else b"") + line.encode("ascii"))
                file.flush()
                os.fsync(descriptor)
        except OSError as error:
            told = {"file": path, "reason": error.strerror}
            raise CrmError(_("%(file)s could not be written: %(reason)s") % told) from error


def read(store: Path) -> tuple[list[Run], int]:
    """Every run of the log, newest first, and the number of lines that cannot be read."""
    path = log_path(store)
    try:
        lines = path.read_bytes().splitlines() if path.exists() else []
    except OSError as error:
        told = {"file": path, "reason": error.strerror}
        raise CrmError(_("%(file)s cannot be read: %(reason)s") % told) from error
    runs, unreadable = [], 0
    for line in lines:
        run = _run(line)
        if run is not None:
            runs.append(run)
        elif line.strip():
            unreadable += 1
    runs = [run for _place, run in sorted(enumerate(runs), key=lambda pair: (pair[1].at, pair[0]), reverse=True)]
    return runs, unreadable


def _run(line: bytes) -> Run | None:
    """A run as a line holds it; None for a torn line, or one of another program."""
    try:
        data = json.loads(line)
        return Run(
            at=dt.datetime.fromisoformat(data["at"]).replace(tzinfo=None),
            set=str(data["set"]),
            path=str(data["path"]),
            as_of=None if data["as_of"] is None else str(data["as_of"]),
            only=tuple(map(str, data["only"])),
            files=tuple(map(str, data["files"])),
            rows=int(data["rows"]),
            seconds=float(data["seconds"]),
            exit=int(data["exit"]),
            alerts=tuple(map(str, data["alerts"])),
            reason=None if data["reason"] is None else str(data["reason"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def parse_age(text: str) -> dt.timedelta:
    """How old something may be: "90m", "36h", "2d", "1w".

    Raises:
        UsageError: It is none.
    """
    match = _AGE.fullmatch(text.strip())
    if match is None or int(match[1]) == 0:
        raise UsageError(_("%(text)s is no age") % {"text": repr(text)}, _("say it as 90m, 36h, 2d or 1w"))
    return dt.timedelta(**{_UNITS[match[2].lower()]: int(match[1])})


def stale(runs: Sequence[Run], age: dt.timedelta, *, now: dt.datetime, named: str | None) -> dict[str, Run | None]:
    """Sets whose newest good run is older than `age` → that run; None where there was none.

    Args:
        runs: The log.
        age: How old the newest good run may be.
        now: The moment looked from.
        named: The set to look for, also when it never ran; None: every set of the log.
    """
    names = [named] if named is not None else sorted({run.set for run in runs})
    newest = {name: max((r for r in runs if r.set == name and r.is_good), key=lambda r: r.at, default=None)
              for name in names}  # fmt: skip
    return {name: run for name, run in newest.items() if run is None or now - run.at > age}
