"""The program as its user runs it: a fresh process, both streams, the exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

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
    done = subprocess.run(
        [sys.executable, "-m", "crmcli", *map(str, arguments)],
        cwd=folder or ROOT, env=environment, input=stdin, capture_output=True, timeout=120, check=False,
        **({"stdin": subprocess.DEVNULL} if stdin is None else {}),
    )  # fmt: skip
    return Answer(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))
