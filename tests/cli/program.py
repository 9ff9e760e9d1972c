"""The program as its user runs it: a fresh process, both streams, the exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from tests.cli import nursery

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample_data"


@dataclass(frozen=True)
class Answer:
    """What one command said."""

    code: int
    out: str
    err: str


def crmcli(
    *arguments: str | Path,
    store: Path | None = None,
    folder: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
) -> Answer:
    """Run one command line."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("CRMCLI_", "LC_"))}
    environment |= {"LANG": "C.UTF-8", "CRMCLI_TODAY": "2026-07-01 09:00:00", **(env or {})}
    if store is not None:
        environment["CRMCLI_DB"] = str(store)
    words, place = [str(word) for word in arguments], str(folder or ROOT)
    # what an interpreter reads as it starts cannot be told to one that has started
    if any(key.startswith(("LC_", "LANG", "PYTHON")) for key in env or {}):
        done = subprocess.run(
            [sys.executable, "-m", "crmcli", *words],
            cwd=place, env=environment, input=stdin, capture_output=True, timeout=nursery.LIMIT, check=False,
            **({"stdin": subprocess.DEVNULL} if stdin is None else {}),
        )  # fmt: skip
        return Answer(done.returncode, _text(done.stdout), _text(done.stderr))
    with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
        given.write(stdin or b"")
        given.seek(0)
        streams = (given.fileno(), out.fileno(), err.fileno())
        code = nursery.run(words, folder=place, environment=environment, streams=streams)
        out.seek(0)
        err.seek(0)
        return Answer(code, _text(out.read()), _text(err.read()))


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")
