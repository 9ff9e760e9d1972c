"""Workbook intake as the rest of the program sees it: a path and hints in, Readings out.

The file is identified by its bytes here, and read by a bounded child process (see child). Parquet files of big
sheets lie in a private temporary folder that is removed when the last Reading over it is gone, or at exit.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import crmcli
from crmcli.errors import UsageError
from crmcli.intake.reading import Hints, Reading
from crmcli.intake.reasons import in_words
from crmcli.intake.workbook import limits, sentences
from crmcli.intake.workbook.child import ANSWER, JOB
from crmcli.intake.workbook.found import Found, parse_found, unpack_lines
from crmcli.intake.workbook.rows import FrameRows
from crmcli.intake.workbook.sentences import Refusal
from crmcli.intake.workbook.sheets import Sheet
from crmcli.intake.workbook.sniff import Container, identify, unpacked_size
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence


_LAST_WORDS = "last_words.txt"
_LAST_WORDS_BYTES = 4_000


class _Folder:
    """A private folder (0700), removed with everything in it when nothing refers to it any more."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="crmcli-workbook-"))
        self.remove = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


def read_workbook(path: Path, hints: Hints, *, origin: str) -> list[Reading]:
    """The tables on the sheets that are meant, one Reading each, with origin "file.xlsx!Sheet".

    Args:
        path: XLSX, XLSM, XLSB, XLS or ODS, by content. Delimited text under such a name goes to text intake.
        hints: `sheet` None means all visible sheets with data, "*" too; a name or 1-based number means that one.
            `header_row` counts rows of the sheet and applies to each sheet read.
        origin: Name of the file for people.

    Raises:
        UsageError: Empty, damaged, protected, hostile or not a workbook; no such sheet; no data.
    """
    folder = _Folder()
    try:
        container = identify(path)
        if container is Container.TEXT:
            from crmcli.intake.text.read import read_text  # only for text under a workbook's name

            return read_text(path, hints, origin=origin)
        job = {
            "task": "read",
            "path": str(path.resolve()),
            "container": container.value,
            "sheet": hints.sheet,
            "header_row": hints.header_row,
            "columnar_from": limits.COLUMNAR_FROM_BYTES,
        }
        answer = _run(job, folder.path, _patience(path))
    except Refusal as refusal:
        raise _translate(refusal, origin) from refusal
    tables = [parse_found(table) for table in answer["tables"]]
    return [_make_reading(found, origin, folder) for found in tables]


def list_sheets(path: Path) -> list[Sheet]:
    """Every sheet of cells with its size, hidden ones included; sizes are found by loading each.

    Raises:
        UsageError: As in read_workbook; also for text under a workbook's name, which has no sheets.
    """
    folder = _Folder()
    try:
        job = {"task": "list", "path": str(path.resolve()), "container": identify(path).value}
        answer = _run(job, folder.path, _patience(path))
    except Refusal as refusal:
        raise _translate(refusal, path.name) from refusal
    return [Sheet(**sheet) for sheet in answer["sheets"]]


def _translate(refusal: Refusal, origin: str) -> UsageError:
    arguments = {"file": origin, **refusal.arguments}
    if "reason" in arguments:
        arguments["reason"] = in_words(arguments["reason"])
    hint = _(refusal.hint) % arguments if refusal.hint else None
    return UsageError(_(refusal.template) % arguments, hint)


def _patience(path: Path) -> float:
    """Seconds the child may take."""
    try:
        size = unpacked_size(path)
    except Exception as error:  # a list of members may be broken in many ways
        raise Refusal(sentences.BROKEN, sentences.BROKEN_HINT, reason=str(error)[:80]) from error
    return limits.CHILD_SECONDS + limits.CHILD_SECONDS_PER_MEBIBYTE * size / limits.MEBIBYTE


def _run(job: dict[str, Any], folder: Path, seconds: float) -> dict[str, Any]:
    """Let a child do the job.

    Raises:
        Refusal: The child's own, or one about its end.
    """
    (folder / JOB).write_text(json.dumps(job), encoding="utf-8")
    (folder / ANSWER).unlink(missing_ok=True)
    command = [sys.executable, "-P", "-m", "crmcli.intake.workbook.child", str(folder)]
    try:
        with (folder / _LAST_WORDS).open("wb") as words:
            subprocess.run(  # noqa: S603 - our own program; the file's name travels inside job.json
                command,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=words,
                timeout=seconds,
                check=False,
            )
    except subprocess.TimeoutExpired:
        raise Refusal(sentences.TIMEOUT, sentences.TOO_BIG_HINT, seconds=int(seconds)) from None
    if not (folder / ANSWER).exists():
        return _explain_death(job, folder)
    answer: dict[str, Any] = json.loads((folder / ANSWER).read_text(encoding="utf-8"))
    if "refusal" in answer:
        template, hint, arguments = answer["refusal"]
        raise Refusal(template, hint, **arguments)
    return answer


def _explain_death(job: dict[str, Any], folder: Path) -> dict[str, Any]:
    """A child that died may have met a far cell: another one looks for it without reading anything.

    Raises:
        Refusal: Always.
    """
    words = (folder / _LAST_WORDS).read_bytes()[-_LAST_WORDS_BYTES:].decode("utf-8", "replace")
    if job["task"] != "look" and job["container"] == Container.XLSX.value:
        _run({**job, "task": "look"}, folder, limits.LOOK_SECONDS)
    refusal = Refusal(sentences.DIED, sentences.BROKEN_HINT)
    if words:
        refusal.add_note(words)  # for --debug, which shows the traceback
    raise refusal


def _environment() -> dict[str, str]:
    """The environment of this process, with the program's own folder first on the module path, and few threads."""
    own = str(Path(crmcli.__file__).resolve().parents[1])
    paths = [own, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "POLARS_MAX_THREADS": "4"}


def _make_reading(found: Found, origin: str, folder: _Folder) -> Reading:
    lines = unpack_lines(found.lines)
    rows: Sequence[Sequence[str]] = found.rows
    if found.frame is not None:
        rows = FrameRows(folder.path / found.frame, len(lines), folder)
    return Reading(
        origin=f"{origin}!{found.sheet}",
        headings=found.headings,
        rows=rows,
        lines=lines,
        header_line=found.header_line,
        dropped=found.dropped,
        warnings=tuple(found.warnings),
        native=found.native,
        headerless=found.header_line is None,
    )
