"""Shell text with its expected output, in Markdown: what a reader is shown is what the program does.

In a ```console block a line that begins with "$ " is a command (continued after a trailing backslash), the lines after it
are all that it prints, on both streams; "[exit 5]" after them is its exit code when not 0; "…" alone on a line stands for
any lines. All blocks of a file are one shell session in an empty folder that has sample_data. Every `crmcli` is a process
of its own, forked from one that has the libraries loaded (tests/cli/nursery.py).

`python -m tests.scenarios.runner FILE…` writes what the program prints now into the files.
"""

from __future__ import annotations

import atexit
import os
import re
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.cli.nursery import ROOT, on_path

BLOCK = re.compile(r"(```console\n)(.*?)(```)", re.DOTALL)
END = "\x01"
SPOKEN = {"LANG": "C.UTF-8", "CRMCLI_TODAY": "2026-07-01 09:00:00", "NO_COLOR": "1"}


@dataclass
class Step:
    """One command and what is expected of it."""

    command: str
    expected: list[str]


def steps(block: str) -> list[Step]:
    """The commands of a block."""
    found: list[Step] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(Step(line[2:], []))
        elif found and not found[-1].expected and found[-1].command.endswith("\\"):
            found[-1].command += "\n" + line
        elif found:
            found[-1].expected.append(line)
    return found


@cache
def _nest() -> str:
    """The folder where this process has its `crmcli` for shells."""
    leaving = ExitStack()
    atexit.register(leaving.close)
    folder = leaving.enter_context(tempfile.TemporaryDirectory())
    return leaving.enter_context(on_path(Path(folder), {**SPOKEN, "PATH": os.environ["PATH"], "HOME": folder}))


def run(path: Path) -> list[tuple[Step, list[str]]]:
    """Run all commands of a file; each with the lines it printed."""
    wanted = [step for match in BLOCK.finditer(path.read_text("utf-8")) for step in steps(match[2])]
    script = "\n".join(f"{step.command}\nprintf '{END}%s\\n' $?" for step in wanted)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "sample_data").symlink_to(ROOT / "sample_data")
        environment = {
            **SPOKEN,
            "PATH": f"{_nest()}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": folder,
        }
        done = subprocess.run(
            ["sh"], input=script, cwd=folder, env=environment, capture_output=False, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=300, check=False,
        )  # fmt: skip
    parts = re.split(f"{END}(\\d+)\n", done.stdout.replace(folder, "."))
    answers = []
    for step, text, code in zip(wanted, parts[0::2], parts[1::2], strict=False):
        lines = [line.rstrip() for line in text.splitlines()]
        while lines and not lines[-1]:
            lines.pop()
        answers.append((step, lines + ([f"[exit {code}]"] if code != "0" else [])))
    if len(answers) != len(wanted):
        message = f"the shell stopped early: {done.stdout[-2000:]}"
        raise AssertionError(message)
    return answers


def agrees(expected: list[str], actual: list[str]) -> bool:
    """Whether the lines are the same but for what "…" stands for."""
    while expected and not expected[-1].strip():
        expected = expected[:-1]
    pattern = "".join(".*?" if line.strip() == "…" else re.escape(line.rstrip()) + "\n" for line in expected)
    return re.fullmatch(pattern, "".join(line + "\n" for line in actual), re.DOTALL) is not None


def record(path: Path) -> None:
    """Write what is printed now into the file, but for blocks whose expectation has "…"."""
    answers = iter(run(path))

    def fresh(match: re.Match[str]) -> str:
        lines = []
        for step in steps(match[2]):
            _same, actual = next(answers)
            keep = any(line.strip() == "…" for line in step.expected)
            lines += ["$ " + step.command, *(step.expected if keep else [*actual, ""])]
        while lines and not lines[-1]:
            lines.pop()
        return match[1] + "\n".join(lines) + "\n" + match[3]

    path.write_text(BLOCK.sub(fresh, path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        record(Path(name))
