"""Names in braces in a text of an answer, such as {customer}: filled in from a closed list, and nothing else.

No format string is ever run: only a known name alone in its braces is replaced, once, so that what stands in a value stays
as it is. A name nobody knows, or has no value for, stays in the text and is told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

NAMES = ("customer", "ticket", "order", "agent")
# The same in the owner's own language, as texts are written in it.
_ALIASES = {"клиент": "customer", "обращение": "ticket", "заявка": "ticket", "заказ": "order", "сотрудник": "agent"}
_PLACE = re.compile(r"\{([^\W\d_][\w-]{0,39})\}")


@dataclass(frozen=True, slots=True)
class Filled:
    """A text filled in.

    Args:
        text: Ready to be sent, unless something is left.
        unknown: Names in braces there are none of, as written.
        missing: Known names without a value, as written.
    """

    text: str
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def fill_in(text: str, values: Mapping[str, str | None]) -> Filled:
    """The text with the names of NAMES replaced by their values; one without a value stays."""
    unknown: dict[str, None] = {}
    missing: dict[str, None] = {}

    def put(found: re.Match[str]) -> str:
        name = _name(found[1])
        if name is None:
            unknown[found[1]] = None
            return found[0]
        if not (value := " ".join((values.get(name) or "").split())):
            missing[found[1]] = None
            return found[0]
        return value

    return Filled(_PLACE.sub(put, text), tuple(unknown), tuple(missing))


def unknown_names(text: str) -> tuple[str, ...]:
    """Names in braces that will never be filled in, each once."""
    return tuple(dict.fromkeys(name for name in _PLACE.findall(text) if _name(name) is None))


def _name(written: str) -> str | None:
    word = written.casefold()
    name = _ALIASES.get(word, word)
    return name if name in NAMES else None
