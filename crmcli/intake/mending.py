"""A mended rejects file coming back: its rows by the rules they were refused under, without our own columns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from crmcli.errors import UsageError
from crmcli.intake.mapping import OWN_PREFIX, parse_told
from crmcli.intake.profile import Rules, from_data, over
from crmcli.intake.reading import Reading
from crmcli.language import gettext as _

# Columns put around the original ones; a file that has them is fed back by their rules.
BEFORE = ("crmcli_file", "crmcli_line", "crmcli_column", "crmcli_value", "crmcli_reason")
RULES = "crmcli_rules"


@dataclass(frozen=True, slots=True)
class Fed:
    """The import that refused a row: the number of its step and when it was done, as ISO text."""

    step: int
    done_at: str


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of a rejects file that came from one table of one file."""

    reading: Reading
    rules: Rules
    fed: Fed | None


def carry(data: Mapping[str, Any]) -> str:
    """JSON in which quotes, commas and backslashes are written as %22 and the like.

    So no reader, ours or a spreadsheet, can take the file for one of another dialect.
    """
    text = json.dumps(data, ensure_ascii=False, sort_keys=True).replace("%", "%25")
    for letter in '",\\;\t|':
        text = text.replace(letter, f"%{ord(letter):02X}")
    return text


def is_rejects(reading: Reading) -> bool:
    """Whether a file is one of ours."""
    return RULES in reading.headings and "crmcli_line" in reading.headings


def find_parts(reading: Reading, told: Rules) -> list[Part]:
    """The rows by the rules they carry, in file order; rules told now win over those carried.

    Raises:
        UsageError: the column of rules is damaged.
    """
    place = reading.headings.index(RULES)
    groups: dict[str, list[int]] = {}
    for number, row in enumerate(reading.rows):
        groups.setdefault(row[place].strip(), []).append(number)
    loose = groups.pop("", [])  # rows the owner added
    if not groups:
        return [Part(_without_own(reading, range(len(reading.rows)), told), told, None)] if loose else []
    first = next(iter(groups))
    groups[first] = sorted([*groups[first], *loose])
    return [_part(reading, told, text, numbers) for text, numbers in groups.items()]


def _part(reading: Reading, told: Rules, text: str, numbers: Sequence[int]) -> Part:
    try:
        data: dict[str, Any] = json.loads(unquote(text))
        native = data.pop("native", {})
        step, done_at = data.pop("step", None), data.pop("at", "")
    except (ValueError, AttributeError):
        raise UsageError(
            _("%(file)s: the column %(column)s is damaged") % {"file": reading.origin, "column": RULES},
            _("Take out all columns that begin with %(prefix)s, and say again what was said for the first file")
            % {"prefix": OWN_PREFIX},
        ) from None
    rules = over(told, from_data(data, origin=reading.origin))
    part = _without_own(reading, numbers, rules)
    if reading.native is None and native:  # numbers of a workbook stay in its notation, whatever the texts use
        part = replace(part, native=tuple(native.get(heading, "text") for heading in part.headings))
    return Part(part, rules, Fed(step, done_at) if step is not None else None)


def _without_own(reading: Reading, numbers: Sequence[int], rules: Rules) -> Reading:
    """Some rows, without our columns and without columns that only rows of another file have."""
    named = {heading for text in rules.maps for heading in parse_told(text, reading.headings).headings}
    kept = [
        place
        for place, heading in enumerate(reading.headings)
        if not heading.startswith(OWN_PREFIX) and (heading in named or any(reading.rows[n][place] for n in numbers))
    ]
    return replace(
        reading,
        headings=tuple(reading.headings[place] for place in kept),
        rows=[[reading.rows[n][place] for place in kept] for n in numbers],
        lines=[reading.lines[n] for n in numbers],
        native=None if reading.native is None else tuple(reading.native[place] for place in kept),
    )
