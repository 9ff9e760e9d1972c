"""Nothing from outside acts on a terminal."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.output.terminal import safe

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain Ёж 日本 😀 👨‍👩‍👧 1\u00a0234", "plain Ёж 日本 😀 👨‍👩‍👧 1\u00a0234"),
        ("\x1b[31mred", "\\u001b[31mred"),
        ("\x9b2J", "\\u009b2J"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\u202eevil", "\\u202eevil"),
        ("a\u200bb", "a\\u200bb"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("\x00\x7f", "\\u0000\\u007f"),
    ],
)
def test_hidden_characters_are_spelled(text: str, shown: str) -> None:
    assert safe(text) == shown


@given(st.text())
def test_no_control_character_survives(text: str) -> None:
    shown = safe(text)
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}]
    assert safe(shown) == shown


def test_naughty_texts_hold_no_control_character() -> None:
    file = SHARED / "data" / "naughty_strings"
    if not file.exists():
        pytest.skip("shared naughty strings are not there")
    for path in file.glob("*.txt"):
        for line in path.read_text("utf-8").split("\n"):
            assert not [
                c for c in safe(line) if unicodedata.category(c) == "Cc" or c in "\u202a\u202b\u202d\u202e\u2066"
            ]
