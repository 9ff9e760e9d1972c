"""Commands run to their end: what each costs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context


@dataclass
class Cost:
    """One run: seconds on the wall and on the processors, and peak memory in MiB."""

    wall: float
    cpu: float
    peak: float


def _run(command: list[str], environment: dict[str, str]) -> Cost:
    """Run one command to its end, output thrown away."""
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"exit {process.returncode}: {' '.join(command)}")
    return Cost(time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


@cache
def runner() -> ProcessPoolExecutor:
    """A small process that starts the commands: of what a large one starts, the peak is at least the starter's own."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def run(command: list[str], environment: dict[str, str]) -> Cost:
    """Run one command to its end, output thrown away."""
    return runner().submit(_run, command, environment).result()
