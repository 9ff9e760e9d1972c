"""`import read`: a messy file as a clean one."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from crmcli.errors import CrmError
from crmcli.intake.reading import Hints, Reading
from crmcli.intake.sources import Source, read
from crmcli.intake.text.write import write_clean
from crmcli.language import gettext as _

_BLANK_BYTES = 65_536  # a larger file is not looked through for being blank


@dataclass(frozen=True, slots=True)
class Message:
    """One line about a file; `failed` when the file could not be read."""

    text: str
    failed: bool = False


def clean(source: Source, hints: Hints, folder: Path | None, stdout: TextIO) -> Iterator[Message]:
    """Write what intake makes of a file, into `folder` or to standard output; yields what to say about it."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    try:
        readings = read(source, hints, plain_allowed=False)
        for place, reading in enumerate(readings):
            if folder is None:
                _to_stdout(reading, stdout)
            else:
                write_clean(reading, folder / _name(source, place))
            yield from _doubts(reading)
    except CrmError as error:
        if folder is not None and _is_blank(
            source.path
        ):  # nothing in, nothing out: what is clean of nothing is nothing
            (folder / _name(source, 0)).write_bytes(b"")
        hint = f" ({error.hint})" if error.hint else ""
        yield Message(f"{source.origin}: {error.message}{hint}", failed=True)


def _name(source: Source, place: int) -> str:
    """The file's own name; sheets and members after the first are told apart by their place."""
    name = source.path.name
    if name.lower().endswith((".csv", ".tsv", ".txt")):
        stem = name if name.lower().endswith(".csv") else f"{source.path.stem}.csv"
        return stem if not place else f"{Path(stem).stem}.{place + 1}.csv"
    return f"{name}.csv" if not place else f"{name}.{place + 1}.csv"


def _is_blank(path: Path) -> bool:
    return path.stat().st_size < _BLANK_BYTES and not path.read_bytes().strip(b"\xef\xbb\xbf \t\r\n")


def _to_stdout(reading: Reading, stdout: TextIO) -> None:
    with tempfile.TemporaryDirectory(prefix="crmcli-") as folder:
        path = Path(folder) / "clean.csv"
        write_clean(reading, path)
        with path.open("rb") as file:
            shutil.copyfileobj(file, stdout.buffer)


def _doubts(reading: Reading) -> Iterator[Message]:
    for dropped in reading.dropped:
        if dropped.kind != "blank":
            yield Message(
                _("%(file)s, line %(line)s: left out as no data (%(kind)s): %(sample)s")
                % {"file": reading.origin, "line": dropped.line, "kind": dropped.kind, "sample": dropped.sample}
            )
    for template, arguments in reading.warnings:
        yield Message(f"{reading.origin}: " + _(template) % arguments)
