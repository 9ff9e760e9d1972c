"""README, tutorial and scenes: every command shown runs, and prints what is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.runner import BLOCK, ROOT, agrees, run

FILES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "docs" / "how-to").glob("*.md")),
         *sorted(Path(__file__).parent.glob("*.md"))]  # fmt: skip
SHOWN = [path for path in FILES if path.exists() and BLOCK.search(path.read_text("utf-8"))]


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_prints_what_is_shown(path: Path) -> None:
    wrong = [(step.command, actual) for step, actual in run(path) if not agrees(step.expected, actual)]
    assert not wrong, "\n".join([f"$ {wrong[0][0]}", *wrong[0][1]])


def test_there_is_a_tutorial_and_a_readme_to_run() -> None:
    names = {path.name for path in SHOWN}
    assert {"README.md", "tutorial.md"} <= names
