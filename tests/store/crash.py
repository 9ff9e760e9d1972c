"""Processes that die at a chosen moment, and what is left of the store."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def start(
    *arguments: str | Path, store: Path, folder: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """The program in a process of its own; not waited for."""
    environment = {**os.environ, "CRMCLI_DB": str(store), "CRMCLI_LANG": "en", "PYTHONPATH": str(ROOT), **(env or {})}
    return subprocess.Popen(
        [sys.executable, "-m", "crmcli", *map(str, arguments)], cwd=folder or store.parent, env=environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def python(code: str, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    """A piece of Python in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip


@contextlib.contextmanager
def talking(code: str, *arguments: str | Path) -> Iterator[Callable[[str], str]]:
    """A piece of Python in a process of its own that answers lines with lines."""
    with subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        asked, answered = process.stdin, process.stdout
        assert asked is not None
        assert answered is not None

        def ask(line: str) -> str:
            asked.write(line + "\n")
            asked.flush()
            return answered.readline()

        yield ask
        asked.close()
    assert process.returncode == 0


def kill_after(process: subprocess.Popen[bytes], seconds: float, number: int = signal.SIGKILL) -> tuple[int, str]:
    """End a process after a while; its exit code (negative: by signal) and what it said on stderr."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(number)
    out, err = process.communicate(timeout=120)
    del out
    return process.returncode, err.decode("utf-8", "replace")


def wait_for(path: Path, seconds: float = 30) -> None:
    """Until a file is there."""
    end = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < end, f"{path} did not come"
        time.sleep(0.01)
