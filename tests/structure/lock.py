"""The lock names every dependency of pyproject.toml, with hashes, and no address of an index: `python -m tests.structure.lock`."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def faults(root: Path = ROOT) -> list[str]:
    """Everything wrong with the lock; empty when it is up to date."""
    text = (root / "requirements.lock").read_text("utf-8")
    pinned = {_plain(name): version for name, version in re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text, re.MULTILINE)}
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *project["optional-dependencies"]["dev"],
        *_lines(root / "requirements.build.in"),
    ]
    found = [f"{name} is not in the lock" for name in wanted if not _satisfied(name, pinned)]
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)
    found += [f"{block.split()[0]} has no hash" for block in blocks if "==" in block and "--hash=sha256:" not in block]
    found += ["the lock names an address"] if re.search(r"https?://|--(extra-)?index-url|file:/", text) else []
    return found


def _lines(path: Path) -> list[str]:
    return [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip()]


def _satisfied(requirement: str, pinned: dict[str, str]) -> bool:
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name is not None
    version = pinned.get(_plain(name[0]))
    if version is None:
        return False
    return all(_holds(version, op, bound) for op, bound in re.findall(r"(>=|<=|==|<|>)([0-9.]+)", requirement))


def _holds(version: str, op: str, bound: str) -> bool:
    left, right = ([int(n) for n in re.findall(r"\d+", text)] for text in (version, bound))
    left = left[: len(right)]
    return {">=": left >= right, "<=": left <= right, "==": left == right, "<": left < right, ">": left > right}[op]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    wrong = faults()
    sys.stderr.writelines(f"requirements.lock: {fault}; run make lock\n" for fault in wrong)
    sys.exit(1 if wrong else 0)
