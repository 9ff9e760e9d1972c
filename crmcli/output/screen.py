"""What the place of output can show: width, styles, and the characters its encoding knows."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

DEFAULT_WIDTH = 80


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Characters of a table besides the data.

    Args:
        rule: One cell of a horizontal line.
        ellipsis: What stands for text left out; one cell wide.
        full: A whole cell of a bar.
        parts: Bar ends from one eighth to seven eighths; empty when the encoding has none.
    """

    rule: str = "─"
    ellipsis: str = "…"
    full: str = "█"
    parts: str = "▏▎▍▌▋▊▉"


UNICODE = Glyphs()
ASCII = Glyphs(rule="-", ellipsis="~", full="#", parts="")

_SUBSTITUTES = {
    "\u00a0": " ", "\u202f": " ", "–": "-", "—": "-", "−": "-", "…": "~", "·": "|", "×": "x",
    "«": '"', "»": '"', "“": '"', "”": '"', "„": '"', "’": "'",
    "€": "EUR", "₽": "RUB", "£": "GBP", "≥": ">=", "≤": "<=",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Screen:
    """Where a table for people goes.

    Args:
        width: Cells in a line; None: as many as are needed, nothing cut.
        styled: Whether escape sequences for weight and colour are welcome.
        encoding: Codec of the bytes.
    """

    width: int | None = None
    styled: bool = False
    encoding: str = "utf-8"

    @property
    def glyphs(self) -> Glyphs:
        """Box and bar characters, or ASCII ones where the encoding has not all of them."""
        drawn = UNICODE.rule + UNICODE.ellipsis + UNICODE.full + UNICODE.parts
        return UNICODE if _encodes(drawn, self.encoding) else ASCII

    def spell(self, text: str) -> str:
        """The text with near equivalents for what the encoding lacks; what has none becomes "?"."""
        if _encodes(text, self.encoding):
            return text
        spelled = "".join(c if _encodes(c, self.encoding) else _SUBSTITUTES.get(c, c) for c in text)
        return spelled.encode(self.encoding, "replace").decode(self.encoding, "replace")


def look(stdout: BinaryIO, environment: Mapping[str, str] | None = None) -> Screen:
    """What standard output can show: fitted and styled on a terminal, plain and wide elsewhere."""
    variables = os.environ if environment is None else environment
    encoding = _encoding(stdout)
    if not stdout.isatty():
        return Screen(encoding=encoding)
    styled = not variables.get("NO_COLOR") and variables.get("TERM") != "dumb"
    return Screen(width=_columns(stdout, variables), styled=styled, encoding=encoding)


def _encoding(stdout: BinaryIO) -> str:
    """What the owner's locale says of standard output or error; UTF-8 of anything else."""
    for stream in (sys.stdout, sys.stderr):
        if getattr(stream, "buffer", None) is stdout:
            return stream.encoding or "utf-8"
    return "utf-8"


def _columns(stdout: BinaryIO, variables: Mapping[str, str]) -> int:
    """Width of the terminal; COLUMNS overrides it, as in other programs."""
    asked = variables.get("COLUMNS", "")
    if asked.isascii() and asked.isdigit() and int(asked) > 0:
        return int(asked)
    try:
        return os.get_terminal_size(stdout.fileno()).columns or DEFAULT_WIDTH
    except (OSError, ValueError):
        return DEFAULT_WIDTH


def _encodes(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
