"""Text from outside, made harmless for a terminal: what would act on it or hide in it is shown instead."""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # controls: escape sequences begin with these
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction marks: they reorder what stands around them
    "\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\u2028\u2029"  # no width, or a line break of their own
    "\ud800-\udfff"  # halves of characters: no encoding takes them
    "\U000e0000-\U000e0fff"  # tags and variation marks: invisible text
    "]",
)
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def safe(text: str) -> str:
    r"""The text with every control, escape, direction and invisible character as `\n` or `\u001b`.

    Joiners within emoji and scripts, combining marks and unbroken spaces stay.
    """
    return text if text.isprintable() else _HIDDEN.sub(_spelled, text)


def _spelled(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    return _SHORT.get(character) or (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
