"""Text from outside, made fit for paper: nothing in it moves, hides or breaks what stands around it."""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, escapes among them
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"  # direction marks, and characters without a width
    "\ufeff\ufff9-\uffff\ud800-\udfff\U000e0000-\U000e0fff"
    "]"
)
_BREAKS = re.compile("[\t\n\u2028\u2029 ]+")
_LONG = re.compile(r"[^\s\u200b]{25,}")


def one_line(text: str) -> str:
    """The text on one line, without what cannot be printed; runs of blanks become one."""
    return _BREAKS.sub(" ", _HIDDEN.sub("", text.replace("\r", " "))).strip()


def paragraph(text: str) -> str:
    """The text with its own line breaks, without what cannot be printed."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n").split("\n")
    return "\n".join(one_line(line) for line in lines).strip("\n")


def breakable(text: str, every: int = 6) -> str:
    """The text with places, invisible ones, where a word too long for its column may be broken."""
    return _LONG.sub(lambda run: "\u200b".join(run[0][at : at + every] for at in range(0, len(run[0]), every)), text)
